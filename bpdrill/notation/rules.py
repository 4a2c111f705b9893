"""The shape of an op's result, from the shapes of its arguments alone.

A vector ``(n,)`` is a column and its transpose is the row ``(1, n)``. A column of one
column is a vector again and a matrix of one entry a scalar, so ``aᵀ b`` is a scalar.
"""

from __future__ import annotations

from collections.abc import Callable

from bpdrill.model.tree import Shape, Size

Rule = Callable[..., Shape | None]
"""Shapes of the arguments to the shape of the result; None if they do not fit."""


def _alike(*shapes: Shape) -> Shape | None:
    """Entry by entry: scalars go with anything, the rest must agree."""
    different = {shape for shape in shapes if shape != ()}
    return next(iter(different), ()) if len(different) <= 1 else None


def _matrix(shape: Shape) -> tuple[Size, Size]:
    rows, columns = (*shape, 1, 1)[:2]
    return rows, columns


def _tidy(rows: Size, columns: Size) -> Shape:
    if columns != 1:
        return (rows, columns)
    return () if rows == 1 else (rows,)


def _transpose(shape: Shape) -> Shape:
    rows, columns = _matrix(shape)
    return shape if shape == () else _tidy(columns, rows)


def _matmul(left: Shape, right: Shape) -> Shape | None:
    if left == () or right == ():
        return None
    (rows, inner), (same, columns) = _matrix(left), _matrix(right)
    return _tidy(rows, columns) if inner == same else None


def _outer(left: Shape, right: Shape) -> Shape | None:
    rows, columns = _column(left), _column(right)
    return None if rows is None or columns is None else _tidy(rows, columns)


def _column(shape: Shape) -> Size | None:
    """The length of a vector, be it a column or a row."""
    sizes = shape[1:] if len(shape) == 2 and shape[0] == 1 else shape
    return sizes[0] if len(sizes) == 1 else None


def _scalar(_: Shape) -> Shape:
    return ()


def _score(prediction: Shape, target: Shape) -> Shape | None:
    """A loss: one number out of two that have one shape."""
    return () if prediction == target else None


ACTIVATIONS = ("tanh", "sigmoid", "relu", "leaky_relu", "elu", "gelu", "silu", "softmax", "log_softmax")
ENTRYWISE = ("neg", "exp", "log", "sqrt", "sin", "cos", "abs", *ACTIVATIONS)
ENTRYWISE_PAIRS = ("add", "sub", "mul", "div", "power", "greater", "maximum", "minimum")
_RULES: dict[str, Rule] = dict.fromkeys(ENTRYWISE + ENTRYWISE_PAIRS, _alike) | {
    "matmul": _matmul,
    "outer": _outer,
    "transpose": _transpose,
    "sum": _scalar,
    "mean": _scalar,
    "logsumexp": _scalar,
    "softmax_ce": _score,
}


def result(op: str, *shapes: Shape) -> Shape | None:
    """The shape ``op`` makes of ``shapes``; None if they do not fit or there is no such op."""
    rule = _RULES.get(op)
    return None if rule is None else rule(*shapes)


def stacked(shapes: tuple[Shape, ...]) -> Shape | None:
    """The shape of an array of items of these shapes; None if they differ or are not rows."""
    first, *rest = shapes or ((),)
    if any(shape != first for shape in rest) or len(first) > 1:
        return None
    return (len(shapes), *first)
