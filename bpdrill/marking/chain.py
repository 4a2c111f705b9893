"""The steps of a network: values of its lines, gradients of named quantities, at one point or several.

A step's gradient is pulled back by the engine from whatever the learner has said before it, so that
each step is marked by itself. Where nothing was said, a mistake made further up comes through.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import tee
from typing import Any, TypeVar

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named, Run, run
from bpdrill.autograd import Edge, Gradients, Node, applicable
from bpdrill.autograd.reverse import Way
from bpdrill.marking.diagnosis import Blame, Sited
from bpdrill.marking.mistakes import (
    Mistake,
    everywhere,
    mistakes_of_fused,
    mistakes_on,
    pairs,
    reading,
)
from bpdrill.marking.steps import Carried, Values, differs
from bpdrill.model.tree import Program

FORWARD, GRADIENT = "forward.", "gradient."
"""Prefixes of the field ids: ``forward.z1``, ``gradient.W2``."""

Made = TypeVar("Made")


@dataclass(frozen=True)
class Chain:
    """A program at its points, and the quantities whose gradients are asked, from the loss back."""

    program: Program
    points: tuple[Named, ...]
    asked: tuple[str, ...]

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The forward pass at each point."""
        return tuple(run(self.program, point) for point in self.points)

    @cached_property
    def kept(self) -> dict[str, tuple[object, Any]]:
        """What was made last, and whereof: step after step asks for the same."""
        return {}

    def made(self, what: str, whereof: object, make: Callable[[], Made]) -> Made:
        """What ``make`` makes, or what it made the last time if it was of the same."""
        if what not in self.kept or self.kept[what][0] != whereof:
            self.kept[what] = (whereof, make())
        made: Made = self.kept[what][1]
        return made

    def once(self, what: str, carried: Carried, make: Callable[[], Made]) -> Made:
        """As ``made``, of what is carried."""
        return self.made(what, tuple((field, *map(stamp, carried[field])) for field in carried), make)

    def in_turn(self, what: str, carried: Carried, make: Callable[[], Iterable[Made]]) -> Iterator[Made]:
        """As ``once``, one after the other: no more are made than somebody has asked for."""
        return copy(self.once(what, carried, lambda: tee(make(), 1)[0]))

    def run_from(self, carried: Carried) -> tuple[Run, ...]:
        """The forward pass at each point, from the learner's own values where there are some."""
        said = {field: values for field, values in carried.items() if field.startswith(FORWARD)}
        if not said:
            return self.runs
        return self.once(
            FORWARD,
            said,
            lambda: tuple(
                run(self.program, point, own(said, FORWARD, at)) for at, point in enumerate(self.points)
            ),
        )

    def back_from(self, carried: Carried) -> tuple[tuple[Run, Gradients], ...]:
        """Both passes at each point, from the learner's own values where there are some."""
        return self.once(
            GRADIENT if carried else "",
            carried,
            lambda: tuple(
                (ran, ran.sure(own(carried, GRADIENT, at))) for at, ran in enumerate(self.run_from(carried))
            ),
        )

    def ways_to(self, name: str, carried: Carried) -> tuple[tuple[Run, Way], ...]:
        """The forward pass at each point, and the part of the backward pass that leads to ``name``."""
        return self.once(
            f"to {name}",
            carried,
            lambda: tuple((ran, found.way_to(ran.nodes[name])) for ran, found in self.back_from(carried)),
        )

    def value(self, name: str, carried: Carried) -> Values:
        """What the line ``name`` comes to at each point."""
        earlier = without(carried, FORWARD + name)
        return tuple(ran.values[name] for ran in self.run_from(earlier))

    def gradient(self, name: str, carried: Carried) -> Values:
        """The gradient of the root with respect to ``name`` at each point, from what is carried."""
        earlier = without(carried, GRADIENT + name)
        return tuple(found.of(ran.nodes[name]) for ran, found in self.back_from(earlier))

    def names(self, carried: Carried) -> Sequence[Named]:
        """What an expression may use at each point: every value, and ``dz2`` for the gradient at z2."""
        said = {field: values for field, values in carried.items() if field.startswith(GRADIENT)}
        return self.once("names", said, lambda: [*self.named_from(said)])

    def named_from(self, said: Carried) -> Iterator[Named]:
        """As ``names``, worked out."""
        for at, (ran, found) in enumerate(self.back_from(said)):
            gradients = {**ran.by_name(found), **own(said, GRADIENT, at)}
            yield {**ran.values, **{f"d{name}": value for name, value in gradients.items()}}

    def mistaken(self, name: str, carried: Carried) -> Iterator[tuple[str, Values]]:
        """What the gradient at ``name`` becomes with one rule gone wrong."""
        for mistake, values in self.tried(name, carried):
            yield Sited(mistake.name, mistake.place), values

    def further(self, name: str, carried: Carried) -> Iterator[tuple[Blame, Values]]:
        """What it becomes with one mistake wherever it can be made, with two, with a stray operand."""
        expected = self.gradient(name, carried)
        telling = [m for m, values in self.tried(name, carried) if differs(values, expected)]
        earlier = without(carried, GRADIENT + name)
        for mistakes in (*everywhere(telling), *pairs(telling)):
            if (values := self.with_mistakes(name, earlier, mistakes)) is not None:
                yield Blame(tuple(dict.fromkeys(mistake.name for mistake in mistakes))), values
        yield from self.strayed(name, earlier)

    def tried(self, name: str, carried: Carried) -> Iterator[tuple[Mistake, Values]]:
        """Each mistake that reaches ``name``, and what it makes of the gradient there."""
        earlier = without(carried, GRADIENT + name)
        return self.in_turn(f"tried at {name}", earlier, lambda: self.each_tried(name, earlier))

    def each_tried(self, name: str, carried: Carried) -> Iterator[tuple[Mistake, Values]]:
        """As ``tried``, worked out."""
        ways = self.ways_to(name, carried)
        runs, edges = [ran for ran, _ in ways], ways[0][1].edges[::-1]
        for mistake in (
            *mistakes_of_fused(self.program, runs, edges),
            *mistakes_on(self.program, runs, edges),
        ):
            if (values := self.with_mistakes(name, carried, (mistake,))) is not None:
                yield mistake, values

    def with_mistakes(self, name: str, carried: Carried, mistakes: Sequence[Mistake]) -> Values | None:
        """The gradient at ``name`` with mistakes made; None where it has no value then."""
        try:
            return tuple(
                way.amiss({p: rule for mistake in mistakes for p, rule in mistake.faults(ran, at).items()})
                for at, (ran, way) in enumerate(self.ways_to(name, carried))
            )
        except ValueError:
            return None

    def strayed(self, name: str, carried: Carried) -> Iterator[tuple[Blame, Values]]:
        """What it becomes when a rule reads the value of a neighbouring stage: seen, not named."""
        ((ran, way), *_) = self.ways_to(name, carried)
        for edge in way.edges:
            if edge.producer is way.node:
                for other, node in ran.nodes.items():
                    yield from self.read_instead(name, carried, edge, other, node)

    def read_instead(
        self, name: str, carried: Carried, edge: Edge, other: str, node: Node
    ) -> Iterator[tuple[Blame, Values]]:
        """The gradient at ``name`` if the rule of ``edge`` took ``other`` for the operand beside it."""
        for place, operand in enumerate(edge.consumer.inputs):
            beside = operand.name if isinstance(operand, Node) else ""
            if place == edge.argument or not beside or beside == other:
                continue
            if shape_of(node.value) != shape_of(edge.consumer.arguments[place]):
                continue
            rules = [reading(edge.rule, place, ran.nodes[other].value) for ran in self.run_from(carried)]
            mistake = Mistake("", edge.consumer.index, edge.argument, rules)
            if (values := self.with_mistakes(name, carried, (mistake,))) is not None:
                yield Blame((), says=f"yours is taken with {other} where {beside} belongs"), values


