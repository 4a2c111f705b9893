"""What the engine computes with: floats and float64 arrays, and their shapes.

A scalar stays a Python float (a rank-0 array costs ten times as much), and numpy is
loaded only by the first array. No value is ever changed in place, so one array may
safely be handed to several nodes.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, lru_cache
from numbers import Real
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy as np
    import numpy.typing as npt

P = ParamSpec("P")
Result = TypeVar("Result")

Value: TypeAlias = "float | npt.NDArray[np.float64]"
"""A scalar, or an array of rank 1 or more."""

Given: TypeAlias = "float | Fraction | npt.NDArray[Any] | Sequence[Given]"
"""What a caller may hand in: a number, an array, nested tuples or lists of numbers."""

Shape: TypeAlias = tuple[int, ...]
"""Lengths along the axes; ``()`` is a scalar."""


@cache
def numpys(name: str) -> Any:
    """Numpy's function of that name, looked up once: an import statement costs as much as a small sum."""
    import numpy as np

    return vars(np)[name]


def settled(given: Given) -> Value:
    """``given`` as a float, or as a float64 array of our own that cannot be written to.

    Integers become floats, rank 0 becomes a float, and -0 becomes 0: no learner writes it.
    Raises ValueError for what is no number, and for rows of different lengths.
    """
    if isinstance(given, Real):
        return float(given) + 0.0
    import numpy as np

    try:
        raw = np.asarray(given)
    except TypeError as error:  # a node says so itself
        raise ValueError(str(error)) from error
    if raw.dtype.kind not in NUMBERS and not _holds_numbers(raw):
        raise ValueError(f"a value is a number or an array of numbers, not {_told(given)}")
    array = np.array(raw, dtype=np.float64) + 0.0
    if array.ndim == 0:
        return float(array)
    array.flags.writeable = False
    return array


NUMBERS = "biuf"
"""The kinds of numpy's types that become float64 without loss: truths, whole numbers, floats."""


def _holds_numbers(raw: Any) -> bool:
    """Whether objects are all numbers: fractions, say."""
    return raw.dtype.kind == "O" and raw.size > 0 and all(isinstance(each, Real) for each in raw.flat)


def _told(given: Any) -> str:
    kind = type(given).__name__
    return f"a {kind}" if kind == "Node" or not isinstance(given, str | list | tuple) else repr(given)[:40]


def is_ready(given: Any) -> bool:
    """Whether it is one of numpy's own arrays, no matrix or masked one, of float64 and with axes."""
    return given.__class__ is numpys("ndarray") and given.dtype.char == "d" and given.ndim > 0


LOCKED, WRITEABLE = False, True
"""What ``setflags`` is told by position: named, the argument costs as much again as the call."""


def frozen(value: Value) -> Value:
    """``value`` as nobody can write to it, not even through this very array."""
    if isinstance(value, float):
        return value
    own: Any = value.view()
    own.setflags(LOCKED)
    locked: Value = own
    return locked


def shape_of(value: Value) -> Shape:
    """The shape of ``value``; ``()`` for a float."""
    return () if isinstance(value, float) else value.shape


def size_of(value: Value) -> int:
    """How many numbers ``value`` holds."""
    return math.prod(shape_of(value))


def zeros(shape: Shape) -> Value:
    """Nothing, in ``shape``."""
    return settled(0.0) if shape == () else spread(0.0, shape)


def filled(number: float, shape: Shape) -> Value:
    """``number`` in every place of ``shape``."""
    if shape == ():
        return number
    everywhere: Any = numpys("empty")(shape)
    everywhere.fill(number)
    filled_up: Value = everywhere
    return filled_up


def spread(value: Value, shape: Shape) -> Value:
    """``value`` broadcast to ``shape``."""
    if shape_of(value) == shape:
        return value
    import numpy as np

    return settled(np.broadcast_to(value, shape))


@lru_cache(maxsize=1024)
def ghost(shape: Shape) -> Value:
    """NaN in every place of ``shape``, in the memory of one: a rule that did read it would show."""
    import numpy as np

    return np.broadcast_to(math.nan, shape)


