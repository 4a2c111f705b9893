"""Numbers and arrays drawn from a seed, in humane decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bpdrill.algebra.domains import Domains, array_in, number_in
from bpdrill.algebra.evaluate import Value
from bpdrill.model.items import Draw
from bpdrill.model.tree import Symbols

SIZES = (2, 3, 4, 5, 6)
"""Lengths that named sizes get, all different: equal ones would let a lost transpose pass."""


def draw_array(lengths: Sequence[int], numbers: Draw, largest: int, per: int) -> Any:
    """Multiples of ``1 / per`` between ``-largest / per`` and ``largest / per``; never 0: it hides slips."""
    from math import prod

    from numpy import array

    return array(
        [numbers.choice((-1, 1)) * numbers.decimal(1, largest, per) for _ in range(prod(lengths))]
    ).reshape(lengths)


def draw_one_hot(length: int, numbers: Draw) -> Any:
    """Zeros with one 1."""
    from numpy import eye

    return eye(length)[numbers.integer(0, length - 1)]


def draw_values(symbols: Symbols, domains: Domains, numbers: Draw) -> Mapping[str, Value]:
    """A value for each symbol, in its domain; a number that is called as a size is that size."""
    lengths = draw_lengths(symbols, numbers)
    drawn: dict[str, Value] = {
        name: draw_array([lengths.get(str(size), size) for size in shape], numbers, 150, 100)
        for name, shape in symbols.items()
        if name not in lengths
    }
    drawn = {name: value if value.shape else float(value) for name, value in drawn.items()}
    for name, domain in domains.items():
        drawn[name] = within(domain, drawn[name], numbers)
    return drawn | {name: float(length) for name, length in lengths.items() if name in symbols}


def draw_lengths(symbols: Symbols, numbers: Draw) -> dict[str, Any]:
    """A length for each size that has a name, no two alike."""
    named = dict.fromkeys(size for shape in symbols.values() for size in shape if isinstance(size, str))
    return dict(zip(named, numbers.several(SIZES, len(SIZES)), strict=False))


def within(domain: str, value: Value, numbers: Draw) -> Value:
    """``value`` in its domain; where the 1 of each one-hot row stands is drawn."""
    if isinstance(value, float):
        return number_in(domain, value)
    if domain != "onehot":
        return array_in(domain, value)
    from numpy import array

    *rows, length = value.shape
    drawn = [draw_one_hot(length, numbers) for _ in range(rows[0] if rows else 1)]
    return array(drawn).reshape(value.shape)
