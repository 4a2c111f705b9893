"""A function of several numbers that gives several: its Jacobian, and its products with a vector.

The Jacobian has a row for each output and a column for each input, in the order of their names; an
array counts with all its entries. Every number comes off the engine's tape.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import NOTHING, Named, Run, run
from bpdrill.autograd import Fault, Node, applicable
from bpdrill.model.tree import Program

Faults = Mapping[tuple[Node, int], Fault]
NO_FAULTS: Faults = {}
GATES = ("relu", "abs", "maximum", "minimum")
"""Ops without a derivative where their operand is 0, or where their two operands are equal."""


@dataclass(frozen=True)
class VectorFunction:
    """A program at a point, with what is varied and what is looked at.

    An input may be a line of the program: what leads to it is then only a way to its value.
    """

    program: Program
    at: Named
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @cached_property
    def ran(self) -> Run:
        """The forward pass."""
        return run(self.program, self.at)

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Outputs by inputs."""
        return len(self.flat(self.outputs)), len(self.flat(self.inputs))

    @cached_property
    def matrix(self) -> Any:
        """The Jacobian."""
        return self.matrix_with()

    def flat(self, names: Sequence[str]) -> Any:
        """The values of ``names``, one after the other."""
        return joined([self.ran.values[name] for name in names])

    @property
    def points(self) -> tuple[VectorFunction, VectorFunction]:
        """Where formulas are looked at: here, and somewhere else."""
        return self, replace(self, at={name: 0.7 * value + 0.1 for name, value in self.at.items()})

    def until(self, name: str) -> VectorFunction:
        """The same function, but only as far as the line ``name``."""
        return replace(self, outputs=(name,))

    def matrix_with(self, faults: Faults = NO_FAULTS, held: Collection[str] = ()) -> Any:
        """The Jacobian with rules gone wrong, or with the lines in ``held`` taken for constants."""
        from numpy import array, eye

        still = {name: 0.0 * self.ran.values[name] for name in held}
        return array([self.pull_back(row, self.inputs, still, faults) for row in eye(self.shape[0])])

    def pull_back(
        self, weights: Any, to: Sequence[str], clamped: Named = NOTHING, faults: Faults = NO_FAULTS
    ) -> Any:
        """vᵀ J in one sweep back: ``weights`` over the outputs, and what of them reaches ``to``.

        Where there is one output, ``clamped`` gradients of lines replace the true ones on the way.
        """
        own = {self.ran.nodes[name]: value for name, value in clamped.items()}
        total: Any = 0.0
        for name, share in self.shares(weights).items():
            found = self.ran.tape.pull_back(self.ran.nodes[name], share, clamped=own, faults=faults)
            total = total + joined([found.of(self.ran.nodes[target]) for target in to])
        return total

    def shares(self, weights: Any) -> Mapping[str, Value]:
        """``weights`` over the outputs, by the outputs' names."""
        return split(weights, {name: self.ran.values[name] for name in self.outputs})

    def push_forward(self, direction: Any, to: Sequence[str], clamped: Named = NOTHING) -> Any:
        """J u in one sweep forward: how the lines ``to`` move when the inputs move along ``direction``.

        ``clamped`` tangents of lines replace the true ones on the way.
        """
        moving = split(direction, {name: self.ran.values[name] for name in self.inputs})
        own = {self.ran.nodes[name]: value for name, value in {**moving, **clamped}.items()}
        return joined([self.ran.tape.push_forward(self.ran.nodes[name], own) for name in to])

    def faults(self) -> Iterator[tuple[str, Faults]]:
        """Each mistake that the rows on the way know of, made wherever it can be made."""
        sites: dict[str, dict[tuple[Node, int], Fault]] = {}
        for consumer, argument in self.places():
            for fault in applicable(consumer, argument):
                if fault in consumer.row.faults:
                    sites.setdefault(fault.name, {})[consumer, argument] = fault
        yield from sites.items()

    def is_matrix(self, faults: Faults) -> bool:
        """Whether a mistake acts as a matrix: one that looks at the sign of what arrives does not."""
        there, back = (self.pull_back(sign * self.ones, self.inputs, faults=faults) for sign in (1, -1))
        return bool((there == -back).all())

    def slips(self) -> Iterator[tuple[str, Faults]]:
        """The mistakes that can be made in several places, made in one of them."""
        for name, sites in self.faults():
            yield from ((name, {site: fault}) for site, fault in sites.items() if len(sites) > 1)

    def places(self) -> Iterator[tuple[Node, int]]:
        """The edges between the outputs and the inputs."""
        moving = self.moving
        for name, share in self.shares(self.ones).items():
            for edge in self.ran.tape.pull_back(self.ran.nodes[name], share).edges:
                if edge.producer in moving:
                    yield edge.consumer, edge.argument

    @property
    def moving(self) -> set[Node]:
        """The inputs, and all that they reach."""
        found = {self.ran.nodes[name] for name in self.inputs}
        for node in self.ran.tape.nodes:
            if not found.isdisjoint(source for source in node.inputs if isinstance(source, Node)):
                found.add(node)
        return found

    @property
    def ones(self) -> Any:
        """A weight of 1 for each output."""
        from numpy import ones

        return ones(self.shape[0])

    @property
    def on_a_kink(self) -> bool:
        """Whether some gate has nothing to go by: a ReLU at 0, or two operands that tie."""
        from numpy import any as anywhere
        from numpy import equal

        gates = (node.arguments for node in self.ran.tape.nodes if node.op in GATES)
        return any(bool(anywhere(equal(first, rest[0] if rest else 0.0))) for first, *rest in gates)

    def slopes(self, step: float = 1e-6) -> Any:
        """The Jacobian by central differences, which share no rule with the engine."""
        from numpy import eye, stack

        gains = [self.moved(nudge * step) - self.moved(-nudge * step) for nudge in eye(self.shape[1])]
        return stack(gains, axis=1) / (2 * step)

    def moved(self, nudge: Any) -> Any:
        """The outputs where the inputs are off by ``nudge``."""
        shares = split(nudge, {name: self.ran.values[name] for name in self.inputs})
        moved = {name: self.ran.values[name] + share for name, share in shares.items()}
        values = run(self.program, {**self.at, **moved}, moved).values
        return joined([values[name] for name in self.outputs])


def joined(values: Sequence[Value]) -> Any:
    """Numbers and arrays as one long vector."""
    from numpy import concatenate, ravel

    return concatenate([ravel(value) for value in values])


def split(whole: Any, like: Mapping[str, Value]) -> dict[str, Value]:
    """A long vector cut into numbers and arrays shaped as those of ``like``."""
    cut, begin = {}, 0
    for name, value in like.items():
        if isinstance(value, float):
            cut[name], begin = float(whole[begin]), begin + 1
        else:
            cut[name], begin = whole[begin : begin + value.size].reshape(value.shape), begin + value.size
    return cut
