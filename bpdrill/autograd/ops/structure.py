"""Ops that compute nothing: they lay out anew and pick what is there, and so do their gradients.

Each is linear, and what pulls it back is a row as well: a reshape is undone by a reshape,
``diag`` by itself, and rows that were picked are added where they came from. Helpers take an
array whose shape they go by, and whose numbers do not matter.
"""

from __future__ import annotations

from math import prod
from typing import Any

from bpdrill.autograd.arithmetic.elementary import transpose
from bpdrill.autograd.arithmetic.windows import whole
from bpdrill.autograd.op import Cost, Fault, Op
from bpdrill.autograd.ops.solve import square
from bpdrill.autograd.values import Shape, Value, shape_of, size_of, spread
from bpdrill.model.tree import Apply


def worked_out(shape: Any, a: Value) -> Shape:
    """``shape`` in whole numbers, a -1 in it replaced by what is left of the elements of ``a``.

    Raises ValueError, saying what to change, if they cannot be laid out so.
    """
    import numpy as np

    lengths = tuple(whole("a length", length, least=-1) for length in np.atleast_1d(shape))
    if lengths.count(-1) > 1:
        raise ValueError(f"only one length of {lengths} can be -1, to be worked out from the others")
    size, known = size_of(a), prod(length for length in lengths if length >= 0)
    full = tuple(size // max(known, 1) if length < 0 else length for length in lengths)
    if prod(full) != size:
        raise ValueError(
            f"{size} elements do not fill the shape {lengths}: the product of its lengths must be {size}"
        )
    return full


def laid_out(x: Any, shape: Shape) -> Value:
    """``x`` in ``shape``, row by row; a float if that is ()."""
    import numpy as np

    laid: Value = np.reshape(x, shape)
    return laid if shape else float(laid)


def recast(x: Value, own: Value, goal: Value) -> Value:
    """``x`` in the shape of ``goal``; it has the shape of ``own``, or is a stack of such."""
    ahead = shape_of(x)[:1] if len(shape_of(x)) > len(shape_of(own)) else ()
    return laid_out(x, ahead + shape_of(goal))


def by_columns(x: Any, goal: Value) -> Value:
    """``x`` in the shape of ``goal``, read and laid out column by column."""
    import numpy as np

    return np.reshape(x, shape_of(goal), order="F")


def places(a: Any, i: Any) -> Any:
    """``i`` as whole numbers; raises ValueError unless each stands for a row of ``a``.

    A negative one counts from the end.
    """
    import numpy as np

    if shape_of(a) == ():
        raise ValueError("a number has no rows to pick from")
    if np.asarray(i).dtype == bool:
        raise ValueError("rows are picked by their numbers, not by truths: use where(condition, a, b)")
    picks, rows = np.asarray(i, dtype=np.float64), len(a)
    if not (np.floor(picks) == picks).all():
        raise ValueError(f"rows are picked by whole numbers, not by {np.asarray(i).tolist()}")
    beyond = picks[(picks < -rows) | (picks >= rows)]
    if beyond.size:
        raise ValueError(f"there is no row {beyond[0]:g}: the {rows} rows are numbered from 0 to {rows - 1}")
    return picks.astype(np.intp)


def picked(x: Value, a: Any, i: Any) -> Value:
    """The rows ``i`` of ``x``, which has the shape of ``a``, or is a stack of such."""
    import numpy as np

    rows = np.take(recast(x, a, a), places(a, i), axis=-a.ndim)
    return laid_out(rows, rows.shape)


def scattered(rows: Value, a: Any, i: Any) -> Value:
    """Each of ``rows``, or of a stack of such, added to row ``i`` of zeros in the shape of ``a``."""
    import numpy as np

    picks = places(a, i)
    own, shape = picks.shape + a.shape[1:], shape_of(rows)
    ahead = shape[: len(shape) - len(own)]
    if shape != ahead + own:
        raise ValueError(f"the rows for {picks.tolist()} must have the shape {own}, not {shape}")
    gradient = np.zeros(ahead + a.shape)
    np.add.at(gradient, (*map(slice, ahead), picks), rows)
    return gradient


def overwritten(rows: Value, a: Any, i: Any) -> Value:
    """As ``scattered``, but of several for one row only the last is left."""
    import numpy as np

    gradient = np.zeros(a.shape)
    gradient[places(a, i)] = rows
    return gradient


def to_all(rows: Value, a: Any, i: Any) -> Value:
    """The sum of ``rows`` to every row of ``a``."""
    import numpy as np

    return np.broadcast_to(np.sum(rows, axis=tuple(range(np.ndim(i)))), a.shape)


def first_rows(i: Any) -> Any:
    """As many places as ``i`` holds, from the first on."""
    import numpy as np

    return np.arange(np.size(i)).reshape(np.shape(i))


def diag(a: Any) -> Value:
    """A vector (n,) as the diagonal of a matrix (n, n) of zeros, or the diagonal of such a matrix."""
    import numpy as np

    return np.diag(a if len(shape_of(a)) == 1 else square(a, "a vector or a square matrix"))


def along_rows(ct: Any, a: Any) -> Value:
    """The upstream of ``diag``, as if every place of a row had to do with its element of the diagonal."""
    spread_out: Value = ct.sum(axis=1) if a.ndim == 1 else spread(ct[:, None], a.shape)
    return spread_out


def identity(a: Any) -> Any:
    """Ones on the diagonal, in the shape of the square matrix ``a``."""
    import numpy as np

    return np.eye(len(a))


VECTOR = (0.5, -2.0, 0.1)
PAIR = (1.4, -0.9)
TALL = ((1.0, 2.0), (-0.7, 0.4), (0.3, -1.1))
SQUARE = ((1.5, -0.5), (2.0, 0.3))
NINE = ((0.6, -1.2, 0.9), (1.4, 0.2, -0.8), (-0.3, 1.1, 0.7))
DEEP = (((1.0, -0.4), (0.6, 0.2)), ((-1.5, 0.9), (0.3, 2.2)))

SEVERAL = "where there is more than one row, and more than one column"


class Reshape(Op):
    """The same elements in another shape, row by row: the upstream gradient goes back to the shape of a.

    One length may be -1, and is worked out from the others.
    """

    name = "reshape"
    forward = staticmethod(lambda a, shape: laid_out(a, worked_out(shape, a)))
    vjp = (lambda ct, y, a, shape: recast(ct, y, a),)
    jvp = (lambda t, y, a, shape: recast(t, a, y),)
    symbolic = (lambda ct, y, a, shape: Apply("reshape_like", (ct, a)),)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault("reshape.column-order", 0, lambda ct, y, a, shape: by_columns(ct, a), where=SEVERAL),
        Fault(
            "reshape.transposed",
            0,
            lambda ct, y, a, shape: transpose(ct),
            where="where the shape is that of the transpose",
        ),
    )
    specimens = (
        (TALL, (2, 3)),
        (TALL, (-1,)),
        (VECTOR, (3, 1)),
        (DEEP, (4, -1)),
        (DEEP, 8),
        (0.7, (1,)),
        ((0.7,), ()),
        (0.7, ()),
    )


