"""What is due, in plain tuples: ``bpdrill due`` runs at a shell's start and can load nothing heavier.

Days are ISO dates, which sort as they follow each other.
"""

from __future__ import annotations

from datetime import date

from bpdrill.schedule.day import guarded
from bpdrill.schedule.plan import due_day
from bpdrill.store import lease

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bpdrill.store.connect import State

    Row = tuple[Any, ...]


def today(state: State, study_day: str) -> str:
    """The study day to go by: never before that of the last event."""
    last = state.row("SELECT study_day FROM event ORDER BY id DESC")
    return guarded(study_day, last[0] if last else None)


def enrolled(state: State) -> bool:
    """Whether a plan was begun."""
    return state.row("SELECT 1 FROM plan") is not None


def offered(state: State, day: str) -> Row | None:
    """The checkpoint to work at on ``day``: (position, offset, title, due day), or None."""
    sql = """SELECT position, offset, title, due_day FROM checkpoint
        WHERE done_day IS NULL AND due_day <= ? ORDER BY position"""
    return state.row(sql, day)


def ahead(state: State, day: str) -> Row | None:
    """The first checkpoint that ``day`` does not offer: (offset, title, due day, expected day), or None.

    The due day is None, and the expected one the earliest, until the checkpoint before is done.
    """
    sql = """SELECT offset, title, due_day, earliest_day, rest_days FROM checkpoint
        WHERE done_day IS NULL AND (due_day IS NULL OR due_day > ?) ORDER BY position"""
    found = state.row(sql, day)
    if found is None:
        return None
    offset, title, due, earliest, rest = found
    expected = due or due_day(date.fromisoformat(earliest), rest, date.fromisoformat(day)).isoformat()
    return offset, title, due, expected


def open_drills(state: State, position: int) -> list[Row]:
    """What a checkpoint still asks for: (title, minutes, item, task, drill, checkpoint offset)."""
    sql = """SELECT drill.title, drill.minutes, drill.item, task.id, drill.number, checkpoint.offset
        FROM checkpoint
        JOIN task ON task.checkpoint = checkpoint.position
        JOIN drill ON drill.task = task.id
        WHERE checkpoint.position = ? AND drill.graded_day IS NULL
        ORDER BY task.position, drill.number"""
    return state.rows(sql, position)


def returning(state: State, day: str) -> list[Row]:
    """The cards that come back: (title, minutes, item, task, drill, checkpoint offset)."""
    sql = """SELECT title, minutes, item, '', 0, checkpoint FROM card
        WHERE due_day <= ? ORDER BY due_day, item"""
    return state.rows(sql, day)


def returning_day(state: State, item: str, day: str) -> str | None:
    """When the card of ``item`` comes back, at the earliest; None if it was never met."""
    # A card that was met and has no day waits for the checkpoint ahead.
    card = state.row("SELECT due_day FROM card WHERE item = ?", item)
    checkpoint = ahead(state, day)
    expected = checkpoint[3] if checkpoint else None
    return (card[0] or expected) if card else None


def due(state: State, day: str) -> list[Row]:
    """The checkpoint's open drills, then the cards that return, each as the fields of a ``Due``.

    A card that the checkpoint asks for anyway is not asked for twice.
    """
    checkpoint = offered(state, day)
    drills = open_drills(state, checkpoint[0]) if checkpoint else []
    asked = {item for _title, _minutes, item, *_rest in drills}
    cards = [card for card in returning(state, day) if card[2] not in asked]
    return [*((*drill, False) for drill in drills), *((*card, True) for card in cards)]


def upcoming(state: State, day: str) -> Row | None:
    """What comes next after ``day``: (day, title), or None; a checkpoint goes before a card."""
    checkpoint = ahead(state, day)
    card = state.row("SELECT due_day, title FROM card WHERE due_day > ? ORDER BY due_day, item", day)
    found = [(checkpoint[3], checkpoint[1])] if checkpoint else []
    return min([*found, *([card] if card else [])], key=lambda entry: entry[0], default=None)


def drafts(state: State) -> list[Row]:
    """The unfinished attempts: (title, item, task, drill, whether a practice is at it now)."""
    found = state.rows("SELECT title, item, task, drill, pid, start FROM draft")
    return [(*attempt, lease.alive(pid, start)) for *attempt, pid, start in found]
