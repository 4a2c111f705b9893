"""The bank: items by id. A broken file costs itself and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from bpdrill import kinds
from bpdrill.bank import find, yaml
from bpdrill.bank.convert import Amiss, ConversionError, faults_at, item_of
from bpdrill.bank.yaml import Document, Fault, FaultyYamlError
from bpdrill.model.errors import AuthorError, BankError
from bpdrill.model.items import Item

ID = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")

LISTED = 10
"""So many ids are named where one is not known."""


@dataclass(frozen=True, slots=True)
class Bank:
    """Item files by id; a file is read when its item is asked for."""

    files: Mapping[str, Path]

    def get(self, item: str) -> Item:
        """The item called ``item``.

        Raises:
            BankError: there is none, or its file is broken.

        """
        try:
            return read_item(self.file(item), item)
        except FaultyItemError as error:
            raise BankError(f"{item} cannot be used until its file is mended:\n{error}") from error

    def file(self, item: str) -> Path:
        """The file of an item.

        Raises:
            BankError: there is none.

        """
        if item not in self.files:
            near = get_close_matches(item, self.files, 1, 0.4)
            names = f"did you mean {near[0]}?" if near else known(tuple(self.files))
            raise BankError(f"there is no item {item!r}; {names}")
        return self.files[item]

    def read_all(self) -> tuple[tuple[Item, ...], tuple[Fault, ...]]:
        """Every item that can be used, and the faults of every file that gives none."""
        items: list[Item] = []
        faults: list[Fault] = []
        for name, path in self.files.items():
            try:
                items.append(read_item(path, name))
            except FaultyItemError as error:
                faults.extend(error.faults)
        return tuple(items), tuple(faults)


def known(ids: tuple[str, ...]) -> str:
    """The first few ids, and where the others are listed."""
    if not ids:
        return "there are none at all"
    more = "" if len(ids) <= LISTED else f" and {len(ids) - LISTED} more; bpdrill bank list shows all"
    return "known are: " + ", ".join(ids[:LISTED]) + more


def open_bank(folders: Sequence[Path] = ()) -> Bank:
    """List the item files; an item's id is its place in ``problems/``, or in its pack.

    ``folders`` are packs of one's own, beside those that are installed.
    """
    return Bank(
        {name: path for pack in find.packs(folders) for name, path in find.problem_files(pack).items()}
    )


class FaultyItemError(Exception):
    """A file that gives no item, and all that is to be mended in it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read_item(path: Path, name: str) -> Item:
    """The item called ``name`` in one file.

    Raises:
        FaultyItemError: the file is broken; its faults say where and how to mend it.

    """
    document = read_document(path)
    try:
        item = item_of(document, lambda kind: kinds.load(kind).Spec, find.shown(path))
        refuse_bad_names(item, name)
        rehearse(item)
    except ConversionError as error:
        raise FaultyItemError(*faults_at(document, find.shown(path), error)) from error
    return replace(item, id=name)


def read_document(path: Path) -> Document:
    """The values of one file.

    Raises:
        FaultyItemError: it cannot be opened, or is not what items are written in.

    """
    try:
        return yaml.load(path)
    except FaultyYamlError as error:
        raise FaultyItemError(Fault(find.shown(path), *error.place, str(error))) from error
    except OSError as error:
        raise FaultyItemError(
            Fault(find.shown(path), 1, 1, f"it cannot be opened: {error.strerror}")
        ) from error


def refuse_bad_names(item: Item, name: str) -> None:
    """The id is the file's place; criteria are named once."""
    if amiss := tuple(bad_names(item, name.rpartition(":")[2])):
        raise ConversionError(*amiss)


def bad_names(item: Item, place: str) -> Iterator[Amiss]:
    """What is wrong with the item's own names."""
    if not ID.fullmatch(place):
        yield Amiss(("id",), "the file must be topic/name.yaml, both made of a-z, 0-9 and hyphens; move it")
    elif item.id != place:
        yield Amiss(("id",), f"the id is {item.id!r} but the file says {place!r}; make them one")
    ids = [criterion.id for criterion in item.rubric.criteria]
    if len(set(ids)) < len(ids):
        yield Amiss(("rubric", "criteria"), "two criteria have one id; rename one")


def rehearse(item: Item) -> None:
    """Draw, present and solve two variants: what the kind cannot do with an item comes out here."""
    kind = kinds.load(item.kind)
    try:
        for seed in (0, 1):
            variant = kind.vary(item, seed)
            kind.present(variant)
            kind.solution(variant)
    except AuthorError as error:
        raise ConversionError(Amiss(keys_named(str(error)), str(error))) from error
    except Exception as error:  # whatever an author's numbers bring about is told with its place
        what = f"{type(error).__name__}: {error}"
        raise ConversionError(Amiss(("spec",), f"spec: its parts do not fit each other ({what})")) from error


def keys_named(text: str) -> tuple[str, ...]:
    """The keys that a complaint is about; it begins with them: ``spec.draw: a range ...``."""
    return tuple(text.partition(" ")[0].rstrip(":").split("."))
