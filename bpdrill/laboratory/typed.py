"""What is typed at an experiment: counts, a point, a function of single numbers. Read, never run as code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpdrill.algebra.evaluate import literal, value_at
from bpdrill.autograd import Node
from bpdrill.model.errors import UsageError
from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Array, Line, Program, consumers, interpret, leaves, walk
from bpdrill.notation import read_number, read_program
from bpdrill.notation.spelling import Names, canonical

Point = Mapping[str, float]
"""A value for each input."""

EXAMPLE = "--at x=2,y=3"

_GROUPED = re.compile("[0-9]{1,3}([,_ ][0-9]{3})+")
"""A whole number in groups of three: where only whole numbers count, 1,024 is not near 1."""
_SEPARATOR = re.compile("[,_ ]")


@dataclass(frozen=True, slots=True)
class Function:
    """R^n → R^m: the lines of a program, from the point's names to some of its lines."""

    program: Program
    point: Point
    outputs: tuple[str, ...]

    def __call__(self, inputs: list[Node]) -> list[Node]:
        """The outputs, recorded on the tape of ``inputs``; raises ValueError where one has no value."""
        tape = inputs[0].tape
        nodes = dict(zip(self.point, inputs, strict=True))
        for line in self.program:
            found = interpret(line.tree, nodes, literal, lambda op, args: tape.apply(op, *args))
            nodes[line.name] = found if isinstance(found, Node) else tape.leaf(found)
        return [nodes[name] for name in self.outputs]


def count(name: str, text: str, most: int) -> int:
    """A whole number from 1 to ``most`` in any usual spelling: ``96``, ``1,000,000``, ``1e6``, ``10^6``."""
    value = number(_SEPARATOR.sub("", text) if _GROUPED.fullmatch(text.strip()) else text)
    if value is None or not 1 <= value <= most or not value.is_integer():
        raise UsageError(f"{name} must be a whole number from 1 to {most:,}, not {text!r}.")
    return int(value)


def number(text: str) -> float | None:
    """The finite number that ``text`` says, if it says one."""
    reading = read_number(text)
    return None if isinstance(reading, Unreadable) or "=" in text else value_at(reading.tree, {})


def point(text: str) -> Point:
    """``x=2, y=1/2`` by name."""
    values: dict[str, float] = {}
    for entry in text.split(","):
        name, equals, said = entry.partition("=")
        key, value = canonical(name.strip()), number(said)
        if not (key.isidentifier() and equals) or value is None:
            raise UsageError(f"--at gives each input one number, as in {EXAMPLE}; not {entry.strip()!r}.")
        if Names.of(values).find(key) is not None:
            raise UsageError(f"--at gives {key} twice.")
        values[key] = value
    return values


def function(text: str, at: str, of: str = "") -> Function:
    """``text`` at the point ``at``, with the outputs named in ``of``: if none, each line that no other uses.

    A text without an equals sign is one formula, called f.
    """
    given = point(at)
    program = _program(text, given)
    if unused := [name for name in given if name not in leaves(program)]:
        raise UsageError(f"{unused[0]} has a value, but the formula does not use it: leave it out of --at.")
    return Function(program, given, _named(of, program) if of else _ends(program))


def _program(text: str, given: Point) -> Program:
    bare = "" if "=" in text else "f = "
    program = read_program(bare + text, dict.fromkeys(given, ()))
    if isinstance(program, Unreadable):
        place = max(program.column - len(bare), 0) + 1
        raise UsageError(f"With the names of --at, reading stops at character {place}: {program.hint}")
    for line in program:
        _check_scalar(line)
    return program


def _check_scalar(line: Line) -> None:
    """With scalar inputs, only an array written out makes anything else."""
    if any(isinstance(node, Array) for node in walk(line.tree)):
        raise UsageError(
            f"{line.name} holds an array; here each value is one number: give each its own name."
        )


def _ends(program: Program) -> tuple[str, ...]:
    return tuple(line.name for line in program if not consumers(program, line.name))


def _named(of: str, program: Program) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(_line(name.strip(), [line.name for line in program]) for name in of.split(","))
    )


def _line(name: str, known: Sequence[str]) -> str:
    found = Names.of(known).find(name)
    if found is None:
        raise UsageError(f"--of names lines of the formula, {', '.join(known)}; not {name!r}.")
    return found
