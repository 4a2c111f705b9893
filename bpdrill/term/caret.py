"""A text and the place in it where reading stopped."""

from __future__ import annotations

from bpdrill.model.blocks import Caret
from bpdrill.term.cells import cut, width
from bpdrill.term.paper import Paper
from bpdrill.term.wrap import wrap

_INDENT = "  "


def rows(caret: Caret, paper: Paper) -> list[str]:
    """The line of the text that holds the column, ``^`` under the column, and what to do."""
    before, line = _line(caret)
    place, text = width(paper.text(before)), paper.text(line)
    room = paper.width - len(_INDENT)
    start = max(0, min(place - room // 2, width(text) + 1 - room))
    return [
        _INDENT + _window(text, start, start + room, paper.text("…")),
        _INDENT + " " * (place - start) + "^",
        *wrap(_INDENT + paper.text(caret.hint), paper.width),
    ]


def _line(caret: Caret) -> tuple[str, str]:
    """The line that holds the column, up to the column and whole."""
    column = min(max(caret.column, 0), len(caret.text))
    start = caret.text.rfind("\n", 0, column) + 1
    return caret.text[start:column], caret.text[start:].split("\n", 1)[0]


def _window(text: str, start: int, stop: int, dots: str) -> str:
    """The cells ``start`` to ``stop``, with dots where something was cut away."""
    left = dots if start > 0 else ""
    right = dots if stop < width(text) else ""
    return left + cut(text, start + len(left), min(stop, width(text)) - len(right)) + right
