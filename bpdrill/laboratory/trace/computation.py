"""An expression that was typed, run at a point: its operations one by one, each a node of the tape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import chain, count
from math import prod
from typing import Any, cast

from bpdrill.algebra.evaluate import Value, literal
from bpdrill.algebra.graph import one_op_lines
from bpdrill.autograd import Node, Tape
from bpdrill.autograd.values import Shape, settled, shape_of, size_of
from bpdrill.laboratory.given import Values, values
from bpdrill.model.errors import UsageError
from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import (
    Apply,
    Array,
    Line,
    Program,
    Symbol,
    Symbols,
    Tree,
    interpret,
    leaves,
    names,
    walk,
)
from bpdrill.notation import Mismatch, functions, infer, read_names, read_program, text
from bpdrill.notation.figures import value as figures
from bpdrill.notation.spelling import Names

_ASSIGNS = re.compile(r"(?<![<>=])=(?!=)")
_BARE_NAMES = ("f", "g", "loss")
"""What a formula without a name is called: the first that is free."""


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
        return laid_out(value, self.shapes[name])


def laid_out(value: Any, shape: Shape) -> Value:
    """``value`` in ``shape``, if that has room for as many numbers."""
    if shape_of(value) == shape or size_of(value) != prod(shape):
        return value
    array: Any = value if shape_of(value) else settled([value])
    return settled(array.reshape(shape))


def computation(typed: str, at: str) -> Computation:
    """``typed`` at the point ``at``; a line that only holds a value is an input too.

    Raises UsageError, in one line, for what cannot be read, has no value, or is not used.
    """
    given = values(at)
    read = _read(typed, given)
    constants = {line.name: _constant(line.tree) for line in read if not names(line.tree)}
    written = tuple(line for line in read if line.name not in constants)
    _check(written, given)
    return run(written, {**given, **constants})


def run(written: Program, inputs: Values) -> Computation:
    """Run ``written`` forward; raises UsageError, naming node, op and operands, where there is no value."""
    tape, program = Tape(), one_op_lines(written)
    nodes = {name: tape.leaf(inputs[name], name) for name in leaves(program)}
    shapes: dict[str, Shape] = {name: shape_of(node.value) for name, node in nodes.items()}
    for line in program:
        shapes[line.name] = _shape(line.tree, shapes)
        nodes[line.name] = _record(tape, line, nodes, shapes[line.name])
    return Computation(written, program, nodes, shapes)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def _read(typed: str, given: Values) -> Program:
    bare = next(name for name in chain(_BARE_NAMES, (f"f{n}" for n in count(2))) if name not in given)
    prefix = "" if _ASSIGNS.search(typed) else f"{bare} = "
    program = read_program(prefix + typed, {name: shape_of(settled(v)) for name, v in given.items()})
    if not isinstance(program, Unreadable):
        return program
    if missing := _missing(typed, given):
        raise UsageError(_without_value(missing, given))
    place = max(program.column - len(prefix), 0) + 1
    raise UsageError(f"At character {place} of the expression: {program.hint}")


def _missing(typed: str, given: Iterable[str]) -> list[str]:
    """The names that are read and have no value; names side by side may be written together."""
    read, known = read_names(typed), Names.of(given)
    named = read if isinstance(read, tuple) else ()
    return [name for name in named if known.find(name) is None and not known.splits(name)]


def _without_value(missing: Sequence[str], given: Values) -> str:
    """Which names lack one, what one of them was perhaps to be, and how to give it."""
    many, example = _listed(missing), ",".join(f"{name}=1" for name in missing)
    near = get_close_matches(missing[0], given, n=1, cutoff=0.5)
    near += get_close_matches(missing[0], functions.names(), n=1)
    if len(missing) == 1 and near:
        return f"{many} has no value. Did you mean {near[0]}? If not, add {example} to --at."
    verb = "has" if len(missing) == 1 else "have"
    return f"{many} {verb} no value: add {example} to --at. A vector is [1,2], a matrix [[1,2],[3,4]]."


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _check(written: Program, given: Values) -> None:
    """Raise UsageError unless every value is used and every line computes something out of names."""
    if not written:
        raise UsageError("The expression has no input: nothing can be differentiated. Write one with names.")
    if unused := [name for name in given if name not in leaves(written)]:
        raise UsageError(f"{unused[0]} has a value, but nothing uses it: leave it out of --at.")
    for line in written:
        if isinstance(line.tree, Symbol):
            raise UsageError(f"{line.name} = {line.tree.name} is no operation: use {line.tree.name} itself.")
        if any(isinstance(node, Array) and names(node) for node in walk(line.tree)):
            raise UsageError(f"{line.name} makes an array out of names: give the whole array a name in --at.")


# ── running ──────────────────────────────────────────────────────────────────────────────────────


def _record(tape: Tape, line: Line, nodes: Mapping[str, Node], shape: Shape) -> Node:
    """Append one operation; what notation calls a vector is one on the tape, be it a matrix of one column."""
    tree = cast("Apply", line.tree)
    operands = [nodes[arg.name] if isinstance(arg, Symbol) else _constant(arg) for arg in tree.args]
    plain = [operand.value if isinstance(operand, Node) else operand for operand in operands]
    try:
        value = Tape().apply(tree.op, *plain, name=line.name).value
    except ValueError as error:
        raise UsageError(_no_value(line, nodes, plain, str(error))) from error
    return tape.apply(tree.op, *operands, name=line.name, instead=laid_out(value, shape) if shape else value)


def _shape(tree: Tree, symbols: Symbols) -> Shape:
    shape = infer(tree, symbols)
    if isinstance(shape, Mismatch):
        raise UsageError(f"{shape.explanation}.")
    return cast("Shape", shape)  # out of sizes that are numbers come sizes that are numbers


def _constant(tree: Tree) -> Value:
    """The value of a tree without names, each of its operations checked as the engine checks."""
    try:
        return settled(interpret(tree, {}, literal, lambda op, args: Tape().apply(op, *args).value))
    except (ArithmeticError, ValueError) as error:
        raise UsageError(f"{text(tree)} has no finite value: write another number.") from error


def no_derivative(run: Computation, name: str, argument: int) -> str:
    """``L = √(x) has no derivative by x where x = 0``, and what to do."""
    line = Line(name, run.lines[name])
    operand = text(run.lines[name].args[argument])
    return f"{_told(line)} has no derivative by {operand} where {_at(line, run.nodes)}: take another point."


def _told(line: Line) -> str:
    return f"{text(Symbol(line.name))} = {text(line.tree)}"


def _at(line: Line, nodes: Mapping[str, Node]) -> str:
    """The values of what a line reads."""
    return ", ".join(f"{text(Symbol(name))} = {figures(nodes[name].value)}" for name in names(line.tree))


def _no_value(line: Line, nodes: Mapping[str, Node], operands: Sequence[Value], reason: str) -> str:
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
