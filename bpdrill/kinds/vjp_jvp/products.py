"""Products of a Jacobian with a vector, line by line as a sweep finds them, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bpdrill.algebra.program import Named
from bpdrill.algebra.vector import NO_FAULTS, Faults, VectorFunction
from bpdrill.marking.steps import Carried, Values
from bpdrill.marking.vectors import known_matrices, mistaken_matrices
from bpdrill.model.tree import Program, names

Product = Literal["vjp", "jvp"]
WEIGHTS_LOST, OTHER_SIDE = "product.weights-lost", "product.other-side"
WHOLE = "whole"
"""Stands in a field's id where another names a line."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two products."""

    label: str
    vector: str
    mode: str
    other: str
    way: str
    step: str
    """What a line's share of the sweep is called."""


SIDES: Mapping[Product, Side] = {
    "vjp": Side("vᵀ J", "v", "reverse", "forward", "back", "what arrives at {}"),
    "jvp": Side("J u", "u", "forward", "reverse", "on", "the tangent of {}"),
}


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep of one mode; ``at`` of the function holds its vector."""

    function: VectorFunction
    product: Product

    @property
    def side(self) -> Side:
        """What is said of this product."""
        return SIDES[self.product]

    @property
    def vector(self) -> Any:
        """What J is multiplied by."""
        return self.function.at[self.side.vector]

    def value(self, line: str, carried: Carried) -> Values:
        """What the sweep has at ``line``, from the learner's own earlier lines where there are some."""
        return (self.swept(line, self.own(line, carried)),)

    def own(self, line: str, carried: Carried) -> Named:
        """The learner's own earlier lines, by name."""
        cells = {cell.partition(".")[2]: values[0] for cell, values in carried.items() if self.has(cell)}
        return {name: value for name, value in cells.items() if name not in (line, WHOLE)}

    def has(self, cell: str) -> bool:
        """Whether a field is one of this sweep."""
        return cell.startswith(f"{self.product}.")

    def swept(self, line: str, own: Named, faults: Faults = NO_FAULTS) -> Any:
        """The sweep as far as ``line``; ``faults`` are rules of reverse mode, and for it alone."""
        function = self.function
        if self.product == "vjp":
            return function.pull_back(self.vector, self.ends(function.inputs, line), own, faults)
        return function.push_forward(self.vector, self.ends(function.outputs, line), own)

    def ends(self, last: tuple[str, ...], line: str) -> tuple[str, ...]:
        """Where the sweep is looked at."""
        return last if line == WHOLE else (line,)

    def steps(self, line: str) -> Program:
        """The lines of the program that the sweep passes last on its way to ``line``."""
        if self.product == "jvp":
            last = self.ends(self.function.outputs, line)
            return tuple(each for each in self.function.program if each.name in last)
        last = self.ends(self.function.inputs, line)
        return tuple(each for each in self.function.program if not set(last).isdisjoint(names(each.tree)))

    def mistaken(self, line: str, carried: Carried) -> Iterator[tuple[str, Values]]:
        """What one rule gone wrong makes of a line; of the whole also a vector lost or on the wrong side."""
        wrong = self.mistaken_backward if self.product == "vjp" else self.mistaken_forward
        yield from ((name, (value,)) for name, value in wrong(line, carried))
        if line == WHOLE:
            yield from ((name, (value,)) for name, value in self.mistaken_vectors())

    def mistaken_backward(self, line: str, carried: Carried) -> Iterator[tuple[str, Any]]:
        """A wrong rule, from the learner's own lines on."""
        for name, faults in (*self.function.faults(), *self.function.slips()):
            yield name, self.swept(line, self.own(line, carried), faults)

    def mistaken_forward(self, line: str, _carried: Carried) -> Iterator[tuple[str, Any]]:
        """A wrong rule, from the beginning: the rules are those of reverse mode, so J is formed with them."""
        reached = self.function if line == WHOLE else self.function.until(line)
        yield from ((name, self.times(wrong)) for name, wrong in known_matrices(reached, {}))

    def mistaken_vectors(self) -> Iterator[tuple[str, Any]]:
        """The vector left out, or multiplied from the other side where that has a value."""
        matrix = self.function.matrix
        yield WEIGHTS_LOST, matrix.sum(axis=0 if self.product == "vjp" else 1)
        if matrix.shape[0] == matrix.shape[1]:
            yield OTHER_SIDE, self.times(matrix.T)

    def mistaken_wholes(self) -> Iterator[tuple[str, Any]]:
        """What every known mistake makes of the product."""
        yield from ((name, self.times(wrong)) for name, wrong in mistaken_matrices(self.function, {}))
        yield from self.mistaken_vectors()

    def times(self, matrix: Any) -> Any:
        """A matrix in the place of J."""
        return self.vector @ matrix if self.product == "vjp" else matrix @ self.vector
