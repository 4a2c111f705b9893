"""What a name may stand for: the reals unless an item says otherwise.

It decides where two expressions are the same: √(x²) is |x| on the reals and x where x is positive;
log(a²) is 2·log(a) where a is positive, and exists on more of the reals elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Domains = Mapping[str, str]
"""The domain of each declared name; a name without one is real."""

REALS: Domains = MappingProxyType({})


def _unit(value: float) -> float:
    """Somewhere between 0 and 1, both left out; what lies there already stays."""
    return value if 0 < value < 1 else 1 / (2 + abs(value))


NUMBERS: Mapping[str, Callable[[float], float]] = MappingProxyType(
    {
        "real": lambda value: value,
        "positive": lambda value: abs(value) or 1.0,
        "nonnegative": abs,
        "negative": lambda value: -(abs(value) or 1.0),
        "nonzero": lambda value: value or 1.0,
        "unit": _unit,
    }
)
"""Any real number moved into the domain."""


def _distribution(array: Any) -> Any:
    weights = abs(array) + 0.1
    return weights / weights.sum(axis=-1, keepdims=True)


def _one_hot(array: Any) -> Any:
    from numpy import eye

    return eye(array.shape[-1])[array.argmax(axis=-1)]


ARRAYS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"distribution": _distribution, "onehot": _one_hot}
)
"""Domains of vectors, and of rows of matrices: positive numbers that sum to 1, or a single 1 among zeros."""

ALL = (*NUMBERS, *ARRAYS)


def number_in(domain: str, value: float) -> float:
    """``value`` moved into ``domain``; a distribution over one outcome is 1."""
    return NUMBERS[domain](value) if domain in NUMBERS else 1.0


def array_in(domain: str, array: Any) -> Any:
    """``array`` with each entry, or each row, moved into ``domain``."""
    if domain in ARRAYS:
        return ARRAYS[domain](array)
    if domain == "real":
        return array
    from numpy import vectorize

    return vectorize(NUMBERS[domain], otypes=[float])(array)
