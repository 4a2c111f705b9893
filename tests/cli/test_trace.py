from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest

from bpdrill.__main__ import main
from bpdrill.cli.trace import NEXT_STEP, _goes_on
from bpdrill.model.errors import ExitCode

LINE = ["L = (w*x + b - y)^2", "--at", "w=2,x=3,b=1,y=8"]
FORK = ["L = x*y + x^2", "--at", "x=3,y=5"]
STUDY_PAGE = ["x1*x2 + sin(x1)", "--at", "x1=2,x2=3"]
NETWORK = [
    "z1 = W1 x + b1; h1 = relu(z1); z2 = W2 h1 + b2; L = softmax_ce(z2, y)",
    "--at",
    "W1=[[0.1,0.2],[0.3,0.4]],x=[1,2],b1=[0.1,0.1],W2=[[0.5,0.6],[0.7,0.8]],b2=[0.1,0.1],y=[1,0]",
]

REFUSED = [
    ([], "Give an expression and its point: bpdrill trace 'L = (w*x + b - y)^2' --at w=2,x=3,b=1,y=8."),
    ([" "], "Give an expression"),
    (["w*x", "--at", "w=2"], "x has no value: add x=1 to --at."),
    (["w*x", "--at", "w=2,x"], "--at gives each name a value"),
    (["log(x)", "--at", "x=0"], "f = log(x) has no value where x = 0"),
    (["W x", "--at", "W=[[1,2]],x=[1,2,3]"], "W is (1, 2) and x is (3,)"),
    (["x*y", "--at", "x=[1,2],y=2"], "f is (2,), and only one number has a gradient"),
    ([*LINE, "--mode", "forwards"], "There is no mode 'forwards': --mode reverse or --mode forward."),
    ([*LINE, "--wrt", "x"], "--wrt is for forward mode: add --mode forward."),
    ([*LINE, "--wrt", "x", "--along", "1"], "--wrt or --along is for forward mode"),
    ([*LINE, "--mode", "forward"], "say which, --wrt w of w, x, b, y."),
    ([*LINE, "--mode", "forward", "--steps"], "--steps is for reverse mode: leave out --mode forward."),
    ([*LINE, "--mode", "forward", "--fault", "list"], "--fault is for reverse mode"),
    ([*LINE, "--fault", "relu.mask-forgotten"], "relu.mask-forgotten cannot happen in this expression"),
    ([*LINE, "--fault", "nonsense"], "There is no fault 'nonsense'."),
    ([*LINE, "--dot", "--mermaid"], "Choose --dot or --mermaid."),
    ([*LINE, "--dot", "--json"], "Choose --dot or --json."),
    ([*LINE, "--fault", "list", "--steps"], "Choose --fault or --steps."),
    (["x" + "+x" * 1_000_000, "--at", "x=1"], "most 2,000 characters"),
]


@pytest.mark.parametrize(("options", "complaint"), REFUSED)
def test_bad_input_is_one_clear_line(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", *options]) == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert err.startswith("bpdrill: ")
    assert complaint in err


PAGES = [
    (LINE, "mul -> w    x = 3       -2          -6"),
    (FORK, "- dL/dx = 6 (via sq) + 5 (via mul) = 11"),
    (NETWORK, "- dL/db1 = [0.1178, 0.1178]; (2,), as b1"),
    ([*STUDY_PAGE, "--mode", "forward", "--wrt", "x1"], "- df/dx1 = 2.584"),
    ([*NETWORK, "--mode", "forward", "--wrt", "x", "--along", "[1,0]"], "- dL/dx along [1, 0] = 0.04712"),
    ([*LINE, "--fault", "power.factor-lost"], "dL/dw  -6     -3     half of right"),
    ([*LINE, "--fault", "list"], "- sub.second-sign-lost (sub -> y)"),
    ([*FORK, "--steps"], "mul = x*y = 3*5 = 15"),
]


@pytest.mark.parametrize(("options", "line"), PAGES)
def test_a_page_says_it_within_its_columns_and_in_ascii(
    options: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", *options, "--width", "60", "--ascii", "--plain"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert (out.isascii(), err) == (True, "")
    assert line in out.splitlines()
    assert max(map(len, out.splitlines())) <= 60


EXPORTED = [("--dot", 'n0 [shape=box, label="w\\nvalue 2\\ndL/dw = -6"];'), ("--mermaid", 'n0 -->|"-6"| n4')]


@pytest.mark.parametrize(("option", "line"), EXPORTED)
def test_an_export_is_all_that_is_printed(option: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", *LINE, option, "--ascii", "--width", "20"]) == ExitCode.OK
    out = capsys.readouterr().out
    assert out.isascii()
    assert line in [each.strip() for each in out.splitlines()]


def read(options: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one line of JSON that ``trace`` prints."""
    assert main(["trace", *options, "--json"]) == ExitCode.OK
    (line,) = capsys.readouterr().out.splitlines()
    record: dict[str, Any] = json.loads(line)
    assert record["schema"] == 1
    return record


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    gradients = {node["name"]: node["gradient"] for node in read(LINE, capsys)["nodes"]}
    assert gradients | {"w": -6, "b": -2, "x": -4, "y": 2} == gradients
    (sweep,) = read([*STUDY_PAGE, "--mode", "forward", "--wrt", "x1"], capsys)["sweeps"]
    assert sweep["tangents"]["f"] == pytest.approx(2.584, abs=5e-4)
    wrong = read([*LINE, "--fault", "power.factor-lost"], capsys)
    assert wrong["gradients"]["w"] == {"right": -6, "wrong": -3}
    assert "mul.own-value" in [found["fault"] for found in read([*LINE, "--fault", "list"], capsys)["faults"]]


def test_steps_wait_at_a_terminal_until_one_quits(pseudo_terminal: Callable[..., Any]) -> None:
    with pseudo_terminal(["-m", "bpdrill", "trace", *FORK, "--steps"]) as terminal:
        terminal.wait_for("q: quit")
        terminal.type("\n")
        terminal.wait_for("mul = x·y = 3·5 = 15")
        terminal.wait_for("q: quit")
        terminal.type("q\n")
        assert terminal.child.wait(20) == ExitCode.OK
    assert "Forward, 2 of 9" not in terminal.history


class Keyboard(StringIO):
    """A terminal that types what it holds."""

    def isatty(self) -> bool:
        return True


ASKED = [("\n", True), ("go\n", True), ("q\n", False), (" Quit\n", False), ("", False)]


@pytest.mark.parametrize(("typed", "goes_on"), ASKED)
def test_enter_goes_on_and_q_or_the_end_of_input_stops(typed: str, goes_on: bool) -> None:  # noqa: FBT001
    screen = Keyboard()
    assert _goes_on(Keyboard(typed), screen) is goes_on
    assert screen.getvalue() == NEXT_STEP


def test_nobody_is_asked_over_a_pipe() -> None:
    assert _goes_on(StringIO("q\n"), Keyboard())
