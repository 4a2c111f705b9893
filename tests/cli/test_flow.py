from __future__ import annotations

import json

import pytest

from bpdrill.__main__ import main
from bpdrill.model.errors import ExitCode

REFUSED = [
    (["--activation", "sigmod"], "There is no activation 'sigmod'. Did you mean sigmoid?"),
    (["--layers", "0"], "layers must be a whole number from 2 to 200, not 0."),
    (["--width", "0"], "width must be a whole number from 1 to 256, not 0."),
    (["--width", "1000000"], "width must be a whole number from 1 to 256, not 1000000."),
    (["--clip", "0"], "clip must be above 0"),
    (["--init", "normal"], "Write --init normal:0.1, not 'normal'."),
    (["--radius", "0"], "radius must be above 0"),
    (["--radius", "2"], "A radius is for the one matrix of a recurrent network: add --rnn STEPS."),
    (["--rnn", "5", "--layers", "5"], "--rnn STEPS says how deep the network is; leave --layers out."),
    (["--rnn", "0"], "steps must be a whole number from 2 to 200, not 0."),
    (["--factor", "1.5", "--seed", "0", "--skip"], "leave out --seed, --skip."),
    (["--factor", "0"], "factor must lie between"),
]


@pytest.mark.parametrize(("options", "complaint"), REFUSED)
def test_bad_input_is_one_clear_line(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["flow", *options]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert err.startswith("bpdrill: ")
    assert complaint in err


NETWORK = ["--activation", "sigmoid", "--layers", "10", "--init", "xavier", "--width", "64"]
COMMAND = ["flow", *NETWORK, "--seed", "0"]


def test_equal_commands_print_equal_pages_and_what_is_not_said_is_the_default(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pages = []
    for command in (COMMAND, COMMAND, ["flow"], [*COMMAND[:-1], "1"]):
        assert main(command) == ExitCode.OK
        pages.append(capsys.readouterr().out)
    assert pages[0] == pages[1] == pages[2] != pages[3]
    assert "seed 0" in pages[0]


@pytest.mark.parametrize("options", [[], ["--rnn", "9"], ["--factor", "1.5", "--layers", "100"]])
def test_a_page_holds_to_its_columns_and_to_ascii(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["flow", *options, "--columns", "60", "--ascii"]) == ExitCode.OK
    out = capsys.readouterr().out
    assert out.isascii()
    assert max(map(len, out.splitlines())) <= 60
    assert "Next" in out


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMMAND, "--json"]) == ExitCode.OK
    read = json.loads(capsys.readouterr().out)
    assert (read["schema"], read["regime"], read["settings"]["seed"]) == (1, "vanishing", 0)
    assert read["z"]["per_layer"] == pytest.approx(0.233, abs=0.01)
    assert read["caps"][0] == pytest.approx(0.25**10)


def test_json_of_a_factor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flow", "--factor", "1.5", "--layers", "100", "--json"]) == ExitCode.OK
    read = json.loads(capsys.readouterr().out)
    assert read["product"] == pytest.approx(4.07e17, rel=2e-3)
    assert read["between_first_and_last"] == pytest.approx(2.71e17, rel=2e-3)


def test_json_of_an_overflow(capsys: pytest.CaptureFixture[str]) -> None:
    network = ["--activation", "relu", "--init", "normal:100", "--layers", "200"]
    assert main(["flow", *network, "--trials", "1", "--json"]) == ExitCode.OK
    read = json.loads(capsys.readouterr().out)
    assert (read["overflow"], read["regime"]) == (True, "exploding")
