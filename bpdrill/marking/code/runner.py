"""The parent's side: a child that is ready before it is needed, runs one answer, and is replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from bpdrill.algebra.evaluate import Value
from bpdrill.marking.code.request import Request
from bpdrill.sandbox import NoReply, Worker

SECONDS = 5.0
"""For one answer, all its inputs together; the limit of steps ends most of what does not end, long before."""

Result = Value | str
"""A number or an array; a text says why there is none."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a program."""

    runs: tuple[Mapping[str, Result], ...] = ()
    """What it returned on each input, by name."""
    kept: Mapping[str, tuple[int, Value]] = field(default_factory=dict)
    """What names of the watched function came to stand for on the first input, and on which line."""
    failed: str = ""
    """Why it did not come to an end."""
    line: int = 0
    """Where."""
    printed: str = ""


class NoChildError(Exception):
    """The program was not run, by no fault of its own."""


@cache
def worker() -> Worker:
    """The one that has programs run; its child ends with this process."""
    return Worker("bpdrill.marking.code.running", single=True)


def warm() -> None:
    """Start a child while the learner still types."""
    worker().warm()


def run(request: Request) -> Ran | NoReply:
    """What becomes of a program; NoReply if this machine could not run it at all."""
    try:
        return asked(request)
    except NoChildError as error:
        return NoReply(str(error), at_start=True)


@lru_cache(maxsize=256)
def asked(request: Request) -> Ran:
    """Ask a child, once for each program and inputs."""
    told = worker().ask("run_program", request, seconds=SECONDS)
    if isinstance(told, NoReply):
        if told.at_start:
            raise NoChildError(told.because)
        return Ran(failed=told.because)
    try:
        return read(told.value)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return Ran(failed="its answer cannot be read")


def read(told: Mapping[str, Any]) -> Ran:
    """Plain data of the child's as a record; nothing in it is taken on trust."""
    kept = {str(name): (int(entry["line"]), result(entry)) for name, entry in told["kept"].items()}
    return Ran(
        tuple({str(name): result(entry) for name, entry in ran.items()} for ran in told.get("runs", ())),
        {name: entry for name, entry in kept.items() if not isinstance(entry[1], str)},
        clean(told.get("failed", "")),
        int(told.get("line", 0)),
        clean(told.get("printed", "")),
    )


def result(entry: Mapping[str, Any]) -> Result:
    """A number, an array, or why there is none."""
    if "odd" in entry:
        return clean(entry["odd"])
    return array_of(entry["cells"], entry["shape"])


def array_of(cells: Sequence[float], shape: Sequence[int]) -> Value:
    """The array of ``shape``, or a number."""
    from numpy import array

    return array(cells, dtype=float).reshape([int(n) for n in shape]) if shape else float(cells[0])


def clean(text: Any) -> str:
    """Text that a terminal may show: no character that does anything."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in str(text))
