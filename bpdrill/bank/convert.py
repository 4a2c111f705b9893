"""Plain values to frozen records: every fault is told with its place and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from bpdrill.bank.yaml import Document, Fault, Steps
from bpdrill.model.items import FollowUp, Item, Rubric

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Hints:
    """The first two hints; the third is the worked solution."""

    direction: str
    insight: str


@dataclass(frozen=True, slots=True)
class ItemFile:
    """The keys of an item's file, but for those of its kind, which stand under ``spec``."""

    id: str
    revision: int
    kind: str
    title: str
    minutes: int
    prompt: str
    hints: Hints
    rubric: Rubric
    spec: Mapping[str, Any]
    skills: tuple[str, ...]
    covers: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    checkpoints: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    sources: tuple[str, ...] = ()


class ConversionError(Exception):
    """A value that does not fit its record."""

    def __init__(self, path: Steps, text: str) -> None:
        super().__init__(text)
        self.path = path


def convert(value: Any, record: type[Record], at: Steps = ()) -> Record:
    """Make ``value`` a ``record``; unknown keys are refused with the nearest known one.

    Raises:
        ConversionError: something is missing, unknown or of the wrong type.

    """
    import msgspec

    for path, text in unknown_words(value, record, at):
        raise ConversionError(path, text)
    try:
        return msgspec.convert(value, record)
    except msgspec.ValidationError as fault:
        text, _, where = str(fault).partition(" - at `")
        raise ConversionError((*at, *steps_of(where)), plain_words(text)) from fault


def unknown_words(value: Any, record: Any, at: Steps) -> Iterator[tuple[Steps, str]]:
    """Every key of ``value`` that ``record`` does not have, every word that is no choice, however deep."""
    if is_dataclass(record) and isinstance(value, dict):
        types = get_type_hints(record)
        known = [entry.name for entry in fields(record)]
        for key in value:
            if key not in known:
                near = get_close_matches(key, known, 1)
                help_ = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}"
                yield (*at, key), f"unknown key {key!r}; {help_}"
            else:
                yield from unknown_words(value[key], types[key], (*at, key))
    elif get_origin(record) is tuple and isinstance(value, list):
        for index, entry in enumerate(value):
            yield from unknown_words(entry, get_args(record)[0], (*at, index))
    elif get_origin(record) is Mapping and isinstance(value, dict):
        for key, entry in value.items():
            yield from unknown_words(entry, get_args(record)[1], (*at, key))
    elif isinstance(record, type) and issubclass(record, Enum) and value not in [m.value for m in record]:
        yield at, f"{value!r} is no choice here; write one of: {', '.join(m.value for m in record)}"


def steps_of(where: str) -> Steps:
    """``$.rubric.criteria[0].says`` as keys and indices."""
    return tuple(int(i) if i else key for key, i in re.findall(r"\.(\w+)|\[(\d+)\]", where))


def plain_words(text: str) -> str:
    """A message of the converter in an author's words."""
    return text.replace("Object missing required field", "missing key").replace("Expected", "expected")


def item_of(document: Document, kind_spec: Any, file: str) -> Item:
    """The item in ``document``; ``kind_spec(name)`` gives the record of a kind's own keys."""
    if not isinstance(document.value, dict):
        raise ConversionError((), "an item is a mapping of keys; begin with  id: topic/name")
    read = convert(document.value, ItemFile)
    spec = convert(read.spec, kind_spec(read.kind), ("spec",))
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


def fault_at(document: Document, file: str, error: ConversionError) -> Fault:
    """The fault with its place in the file."""
    line, column = document.place(error.path)
    return Fault(file, line, column, str(error))
