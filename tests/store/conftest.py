"""A learner with a state file of their own, whose day is set by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from bpdrill.model.events import Due, Enrolled, Moment, Reviewed
from bpdrill.model.plan import Checkpoint, Drill, Lines, Plan, Task
from bpdrill.store.connect import State, connect
from bpdrill.store.journal import SqliteJournal

DAY0 = date(2026, 10, 5)


def drill(title: str, item: str = "") -> Drill:
    """A drill of an item, or one to grade oneself."""
    lines = None if item else Lines("all", "most", "none")
    return Drill(title, 5, item, "" if item else f"Explain {title}.", lines)


def task(id_: str, *drills: Drill) -> Task:
    """A task of these drills."""
    return Task(id_, f"Task {id_}", 5 * len(drills), drills)


PLAN = Plan(
    "small",
    1,
    (
        Checkpoint(0, "First", (task("a", drill("sums", "graphs/sums")), task("b", drill("rules")))),
        Checkpoint(3, "Second", (task("c", drill("layers", "networks/layers"), drill("remedies")),)),
        Checkpoint(7, "Third", (task("d", drill("memory")),)),
        Checkpoint(14, "Fourth", (task("e", drill("layers again", "networks/layers")),)),
        Checkpoint(21, "Fifth", (task("f", drill("sums again", "graphs/sums")), task("g", drill("aloud")))),
    ),
)
"""Two items that are met twice, and tasks to grade oneself."""


@dataclass
class Learner:
    """Reviews what is due, on the day it is told."""

    state: State
    day: int = 0
    holder: tuple[int, str] | None = None
    journal: SqliteJournal = field(init=False)

    def __post_init__(self) -> None:
        self.journal = SqliteJournal(self.state, self.now, self.holder)

    def today(self) -> str:
        """The study day by the learner's clock."""
        return (DAY0 + timedelta(days=self.day)).isoformat()

    def now(self) -> Moment:
        """Noon of that day."""
        return Moment(1_790_000_000_000 + self.day * 86_400_000, "UTC", 0, self.today())

    def enrol(self, plan: Plan = PLAN) -> None:
        """Begin the plan today."""
        self.journal.record(Enrolled(plan))

    def review(self, due: Due, verdict: str = "Strong Hire") -> None:
        """One graded attempt at ``due``."""
        event = Reviewed(due.title, due.minutes, verdict, 60, item=due.item, task=due.task, drill=due.drill)
        self.journal.record(event)

    def practise(self, item: str, verdict: str = "Strong Hire") -> None:
        """One graded attempt at an item that nobody asked for."""
        self.review(Due(f"Free {item}", 5, item), verdict)

    def work_through(self, verdict: str = "Strong Hire") -> None:
        """Do everything that is due today, once."""
        for due in self.journal.due():
            self.review(due, verdict)

    def titles(self) -> list[str]:
        """What is due, as titles; a card that returns has a star."""
        return [f"*{due.title}" if due.returning else due.title for due in self.journal.due()]


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "state" / "bpdrill.sqlite3")


@pytest.fixture
def open_learner(path: str) -> Callable[..., Learner]:
    """Open the same file once more, as another process would."""
    return lambda **given: Learner(connect(path), **given)


@pytest.fixture
def learner(open_learner: Callable[..., Learner]) -> Learner:
    return open_learner()


@pytest.fixture(scope="session")
def dump() -> Callable[[State], Sequence[str]]:
    """Everything in a file, as SQL text."""
    return lambda state: list(state._connection.iterdump())


@pytest.fixture(scope="session")
def fresh_learner(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Learner]:
    """A new file for each example of a property."""
    numbers = count()
    folder = tmp_path_factory.mktemp("states")
    return lambda: Learner(connect(str(folder / f"{next(numbers)}.sqlite3")))
