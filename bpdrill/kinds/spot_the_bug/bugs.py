"""A backward pass as a listing of lines, and the bugs it can have.

A bug is a slip of a right line that comes to what a faulty rule of the engine comes to: no author
writes bugs down, and each has a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from bpdrill.algebra.equal import Tolerance
from bpdrill.algebra.evaluate import Value, value_at
from bpdrill.kinds.spot_the_bug.miswritten import miswritten
from bpdrill.marking.chain import GRADIENT, Chain, same, shape_of
from bpdrill.marking.steps import Values, nothing
from bpdrill.model.tree import Line, Program, Symbol, Symbols, Tree, names, substitute

SAME = Tolerance(rel=1e-9, abs=1e-9)


@dataclass(frozen=True, slots=True)
class Bug:
    """One line, as it stands, and the faults that come to the same."""

    name: str
    stands: Tree
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """A backward pass, right, and the network it belongs to."""

    chain: Chain
    symbols: Symbols
    lines: Program

    def tree(self, name: str) -> Tree:
        """The right line called ``name``."""
        return next(line.tree for line in self.lines if line.name == name)

    @cached_property
    def points(self) -> tuple[Mapping[str, Value], ...]:
        """What a line may use at each point: sizes, the forward pass, and every gradient as it should be."""
        named = zip(self.chain.points, self.chain.names({}), strict=True)
        return tuple({**point, **values} for point, values in named)

    def before(self, name: str) -> Symbols:
        """What the line called ``name`` may use: the forward pass, and the gradients before it."""
        names = [line.name for line in self.lines]
        later = names[names.index(name) :]
        return {known: shape for known, shape in self.symbols.items() if known not in later}

    def values(self, tree: Tree) -> Values | None:
        """What a line comes to with all else right, or None if it has no value somewhere."""
        found = tuple(value_at(tree, point) for point in self.points)
        return None if any(value is None for value in found) else found

    def right(self, name: str) -> Values:
        """The gradient called ``name``, as it should be."""
        return tuple(point[name] for point in self.points)

    def mistaken(self, name: str) -> Iterator[tuple[str, Values]]:
        """What each fault of the engine makes of the gradient called ``name``, with all before it right."""
        others = {GRADIENT + of(line.name): self.right(line.name) for line in self.lines if line.name != name}
        return iter(self.chain.mistaken(of(name), others))

    def standing(self, bug: Bug) -> Program:
        """The backward pass with its wrong line."""
        return tuple(
            Line(line.name, bug.stands if line.name == bug.name else line.tree) for line in self.lines
        )

    def spoilt(self, bug: Bug) -> tuple[str, ...]:
        """The gradients that come out wrong when the lines are run as they stand."""
        points, wrong = [dict(point) for point in self.points], []
        for line in self.standing(bug):
            for point in points:
                point[line.name] = cast("Value", value_at(line.tree, point))
            if not alike(tuple(point[line.name] for point in points), self.right(line.name)):
                wrong.append(line.name)
        return tuple(wrong)


def of(name: str) -> str:
    """What a gradient belongs to: ``dz2`` to ``z2``."""
    return name.removeprefix("d")


def all_bugs(listing: Listing) -> tuple[Bug, ...]:
    """Every slip of a line that comes to what a fault comes to, and not to what is right."""
    return tuple(bug for line in listing.lines for bug in bugs_of(listing, line))


def bugs_of(listing: Listing, line: Line) -> Iterator[Bug]:
    """The bugs of one line, each fault once."""
    right = listing.right(line.name)
    mistaken = (*listing.mistaken(line.name), *misread(listing, line))
    faulty = [(name, values) for name, values in mistaken if not alike(values, right)]
    told: set[tuple[str, ...]] = set()
    for tree in miswritten(line.tree, listing.before(line.name)):
        values = listing.values(tree)
        if values is None or all(map(nothing, values)):
            continue  # y − y catches every eye
        faults = tuple(dict.fromkeys(name for name, wrong in faulty if alike(values, wrong)))
        if faults and faults not in told:
            told.add(faults)
            yield Bug(line.name, tree, faults)


NEIGHBOUR = "stage.neighbour"
"""Name of the mistake that no rule of the engine can make: a line reads z1 where h1 is due."""


def misread(listing: Listing, line: Line) -> Iterator[tuple[str, Values]]:
    """What ``line`` comes to where it reads, in place of a value, what that was made of or what it made."""
    stages = {made.name: made.tree for made in listing.chain.program}
    for name, tree in stages.items():
        for source in (each for each in names(tree) if each in stages):
            for pair in ((source, name), (name, source)):
                values = listing.values(substitute(line.tree, {pair[0]: Symbol(pair[1])}))
                if values is not None:
                    yield NEIGHBOUR, values


def alike(a: Values, b: Values) -> bool:
    """Equal up to rounding, at every point."""
    return all(shape_of(x) == shape_of(y) and same(x, y) for x, y in zip(a, b, strict=True))
