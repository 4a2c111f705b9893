"""Reverse mode: one walk back along the tape gives the gradient of every node.

The tape is in topological order, so walking it backwards meets each node after all its
consumers: no sort, no recursion, and a chain of any depth.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from bpdrill.autograd.node import Node
from bpdrill.autograd.op import Fault, Rule
from bpdrill.autograd.values import Given, Value, is_finite, quiet, settled, shape_of, sum_to, zeros

NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Edge:
    """One step of the chain rule: upstream times local is the contribution.

    It leads from ``consumer`` back to ``producer``, which is the consumer's input number ``argument``.
    """

    consumer: Node
    argument: int
    producer: Node
    upstream: Value
    rule: Rule
    summed: bool = True

    @property
    def contribution(self) -> Value:
        """What it sends to the producer: computed when asked for, or every path's would be held."""
        with quiet():
            return contribution(self.rule, self.upstream, self.consumer, self.argument, summed=self.summed)

    @property
    def local(self) -> float | None:
        """The local derivative, if both ends are scalars: the rule at a cotangent of 1."""
        if not isinstance(self.consumer.value, float) or not isinstance(self.producer.value, float):
            return None
        return float(contribution(self.rule, 1.0, self.consumer, self.argument))


@dataclass(frozen=True, slots=True)
class Gradients:
    """What one walk found: ``edges`` in the order of the walk, dropped ones left out."""

    root: Node
    edges: tuple[Edge, ...]
    cotangents: Mapping[Node, Value]
    clamped: Collection[Node] = ()

    def of(self, node: Node) -> Value:
        """The gradient of the root with respect to ``node``; zeros if nothing reached it."""
        if node.tape is not self.root.tape:
            raise ValueError(f"{node.label} is on another tape than {self.root.label}.")
        return self.cotangents[node] if node in self.cotangents else zeros(shape_of(node.value))

    def way_to(self, node: Node) -> Way:
        """The part of the walk that leads to ``node``; what arrives at a clamped node leads nowhere."""
        wanted, edges = {node}, list[Edge]()
        for edge in reversed(self.edges):
            if edge.producer in wanted:
                edges.insert(0, edge)
                if edge.consumer not in self.clamped:
                    wanted.add(edge.consumer)
        brought: dict[Node, list[int]] = {}
        for place, edge in enumerate(edges):
            brought.setdefault(edge.producer, []).append(place)
        late = {edge.producer: edge.upstream for edge in self.edges}
        return Way(node, self.of(node), edges, [edge.contribution for edge in edges], brought, late)


@dataclass(frozen=True, slots=True)
class Way:
    """What of a walk by the rows' own rules leads to one node, to try faults on.

    Only what a fault changes is walked again, so that many can be tried.
    """

    node: Node
    gradient: Value
    """The node's, without a fault."""
    edges: Sequence[Edge]
    """In the order of the walk."""
    shares: Sequence[Value]
    """What each edge contributed."""
    brought: Mapping[Node, Sequence[int]]
    """Which edges lead to each node."""
    late: Mapping[Node, Value]
    """The upstream of the last edge to each node."""

    def amiss(self, faults: Mapping[tuple[Node, int], Rule | Fault]) -> Value:
        """The gradient with ``faults``, as ``pull_back`` takes them; those off the way change nothing.

        Raises ValueError where a rule has no value.
        """
        shares, late, changed = list(self.shares), dict(self.late), set[Node]()
        with quiet():
            for place, edge in enumerate(self.edges):
                here, below = edge.consumer, edge.producer
                fault = faults.get((here, edge.argument))
                if fault is None and here not in changed:
                    late[below] = edge.upstream
                    continue
                upstream = self._arrived(here, shares) if here in changed else edge.upstream
                walked = _with_rule(replace(edge, upstream=upstream), fault or edge.rule, late.get(here))
                shares[place] = walked.contribution
                late[below] = upstream
                changed.add(below)
            return self._arrived(self.node, shares) if self.node in changed else self.gradient

    def _arrived(self, node: Node, shares: Sequence[Value]) -> Value:
        """What ``shares`` add up to at a node."""
        arrived: dict[Node, Value] = {}
        for place in self.brought[node]:
            _accumulate(arrived, node, shares[place])
        return arrived[node]


