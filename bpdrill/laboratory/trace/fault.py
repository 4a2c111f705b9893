"""A trace with one mistake in it, beside the right one: on which edges it acts, and what comes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bpdrill.algebra.evaluate import Value
from bpdrill.autograd import DROPPED, OPS, Fault, applicable, named
from bpdrill.autograd.values import shape_of
from bpdrill.laboratory.trace.backward import Link, Trace, walked
from bpdrill.laboratory.trace.computation import plain
from bpdrill.laboratory.words import meant
from bpdrill.model.errors import UsageError

LIST = "list"
"""Asks for the faults that are possible, in place of the name of one."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Wrong:
    """One mistake, made wherever it can be: the links it acts on, and the walk it spoils."""

    name: str
    right: Trace
    links: Sequence[Link]
    """As they are in the right walk."""
    wrong: Trace
    where: str = ""
    """Where it shows, if not everywhere."""

    def contribution(self, link: Link) -> Value | None:
        """What the mistake sends over a link of the right walk; None if nothing."""
        found = (own for own in self.wrong.links if _place(own) == _place(link))
        return next((own.contribution for own in found), None)

    @cached_property
    def changed(self) -> list[str]:
        """The inputs whose gradient it spoils."""
        inputs = self.right.computation.inputs
        return [name for name in inputs if differ(self.right.gradient(name), self.wrong.gradient(name))]


def wrong(right: Trace, name: str) -> Wrong:
    """``right`` with the mistake called ``name``; raises UsageError if it cannot be made here."""
    found = possible(right)
    if name not in found:
        raise UsageError(_impossible(name, found))
    try:
        return _run(right, name, found[name])
    except ValueError as error:
        raise UsageError(f"With {name} the backward pass cannot go on: {error}") from error


def every_wrong(right: Trace) -> list[Wrong]:
    """A wrong run for each mistake that can be made, by name, unless it ends in a misfit of shapes."""
    runs: list[Wrong] = []
    for name, links in sorted(possible(right).items()):
        try:
            runs.append(_run(right, name, links))
        except ValueError:
            continue
    return runs


def possible(right: Trace) -> Mapping[str, Sequence[Link]]:
    """The mistakes that can be made, each with the links where."""
    found: dict[str, list[Link]] = {}
    for link in right.links:
        for name in dict.fromkeys(fault.name for fault in _faults(right, link)):
            found.setdefault(name, []).append(link)
    later = [link for paths in right.arriving.values() for link in paths[1:]]
    return {**found, DROPPED: later} if later else found


def _faults(right: Trace, link: Link) -> Iterator[Fault]:
    return applicable(right.computation.nodes[link.consumer], link.argument)


def _place(link: Link) -> tuple[str, int]:
    return link.consumer, link.argument


def _run(right: Trace, name: str, links: Sequence[Link]) -> Wrong:
    """Walk back with the mistake; raises ValueError where its result fits nothing before it."""
    run = right.computation
    places = [(run.nodes[link.consumer], link.argument) for link in links]
    if name == DROPPED:
        return Wrong(name, right, links, walked(run, dropped=places))
    faults = {place: named(name, *place) for place in places}
    where = next(fault.where for fault in faults.values())
    return Wrong(name, right, links, walked(run, faults=faults), where)


def _impossible(name: str, found: Collection[str]) -> str:
    """Whether there is no such mistake, or none such here; and how to see those there are."""
    known = {fault.name for row in OPS.values() for fault in row.faults} | {DROPPED, *found}
    if name in known:
        return f"{name} cannot happen in this expression; --fault {LIST} shows what can."
    near = meant(name, sorted(known))
    return f"There is no fault {name!r}. {near}--fault {LIST} shows those that can happen here."


def differ(right: Value, other: Value) -> bool:
    """Whether two gradients differ by more than rounding."""
    if shape_of(right) != shape_of(other):
        return True
    difference: Any = abs(other - right)
    apart: Any = difference > _ROUNDING * (1 + abs(right))
    return apart if isinstance(apart, bool) else bool(apart.any())


def as_record(found: Wrong) -> dict[str, Any]:
    """The mistake, where it acts, and both gradients of every input, in plain types."""
    return {
        "fault": found.name,
        "edges": [
            {"from": link.consumer, "to": link.producer, "argument": link.argument} for link in found.links
        ],
        "changed": found.changed,
        "gradients": {
            name: {"right": plain(found.right.gradient(name)), "wrong": plain(found.wrong.gradient(name))}
            for name in found.right.computation.inputs
        },
    }
