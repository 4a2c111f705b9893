"""A row is whole or it is refused, with the missing part named."""

from __future__ import annotations

from typing import Any

import pytest

from bpdrill.autograd.op import OPS, PARTS, Cost, Op, inputs, outputs
from bpdrill.autograd.ops.elementwise import Mul
from bpdrill.autograd.ops.linear import MatMul, products

WHOLE: dict[str, Any] = {part: getattr(Mul, part) for part in PARTS} | {"name": "never-registered"}

SLICE = {
    *("add", "sub", "mul", "div", "neg", "power", "exp", "log", "sqrt", "sin", "cos"),
    *("tanh", "sigmoid", "relu", "abs", "greater"),
    *("matmul", "outer", "transpose", "sum", "mean"),
    *("softmax", "softmax_ce"),
}

COUNTS = (
    (MatMul.cost, (2,), ((2, 3), (3,)), 6),
    (MatMul.cost, (4, 5), ((4, 3), (3, 5)), 60),
    (MatMul.cost, (), ((7,), (7,)), 7),
    (MatMul.cost, (2, 3), ((2,), (1, 3)), 6),
    (Cost(1, 2), (4, 5), ((4, 1), (5,)), 20),
    (Cost(1, 2, per=inputs), (), ((4, 5),), 20),
)


def test_every_op_of_the_slice_is_there() -> None:
    assert set(OPS) >= SLICE


@pytest.mark.parametrize("part", PARTS)
def test_an_incomplete_row_is_refused_by_what_lacks(part: str) -> None:
    body = {key: value for key, value in WHOLE.items() if key != part}
    with pytest.raises(TypeError, match=f"Partial is not a whole row: it lacks {part}."):
        type("Partial", (Op,), body)


def test_every_missing_part_is_named_at_once() -> None:
    with pytest.raises(TypeError, match="lacks jvp, specimens"):
        type("Partial", (Op,), WHOLE | {"jvp": (), "specimens": ()})


@pytest.mark.parametrize("part", ["vjp", "jvp", "symbolic"])
def test_a_rule_short_is_refused(part: str) -> None:
    with pytest.raises(TypeError, match="one rule for each argument"):
        type("Short", (Op,), WHOLE | {part: WHOLE[part][:1]})


def test_a_name_is_taken_once() -> None:
    with pytest.raises(TypeError, match="mul is the name of another op"):
        type("Again", (Op,), WHOLE | {"name": "mul"})
    assert OPS["mul"] is Mul


@pytest.mark.parametrize(("cost", "output", "arguments", "count"), COUNTS)
def test_costs_are_counted_per_element(
    cost: Cost,
    output: tuple[int, ...],
    arguments: tuple[tuple[int, ...], ...],
    count: int,
) -> None:
    assert cost.per(output, *arguments) == count


def test_by_default_the_outputs_are_counted() -> None:
    assert (Cost(1, 2).per, MatMul.cost.per) == (outputs, products)
