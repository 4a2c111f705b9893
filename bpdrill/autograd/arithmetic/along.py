"""Arithmetic along one axis of an array, or over the whole of it where ``axis`` is None.

Where ``keep`` is set the axis stays, with length 1; without it a whole array becomes a float.
``x`` and ``reduced`` may carry the axis of a stack ahead of their own: the axes are those of
``a``, counted from its last.
"""

from __future__ import annotations

from functools import cache
from math import prod

from bpdrill.autograd.arithmetic.elementary import exp, log
from bpdrill.autograd.values import Value, filled, shape_of


@cache
def axes(rank: int, axis: float | None) -> int | tuple[int, ...]:
    """The axes to run over in an array of that rank, counted from the last; a single one as a number.

    Raises ValueError if there is no such axis; but a float (rank 0) is its own sum along any.
    """
    if axis is None or rank == 0:
        return tuple(range(-rank, 0))
    place = int(axis)
    if place != axis or not -rank <= place < rank:
        raise ValueError(f"there is no axis {axis:g} in an array of rank {rank}")
    return place - rank if place >= 0 else place


def count(a: Value, axis: float | None = None) -> float:
    """How many elements of ``a`` go into one result."""
    shape = shape_of(a)
    over = axes(len(shape), axis)
    return float(shape[over] if isinstance(over, int) else prod(shape))


def summed(x: Value, a: Value, axis: float | None = None, keep: float = 0) -> Value:
    """Sums of ``x`` along the axes of ``a``."""
    if axis is None and x is a and not keep:
        return x if isinstance(x, float) else float(x.sum())
    over = axes(len(shape_of(a)), axis)
    if isinstance(x, float) or not over:
        return x
    return x.sum(axis=over, keepdims=True) if keep else _plain(x.sum(axis=over))


def largest(a: Value, axis: float | None = None, keep: float = 0) -> Value:
    """The largest elements."""
    return a if isinstance(a, float) else _plain(a.max(axis=axes(a.ndim, axis), keepdims=bool(keep)))


def opened(reduced: Value, a: Value, axis: float | None = None, keep: float = 0) -> Value:
    """A reduction of ``a``, with axes of length 1 where it took axes away: the two line up."""
    if keep or isinstance(reduced, float):
        return reduced
    import numpy as np

    return np.expand_dims(reduced, axes(len(shape_of(a)), axis))


def spread_over(reduced: Value, a: Value, axis: float | None = None, keep: float = 0) -> Value:
    """A reduction of ``a``, repeated to the shape of ``a``."""
    shape = shape_of(a)
    if isinstance(reduced, float):
        return filled(reduced, shape)
    fitting = opened(reduced, a, axis, keep)
    if not shape:
        return fitting
    import numpy as np

    ahead = max(0, len(shape_of(fitting)) - len(shape))
    return np.broadcast_to(fitting, shape_of(fitting)[:ahead] + shape)


def softmax(z: Value, axis: float = -1) -> Value:
    """e^z_i over the sum of all e^z_j; the largest z is taken off first, so that none overflows."""
    exponentials = exp(z - largest(z, axis, keep=True))
    exponentials /= summed(exponentials, z, axis, keep=True)
    return exponentials


def log_softmax(z: Value, axis: float = -1) -> Value:
    """The logarithm of softmax, finite even where softmax itself is 0 in floating point."""
    shifted = z - largest(z, axis, keep=True)
    return shifted - log(summed(exp(shifted), z, axis, keep=True))


def logsumexp(a: Value, axis: float | None = None, keep: float = 0) -> Value:
    """The logarithm of Σ e^a; the largest a is taken off first, so that none overflows."""
    top = largest(a, axis, keep=True)
    found = top + log(summed(exp(a - top), a, axis, keep=True))
    return found if keep else summed(found, a, axis)  # each sum has one term


def _plain(found: Value) -> Value:
    """``found``, as a float if it has no axes."""
    return found if shape_of(found) else float(found)