def pull_back(
    root: Node,
    cotangent: Given | None = None,
    *,
    clamped: Mapping[Node, Given] = NOTHING,
    faults: Mapping[tuple[Node, int], Rule | Fault] = NOTHING,
    dropped: Collection[tuple[Node, int]] = (),
) -> Gradients:
    """Walk back from ``root``; a scalar root starts from a cotangent of 1.

    ``clamped`` cotangents replace what arrived, once all consumers were visited: so a
    learner's own earlier gradient is followed through. ``faults``, or rules, take the place
    of the row's own on an edge (consumer, argument); over a ``dropped`` edge nothing flows.
    Raises ValueError for a cotangent of the wrong shape, and where a rule has no value.
    """
    on_trace(root, *clamped)
    _check_places(root, [*faults, *dropped])
    arrived: dict[Node, Value] = {root: start(root, cotangent)}
    given = {node: _fitting(node, value) for node, value in clamped.items()}
    late: dict[Node, Value] = {}
    edges: list[Edge] = []
    with quiet():
        for node in reversed(root.tape.nodes[: root.index + 1]):
            if node in given:
                arrived[node] = given[node]
            if node in arrived:
                for edge in _edges(node, arrived[node], late.get(node), faults, dropped):
                    _accumulate(arrived, edge.producer, edge.contribution)
                    late[edge.producer] = arrived[node]
                    edges.append(edge)
    return Gradients(root, tuple(edges), MappingProxyType(arrived), given.keys())


def on_trace(root: Node, *others: Node) -> None:
    """Raises ValueError unless ``root`` is on a trace, and all ``others`` with it."""
    if root.tape.lean:
        raise ValueError("A lean tape keeps no trace to walk on: record on Tape().")
    for node in others:
        if node.tape is not root.tape:
            raise ValueError(f"{node.label} is on another tape than {root.label}.")


def _check_places(root: Node, places: Collection[tuple[Node, int]]) -> None:
    """Raises ValueError for a place that is no edge of the tape."""
    for consumer, argument in places:
        on_trace(root, consumer)
        if not 0 <= argument < len(consumer.inputs) or not isinstance(consumer.inputs[argument], Node):
            raise ValueError(f"{consumer.label} has no edge to an argument {argument}.")


def contribution(rule: Rule, upstream: Value, consumer: Node, argument: int, *, summed: bool = True) -> Value:
    """What ``rule`` sends over one edge, in the shape of that argument (unless it shall not be ``summed``).

    Raises ValueError, naming op, argument and node, if there is no such value.
    """
    arguments = consumer.arguments
    try:
        sent = rule(upstream, consumer.value, *arguments)
        share = upstream if sent is upstream else settled(sent)  # a sum hands one array on, uncopied
        fitted = sum_to(share, shape_of(arguments[argument])) if summed else share
    except (ArithmeticError, ValueError) as error:
        raise ValueError(consumer.no_derivative(argument, str(error))) from error
    if not is_finite(fitted):
        raise ValueError(consumer.no_derivative(argument, "the result is not finite"))
    return fitted


def _edges(
    node: Node,
    upstream: Value,
    late: Value | None,
    faults: Mapping[tuple[Node, int], Rule | Fault],
    dropped: Collection[tuple[Node, int]],
) -> Iterator[Edge]:
    """The edges from ``node`` back; ``late`` is the upstream of the node that brought it its own."""
    for argument, producer in enumerate(node.inputs):
        place = (node, argument)
        if isinstance(producer, Node) and place not in dropped:
            edge = Edge(node, argument, producer, upstream, node.row.vjp[argument])
            yield _with_rule(edge, faults[place], late) if place in faults else edge


def _with_rule(edge: Edge, rule: Rule | Fault, late: Value | None) -> Edge:
    """An edge with another rule, or a fault, on it."""
    if not isinstance(rule, Fault):
        return replace(edge, rule=rule)
    arriving = _fitting(edge.consumer, late) if rule.late and late is not None else edge.upstream
    return replace(edge, upstream=arriving, rule=rule.rule, summed=rule.summed)


def _accumulate(arrived: dict[Node, Value], producer: Node, share: Value) -> None:
    """Add to what other paths brought: gradients of several uses are summed."""
    before = arrived.get(producer)
    arrived[producer] = share if before is None else settled(before + share)


def start(root: Node, cotangent: Given | None) -> Value:
    """The cotangent of ``root`` to walk back from: the one given, or 1 for a scalar."""
    if cotangent is not None:
        return _fitting(root, cotangent)
    if shape_of(root.value) != ():
        raise ValueError(
            f"{root.label} has shape {shape_of(root.value)}, and only a scalar has a gradient: "
            "reduce it to one number with sum or mean, or give a cotangent of its shape.",
        )
    return 1.0


def _fitting(node: Node, given: Given) -> Value:
    value = settled(given)
    if shape_of(value) != shape_of(node.value):
        own, given_shape = shape_of(node.value), shape_of(value)
        raise ValueError(f"The gradient of {node.label} must have its shape {own}, not {given_shape}.")
    return value
