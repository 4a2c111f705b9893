"""One computation and its backward pass, edge by edge: what ``bpdrill trace`` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any

from bpdrill import notation
from bpdrill.algebra.evaluate import Value
from bpdrill.autograd import Edge, Gradients
from bpdrill.autograd.arithmetic.elementary import inner
from bpdrill.autograd.reverse import contribution
from bpdrill.autograd.values import is_finite, quiet, shape_of, spread
from bpdrill.laboratory.operation import laid_out, without_derivative
from bpdrill.laboratory.trace.computation import Computation, node_record, plain
from bpdrill.laboratory.trace.forward import sweep
from bpdrill.laboratory.trace.rules import gradient_name, rule
from bpdrill.model.errors import UsageError

_TOLERANCE = 1e-9
"""Relative to the sizes that were added up: rounding leaves far less, a wrong rule far more."""


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the chain rule, by name: upstream times local is the contribution."""

    consumer: str
    producer: str
    argument: int
    """Which operand of the consumer the producer is."""
    local: float | None
    """The local derivative, between two numbers."""
    upstream: Value
    contribution: Value


@dataclass(frozen=True)
class Trace:
    """A computation with the one walk back from its root."""

    computation: Computation
    gradients: Gradients

    @cached_property
    def links(self) -> Sequence[Link]:
        """The steps of the chain rule, in the order of the walk."""
        return [_link(self.computation, edge) for edge in self.gradients.edges]

    @cached_property
    def arriving(self) -> Mapping[str, Sequence[Link]]:
        """The links that lead back into each node; several are summed."""
        found: dict[str, list[Link]] = {name: [] for name in self.computation.nodes}
        for link in self.links:
            found[link.producer].append(link)
        return found

    def gradient(self, name: str) -> Value:
        """The gradient of the root by ``name``; zeros if nothing flows there."""
        return self.computation.fit(self.gradients.of(self.computation.nodes[name]), name)

    @cached_property
    def modes_agree(self) -> bool:
        """Whether forward mode, along one direction of all inputs together, says the same."""
        run = self.computation
        along = {
            name: spread(1.0 / (place + 1), shape_of(run.value(name)))
            for place, name in enumerate(run.inputs)
        }
        parts = [inner(self.gradient(name), direction) for name, direction in along.items()]
        swept = sweep(run, along)
        sizes = [sqrt(inner(share.share, share.share)) for share in swept.shares]
        return abs(float(swept.tangents[run.root]) - sum(parts)) <= _TOLERANCE * max(1.0, sum(sizes))


def trace(run: Computation) -> Trace:
    """Walk back from the root; raises UsageError unless it is one number, and where a derivative lacks."""
    shape = run.shapes[run.root]
    if shape != ():
        raise UsageError(
            f"{run.root} is {notation.describe(shape)}, and only one number has a gradient: end in one, "
            f"such as L = sum({run.root}), or put the line that is a number last."
        )
    try:
        return walked(run)
    except ValueError as error:
        stops = without_derivative(run.program, run.nodes)
        raise UsageError(stops or f"{error}: take another point.") from error


def walked(run: Computation, **mistakes: Any) -> Trace:
    """The walk back, with what else ``Tape.pull_back`` can be told.

    Raises ValueError where a derivative, or a sum over paths, is no finite number.
    """
    root = run.nodes[run.root]
    with quiet():
        found = Trace(run, root.tape.pull_back(root, spread(1.0, shape_of(root.value)), **mistakes))
        links = found.links
    for link in links:
        if not is_finite(found.gradient(link.producer)):
            raise ValueError(f"{gradient_name(run.root, link.producer)} is too large for a number")
    return found


def _link(run: Computation, edge: Edge) -> Link:
    above, below = edge.consumer.name, edge.producer.name
    return Link(
        above,
        below,
        edge.argument,
        None if run.shapes[above] or run.shapes[below] else _local(edge),
        run.fit(edge.upstream, above),
        run.fit(edge.contribution, below),
    )


def _local(edge: Edge) -> float:
    """What the rule makes of an upstream gradient of 1."""
    one = spread(1.0, shape_of(edge.consumer.value))
    return float(laid_out(contribution(edge.rule, one, edge.consumer, edge.argument), ()))


def as_record(found: Trace) -> dict[str, Any]:
    """All of it in plain types."""
    run = found.computation
    return {
        "mode": "reverse",
        "root": run.root,
        "inputs": list(run.inputs),
        "nodes": [node_record(run, name) | {"gradient": plain(found.gradient(name))} for name in run.nodes],
        "edges": [_link_record(run, link) for link in found.links],
        "modes_agree": found.modes_agree,
    }


def _link_record(run: Computation, link: Link) -> Mapping[str, Any]:
    return {
        "from": link.consumer,
        "to": link.producer,
        "argument": link.argument,
        "local": link.local,
        "rule": rule(run, link.consumer, link.argument, notation.Style.ASCII),
        "upstream": plain(link.upstream),
        "contribution": plain(link.contribution),
    }
