"""One slip costs one step: what is worked out faithfully from a wrong value is seen to follow.

The learner here works in plain Python, with no part of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp, log
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bpdrill.bank.bank import open_bank
from bpdrill.kinds import graph_trace, load, walkthrough
from bpdrill.marking.carrying import may_carry
from bpdrill.model.marks import Judgement, Outcome

LINE = open_bank().get("graphs/linear-regression-loss")
NETWORK = open_bank().get("networks/walkthrough")
FAITHFUL = {Outcome.RIGHT, Outcome.FOLLOWS}
Own = Mapping[str, Any]


# ── (wx + b - y)^2 ───────────────────────────────────────────────────────────────────────────────

whole = st.integers(-9, 9)
some = whole.filter(bool)
inputs = st.fixed_dictionaries(dict.fromkeys("wxby", some))

EDGES = ["L.0", "sub.0", "sub.1", "add.0", "add.1", "mul.0", "mul.1"]
CELLS = [f"forward.{node}" for node in ("mul", "add", "sub", "L")]
CELLS += [f"edge.{edge}.{column}" for edge in EDGES for column in ("local", "upstream", "gradient")]


def line_by_hand(at: Mapping[str, int], own: Own) -> dict[str, float]:
    """Every cell in the order of the work, each from the cells before it, with ``own`` values put in."""
    cells: dict[str, float] = {}

    def put(cell: str, value: float) -> float:
        cells[cell] = own.get(cell, value)
        return cells[cell]

    def edge(name: str, local: float, upstream: float) -> float:
        row = f"edge.{name}"
        return put(f"{row}.gradient", put(f"{row}.local", local) * put(f"{row}.upstream", upstream))

    mul = put("forward.mul", at["w"] * at["x"])
    add = put("forward.add", mul + at["b"])
    sub = put("forward.sub", add - at["y"])
    put("forward.L", sub * sub)
    at_sub = edge("L.0", 2 * sub, 1)
    at_add, _ = edge("sub.0", 1, at_sub), edge("sub.1", -1, at_sub)
    at_mul, _ = edge("add.0", 1, at_add), edge("add.1", 1, at_add)
    edge("mul.0", at["x"], at_mul)
    edge("mul.1", at["w"], at_mul)
    return cells


def judged_line(at: Mapping[str, int], cells: Mapping[str, float]) -> dict[str, Judgement]:
    item = replace(LINE, spec=replace(cast("Any", LINE.spec), at=at))
    answer = {cell: f"{value:g}" for cell, value in cells.items()}
    return {j.field: j for j in graph_trace.judge(graph_trace.vary(item, 0), answer)}


@settings(deadline=None, max_examples=80)
@given(inputs, st.sampled_from(CELLS), some)
def test_one_slip_on_the_graph_is_one_wrong_cell(at: dict[str, int], cell: str, slip: int) -> None:
    assume(slip != line_by_hand(at, {})[cell])
    cells = line_by_hand(at, {cell: slip})
    outcomes = {name: judged.outcome for name, judged in judged_line(at, cells).items() if name in cells}
    assert outcomes.pop(cell) is Outcome.WRONG
    assert set(outcomes.values()) <= FAITHFUL


@settings(deadline=None, max_examples=40)
@given(inputs, st.lists(st.sampled_from(CELLS), min_size=2, max_size=3, unique=True), st.data())
def test_each_further_slip_is_wrong_by_itself(
    at: dict[str, int], slips: list[str], data: st.DataObject
) -> None:
    own: dict[str, int] = {}
    for cell in sorted(slips, key=CELLS.index):
        right, faithful = line_by_hand(at, {})[cell], line_by_hand(at, own)[cell]
        own[cell] = data.draw(some)
        assume(own[cell] not in {right, faithful})
    assume(len(own) < 3 or len(set(own.values())) > 1)  # one number everywhere is not gone on from
    cells = line_by_hand(at, own)
    judged = judged_line(at, cells)
    assert {cell for cell in cells if judged[cell].outcome is Outcome.WRONG} == set(own)


@settings(deadline=None, max_examples=40)
@given(inputs, st.permutations(CELLS))
def test_a_right_graph_is_right_in_any_order(at: dict[str, int], order: list[str]) -> None:
    cells = line_by_hand(at, {})
    judged = judged_line(at, {cell: cells[cell] for cell in order})
    assert {judged[cell].outcome for cell in CELLS} == {Outcome.RIGHT}


# ── a network of two, two and two ────────────────────────────────────────────────────────────────

FIELDS = [f"forward.{name}" for name in ("z1", "h1", "z2", "yhat", "L")]
FIELDS += [f"gradient.{name}" for name in ("z2", "W2", "b2", "h1", "z1", "W1", "b1")]
tenths = st.integers(-15, 15).filter(bool).map(lambda n: n / 10)
pair = st.tuples(tenths, tenths)
networks = st.fixed_dictionaries(
    {"x": pair, "W1": st.tuples(pair, pair), "b1": pair, "W2": st.tuples(pair, pair), "b2": pair}
)


def network_by_hand(at: Mapping[str, Any], own: Own, digits: int) -> dict[str, Any]:
    """Every quantity in order, each from those before it rounded to ``digits``, with ``own`` put in."""
    found: dict[str, Any] = {}

    def put(field: str, value: Any) -> Any:
        found[field] = own.get(field, to_digits(value, digits))
        return found[field]

    (a, b), (c, d) = at["W1"]
    (e, f), (g, h) = at["W2"]
    (x1, x2), (p1, p2), (q1, q2) = at["x"], at["b1"], at["b2"]
    u1, u2 = put("forward.z1", [a * x1 + b * x2 + p1, c * x1 + d * x2 + p2])
    h1, h2 = put("forward.h1", [max(u1, 0), max(u2, 0)])
    v1, v2 = put("forward.z2", [e * h1 + f * h2 + q1, g * h1 + h * h2 + q2])
    total = exp(v1) + exp(v2)
    s1, s2 = put("forward.yhat", [exp(v1) / total, exp(v2) / total])
    put("forward.L", -log(s1))
    d1, d2 = put("gradient.z2", [s1 - 1, s2])
    put("gradient.W2", [[d1 * h1, d1 * h2], [d2 * h1, d2 * h2]])
    put("gradient.b2", [d1, d2])
    m1, m2 = put("gradient.h1", [e * d1 + g * d2, f * d1 + h * d2])
    k1, k2 = put("gradient.z1", [m1 * (u1 > 0), m2 * (u2 > 0)])
    put("gradient.W1", [[k1 * x1, k1 * x2], [k2 * x1, k2 * x2]])
    put("gradient.b1", [k1, k2])
    return found


def to_digits(value: Any, digits: int) -> Any:
    """A number or nested lists of them, to so many significant digits."""
    if isinstance(value, list):
        return [to_digits(entry, digits) for entry in value]
    return float(f"{value:.{digits}g}")


def moved(value: Any, by: float) -> Any:
    """The first number in ``value`` changed."""
    return [moved(value[0], by), *value[1:]] if isinstance(value, list) else value + by


def judged_network(at: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Outcome]:
    spec = replace(cast("Any", NETWORK.spec), at={**at, "y": [1, 0]})
    variant = walkthrough.vary(replace(NETWORK, spec=spec), 0)
    return {j.field: j.outcome for j in walkthrough.judge(variant, {k: str(v) for k, v in found.items()})}


def off_the_kink(at: Mapping[str, Any]) -> bool:
    """No pre-activation so near 0 that rounding carries it across."""
    z1: list[float] = network_by_hand(at, {}, 12)["forward.z1"]
    return min(map(abs, z1)) > 0.05


@settings(deadline=None, max_examples=30)
@given(networks, st.integers(3, 10))
def test_rounded_on_the_way_nothing_is_wrong(at: dict[str, Any], digits: int) -> None:
    assume(off_the_kink(at))
    assert set(judged_network(at, network_by_hand(at, {}, digits)).values()) <= FAITHFUL


@settings(deadline=None, max_examples=50)
@given(networks, st.sampled_from(FIELDS), st.sampled_from([-0.4, -0.1, 0.1, 0.4]))
def test_one_slip_in_the_network_is_one_wrong_field(at: dict[str, Any], field: str, by: float) -> None:
    assume(off_the_kink(at))
    key = network_by_hand(at, {}, 8)[field]
    slip = moved(key, by)
    assume(field != "forward.L" or abs(by) > 0.02 * slip)  # one percent is no slip
    assume(field != "forward.yhat" or 0 < slip[0] < 1)
    assume(not isinstance(slip, list) or may_carry((np.array(slip),), (np.array(key),)))
    outcomes = judged_network(at, network_by_hand(at, {field: slip}, 8))
    assert outcomes.pop(field) is Outcome.WRONG
    assert set(outcomes.values()) <= FAITHFUL


NOWHERE = [
    ("networks/walkthrough", {"forward.yhat": "[0, 1]", "forward.L": "0.5"}, {"forward.yhat", "forward.L"}),
    ("networks/walkthrough", {"forward.z2": "[1e300, -1e300]"}, {"forward.z2"}),
    ("graphs/linear-regression-loss", {"forward.sub": "1e300"}, {"forward.sub"}),
    ("estimates/sigmoid-depth", {"cap": "0", "factors": "-1"}, {"cap", "factors"}),
    ("estimates/sigmoid-depth", {"cap": "10", "factors": "400"}, {"cap", "factors"}),
]
"""Own values from which nothing follows: a logarithm of 0, a square out of range, a division by 0."""


@pytest.mark.parametrize(("item", "own", "wrong"), NOWHERE)
def test_values_that_lead_nowhere_are_wrong_and_no_more(
    item: str, own: dict[str, str], wrong: set[str]
) -> None:
    found = open_bank().get(item)
    kind = load(found.kind)
    variant = kind.vary(found, 0)
    right = next(iter(kind.specimens(variant))).answer
    judged = kind.judge(variant, {**right, **own})
    assert {judgement.field for judgement in judged if judgement.outcome is Outcome.WRONG} == wrong
