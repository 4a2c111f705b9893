"""Where problems come from besides bpdrill itself: folders that are named, or listed in a variable."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bpdrill.model.errors import UsageError

if TYPE_CHECKING:
    from bpdrill.bank.bank import Bank

VARIABLE = "BPDRILL_PACKS"

Packs = Annotated[
    list[str] | None,
    typer.Option(
        "--pack",
        metavar="FOLDER",
        help=f"Problems of your own: topic/name.yaml. Else {VARIABLE} lists folders.",
    ),
]


def named(environment: Mapping[str, str], folders: Sequence[str] | None) -> tuple[Path, ...]:
    """The folders that are named, and those that ``BPDRILL_PACKS`` lists."""
    listed = environment.get(VARIABLE, "").split(os.pathsep)
    return tuple(Path(folder) for folder in dict.fromkeys([*listed, *(folders or ())]) if folder)


def open_packs(folders: Sequence[str] | None = None) -> Bank:
    """The bank, with the packs that are installed, listed and named."""
    from bpdrill.bank.bank import open_bank

    return open_bank(named(os.environ, folders))


def cache_file() -> Path | None:
    """Where what the bank holds is remembered; nowhere, if there is no place for a state."""
    from bpdrill.store.paths import state_folder

    with suppress(UsageError):
        return Path(state_folder(os.environ, sys.platform)) / "bank-index"
    return None
