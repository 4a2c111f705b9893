from __future__ import annotations

import pytest

from bpdrill.algebra.graph import called, one_op_lines
from bpdrill.model.tree import Program, Shape, Symbol
from bpdrill.notation import Style, read_program, text

SHAPES: dict[str, Shape] = dict.fromkeys(("w", "x", "b", "y", "mul"), ()) | {"W": (3, 2), "v": (2,)}

SPLIT = [
    ("L = (w*x + b - y)^2", ["mul = w*x", "add = mul + b", "sub = add - y", "L = sub^2"]),
    ("a = w*x; L = a^2 + a", ["a = w*x", "sq = a^2", "L = sq + a"]),
    ("L = x*y + x*b + w*x", ["mul = x*y", "mul2 = x*b", "add = mul + mul2", "mul3 = w*x", "L = add + mul3"]),
    ("L = mul*w + x", ["mul2 = mul*w", "L = mul2 + x"]),
    ("L = x^3 + 1[x > 0]", ["pow = x^3", "mask = 1[x > 0]", "L = pow + mask"]),
    ("L = max(x, y)*2", ["max = max(x, y)", "L = max*2"]),
    ("L = (1/3)*x", ["L = (1/3)*x"]),
    ("L = sum(W^T @ (W v))", ["WT = W^T", "matmul = W v", "matmul2 = WT matmul", "L = sum(matmul2)"]),
    ("L = mul", ["L = mul"]),
]


def program(typed: str) -> Program:
    found = read_program(typed, SHAPES)
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize(("typed", "lines"), SPLIT)
def test_each_operation_gets_a_line_and_a_name_that_is_free(typed: str, lines: list[str]) -> None:
    shapes = {**SHAPES, "WT": (2, 3), "matmul": (3,)}
    split = one_op_lines(program(typed))
    assert [f"{line.name} = {text(line.tree, Style.ASCII, shapes)}" for line in split] == lines


def test_to_split_again_changes_nothing() -> None:
    once = one_op_lines(program("L = (w*x + b - y)^2 + log(x)*x"))
    assert one_op_lines(once) == once


def test_only_an_operation_has_a_name_of_its_own() -> None:
    with pytest.raises(TypeError, match="not an operation"):
        called(Symbol("x"))
