"""What the log remembers. Events are never changed and never removed; all else is derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpdrill.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened: the day is frozen here and never computed again."""

    utc_ms: int
    zone: str
    offset_minutes: int
    study_day: str
    """ISO date; the day turns over at 04:00 local time."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A plan was begun; day 0 is the moment's study day."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One graded attempt at one drill, with all that is needed to mark it again."""

    title: str
    minutes: int
    verdict: str
    seconds: int
    """Time at work; the clock stands still while bpdrill is not running."""
    item: str = ""
    """Empty for a self-graded task."""
    task: str = ""
    """Id of the plan's task this was done for; empty for a free practice."""
    drill: int = 0
    """Which of the task's drills."""
    revision: int = 0
    kind_revision: int = 0
    seed: int = 0
    hints: int = 0
    self_graded: bool = False
    answer: Mapping[str, str] = field(default_factory=dict)
    judgements: Mapping[str, str] = field(default_factory=dict)
    """Outcome by field id."""
    misconceptions: tuple[str, ...] = ()
    version: str = ""
    """Version of bpdrill that marked it."""


Event = Enrolled | Reviewed


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished attempt, cell by cell."""

    title: str
    item: str = ""
    task: str = ""
    drill: int = 0
    revision: int = 0
    kind_revision: int = 0
    seed: int = 0
    hints: int = 0
    seconds: float = 0
    answer: Mapping[str, str] = field(default_factory=dict)
    minutes: int = 0
    """Time limit of the task it is for; 0 for the item's own."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do now: a drill of the oldest open checkpoint, or a card that returns."""

    title: str
    minutes: int
    item: str = ""
    task: str = ""
    drill: int = 0
    checkpoint: int | None = None
    """Day offset of its checkpoint; None for a repair or a card of no plan."""
    returning: bool = False
    """A card met before, coming back as a fresh variant."""
