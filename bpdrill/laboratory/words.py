"""Words that every experiment says alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches

LONGEST = 40
"""Characters of what was typed that a message repeats."""


def quoted(typed: str) -> str:
    """What was typed, between quotes; of much only the beginning."""
    return repr(typed if len(typed) <= LONGEST else typed[:LONGEST] + "…")


def nearest(kind: str, given: str, known: Collection[str]) -> str:
    """The one line to say: what is missing, what was perhaps meant, what there is."""
    return f"There is no {kind} {quoted(given)}. {meant(given, known)}There are: {', '.join(known)}."


def meant(given: str, known: Collection[str]) -> str:
    """``Did you mean add? ``, with room for the next sentence; empty if nothing is near."""
    near = get_close_matches(given, known, n=1)
    return f"Did you mean {near[0]}? " if near else ""


def many(count: int, noun: str) -> str:
    """``1 sweep``, ``1,000 sweeps``."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def listed(words: Sequence[str]) -> str:
    """``w, x and b``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
