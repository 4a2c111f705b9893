"""A drawn line: spans of text, each with its tone. Colour is somebody else's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpdrill.model.blocks import Tone


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; ``strong`` is for headings."""

    text: str
    tone: Tone = Tone.PLAIN
    strong: bool = False


Spans = tuple[Span, ...]
"""One line."""


def toned(lines: Sequence[str], tone: Tone = Tone.PLAIN, *, strong: bool = False) -> list[Spans]:
    """Lines of one tone each."""
    return [(Span(line, tone, strong),) for line in lines]


def written(spans: Spans) -> str:
    """The line without its tones."""
    return "".join(span.text for span in spans).rstrip()
