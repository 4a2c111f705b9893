"""What the judges of the engine's rules have in common: where they look, and how they object."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from bpdrill.autograd import Op
from bpdrill.autograd.check import FAILURES
from bpdrill.autograd.values import settled, shape_of, spread, sum_to

TOLERANCE = 1e-9
"""Between two formulas for one number, relative to the largest entry of an array; absolute below 1."""

STEP, NEAR = 1e-5, 1e-6
"""Of central differences, and how far a rule may be from them: 0.1 % off is a thousand times as far."""


@dataclass(frozen=True, slots=True)
class Site:
    """One argument of a row, and the numbers it is judged at: all arguments, then settings."""

    op: type[Op]
    given: tuple[Any, ...]
    argument: int

    def at(self, own: Any) -> Site:
        """The same site with another value of its argument."""
        given = (*self.given[: self.argument], settled(own), *self.given[self.argument + 1 :])
        return replace(self, given=given)

    @property
    def own(self) -> Any:
        """The argument's value, as numpy has it."""
        return np.array(self.given[self.argument])

    @property
    def output(self) -> Any:
        """What the op computes."""
        return np.array(settled(self.op.forward(*self.given)))

    @property
    def differentiated(self) -> Any:
        """What the rules are the derivatives of: the output, but in a straight-through row its surrogate."""
        return np.array(settled((self.op.surrogate or self.op.forward)(*self.given)))

    def pulled(self, ct: Any) -> Any:
        """``ct`` through the VJP rule, in the argument's shape."""
        share = self.op.vjp[self.argument](settled(ct), settled(self.output), *self.given)
        return np.array(sum_to(settled(share), self.own.shape))

    def pushed(self, t: Any) -> Any:
        """``t`` through the JVP rule, in the output's shape."""
        y = settled(self.output)
        return np.array(spread(settled(self.op.jvp[self.argument](settled(t), y, *self.given)), shape_of(y)))


def sites(op: type[Op], points: int) -> Iterator[Site]:
    """Each argument of each specimen, there and at so many random ``points`` near it; seeded by the row."""
    random = np.random.default_rng(zlib.crc32(op.name.encode()))
    count = len(op.vjp)
    for specimen in op.specimens:
        arguments, settings = [settled(given) for given in specimen[:count]], specimen[count:]
        near = [[_stretched(value, random) for value in arguments] for _ in range(points)]
        yield from (
            Site(op, (*point, *settings), argument)
            for point in (arguments, *near)
            for argument in range(count)
        )


def _stretched(value: Any, random: np.random.Generator) -> Any:
    """Each number nearer to 0 by a factor of its own: it stays on its side of a kink, and in its domain."""
    return settled(value * random.uniform(0.7, 1, shape_of(value)))


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody else's opinion of the ``rules`` of a row; ``ask`` raises, with both numbers, if it differs."""

    name: str
    rules: Literal["vjp", "jvp"]
    ask: Callable[[Site], None]
    knows: Callable[[Site], bool] = lambda _site: True

    def objection(self, site: Site) -> str:
        """What it says against the rule, in one line; empty if nothing."""
        try:
            self.ask(site)
        except (AssertionError, RuntimeError, *FAILURES) as error:
            return " ".join(str(error).split()) or type(error).__name__
        return ""


def agree(what: str, ours: Any, theirs: Any) -> None:
    """Raises AssertionError, with the two numbers that are furthest apart, unless all agree."""
    if ours.shape != theirs.shape:
        raise AssertionError(f"{what}: our shape is {ours.shape}, theirs {theirs.shape}")
    apart = np.abs(ours - theirs)
    if not (apart <= TOLERANCE * np.abs(theirs).max(initial=1)).all():
        place = np.unravel_index(apart.argmax(), apart.shape)
        raise AssertionError(f"{what}: ours {ours[place]:.12g}, theirs {theirs[place]:.12g}")
