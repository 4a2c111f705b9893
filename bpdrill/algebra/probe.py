"""Are two scalar expressions the same? Both are evaluated at points, to fifty digits, over the reals.

Where neither has a value a point is passed over. Where only one of them has, there and close by, they
are different functions; a single point is the hole of x²/x, which nobody minds. Too few points with two
values is Undecided, never Different.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from bpdrill import notation
from bpdrill.algebra.digits import DIGITS, carrying, exactly, formula
from bpdrill.algebra.domains import REALS, Domains, number_in
from bpdrill.algebra.equal import Tolerance
from bpdrill.model.items import Draw
from bpdrill.model.marks import Comparison, Different, Equal, Undecided
from bpdrill.model.tree import Apply, Number, Symbol, Tree, walk

MORE_DIGITS = 130
"""A difference that is rounding alone melts when this many are carried."""
POINTS = 8
KINKED_POINTS = 40
"""Where relu, max and the like make a formula another one in each corner of space."""
KINKED = frozenset(("relu", "leaky_relu", "elu", "abs", "maximum", "minimum", "greater"))
MORE_POINTS = 16
"""As many again where one of them lacks a value somewhere: a hole, or a region not looked at much."""
ATTEMPTS = 200
ALONE = 2
"""At so many points only one of the two must have a value to be called a different function."""
ASIDE = 0.0137
"""How far a hole is looked past: no humane number lies there."""
RANGES = ((-2.0, 2.0), (0.05, 0.95), (0.8, 1.25), (3.0, 40.0), (-9.0, -0.5))
"""Both signs, the unit interval, around 1, large, negative."""
LARGEST_POINT = 1e6
SIGNED_NAMES = 5
CLOSE = 1e-35
"""Of the values' size: a difference above it is none of rounding at fifty digits, unless much cancels."""
MELTED = 1e-60
"""Of what a difference was: what is left of rounding at 130 digits."""
FAINT = 1e-110
"""Below it nothing can be told even then: 1 − tanh²(z) far out is 0 to as many digits."""
EXACTLY = Tolerance(rel=0.0, abs=0.0)
"""Nothing is allowed for but the digits that were written."""

Point = Mapping[str, float]


def compare_expressions(
    given: Tree, key: Tree, domains: Domains = REALS, tolerance: Tolerance = EXACTLY
) -> Comparison:
    """Compare two scalar expressions over the reals, or the ``domains`` of their names."""
    if given == key:
        return Equal("the same expression")
    nodes = (*walk(given), *walk(key))
    used = tuple(dict.fromkeys(node.name for node in nodes if isinstance(node, Symbol)))
    probe = _Probe(given, key, tolerance, KINKED_POINTS if _has_kinks(nodes) else POINTS)
    decided = tuple((name, domains[name]) for name in used if name in domains)
    with carrying(DIGITS):
        for point in _points(used, decided, _largest_literal(nodes)) if used else [{}]:
            told = probe.look(point) or probe.outcome()
            if told:
                return told
    return probe.outcome_of_few(constant=not used)


class _Probe:
    """Two expressions, and what the points have shown of them so far."""

    def __init__(self, given: Tree, key: Tree, tolerance: Tolerance, enough: int) -> None:
        self.both, self.tolerance = (formula(given), formula(key)), tolerance
        self.enough = enough
        self.is_exact = tolerance == EXACTLY
        self.agreed = 0
        self.alone: list[Different] = []
        """Points where only one of the two has a value."""

    def look(self, point: Point) -> Different | None:
        """Look at one point: the difference, if there is one there."""
        try:
            theirs, ours = self._values(point)
            if theirs is None or ours is None:
                if (theirs is None) != (ours is None) and not self._is_hole(point):
                    self.alone.append(Different(_witness(point, theirs, ours)))
                return None
            difference = abs(theirs - ours)
            same = self._allows(difference, ours) or self._are_same(point, theirs, ours, difference)
        except OverflowError:
            return None
        if same is False:
            return Different(_witness(point, theirs, ours))
        self.agreed += bool(same)
        return None

    def _values(self, point: Point, digits: int = DIGITS) -> tuple[Any, Any]:
        """Theirs and ours, while so many digits are carried."""
        theirs, ours = exactly(self.both, point, digits)
        return theirs, ours

    def _is_hole(self, point: Point) -> bool:
        """Whether close by, where there are points to choose, both have a value or neither."""
        aside = {name: value + ASIDE for name, value in point.items()}
        theirs, ours = self._values(aside) if point else (None, 0)
        return (theirs is None) == (ours is None)

    def outcome(self) -> Comparison | None:
        """What can be told by now, if anything."""
        if len(self.alone) >= ALONE:
            return self.alone[0]
        enough = self.enough + MORE_POINTS if self.alone else self.enough
        return Equal(f"agrees at {enough} points, to {DIGITS} digits") if self.agreed == enough else None

    def outcome_of_few(self, *, constant: bool) -> Comparison:
        """What can be told when there are no more points."""
        if constant and self.agreed:
            return Equal(f"the same number, to {DIGITS} digits")
        if constant and self.alone:
            return self.alone[0]
        return Undecided(f"only {self.agreed} of {self.enough} points gave both a value")

    def _allows(self, difference: Any, ours: Any) -> bool:
        """Whether the tolerance allows for it."""
        if self.is_exact:
            return False
        return bool(difference <= max(self.tolerance.rel * abs(ours), self.tolerance.abs))

    def _are_same(self, point: Point, theirs: Any, ours: Any, difference: Any) -> bool | None:
        """Whether two values to fifty digits are one: what is rounding alone melts when more are carried.

        None where that cannot be told; two constants have no other point to be told at.
        """
        if self.agreed and (difference == 0 or difference <= CLOSE * max(abs(theirs), abs(ours))):
            return True
        with carrying(MORE_DIGITS):
            theirs, ours = self._values(point, MORE_DIGITS)
            closer = abs(theirs - ours)
        if closer <= max(difference * MELTED, abs(ours) * CLOSE * MELTED):
            return True
        return None if point and closer < FAINT else False


