"""Display cells: how wide a text is drawn, and what makes it harmless first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import category, east_asian_width

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Controls, direction marks, surrogates and the like: a terminal obeys them or draws nothing."""

_ON_TOP = frozenset({"Me", "Mn"})
"""Marks drawn over the character before."""


def visible(text: str) -> str:
    r"""``text`` with all that a terminal would obey written out: ``\x1b``; a tab is four spaces."""
    return "".join(_escaped(character) for character in text.replace("\t", "    "))


def _escaped(character: str) -> str:
    if category(character) not in _UNSEEN:
        return character
    return character.encode("unicode_escape").decode("ascii")


def width(text: str) -> int:
    """How many cells ``text`` takes; it must be visible."""
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if category(character) in _ON_TOP:
        return 0
    return 2 if east_asian_width(character) in "FW" else 1


def pad(text: str, cells: int) -> str:
    """``text`` with spaces after it, up to ``cells``."""
    return text + " " * (cells - width(text))


def cut(text: str, start: int, stop: int) -> str:
    """The cells ``start`` to ``stop`` of ``text``; half of a wide character becomes a space."""
    return "".join(_within(text, start, stop))


def _within(text: str, start: int, stop: int) -> Iterator[str]:
    left = 0
    for character in text:
        right = left + _cells(character)
        if start <= left and right <= stop:
            yield character
        else:
            yield " " * (min(right, stop) - max(left, start))
        left = right


def chunks(text: str, cells: int) -> Iterator[str]:
    """``text`` in pieces of at most ``cells`` (at least 2), no character split."""
    piece = ""
    for character in text:
        if piece and width(piece + character) > cells:
            yield piece
            piece = ""
        piece += character
    yield piece


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """``rows`` of equally many cells as lines, each column as wide as its widest cell."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return ["   ".join(map(pad, row, widths)).rstrip() for row in rows]
