"""What is typed where a whole number is asked for."""

from __future__ import annotations

import re

from bpdrill.algebra.evaluate import value_at
from bpdrill.laboratory.words import quoted
from bpdrill.model.errors import UsageError
from bpdrill.model.marks import Unreadable
from bpdrill.notation import read_number

_GROUPED = re.compile("[0-9]{1,3}([,_ ][0-9]{3})+")
"""A whole number in groups of three: where only whole numbers count, 1,024 is not near 1."""
_SEPARATOR = re.compile("[,_ ]")


def count(name: str, text: str, most: int) -> int:
    """A whole number from 1 to ``most`` in any usual spelling: ``96``, ``1,000,000``, ``1e6``, ``10^6``.

    Raises UsageError, under ``name``, for anything else.
    """
    value = _number(_SEPARATOR.sub("", text) if _GROUPED.fullmatch(text.strip()) else text)
    if value is None or not 1 <= value <= most or not value.is_integer():
        raise UsageError(f"{name} must be a whole number from 1 to {most:,}, not {quoted(text)}.")
    return int(value)


def _number(text: str) -> float | None:
    """The finite number that ``text`` says, if it says one."""
    reading = read_number(text)
    return None if isinstance(reading, Unreadable) or "=" in text else value_at(reading.tree, {})