def lightened(arguments: tuple[Any, ...], frees: tuple[bool, ...]) -> tuple[Value, ...]:
    """``arguments`` without the arrays that may be freed; their shapes stay."""
    light = [
        ghost(argument.shape) if free and argument.__class__ is not float else argument
        for argument, free in zip(arguments, frees, strict=False)
    ]
    return (*light, *arguments[len(frees) :])


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
    if isinstance(value, float):
        if shape:
            raise ValueError(_misfit(value, shape))
        return float(value)  # numpy has a kind of its own
    added = value.ndim - len(shape)
    if added >= 0 and value.shape[added:] == shape:
        fitted: Value = _sum_ahead(value, added)
    elif len(shape) == 1 and value.shape == (*shape, 1):
        fitted = value[:, 0]
    else:
        fitted = _sum_stretched(value, shape, added)
    return fitted


def _sum_ahead(value: Any, added: int) -> Any:
    """``value`` summed over its first ``added`` axes."""
    if not added:
        return value
    if added == 1 and value.ndim > 1 and len(value) == 1:
        return value[0]
    total = value.sum(axis=0 if added == 1 else tuple(range(added)))
    return total if total.ndim else float(total)


def _sum_stretched(value: Any, shape: Shape, added: int) -> Any:
    """As ``sum_to``, where an axis of length 1 was stretched."""
    if added < 0:
        raise ValueError(_misfit(value, shape))
    total = _sum_ahead(value, added)
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
    fitted = total.sum(axis=stretched, keepdims=True) if stretched else total
    if fitted.shape != shape:
        raise ValueError(_misfit(value, shape))
    return fitted


def stacked_sum_to(stack: Any, shape: Shape) -> Value:
    """As ``sum_to``, for each of the values along the first axis of ``stack``, an array."""
    if stack.shape[1:] == shape:
        same: Value = stack
        return same
    if len(shape) == 1 and stack.shape[1:] == (*shape, 1):  # columns, as ``sum_to`` has them
        columns: Value = stack[..., 0]
        return columns
    added = stack.ndim - 1 - len(shape)
    if added < 0:
        raise ValueError(_misfit(stack, shape))
    over, left = _added_or_stretched(added, shape)
    total = stack.sum(axis=over)
    if total.shape[1:] != left:
        raise ValueError(_misfit(stack, shape))
    fitted: Value = total.reshape(len(stack), *shape)
    return fitted


@lru_cache(maxsize=1024)
def _added_or_stretched(added: int, shape: Shape) -> tuple[Shape, Shape]:
    """The axes of a stack that are to be summed over, those ahead and those of length 1; the lengths left."""
    stretched = (1 + added + axis for axis, length in enumerate(shape) if length == 1)
    return (*range(1, 1 + added), *stretched), tuple(length for length in shape if length != 1)


def stacked_spread(stack: Value, shape: Shape) -> Value:
    """As ``spread``, for each of the values along the first axis of ``stack``, aligned on the right."""
    own = shape_of(stack)
    if own[1:] == shape:
        return stack
    import numpy as np

    return np.broadcast_to(aligned(stack, shape), own[:1] + shape)


def aligned(stack: Value, shape: Shape) -> Value:
    """``stack`` with axes of length 1 after its first, so that the others line up with ``shape``."""
    if isinstance(stack, float) or stack.ndim > len(shape):
        return stack
    own = stack.shape
    lined_up: Value = stack.reshape(own[:1] + (1,) * (len(shape) + 1 - len(own)) + own[1:])
    return lined_up


def _misfit(value: Value, shape: Shape) -> str:
    return f"a gradient has the shape of its variable: expected {shape}, got {shape_of(value)}"


def described(value: Value, name: str = "") -> str:
    """``value`` for a message, with its name if it has one: a number in full, an array by its shape."""
    if isinstance(value, float):
        return f"{name} = {value:.6g}" if name else f"{value:.6g}"
    return f"{name or 'array'} of shape {value.shape}"


def quiet() -> AbstractContextManager[None]:
    """No warnings from numpy, and no loading of it: what is not finite is refused by name instead."""
    return silence() if "numpy" in sys.modules else nullcontext()


def silence() -> AbstractContextManager[None]:
    """No warnings from numpy."""
    silent: AbstractContextManager[None] = numpys("errstate")(all="ignore")
    return silent


@cache
def silenced(work: Callable[P, Result]) -> Callable[P, Result]:
    """``work``, without warnings from numpy: to enter that once for a function is half as dear as a block."""
    silent: Callable[P, Result] = numpys("errstate")(all="ignore")(work)
    return silent
