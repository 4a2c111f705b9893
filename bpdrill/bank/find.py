"""Where problems and tables are: beside the package in a checkout, inside it when installed; and packs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import bpdrill
from bpdrill.model.errors import UsageError

BUNDLED = "_bundled"
ENTRY_POINTS = "bpdrill.packs"
"""Installed packages list themselves here: a pack's name, and the package that holds its files."""

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of ``topic/name.yaml`` files; its name stands before each id, so that it overrides nothing."""

    name: str
    """Empty for the problems that come with bpdrill."""
    folder: Path


def root() -> Path:
    """The folder that holds ``problems/`` and ``data/``."""
    package = Path(bpdrill.__file__).resolve().parent
    bundled = package / BUNDLED
    return bundled if bundled.is_dir() else package.parent


def packs(folders: Sequence[Path]) -> tuple[Pack, ...]:
    """The problems that come with bpdrill, those of installed packages, then ``folders``.

    Raises:
        UsageError: a folder is none, or two packs have one name.

    """
    found = [Pack("", root() / "problems"), *installed_packs(), *map(pack_of, folders)]
    folder_of: dict[str, Path] = {}
    for pack in found:
        other = folder_of.setdefault(pack.name, pack.folder)
        if other != pack.folder:
            raise UsageError(f"Two packs are called {pack.name}: {other} and {pack.folder}. Rename one.")
    return tuple(Pack(name, folder) for name, folder in folder_of.items())


def pack_of(folder: Path) -> Pack:
    """The pack in a folder, called as the folder is."""
    path = folder.resolve()
    if not path.is_dir():
        raise UsageError(f"There is no folder {folder} to read problems from.")
    if not NAME.fullmatch(path.name):
        raise UsageError(f"A pack's folder is named in a-z, 0-9, - and _: rename {path.name}.")
    return Pack(path.name, path)


def installed_packs() -> Iterator[Pack]:
    """Packages that say they hold problems; they are found, never imported: a pack is data."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    for entry in entry_points(group=ENTRY_POINTS):
        top_level = entry.value.isidentifier() and NAME.fullmatch(entry.name)
        spec = find_spec(entry.value) if top_level else None
        for folder in (spec and spec.submodule_search_locations) or ():
            yield Pack(entry.name, Path(folder))


def problem_files(pack: Pack) -> dict[str, Path]:
    """Every item file of a pack by its item's id, sorted: the pack's name and the file's place in it."""
    before, start = f"{pack.name}:" if pack.name else "", len(str(pack.folder)) + 1
    places = sorted(file[start:] for file in yaml_files(pack.folder))
    return {
        before + place.removesuffix(".yaml").replace(os.sep, "/"): pack.folder / place for place in places
    }


def yaml_files(folder: Path) -> Iterator[str]:
    """Every YAML file below a folder; what listings leave out is left out."""
    for place, folders, files in os.walk(folder):
        folders[:] = (name for name in folders if not name.startswith("."))
        yield from (
            f"{place}{os.sep}{name}" for name in files if name.endswith(".yaml") and not name.startswith(".")
        )


def table_file(name: str) -> Path:
    """The reference table called ``name``."""
    return root() / "data" / f"{name}.yaml"


def shown(path: Path) -> str:
    """A file's name as an author can open it: from ``problems/`` on, or from where they are."""
    for folder in (root(), Path.cwd()):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return str(path)
