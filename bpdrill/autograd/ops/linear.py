"""Ops of linear algebra: each output is linear in each argument. A vector (n,) is a column."""

from __future__ import annotations

from math import prod

from bpdrill.autograd.arithmetic.elementary import inner, matmul, outer, transpose
from bpdrill.autograd.arithmetic.products import (
    ct_by_transposed,
    left_by_tangent,
    tangent_by_right,
    transposed_by_ct,
)
from bpdrill.autograd.op import Cost, Fault, Op, inputs
from bpdrill.autograd.values import Shape, Value, shape_of

SQUARE = ((1.5, -0.5), (2.0, 0.3))
TALL = ((1.0, 2.0), (-0.7, 0.4), (0.3, -1.1))
WIDE = ((0.6, -1.2, 0.9), (1.4, 0.2, -0.8))
ROW = ((0.4, -1.3, 2.1),)


def products(output: Shape, first: Shape, *_rest: Shape) -> int:
    """Multiplications of a matrix product: elements of the output times the length summed over."""
    return prod(output) * (first[-1] if len(first) > 1 or (first and not output) else 1)


def matrix(value: Value) -> Value:
    """``value`` if it has rows and columns; raises ValueError for a vector."""
    if len(shape_of(value)) < 2:
        raise ValueError("only a matrix has two sides to swap")
    return value


def diagonal(square: Value) -> Value:
    """The diagonal of a square matrix; raises ValueError for anything else."""
    if isinstance(square, float) or shape_of(square) != shape_of(square)[::-1]:
        raise ValueError("only a square matrix has a diagonal that fits")
    return square.diagonal()


class MatMul(Op):
    """a @ b: the gradient of a is ct @ bᵀ, that of b is aᵀ @ ct."""

    name = "matmul"
    forward = staticmethod(matmul)
    vjp = (
        lambda ct, y, a, b: ct_by_transposed(ct, b, a),
        lambda ct, y, a, b: transposed_by_ct(a, ct, b),
    )
    jvp = (
        lambda t, y, a, b: tangent_by_right(t, b, a),
        lambda t, y, a, b: left_by_tangent(a, t, b),
    )
    symbolic = (
        lambda ct, y, a, b: ct @ b.T,
        lambda ct, y, a, b: a.T @ ct,
    )
    keeps = ("a", "b")
    stacks = True
    cost = Cost(forward=1, backward=2, per=products)
    faults = (
        Fault("matmul.transpose-missing", 0, lambda ct, y, a, b: matmul(ct, b)),
        Fault("matmul.transpose-missing", 1, lambda ct, y, a, b: matmul(a, ct)),
        Fault("matmul.swapped", 0, lambda ct, y, a, b: matmul(b, transpose(ct))),
        Fault("matmul.swapped", 1, lambda ct, y, a, b: matmul(transpose(matrix(ct)), a)),
    )
    specimens = (
        (SQUARE, ((0.2, 1.1), (-0.9, 0.8))),
        (TALL, WIDE),
        (SQUARE, (0.5, -2.0)),
        (WIDE, (0.5, -2.0, 0.1)),
        ((0.5, -2.0, 0.1), (1.0, 0.3, -0.6)),
        ((0.5, -2.0), ROW),
        (ROW, (0.5, -2.0, 0.1)),
        ((TALL, TALL[::-1]), (WIDE, WIDE[::-1])),
        (WIDE, (TALL, TALL[::-1])),
    )


class Outer(Op):
    """a bᵀ, every element of a times every element of b: a (m,) and b (n,) make (m, n)."""

    name = "outer"
    forward = staticmethod(outer)
    vjp = (lambda ct, y, a, b: matmul(ct, b), lambda ct, y, a, b: matmul(transpose(ct), a))
    jvp = (lambda t, y, a, b: outer(t, b), lambda t, y, a, b: outer(a, t))
    symbolic = (lambda ct, y, a, b: ct @ b, lambda ct, y, a, b: ct.T @ a)
    keeps = ("a", "b")
    cost = Cost(forward=1, backward=2)
    faults = (
        Fault("outer.elementwise", 0, lambda ct, y, a, b: diagonal(ct) * b),
        Fault("outer.elementwise", 1, lambda ct, y, a, b: diagonal(ct) * a),
    )
    specimens = (((0.5, -2.0), (1.0, 0.3)), ((0.5, -2.0), (1.0, 0.3, -0.6)))


class Transpose(Op):
    """aᵀ: the upstream gradient, transposed back."""

    name = "transpose"
    forward = staticmethod(transpose)
    vjp = (lambda ct, y, a: transpose(ct),)
    jvp = (lambda t, y, a: transpose(t),)
    symbolic = (lambda ct, y, a: ct.T,)
    keeps = ()
    cost = Cost(forward=0, backward=0)
    faults = (Fault("transpose.transpose-missing", 0, lambda ct, y, a: ct),)
    specimens = ((SQUARE,), (TALL,), ((0.5, -2.0, 0.1),))


def dot(a: Value, b: Value) -> float:
    """The inner product of two vectors (n,); raises ValueError for anything else."""
    shapes = shape_of(a), shape_of(b)
    if len(shapes[0]) != 1 or shapes[0] != shapes[1]:
        raise ValueError(f"it takes two vectors of one length, not shapes {shapes[0]} and {shapes[1]}")
    return inner(a, b)


class Dot(Op):
    """Σ a_i b_i: each vector gets the other, times the one upstream number."""

    name = "dot"
    forward = staticmethod(dot)
    vjp = (lambda ct, y, a, b: ct * b, lambda ct, y, a, b: ct * a)
    jvp = (lambda t, y, a, b: inner(t, b), lambda t, y, a, b: inner(a, t))
    symbolic = (lambda ct, y, a, b: ct * b, lambda ct, y, a, b: ct * a)
    keeps = ("a", "b")
    cost = Cost(forward=1, backward=2, per=inputs)
    faults = (
        Fault("dot.own-value", 0, lambda ct, y, a, b: ct * a),
        Fault("dot.own-value", 1, lambda ct, y, a, b: ct * b),
    )
    specimens = (((0.5, -2.0, 0.1), (1.0, 0.3, -0.6)), ((1.4, -0.9), (0.7, 2.0)), ((0.7,), (1.2,)))
