"""The shape of an op's result, from the shapes of its arguments and from its settings.

A vector ``(n,)`` is a column and its transpose is the row ``(1, n)``. A column of one
column is a vector again and a matrix of one entry a scalar, so ``aᵀ b`` is a scalar.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bpdrill.model.tree import Number, Shape, Size, Tree

Rule = Callable[..., Shape | None]
"""Shapes of the arguments to the shape of the result; None if they do not fit."""


def _alike(*shapes: Shape) -> Shape | None:
    """Entry by entry: scalars go with anything, the rest must agree."""
    different = {shape for shape in shapes if shape != ()}
    return next(iter(different), ()) if len(different) <= 1 else None


def _spread(left: Shape, right: Shape) -> Shape | None:
    """Entry by entry; a bias is added to each row of a batch where that is all it can mean."""
    alike = _alike(left, right)
    if alike is not None:
        return alike
    return next((large for large, small in ((left, right), (right, left)) if _covers(large, small)), None)


def _covers(large: Shape, small: Shape) -> bool:
    """Whether numpy repeats ``small`` to ``large``, and nobody could take it for its transpose."""
    if len(large) != 2 or 1 in large:
        return False
    if len(small) == 1:
        return large[0] != large[1] == small[0]
    return len(small) == 2 and all(size in (1, length) for size, length in zip(small, large, strict=True))


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


def _diag(shape: Shape) -> Shape | None:
    """A vector as a diagonal, or a diagonal as a vector."""
    if len(shape) == 1:
        return shape * 2
    return shape[:1] if _is_square(shape) else None


def _trace(shape: Shape) -> Shape | None:
    return () if _is_square(shape) else None


def _is_square(shape: Shape) -> bool:
    return len(shape) == 2 and shape[0] == shape[1]


def is_square_by_name(shape: Shape) -> bool:
    """Whether it is square in every problem, and not just where the numbers fall so."""
    return _is_square(shape) and isinstance(shape[0], str)


def _reduced(_: Shape, *settings: Shape) -> Shape | None:
    """One number; along an axis ``made`` knows more, since it sees which."""
    return None if settings else ()


def _largest(shape: Shape, *settings: Shape) -> Shape | None:
    return _reduced(shape, *settings) if shape else None


def _score(prediction: Shape, target: Shape) -> Shape | None:
    """A loss: one number out of two that have one shape."""
    return () if prediction == target else None


ACTIVATIONS = ("tanh", "sigmoid", "relu", "leaky_relu", "elu", "gelu", "silu", "softmax", "log_softmax")
ENTRYWISE = ("neg", "exp", "log", "sqrt", "sin", "cos", "abs", *ACTIVATIONS)
SPREADING = ("add", "sub", "mul", "div")
ENTRYWISE_PAIRS = (*SPREADING, "power", "greater", "maximum", "minimum")
REDUCTIONS = ("sum", "mean", "max", "logsumexp")
"""Ops that make one number of an array, or one for each row or column where they have an axis."""
_RULES: dict[str, Rule] = (
    dict.fromkeys((*ENTRYWISE, *ENTRYWISE_PAIRS, "softplus"), _alike)
    | dict.fromkeys(SPREADING, _spread)
    | dict.fromkeys(REDUCTIONS, _reduced)
    | {
        "matmul": _matmul,
        "outer": _outer,
        "transpose": _transpose,
        "max": _largest,
        "diag": _diag,
        "trace": _trace,
        "softmax_ce": _score,
    }
)


def result(op: str, *shapes: Shape) -> Shape | None:
    """The shape ``op`` makes of ``shapes``; None if they do not fit or there is no such op."""
    rule = _RULES.get(op)
    return None if rule is None else rule(*shapes)


def made(op: str, args: Sequence[Tree], shapes: Sequence[Shape]) -> Shape | None:
    """As ``result``, but of arguments that are known: an axis among them is taken into account."""
    settings = [int(arg.value) for arg in args[1:] if isinstance(arg, Number)]
    if op in REDUCTIONS and settings and len(settings) == len(args) - 1:
        return _along(shapes[0], *settings)
    return result(op, *shapes)


def _along(shape: Shape, axis: int, keep: int = 0) -> Shape | None:
    """``shape`` without one axis, or with 1 in its place."""
    if not 0 <= axis < len(shape):
        return None
    return (*shape[:axis], *((1,) if keep else ()), *shape[axis + 1 :])


def stacked(shapes: tuple[Shape, ...]) -> Shape | None:
    """The shape of an array of items of these shapes; None if they differ or are not rows."""
    first, *rest = shapes or ((),)
    if any(shape != first for shape in rest) or len(first) > 1:
        return None
    return (len(shapes), *first)
