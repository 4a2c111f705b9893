"""Checks the bank as an author must: what a learner will meet is tried beforehand, seed by seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bpdrill import kinds
from bpdrill.bank.bank import Bank
from bpdrill.bank.tables import open_misconceptions, open_plan, open_skills
from bpdrill.bank.yaml import Fault
from bpdrill.kinds import Kind
from bpdrill.marking.reading import read_field
from bpdrill.marking.rubric import TICK, belongs, decide, mark_criteria
from bpdrill.model.errors import BpdrillError
from bpdrill.model.items import Item, Variant, next_seed
from bpdrill.model.marks import Judgement, Outcome, Specimen, Unreadable, Verdict


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to."""

    items: int
    variants: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Names that items may use, because something is said about them."""

    skills: frozenset[str]
    misconceptions: frozenset[str]


def check_bank(bank: Bank, seeds: int) -> Checked:
    """Check every item over its first ``seeds`` variants, and the tables that refer to items."""
    items, faults = bank.read_all()
    words = Words(frozenset(open_skills()), frozenset(open_misconceptions()))
    found = [*faults, *(fault_of(item, text) for item in items for text in complaints(item, seeds, words))]
    found += [Fault("data/plan.yaml", 1, 1, text) for text in plan_complaints({item.id for item in items})]
    return Checked(len(items), len(items) * seeds, tuple(found))


def fault_of(item: Item, text: str) -> Fault:
    """A complaint about an item, at the place of its id."""
    file, line = item.origin.rsplit(":", 1)
    return Fault(file, int(line), 1, f"{item.id}: {text}")


def complaints(item: Item, seeds: int, words: Words) -> Iterator[str]:
    """Everything that is wrong with an item; what is wrong for many seeds is said once."""
    yield from about_the_file(item, words)
    kind = kinds.load(item.kind)
    said: set[str] = set()
    for attempt in range(seeds):
        seed = next_seed(item.id, attempt)
        for text in about_a_variant(item, kind, seed, words):
            if text not in said:
                said.add(text)
                yield f"seed {seed}: {text}"


def about_the_file(item: Item, words: Words) -> Iterator[str]:
    """Names that must be known elsewhere."""
    yield from (
        f"unknown skill {skill!r}; data/skills.yaml lists them"
        for skill in item.skills
        if skill not in words.skills
    )
    if not item.covers:
        yield "covers no row of the syllabus"


def about_a_variant(item: Item, kind: Kind, seed: int, words: Words) -> Iterator[str]:
    """What is wrong with one variant; what raises is a complaint like any other."""
    try:
        variant = kind.vary(item, seed)
        yield from kind.complaints(variant)
        yield from unmatched_criteria(variant, kind)
        specimens = tuple(kind.specimens(variant))
        if not specimens:
            yield f"the kind {item.kind} ships no specimens for it"
        for specimen in specimens:
            yield from about_a_specimen(variant, kind, specimen, words)
    except BpdrillError as error:
        yield str(error)
    except Exception as error:  # noqa: BLE001  whatever it is, the author is told with the rest
        yield f"it cannot be tried ({type(error).__name__}: {error})"


def unmatched_criteria(variant: Variant, kind: Kind) -> Iterator[str]:
    """Criteria that no field shows."""
    ids = [field.id for field in kind.present(variant).fields]
    for criterion in variant.item.rubric.criteria:
        if not criterion.self_graded and not any(belongs(field, criterion.fields) for field in ids):
            yield f"criterion {criterion.id} looks at fields that are not asked: {criterion.fields}"


def about_a_specimen(variant: Variant, kind: Kind, specimen: Specimen, words: Words) -> Iterator[str]:
    """A specimen that does not earn what it must."""
    for field in kind.present(variant).fields:
        read = read_field(field, specimen.answer[field.id]) if field.id in specimen.answer else None
        if isinstance(read, Unreadable) != (field.id in specimen.unreadable):
            readable = "unreadable" if field.id in specimen.unreadable else "readable"
            yield f"specimen {specimen.name!r}: {field.id} should be {readable}"
    judged = tuple(kind.judge(variant, specimen.answer))
    for judgement in judged:
        expected = specimen.outcomes.get(judgement.field, Outcome.RIGHT)
        if judgement.outcome is not expected:
            found = f"{judgement.outcome.value} {judgement.because}".strip()
            yield f"specimen {specimen.name!r}: {judgement.field} should be {expected.value}, is {found}"
    yield from unnamed(judged, words)
    verdict = verdict_of(variant, specimen, judged)
    if (wanted := wanted_verdict(specimen)) is not None and verdict is not wanted:
        yield f"specimen {specimen.name!r} earns {verdict.value}, should earn {wanted.value}"


def unnamed(judged: tuple[Judgement, ...], words: Words) -> Iterator[str]:
    """Mistakes that are found in an answer but that nothing is said about."""
    for name in (name for judgement in judged for name in judgement.misconceptions):
        if name not in words.misconceptions:
            yield f"data/misconceptions.yaml says nothing about {name}"


def wanted_verdict(specimen: Specimen) -> Verdict | None:
    """A wholly right answer must earn Strong Hire; others what they say."""
    whole = not specimen.outcomes or set(specimen.outcomes.values()) <= {Outcome.GIVEN}
    return specimen.verdict or (Verdict.STRONG_HIRE if whole else None)


def verdict_of(variant: Variant, specimen: Specimen, judged: tuple[Judgement, ...]) -> Verdict:
    """The verdict of a specimen in no time, without hints, and with all ticks given unless it is blank."""
    ticks = {TICK + c.id: "yes" for c in variant.item.rubric.criteria} if specimen.answer else {}
    marks = mark_criteria(variant.item.rubric, judged, {**ticks, **specimen.answer})
    return decide(marks, 0, 0, variant.item.minutes * 60)[0]


def plan_complaints(known: set[str]) -> Iterator[str]:
    """Items that the plan names and the bank does not have."""
    for checkpoint in open_plan().checkpoints:
        for task in checkpoint.tasks:
            yield from (
                f"{task.id}: there is no item {d.item!r}"
                for d in task.drills
                if d.item and d.item not in known
            )
