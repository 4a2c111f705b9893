"""What a program has to compute, on which inputs, and what is right: all of it from the engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named, Run, run
from bpdrill.autograd import DROPPED
from bpdrill.marking.chain import Chain
from bpdrill.marking.code.request import Request
from bpdrill.marking.mistakes import Mistake, mistakes_of_fused, mistakes_on
from bpdrill.marking.steps import Values

POINTS = 3
"""Fresh inputs that every program is run on."""


@dataclass(frozen=True)
class Task:
    """A function to be written, held against a chain that computes the same."""

    function: str
    """What the learner writes."""
    parameters: tuple[str, ...]
    """What it is run on: inputs of the chain, or names in ``labels``."""
    asked: tuple[str, ...]
    """What is to come back, in order: ``L`` is a value, ``dW1`` a gradient."""
    chain: Chain
    harness: str = ""
    """Lines of the author's that call the learner's."""
    entry: str = ""
    """Their function; none: the learner's own."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Parameters that are the index of the 1 in each row of a one-hot input."""
    large: Mapping[str, Value] = field(default_factory=dict)
    """Inputs on which only what is careful has a value; none: there are none such."""

    def request(self, text: str) -> Request:
        """What a child is asked to run."""
        points = [*self.chain.points, *([self.large] if self.large else [])]
        inputs = [[self.argument(name, point) for name in self.parameters] for point in points]
        return Request(
            text, self.harness, self.entry or self.function, self.function, json.dumps(inputs), self.asked
        )

    def argument(self, name: str, point: Mapping[str, Value]) -> object:
        """One argument as plain data."""
        if name in self.labels:
            return point[self.labels[name]].argmax(axis=-1).tolist()
        value = point[name]
        return value.tolist() if hasattr(value, "tolist") else value

    def key(self, name: str) -> Values:
        """What is right at each point."""
        of = self.source(name)
        return self.chain.value(of, {}) if of == name else self.chain.gradient(of, {})

    def source(self, name: str) -> str:
        """The name in the chain that is meant: ``dW1`` is the gradient of ``W1``."""
        return name if name in self.chain.runs[0].values else name.removeprefix("d")

    def key_when_large(self) -> Mapping[str, Value]:
        """What is right on the large inputs, by name."""
        ran = run(self.chain.program, self.large)
        found = {**{f"d{name}": value for name, value in ran.gradients().items()}, **ran.values}
        return {name: found[name] for name in self.asked}

    def mistaken(self, name: str) -> Iterator[tuple[str, Values]]:
        """What named mistakes make of a gradient, at the first points."""
        of = self.source(name)
        if of != name:
            yield from ((fault, tuple(found[of] for found in each)) for fault, each in self.gone_wrong)
            yield from self.single_paths(of)

    @cached_property
    def gone_wrong(self) -> tuple[tuple[str, tuple[Named, ...]], ...]:
        """Every gradient with one rule gone wrong, at the first point; at all of them if they are scalars."""
        is_array = any(hasattr(value, "shape") for value in self.chain.points[0].values())
        runs = self.chain.runs[:1] if is_array else self.chain.runs
        edges = runs[0].pull_back().edges
        program = self.chain.program
        mistakes = (*mistakes_of_fused(program, runs, edges), *mistakes_on(program, runs, edges))
        return tuple((mistake.name, each) for mistake in mistakes if (each := gradients_with(mistake, runs)))

    def single_paths(self, of: str) -> Iterator[tuple[str, Values]]:
        """What is left of a gradient if only one of the paths to it is kept."""
        found = [ran.pull_back() for ran in self.chain.runs]
        nodes = [ran.nodes[of] for ran in self.chain.runs]
        paths = [[e for e in g.edges if e.producer is node] for g, node in zip(found, nodes, strict=True)]
        if len(paths[0]) > 1:
            yield from (
                (DROPPED, tuple(edge.contribution for edge in path)) for path in zip(*paths, strict=True)
            )

    def known(self) -> dict[str, Value]:
        """What names of a program may be expected to stand for at the first point."""
        ran = self.chain.runs[0]
        gradients = {alias: v for n, v in ran.gradients().items() for alias in gradient_names(n)}
        values = {
            alias: v for n, v in ran.values.items() for alias in (n.lower(), *ALIASES.get(n.lower(), ()))
        }
        return {**values, **gradients}


def gradients_with(mistake: Mistake, runs: Sequence[Run]) -> tuple[Named, ...]:
    """Every gradient of each run with one mistake made; nothing where it has no value then."""
    try:
        return tuple(ran.gradients(faults=mistake.faults(ran, at)) for at, ran in enumerate(runs))
    except ValueError:
        return ()


ALIASES = {"p": ("yhat", "probs", "prob"), "yhat": ("p", "probs", "prob"), "l": ("loss",)}
"""Other names of the same thing."""


def gradient_names(name: str) -> tuple[str, ...]:
    """How people call a gradient."""
    bare = name.lower().replace("_", "")
    return (f"d{bare}", f"grad{bare}", f"dld{bare}")
