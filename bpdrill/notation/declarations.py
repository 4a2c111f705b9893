"""Declared names as they are written on a line, ``W1:h,d x:d n:``, or given as lists of sizes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bpdrill.model.errors import UsageError
from bpdrill.model.tree import Size, Symbols
from bpdrill.notation import functions

EXAMPLE = '"W1:h,d x:d b:"'
MOST_NAMES = 100
MOST_AXES = 2
LARGEST_SIZE = 1_000_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_SIZE = re.compile(r"[0-9]{1,7}")


def parse_symbols(text: str) -> Symbols:
    """``W1:h,d x:d n:`` as symbols: sizes are names or numbers; UsageError says what is off."""
    entries = [entry.partition(":") for entry in text.split()]
    named = [name for name, _, _ in entries]
    for name in named:
        if named.count(name) > 1:
            raise UsageError(f"{shortened(name)} is declared twice.")
    return declare({name: [_size(size) for size in sizes.split(",") if size] for name, _, sizes in entries})


def _size(text: str) -> Size:
    return int(text) if _SIZE.fullmatch(text) else text


def declare(sizes: Mapping[str, Sequence[Size]]) -> Symbols:
    """Names with their sizes as symbols; raises UsageError for what is no name, no size, or too much."""
    if len(sizes) > MOST_NAMES:
        raise UsageError(f"{len(sizes)} names are declared; at most {MOST_NAMES} can be.")
    for name, axes in sizes.items():
        _check_name(name)
        _check_axes(name, axes)
    return {name: tuple(axes) for name, axes in sizes.items()}


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{shortened(name)} is no name: declare letters and digits, as in {EXAMPLE}.")
    if functions.is_taken(name):
        raise UsageError(f"{name} is a function: give the symbol another name.")


def _check_axes(name: str, axes: Iterable[Size]) -> None:
    lengths = list(axes)
    if len(lengths) > MOST_AXES:
        raise UsageError(f"{name} has {len(lengths)} axes; a symbol is a scalar, a vector or a matrix.")
    for size in lengths:
        is_number = isinstance(size, int) and not isinstance(size, bool) and 1 <= size <= LARGEST_SIZE
        if not (is_number or (isinstance(size, str) and _NAME.fullmatch(size))):
            raise UsageError(
                f"{name}: {shortened(str(size))} is no size: write a name such as h, or a number from 1."
            )


def shortened(text: str) -> str:
    """The beginning of what was typed, as it can be shown anywhere."""
    shown = ascii(text[:30])[1:-1]
    return shown + ("..." if len(text) > 30 else "") or "An empty text"


def parse_pairs(text: str) -> dict[str, str]:
    """``a:positive y:onehot`` as pairs; UsageError for a name without a word behind it."""
    pairs = [entry.partition(":") for entry in text.split()]
    for name, _, word in pairs:
        if not word:
            raise UsageError(f"{shortened(name)} needs a word behind a colon, as in a:positive.")
    return {name: word for name, _, word in pairs}
