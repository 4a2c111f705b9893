"""The cells of a dual-number trace: a value and a tangent for each line, and what goes wrong in one.

Tangents come off the engine's forward mode. Where the learner's own cells are carried, it goes on from
them, so that what follows from a slip is seen to follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import radians

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import NOTHING, Named, Run, run
from bpdrill.autograd import Node
from bpdrill.marking.steps import Carried, Values
from bpdrill.model.tree import Program, leaves

VALUE, TANGENT = "value.", "tangent."
"""Prefixes of the field ids: ``value.v1``, ``tangent.v1``."""
ANGLES = ("sin", "cos")
SUMS = ("add", "sub")
"""Ops that have no local derivative to lose."""
DEGREES, SHARE_LOST, MULTIPLIED, INNER_LOST, LOCAL_LOST, SEEDED_ALL, OTHER_SEED = (
    "dual.degrees",
    "dual.share-lost",
    "dual.tangents-multiplied",
    "dual.inner-lost",
    "dual.local-lost",
    "dual.seeded-all",
    "dual.other-seed",
)
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Share:
    """What one operand that moves adds to a line's tangent."""

    argument: int
    local: float
    tangent: float
    given: bool
    """The operand is an input, its tangent a seed."""

    @property
    def value(self) -> float:
        """Local derivative times the operand's tangent."""
        return self.local * self.tangent


@dataclass(frozen=True)
class DualTrace:
    """A program of one-op lines, the values of its inputs, and how they move."""

    program: Program
    at: Named
    seed: Named

    @property
    def root(self) -> str:
        """The name of the last line."""
        return self.program[-1].name

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the program reads, in the order of the seed."""
        read = leaves(self.program)
        return tuple(name for name in self.seed if name in read)

    @property
    def names(self) -> tuple[str, ...]:
        """Inputs and lines."""
        return (*self.inputs, *(line.name for line in self.program))

    @cached_property
    def truth(self) -> Run:
        """The forward pass without a slip."""
        return run(self.program, self.at)

    def ran(self, carried: Carried) -> Run:
        """The forward pass, from the learner's own values where there are some."""
        own = cells(carried, VALUE)
        return run(self.program, self.at, own) if own else self.truth

    def value(self, name: str, carried: Carried) -> Values:
        """What a line comes to."""
        return (self.ran(without(carried, VALUE + name)).values[name],)

    def tangent(self, name: str, carried: Carried) -> Values:
        """How a line moves, from the learner's own values and tangents."""
        carried = without(carried, TANGENT + name)
        return (self.moved(self.ran(carried), name, cells(carried, TANGENT)),)

    def moved(self, ran: Run, name: str, own: Named) -> Value:
        """The tangent of ``name`` in one sweep; ``own`` tangents replace the true ones on the way."""
        moving = {ran.nodes[each]: tangent for each, tangent in {**self.seed, **own}.items()}
        return ran.tape.push_forward(ran.nodes[name], moving)

    def shares(self, name: str, ran: Run, own: Named) -> list[Share]:
        """What each operand that moves adds to the tangent of a line."""
        node, found = ran.nodes[name], []
        labels = {node: label for label, node in ran.nodes.items()}
        for argument, source in enumerate(node.inputs):
            if isinstance(source, Node) and (tangent := self.moved(ran, labels[source], own)):
                local = float(node.row.jvp[argument](1.0, node.value, *node.arguments))
                found.append(Share(argument, local, tangent, labels[source] in self.seed))
        return found

    def mistaken_values(self, name: str, carried: Carried) -> Iterator[tuple[str, Values]]:
        """An angle taken in degrees."""
        node = self.ran(without(carried, VALUE + name)).nodes[name]
        if node.row.name in ANGLES:
            yield DEGREES, (node.row.forward(radians(node.arguments[0])),)

    def mistaken_tangents(self, name: str, carried: Carried) -> Iterator[tuple[str, Values]]:
        """A mistake in this line, or in an earlier one left out; then a wrong seed that fits those given."""
        carried = without(carried, TANGENT + name)
        ran, own = self.ran(carried), cells(carried, TANGENT)
        for line in self.names[len(self.inputs) : self.names.index(name) + 1]:
            if line not in own:
                for mistake, wrong in self.mistakes(line, ran, own):
                    yield mistake, (self.moved(ran, name, {**own, line: wrong}),)
        for mistake, seed in self.wrong_seeds():
            if all(own.get(each, step) == step for each, step in seed.items()):
                yield mistake, (replace(self, seed=seed).moved(ran, name, NOTHING),)

    def mistakes(self, name: str, ran: Run, own: Named) -> Iterator[tuple[str, float]]:
        """What each known mistake makes of a line's tangent."""
        node, shares = ran.nodes[name], self.shares(name, ran, own)
        total = sum(share.value for share in shares)
        for share in shares:
            yield from rules_gone_wrong(node, share, total)
        if len(shares) > 1:
            yield from ((SHARE_LOST, total - share.value) for share in shares)
        if len(shares) > 1 and node.row.name == "mul":
            yield MULTIPLIED, shares[0].tangent * shares[1].tangent
        if node.row.name not in SUMS and shares:
            yield LOCAL_LOST, sum(share.tangent for share in shares)
        if node.row.name not in SUMS and not all(share.given for share in shares):
            yield INNER_LOST, sum(share.local for share in shares)

    def wrong_seeds(self) -> Iterator[tuple[str, Named]]:
        """Every input moving at once, or a single one that is not the one asked for."""
        all_at_once = dict.fromkeys(self.seed, 1.0)
        if all_at_once != self.seed:
            yield SEEDED_ALL, all_at_once
        for name in self.seed:
            single = {each: float(each == name) for each in self.seed}
            if single != self.seed:
                yield OTHER_SEED, single

    def hidden(self) -> list[str]:
        """Mistakes that these numbers cannot show: in their own line, or a seed's in the last."""
        found = [
            mistake
            for line in self.program
            for mistake, wrong in self.mistakes(line.name, self.truth, NOTHING)
            if near(wrong, self.tangent(line.name, {})[0])
        ]
        for mistake, seed in self.wrong_seeds():
            if near(replace(self, seed=seed).tangent(self.root, {})[0], self.tangent(self.root, {})[0]):
                found.append(mistake)
        return list(dict.fromkeys(found))


def rules_gone_wrong(node: Node, share: Share, total: float) -> Iterator[tuple[str, float]]:
    """The op's own faults at one operand, and an angle taken in degrees."""
    rest = total - share.value
    for fault in node.row.faults:
        if fault.argument == share.argument and fault.summed:
            yield fault.name, rest + share.tangent * float(fault.rule(1.0, node.value, *node.arguments))
    if node.row.name in ANGLES:
        slope = float(node.row.jvp[0](1.0, node.value, radians(node.arguments[0])))
        yield DEGREES, rest + share.tangent * slope


def near(a: float, b: float) -> bool:
    """Equal up to rounding."""
    return abs(a - b) <= ROUNDING * max(1.0, abs(b))


def cells(carried: Carried, prefix: str) -> Mapping[str, Value]:
    """The learner's own cells of one column, by name."""
    return {
        field.removeprefix(prefix): values[0] for field, values in carried.items() if field.startswith(prefix)
    }


def without(carried: Carried, field: str) -> Carried:
    """What is carried, but for one field."""
    return {name: values for name, values in carried.items() if name != field}
