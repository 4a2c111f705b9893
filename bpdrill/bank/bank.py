"""The bank: items by id, the plan, the reference tables. A broken file costs itself and no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from bpdrill import kinds
from bpdrill.bank import find, yaml
from bpdrill.bank.convert import ConversionError, convert, fault_at, item_of
from bpdrill.bank.yaml import Document, Fault, FaultyYamlError
from bpdrill.model.errors import AuthorError, BankError
from bpdrill.model.items import Criterion, Item, Required, Rubric
from bpdrill.model.plan import Drill, Plan


@dataclass(frozen=True, slots=True)
class Misconception:
    """A named mistake: what was done, and what is right."""

    title: str
    correction: str


@dataclass(frozen=True, slots=True)
class Bank:
    """Item files by id; a file is read when its item is asked for."""

    files: Mapping[str, Path]

    def get(self, item: str) -> Item:
        """The item called ``item``.

        Raises:
            BankError: there is none, or its file is broken.

        """
        if item not in self.files:
            near = get_close_matches(item, self.files, 1, 0.4)
            names = f"did you mean {near[0]}?" if near else "known are: " + ", ".join(self.files)
            raise BankError(f"there is no item {item!r}; {names}")
        try:
            return read_item(self.files[item])
        except FaultyItemError as error:
            raise BankError(f"{item} cannot be used until its file is mended:\n{error.fault}") from error

    def read_all(self) -> tuple[tuple[Item, ...], tuple[Fault, ...]]:
        """Every item that can be used, and the fault of every file that gives none."""
        items: list[Item] = []
        faults: list[Fault] = []
        for path in self.files.values():
            try:
                items.append(read_item(path))
            except FaultyItemError as error:
                faults.append(error.fault)
        return tuple(items), tuple(faults)


def open_bank() -> Bank:
    """List the item files; an item's id is its place below ``problems/``."""
    folder = find.root() / "problems"
    return Bank({path.relative_to(folder).with_suffix("").as_posix(): path for path in find.problem_files()})


class FaultyItemError(Exception):
    """A file that gives no item."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def read_item(path: Path) -> Item:
    """The item in one file.

    Raises:
        FaultyItemError: the file is broken; the fault says where and how to mend it.

    """
    name = shown(path)
    try:
        document = yaml.load(path)
    except FaultyYamlError as error:
        raise FaultyItemError(Fault(name, *error.place, str(error))) from error
    except OSError as error:
        raise FaultyItemError(Fault(name, 1, 1, f"it cannot be opened: {error.strerror}")) from error
    try:
        item = item_of(document, lambda kind: kinds.load(kind).Spec, name)
        refuse_bad_names(item, path)
        rehearse(item)
    except ConversionError as error:
        raise FaultyItemError(fault_at(document, name, error)) from error
    except AuthorError as error:
        raise FaultyItemError(Fault(name, *document.place(("kind",)), str(error))) from error
    return item


def shown(path: Path) -> str:
    """A file's name as an author knows it: from ``problems/`` on."""
    root = find.root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def refuse_bad_names(item: Item, path: Path) -> None:
    """An id is ``topic/name``, as the file is called; criteria are named once."""
    expected = f"{path.parent.name}/{path.stem}"
    if item.id != expected:
        raise ConversionError(("id",), f"the id is {item.id!r} but the file says {expected!r}; make them one")
    if not re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", item.id):
        raise ConversionError(("id",), "an id is made of a-z, 0-9 and hyphens")
    ids = [criterion.id for criterion in item.rubric.criteria]
    if len(set(ids)) < len(ids):
        raise ConversionError(("rubric", "criteria"), "two criteria have one id")


def rehearse(item: Item) -> None:
    """Draw, present and solve two variants: what the kind cannot do with an item comes out here."""
    kind = kinds.load(item.kind)
    try:
        for seed in (0, 1):
            variant = kind.vary(item, seed)
            kind.present(variant)
            kind.solution(variant)
    except AuthorError as error:
        key = str(error).partition(" ")[0].rstrip(":")
        raise ConversionError(tuple(key.split(".")), str(error)) from error
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ConversionError(("spec",), f"spec: its parts do not fit each other ({what})") from error


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
        direction="Say it aloud first, as you would at the whiteboard, then write down the formulas only.",
        insight=lines.lean,
        rubric=Rubric(lines.strong, lines.lean, lines.no_hire, criteria),
        spec=None,
    )


def table(name: str) -> Document:
    """A reference table.

    Raises:
        BankError: it is missing or broken: the installation is damaged.

    """
    path = find.table_file(name)
    try:
        return yaml.load(path)
    except FaultyYamlError as error:
        raise BankError(str(Fault(shown(path), *error.place, str(error)))) from error
    except OSError as error:
        raise BankError(f"{shown(path)} is missing; install bpdrill again") from error


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


def converted(name: str, record: Any) -> Any:
    """A table as records."""
    document = table(name)
    try:
        return convert(document.value, record)
    except ConversionError as error:
        raise BankError(str(fault_at(document, f"data/{name}.yaml", error))) from error
