"""The cells of a traced graph: a value for each node, and for each edge local, upstream and gradient.

Every cell comes off the engine's tape. Where the learner's own cells are carried, the tape goes on
from them, so that what follows from a slip is seen to follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from bpdrill import notation
from bpdrill.algebra.derive import local_derivative
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named, Run, run
from bpdrill.autograd import Edge, Fault, applicable
from bpdrill.marking.steps import Carried, Step, Values
from bpdrill.model.blocks import Field, Form
from bpdrill.model.tree import Apply, Line, Program, consumers, leaves

NUMBER_HELP = "a number, or a product as it stands, such as 2*(-3)"


@dataclass(frozen=True, slots=True)
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


def place(edge: Edge) -> str:
    """``edge.sub.0``: the prefix of an edge's three cells."""
    return f"edge.{edge.consumer.name}.{edge.argument}"


def forward(trace: Trace, carried: Carried) -> Run:
    """The forward pass, from the learner's own values where there are some."""
    return run(
        trace.program,
        trace.at,
        {n.removeprefix("forward."): v[0] for n, v in carried.items() if n.startswith("forward.")},
    )


def backward(trace: Trace, carried: Carried) -> tuple[Edge, ...]:
    """The backward pass edge by edge, from the learner's own gradients where there are some."""
    ran = forward(trace, carried)
    own: dict[str, Value] = {}
    for line in reversed(trace.program[:-1]):
        bringing = [edge for edge in ran.pull_back(own).edges if edge.producer.name == line.name]
        if f"total.{line.name}" in carried or any(f"{place(edge)}.gradient" in carried for edge in bringing):
            own[line.name] = arrived(line.name, bringing, carried)
    return ran.pull_back(own).edges


def arrived(name: str, bringing: list[Edge], carried: Carried) -> Value:
    """The gradient at ``name``: the learner's sum, or the sum of what its edges bring."""
    if f"total.{name}" in carried:
        return carried[f"total.{name}"][0]
    return sum(
        (own_or(carried, f"{place(edge)}.gradient", edge.contribution) for edge in bringing), start=0.0
    )


def own_or(carried: Carried, cell: str, engine: Value) -> Value:
    """The learner's own cell, or the engine's."""
    return carried[cell][0] if cell in carried else engine


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
            yield total_step(trace, name)


def edge_steps(trace: Trace, edge: Edge) -> Iterator[Step]:
    """Local derivative, upstream gradient, and their product."""
    above, below = edge.consumer.name, edge.producer.name
    local = notation.text(local_derivative(trace.line(above), edge.argument))
    yield edge_step(trace, edge, "local", "local derivative", f"∂{above}/∂{below} = {local}")
    yield edge_step(trace, edge, "upstream", "upstream", f"the gradient that has arrived at {above}")
    yield edge_step(trace, edge, "gradient", "gradient", "local derivative times upstream")


def edge_step(trace: Trace, edge: Edge, column: str, label: str, rule: str) -> Step:
    """One cell of an edge's row."""
    row, arrow = place(edge), f"{edge.consumer.name} → {edge.producer.name}"
    cell = Field(f"{row}.{column}", f"{arrow}: {label}", Form.NUMBER, row=row, help=NUMBER_HELP)
    mistaken = partial(mistaken_cells, trace, row, column)
    return Step(cell, partial(edge_value, trace, row, column), rule=rule, mistaken=mistaken)


def edge_value(trace: Trace, row: str, column: str, carried: Carried) -> Values:
    """What a cell comes to, from the learner's own cells."""
    edge = next(edge for edge in backward(trace, carried) if place(edge) == row)
    if column == "gradient":
        return (
            own_or(carried, f"{row}.local", edge.local) * own_or(carried, f"{row}.upstream", edge.upstream),
        )
    return (edge.local if column == "local" else edge.upstream,)


def mistaken_cells(trace: Trace, row: str, column: str, carried: Carried) -> Iterator[tuple[str, Values]]:
    """What each fault that fits this edge makes of a cell."""
    edge = next(edge for edge in backward(trace, carried) if place(edge) == row)
    upstream = {"local": 1.0, "gradient": edge.upstream}.get(column)
    for fault in applicable(edge.consumer, edge.argument) if upstream is not None else ():
        if column == "gradient" or fault in edge.consumer.row.faults:
            yield fault.name, (faulty(fault, edge, upstream),)


def faulty(fault: Fault, edge: Edge, upstream: Value) -> Value:
    """What ``fault`` sends over ``edge``."""
    return fault.rule(upstream, edge.consumer.value, *edge.consumer.arguments)


def total_step(trace: Trace, name: str) -> Step:
    """The sum of all paths, at a name that is used more than once."""
    cell = Field(
        f"total.{name}",
        f"∂{trace.root}/∂{name}, all paths together",
        Form.NUMBER,
        row=f"total.{name}",
        help=NUMBER_HELP,
    )
    return Step(
        cell,
        partial(total_value, trace, name),
        rule="add what every use sends back",
        mistaken=partial(mistaken_totals, trace, name),
    )


def total_value(trace: Trace, name: str, carried: Carried) -> Values:
    """The sum of what the edges bring, the learner's own where given."""
    return (sum(brought(trace, name, carried), start=0.0),)


def mistaken_totals(trace: Trace, name: str, carried: Carried) -> Iterator[tuple[str, Values]]:
    """A path lost, any one."""
    for lost in (paths := brought(trace, name, carried)):
        yield "path.dropped", (sum(paths) - lost,)


def brought(trace: Trace, name: str, carried: Carried) -> list[Value]:
    """What each path brings to ``name``."""
    edges = (edge for edge in backward(trace, carried) if edge.producer.name == name)
    return [own_or(carried, f"{place(edge)}.gradient", edge.contribution) for edge in edges]


def hidden_faults(trace: Trace) -> list[str]:
    """The rows' own faults that these numbers cannot show: they give what is right, or what another gives."""
    hidden: list[str] = []
    for edge in backward(trace, {}):
        seen = [edge.contribution]
        for fault in edge.consumer.row.faults:
            if fault.argument == edge.argument:
                value = faulty(fault, edge, edge.upstream)
                hidden += [fault.name] if value in seen else []
                seen.append(value)
    return list(dict.fromkeys(hidden))


def one_op(line: Line) -> bool:
    """Whether a line is one op on names and numbers."""
    return isinstance(line.tree, Apply) and not any(isinstance(arg, Apply) for arg in line.tree.args)
