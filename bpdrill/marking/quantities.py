"""Amounts of memory as people write them: ``3 GiB``, ``about 300 GB``, ``3.22e9 bytes``."""

from __future__ import annotations

from collections.abc import Mapping

DECIMAL = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}
BINARY = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}
BYTES = {**DECIMAL, **BINARY}
"""How many bytes each unit stands for."""

SPELLINGS: Mapping[str, str] = {
    "bytes": "B",
    "byte": "B",
    **{name.casefold(): name for name in reversed(BYTES)},
}
"""Every way to write a unit, none before one that it ends."""
ABOUT = ("about", "approximately", "approx.", "around", "roughly", "ca.", "≈", "~")


def without_about(text: str) -> str:
    """``about 300 GB`` as ``300 GB``, spaces in the place of the word, so that columns stay."""
    lowered = text.lstrip().casefold()
    word = next((word for word in ABOUT if lowered.startswith(word)), "")
    indent = len(text) - len(text.lstrip()) + len(word)
    return " " * indent + text[indent:]


def without_unit(text: str) -> tuple[str, str]:
    """A text as its number and its unit, which is empty where there is none."""
    bare = text.rstrip()
    lowered = bare.casefold()
    for spelling, unit in SPELLINGS.items():
        rest = bare[: -len(spelling)]
        if lowered.endswith(spelling) and not rest[-1:].isalpha():
            return rest, unit
    return bare, ""
