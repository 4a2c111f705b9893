"""What stands in an item's file, looked at without drawing anything: what is missing, what leads nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bpdrill.bank.convert import nearest
from bpdrill.bank.tables import open_misconceptions, open_plan, open_skills, open_syllabus
from bpdrill.model.items import Item

LONGEST = 120
"""Minutes; what takes longer is no exercise for one sitting."""


@dataclass(frozen=True, slots=True)
class Words:
    """Names that items may use, because something is said about them."""

    skills: frozenset[str]
    misconceptions: frozenset[str]
    tasks: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()


def open_words() -> Words:
    """The names in the tables."""
    syllabus = open_syllabus()
    tasks = (task.id for checkpoint in open_plan().checkpoints for task in checkpoint.tasks)
    return Words(
        frozenset(open_skills()),
        frozenset(open_misconceptions()),
        frozenset(tasks),
        frozenset(syllabus.rows),
        frozenset(syllabus.beyond),
    )


DEMANDS: tuple[tuple[Callable[[Item], object], str], ...] = (
    (lambda item: item.revision >= 1, "revision: the first is 1"),
    (lambda item: 0 < item.minutes <= LONGEST, f"minutes: a time limit is from 1 to {LONGEST} minutes"),
    (lambda item: item.title.strip(), "title: it is empty; say in a few words what is to be done"),
    (lambda item: item.prompt, "prompt: it is empty; say what is asked"),
    (lambda item: item.direction, "hints.direction: it is empty; say where to look"),
    (lambda item: item.insight, "hints.insight: it is empty; say the idea, not the answer"),
    (lambda item: item.skills, "skills: there are none; name those of data/skills.yaml that it exercises"),
    (
        lambda item: item.covers or item.beyond,
        "covers: no row of the syllabus and no family beyond it; data/syllabus.yaml lists them",
    ),
    (lambda item: item.rubric.criteria, "rubric.criteria: there are none; say what decides the verdict"),
    (lambda item: item.traps, "traps: there are none; say what goes wrong most often"),
    (lambda item: item.followups, "followups: there are none; say what an interviewer asks next"),
    (lambda item: item.sources, "sources: there are none; say where each figure comes from"),
)
"""What must hold of every item, and what is said where it does not."""


def about_the_file(item: Item, words: Words) -> Iterator[str]:
    """What is missing, and skills that nobody knows."""
    yield from (text for holds, text in DEMANDS if not holds(item))
    yield from unknown("skills", "skill", item.skills, words.skills)


def about_its_links(item: Item, words: Words) -> Iterator[str]:
    """Names that lead nowhere, and follow-ups that cannot be told apart."""
    yield from unknown("covers", "row of the syllabus", item.covers, words.rows)
    yield from unknown("beyond", "family beyond the syllabus", item.beyond, words.families)
    yield from unknown("checkpoints", "task of the plan", item.checkpoints, words.tasks)
    criteria = [criterion.id for criterion in item.rubric.criteria]
    opened_by = (followup.after for followup in item.followups if followup.after)
    yield from unknown("followups", "criterion of this item", opened_by, criteria)
    ids = [followup.id for followup in item.followups]
    if len(set(ids)) < len(ids):
        yield "followups: two have one id; rename one"


def unknown(key: str, what: str, names: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """Names that are not among the known ones, each with the one that was probably meant."""
    listed = tuple(sorted(known))
    yield from (
        f"{key}: there is no {what} {name!r}; {nearest(name, listed)}" for name in names if name not in listed
    )
