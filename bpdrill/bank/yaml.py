"""YAML to plain values, each with the line and column it stands at.

Files are read as a stream of events, so that depth and size are bounded before anything is built,
and only plain data comes out: no tags, no anchors, no keys twice. (Composing nodes first, as most
readers of YAML do, would let 100,000 brackets end the process.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

LARGEST_FILE = 1024 * 1024
MOST_EVENTS = 20_000
DEEPEST = 32

Place = tuple[int, int]
"""Line and column, from 1."""

Steps = tuple[str | int, ...]
"""The keys and indices that lead to a value."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something an author must mend: where, what, and how."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        """As compilers write it."""
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class FaultyYamlError(Exception):
    """A file that cannot be read as plain data."""

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(text)
        self.place = place


@dataclass(slots=True)
class Document:
    """The values of one file, and where each stands."""

    value: Any = None
    places: dict[Steps, Place] = field(default_factory=dict)

    def place(self, path: Steps, otherwise: Steps = ()) -> Place:
        """Where ``path`` stands, or the nearest thing around it; where there is none, ``otherwise``."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path or otherwise, (1, 1))


def finite(text: str) -> float | str:
    """A number that there is; what is too large for one stays text, and is refused where it stands."""
    return number if isfinite(number := float(text)) else text


PLAIN_SCALARS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"[-+]?[0-9]{1,18}", re.ASCII), int),
    (
        re.compile(
            r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18}|[0-9]{1,18}(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?",
            re.ASCII,
        ),
        finite,
    ),
    (re.compile(r"true|True"), lambda _: True),
    (re.compile(r"false|False"), lambda _: False),
    (re.compile(r"null|~|"), lambda _: None),
)


def load(path: Path) -> Document:
    """Read one file.

    Raises:
        FaultyYamlError: it is too large, no YAML, or uses what items have no need of.

    """
    if path.stat().st_size > LARGEST_FILE:
        raise FaultyYamlError((1, 1), f"the file is over {LARGEST_FILE // 1024**2} MiB; split it")
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = Document()
    try:
        events = yaml.parse(path.read_text(encoding="utf-8"), Loader=loader)
        document.value = Builder(bounded(events), document.places).document()
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise FaultyYamlError(place, f"not YAML: {fault.problem or fault.context}") from fault
    except (UnicodeDecodeError, yaml.YAMLError) as fault:
        raise FaultyYamlError((1, 1), f"not text in UTF-8: {fault}") from fault
    return document


def bounded(events: Iterator[Any]) -> Iterator[Any]:
    """The events, as long as there are not too many."""
    for number, event in enumerate(events, 1):
        if number > MOST_EVENTS:
            raise FaultyYamlError(place_of(event), f"the file has over {MOST_EVENTS} entries; split it")
        yield event


class Builder:
    """Builds values out of events, noting places on the way."""

    def __init__(self, events: Iterator[Any], places: dict[Steps, Place]) -> None:
        self.events = events
        self.places = places

    def document(self) -> Any:
        """The file's one document."""
        kinds = ("StreamStartEvent", "DocumentStartEvent")
        first = next(event for event in self.events if type(event).__name__ not in kinds)
        if type(first).__name__ == "StreamEndEvent":
            raise FaultyYamlError((1, 1), "the file is empty")
        value = self.value(first, ())
        if (
            type(next(self.events)).__name__ == "DocumentEndEvent"
            and type(end := next(self.events)).__name__ != "StreamEndEvent"
        ):
            raise FaultyYamlError(
                place_of(end), "one file holds one item; move the second document to its own file"
            )
        return value

    def value(self, event: Any, path: Steps) -> Any:
        """The value that begins with ``event``."""
        self.places[path] = place_of(event)
        if len(path) > DEEPEST:
            raise FaultyYamlError(place_of(event), f"nested over {DEEPEST} deep")
        refuse_references(event)
        build = {"MappingStartEvent": self.mapping, "SequenceStartEvent": self.sequence}
        return build.get(type(event).__name__, self.scalar)(event, path)

    def mapping(self, _: Any, path: Steps) -> dict[str, Any]:
        """Keys are text, each once."""
        values: dict[str, Any] = {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            refuse_references(event)
            key = str(getattr(event, "value", ""))
            if type(event).__name__ != "ScalarEvent":
                raise FaultyYamlError(place_of(event), "a key must be a word")
            if key in values:
                raise FaultyYamlError(place_of(event), f"{key!r} stands here twice; keep one")
            values[key] = self.value(next(self.events), (*path, key))
            self.places[*path, key] = place_of(event)
        return values

    def sequence(self, _: Any, path: Steps) -> list[Any]:
        """Entries in order."""
        values: list[Any] = []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            values.append(self.value(event, (*path, len(values))))
        return values

    def scalar(self, event: Any, _: Steps) -> Any:
        """Quoted text stays text; a plain word may be a number, true, false or null."""
        if event.implicit[0]:
            for pattern, convert in PLAIN_SCALARS:
                if pattern.fullmatch(event.value):
                    return convert(event.value)
        return event.value


def refuse_references(event: Any) -> None:
    """Nothing refers to anything else, and nothing says which class it is."""
    if getattr(event, "anchor", None) or getattr(event, "tag", None) not in (None, "!"):
        raise FaultyYamlError(place_of(event), "anchors, aliases and tags are not read; write the value out")


def place_of(event: Any) -> Place:
    """Line and column of an event, from 1."""
    return event.start_mark.line + 1, event.start_mark.column + 1
