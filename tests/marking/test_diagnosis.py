"""Mistakes named over a whole answer: the fewest that account for it, and nothing where none does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from bpdrill.marking.carrying import may_carry
from bpdrill.marking.chain import Chain
from bpdrill.marking.diagnosis import Blame, Wrong, accounts, evidence
from bpdrill.marking.naming import CHANCE, RUNS, TELLS_APART, UNEXPLAINED, repeated
from bpdrill.marking.steps import Step, judge_steps
from bpdrill.marking.trace import Trace, trace_steps
from bpdrill.model.blocks import Field, Form
from bpdrill.model.marks import Judgement, Outcome
from bpdrill.notation import read_program

# L = (w x + b - y)^2 at w = 3, x = 4, b = 5, y = 7: sub = 10, so 20 comes down to every edge below.
FORWARD = {"forward.mul": "12", "forward.add": "17", "forward.sub": "10", "forward.L": "100"}
EDGES = {
    "L.0": ("20", "1", "20"),
    "sub.0": ("1", "20", "20"),
    "sub.1": ("-1", "20", "-20"),
    "add.0": ("1", "20", "20"),
    "add.1": ("1", "20", "20"),
    "mul.0": ("4", "20", "80"),
    "mul.1": ("3", "20", "60"),
}
COLUMNS = ("local", "upstream", "gradient")
RIGHT = FORWARD | {
    f"edge.{edge}.{column}": text
    for edge, texts in EDGES.items()
    for column, text in zip(COLUMNS, texts, strict=True)
}
RESULTS = ("edge.sub.1.gradient", "edge.add.1.gradient", "edge.mul.0.gradient", "edge.mul.1.gradient")


def trace() -> Trace:
    program = read_program("mul = w*x; add = mul + b; sub = add - y; L = sub^2", dict.fromkeys("wxby", ()))
    assert isinstance(program, tuple)
    return Trace(program, {"w": 3.0, "x": 4.0, "b": 5.0, "y": 7.0})


def judged(answer: Mapping[str, str]) -> dict[str, Judgement]:
    return {j.field: j for j in judge_steps(trace_steps(trace()), answer)}


NAMED: list[tuple[dict[str, str], dict[str, tuple[str, ...]]]] = [
    ({"edge.mul.0.local": "3"}, {"edge.mul.0.local": ("mul.own-value",)}),
    ({"edge.sub.1.gradient": "20"}, {"edge.sub.1.gradient": ("edge.local-lost",)}),
    ({"edge.mul.1.gradient": "3"}, {"edge.mul.1.gradient": ("edge.upstream-lost",)}),
    (
        {"edge.mul.0.gradient": "20", "edge.mul.1.gradient": "20"},
        dict.fromkeys(("edge.mul.0.gradient", "edge.mul.1.gradient"), ("edge.local-lost",)),
    ),
    (
        {"edge.sub.1.gradient": "20", "edge.mul.0.gradient": "20"},
        dict.fromkeys(("edge.sub.1.gradient", "edge.mul.0.gradient"), ("edge.local-lost",)),
    ),
    (
        {"edge.sub.1.local": "1", "edge.sub.1.gradient": "20", "edge.mul.0.local": "3"},
        {"edge.sub.1.local": ("sub.second-sign-lost",), "edge.mul.0.local": ("mul.own-value",)},
    ),
    ({"edge.mul.0.gradient": "83"}, {}),
]
"""Cells that are off in a whole table, and what is said of them: one mistake before two.

