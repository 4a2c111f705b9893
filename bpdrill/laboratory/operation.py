"""One operation of an expression: recorded on a tape, or why it has no value or no derivative there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, cast

from bpdrill.algebra.evaluate import Value, literal
from bpdrill.autograd import Node, Tape
from bpdrill.autograd.reverse import contribution
from bpdrill.autograd.values import Shape, quiet, settled, shape_of, size_of, spread
from bpdrill.model.errors import UsageError
from bpdrill.model.tree import Apply, Line, Symbol, Tree, interpret, names
from bpdrill.notation import text
from bpdrill.notation.figures import value as figures

Nodes = Mapping[str, Node]
"""What has been recorded so far, by name."""


def record(line: Line, nodes: Nodes, tape: Tape, shape: Shape = ()) -> Node:
    """Append the one operation of ``line``.

    What notation calls a vector is one on the tape, be it a matrix of one column.
    Raises UsageError, naming node, op and operands, where it has no value.
    """
    tree = cast("Apply", line.tree)
    operands = [nodes[arg.name] if isinstance(arg, Symbol) else constant(arg) for arg in tree.args]
    plain = [operand.value if isinstance(operand, Node) else operand for operand in operands]
    try:
        value = Tape().apply(tree.op, *plain, name=line.name).value
    except ValueError as error:
        raise UsageError(_no_value(line, nodes, plain, str(error))) from error
    return tape.apply(tree.op, *operands, name=line.name, instead=laid_out(value, shape) if shape else value)


def laid_out(value: Any, shape: Shape) -> Value:
    """``value`` in ``shape``, if that has room for as many numbers."""
    if shape_of(value) == shape or size_of(value) != prod(shape):
        return value
    array: Any = value if shape_of(value) else settled([value])
    return settled(array.reshape(shape))


def constant(tree: Tree) -> Value:
    """The value of a tree without names, each of its operations checked as the engine checks.

    Raises UsageError if it is no finite number.
    """
    try:
        return settled(interpret(tree, {}, literal, lambda op, args: Tape().apply(op, *args).value))
    except (ArithmeticError, ValueError) as error:
        raise UsageError(f"{text(tree)} has no finite value: write another number.") from error


def no_derivative(line: Line, argument: int, nodes: Nodes) -> str:
    """``L = √(x) has no derivative by x where x = 0``, and what to do."""
    operand = text(cast("Apply", line.tree).args[argument])
    return f"{_told(line)} has no derivative by {operand} where {_at(line, nodes)}: take another point."


def without_derivative(lines: Sequence[Line], nodes: Nodes) -> str:
    """The last of ``lines`` that lacks a derivative by an operand, in words; empty if each has all."""
    for line in reversed(lines):
        for argument, operand in enumerate(_operands(line.tree)):
            if isinstance(operand, Symbol) and not _has_derivative(nodes[line.name], argument):
                return no_derivative(line, argument, nodes)
    return ""


def _operands(tree: Tree) -> Sequence[Tree]:
    return tree.args if isinstance(tree, Apply) else ()


def _has_derivative(node: Node, argument: int) -> bool:
    try:
        with quiet():
            contribution(node.row.vjp[argument], spread(1.0, shape_of(node.value)), node, argument)
    except ValueError:
        return False
    return True


def _told(line: Line) -> str:
    return f"{text(Symbol(line.name))} = {text(line.tree)}"


def _at(line: Line, nodes: Nodes) -> str:
    """The values of what a line reads."""
    return ", ".join(f"{text(Symbol(name))} = {figures(nodes[name].value)}" for name in names(line.tree))


def _no_value(line: Line, nodes: Nodes, operands: Sequence[Value], reason: str) -> str:
    """``L = log(x) has no value where x = 0: …``."""
    op = cast("Apply", line.tree).op
    told = next((words for where, words in _REASONS.get(op, ()) if _any(where(*operands))), "")
    own = reason.rpartition("no value: ")[2].rstrip(".")
    known = told or (_TOO_LARGE if own in _OVERFLOWS else own)
    return f"{_told(line)} has no value where {_at(line, nodes)}: {known}."


def _any(found: Any) -> bool:
    return bool(found) if isinstance(found, bool) else bool(found.any())


_TOO_LARGE = "the result is too large for a number"
_OVERFLOWS = ("the result is not finite", "math range error")
"""How the engine says that."""

_REASONS: Mapping[str, Sequence[tuple[Any, str]]] = {
    "log": ((lambda a: a <= 0, "a logarithm needs numbers above 0"),),
    "sqrt": ((lambda a: a < 0, "a root needs numbers from 0 on"),),
    "div": ((lambda _, b: b == 0, "nothing can be divided by 0"),),
    "power": (
        (lambda x, n: (x == 0) & (n < 0), "0 has no negative power"),
        (lambda x, n: (x < 0) & (n % 1 != 0), "a negative number has whole powers only"),
    ),
}
"""For some ops where they have no value, and why."""
