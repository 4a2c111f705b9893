"""Bars: sizes one under the other, each with its number, so that nothing is in the drawing alone.

layer  measured  bound   1e-4         log        0.25
─────  ────────  ──────  ────────────────────────────
    3  0.22      0.25    ███████████████████████████┆
    2  0.05      0.0625  ██████████████████████ ┆
    1  0.011     0.0156  █████████████████┆
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor, log10

from bpdrill.model.blocks import Bar, Bars, Scale, Table, Tone, Toned
from bpdrill.notation.figures import number
from bpdrill.term import table
from bpdrill.term.cells import pad, width
from bpdrill.term.paper import Paper
from bpdrill.term.spans import Span, Spans, toned
from bpdrill.term.wrap import wrap

_GAP = "  "
_DIGITS = 3
_SHORTEST = 12
"""Cells below which bars say less than the numbers beside them, and are left out."""
_LONGEST = 60
"""Cells above which an eye loses the row."""

_FULL, _MARK, _RULE = "█", "┆", "─"
_ASCII = str.maketrans({_FULL: "#", _MARK: "|", _RULE: "-"})


def rows(block: Bars, paper: Paper) -> list[Spans]:
    """``block`` in lines of ``paper``; where bars would be too short, a table of the numbers."""
    cells = [
        [paper.text(_glyphs(text, paper)) for text in texts] for texts in (_header(block), *_numbers(block))
    ]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    room = min(paper.width - sum(widths) - len(_GAP) * len(widths), _LONGEST)
    if room < _SHORTEST:
        return table.rows(_table(block), paper)
    return _title(block, paper) + _drawn(block, [_line(row, widths) for row in cells], [*widths, room], paper)


def _header(block: Bars) -> tuple[str, ...]:
    """The names of the columns, that of the marks with what a mark looks like."""
    label, value, *mark = block.header
    return (label, value, *(f"{name} {_MARK}" for name in mark))


def _numbers(block: Bars) -> list[tuple[str, ...]]:
    """Label, value and mark of each bar, as written; as many of them as the header names."""
    return [
        (bar.label, number(bar.value, _DIGITS), "" if bar.mark is None else number(bar.mark, _DIGITS))[
            : len(block.header)
        ]
        for bar in block.bars
    ]


def _table(block: Bars) -> Table:
    """The numbers alone."""
    body = (
        tuple(Toned(text, bar.tone) for text in texts)
        for bar, texts in zip(block.bars, _numbers(block), strict=True)
    )
    return Table(block.title, block.header, tuple(body))


def _title(block: Bars, paper: Paper) -> list[Spans]:
    return toned(wrap(paper.text(block.title), paper.width), strong=True) if block.title else []


def _drawn(block: Bars, lines: Sequence[str], widths: Sequence[int], paper: Paper) -> list[Spans]:
    """Header, rule and bars; ``lines`` are what stands before them, the header's first."""
    head, *leads = lines
    ruler = _Ruler(block, widths[-1])
    rule = _glyphs(_GAP.join(_RULE * length for length in widths), paper)
    return [
        (Span(head + ruler.ends(), strong=True),),
        (Span(rule, Tone.QUIET),),
        *(
            (Span(lead), *(Span(_glyphs(text, paper), tone) for text, tone in ruler.bar(bar)))
            for lead, bar in zip(leads, block.bars, strict=True)
        ),
    ]


def _line(texts: Sequence[str], widths: Sequence[int]) -> str:
    """The cells of one row but for the bar: the label stands to the right, numbers to the left."""
    label, *numbers = texts
    lead = " " * (widths[0] - width(label)) + label
    return _GAP.join([lead, *map(pad, numbers, widths[1:])]) + _GAP


def _glyphs(drawn: str, paper: Paper) -> str:
    return drawn.translate(_ASCII) if paper.ascii else drawn


class _Ruler:
    """How many of ``room`` cells a size takes.

    A logarithmic one starts at a power of ten well below the smallest size: there is no 0 on it, and sizes
    that differ little look alike.
    """

    def __init__(self, block: Bars, room: int) -> None:
        self.room = room
        self.logarithmic = block.scale is Scale.LOGARITHMIC
        sizes = [*_sizes(block.bars)] or [1.0]
        self.low = floor(log10(min(sizes))) - 1 if self.logarithmic else 0
        self.high = max(sizes)

    def cells(self, size: float) -> int:
        """At least one, unless there is nothing."""
        if size == 0:
            return 0
        return max(1, round((self._place(size) - self.low) / (self._place(self.high) - self.low) * self.room))

    def _place(self, size: float) -> float:
        return log10(size) if self.logarithmic else size

    def bar(self, bar: Bar) -> list[tuple[str, Tone]]:
        """The bar in pieces; its mark takes the last of the cells that it would fill itself."""
        drawn = _FULL * self.cells(bar.value)
        if not bar.mark:
            return [(drawn, bar.tone)]
        end = self.cells(bar.mark)
        return [(drawn[: end - 1].ljust(end - 1), bar.tone), (_MARK, Tone.PLAIN), (drawn[end:], bar.tone)]

    def ends(self) -> str:
        """What the two ends stand for; between them, where there is room, that the scale is logarithmic."""
        low, high = f"1e{self.low}" if self.logarithmic else "0", number(self.high, _DIGITS)
        between = self.room - len(low) - len(high)
        if between < 1:
            return high.rjust(self.room)
        kind = "log" if self.logarithmic and between > len("log") else ""
        return low + kind.center(between) + high


def _sizes(bars: Sequence[Bar]) -> Iterator[float]:
    """All that has a length."""
    return (size for bar in bars for size in (bar.value, bar.mark) if size)
