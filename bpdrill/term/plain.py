"""The plain front end: one answer a line, nothing redrawn. For pipes, files and screen readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from bpdrill.model.blocks import Block
from bpdrill.practice.ports import Question
from bpdrill.term.paper import Paper
from bpdrill.term.prompt import before, is_whole, joined
from bpdrill.term.text import talk, text


@dataclass(frozen=True, slots=True)
class PlainAsk:
    """Reads answers from a text stream."""

    stdin: TextIO
    stdout: TextIO
    paper: Paper

    def ask(self, question: Question) -> str | None:
        """One line, or several for a question of several; None at the end of input."""
        self.stdout.write(before(question, self.paper, question.place))
        self.stdout.flush()
        lines = list(self._lines(question))
        if not lines or not self.stdin.isatty():
            self.stdout.write("\n")  # the learner's own Enter ends the prompt's line, but not here
        if not lines:
            return None
        return joined(lines) if question.lines else lines[0]

    def _lines(self, question: Question) -> Iterator[str]:
        """The lines of one answer, the one that ends it included."""
        lines: list[str] = []
        while line := self.stdin.readline():
            lines.append(line.rstrip("\r\n"))
            yield lines[-1]
            if not question.lines or is_whole(lines):
                return


@dataclass(slots=True)
class PlainShow:
    """Writes blocks as lines of text."""

    stdout: TextIO
    stderr: TextIO
    paper: Paper
    _previous: Block | None = field(default=None, init=False)

    def show(self, blocks: Sequence[Block]) -> None:
        """Write ``blocks``; what was shown before decides about the blank line between."""
        self.stdout.writelines(f"{line}\n" for line in text(blocks, self.paper, self._previous))
        self.stdout.flush()
        self._previous = blocks[-1] if blocks else self._previous

    def aside(self, text: str) -> None:
        """Write ``text`` on stderr."""
        self.stderr.write(talk(text, self.paper))
