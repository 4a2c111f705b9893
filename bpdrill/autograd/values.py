"""What the engine computes with: floats and float64 arrays, and their shapes.

A scalar stays a Python float (a rank-0 array costs ten times as much), and numpy is
loaded only by the first array. No value is ever changed in place, so one array may
safely be handed to several nodes.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy as np
    import numpy.typing as npt

Value: TypeAlias = "float | npt.NDArray[np.float64]"
"""A scalar, or an array of rank 1 or more."""

Given: TypeAlias = "float | Fraction | npt.NDArray[Any] | Sequence[Given]"
"""What a caller may hand in: a number, an array, nested tuples or lists of numbers."""

Shape: TypeAlias = tuple[int, ...]
"""Lengths along the axes; ``()`` is a scalar."""


def settled(given: Given) -> Value:
    """``given`` as a float, or as a float64 array of our own that cannot be written to.

    Integers become floats, rank 0 becomes a float, and -0 becomes 0: no learner writes it.
    """
    if isinstance(given, Real):
        return float(given) + 0.0
    import numpy as np

    array = np.array(given, dtype=np.float64) + 0.0
    if array.ndim == 0:
        return float(array)
    array.flags.writeable = False
    return array


def shape_of(value: Value) -> Shape:
    """The shape of ``value``; ``()`` for a float."""
    return () if isinstance(value, float) else value.shape


def size_of(value: Value) -> int:
    """How many numbers ``value`` holds."""
    return math.prod(shape_of(value))


def zeros(shape: Shape) -> Value:
    """Nothing, in ``shape``."""
    return settled(0.0) if shape == () else spread(0.0, shape)


def spread(value: Value, shape: Shape) -> Value:
    """``value`` broadcast to ``shape``."""
    if shape_of(value) == shape:
        return value
    import numpy as np

    return settled(np.broadcast_to(value, shape))


def is_finite(value: Value) -> bool:
    """Whether ``value`` holds neither infinities nor NaN."""
    if isinstance(value, float):
        return math.isfinite(value)
    import numpy as np

    return bool(np.isfinite(value).all())


def sum_to(value: Value, shape: Shape) -> Value:
    """Undo broadcasting: ``value`` summed over the axes that were added or stretched to reach its shape.

    A column (n, 1) or a row (1, n) may also stand for the vector (n,). Raises ValueError
    if ``value`` cannot have come from ``shape``.
    """
    if shape_of(value) == shape:
        return value
    if isinstance(value, float) or value.ndim < len(shape):
        raise ValueError(_misfit(value, shape))
    if value.ndim == 2 and shape == (value.size,) and 1 in value.shape:
        return value.reshape(shape)
    added = value.ndim - len(shape)
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
    total = value.sum(axis=tuple(range(added)))
    fitted = total.sum(axis=stretched, keepdims=True) if stretched else total
    if fitted.shape != shape:
        raise ValueError(_misfit(value, shape))
    return settled(fitted)


def _misfit(value: Value, shape: Shape) -> str:
    return f"a gradient has the shape of its variable: expected {shape}, got {shape_of(value)}"


def described(value: Value) -> str:
    """``value`` for a message: a number in full, an array by its shape."""
    return f"{value:.6g}" if isinstance(value, float) else f"array of shape {value.shape}"


def quiet() -> AbstractContextManager[None]:
    """No warnings from numpy, and no loading of it: what is not finite is refused by name instead."""
    numpy = sys.modules.get("numpy")
    silence: AbstractContextManager[None] = numpy.errstate(all="ignore") if numpy else nullcontext()
    return silence
