"""A graph whose inner node is used twice: its sum feeds everything below it."""

from __future__ import annotations

import pytest

from bpdrill.marking.steps import judge_steps
from bpdrill.marking.telling import confusable, hidden_faults
from bpdrill.marking.trace import Trace, one_op, trace_steps
from bpdrill.model.marks import Outcome
from bpdrill.model.tree import Line, Symbol
from bpdrill.notation import read_program

# q = 3 is used by both r and s; f = q z + q^2, so df/dq = z + 2q = -4 + 6.
INPUTS = {"x": -2.0, "y": 5.0, "z": -4.0}
FORWARD = {"forward.q": "3", "forward.r": "-12", "forward.s": "9", "forward.f": "-3"}
EDGES = {
    "f.0": ("1", "1", "1"),
    "f.1": ("1", "1", "1"),
    "r.0": ("-4", "1", "-4"),
    "r.1": ("3", "1", "3"),
    "s.0": ("6", "1", "6"),
    "q.0": ("1", "2", "2"),
    "q.1": ("1", "2", "2"),
}
COLUMNS = ("local", "upstream", "gradient")
RIGHT = {**FORWARD, "total.q": "2"} | {
    f"edge.{edge}.{column}": text
    for edge, texts in EDGES.items()
    for column, text in zip(COLUMNS, texts, strict=True)
}
PATH_LOST = {
    "total.q": "6",
    **{f"edge.q.{side}.{column}": "6" for side in (0, 1) for column in ("upstream", "gradient")},
}
EDGE_SLIP = {"edge.s.0.gradient": "3", **dict.fromkeys(PATH_LOST, "-1")}


def trace(text: str = "q = x + y; r = q*z; s = q^2; f = r + s") -> Trace:
    program = read_program(text, dict.fromkeys("xyz", ()))
    assert isinstance(program, tuple)
    return Trace(program, INPUTS)


def outcomes(changes: dict[str, str]) -> dict[str, Outcome]:
    judged = judge_steps(trace_steps(trace()), {**RIGHT, **changes})
    return {j.field: j.outcome for j in judged if j.outcome is not Outcome.RIGHT}


def test_the_cells_are_these() -> None:
    assert {step.field.id for step in trace_steps(trace())} == set(RIGHT)
    assert outcomes({}) == {}


def test_a_lost_path_is_wrong_once_and_gone_on_from() -> None:
    follows = dict.fromkeys(list(PATH_LOST)[1:], Outcome.FOLLOWS)
    assert outcomes(PATH_LOST) == {"total.q": Outcome.WRONG, **follows}


def test_a_slip_on_one_path_reaches_the_sum_and_what_is_below() -> None:
    follows = dict.fromkeys(PATH_LOST, Outcome.FOLLOWS)
    assert outcomes(EDGE_SLIP) == {"edge.s.0.gradient": Outcome.WRONG, **follows}


def test_numbers_hide_faults_where_a_square_is_of_two() -> None:
    two = Trace(trace("q = x + y; f = q^2").program, {"x": 1.0, "y": 1.0})
    assert "power.exponent-kept" not in hidden_faults(two)
    assert "power.factor-lost" in hidden_faults(Trace(two.program, {"x": 1.0, "y": -1.0}))


STRUCTURE = ["q = x*x; f = q*y", "q = max(x, y); f = q^2"]


@pytest.mark.parametrize("text", STRUCTURE)
def test_what_no_numbers_tell_apart_is_left_alone(text: str) -> None:
    """A factor is its own fellow in x·x, and of a maximum one side always loses."""
    graph = Trace(trace(text).program, {"x": 3.0, "y": 5.0})
    assert not hidden_faults(graph)
    assert not confusable(graph)


CONFUSED = [
    ("r = x*y; s = x^2; f = r + s", {"x": 2.0, "y": 4.0}, True),
    ("r = x*y; s = x^2; f = r + s", {"x": -1.0, "y": -2.0}, True),
    ("r = x*y; s = x^2; f = r + s", {"x": 7.0, "y": 9.0}, False),
]
"""At y = 2x a lost factor and the wrong factor give one sum; at y = -2x² the exponent kept gives 0."""


@pytest.mark.parametrize(("text", "at", "expected"), CONFUSED)
def test_results_tell_mistakes_apart(text: str, at: dict[str, float], expected: bool) -> None:  # noqa: FBT001
    assert confusable(Trace(trace(text).program, at)) is expected


def test_made_wherever_it_can_be_a_late_upstream_is_what_has_arrived() -> None:
    """At a it is what has arrived at b, 2·20·3, though b's own edge took what had arrived at c."""
    graph = Trace(trace("a = x^2; b = y*a; c = b^2; f = c*z").program, {"x": 2.0, "y": 5.0, "z": 3.0})
    step = next(step for step in trace_steps(graph) if step.field.id == "edge.a.0.gradient")
    assert {str(blame): values for blame, values in step.further({})}["edge.upstream-late"] == (480.0,)


def test_one_operation_a_line() -> None:
    x, y = Symbol("x"), Symbol("y")
    assert one_op(Line("q", x + y))
    assert not one_op(Line("q", (x + y) * y))
    assert not one_op(Line("q", x))