class ReshapeLike(Op):
    """a in the shape of another value: a reshape, backwards."""

    name = "reshape_like"
    forward = staticmethod(lambda a, like: laid_out(a, worked_out(shape_of(like), a)))
    vjp = (lambda ct, y, a, like: recast(ct, y, a), lambda ct, y, a, like: ct * 0)
    jvp = (lambda t, y, a, like: recast(t, a, y), lambda t, y, a, like: t * 0)
    symbolic = (lambda ct, y, a, like: Apply("reshape_like", (ct, a)), lambda ct, y, a, like: ct * 0)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (Fault("reshape_like.column-order", 0, lambda ct, y, a, like: by_columns(ct, a), where=SEVERAL),)
    specimens = (
        (TALL, ((0.6, -1.2, 0.9), (1.4, 0.2, -0.8))),
        (VECTOR, (VECTOR,)),
        (DEEP, ((1.0, 2.0, 3.0, 4.0), (5.0, 6.0, 7.0, 8.0))),
        ((0.7,), 1.2),
        (0.7, (1.2,)),
    )


class Index(Op):
    """The rows i of a, as an embedding looks them up: each gets the upstream of all its uses, others 0."""

    name = "index"
    forward = staticmethod(lambda a, i: picked(a, a, i))
    vjp = (lambda ct, y, a, i: scattered(ct, a, i),)
    jvp = (lambda t, y, a, i: picked(t, a, i),)
    symbolic = (lambda ct, y, a, i: Apply("scatter_add", (ct, a, i)),)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault(
            "index.repeated-overwritten",
            0,
            lambda ct, y, a, i: overwritten(ct, a, i),
            where="where a row is picked more than once",
        ),
        Fault(
            "index.gradient-to-all",
            0,
            lambda ct, y, a, i: to_all(ct, a, i),
            where="where there is more than one row to pick from",
        ),
    )
    specimens = (
        (TALL, (2, 0, 2, 2)),
        (TALL, 1),
        (TALL, ((0, 1, 1), (-1, 2, 0))),
        (VECTOR, (1, 1, 0)),
        (VECTOR, -1),
        (DEEP, (1, 0, 1)),
    )


