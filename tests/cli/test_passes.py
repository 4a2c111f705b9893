from __future__ import annotations

import json

import pytest

from bpdrill.__main__ import main
from bpdrill.model.errors import ExitCode

MOST = "must be a whole number from 1 to 1,000,000,000,000, not"
EXAMPLE = "bpdrill passes 'f = x*y' --at x=2,y=3"

REFUSED = [
    ([], f"Give sizes, --inputs 1e6 --outputs 1, or an expression and its point: {EXAMPLE}."),
    (["--outputs", "3"], "Give sizes"),
    (["--inputs", "0"], f"--inputs {MOST} '0'."),
    (["--inputs", "-3"], f"--inputs {MOST} '-3'."),
    (["--inputs", "1.5"], f"--inputs {MOST} '1.5'."),
    (["--inputs", "1e13"], f"--inputs {MOST} '1e13'."),
    (["--inputs", "\x1b[31m"], f"--inputs {MOST} '\\x1b[31m'."),
    (["--inputs", "1", "--outputs", "many"], f"--outputs {MOST} 'many'."),
    (["x*y", "--inputs", "3"], "An expression has its own sizes: leave out --inputs and --outputs."),
    (["x*y", "--at", "x=2,y=3", "--outputs", "3"], "An expression has its own sizes"),
    (["x*y"], f"An expression is run at a point: {EXAMPLE}."),
    (["--inputs", "3", "--at", "x=1"], f"--at and --of belong to an expression: {EXAMPLE}."),
    (["x*y", "--at", "x=2"], "y has no value: add y=1 to --at."),
    (["log(x)", "--at", "x=-1"], "f = log(x) has no value where x = −1: a logarithm needs"),
    (["sqrt(x)", "--at", "x=0"], "f = √(x) has no derivative by x where x = 0: take another point."),
    (["a = x; b = 2; c = a^n", "--at", "x=-2,n=2"], "c = a^n has no derivative by n where a = −2, n = 2"),
    (["x*1e308 + x*1e308", "--at", "x=0.1"], "A derivative is too large for a number here"),
    (["x", "--at", "x=1", "--of", "g"], "--of names lines of the expression, f; not 'g'."),
]


@pytest.mark.parametrize(("options", "complaint"), REFUSED)
def test_bad_input_is_one_clear_line(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["passes", *options]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert err.startswith("bpdrill: ")
    assert complaint in err


PAGES = [
    ["--inputs", "1000000", "--outputs", "1"],
    ["--inputs", "10^12", "--outputs", "1e12"],
    ["a = x*y; b = x+y", "--at", "x=2,y=3"],
    ["f = sin(x1*x2) + x1", "--at", "x1=2,x2=3"],
    ["a=x;b=y;c=z;d=u;k=v;f=w;g=x*y*z*u*v*w", "--at", "x=1,y=2,z=3,u=4,v=5,w=6"],
]


@pytest.mark.parametrize("options", PAGES, ids=" ".join)
@pytest.mark.parametrize("columns", [40, 60, 100])
def test_a_page_holds_to_its_columns_and_to_ascii(
    options: list[str], columns: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["passes", *options, "--width", str(columns), "--ascii", "--plain"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert (out.isascii(), err) == (True, "")
    assert max(map(len, out.splitlines())) <= columns
    assert "bpdrill practice --item passes/million-inputs" in " ".join(out.split())


def read(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The one line of JSON that ``words`` print."""
    assert main([*words, "--json"]) == ExitCode.OK
    (line,) = capsys.readouterr().out.splitlines()
    record: dict[str, object] = json.loads(line)
    return record


def test_the_record_of_a_size(capsys: pytest.CaptureFixture[str]) -> None:
    record = read(["passes", "--inputs", "1e6"], capsys)
    assert (record["schema"], record["inputs"], record["outputs"]) == (1, 1_000_000, 1)
    assert (record["fewer_sweeps"], record["cheaper"], record["measured"]) == ("reverse", "reverse", None)


def test_the_record_of_a_formula_with_a_named_output(capsys: pytest.CaptureFixture[str]) -> None:
    record = read(["passes", "a = x*y; b = x+y", "--at", "x=2,y=3", "--of", "a"], capsys)
    assert record["function"] == {"point": {"x": 2.0, "y": 3.0}, "outputs": ["a"]}
    assert isinstance(record["measured"], dict)
    assert record["measured"]["forward"] == {"matrix": [[3.0, 2.0]], "sweeps": 2, "evaluations": 1}
    assert record["measured"]["reverse"] == {"matrix": [[3.0, 2.0]], "sweeps": 1, "evaluations": 1}
