"""Propagated rounding: how far a result may be off because what it was made of was written to few digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bpdrill.algebra.evaluate import Value

Values = tuple[Value, ...]
Carried = Mapping[str, Values]

ROUNDING = 1e-9
"""What the machine's own arithmetic may be off by."""
LARGEST_GAIN = 100
"""A gap of more units than this is no rounding, and is not looked into."""


def slack(expect: Callable[[Carried], Values], carried: Carried, units: Mapping[str, float]) -> Values:
    """To first order, how far each cell of ``expect`` moves when its inputs move by half their last digit."""
    here = expect(carried)
    moved = [0.0 * abs(value) for value in here]
    for field, unit in units.items():
        if unit and field in carried and matters(expect, carried, field, unit):
            for nudged in nudges(carried[field], unit / 2):
                there = expect({**carried, field: nudged})
                moved = [sum_ + abs(a - b) for sum_, a, b in zip(moved, there, here, strict=True)]
    return tuple(moved)


def matters(expect: Callable[[Carried], Values], carried: Carried, field: str, unit: float) -> bool:
    """Whether a step reads a field at all: it is moved as a whole, every entry by an amount of its own."""
    moved = tuple(value + unit * uneven(value) for value in carried[field])
    pairs = zip(expect({**carried, field: moved}), expect(carried), strict=True)
    return any(largest(a - b) > 0 for a, b in pairs)


def uneven(value: Value) -> Value:
    """Amounts that no sum cancels."""
    if isinstance(value, float):
        return 0.5
    from numpy import arange

    return (0.5 / (1.0 + arange(value.size) % 7)).reshape(value.shape)


def nudges(values: Values, by: float) -> Iterator[Values]:
    """``values`` with one entry moved, each in turn."""
    for at, value in enumerate(values):
        for entry in entries(value, by):
            yield (*values[:at], value + entry, *values[at + 1 :])


def entries(value: Value, by: float) -> Iterator[Value]:
    """For each entry of ``value``: ``by`` there, 0 elsewhere."""
    if isinstance(value, float):
        yield by
        return
    from numpy import ndindex, zeros_like

    for cell in ndindex(value.shape):
        nudge = zeros_like(value)
        nudge[cell] = by
        yield nudge


def within(given: Values, key: Values, allowed: Values) -> bool:
    """Whether every cell is as near its key as allowed."""
    return all(
        bool((abs(a - b) <= far).all()) if hasattr(a, "all") else abs(a - b) <= far
        for a, b, far in zip(given, key, allowed, strict=True)
    )


def distance(a: Values, b: Values) -> float:
    """How far two steps' values are apart at most."""
    return max(largest(x - y) for x, y in zip(a, b, strict=True))


def largest(gap: Value) -> float:
    """The size of a number, or of the largest entry."""
    return float(abs(gap).max()) if hasattr(gap, "max") else abs(gap)
