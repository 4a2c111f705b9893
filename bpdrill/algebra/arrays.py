"""Are two expressions of vectors and matrices the same? Both are evaluated at arrays of drawn sizes.

Every size that has only a name is drawn, no two alike, so that what agrees by chance in a square shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from bpdrill import notation
from bpdrill.algebra.domains import REALS, Domains, array_in, number_in
from bpdrill.algebra.equal import Tolerance, compare_values
from bpdrill.algebra.evaluate import Value, value_at
from bpdrill.model.marks import Comparison, Different, Equal, Undecided
from bpdrill.model.tree import Shape, Symbols, Tree, walk
from bpdrill.notation import Mismatch, describe, infer

DRAWS = 5
MIXED = 3
"""So many draws have both signs."""
FEW = 12
"""Numbers that somebody would compute with by hand."""
SIZES = ((2, 3, 4, 5, 6, 7), (5, 2, 3, 7, 4, 6))
"""Two draws of pairwise distinct sizes, taken in turn."""
LARGEST_ARRAY = 100_000
HARMLESS = 100
"""No product of arrays with sizes up to this is large."""
CLOSE = Tolerance(rel=1e-9, abs=1e-11, written=0.0)


def as_floats_tell(tolerance: Tolerance) -> Tolerance:
    """``tolerance``, no closer than two ways of computing in floats agree."""
    return Tolerance(max(tolerance.rel, CLOSE.rel), max(tolerance.abs, CLOSE.abs), written=0.0)


Meaning = Callable[[Mapping[str, Value]], "Value | None"]
"""What something comes to where the names have these values; None where it has no value."""


def meaning(tree: Tree) -> Meaning:
    """What ``tree`` comes to."""
    return lambda values: value_at(tree, values)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A length for each size that has only a name, and a value for each symbol."""

    lengths: Mapping[str, int]
    values: Mapping[str, Value]

    @property
    def told(self) -> str:
        """Where a difference shows: the lengths, and the values if they are few enough to compute with."""
        shown: dict[str, str] = {name: str(length) for name, length in self.lengths.items()}
        if sum(getattr(value, "size", 1) for value in self.values.values()) <= FEW:
            shown |= {name: notation.value(value, 3) for name, value in self.values.items()}
        return f"with {', '.join(f'{name} = {value}' for name, value in shown.items())}: " if shown else ""


def compare_arrays(
    given: Meaning, key: Meaning, symbols: Symbols, domains: Domains = REALS, tolerance: Tolerance = CLOSE
) -> Comparison:
    """Compare two meanings in ``symbols`` at drawn values; the witness tells where and the first cell off.

    Where the key has no value a draw is passed over; where only the key has one, they differ.
    """
    agreed = 0
    for drawn in draws(symbols, domains):
        expected, own = key(drawn.values), given(drawn.values)
        if expected is None:
            continue
        if own is None:
            return Different(f"{drawn.told}yours has no value, and one is expected")
        compared = compare_values(own, expected, _scaled(tolerance, expected))
        if isinstance(compared, Different):
            return Different(drawn.told + compared.witness)
        agreed += 1
    if agreed:
        return Equal(f"agrees at {agreed} draws of {'sizes and ' if has_names(symbols) else ''}values")
    return Undecided("it has no value where it was tried")


def _scaled(tolerance: Tolerance, expected: Value) -> Tolerance:
    """Cells are as exact as the largest of them: sums that cancel are no mistakes."""
    largest = abs(expected) if isinstance(expected, float) else float(abs(expected).max(initial=0))
    return Tolerance(tolerance.rel, max(tolerance.abs, CLOSE.rel * largest), tolerance.written)


def has_names(symbols: Symbols) -> bool:
    """Whether a size has only a name."""
    return any(isinstance(size, str) for shape in symbols.values() for size in shape)


def draws(symbols: Symbols, domains: Domains = REALS) -> Iterator[Drawn]:
    """Lengths and values to try, the same for ever.

    Both signs at first, so that masks are mixed; then positive, where logarithms and roots exist.
    """
    from numpy.random import default_rng

    named = dict.fromkeys(size for shape in symbols.values() for size in shape if isinstance(size, str))
    for number in range(DRAWS):
        random, sizes = default_rng(number), SIZES[number % 2]
        lengths = {name: _size(place, sizes) for place, name in enumerate(named)}
        values: dict[str, Value] = {}
        for name, shape in symbols.items():
            drawn = _value(tuple(lengths.get(str(size), size) for size in shape), random)
            if number >= MIXED:
                drawn = abs(drawn)
            values[name] = _within(domains.get(name, "real"), drawn)
        yield Drawn(lengths, values)


def _size(place: int, sizes: tuple[int, ...]) -> int:
    return sizes[place] if place < len(sizes) else place + 2


def _value(shape: tuple[Any, ...], random: Any) -> Value:
    """Tenths, that a witness can be checked by hand; never 0, where masks and slips hide."""
    drawn = random.normal(size=shape or 1).round(1)
    drawn[drawn == 0] = 0.1
    return drawn if shape else float(drawn[0])


def _within(domain: str, value: Value) -> Value:
    return number_in(domain, value) if isinstance(value, float) else array_in(domain, value)


def too_large(symbols: Symbols, *trees: Tree) -> str:
    """Why it cannot be tried out, if an array on the way is too large; else nothing."""
    known = {size for shape in symbols.values() for size in shape if isinstance(size, int)}
    if max(known, default=0) <= HARMLESS:
        return ""
    shapes = [*symbols.values(), *(infer(node, symbols) for tree in trees for node in walk(tree))]
    for shape in shapes:
        if not isinstance(shape, Mismatch) and _count(shape) > LARGEST_ARRAY:
            return (
                f"{describe(shape)} is too large to be tried out: declare smaller sizes, or give them names"
            )
    return ""


def _count(shape: Shape) -> int:
    return prod(size for size in shape if isinstance(size, int))
