"""Whether numbers tell mistakes apart: from what is right, and from one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from bpdrill.marking.diagnosis import ANY_OP
from bpdrill.marking.step import Values, differs
from bpdrill.marking.trace import Trace, trace_steps

Pair = tuple[str, str, str]
"""A cell, and two mistakes that come to the same there; the second is empty where it is what is right."""

NUDGE = 0.37
"""What the other numbers are moved by, times 1, 2, 3 ...: nothing comes out alike there by accident."""


def hidden_faults(trace: Trace) -> list[str]:
    """The ops' own faults that these numbers cannot show: they give what is right, or what another gives."""
    alike = (pair for pair in coinciding(trace) if not any(name.startswith(ANY_OP) for name in pair[1:]))
    return list(dict.fromkeys(second or first for _, first, second in alike))


def confusable(trace: Trace) -> bool:
    """Whether two mistakes come to the same by accident: at other numbers they would not."""
    at = {name: value + NUDGE * (1 + place) for place, (name, value) in enumerate(trace.at.items())}
    return not set(coinciding(trace)) <= set(coinciding(replace(trace, at=at)))


def coinciding(trace: Trace) -> Iterator[Pair]:
    """Mistakes that come to the same in a cell of the backward pass, all before it being right."""
    steps = trace_steps(trace)
    carried = {step.field.id: step.key for step in steps}
    for step in steps:
        earlier = {field: values for field, values in carried.items() if field != step.field.id}
        if step.field.id.endswith(".gradient") or step.field.id.startswith("total."):
            made = [("", step.key), *step.mistaken(earlier)]
            yield from ((step.field.id, *pair) for pair in alike(made))


def alike(made: list[tuple[str, Values]]) -> Iterator[tuple[str, str]]:
    """Pairs of different names with one value; what is right comes second."""
    for (first, a), (second, b) in combinations(made, 2):
        if first != second and not differs(a, b):
            yield (second, first)