def stamp(value: Value) -> Hashable:
    """What tells one value from another."""
    return value if isinstance(value, float) else (value.shape, value.tobytes())


def shape_of(value: Value) -> tuple[int, ...]:
    """The lengths of a value's axes; a number has none."""
    shape: tuple[int, ...] = getattr(value, "shape", ())
    return shape


def own(carried: Carried, prefix: str, at: int) -> dict[str, Value]:
    """The learner's own values of one kind, by name, at one point."""
    return {
        field.removeprefix(prefix): values[at]
        for field, values in carried.items()
        if field.startswith(prefix)
    }


def without(carried: Carried, field: str) -> Mapping[str, Values]:
    """What is carried, but for one field."""
    return {name: values for name, values in carried.items() if name != field}


def hidden_faults(chain: Chain) -> list[str]:
    """The rows' own faults that these numbers cannot show: every gradient asked stays what it is."""
    ((_, walk), *_), ways = chain.back_from({}), [chain.ways_to(name, {})[0][1] for name in chain.asked]
    hidden = []
    for edge in walk.edges:
        if not edge.producer.op and edge.producer.name not in chain.asked:
            continue
        for fault in applicable(edge.consumer, edge.argument):
            if fault in edge.consumer.row.faults:
                amiss = {(edge.consumer, edge.argument): fault.rule}
                if all(same(way.gradient, way.amiss(amiss)) for way in ways):
                    hidden.append(fault.name)
    return list(dict.fromkeys(hidden))


def same(a: Value, b: Value) -> bool:
    """Equal up to rounding."""
    return bool(abs(a - b).max() < 1e-9) if hasattr(a, "max") else abs(a - b) < 1e-9
