"""A new problem to begin from: the shortest item of its kind, under another name, its keys explained."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bpdrill import kinds
from bpdrill.bank import find
from bpdrill.bank.bank import ID, read_document
from bpdrill.bank.convert import ItemFile
from bpdrill.bank.keys import Key, keys_of
from bpdrill.bank.yaml import Document, Steps
from bpdrill.model.errors import BankError, UsageError

HEAD = """\
# A problem of the kind {kind}, to be made your own: it works as it stands, and is the bank's own
# {model} under another name. Change one thing at a time and let
# bpdrill say what does not fit:
#
#   bpdrill bank check --pack FOLDER
#   bpdrill bank preview PACK:{id} --pack FOLDER
#
# {places}

"""
PLACES = "In prose, ${name} stands for a number that is drawn."


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A file to be written."""

    id: str
    text: str


def skeleton(kind: str, name: str = "") -> Skeleton:
    """A commented item of ``kind`` called ``name``.

    Raises:
        UsageError: there is no such kind, or ``name`` is no id.
        BankError: the bank has no item of that kind to begin from.

    """
    if kind not in kinds.kind_names():
        raise UsageError(f"There is no kind {kind!r}. Write one of: {', '.join(kinds.kind_names())}.")
    new = name or f"my-problems/{kind.replace('_', '-')}"
    if not ID.fullmatch(new):
        raise UsageError(f"An id is topic/name, made of a-z, 0-9 and hyphens, not {new!r}.")
    path = shortest(kind)
    text = renamed(path.read_text(encoding="utf-8"), read_document(path), new)
    model = f"{path.parent.name}/{path.stem}"
    return Skeleton(new, HEAD.format(kind=kind, model=model, id=new, places=PLACES) + explained(text, kind))


def shortest(kind: str) -> Path:
    """The shortest file of a kind among the problems that come with bpdrill."""
    files = find.problem_files(find.Pack("", find.root() / "problems")).values()
    of_the_kind = [path for path in files if f"\nkind: {kind}\n" in path.read_text(encoding="utf-8")]
    if not of_the_kind:
        raise BankError(f"The bank has no problem of the kind {kind} to begin from.")
    return min(of_the_kind, key=lambda path: (path.stat().st_size, path))


def renamed(text: str, document: Document, new: str) -> str:
    """The file with an id of its own, revision 1, and follow-ups of its own."""
    lines = text.splitlines()
    ids: dict[Steps, str] = {("id",): new, ("revision",): "1"}
    topic, _, name = new.partition("/")
    for index, _ in enumerate(document.value.get("followups", ())):
        ids["followups", index, "id"] = f"{topic}-{name}.{index + 1}"
    for path, value in ids.items():
        line, column = document.place(path)
        rest = lines[line - 1][column - 1 :]
        lines[line - 1] = lines[line - 1][: column - 1] + re.sub(
            r"(:\s*)[^\s,}]+", rf"\g<1>{value}", rest, count=1
        )
    return "\n".join(lines) + "\n"


def explained(text: str, kind: str) -> str:
    """The file with a comment above each key that says what it is for."""
    keys = {key.name: key for key in keys_of(ItemFile)}
    return (
        "\n".join(line for written in text.splitlines() for line in under_comments(written, keys, kind))
        + "\n"
    )


def under_comments(line: str, keys: Mapping[str, Key], kind: str) -> Iterator[str]:
    """A line of the file, under the comments that belong to it; comments of its model are left out."""
    name = line.partition(":")[0]
    if name in keys:
        yield f"# {keys[name].says}"
        if name == "spec":
            yield from (f"#   {key.name}: {told(key)}" for key in keys_of(kinds.load(kind).Spec))
    if not line.startswith("#"):
        yield line


def told(key: Key) -> str:
    """What a kind's key is for; where nothing is said of it, what it is made of."""
    return (key.says or f"{key.type}.") + ("" if key.needed else " May be left out.")
