"""What the bank holds, in a line an item, remembered between runs: a list needs no YAML.

The memory is a cache and nothing else: where it is missing, out of date, damaged or cannot be
written, files are read again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from bpdrill import __version__
from bpdrill.bank.bank import Bank

SELF_GRADED = ("explain",)
"""Kinds whose answers the learner grades."""


@dataclass(frozen=True, slots=True)
class Summary:
    """An item in a list."""

    id: str
    revision: int
    kind: str
    title: str
    covers: tuple[str, ...]
    beyond: tuple[str, ...]
    skills: tuple[str, ...]
    checkpoints: tuple[str, ...]
    minutes: int

    @property
    def self_graded(self) -> bool:
        """Whether the learner grades the answer."""
        return self.kind in SELF_GRADED


@dataclass(frozen=True, slots=True)
class Index:
    """A summary of every item whose file can be read, and the ids of the others."""

    summaries: tuple[Summary, ...]
    broken: tuple[str, ...]


Known = dict[str, list[Any]]
"""By file: its stamp, and its item as in the index; nothing where it gives none."""


def open_index(bank: Bank, cache: Path | None) -> Index:
    """The index of ``bank``: what ``cache`` still knows, and the rest read anew."""
    before = remembered(cache)
    now: Known = {}
    for path in bank.files.values():
        stamp, known = stamp_of(path), before.get(str(path))
        now[str(path)] = known if known and known[0] == stamp else [stamp, read(path)]
    if cache and now != before:
        remember(cache, now)
    found = {name: now[str(path)][1] for name, path in bank.files.items()}
    summaries = (Summary(name, *map(as_field, entry)) for name, entry in found.items() if entry)
    return Index(tuple(summaries), tuple(name for name, entry in found.items() if not entry))


def as_field(value: Any) -> Any:
    """JSON knows no tuples."""
    return tuple(value) if isinstance(value, list) else value


def stamp_of(path: Path) -> list[int]:
    """What changes when a file does: its time in nanoseconds, its size."""
    with suppress(OSError):
        found = path.stat()
        return [found.st_mtime_ns, found.st_size]
    return []


def read(path: Path) -> list[Any]:
    """An item as the index keeps it, all but its id; nothing where the file gives none."""
    from bpdrill.bank.bank import FaultyItemError, read_document
    from bpdrill.bank.convert import ConversionError, header_of

    try:
        item = header_of(read_document(path))
    except (FaultyItemError, ConversionError):
        return []
    lists = ([*item.covers], [*item.beyond], [*item.skills], [*item.checkpoints])
    return [item.revision, item.kind, item.title, *lists, item.minutes]


def remembered(cache: Path | None) -> Known:
    """What the cache holds, or nothing where anything is wrong with it."""
    if cache is None:
        return {}
    with suppress(OSError):
        digest, _, content = cache.read_bytes().partition(b"\n")
        if digest == digest_of(content):
            known: Known = json.loads(content)
            return known
    return {}


def remember(cache: Path, known: Known) -> None:
    """Put the cache in its place at once, or leave it: it is no loss."""
    content = json.dumps(known, separators=(",", ":")).encode()
    beside = cache.with_name(f"{cache.name}.{os.getpid()}")
    with suppress(OSError):
        cache.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(digest_of(content) + b"\n" + content)
            beside.replace(cache)
        finally:
            beside.unlink(missing_ok=True)


def digest_of(content: bytes) -> bytes:
    """What tells a whole cache of this version from a damaged one and from another version's."""
    return sha256(__version__.encode() + b"\n" + content).hexdigest().encode()


def as_record(summary: Summary) -> Mapping[str, Any]:
    """A summary as plain data."""
    return {**asdict(summary), "self_graded": summary.self_graded}