class ScatterAdd(Op):
    """Rows added where i says, to zeros in the shape of a: picking rows, backwards."""

    name = "scatter_add"
    forward = staticmethod(scattered)
    vjp = (lambda ct, y, rows, a, i: picked(ct, a, i), lambda ct, y, rows, a, i: ct * 0)
    jvp = (
        lambda t, y, rows, a, i: scattered(recast(t, rows, rows), a, i),
        lambda t, y, rows, a, i: t * 0,
    )
    symbolic = (lambda ct, y, rows, a, i: Apply("index", (ct, i)), lambda ct, y, rows, a, i: ct * 0)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault(
            "scatter_add.first-rows",
            0,
            lambda ct, y, rows, a, i: picked(ct, a, first_rows(i)),
            where="where other rows than the first ones were picked, or in another order",
        ),
    )
    specimens = (
        (TALL, ((0.2, 0.4), (1.0, -1.0)), (1, 0, 1)),
        (PAIR, TALL, 2),
        (VECTOR, PAIR, (1, 0, 1)),
        (0.7, VECTOR, 1),
        (DEEP, TALL, ((2, 0), (1, 2))),
    )


class Diag(Op):
    """A vector as the diagonal of a matrix, or the diagonal of a matrix as a vector: it undoes itself."""

    name = "diag"
    forward = staticmethod(diag)
    vjp = (lambda ct, y, a: diag(ct),)
    jvp = (lambda t, y, a: diag(t),)
    symbolic = (lambda ct, y, a: Apply("diag", (ct,)),)
    keeps = ()
    cost = Cost(forward=0, backward=0)
    faults = (Fault("diag.off-diagonal-kept", 0, lambda ct, y, a: along_rows(ct, a)),)
    specimens = ((VECTOR,), (PAIR,), (SQUARE,), (NINE,))


class Trace(Op):
    """The sum of the diagonal of a square matrix: the upstream gradient on the diagonal, 0 elsewhere."""

    name = "trace"
    forward = staticmethod(lambda a: float(square(a).trace()))
    vjp = (lambda ct, y, a: ct * identity(a),)
    jvp = (lambda t, y, a: float(t.trace()),)
    symbolic = (lambda ct, y, a: ct * Apply("diag", (0 * Apply("diag", (a,)) + 1,)),)
    keeps = ()
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault(
            "trace.gradient-to-all",
            0,
            lambda ct, y, a: spread(ct, a.shape),
            where="where there is more than one row",
        ),
    )
    specimens = ((SQUARE,), (NINE,), (((0.7,),),))
