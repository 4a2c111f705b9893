"""The engine as a judge: an answer to "the gradient of L by W1" is held against reverse mode itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpdrill.algebra.arrays import CLOSE, compare_arrays, meaning, too_large
from bpdrill.algebra.domains import Domains
from bpdrill.algebra.equal import Tolerance, misfit
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import run
from bpdrill.model.marks import Comparison, Different, Equal, Undecided
from bpdrill.model.tree import Program, Shape, Symbols, Tree
from bpdrill.notation import Mismatch, infer


@dataclass(frozen=True, slots=True)
class Gradient:
    """What is asked for: the gradient of the last line of ``loss`` by ``name``."""

    loss: Program
    name: str
    symbols: Symbols
    domains: Domains = field(default_factory=dict)
    tolerance: Tolerance = CLOSE

    def at(self, values: Mapping[str, Value]) -> Value | None:
        """The engine's gradient there; None where the loss, or a rule, has no finite value."""
        try:
            return run(self.loss, values).gradients()[self.name]
        except (ArithmeticError, ValueError):
            return None


def compare_gradient(given: Tree, asked: Gradient) -> Comparison:
    """Hold ``given`` against the engine at drawn values, with both signs before every mask.

    ``given`` may use the inputs of the loss and the names of its lines.
    """
    if large := too_large(asked.symbols, given, *(line.tree for line in asked.loss)):
        return Undecided(large)
    own = infer(given, {**asked.symbols, **line_shapes(asked)})
    if isinstance(own, Mismatch):
        return Different(own.explanation)
    if off := misfit(own, asked.symbols[asked.name]):
        return Different(off)
    by_hand = meaning(given)
    told = compare_arrays(
        lambda values: by_hand(_with_lines(asked, values)),
        asked.at,
        asked.symbols,
        asked.domains,
        asked.tolerance,
    )
    return Equal(f"{told.how}, against the engine's reverse mode") if isinstance(told, Equal) else told


def line_shapes(asked: Gradient) -> dict[str, Shape]:
    """The shapes of the lines of a loss, by name."""
    shapes: dict[str, Shape] = {}
    for line in asked.loss:
        shape = infer(line.tree, {**asked.symbols, **shapes})
        if not isinstance(shape, Mismatch):
            shapes[line.name] = shape
    return shapes


def _with_lines(asked: Gradient, values: Mapping[str, Value]) -> Mapping[str, Value]:
    """The values of the inputs and of every line."""
    return {**values, **run(asked.loss, values).values}
