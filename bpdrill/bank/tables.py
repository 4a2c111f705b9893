"""The reference tables: the plan, the skills, what is said of each mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from bpdrill.bank import find, yaml
from bpdrill.bank.convert import ConversionError, convert, fault_at
from bpdrill.bank.yaml import Document, Fault, FaultyYamlError
from bpdrill.model.errors import BankError
from bpdrill.model.items import Criterion, Item, Required, Rubric
from bpdrill.model.plan import Drill, Plan


@dataclass(frozen=True, slots=True)
class Misconception:
    """A named mistake: what was done, and what is right."""

    title: str
    correction: str


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
        spec=None,
    )


def converted(name: str, record: Any) -> Any:
    """A table as records."""
    document = table(name)
    try:
        return convert(document.value, record)
    except ConversionError as error:
        raise BankError(str(fault_at(document, f"data/{name}.yaml", error))) from error


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
