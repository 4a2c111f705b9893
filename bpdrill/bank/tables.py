"""The reference tables: the syllabus, the plan, the skills, what is said of each mistake."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from bpdrill import kinds
from bpdrill.bank import find, yaml
from bpdrill.bank.convert import ConversionError, convert, faults_at
from bpdrill.bank.yaml import Document, Fault, FaultyYamlError, Steps
from bpdrill.model.errors import BankError
from bpdrill.model.items import Criterion, Item, Required, Rubric
from bpdrill.model.plan import Drill, Plan


@dataclass(frozen=True, slots=True)
class Misconception:
    """A named mistake: what was done, and what is right."""

    title: str
    correction: str
    followup: str = ""
    """The item that drills it."""


@dataclass(frozen=True, slots=True)
class Row:
    """Something a learner must be drilled on and graded on."""

    part: str
    """Where in the material it belongs."""
    says: str
    served_by: tuple[str, ...] = ()
    """What serves an ability of the tool; without it, items do."""


@dataclass(frozen=True, slots=True)
class Syllabus:
    """All that can be drilled: the rows that must be, and the families beyond them."""

    rows: Mapping[str, Row]
    beyond: Mapping[str, str]


def open_syllabus() -> Syllabus:
    """What the bank has to cover."""
    return cast("Syllabus", converted("syllabus", Syllabus))


def open_plan() -> Plan:
    """The plan that a new learner enrols in."""
    plan = cast("Plan", converted("plan", Plan))
    for checkpoint in plan.checkpoints:
        for task in checkpoint.tasks:
            for drill in task.drills:
                if bool(drill.item) == bool(drill.prompt and drill.lines):
                    raise BankError(
                        f"data/plan.yaml: {task.id}: a drill has either an item, or a prompt and lines"
                    )
    return plan


def open_misconceptions() -> Mapping[str, Misconception]:
    """What is said about each named mistake."""
    return cast("Mapping[str, Misconception]", converted("misconceptions", Mapping[str, Misconception]))


def open_skills() -> Mapping[str, str]:
    """The skills that items exercise."""
    return cast("Mapping[str, str]", converted("skills", Mapping[str, str]))


def table_complaints(items: Container[str]) -> Iterator[Fault]:
    """Items that the plan and the mistakes name and the bank does not have, each with its place."""
    for name, named in (("plan", items_of_plan()), ("misconceptions", items_of_mistakes())):
        document = table(name)
        for path, item in named:
            if item not in items:
                place, there_is_none = document.place(path), f"there is no item {item!r}"
                yield Fault(f"data/{name}.yaml", *place, f"{there_is_none}; bpdrill bank list shows all")


def items_of_mistakes() -> Iterator[tuple[Steps, str]]:
    """The items that drill a mistake, and the way to each."""
    for name, mistake in open_misconceptions().items():
        if mistake.followup:
            yield (name, "followup"), mistake.followup


def items_of_plan() -> Iterator[tuple[Steps, str]]:
    """The items that the plan asks for, and the way to each."""
    for i, checkpoint in enumerate(open_plan().checkpoints):
        for j, task in enumerate(checkpoint.tasks):
            for k, drill in enumerate(task.drills):
                if drill.item:
                    yield ("checkpoints", i, "tasks", j, "drills", k, "item"), drill.item


def self_graded_item(drill: Drill, task: str) -> Item:
    """A drill of the plan that has no item of its own: its prompt, graded against its lines."""
    assert drill.lines is not None  # noqa: S101  the plan's reader sees to it
    lines = drill.lines
    criteria = (
        Criterion("lean", "the Lean Hire line", Required.LEAN),
        Criterion("strong", "the Strong Hire line", Required.STRONG),
    )
    return Item(
        id=f"plan/{task}",
        revision=1,
        kind="explain",
        title=drill.title,
        minutes=drill.minutes,
        prompt=drill.prompt.strip(),
        direction="",
        insight="",
        rubric=Rubric(lines.strong, lines.lean, lines.no_hire, criteria),
        spec=kinds.load("explain").Spec(),
    )


def converted(name: str, record: Any) -> Any:
    """A table as records."""
    document = table(name)
    try:
        return convert(document.value, record)
    except ConversionError as error:
        raise BankError("\n".join(map(str, faults_at(document, f"data/{name}.yaml", error)))) from error


def table(name: str) -> Document:
    """A reference table.

    Raises:
        BankError: it is missing or broken: the installation is damaged.

    """
    path = find.table_file(name)
    try:
        return yaml.load(path)
    except FaultyYamlError as error:
        raise BankError(str(Fault(find.shown(path), *error.place, str(error)))) from error
    except OSError as error:
        raise BankError(f"{find.shown(path)} is missing; install bpdrill again") from error
