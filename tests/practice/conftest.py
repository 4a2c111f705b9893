"""A practice over ports that a test holds in its hands: typed lines, a page, a clock; the journal is real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, repeat
from pathlib import Path

import pytest

from bpdrill.bank.bank import open_bank
from bpdrill.bank.tables import open_misconceptions, open_plan
from bpdrill.model.blocks import Block
from bpdrill.model.events import Event, Moment, Reviewed
from bpdrill.practice.attempt import LeftError, Ports
from bpdrill.practice.ports import Question
from bpdrill.practice.round import Library, Round
from bpdrill.store import log
from bpdrill.store.connect import connect
from bpdrill.store.journal import SqliteJournal
from bpdrill.term.paper import Paper
from bpdrill.term.text import text

DAY0 = date(2026, 10, 5)


@dataclass
class Clock:
    """A clock that goes on only while somebody thinks."""

    now: float = 1000

    def seconds(self) -> float:
        return self.now


@dataclass
class Typist:
    """Types ``lines``, each after ``paces`` seconds of thought; then the input is at its end."""

    clock: Clock
    lines: Iterator[str]
    paces: Iterator[float]
    asked: list[Question] = field(default_factory=list)

    def ask(self, question: Question) -> str | None:
        self.asked.append(question)
        self.clock.now += next(self.paces)
        line = next(self.lines, None)
        if line == "^C":
            raise KeyboardInterrupt
        return line


@dataclass
class Page:
    """Everything that was shown."""

    blocks: list[Block] = field(default_factory=list)

    def show(self, blocks: Sequence[Block]) -> None:
        self.blocks += blocks

    def aside(self, text: str) -> None:
        raise AssertionError(text)

    @property
    def lines(self) -> list[str]:
        return text(self.blocks, Paper(1000))

    def says(self, words: str) -> bool:
        return any(words in line for line in self.lines)


@dataclass
class Sitting:
    """What came of one sitting."""

    page: Page
    typist: Typist
    left: LeftError | KeyboardInterrupt | None
    """How it was left before its end, if it was."""

    @property
    def labels(self) -> list[str]:
        """What was asked, in order."""
        return [question.label for question in self.typist.asked]


@dataclass
class Learner:
    """Sits down to practise, on the day it is told."""

    home: Path
    library: Library
    day: int = 0
    sittings: int = 0

    def __post_init__(self) -> None:
        self.state = connect(str(self.home / "bpdrill.sqlite3"))

    def journal(self) -> SqliteJournal:
        """The journal of a process that has not been yet."""
        self.sittings += 1
        return SqliteJournal(self.state, self.now, (4_000_000 + self.sittings, "ended long ago"))

    def now(self) -> Moment:
        return Moment(0, "UTC", 0, (DAY0 + timedelta(days=self.day)).isoformat())

    def sit(
        self,
        *typed: str,
        item: str = "",
        kind: str = "",
        seed: int | None = None,
        paces: Iterable[float] = (),
    ) -> Sitting:
        """Practise ``item``, one of ``kind``, or what is due: a second a line if no other pace is given."""
        clock, page = Clock(), Page()
        typist = Typist(clock, iter(typed), chain(paces, repeat(1)))
        sitting = Round(Ports(typist, page, clock, self.journal()), self.library)
        try:
            if item:
                sitting.practise_item(item, seed)
            elif kind:
                sitting.practise_kind(kind)
            else:
                sitting.practise_due()
        except (LeftError, KeyboardInterrupt) as left:
            return Sitting(page, typist, left)
        return Sitting(page, typist, None)

    def events(self) -> list[Event]:
        """What the log holds."""
        return [event for _, event in log.read(self.state)]

    def reviews(self) -> list[Reviewed]:
        """The graded attempts it holds."""
        return [event for event in self.events() if isinstance(event, Reviewed)]


@pytest.fixture(scope="session")
def library() -> Library:
    return Library(open_bank(), open_plan(), open_misconceptions(), "0.0")


@pytest.fixture
def learner(tmp_path: Path, library: Library) -> Iterator[Learner]:
    learner = Learner(tmp_path, library)
    yield learner
    learner.state.close()


@pytest.fixture
def with_library(tmp_path: Path) -> Iterator[Callable[[Library], Learner]]:
    """A learner who practises from another bank."""
    learners: list[Learner] = []

    def new(library: Library) -> Learner:
        learners.append(Learner(tmp_path, library))
        return learners[-1]

    yield new
    for learner in learners:
        learner.state.close()
