"""Shapes over named sizes, held against numpy at sizes that all differ."""

from __future__ import annotations

import numpy as np
import pytest

from bpdrill.model.tree import Apply, Array, Shape, Symbol, Tree, lift
from bpdrill.notation import Mismatch, describe, infer

SIZES = {"h": 3, "d": 2, "c": 5}
SYMBOLS: dict[str, Shape] = {
    "n": (),
    "x": ("d",),
    "z": ("h",),
    "v": ("h",),
    "y": ("c",),
    "W1": ("h", "d"),
    "W2": ("c", "h"),
    "R": (1, "h"),
}
n, x, z, v, y, W1, W2, R = map(Symbol, SYMBOLS)

SHAPES: tuple[tuple[Tree, Shape], ...] = (
    (lift(2), ()),
    (W1 @ x, ("h",)),
    (W2 @ W1, ("c", "d")),
    (W2.T @ y, ("h",)),
    (z.T, (1, "h")),
    (z.T.T, ("h",)),
    (z.T @ v, ()),
    (z @ x.T, ("h", "d")),
    (z.T @ W1, (1, "d")),
    (R @ z, ()),
    (R.T, ("h",)),
    (R.T @ R, ("h", "h")),
    (Apply("outer", (z, x)), ("h", "d")),
    (n * W1 + 1, ("h", "d")),
    (z * v, ("h",)),
    (z > 0, ("h",)),
    (Apply("softmax", (z,)), ("h",)),
    (Apply("sum", (W1,)), ()),
    (Apply("sum", (W1, lift(0))), ("d",)),
    (Apply("mean", (W1, lift(1))), ("h",)),
    (Apply("max", (W1, lift(1), lift(1))), ("h", 1)),
    (W1 - Apply("max", (W1, lift(1), lift(1))), ("h", "d")),
    (W1 + x, ("h", "d")),
    (x / W1, ("h", "d")),
    (W2 * R, ("c", "h")),
    (Apply("trace", (z @ v.T,)), ()),
    (Apply("diag", (z,)), ("h", "h")),
    (Apply("diag", (z @ v.T,)), ("h",)),
    (Array((lift(1), n)), (2,)),
    (Array((Array((lift(1), n)),)), (1, 2)),
)
MISMATCHES: tuple[tuple[Tree, str, str], ...] = (
    (
        z @ x,
        "z is (h,) and x is (d,)",
        "z·x has no meaning unless h = d; the outer product z xᵀ has shape (h, d), as W₁ has",
    ),
    (
        z @ v,
        "z is (h,) and v is (h,)",
        "column times column has no meaning; zᵀ v is a scalar, z ⊙ v works entry by entry, z vᵀ is (h, h)",
    ),
    (W2 @ y, "W₂ is (c, h) and y is (c,)", "the inner sizes h and c differ; W₂ᵀ y is (h,), as z is"),
    (W2.T @ z, "W₂ᵀ is (h, c) and z is (h,)", "the inner sizes c and h differ; W₂ z is (c,), as y is"),
    (W1 @ W2, "W₁ is (h, d) and W₂ is (c, h)", "the inner sizes d and c differ"),
    (n @ z, "n is a scalar and z is (h,)", "a matrix product needs no scalar; write * to scale"),
    (x + z, "x is (d,) and z is (h,)", "+ works entry by entry and needs the same shape on both sides"),
    (z * z.T, "z is (h,) and zᵀ is (1, h)", "one of them lies on its side; zᵀ is (1, h)"),
    (
        n * (x - z) + y,
        "x is (d,) and z is (h,)",
        "− works entry by entry and needs the same shape on both sides",
    ),
    (W1 + z, "W₁ is (h, d) and z is (h,)", "+ works entry by entry and needs the same shape on both sides"),
    (
        z @ v.T + v,
        "z vᵀ is (h, h) and v is (h,)",
        "+ works entry by entry and needs the same shape on both sides",
    ),
    (
        Apply("max", (W1, lift(1), lift(1))) + R,
        "amax(W₁, 1, 1) is (h, 1) and R is (1, h)",
        "one of them lies on its side; amax(W₁, 1, 1)ᵀ is (1, h)",
    ),
    (Apply("trace", (W1,)), "W₁ is (h, d)", "a trace is that of a square matrix"),
    (Apply("diag", (W1,)), "W₁ is (h, d)", "a diagonal is made of a vector, or read off a square matrix"),
    (Apply("sum", (W1, lift(2))), "W₁ is (h, d) and 2 is a scalar", "there is no such axis"),
    (Apply("outer", (W1, x)), "W₁ is (h, d) and x is (d,)", "an outer product takes two vectors"),
    (Array((x, z)), "the rows of an array must be alike, and these are (d,), (h,)", ""),
    (Symbol("q") + 1, "q has no declared shape", ""),
)


@pytest.mark.parametrize(("tree", "shape"), SHAPES)
def test_shapes(tree: Tree, shape: Shape) -> None:
    assert infer(tree, SYMBOLS) == shape


@pytest.mark.parametrize(("tree", "facts", "advice"), MISMATCHES)
def test_mismatches_say_why_and_what_would_fit(tree: Tree, facts: str, advice: str) -> None:
    assert infer(tree, SYMBOLS) == Mismatch(f"{facts}: {advice}".removesuffix(": "))


def as_matrix(shape: Shape) -> tuple[int, ...]:
    rows, columns = (*shape, 1, 1)[:2]
    return SIZES.get(str(rows), 1), SIZES.get(str(columns), 1)


@pytest.mark.parametrize("left", SYMBOLS)
@pytest.mark.parametrize("right", SYMBOLS)
def test_products_fit_exactly_where_numpy_says_so(left: str, right: str) -> None:
    if "n" in (left, right):
        return
    shape = infer(Symbol(left) @ Symbol(right), SYMBOLS)
    try:
        product = np.ones(as_matrix(SYMBOLS[left])) @ np.ones(as_matrix(SYMBOLS[right]))
    except ValueError:
        assert isinstance(shape, Mismatch)
    else:
        assert not isinstance(shape, Mismatch)
        assert as_matrix(shape) == product.shape


def test_shapes_are_written_as_in_python() -> None:
    assert [describe(shape) for shape in ((), ("h",), ("h", 2))] == ["a scalar", "(h,)", "(h, 2)"]