The sign at sub is right in its own cell, so in the second it is not the sign that was lost.
"""


@pytest.mark.parametrize(("changes", "names"), NAMED)
def test_the_fewest_mistakes_are_named(changes: dict[str, str], names: dict[str, tuple[str, ...]]) -> None:
    found = judged({**RIGHT, **changes})
    assert {field: j.misconceptions for field, j in found.items() if j.misconceptions} == names


def test_what_no_mistake_accounts_for_is_described_and_not_named() -> None:
    found = judged({**RIGHT, "edge.mul.0.gradient": "8"})["edge.mul.0.gradient"]
    assert not found.misconceptions
    assert UNEXPLAINED in found.because
    assert "0.1 times" in found.because


def test_a_copied_cell_is_described() -> None:
    found = judged({**RIGHT, "edge.mul.1.gradient": "17"})["edge.mul.1.gradient"]
    assert found.because.endswith("yours is what belongs at add")


def test_results_alone_are_named_with_doubt_while_they_are_few() -> None:
    found = judged({**{field: RIGHT[field] for field in RESULTS}, "edge.mul.0.gradient": "60"})
    assert found["edge.mul.0.gradient"].misconceptions == ("mul.own-value",)
    assert CHANCE in found["edge.mul.0.gradient"].because


def test_a_mistake_at_the_top_comes_through_to_the_results() -> None:
    halved = dict(zip(RESULTS, ("-10", "10", "40", "30"), strict=True))
    found = judged(halved)
    assert {found[field].misconceptions for field in RESULTS} == {("power.factor-lost",)}
    assert not any(CHANCE in found[field].because for field in RESULTS)


def test_where_several_fit_the_cell_that_tells_them_apart_is_named() -> None:
    ones = dict(zip(RESULTS, ("-1", "1", "4", "3"), strict=True))
    found = judged(ones)["edge.sub.1.gradient"]
    assert len(found.misconceptions) > 1
    assert found.because.endswith(TELLS_APART)


def test_an_answer_of_zero_is_not_explained() -> None:
    assert not any(j.misconceptions for j in judged(dict.fromkeys(RIGHT, "0")).values())


def test_what_follows_from_a_zero_is_not_a_second_mistake() -> None:
    """Whoever writes 0 at one edge and goes on from it has dropped no path further down."""
    program = read_program("r = x*y; s = x^2; L = r + s", dict.fromkeys("xy", ()))
    assert isinstance(program, tuple)
    steps = trace_steps(Trace(program, {"x": 3.0, "y": 5.0}))
    answer = {step.field.id: f"{step.key[0]:g}" for step in steps} | {
        "edge.r.0.gradient": "0",
        "total.x": "6",
    }
    found = {j.field: j for j in judge_steps(steps, answer)}
    assert found["total.x"].outcome is Outcome.WRONG
    assert not any(j.misconceptions for j in found.values())


def test_one_number_everywhere_is_not_gone_on_from() -> None:
    outcomes = [j.outcome for j in judged(dict.fromkeys(RIGHT, "6")).values()]
    assert outcomes.count(Outcome.WRONG) >= len(RIGHT) - 3


CARRIES = [
    (2.0, 3.0, True),
    (0.0, 3.0, False),
    (np.array([1.0, 2.0]), np.array([2.0, 1.0]), True),
    (np.array([2.0, 2.0]), np.array([2.0, 1.0]), False),
    (np.array([2.0, 2.0]), np.array([1.0, 1.0]), True),
    (np.zeros(2), np.array([1.0, 1.0]), False),
    (np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]]), False),
    (np.array([[1.0, 0.0], [0.5, 1.0]]), np.eye(2), True),
    (np.ones((2, 3)), np.arange(6.0).reshape(2, 3), False),
]


@pytest.mark.parametrize(("own", "key", "carries"), CARRIES)
def test_what_leads_nowhere_is_not_carried(own: object, key: object, carries: bool) -> None:  # noqa: FBT001
    assert may_carry((own,), (key,)) is carries


# ── rounding ─────────────────────────────────────────────────────────────────────────────────────


def difference(mistaken: float | None = None) -> list[Step]:
    """c = a - b, a near b; and a mistake that gives something near c."""

    def expect(carried: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
        return (carried.get("a", (1.2345,))[0] - carried.get("b", (1.1111,))[0],)

    return [
        Step(Field("a", "a", Form.NUMBER), lambda _: (1.2345,)),
        Step(Field("b", "b", Form.NUMBER), lambda _: (1.1111,)),
        Step(
            Field("c", "c", Form.NUMBER),
            expect,
            mistaken=lambda _: [("m", (mistaken,))] if mistaken is not None else [],
        ),
    ]


ROUNDED = [
    ({"a": "1.23", "b": "1.11", "c": "0.12"}, None, Outcome.FOLLOWS),
    ({"a": "1.23", "b": "1.11", "c": "0.1234"}, None, Outcome.RIGHT),
    ({"a": "1.23", "b": "1.11", "c": "0.127"}, None, Outcome.RIGHT),
    ({"a": "1.23", "b": "1.11", "c": "0.14"}, None, Outcome.WRONG),
    ({"a": "1.2345", "b": "1.1111", "c": "0.127"}, None, Outcome.WRONG),
    ({"a": "1.23", "b": "1.11", "c": "0.127"}, 0.127, Outcome.WRONG),
]
"""The third was found from unrounded values; the last is what a mistake gives, to the digit."""


@pytest.mark.parametrize(("answer", "mistaken", "outcome"), ROUNDED)
def test_rounding_on_the_way_is_allowed_for(
    answer: dict[str, str], mistaken: float | None, outcome: Outcome
) -> None:
    assert judge_steps(difference(mistaken), answer)[2].outcome is outcome


# ── the fewest ───────────────────────────────────────────────────────────────────────────────────

COVERS = [
    ([("a",), ("b",)], [("b",)], {"b"}),
    ([("a",)], [("b",)], {"a", "b"}),
    ([("a",), ("edge.b",)], [("a",), ("edge.b",)], {"a"}),
    ([("a", "b")], [("a",), ("c",)], {"a", "b"}),
]
"""What fits two cells, and the kinds that account for both."""


@pytest.mark.parametrize(("first", "second", "kinds"), COVERS)
def test_the_smallest_set_that_covers_both(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]], kinds: set[str]
) -> None:
    cells = [Wrong(str(at), tuple(map(Blame, fits))) for at, fits in enumerate((first, second))]
    assert accounts(cells, lambda _: 0) == (frozenset(kinds),)


def test_of_equals_the_one_that_no_other_cell_speaks_against() -> None:
    cells = [Wrong("x", (Blame(("a",)), Blame(("b",))))]
    assert accounts(cells, lambda blame: blame.names == ("a",)) == (frozenset({"b"}),)
    assert len(accounts(cells, lambda _: 0)) == 2


def test_made_wherever_it_can_be_it_speaks_for_itself() -> None:
    """No cell speaks against a mistake in one place that shows it made in several."""
    cells = {"x": Wrong("x", (Blame(("a",)),))}
    assert repeated(cells["x"], Blame(("a",), site="further up"))
    assert not repeated(cells["x"], Blame(("b",), site="further up"))
    assert not repeated(None, Blame(("a",), site="further up"))


def test_evidence_counts_the_digits_that_agree() -> None:
    assert evidence([(0.123, 0.001), (0.0, 0.001)]) == pytest.approx(np.log10(0.123 / 0.0005))


def test_no_more_runs_are_made_than_allowed() -> None:
    made = []

    def mistaken(_: object) -> object:
        for at in range(10 * RUNS):
            made.append(at)
            yield "m", (float(at) + 0.5,)

    step = Step(Field("a", "a", Form.NUMBER), lambda _: (2.0,), mistaken=mistaken)  # type: ignore[arg-type]
    (found,) = judge_steps([step], {"a": "-7"})
    assert found.outcome is Outcome.WRONG
    assert len(made) <= RUNS + 1


# ── a network ────────────────────────────────────────────────────────────────────────────────────


def test_a_stray_operand_is_described() -> None:
    program = read_program(
        "z = W x; h = relu(z); s = V h; L = sum(s .* s)", {"x": ("d",), "W": ("h", "d"), "V": ("c", "h")}
    )
    assert isinstance(program, tuple)
    point = {
        "x": np.array([1.0, 2.0]),
        "W": np.array([[1.0, -2.0], [0.5, 1.5], [2.0, 0.3]]),
        "V": np.arange(6.0).reshape(2, 3) / 4,
    }
    chain = Chain(program, (point,), ("s", "V"))
    ds = np.asarray(chain.gradient("s", {})[0])
    stray = (np.outer(ds, chain.runs[0].values["z"]),)
    fits = [str(blame) for blame, values in chain.further("V", {}) if np.allclose(values[0], stray[0])]
    assert fits == ["yours is taken with z where h belongs"]
