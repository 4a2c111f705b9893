"""What a printed formula is put together from: parts, how tightly each holds, and the ink of a style."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from bpdrill.model.tree import Shape

GRADIENT = re.compile("d[A-Za-z](hat)?[0-9]*")
"""Names of gradients: one over another reads as a derivative and not as a quotient."""


class Level(IntEnum):
    """How tightly a text holds together; the reader and the printer climb the same ladder.

    To the reader a quotient is a product. The printer puts it in brackets before a product,
    so that ``1/2x`` comes back as ``(1/2)·x`` and nobody is in doubt how it was read.
    """

    COMPARISON = 1
    SUM = 2
    ENTRYWISE = 3
    QUOTIENT = 4
    PRODUCT = 5
    POWER = 6
    ATOM = 7


@dataclass(frozen=True, slots=True)
class Printed:
    """A part that has been printed; the shape is None where it is not known.

    What it was made of stays with it: code writes ``aᵀ b`` as ``a @ b``, a matrix row by row.
    """

    text: str
    level: Level
    shape: Shape | None
    op: str = ""
    args: tuple[Printed, ...] = ()

    @property
    def is_vector(self) -> bool:
        """Whether this is a column."""
        return self.shape is not None and len(self.shape) == 1

    @property
    def is_row(self) -> bool:
        """Whether this lies on its side."""
        return self.shape is not None and len(self.shape) == 2 and self.shape[0] == 1


Form = Callable[..., tuple[str, Level]]
"""Ink and printed arguments to text and level."""


@dataclass(frozen=True, slots=True)
class Ink:
    """What differs from style to style."""

    symbol: Callable[[str], str]
    function: Callable[[str], str]
    forms: Mapping[str, Form]
    """How ops are written that are no calls."""
    minus: str = "-"
    product: str = "*"
    entrywise: str = " .* "
    over: str = "/"
    raised: str = "^"
    transposed: str = "^T"
    indicator: str = "1"
    brackets: tuple[str, str] = ("(", ")")

    def hold(self, part: Printed, level: Level) -> str:
        """``part`` for a place that holds together at ``level``: in brackets if it is looser."""
        return part.text if part.level >= level else self.bracket(part.text)

    def bracket(self, text: str) -> str:
        """``text`` in brackets."""
        return text.join(self.brackets)

    def write(self, op: str, args: tuple[Printed, ...]) -> tuple[str, Level]:
        """``op`` of ``args`` in its own form, or as a call."""
        form = self.forms.get(op)
        return form(self, *args) if form else (self.call(op, args), Level.ATOM)

    def call(self, op: str, args: tuple[Printed, ...]) -> str:
        """``op(a, b)``."""
        return self.function(op) + self.bracket(listed(args))


def listed(parts: tuple[Printed, ...]) -> str:
    """``a, b, c``."""
    return ", ".join(part.text for part in parts)
