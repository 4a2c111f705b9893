"""What is typed as an expression: a program that reads the names of ``--at``. Read, never run as code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import chain, count

from bpdrill.autograd.values import settled, shape_of
from bpdrill.laboratory.given import Values
from bpdrill.laboratory.words import listed, meant
from bpdrill.model.errors import UsageError
from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Program, leaves, names
from bpdrill.notation import functions, read_names, read_program
from bpdrill.notation.spelling import Names

_ASSIGNS = re.compile(r"(?<![<>=])=(?!=)")
_CALL = re.compile(r"([^\W\d]\w+)\s*\(")
"""A name of more than one letter before a bracket: a function was meant, not a product."""
_BARE_NAMES = ("f", "g", "loss")
"""What a formula without a name is called: the first that is free."""


def read(typed: str, given: Values, hint: str = "") -> Program:
    """The lines of ``typed``; one formula needs no name. ``hint`` is said where a value lacks.

    Raises UsageError, in one line, for what cannot be read, has no value, or is not used.
    """
    program = _lines(typed, given, hint)
    if not any(names(line.tree) for line in program):
        raise UsageError("The expression has no input: nothing can be differentiated. Write one with names.")
    if unused := [name for name in given if name not in leaves(program)]:
        raise UsageError(f"{unused[0]} has a value, but nothing uses it: leave it out of --at.")
    return program


def _lines(typed: str, given: Values, hint: str) -> Program:
    prefix = "" if _ASSIGNS.search(typed) else f"{_bare_name(given)} = "
    program = read_program(prefix + typed, {name: shape_of(settled(v)) for name, v in given.items()})
    if not isinstance(program, Unreadable):
        return program
    if missing := _missing(typed, given):
        if called := [name for name in _CALL.findall(typed) if name in missing]:
            raise UsageError(_no_function(called[0]))
        raise UsageError(_without_value(missing, given, hint))
    place = max(program.column - len(prefix), 0) + 1
    raise UsageError(f"At character {place} of the expression: {program.hint}")


def _bare_name(given: Values) -> str:
    numbered = (f"{_BARE_NAMES[0]}{number}" for number in count(2))
    return next(name for name in chain(_BARE_NAMES, numbered) if name not in given)


def _missing(typed: str, given: Iterable[str]) -> list[str]:
    """The names that are read and have no value; names side by side may be written together."""
    found, known = read_names(typed), Names.of(given)
    named = found if isinstance(found, tuple) else ()
    return [name for name in named if known.find(name) is None and not known.splits(name)]


def _no_function(name: str) -> str:
    known = functions.names()
    return f"There is no function {name}. {meant(name, known)}There are: {', '.join(known)}."


def _without_value(missing: Sequence[str], given: Values, hint: str) -> str:
    """Which names lack one, what one of them was perhaps to be, and how to give it."""
    many, example = listed(missing), ",".join(f"{name}=1" for name in missing)
    near = get_close_matches(missing[0], given, n=1, cutoff=0.5)
    near += get_close_matches(missing[0], functions.names(), n=1)
    if len(missing) == 1 and near:
        return f"{many} has no value. Did you mean {near[0]}? If not, add {example} to --at."
    verb = "has" if len(missing) == 1 else "have"
    return f"{many} {verb} no value: add {example} to --at.{hint}"
