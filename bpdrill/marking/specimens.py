"""Specimens of step-wise answers: right, wrong in the known ways, unreadable, blank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bpdrill.algebra.evaluate import Value
from bpdrill.marking.steps import Step, differs
from bpdrill.model.marks import Outcome, Specimen, Verdict

DIGITS = 12


def numeric_specimens(steps: Sequence[Step], others: Mapping[str, str]) -> Iterator[Specimen]:
    """Specimens of numeric ``steps``; ``others`` are right texts of the other fields."""
    right = {**others, **{step.field.id: written(step.key[0]) for step in steps}}
    yield from common_specimens(right, steps[0].field.id)
    yield Specimen("right, as sums", {**right, **{s.field.id: guise(right[s.field.id]) for s in steps}}, {})
    yield from one_fault_each(steps, right)


def common_specimens(right: Mapping[str, str], first: str) -> Iterator[Specimen]:
    """What every kind must get right: the right answer, nothing at all, and a text that is none."""
    yield Specimen("right", right, {})
    yield Specimen("blank", {}, dict.fromkeys(right, Outcome.BLANK), Verdict.NO_HIRE)
    yield Specimen("unreadable", {**right, first: "2 +* 3"}, {first: Outcome.BLANK}, unreadable=(first,))


def one_fault_each(steps: Sequence[Step], right: Mapping[str, str]) -> Iterator[Specimen]:
    """Each step's first visible fault, with all else right."""
    keys = {step.field.id: step.key for step in steps}
    for place, step in enumerate(steps):
        earlier = {field: keys[field] for field in list(keys)[:place]}
        for name, value in step.mistaken(earlier):
            if differs(value, step.key):
                field = step.field.id
                yield Specimen(
                    f"{name} at {field}", {**right, field: written(value[0])}, {field: Outcome.WRONG}
                )
                break


def hiding(hidden: Sequence[str], silent: Sequence[str]) -> Iterator[str]:
    """Complaints about numbers that hide a mistake the author has not listed as ``silent``."""
    yield from (f"these numbers hide the mistake {name}" for name in hidden if name not in silent)
    yield from (
        f"spec.silent: these numbers do show {name}; take it out" for name in silent if name not in hidden
    )


def written(value: Value) -> str:
    """A value as a careful learner types it."""
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    return "[" + ", ".join(written(entry if entry.shape else float(entry)) for entry in value) + "]"


def guise(text: str) -> str:
    """The same number, left as a sum; arrays stay as they are."""
    return text if text.startswith("[") else f"0 + {text}" if not text.startswith("-") else f"0 - {text[1:]}"
