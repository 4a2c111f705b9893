"""Text on its way to tokens, and the one way out when it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Replacement = str | Callable[[re.Match[str]], str]
"""A template as of ``re.sub``, or what makes one of a match."""


class Refusal(Exception):  # noqa: N818 - it is no error of ours: the learner's text ends here
    """Reading stopped at ``column``; never leaves this room, which hands out ``Unreadable``."""

    def __init__(self, column: int, hint: str) -> None:
        super().__init__(hint)
        self.column = column
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Source:
    """A text in which each character remembers the column of the learner's text it came from.

    ``columns`` is one longer than ``text``: its last entry is the column after the end.
    """

    text: str
    columns: tuple[int, ...]

    def rewrite(self, pattern: re.Pattern[str], replacement: Replacement) -> Source:
        """The source with every match replaced; what is new stands where its match began."""
        if pattern.search(self.text) is None:  # most of dozens of patterns do not occur
            return self
        pieces = tuple(self._pieces(pattern, replacement))
        columns = tuple(column for _, places in pieces for column in places)
        return Source("".join(text for text, _ in pieces), (*columns, self.columns[-1]))

    def _pieces(
        self, pattern: re.Pattern[str], replacement: Replacement
    ) -> Iterator[tuple[str, tuple[int, ...]]]:
        done = 0
        for match in pattern.finditer(self.text):
            yield self.text[done : match.start()], self.columns[done : match.start()]
            new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            yield new, (self.columns[match.start()],) * len(new)
            done = match.end()
        yield self.text[done:], self.columns[done:-1]
