"""What the bank holds, in a line an item, remembered between runs: a list needs no YAML.

The memory is a cache and nothing else: where it is missing, out of date, damaged or cannot be
written, files are read again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from bpdrill import __version__
from bpdrill.bank.bank import Bank

SELF_GRADED = ("explain",)
"""Kinds whose answers the learner grades."""


class Summary(NamedTuple):
    """An item in a list; a tuple, since ten thousand of them are made at once."""

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


FORMAT = 2
"""Goes up when entries are kept in another way."""

Known = dict[str, list[Any]]
"""By file: its stamp, and its item as in the index; nothing where it gives none."""


def open_index(bank: Bank, cache: Path | None) -> Index:
    """The index of ``bank``: what ``cache`` still knows, and the rest read anew."""
    before = remembered(cache)
    now: Known = {}
    summaries: list[Summary] = []
    broken: list[str] = []
    changed = False
    for name, path in bank.files.items():
        file = str(path)
        stamp, known = stamp_of(file), before.get(file)
        if not known or known[0] != stamp:
            known = [stamp, read(path)]
            changed = True
        now[file] = known
        if known[1]:
            summaries.append(summary_of(name, known[1]))
        else:
            broken.append(name)
    if cache and (changed or len(now) < len(before)):
        remember(cache, now)
    return Index(tuple(summaries), tuple(broken))


def summary_of(name: str, entry: list[Any]) -> Summary:
    """An entry of the index as a summary; its lists are kept as words, which are read faster."""
    revision, kind, title, *words, minutes = entry
    covers, beyond, skills, checkpoints = (tuple(text.split()) for text in words)
    return Summary(name, revision, kind, title, covers, beyond, skills, checkpoints, minutes)


def stamp_of(file: str) -> list[int]:
    """What changes when a file does: its time in nanoseconds, its size."""
    try:
        found = os.stat(file)  # noqa: PTH116  a Path for each file costs as much again
    except OSError:
        return []
    return [found.st_mtime_ns, found.st_size]


def read(path: Path) -> list[Any]:
    """An item as the index keeps it, all but its id; nothing where the file gives none."""
    from bpdrill.bank.bank import FaultyItemError, read_document
    from bpdrill.bank.convert import ConversionError, header_of

    try:
        item = header_of(read_document(path))
    except (FaultyItemError, ConversionError):
        return []
    words = map(" ".join, (item.covers, item.beyond, item.skills, item.checkpoints))
    return [item.revision, item.kind, item.title, *words, item.minutes]


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
    return sha256(f"{__version__} {FORMAT}\n".encode() + content).hexdigest().encode()


def as_record(summary: Summary) -> Mapping[str, Any]:
    """A summary as plain data."""
    return {**summary._asdict(), "self_graded": summary.self_graded}
