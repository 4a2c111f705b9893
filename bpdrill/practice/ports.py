"""The four ports of a practice: Ask, Show, Clock, Journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bpdrill.model.blocks import Block
    from bpdrill.model.events import Draft, Due, Event
    from bpdrill.model.plan import Drill

WORDS: Mapping[str, str] = {
    ":hint": "the next hint; the second caps the verdict at Lean Hire",
    ":skip": "leave this one blank",
    ":back": "go back to the one before",
    ":solution": "give up and see it worked out",
    ":quit": "stop; everything is kept",
    ":help": "this list",
}
"""What can be typed in place of an answer, and what it does."""


@dataclass(frozen=True, slots=True)
class Question:
    """One prompt: what stands before the line, and how the line is read."""

    label: str
    """Before the cursor, such as ``∂L/∂w``."""
    place: str = ""
    """Where we are: ``7 of 25``."""
    lines: bool = False
    """Several lines, ended by a line that holds only ``.``"""
    choices: tuple[str, ...] = ()
    clock: Callable[[], str] | None = None
    """The time left, read again each second while the learner types."""


class Ask(Protocol):
    """Gets one answer. Never sees what an answer means."""

    def ask(self, question: Question) -> str | None:
        """The typed text, or None at the end of input; KeyboardInterrupt passes through."""


class Show(Protocol):
    """Puts blocks before the learner."""

    def show(self, blocks: Sequence[Block]) -> None:
        """Draw ``blocks``, one after the other, on stdout."""

    def aside(self, text: str) -> None:
        """Talk that is no part of the practice, on stderr."""


class Clock(Protocol):
    """The only source of durations; days are the journal's."""

    def seconds(self) -> float:
        """A clock that only goes forward, for durations."""


class Journal(Protocol):
    """Remembers. What ``record`` and ``keep`` have returned from survives a killed process."""

    def enrolled(self) -> bool:
        """Whether a plan is under way."""

    def record(self, event: Event) -> None:
        """Append ``event`` durably, with all that follows from it, and drop the draft it ends."""

    def due(self) -> Sequence[Due]:
        """What is to be done today: the oldest open checkpoint's drills, then cards that return."""

    def attempts(self, item: str) -> int:
        """How many graded attempts at ``item`` the log holds."""

    def drill(self, task: str, drill: int) -> Drill:
        """A drill of the enrolled plan, worded as it was on the day of enrolment."""

    def next_day(self, item: str) -> str | None:
        """The study day on which ``item`` comes back, if it does."""

    def draft(self, item: str | None = None) -> Draft | None:
        """The first of ``drafts``, if there is one."""

    def drafts(self, item: str | None = None) -> Sequence[Draft]:
        """The unfinished attempts, at ``item`` if given, that no other running practice is at."""

    def keep(self, draft: Draft) -> None:
        """Write the draft down, replacing the one before of the same attempt."""

    def drop(self, draft: Draft) -> None:
        """Forget an attempt that cannot be gone on with."""
