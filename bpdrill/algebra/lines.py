"""An author's lines as a program: in the notation that learners write, or a call of the engine by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bpdrill.autograd import OPS
from bpdrill.model.errors import AuthorError
from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Apply, Line, Program, Shape, Symbol, lift
from bpdrill.notation import functions, infer, read_program

_CALL = re.compile(r"(\w+) = (\w+)\((\w+(?:, \w+)*)\)")


def read_lines(texts: Sequence[str], shapes: Mapping[str, Shape]) -> Program:
    """``texts`` as a program on names of these ``shapes``.

    The result of an engine's call has its shape among them too: the notation does not know it.
    """
    known, program = dict(shapes), list[Line]()
    for text in texts:
        line = _engine_call(text) or _read_line(text, known)
        shape = infer(line.tree, known)
        if isinstance(shape, tuple):
            known.setdefault(line.name, shape)
        if line.name not in known:
            raise AuthorError(f"spec.shapes gives no shape for {line.name}, which the engine computes")
        program.append(line)
    return tuple(program)


def _read_line(text: str, shapes: Mapping[str, Shape]) -> Line:
    program = read_program(text, shapes)
    if isinstance(program, Unreadable):
        raise AuthorError(f"spec: the line {text!r} cannot be read: {program.hint}")
    return program[0]


def _engine_call(text: str) -> Line | None:
    """``y = conv1d(x, k)``: an op that has no notation of its own, with names and whole numbers."""
    call = _CALL.fullmatch(text)
    if call is None or call[2] not in OPS or functions.find(call[2]):
        return None
    arguments = (lift(int(word)) if word.isdigit() else Symbol(word) for word in call[3].split(", "))
    return Line(call[1], Apply(call[2], tuple(arguments)))
