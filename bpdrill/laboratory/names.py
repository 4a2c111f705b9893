"""A name that is not there, and the nearest that is."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches


def nearest(kind: str, given: str, known: Collection[str]) -> str:
    """The one line to say: what is missing, what was perhaps meant, what there is."""
    near = get_close_matches(given, known, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return f"There is no {kind} {given!r}. {meant}There are: {', '.join(known)}."
