"""A function of single numbers, R^n → R^m, as it was typed: a program, its point, its outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpdrill.algebra.graph import one_op_lines
from bpdrill.autograd import Node, Tape
from bpdrill.laboratory.expression import read
from bpdrill.laboratory.given import values
from bpdrill.laboratory.operation import Nodes, constant, record, without_derivative
from bpdrill.laboratory.words import listed
from bpdrill.model.errors import UsageError
from bpdrill.model.tree import Array, Line, Program, Symbol, consumers, names, walk
from bpdrill.notation.spelling import Names

EXAMPLE = "--at x=2,y=3"


@dataclass(frozen=True, slots=True)
class Function:
    """The lines of a program, from the point's names to some of its lines."""

    program: Program
    point: Mapping[str, float]
    """A value for each input."""
    outputs: tuple[str, ...]

    def __call__(self, inputs: list[Node]) -> list[Node]:
        """The outputs, recorded on the tape of ``inputs``; raises UsageError where one has no value."""
        nodes = _recorded(one_op_lines(self.program), dict(zip(self.point, inputs, strict=True)))
        return [nodes[name] for name in self.outputs]

    def without_derivative(self) -> str:
        """Which operation lacks a derivative at the point, in words; empty if none does."""
        tape, lines = Tape(), one_op_lines(self.program)
        inputs = {name: tape.leaf(value, name) for name, value in self.point.items()}
        return without_derivative(lines, _recorded(lines, inputs))


def function(typed: str, at: str, of: str = "") -> Function:
    """``typed`` at the point ``at``, with the outputs named in ``of``: if none, each line that no other uses.

    Raises UsageError, in one line, for what cannot be read, is not used, or is no single number.
    """
    point = _point(at)
    program = read(typed, point)
    for line in program:
        _check(line)
    if not point:
        lines = listed([line.name for line in program])
        raise UsageError(f"{lines} read nothing from --at: give an input, as in {EXAMPLE}.")
    return Function(program, point, _named(of, program) if of else _ends(program))


def _point(at: str) -> dict[str, float]:
    """What ``at`` gives; raises UsageError unless each value is one number."""
    given = values(at)
    point = {name: value for name, value in given.items() if isinstance(value, float)}
    if arrays := [name for name in given if name not in point]:
        raise UsageError(f"{arrays[0]} is an array; here each input is one number, as in {EXAMPLE}.")
    return point


def _check(line: Line) -> None:
    """Raise UsageError for an array written out: nothing else makes one out of single numbers."""
    if any(isinstance(node, Array) for node in walk(line.tree)):
        raise UsageError(
            f"{line.name} holds an array; here each value is one number: give each its own name."
        )


def _recorded(lines: Program, inputs: Nodes) -> Nodes:
    """The inputs and all that ``lines``, an operation each, make of them."""
    nodes, tape = dict(inputs), next(iter(inputs.values())).tape
    for line in lines:
        nodes[line.name] = _node(line, nodes, tape)
    return nodes


def _node(line: Line, nodes: Nodes, tape: Tape) -> Node:
    """What ``line`` makes: another name for a node, a constant, or an operation."""
    if isinstance(line.tree, Symbol):
        return nodes[line.tree.name]
    if not names(line.tree):
        return tape.leaf(constant(line.tree))
    return record(line, nodes, tape)


def _ends(program: Program) -> tuple[str, ...]:
    return tuple(line.name for line in program if not consumers(program, line.name))


def _named(of: str, program: Program) -> tuple[str, ...]:
    known = [line.name for line in program]
    return tuple(dict.fromkeys(_line(name.strip(), known) for name in of.split(",")))


def _line(name: str, known: Sequence[str]) -> str:
    found = Names.of(known).find(name)
    if found is None:
        raise UsageError(f"--of names lines of the expression, {', '.join(known)}; not {name!r}.")
    return found
