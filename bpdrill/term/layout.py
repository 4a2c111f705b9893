"""From blocks to lines of spans: the one place that knows how a problem looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpdrill.model.blocks import (
    Bars,
    Block,
    Bullets,
    Caret,
    Code,
    Formula,
    Graph,
    Heading,
    Note,
    Prose,
    Table,
)
from bpdrill.model.tree import Symbol, has_matrix
from bpdrill.term import bars, caret, rails, table
from bpdrill.term.cells import chunks, width
from bpdrill.term.paper import Paper
from bpdrill.term.spans import Span, Spans, toned
from bpdrill.term.wrap import wrap

_INDENT = "    "
_CLOSE = (Caret, Note)
"""Talk that belongs to what stands above it."""


def layout(blocks: Sequence[Block], paper: Paper, previous: Block | None = None) -> list[Spans]:
    """``blocks`` as lines no wider than ``paper``, a blank line where one would draw breath."""
    lines: list[Spans] = []
    for above, block in zip([previous, *blocks], blocks, strict=False):
        lines += [()] * parted(above, block) + draw(block, paper)
    return lines


def parted(previous: Block | None, block: Block) -> bool:
    """Whether a blank line stands between the two."""
    if previous is None or isinstance(previous, Heading) or isinstance(block, _CLOSE):
        return False
    return not (isinstance(previous, Formula) and isinstance(block, Formula))


def draw(block: Block, paper: Paper) -> list[Spans]:
    """The lines of one block."""
    return _DRAW[type(block)](block, paper)


def _prose(block: Prose, paper: Paper) -> list[Spans]:
    return toned(_paragraphs(block.text, paper))


def _heading(block: Heading, paper: Paper) -> list[Spans]:
    return toned(_paragraphs(block.text, paper), block.tone, strong=True)


def _note(block: Note, paper: Paper) -> list[Spans]:
    return toned(_paragraphs(block.text, paper), block.tone)


def _paragraphs(text: str, paper: Paper) -> list[str]:
    """Each line of ``text`` is a paragraph."""
    return [line for part in text.split("\n") for line in wrap(paper.text(part), paper.width)]


def _formula(block: Formula, paper: Paper) -> list[Spans]:
    name = f"{paper.tree(Symbol(block.name))} = " if block.name else ""
    room = paper.width - len(_INDENT) - width(name)
    rows = paper.rows(block.tree, block.symbols, room) if has_matrix(block.tree) else []
    if len(rows) > 1:
        middle = (len(rows) - 1) // 2
        leads = [name if place == middle else " " * width(name) for place in range(len(rows))]
        return toned([_INDENT + lead + row for lead, row in zip(leads, rows, strict=True)])
    return toned(wrap(_INDENT + name + paper.tree(block.tree, block.symbols), paper.width, _INDENT))


def _code(block: Code, paper: Paper) -> list[Spans]:
    """As it is: a line that is too long is cut into pieces and keeps every character."""
    lines = block.text.rstrip("\n").split("\n")
    return toned([piece for line in lines for piece in chunks(paper.text(line), paper.width)])


def _bullets(block: Bullets, paper: Paper) -> list[Spans]:
    mark = paper.text("• ")
    room = paper.width - len(mark)
    return [
        (Span(lead + line),)
        for entry in block.entries
        for lead, line in _led(
            mark, [part for text in entry.split("\n") for part in wrap(paper.text(text), room)]
        )
    ]


def _led(mark: str, lines: Sequence[str]) -> list[tuple[str, str]]:
    """The mark before the first line, its width before the others."""
    return list(zip((mark, *[" " * len(mark)] * (len(lines) - 1)), lines, strict=True))


_DRAW: Mapping[type[Block], Callable[[Any, Paper], list[Spans]]] = {
    Prose: _prose,
    Heading: _heading,
    Note: _note,
    Caret: lambda block, paper: toned(caret.rows(block, paper)),
    Formula: _formula,
    Table: table.rows,
    Bars: bars.rows,
    Graph: lambda block, paper: toned(rails.rows(block, paper)),
    Code: _code,
    Bullets: _bullets,
}
