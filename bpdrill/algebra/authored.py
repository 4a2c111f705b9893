"""What authors write, read as learners' answers are; AuthorError names the key that cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bpdrill.autograd import OPS
from bpdrill.model.errors import AuthorError
from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Apply, Line, Program, Shape, Symbol, Symbols, lift
from bpdrill.notation import Mismatch, Reading, functions, infer, read, read_program


def program_of(texts: Sequence[str], shapes: Symbols, key: str) -> Program:
    """``texts``, a line each, as a program on names of these ``shapes``."""
    program = read_program("\n".join(texts), shapes)
    if isinstance(program, Unreadable):
        raise AuthorError(f"{key} cannot be read: {program.hint}")
    return program


def expression_of(text: str, symbols: Symbols, key: str) -> Reading:
    """``text`` as an expression in ``symbols``."""
    reading = read(text, symbols)
    if isinstance(reading, Unreadable):
        raise AuthorError(f"{key}: {text!r} cannot be read: {reading.hint}")
    return reading


def shapes_of(program: Program, given: Symbols, key: str) -> dict[str, Shape]:
    """The shapes of what is given, then of every line."""
    known = dict(given)
    for line in program:
        shape = infer(line.tree, known)
        if isinstance(shape, Mismatch):
            raise AuthorError(f"{key}: {line.name}: {shape.explanation}")
        known[line.name] = shape
    return known


# ── calls of the engine ──────────────────────────────────────────────────────────────────────────

_CALL = re.compile(r"(\w+) = (\w+)\((\w+(?:, \w+)*)\)")


def read_lines(texts: Sequence[str], shapes: Mapping[str, Shape]) -> Program:
    """``texts`` as a program, where a line may also call an op of the engine by its name.

    The result of an engine's call has its shape among them too: the notation does not know it.
    """
    known, program = dict(shapes), list[Line]()
    for text in texts:
        line = _engine_call(text) or program_of([text], known, f"spec: the line {text!r}")[0]
        shape = infer(line.tree, known)
        if isinstance(shape, tuple):
            known.setdefault(line.name, shape)
        if line.name not in known:
            raise AuthorError(f"spec.shapes gives no shape for {line.name}, which the engine computes")
        program.append(line)
    return tuple(program)


def _engine_call(text: str) -> Line | None:
    """``y = conv1d(x, k)``: an op that has no notation of its own, with names and whole numbers."""
    call = _CALL.fullmatch(text)
    if call is None or call[2] not in OPS or functions.find(call[2]):
        return None
    arguments = (lift(int(word)) if word.isdigit() else Symbol(word) for word in call[3].split(", "))
    return Line(call[1], Apply(call[2], tuple(arguments)))
