"""Blocks as plain lines of text: what a pipe, a file and a screen reader get."""

from __future__ import annotations

from collections.abc import Sequence

from bpdrill.model.blocks import Block, Note
from bpdrill.term.layout import layout
from bpdrill.term.paper import Paper
from bpdrill.term.spans import written


def text(blocks: Sequence[Block], paper: Paper, previous: Block | None = None) -> list[str]:
    """``blocks`` as lines no wider than ``paper``, without an escape sequence among them.

    ``previous`` is the block that was drawn before them, if they continue a talk.
    """
    return [written(line) for line in layout(blocks, paper, previous)]


def talk(words: str, paper: Paper) -> str:
    """``words`` for stderr, wrapped and ended."""
    return "".join(f"{line}\n" for line in text([Note(words)], paper))
