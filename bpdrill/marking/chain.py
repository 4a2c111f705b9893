"""The steps of a network: values of its lines, gradients of named quantities, at one point or several.

A step's gradient is pulled back by the engine from whatever the learner has said before it, so that
each step is marked by itself. Where nothing was said, a mistake made further up comes through.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named, Run, run
from bpdrill.autograd import Edge, Node, applicable
from bpdrill.marking.diagnosis import Blame, Sited
from bpdrill.marking.mistakes import (
    Mistake,
    everywhere,
    mistakes_of_fused,
    mistakes_on,
    pairs,
    reaching,
    reading,
)
from bpdrill.marking.steps import Carried, Values, differs
from bpdrill.model.tree import Program

FORWARD, GRADIENT = "forward.", "gradient."
"""Prefixes of the field ids: ``forward.z1``, ``gradient.W2``."""


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
    def kept(self) -> dict[str, tuple[Hashable, Any]]:
        """The last passes, with what they went on from: step after step asks for the same."""
        return {}

    def once(self, what: str, carried: Carried, make: Callable[[], Any]) -> Any:
        """What ``make`` makes, or what it made the last time if the same was carried."""
        asked = tuple((field, *map(stamp, values)) for field, values in carried.items())
        if self.kept.get(what, ((), None))[0] != (asked,):
            self.kept[what] = ((asked,), make())
        return self.kept[what][1]

    def run_from(self, carried: Carried) -> tuple[Run, ...]:
        """The forward pass at each point, from the learner's own values where there are some."""
        said = {field: values for field, values in carried.items() if field.startswith(FORWARD)}
        if not said:
            return self.runs
        ran: tuple[Run, ...] = self.once(
            FORWARD,
            said,
            lambda: tuple(
                run(self.program, point, own(said, FORWARD, at)) for at, point in enumerate(self.points)
            ),
        )
        return ran

    def gradients_from(self, carried: Carried) -> tuple[Named, ...]:
        """Every gradient at each point, from the learner's own values where there are some."""
        found: tuple[Named, ...] = self.once(
            GRADIENT if carried else "",
            carried,
            lambda: tuple(
                ran.gradients(own(carried, GRADIENT, at)) for at, ran in enumerate(self.run_from(carried))
            ),
        )
        return found

    def value(self, name: str, carried: Carried) -> Values:
        """What the line ``name`` comes to at each point."""
        earlier = without(carried, FORWARD + name)
        return tuple(ran.values[name] for ran in self.run_from(earlier))

    def gradient(self, name: str, carried: Carried) -> Values:
        """The gradient of the root with respect to ``name`` at each point, from what is carried."""
        return tuple(found[name] for found in self.gradients_from(without(carried, GRADIENT + name)))

    def names(self, carried: Carried) -> Sequence[Named]:
        """What an expression may use at each point: every value, and ``dz2`` for the gradient at z2."""
        said = {field: values for field, values in carried.items() if field.startswith(GRADIENT)}
        return [
            {
                **ran.values,
                **{f"d{name}": value for name, value in {**found, **own(said, GRADIENT, at)}.items()},
            }
            for at, (ran, found) in enumerate(zip(self.runs, self.gradients_from(said), strict=True))
        ]

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
        runs = self.run_from(earlier)
        clamped = {runs[0].nodes[field].index for field in own(earlier, GRADIENT, 0)}
        edges = list(reaching(runs[0], runs[0].nodes[name].index, clamped))
        for mistake in (
            *mistakes_of_fused(self.program, runs, edges),
            *mistakes_on(self.program, runs, edges),
        ):
            if (values := self.with_mistakes(name, earlier, (mistake,))) is not None:
                yield mistake, values

    def with_mistakes(self, name: str, carried: Carried, mistakes: Sequence[Mistake]) -> Values | None:
        """The gradient at ``name`` with mistakes made; None where it has no value then."""
        try:
            return tuple(
                ran.gradients(
                    own(carried, GRADIENT, at),
                    {place: rule for mistake in mistakes for place, rule in mistake.faults(ran, at).items()},
                )[name]
                for at, ran in enumerate(self.run_from(carried))
            )
        except ValueError:
            return None

    def strayed(self, name: str, carried: Carried) -> Iterator[tuple[Blame, Values]]:
        """What it becomes when a rule reads the value of a neighbouring stage: seen, not named."""
        runs = self.run_from(carried)
        for edge in runs[0].pull_back().edges:
            if edge.producer is runs[0].nodes[name]:
                for other, node in runs[0].nodes.items():
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
    truth = chain.runs[0].gradients()
    hidden = []
    for edge in chain.runs[0].pull_back().edges:
        if not edge.producer.op and edge.producer.name not in chain.asked:
            continue
        for fault in applicable(edge.consumer, edge.argument):
            if fault in edge.consumer.row.faults:
                wrong = chain.runs[0].gradients(faults={(edge.consumer, edge.argument): fault.rule})
                if all(same(truth[name], wrong[name]) for name in chain.asked):
                    hidden.append(fault.name)
    return list(dict.fromkeys(hidden))


def same(a: Value, b: Value) -> bool:
    """Equal up to rounding."""
    return bool(abs(a - b).max() < 1e-9) if hasattr(a, "max") else abs(a - b) < 1e-9
