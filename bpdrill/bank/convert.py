"""Plain values to frozen records: every fault of a file is told, with its place and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from bpdrill.bank.yaml import Document, Fault, Steps
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import FollowUp, Item, Rubric

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Hints:
    """The first two hints; the third is the worked solution."""

    direction: str
    """Where to look."""
    insight: str
    """The idea, not the answer."""


@dataclass(frozen=True, slots=True)
class ItemFile:
    """The keys of an item's file, but for those of its kind, which stand under ``spec``."""

    id: str
    """``topic/name``, as the file is called."""
    revision: int
    """1; goes up when the meaning changes, so that old attempts still replay."""
    kind: str
    """The kind of exercise; it decides what stands under ``spec``."""
    title: str
    """A few words for lists."""
    minutes: int
    """Time limit, typing included."""
    prompt: str
    """What is asked; ``${name}`` stands for what is drawn."""
    hints: Hints
    """The first two; the third is the worked solution."""
    rubric: Rubric
    """What each verdict means, and the criteria that decide it."""
    spec: Mapping[str, Any]
    """The kind's own keys."""
    skills: tuple[str, ...]
    """Skills that it exercises; data/skills.yaml lists them."""
    covers: tuple[str, ...] = ()
    """Rows of the syllabus; data/syllabus.yaml lists them."""
    beyond: tuple[str, ...] = ()
    """Families beyond the syllabus; an item has rows, or families, or both."""
    checkpoints: tuple[str, ...] = ()
    """Tasks of the plan that it prepares for."""
    traps: tuple[str, ...] = ()
    """What goes wrong most often, shown with the solution."""
    followups: tuple[FollowUp, ...] = ()
    """What an interviewer asks next; after names the criterion that opens it."""
    sources: tuple[str, ...] = ()
    """Where each figure comes from."""


@dataclass(frozen=True, slots=True)
class Amiss:
    """One value that does not fit: the way to it, and what is wrong."""

    path: Steps
    text: str


class ConversionError(Exception):
    """Values that do not fit their record."""

    def __init__(self, *amiss: Amiss) -> None:
        super().__init__(amiss[0].text)
        self.amiss = amiss


def convert(value: Any, record: type[Record], at: Steps = ()) -> Record:
    """Make ``value`` a ``record``; unknown keys are refused with the nearest known one.

    Raises:
        ConversionError: something is missing, unknown or of the wrong type; it holds all that is.

    """
    if amiss := tuple(all_amiss(value, record, at)):
        raise ConversionError(*amiss)
    return simple(value, record, at)


def simple(value: Any, record: type[Record], at: Steps) -> Record:
    """``value`` as a ``record``, or the first thing that does not fit."""
    import msgspec

    try:
        return msgspec.convert(value, record)
    except msgspec.ValidationError as fault:
        text, _, where = str(fault).partition(" - at `")
        raise ConversionError(Amiss((*at, *steps_of(where)), plain_words(text))) from fault


def all_amiss(value: Any, record: Any, at: Steps) -> Iterator[Amiss]:
    """Everything in ``value`` that does not fit ``record``, however deep."""
    for fits, look_inside in PARTS:
        if fits(value, record):
            yield from look_inside(value, record, at)
            return
    try:
        simple(value, record, at)
    except ConversionError as error:
        yield from error.amiss


def in_record(value: dict[str, Any], record: Any, at: Steps) -> Iterator[Amiss]:
    """Keys that are unknown, keys that are missing, then what is amiss in each that is there."""
    known, types = {entry.name: entry for entry in fields(record)}, types_of(record)
    for key, entry in value.items():
        if key in known:
            yield from all_amiss(entry, types[key], (*at, key))
        else:
            yield Amiss((*at, key), f"unknown key {key!r}; {nearest(key, tuple(known))}")
    for key, entry in known.items():
        if key not in value and is_needed(entry):
            yield Amiss(at, f"missing key `{key}`")


@cache
def types_of(record: type) -> dict[str, Any]:
    """The type of each key of a record."""
    return get_type_hints(record)


def nearest(word: str, known: tuple[str, ...]) -> str:
    """The word that was probably meant, or all there are."""
    near = get_close_matches(word, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}"


def is_needed(entry: Field[Any]) -> bool:
    """A key without which there is no record."""
    return entry.default is MISSING and entry.default_factory is MISSING


def in_list(value: list[Any], record: Any, at: Steps) -> Iterator[Amiss]:
    """What is amiss in each entry."""
    for index, entry in enumerate(value):
        yield from all_amiss(entry, get_args(record)[0], (*at, index))


def in_mapping(value: dict[str, Any], record: Any, at: Steps) -> Iterator[Amiss]:
    """What is amiss under each name."""
    for key, entry in value.items():
        yield from all_amiss(entry, get_args(record)[1], (*at, key))