def _witness(point: Point, theirs: Any, ours: Any) -> str:
    """Where it shows, and both values with digits enough to tell them apart."""
    digits = next((few for few in (4, 8) if shown(theirs, few) != shown(ours, few)), 20)
    where = f"{at(point)}: " if point else ""
    yours = "yours has no value" if theirs is None else f"yours is {shown(theirs, digits)}"
    expected = "there should be none" if ours is None else f"expected {shown(ours, digits)}"
    return f"{where}{yours}, {expected}"


def shown(value: Any, digits: int) -> str:
    """A value for a witness, be it too large or too long for a float."""
    import mpmath

    if value is None:
        return ""
    fits = value == 0 or 1e-300 < abs(value) < 1e300
    return notation.number(float(value), digits) if fits and digits < 15 else str(mpmath.nstr(value, digits))


def at(point: Point) -> str:
    """``at w = 2, x = 3``."""
    return "at " + ", ".join(f"{name} = {notation.number(value)}" for name, value in point.items())


Decided = tuple[tuple[str, str], ...]
"""The domains of some names, as a key to what is kept."""


def _points(symbols: tuple[str, ...], domains: Decided, literal: float) -> Iterator[Point]:
    """As ``points``; the first ones are kept, as most questions come in a few names and end there."""
    yield from _first_points(symbols, domains, literal)
    yield from islice(points(symbols, dict(domains), literal), POINTS, None)


@lru_cache(maxsize=256)
def _first_points(symbols: tuple[str, ...], domains: Decided, literal: float) -> tuple[Point, ...]:
    return tuple(islice(points(symbols, dict(domains), literal), POINTS))


def points(
    symbols: tuple[str, ...], domains: Domains = REALS, literal: float = 0.0
) -> Iterator[dict[str, float]]:
    """Points to probe at, the same for ever: humane ones first, so that a witness can be checked by hand.

    If ``literal``, the largest number that is written, lies outside all ranges, points beyond it are
    drawn too: max(x, 100) has its kink there. After the first round the signs of up to five names go
    through all their combinations.
    """
    draw = Draw(0)
    beyond = ((literal, 2 * literal), (-2 * literal, -literal)) if literal > RANGES[3][1] else ()
    ranges = (*RANGES, *beyond)
    for attempt in range(ATTEMPTS):
        low, high = ranges[attempt % len(ranges)]
        drawn = [draw.decimal(round(low * 20), round(high * 20), 20) for _ in symbols]
        if attempt >= len(ranges):
            drawn = [_signed(value, attempt, place) for place, value in enumerate(drawn)]
        yield {
            name: number_in(domains.get(name, "real"), value)
            for name, value in zip(symbols, drawn, strict=True)
        }


def _signed(value: float, attempt: int, place: int) -> float:
    """``value`` with the sign that is its turn; from the sixth name on as it was drawn."""
    if place >= SIGNED_NAMES:
        return value
    return -abs(value) if attempt >> place & 1 else abs(value)


def _has_kinks(nodes: Sequence[Tree]) -> bool:
    return any(isinstance(node, Apply) and node.op in KINKED for node in nodes)


def _largest_literal(nodes: Sequence[Tree]) -> float:
    """The largest number written among ``nodes`` that a point could be."""
    sizes = [abs(node.value) for node in nodes if isinstance(node, Number)]
    return float(max((size for size in sizes if size < LARGEST_POINT), default=0))
