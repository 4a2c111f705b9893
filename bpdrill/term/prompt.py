"""What both front ends say before the line, and how they know where an answer ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpdrill.practice.ports import WORDS, Question
from bpdrill.term.cells import width
from bpdrill.term.paper import Paper
from bpdrill.term.wrap import wrap

CURSOR = "> "
END = "."
"""A line that holds only this ends an answer of several lines."""

TOOLBAR = " ".join(word for word in WORDS if word != ":help")
"""What can be typed instead of an answer."""

_WORD = re.compile(":[a-z]+")


def before(question: Question, paper: Paper, *asides: str) -> str:
    """``∂L/∂w (7 of 25) > ``: the label first, then whatever else there is to know in brackets.

    A long label, long brackets, and an answer of several lines leave the cursor a line of its own.
    """
    known = [*asides, offered(question.choices), "a line with only . ends it" if question.lines else ""]
    brackets = "; ".join(aside for aside in known if aside)
    label = paper.text(question.label)
    shown = f"{label} ({paper.text(brackets)})" if brackets else label
    if question.lines or width(label) > paper.width // 3 or width(shown) > paper.width * 4 // 5:
        return "\n".join([*wrap(shown, paper.width), CURSOR])
    return f"{shown} {CURSOR}"


def offered(choices: Sequence[str]) -> str:
    """``yes/no``; commas part choices of several words, and numbers, which a stroke would divide."""
    return ("/" if all(choice.isidentifier() for choice in choices) else ", ").join(choices)


def is_whole(lines: Sequence[str]) -> bool:
    """Whether an answer of several lines is complete: it ends in ``.`` or is one word such as ``:hint``."""
    return lines[-1].strip() == END or (len(lines) == 1 and _WORD.fullmatch(lines[0].strip()) is not None)


def joined(lines: Sequence[str]) -> str:
    """The answer without the line that ended it."""
    return "\n".join(lines[:-1] if lines and lines[-1].strip() == END else lines)
