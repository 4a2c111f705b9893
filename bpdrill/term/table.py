"""Tables: aligned columns, cells wrapped where they must be; small lists where even that is too wide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from bpdrill.model.blocks import Blank, Cell, Table, Tone, Toned
from bpdrill.term.cells import width
from bpdrill.term.paper import Paper
from bpdrill.term.spans import Span, Spans, toned
from bpdrill.term.wrap import wrap

BLANK = "____"
_GAP = "  "
_HANG = "  "
_LONGEST_WORD = 14
"""A column is not made narrower than its longest word, or than this."""

Row = Sequence[Span]


def rows(table: Table, paper: Paper) -> list[Spans]:
    """``table`` in lines of ``paper``, its title above."""
    header = [Span(paper.text(name.strip()), strong=True) for name in table.header]
    body = [[_cell(cell, paper) for cell in row] for row in table.rows]
    title = toned(wrap(paper.text(table.title), paper.width), strong=True) if table.title else []
    widths = _widths([header, *body], paper.width)
    if widths is None:
        return title + _lists(header, body, paper)
    return title + _aligned(header, widths, paper) + [line for row in body for line in _wrapped(row, widths)]


def _cell(cell: Cell, paper: Paper) -> Span:
    match cell:
        case Blank():
            return Span(BLANK)
        case Toned(text, tone):
            return Span(paper.text(text.strip()), tone)
        case str():
            return Span(paper.text(cell.strip()))
    return Span(paper.tree(cell))


def _widths(rows: Sequence[Row], room: int) -> list[int] | None:
    """A width for each column, the widest giving way first; None if the words are too long for ``room``."""
    columns = [[cell.text for cell in column] for column in zip_longest(*rows, fillvalue=Span(""))]
    widths = [max(map(width, column)) for column in columns]
    least = [min(max(map(_longest_word, column)), _LONGEST_WORD) for column in columns]
    room -= len(_GAP) * (len(columns) - 1)
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda column: widths[column] - least[column])
        if widths[widest] == least[widest]:
            return None
        widths[widest] -= 1
    return widths


def _longest_word(text: str) -> int:
    return max(map(width, text.split()), default=0)


def _aligned(header: Row, widths: Sequence[int], paper: Paper) -> list[Spans]:
    """The header and the rule beneath it; a table without a header has neither."""
    if not header:
        return []
    rule = paper.text(_GAP.join("─" * cells for cells in widths))
    return [*_wrapped(header, widths), (Span(rule, Tone.QUIET),)]


def _wrapped(row: Row, widths: Sequence[int]) -> list[Spans]:
    """One row, as many lines high as its highest cell; nothing behind the last cell, not even space."""
    cells = [wrap(cell.text, room) if room else [""] for cell, room in zip(row, widths, strict=False)]
    return [
        tuple(
            span
            for cell, text, room in zip(row, line, widths, strict=False)
            for span in (Span(text, cell.tone, cell.strong), Span(" " * (room - width(text)) + _GAP))
        )[:-1]
        for line in zip_longest(*cells, fillvalue="")
    ]


def _lists(header: Row, body: Sequence[Row], paper: Paper) -> list[Spans]:
    """Each row as a list of its cells, each cell behind the name of its column."""
    lines: list[Spans] = []
    for row in body:
        named = zip_longest(header, row, fillvalue=Span(""))
        texts = [(f"{name.text}: {cell.text}" if name.text else cell.text, cell.tone) for name, cell in named]
        for number, (text, tone) in enumerate(texts):
            lines += toned(wrap("  " * bool(number) + text, paper.width, _HANG), tone)
    return lines
