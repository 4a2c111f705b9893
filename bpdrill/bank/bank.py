"""The bank: items by id. A broken file costs itself and no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from bpdrill import kinds
from bpdrill.bank import find, yaml
from bpdrill.bank.convert import ConversionError, fault_at, item_of
from bpdrill.bank.yaml import Fault, FaultyYamlError
from bpdrill.model.errors import AuthorError, BankError
from bpdrill.model.items import Item


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
    name = find.shown(path)
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
    except Exception as error:  # whatever an author's numbers bring about is told with its place
        what = f"{type(error).__name__}: {error}"
        raise ConversionError(("spec",), f"spec: its parts do not fit each other ({what})") from error