def in_choice(value: Any, record: type[Enum], at: Steps) -> Iterator[Amiss]:
    """A word that is no choice."""
    choices = [member.value for member in record]
    if value not in choices:
        yield Amiss(at, f"{value!r} is no choice here; write one of: {', '.join(choices)}")


def in_either(value: dict[str, Any], record: Any, at: Steps) -> Iterator[Amiss]:
    """What is amiss in the one record among several types."""
    yield from in_record(value, records_of(record)[0], at)


def records_of(union: Any) -> list[Any]:
    """The records among the types of a union."""
    return [arm for arm in get_args(union) if is_dataclass(arm)]


def is_list_of_one_type(record: Any) -> bool:
    """``tuple[X, ...]``."""
    return get_origin(record) is tuple and get_args(record)[1:] == (Ellipsis,)


Look = Callable[[Any, Any, Steps], Iterator[Amiss]]

PARTS: tuple[tuple[Callable[[Any, Any], bool], Look], ...] = (
    (lambda value, record: isinstance(value, dict) and is_dataclass(record), in_record),
    (lambda value, record: isinstance(value, list) and is_list_of_one_type(record), in_list),
    (lambda value, record: isinstance(value, dict) and get_origin(record) is Mapping, in_mapping),
    (lambda _, record: isinstance(record, type) and issubclass(record, Enum), in_choice),
    (
        lambda value, record: (
            isinstance(value, dict)
            and get_origin(record) in (Union, UnionType)
            and len(records_of(record)) == 1
            and not any(get_origin(arm) is Mapping for arm in get_args(record))
        ),
        in_either,
    ),
)
"""What has parts of its own, and how to look at each of them; the rest is converted as it stands."""


def steps_of(where: str) -> Steps:
    """``$.rubric.criteria[0].says`` as keys and indices."""
    return tuple(int(i) if i else key for key, i in re.findall(r"\.(\w+)|\[(\d+)\]", where))


def plain_words(text: str) -> str:
    """A message of the converter in an author's words."""
    return text.replace("Object missing required field", "missing key").replace("Expected", "expected")


def header_of(document: Document) -> ItemFile:
    """The keys that all items have; those of the kind stay as they are.

    Raises:
        ConversionError: some do not fit.

    """
    refuse_other_files(document.value)
    return convert(document.value, ItemFile)


def refuse_other_files(value: Any) -> None:
    """An item is keys with values; what has none of its main keys is something else."""
    if not (isinstance(value, dict) and {"id", "kind", "prompt", "spec"} & set(value)):
        raise ConversionError(Amiss((), "an item is a mapping of keys; begin with  id: topic/name"))


def item_of(document: Document, kind_spec: Callable[[str], Any], file: str) -> Item:
    """The item in ``document``; ``kind_spec(name)`` gives the record of a kind's own keys.

    Raises:
        ConversionError: it holds all that is amiss, in the kind's own keys as well.

    """
    refuse_other_files(document.value)
    amiss = (*all_amiss(document.value, ItemFile, ()), *spec_amiss(document.value, kind_spec))
    if amiss:
        raise ConversionError(*amiss)
    read = simple(document.value, ItemFile, ())
    spec = simple(read.spec, kind_spec(read.kind), ("spec",))
    line, _ = document.place(("id",))
    return Item(
        id=read.id,
        revision=read.revision,
        kind=read.kind,
        title=read.title,
        minutes=read.minutes,
        prompt=read.prompt.strip(),
        direction=read.hints.direction.strip(),
        insight=read.hints.insight.strip(),
        rubric=read.rubric,
        spec=spec,
        covers=read.covers,
        beyond=read.beyond,
        skills=read.skills,
        checkpoints=read.checkpoints,
        traps=read.traps,
        followups=read.followups,
        sources=read.sources,
        origin=f"{file}:{line}",
    )


def spec_amiss(value: dict[str, Any], kind_spec: Callable[[str], Any]) -> Iterator[Amiss]:
    """What is amiss in the kind's own keys; where the kind is not known, that."""
    kind, spec = value.get("kind"), value.get("spec")
    if not isinstance(kind, str):
        return
    try:
        record = kind_spec(kind)
    except AuthorError as error:
        yield Amiss(("kind",), str(error))
        return
    if isinstance(spec, dict):
        yield from all_amiss(spec, record, ("spec",))


def faults_at(document: Document, file: str, error: ConversionError) -> tuple[Fault, ...]:
    """All that is amiss, each with its place in the file, in the file's order."""
    faults = {Fault(file, *document.place(amiss.path), amiss.text) for amiss in error.amiss}
    return tuple(sorted(faults, key=lambda fault: (fault.line, fault.column, fault.text)))
