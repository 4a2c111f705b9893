"""The child's side: one program on several inputs, answered with plain data.

Whatever the program does, what leaves here are numbers, shapes and short texts.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bpdrill.marking.code.grammar import read_code
from bpdrill.marking.code.operators import from_numpy, is_array, shape_of
from bpdrill.marking.code.request import Request
from bpdrill.marking.code.statements import Machine
from bpdrill.marking.code.things import StudentError
from bpdrill.model.marks import Unreadable

ROOM = 256 * 2**20
"""Bytes of memory on top of what numpy takes."""
FRAMES = 12_000
"""Of Python's own stack: what 120 calls of a learner's take, with room."""
LONGEST_RESULT = 20_000
"""Numbers that one answer may consist of."""
TEXT = 300
"""Characters of a message."""

Told = dict[str, Any]


def run_program(request: Request) -> Told:
    """What the entry returns on each input, by name; or the line that went wrong, and why."""
    sys.setrecursionlimit(FRAMES)
    machine, runs = Machine(watched=request.watched), list[Told]()
    why = ""
    try:
        runs.extend(results(machine, request))
    except StudentError as error:
        why = str(error)
    except MemoryError:
        why = "it needs more memory than it may have"
    except RecursionError:
        why = "it is nested too deeply"
    except (ArithmeticError, ValueError, TypeError, LookupError) as error:
        why = f"{plain_name(error)}: {error}"
    return {"runs": runs, "failed": why[:TEXT], "line": machine.line, **extras(machine)}


def results(machine: Machine, request: Request) -> Iterator[Told]:
    """Run the program, then the function on every input."""
    from numpy import errstate

    with errstate(all="ignore"):
        machine.run(tree_of(request.text))
        if request.watched not in machine.everywhere.names:
            raise StudentError(f"there is no {request.watched} in it")
        if request.harness:
            machine.run(tree_of(request.harness))
        for given in json.loads(request.inputs):
            yield one_result(machine, request, given)


def tree_of(text: str) -> ast.Module:
    """The program, held against the grammar once more: the parent's word is not relied on."""
    tree = read_code(text)
    if isinstance(tree, Unreadable):
        raise StudentError(tree.hint)
    return tree


def one_result(machine: Machine, request: Request, given: Sequence[Any]) -> Told:
    """What the function returns on one input, as plain data; what is kept of its names is of the first."""
    from numpy import array

    arrays = tuple(array(value) if isinstance(value, list) else value for value in given)
    found = machine.call(machine.everywhere.names[request.entry], arrays, {})
    machine.watched = ""
    return {name: plain(machine, value) for name, value in by_name(found, request.names).items()}


def by_name(found: Any, names: Sequence[str]) -> dict[str, Any]:
    """Results by name: out of a dict, out of a tuple in order, or the only one."""
    if isinstance(found, dict):
        known = {spelled(key): value for key, value in found.items() if isinstance(key, str)}
        return {name: known[spelled(name)] for name in names if spelled(name) in known}
    if isinstance(found, tuple | list) and len(names) > 1:
        if len(found) != len(names):
            raise StudentError(f"it returns {len(found)} values; asked are {len(names)}: {', '.join(names)}")
        return dict(zip(names, found, strict=True))
    if len(names) > 1:
        raise StudentError(f"it returns one thing; asked are {', '.join(names)}, as a tuple or a dict")
    return {names[0]: found}


def spelled(name: str) -> str:
    """``dW1``, ``W1``, ``grad_W1`` and ``dL_dW1`` are one name, and so are ``L`` and ``loss``."""
    bare = name.replace("_", "").lower().replace("loss", "l")
    for beginning in ("grad", "dld", "d"):
        if bare.startswith(beginning) and len(bare) > len(beginning):
            return bare.removeprefix(beginning)
    return bare


def plain(machine: Machine, value: Any) -> Told:
    """A number or an array as its shape and a list of floats."""
    if value is None or isinstance(value, bool | str):
        return {"odd": "nothing" if value is None else "no number"}
    try:
        array = machine.as_array(value)
    except StudentError as error:
        return {"odd": str(error)[:TEXT]}
    count = int(array.size) if from_numpy(array) else 1
    if count > LONGEST_RESULT:
        return {"odd": f"an array of shape {shape_of(array)}, far larger than what is asked"}
    try:
        cells = array.reshape(-1).astype(float).tolist() if is_array(array) else [float(array)]
    except OverflowError:
        return {"odd": "a whole number too large to be compared"}
    return {"shape": list(map(int, shape_of(array))), "cells": cells}


def extras(machine: Machine) -> Told:
    """What was printed, and what the names of the watched function came to stand for."""
    kept = {name: {"line": line, **plain(machine, value)} for name, (line, value) in machine.kept.items()}
    return {"printed": "\n".join(machine.printed), "kept": kept}


def plain_name(error: Exception) -> str:
    """What went wrong, in a word."""
    words = {"ZeroDivisionError": "a division by 0", "IndexError": "an index beyond the end"}
    return words.get(type(error).__name__, type(error).__name__)


def requests() -> Mapping[str, Callable[..., Any]]:
    """All that may be asked for; numpy is loaded now, ahead of any limit."""
    import numpy  # noqa: F401, ICN001  for its being loaded

    return {"run_program": run_program}


REQUESTS = requests()
