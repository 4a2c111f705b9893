"""An expression that was typed, run at a point: its operations one by one, each a node of the tape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from bpdrill import notation
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.graph import one_op_lines
from bpdrill.autograd import Node, Tape
from bpdrill.autograd.values import Shape, shape_of
from bpdrill.laboratory import operation
from bpdrill.laboratory.expression import read
from bpdrill.laboratory.given import Values, values
from bpdrill.model.errors import UsageError
from bpdrill.model.tree import (
    Apply,
    Array,
    Line,
    Program,
    Symbol,
    Symbols,
    Tree,
    leaves,
    names,
    walk,
)

ARRAYS = " A vector is [1,2], a matrix [[1,2],[3,4]]."


@dataclass(frozen=True)
class Computation:
    """A program that was run forward: as it was written, one operation a line, and on the tape."""

    written: Program
    program: Program
    nodes: Mapping[str, Node]
    """The inputs, then the lines, by name, in the order of the tape."""
    shapes: Mapping[str, Shape]
    """The shape of each by the rules of notation: a row times a column is a number."""

    @property
    def root(self) -> str:
        """The name of the last line."""
        return self.program[-1].name

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """What the program reads, in order of first use."""
        return leaves(self.program)

    @cached_property
    def lines(self) -> Mapping[str, Apply]:
        """What each line computes, by its name."""
        return {line.name: cast("Apply", line.tree) for line in self.program}

    @property
    def is_scalar(self) -> bool:
        """Whether every value is a single number."""
        return not any(self.shapes.values())

    def value(self, name: str) -> Value:
        """What an input is given, or a line comes to."""
        return self.fit(self.nodes[name].value, name)

    def fit(self, value: Value, name: str) -> Value:
        """``value`` in the shape of ``name``, if it holds as many numbers."""
        return operation.laid_out(value, self.shapes[name])

    def no_derivative(self, name: str, argument: int) -> str:
        """What is said where a line has no derivative by one of its operands."""
        return operation.no_derivative(Line(name, self.lines[name]), argument, self.nodes)


def computation(typed: str, at: str) -> Computation:
    """``typed`` at the point ``at``; a line that only holds a value is an input too.

    Raises UsageError, in one line, for what cannot be read, has no value, is not used or computes nothing.
    """
    given = values(at)
    lines = read(typed, given, ARRAYS)
    constants = {line.name: operation.constant(line.tree) for line in lines if not names(line.tree)}
    written = tuple(line for line in lines if line.name not in constants)
    for line in written:
        _check(line)
    return run(written, {**given, **constants})


def run(written: Program, inputs: Values) -> Computation:
    """Run ``written`` forward; raises UsageError, naming node, op and operands, where there is no value."""
    tape, program = Tape(), one_op_lines(written)
    nodes = {name: tape.leaf(inputs[name], name) for name in leaves(program)}
    shapes: dict[str, Shape] = {name: shape_of(node.value) for name, node in nodes.items()}
    for line in program:
        shapes[line.name] = _shape(line.tree, shapes)
        nodes[line.name] = operation.record(line, nodes, tape, shapes[line.name])
    return Computation(written, program, nodes, shapes)


def _check(line: Line) -> None:
    """Raise UsageError unless ``line`` computes something out of names."""
    if isinstance(line.tree, Symbol):
        raise UsageError(f"{line.name} = {line.tree.name} is no operation: use {line.tree.name} itself.")
    if any(isinstance(node, Array) and names(node) for node in walk(line.tree)):
        raise UsageError(f"{line.name} makes an array out of names: give the whole array a name in --at.")


def _shape(tree: Tree, symbols: Symbols) -> Shape:
    shape = notation.infer(tree, symbols)
    if isinstance(shape, notation.Mismatch):
        raise UsageError(f"{shape.explanation}.")
    return cast("Shape", shape)  # out of sizes that are numbers come sizes that are numbers


def node_record(run: Computation, name: str) -> dict[str, Any]:
    """What a node is, in plain types: its op, what it computes, its shape and value."""
    tree = run.lines.get(name)
    return {
        "name": name,
        "op": tree.op if tree else None,
        "computes": notation.text(tree, notation.Style.ASCII, run.shapes) if tree else None,
        "shape": list(run.shapes[name]),
        "value": plain(run.value(name)),
    }


def plain(value: Any) -> Any:
    """A float, or lists of floats."""
    return value if isinstance(value, float) else value.tolist()
