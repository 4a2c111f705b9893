"""Hints that give the answer away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpdrill.model.blocks import Field, Form
from bpdrill.model.items import Variant
from bpdrill.model.marks import Answer

SHORTEST = 3
"""Of fewer characters, an answer is met anywhere: 1, x, -4."""

UNSAID = (Form.PROSE, Form.TICK)
"""What is graded by oneself has no answer to give away."""


def giveaways(variant: Variant, fields: tuple[Field, ...], right: Answer) -> Iterator[str]:
    """Hints in which the answer to a field stands, unless the question says it itself."""
    item = variant.item
    asked = variant.say(item.prompt)
    told = {"direction": variant.say(item.direction), "insight": variant.say(item.insight)}
    for field in fields:
        answer = right.get(field.id, "")
        if field.form in UNSAID or len(answer.strip()) < SHORTEST or stands_in(answer, asked):
            continue
        for name, hint in told.items():
            if stands_in(answer, hint) and not says_others(field, answer, hint):
                yield f"hints.{name}: it gives away {answer!r}, the answer to {field.id}; lead to it instead"


def stands_in(answer: str, text: str) -> bool:
    """Whether ``answer`` stands in ``text`` as a word of its own, however it is spaced."""
    words = r"\s*".join(re.escape(word) for word in answer.split())
    return re.search(rf"(?<![\w.]){words}(?!\w|\.\d)", text, re.IGNORECASE) is not None


def says_others(field: Field, answer: str, text: str) -> bool:
    """A hint that names several choices gives none of them away."""
    return any(stands_in(choice, text) for choice in field.choices if choice != answer)
