from __future__ import annotations

import json
from typing import Any

import pytest

from bpdrill.__main__ import main
from bpdrill.model.errors import ExitCode

SMALL = ["--layers", "16", "--width", "8", "--batch", "4"]
PAGE = ["--layers", "96", "--batch", "32", "--seq", "2048", "--hidden", "12288", "--bytes", "4"]

REFUSED = [
    (["--layers", "0"], "--layers must be a whole number from 1 to 10,000, not '0'."),
    (["--layers", "-1"], "--layers must be a whole number from 1 to 10,000, not '-1'."),
    (["--layers", "1e9"], "--layers must be a whole number from 1 to 10,000, not '1e9'."),
    (["--layers", "3"], "Say both how many layers and how wide: --layers 96 --hidden 12288."),
    (["--batch", "3"], "Say both how many layers and how wide"),
    (["--layers", "3", "--width", "2.5"], "--hidden must be a whole number from 1 to 10,000,000, not '2.5'."),
    (["--seq", "1e8"], "--seq must be a whole number from 1 to 10,000,000, not '1e8'."),
    (["--bytes", "17"], "--bytes must be a whole number from 1 to 16, not '17'."),
    (["--tensors-per-layer", "0"], "--tensors-per-layer must be a whole number from 1 to 1,000, not '0'."),
    (["--every", "97"], "--every must be a whole number from 1 to 96, not '97'."),
    (["--every", "1.5"], "--every must be a whole number from 1 to 96, not '1.5'."),
    (["--measure"], "That is too large to be run here: try --measure with --layers 16 --width 8 --batch 4."),
    ([*SMALL, "--measure", "--bytes", "4"], "The engine computes with 8 bytes a number: leave out --bytes."),
    ([*SMALL, "--measure", "--tensors-per-layer", "3"], "leave out --tensors-per-layer."),
]


@pytest.mark.parametrize(("options", "complaint"), REFUSED)
def test_bad_input_is_one_clear_line(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["memory", *options]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert err.startswith("bpdrill: ")
    assert complaint in err


@pytest.mark.parametrize(
    "options",
    [[], PAGE, [*PAGE, "--every", "9"], [*SMALL, "--measure"], ["--tensors-per-layer", "57"]],
    ids=" ".join,
)
@pytest.mark.parametrize("columns", [40, 60, 100])
def test_a_page_holds_to_its_columns_and_to_ascii(
    options: list[str], columns: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["memory", *options, "--columns", str(columns), "--ascii", "--plain"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert (out.isascii(), err) == (True, "")
    assert max(map(len, out.splitlines())) <= columns
    assert "Next: bpdrill memory" in out


def read(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one line of JSON that ``words`` print."""
    assert main(["memory", *words, "--json"]) == ExitCode.OK
    (line,) = capsys.readouterr().out.splitlines()
    record: dict[str, Any] = json.loads(line)
    return record


def test_without_sizes_it_is_the_study_page_s_case(capsys: pytest.CaptureFixture[str]) -> None:
    record = read([], capsys)
    assert record == read(PAGE, capsys)
    assert record["schema"] == 1
    assert record["network"]["total_bytes"] == 309_237_645_312
    assert record["best_every"] == [8, 12]
    assert {entry["bound_bytes"] for entry in record["checkpoints"] if 8 <= entry["every"] <= 12} == {
        20 * 3 * 2**30
    }


def test_half_the_bytes_are_half_the_memory(capsys: pytest.CaptureFixture[str]) -> None:
    assert read(["--bytes", "2"], capsys)["network"]["layer_bytes"] == 1_610_612_736


def test_one_k_is_held_against_the_best(capsys: pytest.CaptureFixture[str]) -> None:
    every = [entry["every"] for entry in read(["--every", "24"], capsys)["checkpoints"]]
    assert every == [8, 10, 12, 24]


def test_a_run_computes_in_eight_bytes_and_ends_as_counted(capsys: pytest.CaptureFixture[str]) -> None:
    record = read([*SMALL, "--measure"], capsys)
    assert record["network"]["number_bytes"] == 8
    assert [run["every"] for run in record["measured"]] == [1, 2, 4, 8, 16]
    assert [run["peak_bytes"] for run in record["measured"]] == [
        17 * 256,
        10 * 256,
        8 * 256,
        10 * 256,
        17 * 256,
    ]
    assert [run["recomputed"] for run in record["measured"]] == [15, 14, 12, 8, 0]
    assert record["as_counted"] is True
