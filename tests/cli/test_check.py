"""``bpdrill check``, one claim a call: what it says, how it ends, and what it refuses in one line."""

from __future__ import annotations

import json

import pytest

from bpdrill.__main__ import main
from bpdrill.model.errors import ExitCode

SYMBOLS = ["--symbols", "W1:h,d x:d dz1:h"]

ENDS = [
    (["2*(x+1)", "2x+2"], ExitCode.OK, "Equal: agrees at 8 points, to 50 digits."),
    (["2*(x+1)", "2x+3"], ExitCode.DIFFERENT, "Different: at x = 1.4: yours is 5.8, expected 4.8."),
    (["2*(x+1)", "2x+"], ExitCode.USAGE, "Something is missing at the end"),
    (["2*(x+1)", "2*u"], ExitCode.USAGE, "u is not a name of this problem. The names here are x."),
    (["0.411", "0,411"], ExitCode.USAGE, "write 0.411"),
    (
        ["log(-exp(x))", "sqrt(-exp(x))"],
        ExitCode.UNDECIDED,
        "Undecided: only 0 of 8 points gave both a value.",
    ),
    (["0.411", "0.4", "--rel", "0.05"], ExitCode.OK, "I read: 0.4"),
    (["0.411", "0.4", "--abs", "0.001"], ExitCode.DIFFERENT, "yours is 0.4, expected 0.411"),
    (
        ["outer(dz1, x)", r"\delta x", "--symbols", "delta:h x:d dz1:h"],
        ExitCode.DIFFERENT,
        "no meaning unless",
    ),
    (["outer(dz1, x)", "dz1[:, None] @ x[None, :]", *SYMBOLS], ExitCode.OK, "I read: dz₁ xᵀ"),
    (["log(a^2)", "2 log(a)", "--domain", "a:positive"], ExitCode.OK, "Equal"),
    (["log(a^2)", "2 log(a)"], ExitCode.DIFFERENT, "yours has no value"),
    (["sum((W1 x)^2)", "2 (W1 x) x^T", *SYMBOLS, "--gradient", "W1"], ExitCode.OK, "reverse mode"),
    (["-6", "-6"], ExitCode.OK, "Equal"),
    (["-1 - x^2", "-x^2-1"], ExitCode.OK, "Equal"),
    (["2(x+1)", "2x+2", "--prove"], ExitCode.OK, "Equal: proved: the difference expands to 0."),
    (["2 *", "x"], ExitCode.USAGE, "The reference cannot be read"),
]


@pytest.mark.parametrize(("words", "code", "said"), ENDS)
def test_how_a_claim_ends(
    words: list[str], code: ExitCode, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *words, "--columns", "200"]) == code
    out, err = capsys.readouterr()
    assert said in out
    assert err == ""


REFUSED = [
    ([], "Give a reference and an answer"),
    (["x"], "Give a reference and an answer"),
    (["x", "x", "--jsonl"], "the claims come from stdin"),
    (["x", "x", "--symbols", "x:-1"], "x: -1 is no size"),
    (["x", "x", "--domain", "x:imaginary"], "imaginary is no domain: there are real, positive"),
    (["x", "x", "--domain", "u:positive"], "u has a domain and is no name of the reference"),
    (["x", "x", "--domain", "x:onehot"], "x is a scalar"),
    (["x^2", "x", "--gradient", "w"], "w is no name of the loss"),
    (["x", "x", "--rel", "-1"], "--rel"),
    (["x", "x", "--relative", "1"], "--relative"),
    (["x", "--relative"], "There is no option --relative."),
]


@pytest.mark.parametrize(("words", "complaint"), REFUSED)
def test_what_is_misused_is_told_in_one_line(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *words]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert complaint in err


def test_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "2*(x+1)", "2x+3", "--json"]) == ExitCode.DIFFERENT
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "schema": 1,
        "verdict": "different",
        "how": "a witness",
        "witness": "at x = 1.4: yours is 5.8, expected 4.8",
        "reading": "2·x + 3",
        "because": "Different: at x = 1.4: yours is 5.8, expected 4.8.",
    }


def test_a_matrix_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "[[0.411, -12], [3, 4]]", "0.411 -12; 3 4"]) == ExitCode.OK
    assert "    ⎡0.411  −12⎤\n    ⎣3        4⎦\n" in capsys.readouterr().out


def test_ascii_and_60_columns(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["outer(dz1, x)", "dz1 x", *SYMBOLS, "--ascii", "--columns", "60"]
    assert main(["check", *words]) == ExitCode.DIFFERENT
    out = capsys.readouterr().out
    assert out.isascii()
    assert max(map(len, out.splitlines())) <= 60
