"""Which mistake it was: the smallest set of faults that accounts for every wrong cell.

Knows neither steps nor tapes: a wrong cell comes with the faults that would make exactly its value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log10
from typing import Self

from bpdrill.algebra.evaluate import Value

ANY_OP = "edge."
"""Begins the names of faults that fit any op: named only where no fault of the op itself accounts for it."""
AT_ONCE = 3
"""So many kinds of mistake in one answer are told apart; where it takes more, each cell speaks for itself."""
ENOUGH = 4.0
"""Decimal digits that have to agree before one mistake is named on results alone."""


class Sited(str):
    """The name of a fault, and where it sits: further down it would show as well."""

    __slots__ = ("site",)
    site: Hashable

    def __new__(cls, name: str, site: Hashable) -> Self:
        """``name``, with its site."""
        sited = super().__new__(cls, name)
        sited.site = site
        return sited


@dataclass(frozen=True, slots=True)
class Blame:
    """What would make a value: faults by name; without names, only what can be seen of it.

    A site is given where the fault sits further up and comes through.
    """

    names: tuple[str, ...]
    says: str = ""
    site: Hashable = None

    def __str__(self) -> str:
        """The names, or what can be seen."""
        return " and ".join(self.names) or self.says


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong cell, with everything that would make its value."""

    field: str
    fits: tuple[Blame, ...]


Kinds = frozenset[str]
Against = Callable[[Blame], int]
"""How many cells would be other than they are, had this been done."""


def accounts(cells: Sequence[Wrong], against: Against) -> tuple[Kinds, ...]:
    """The smallest sets of faults that account for all cells that any fault accounts for.

    Of several, those that fewest cells speak against, then those of the ops' own faults; what is
    left are sets that these cells cannot tell apart. Nothing, if no fault fits, or too many.
    """
    named = [names for cell in cells if (names := [set(b.names) for b in cell.fits if b.names])]
    smallest = next(filter(None, covers(named)), ())
    if len(smallest) < 2:
        return tuple(smallest)
    objections = {
        kinds: (objected(cells, kinds, against), sum(name.startswith(ANY_OP) for name in kinds))
        for kinds in smallest
    }
    fewest = min(objections.values())
    return tuple(kinds for kinds in smallest if objections[kinds] == fewest)


def objected(cells: Sequence[Wrong], kinds: Kinds, against: Against) -> int:
    """How many cells speak against a set of faults, each cell taken to be the work of the likeliest."""
    fits = [[b for b in cell.fits if b.names and kinds >= {*b.names}] for cell in cells]
    return sum(min(map(against, blames)) for blames in fits if blames)


def covers(cells: Sequence[Collection[set[str]]]) -> Iterator[list[Kinds]]:
    """For each number of kinds, the sets of so many that account for every cell."""
    kinds = dict.fromkeys(name for fits in cells for names in fits for name in sorted(names))
    for count in range(1, AT_ONCE + 1):
        chosen = map(frozenset, combinations(kinds, count))
        yield [some for some in chosen if all(any(names <= some for names in fits) for fits in cells)]


def names_at(cell: Wrong, found: Sequence[Kinds]) -> tuple[str, ...]:
    """The faults that are blamed for one cell: of the sets found, else its own, the ops' own first."""
    if found:
        fits = [
            name for blame in cell.fits for kinds in found if kinds >= {*blame.names} for name in blame.names
        ]
        return tuple(sorted(dict.fromkeys(fits), key=lambda name: name.startswith(ANY_OP)))
    fits = [name for blame in cell.fits for name in blame.names]
    return tuple(dict.fromkeys([name for name in fits if not name.startswith(ANY_OP)] or fits))


def evidence(values: Iterable[tuple[float, float]]) -> float:
    """How many decimal digits agree, over pairs of a number and the unit of its last digit."""
    return sum(digits(abs(value), unit) for value, unit in values)


def digits(size: float, unit: float) -> float:
    """The decimal digits that one number vouches for."""
    return max(log10(size / (unit / 2)), 0.0) if size else 0.0


def entries(value: Value) -> list[float]:
    """The numbers in a value."""
    return [value] if isinstance(value, float) else [float(entry) for entry in value.flat]
