"""The cells of a traced graph: a value for each node, and for each edge local, upstream and gradient.

Every cell comes off the engine's tape. Where the learner's own cells are carried, the walk back goes
on from them, so that what follows from a slip is seen to follow; where none is given, what a fault
further up would have made of it comes through.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import groupby
from typing import Any

from bpdrill import notation
from bpdrill.algebra.derive import local_derivative
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named, Run, run
from bpdrill.autograd import DROPPED, Edge, Fault, Node, applicable
from bpdrill.marking.diagnosis import Blame, Sited
from bpdrill.marking.steps import Carried, Step, Values
from bpdrill.model.blocks import Field, Form
from bpdrill.model.tree import Apply, Line, Program, consumers, leaves

KEPT = 16
"""So many passes are kept."""
NUMBER_HELP = "a number, or a product as it stands, such as 2*(-3)"
LOST = "edge.upstream-lost"
POINT = "edge.at-earlier-input"


@dataclass(frozen=True)
class Trace:
    """A graph of one-op lines, and the values of its inputs."""

    program: Program
    at: Named

    @property
    def root(self) -> str:
        """The name of the last line."""
        return self.program[-1].name

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the graph reads."""
        return leaves(self.program)

    def line(self, name: str) -> Line:
        """The line that assigns ``name``."""
        return next(line for line in self.program if line.name == name)

    def forks(self, name: str) -> bool:
        """Whether ``name`` is used more than once."""
        return len(consumers(self.program, name)) > 1

    @cached_property
    def kept(self) -> dict[Hashable, Any]:
        """The last passes, by what they went on from: cell after cell asks for the same."""
        return {}

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` makes, or what it has made of late."""
        if key not in self.kept:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[key] = make()
        return self.kept[key]


@dataclass(frozen=True, slots=True)
class Amiss:
    """What goes wrong in a walk back: faults on edges by their places, and edges over which nothing flows."""

    faults: Mapping[str, Fault]
    dropped: Collection[str] = ()


NOTHING = Amiss({})


def place(edge: Edge) -> str:
    """``edge.sub.0``: the prefix of an edge's three cells."""
    return f"edge.{edge.consumer.name}.{edge.argument}"


def forward(trace: Trace, carried: Carried) -> Run:
    """The forward pass, from the learner's own values where there are some."""
    own = {n.removeprefix("forward."): v[0] for n, v in carried.items() if n.startswith("forward.")}
    ran: Run = trace.once(tuple(own.items()), lambda: run(trace.program, trace.at, own))
    return ran


def backward(trace: Trace, carried: Carried, amiss: Amiss = NOTHING) -> tuple[Edge, ...]:
    """The backward pass edge by edge, from the learner's own cells where there are some."""
    if amiss is not NOTHING:
        return walked(trace, carried, amiss)
    edges: tuple[Edge, ...] = trace.once(("back", *carried.items()), lambda: walked(trace, carried, NOTHING))
    return edges


def walked(trace: Trace, carried: Carried, amiss: Amiss) -> tuple[Edge, ...]:
    """The walk back."""
    nodes = forward(trace, carried).nodes
    arrived, late = {trace.root: 1.0}, dict[str, Value]()
    edges: list[Edge] = []
    for line in reversed(trace.program):
        upstream = own_or(carried, f"total.{line.name}", arrived.get(line.name, 0.0))
        for edge in edges_of(nodes[line.name], upstream):
            if place(edge) in amiss.dropped:
                continue
            fault = amiss.faults.get(place(edge))
            edge = with_fault(edge, fault, late)  # noqa: PLW2901  the edge as it is walked
            below = edge.producer.name
            arrived[below] = arrived.get(below, 0.0) + sent(edge, carried, fault)
            late[below] = upstream
            edges.append(edge)
    return tuple(edges)


def edges_of(node: Node, upstream: Value) -> Iterator[Edge]:
    """The edges from a node back, with the rules of its row."""
    for argument, producer in enumerate(node.inputs):
        if isinstance(producer, Node):
            yield Edge(node, argument, producer, upstream, node.row.vjp[argument])


def with_fault(edge: Edge, fault: Fault | None, late: Mapping[str, Value]) -> Edge:
    """An edge with a fault on it: another rule, or an upstream that is not the one that has arrived."""
    if fault is None:
        return edge
    if fault.name == LOST:
        return replace(edge, upstream=1.0)
    upstream = late.get(edge.consumer.name, edge.upstream) if fault.late else edge.upstream
    return replace(edge, rule=fault.rule, upstream=upstream)


def sent(edge: Edge, carried: Carried, fault: Fault | None = None) -> Value:
    """What goes over an edge: the learner's own cell, or the product of those before it."""
    row = place(edge)
    if (own := f"{row}.gradient") in carried:
        return carried[own][0]
    kept = fault is None or fault.late or fault.name == LOST
    astray = fault is not None and (fault.late or fault.name == LOST)
    upstream = edge.upstream if astray else own_or(carried, f"{row}.upstream", edge.upstream)
    if kept and f"{row}.local" in carried:
        return carried[f"{row}.local"][0] * upstream
    return replace(edge, upstream=upstream).contribution


def own_or(carried: Carried, cell: str, engine: Value) -> Value:
    """The learner's own cell, or the engine's."""
    return carried[cell][0] if cell in carried else engine


# ── the cells ────────────────────────────────────────────────────────────────────────────────────


def cell_of(trace: Trace, cell: str, carried: Carried, amiss: Amiss = NOTHING) -> Value:
    """What one cell of the backward pass comes to."""
    edges = backward(trace, carried, amiss)
    if cell.startswith("total."):
        name = cell.removeprefix("total.")
        return sum(
            (sent(e, carried, amiss.faults.get(place(e))) for e in edges if e.producer.name == name), 0.0
        )
    row, _, column = cell.rpartition(".")
    edge = next(edge for edge in edges if place(edge) == row)
    if column == "gradient":
        return sent(edge, carried, amiss.faults.get(row))
    return edge.local if column == "local" else edge.upstream


def mistaken_cell(trace: Trace, cell: str, carried: Carried) -> Iterator[tuple[str, Values]]:
    """What each fault makes of a cell: those on its own edge, and those that nothing given stands before."""
    for name, amiss in suspects(trace, cell, carried):
        yield name, (cell_of(trace, cell, carried, amiss),)


def mistaken_everywhere(trace: Trace, cell: str, carried: Carried) -> Iterator[tuple[Blame, Values]]:
    """What a fault makes of a cell that is made wherever it can be."""
    found = sorted(suspects(trace, cell, carried), key=lambda suspect: suspect[0])
    for name, group in groupby(found, key=lambda suspect: suspect[0]):
        faults: dict[str, Fault] = {}
        for _, amiss in group:
            faults |= amiss.faults
        if len(faults) > 1:
            yield Blame((name,)), (cell_of(trace, cell, carried, Amiss(faults)),)


def suspects(trace: Trace, cell: str, carried: Carried) -> Iterator[tuple[str, Amiss]]:
    """The faults that could have made a cell what it is, by name."""
    edges = backward(trace, carried)
    row, _, column = cell.rpartition(".")
    for edge in reversed(edges):
        if place(edge) == row:
            yield from ((Sited(fault.name, row), Amiss({row: fault})) for fault in on_own_edge(edge, column))
    above = reaching(edges, cell, carried)
    for edge in above:
        for fault in applicable(edge.consumer, edge.argument) if unseen(edge, carried) else ():
            yield Sited(fault.name, place(edge)), Amiss({place(edge): fault})
        if trace.forks(edge.producer.name):
            yield Sited(DROPPED, place(edge)), Amiss({}, (place(edge),))


def on_own_edge(edge: Edge, column: str) -> Iterator[Fault]:
    """The faults that show in one column of an edge's row."""
    for fault in applicable(edge.consumer, edge.argument):
        own = fault in edge.consumer.row.faults or fault.name == POINT
        astray = fault.late or fault.name == LOST
        if column == "gradient" or {"local": own, "upstream": astray}[column]:
            yield fault


def reaching(edges: tuple[Edge, ...], cell: str, carried: Carried) -> Iterator[Edge]:
    """The edges above a cell from which a fault comes through to it: up to what the learner has given."""
    row, _, column = cell.rpartition(".")
    wanted = {cell.removeprefix("total.")} if row == "total" else set[str]()
    for edge in reversed(edges):
        if place(edge) == row and column != "local" and f"{row}.upstream" not in carried:
            wanted.add(edge.consumer.name)
        if edge.producer.name in wanted and f"total.{edge.producer.name}" not in carried:
            yield edge
            if unseen(edge, carried) and f"{place(edge)}.upstream" not in carried:
                wanted.add(edge.consumer.name)


def unseen(edge: Edge, carried: Carried) -> bool:
    """Whether what goes over an edge was not said."""
    return f"{place(edge)}.gradient" not in carried


# ── the steps ────────────────────────────────────────────────────────────────────────────────────


def trace_steps(trace: Trace) -> list[Step]:
    """Every cell, in the order of the work."""
    return [*forward_steps(trace), *backward_steps(trace)]


def forward_steps(trace: Trace) -> Iterator[Step]:
    """The value of each line."""
    for line in trace.program:
        cell = Field(f"forward.{line.name}", line.name, Form.NUMBER, row="forward", help=NUMBER_HELP)
        yield Step(
            cell, partial(forward_value, trace, line.name), rule=f"{line.name} = {notation.text(line.tree)}"
        )


def forward_value(trace: Trace, name: str, carried: Carried) -> Values:
    """What a line comes to, from the learner's own earlier values."""
    earlier = {cell: values for cell, values in carried.items() if cell != f"forward.{name}"}
    return (forward(trace, earlier).values[name],)


def backward_steps(trace: Trace) -> Iterator[Step]:
    """Three cells an edge in the order of the backward pass, and a sum where paths have met."""
    waiting = {
        name: len(consumers(trace.program, name))
        for name in (*trace.inputs, *(line.name for line in trace.program))
    }
    for edge in backward(trace, {}):
        yield from edge_steps(trace, edge)
        name = edge.producer.name
        waiting[name] -= 1
        if not waiting[name] and trace.forks(name):
            label = f"∂{trace.root}/∂{name}, all paths together"
            yield cell_step(trace, f"total.{name}", f"total.{name}", label, "add what every use sends back")


def edge_steps(trace: Trace, edge: Edge) -> Iterator[Step]:
    """Local derivative, upstream gradient, and their product."""
    row, above, below = place(edge), edge.consumer.name, edge.producer.name
    local = notation.text(local_derivative(trace.line(above), edge.argument))
    columns = (
        ("local", "local derivative", f"∂{above}/∂{below} = {local}"),
        ("upstream", "upstream", f"the gradient that has arrived at {above}"),
        ("gradient", "gradient", "local derivative times upstream"),
    )
    for column, label, rule in columns:
        yield cell_step(trace, row, f"{row}.{column}", f"{above} → {below}: {label}", rule)


def cell_step(trace: Trace, row: str, cell: str, label: str, rule: str) -> Step:
    """One cell of the backward pass."""
    return Step(
        Field(cell, label, Form.NUMBER, row=row, help=NUMBER_HELP),
        lambda carried: (cell_of(trace, cell, carried),),
        rule=rule,
        mistaken=partial(mistaken_cell, trace, cell),
        further=partial(mistaken_everywhere, trace, cell),
    )


def one_op(line: Line) -> bool:
    """Whether a line is one op on names and numbers."""
    return isinstance(line.tree, Apply) and not any(isinstance(arg, Apply) for arg in line.tree.args)
