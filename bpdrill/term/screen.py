"""Blocks on a terminal, in colour: the layout of the plain text, its tones as styles, verdicts in a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bpdrill.model.blocks import Block, Heading, Tone
from bpdrill.term.layout import draw, parted
from bpdrill.term.paper import Paper
from bpdrill.term.spans import Span
from bpdrill.term.text import talk

_STYLES: Mapping[Tone, str] = {
    Tone.PLAIN: "",
    Tone.GOOD: "green",
    Tone.FAIR: "yellow",
    Tone.BAD: "red",
    Tone.QUIET: "dim",
}
_JUDGING = (Tone.GOOD, Tone.FAIR, Tone.BAD)
"""A heading in one of these tones is a verdict."""

_FRAME = 4
"""Cells that a frame takes from its line: an edge and a space on either side."""


def console(stdout: TextIO, paper: Paper, *, color: bool) -> Console:
    """A console that prints text as it is: no markup, no highlighting, no emoji, no guesses."""
    return Console(
        file=stdout,
        width=paper.width,
        force_terminal=True,
        color_system="standard",
        no_color=not color,
        markup=False,
        highlight=False,
        emoji=False,
    )


@dataclass(slots=True)
class ScreenShow:
    """Draws blocks on a terminal."""

    console: Console
    stderr: TextIO
    paper: Paper
    _previous: Block | None = field(default=None, init=False)

    def show(self, blocks: Sequence[Block]) -> None:
        """Draw ``blocks``; what was shown before decides about the blank line between."""
        for block in blocks:
            if parted(self._previous, block):
                self.console.print()
            self.console.print(self._drawn(block), soft_wrap=True)
            self._previous = block

    def _drawn(self, block: Block) -> Text | Panel:
        if isinstance(block, Heading) and block.tone in _JUDGING:
            return self._framed(block)
        return _styled(block, self.paper)

    def _framed(self, verdict: Heading) -> Panel:
        inside = Paper(self.paper.width - _FRAME, self.paper.ascii)
        frame = box.ASCII if self.paper.ascii else box.ROUNDED
        return Panel(_styled(verdict, inside), box=frame, expand=False, border_style=_STYLES[verdict.tone])

    def aside(self, text: str) -> None:
        """Write ``text`` on stderr."""
        self.stderr.write(talk(text, self.paper))


def _styled(block: Block, paper: Paper) -> Text:
    lines = (Text.assemble(*map(_piece, line)) for line in draw(block, paper))
    return Text("\n").join(lines)


def _piece(span: Span) -> tuple[str, str]:
    return span.text, f"{'bold ' if span.strong else ''}{_STYLES[span.tone]}".strip()
