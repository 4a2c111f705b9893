"""What follows from the events: the plan's progress and the cards.

``apply`` runs in the transaction that logs the event, so the tables always equal what the log
replays to; ``rebuild`` replays it.
"""

from __future__ import annotations

from datetime import date

from bpdrill.model.errors import UsageError
from bpdrill.model.events import Enrolled, Event, Reviewed
from bpdrill.model.marks import Verdict
from bpdrill.model.plan import Checkpoint, Drill, Plan, Task
from bpdrill.schedule.card import Ahead, Card, review
from bpdrill.schedule.plan import due_day, earliest_days, rest_days
from bpdrill.store import due, log
from bpdrill.store.connect import State

FORGET = (
    "DELETE FROM plan",
    "DELETE FROM checkpoint",
    "DELETE FROM task",
    "DELETE FROM drill",
    "DELETE FROM card",
)


def apply(state: State, day: str, event: Event) -> None:
    """Let ``event``, which happened on study day ``day``, take effect.

    Raises UsageError if a plan is begun twice.
    """
    match event:
        case Enrolled(plan):
            _enrol(state, day, plan)
        case Reviewed():
            _grade(state, day, event)
            _close(state, day)
            _review(state, day, event)


def rebuild(state: State) -> None:
    """Derive everything anew from the log."""
    with state.transaction():
        for statement in FORGET:
            state.rows(statement)
        for moment, event in log.read(state):
            apply(state, moment.study_day, event)


def _enrol(state: State, day: str, plan: Plan) -> None:
    if due.enrolled(state):
        raise UsageError("A plan is under way already. `bpdrill due` shows where it stands.")
    state.rows("INSERT INTO plan (id, revision, day0) VALUES (?, ?, ?)", plan.id, plan.revision, day)
    offsets = [checkpoint.offset for checkpoint in plan.checkpoints]
    days = zip(earliest_days(date.fromisoformat(day), offsets), rest_days(offsets), strict=True)
    for position, (checkpoint, (earliest, rest)) in enumerate(zip(plan.checkpoints, days, strict=True)):
        _add_checkpoint(state, position, checkpoint, earliest.isoformat(), rest)
    state.rows("UPDATE checkpoint SET due_day = earliest_day WHERE position = 0")


def _add_checkpoint(state: State, position: int, checkpoint: Checkpoint, earliest: str, rest: int) -> None:
    sql = "INSERT INTO checkpoint (position, offset, title, earliest_day, rest_days) VALUES (?, ?, ?, ?, ?)"
    state.rows(sql, position, checkpoint.offset, checkpoint.title, earliest, rest)
    for place, task in enumerate(checkpoint.tasks):
        _add_task(state, position, place, task)


def _add_task(state: State, checkpoint: int, position: int, task: Task) -> None:
    sql = "INSERT INTO task (id, checkpoint, position, title, minutes) VALUES (?, ?, ?, ?, ?)"
    state.rows(sql, task.id, checkpoint, position, task.title, task.minutes)
    for number, drill in enumerate(task.drills):
        _add_drill(state, task.id, number, drill)


def _add_drill(state: State, task: str, number: int, drill: Drill) -> None:
    sql = """INSERT INTO drill (task, number, title, minutes, item, prompt, strong, lean, no_hire)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
    lines = drill.lines
    says = (lines.strong, lines.lean, lines.no_hire) if lines else (None, None, None)
    state.rows(sql, task, number, drill.title, drill.minutes, drill.item, drill.prompt, *says)


def _grade(state: State, day: str, event: Reviewed) -> None:
    """The first grade of a drill counts, on a day that offers it; whatever the verdict."""
    checkpoint = due.offered(state, day)
    if checkpoint is not None:
        sql = """UPDATE drill SET graded_day = ? WHERE task = ? AND number = ? AND graded_day IS NULL
            AND task IN (SELECT id FROM task WHERE checkpoint = ?)"""
        state.rows(sql, day, event.task, event.drill, checkpoint[0])


def _close(state: State, day: str) -> None:
    """Is every drill of the checkpoint graded? Then it is done, and the next one gets its day."""
    checkpoint = due.offered(state, day)
    if checkpoint is not None and not due.open_drills(state, checkpoint[0]):
        state.rows("UPDATE checkpoint SET done_day = ? WHERE position = ?", day, checkpoint[0])
        _announce(state, day, checkpoint[0] + 1)


def _announce(state: State, day: str, position: int) -> None:
    """Give a checkpoint, and the cards that wait for it, their day."""
    sql = "SELECT offset, earliest_day, rest_days FROM checkpoint WHERE position = ?"
    for offset, earliest, rest in state.rows(sql, position):
        announced = due_day(date.fromisoformat(earliest), rest, date.fromisoformat(day)).isoformat()
        state.rows("UPDATE checkpoint SET due_day = ? WHERE position = ?", announced, position)
        waiting = "UPDATE card SET due_day = ? WHERE checkpoint = ? AND due_day IS NULL"
        state.rows(waiting, announced, offset)


def _review(state: State, day: str, event: Reviewed) -> None:
    """A task one grades oneself has no card: there is no fresh variant for it to return as."""
    if event.item:
        passed = Verdict(event.verdict) is not Verdict.NO_HIRE
        card = review(_card(state, event.item), date.fromisoformat(day), _ahead(state, day), passed=passed)
        _put(state, event, card)


def _card(state: State, item: str) -> Card:
    sql = "SELECT step, lapses, reviewed_day, due_day, checkpoint FROM card WHERE item = ?"
    for step, lapses, reviewed, due_on, checkpoint in state.rows(sql, item):
        return Card(step, lapses, _date(reviewed), _date(due_on), checkpoint)
    return Card()


def _ahead(state: State, day: str) -> Ahead | None:
    found = due.ahead(state, day)
    return None if found is None else Ahead(found[0], _date(found[2]))


def _put(state: State, event: Reviewed, card: Card) -> None:
    sql = """INSERT INTO card
            (item, title, minutes, attempts, step, lapses, reviewed_day, due_day, checkpoint)
        VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)
        ON CONFLICT (item) DO UPDATE SET
            (title, minutes, attempts, step, lapses, reviewed_day, due_day, checkpoint) = (
            excluded.title, excluded.minutes, attempts + 1, excluded.step, excluded.lapses,
            excluded.reviewed_day, excluded.due_day, excluded.checkpoint)"""
    days = (_iso(card.reviewed), _iso(card.due))
    state.rows(sql, event.item, event.title, event.minutes, card.step, card.lapses, *days, card.checkpoint)


def _date(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
