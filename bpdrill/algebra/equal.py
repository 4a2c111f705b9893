"""Is it the same? Equal, Different with a witness, or Undecided: never a guess.

Numbers are compared at a tolerance that allows for the digits that were written, arrays cell by
cell. Scalar expressions are ``probe``'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bpdrill import notation
from bpdrill.algebra.evaluate import Value
from bpdrill.model.marks import Comparison, Different, Equal
from bpdrill.model.tree import Apply, Array, Number, Shape, Tree


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a number may be off and still be right.

    A number passes within ``rel`` of the key's size, within ``abs``, or within half a unit of the
    last digit written, as long as that is at most ``written`` of the key: three digits, in effect.
    """

    rel: float = 1e-9
    abs: float = 1e-12
    written: float = 0.01

    def allows(self, given: float, key: float, unit: float = 0.0) -> bool:
        """Whether ``given``, written to a last place of ``unit``, is ``key``."""
        half_unit = min(unit / 2 * (1 + 1e-9), self.written * abs(key))
        return abs(given - key) <= max(self.rel * abs(key), self.abs, half_unit)


EXACT = Tolerance()
BY_HAND = Tolerance(rel=0.01, abs=2e-3)
"""A walk-through by hand: one percent, or two in the third decimal, whichever is wider."""


def unit_of(tree: Tree | None) -> float:
    """The place value of the last digit of the coarsest literal in ``tree``; 0 if all are exact."""
    match tree:
        case Number():
            return float(tree.unit)
        case Apply("neg", (operand,)):
            return unit_of(operand)
        case Array(items):
            return max((unit_of(item) for item in items), default=0.0)
    return 0.0


def compare_values(given: Value, key: Value, tolerance: Tolerance, unit: float = 0.0) -> Comparison:
    """Compare a number or an array with its key, cell by cell."""
    if isinstance(given, float) and isinstance(key, float):
        return compare_numbers(given, key, tolerance, unit)
    from numpy import atleast_1d, ndindex

    given, key = atleast_1d(given), atleast_1d(key)
    if off := misfit(given.shape, key.shape):
        return Different(off)
    flat = given.reshape(key.shape)
    bad = [cell for cell in ndindex(key.shape) if not tolerance.allows(flat[cell], key[cell], unit)]
    if not bad:
        return Equal("every cell agrees")
    if relation := describe(flat, key, tolerance, unit):
        return Different(relation)
    return Different(cell_witness(flat, key, bad), values=True)


def compare_numbers(given: float, key: float, tolerance: Tolerance, unit: float) -> Comparison:
    """Compare two numbers; the witness is the pair."""
    if tolerance.allows(given, key, unit):
        return Equal("the numbers agree")
    return Different(f"yours is {notation.number(given)}, expected {notation.number(key)}", values=True)


def misfit(given: Shape, key: Shape) -> str:
    """What is off about a shape, or nothing; a vector may be written as a row or a column."""
    if squeeze(given) == squeeze(key):
        return ""
    mend = "; transpose it" if squeeze(given) == squeeze(key)[::-1] else ""
    return f"yours is {notation.describe(given)}, expected {notation.describe(key)}{mend}"


def squeeze(shape: Shape) -> Shape:
    """A shape without its axes of length 1."""
    return tuple(size for size in shape if size != 1)


def cell_witness(given: Any, key: Any, bad: list[tuple[int, ...]]) -> str:
    """The first cell that is off, and how many more are."""
    cell = bad[0]
    place = " ".join(f"{axis} {index + 1}," for axis, index in zip(("row", "column"), cell, strict=False))
    more = f" ({len(bad)} of {key.size} cells are off)" if len(bad) > 1 else ""
    pair = f"yours is {notation.number(given[cell])}, expected {notation.number(key[cell])}"
    return f"{place.replace('row', 'entry') if len(cell) == 1 else place} {pair}{more}".replace(",  ", ", ")


def describe(given: Any, key: Any, tolerance: Tolerance, unit: float) -> str:
    """Name a simple relation between the whole of ``given`` and the whole of ``key``, if there is one."""
    for text, relation in RELATIONS:
        related = relation(key)
        if (
            related.shape == given.shape
            and (related != key).any()
            and all_within(given, related, tolerance, unit)
        ):
            return text
    return _permuted(given, key, tolerance, unit) or _scaled(given, key, tolerance, unit)


RELATIONS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("every sign is the other way round", lambda k: -k),
    ("yours is twice the expected", lambda k: 2 * k),
    ("yours is half the expected", lambda k: k / 2),
    ("yours is the transpose of the expected", lambda k: k.T),
    ("yours is the transpose of the expected, and every sign is the other way round", lambda k: -k.T),
)
"""What the whole of an answer is taken for, and how it comes out of the key."""


def _permuted(given: Any, key: Any, tolerance: Tolerance, unit: float) -> str:
    """Whether the rows, or the columns, or the entries of a vector stand in another order."""
    for text, turned in (("rows" if key.ndim == 2 else "entries", False), ("columns", True)):
        own, right = (array.T if turned and key.ndim == 2 else array for array in (given, key))
        if all_within(_in_order(own), _in_order(right), tolerance, unit) and len(right) > 1:
            return f"yours has the expected {text} in another order"
    return ""


def _in_order(array: Any) -> Any:
    """Rows, or entries, from small to large."""
    from numpy import array as of
    from numpy import sort

    return sort(array) if array.ndim == 1 else of(sorted(array.tolist()))


def _scaled(given: Any, key: Any, tolerance: Tolerance, unit: float) -> str:
    """Whether one factor lies between all cells: a mean for a sum, a learning rate that went in."""
    largest = abs(key).argmax()
    if key.size < 2 or key.flat[largest] == 0 or given.flat[largest] == 0:
        return ""
    factor = float(given.flat[largest] / key.flat[largest])
    if not all_within(given, factor * key, tolerance, unit):
        return ""
    return f"every cell is {notation.number(factor)} times the expected"


def all_within(given: Any, key: Any, tolerance: Tolerance, unit: float) -> bool:
    """Whether every cell of ``given`` passes."""
    return all(tolerance.allows(a, b, unit) for a, b in zip(given.flat, key.flat, strict=True))
