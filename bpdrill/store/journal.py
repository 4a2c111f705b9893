"""The journal that a practice writes, kept in a state file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from bpdrill.model.errors import UsageError
from bpdrill.model.events import Draft, Due, Event, Moment, Reviewed
from bpdrill.model.plan import Drill, Lines
from bpdrill.store import derive, due, lease, log
from bpdrill.store.connect import QUICK, State


class SqliteJournal:
    """The ``Journal`` of one running practice; ``holder`` is the lease its draft belongs to."""

    def __init__(
        self, state: State, now: Callable[[], Moment], holder: tuple[int, str] | None = None
    ) -> None:
        self._state = state
        self._now = now
        self._holder = lease.own() if holder is None else holder

    def enrolled(self) -> bool:
        """Whether a plan is under way."""
        return due.enrolled(self._state)

    def record(self, event: Event) -> None:
        """Append ``event`` durably, with all that follows from it, and drop the draft it ends.

        Raises UsageError, and records nothing, if a plan is begun twice.
        """
        moment = self._now()
        with self._state.transaction():
            day = due.today(self._state, moment.study_day)
            log.append(self._state, replace(moment, study_day=day), event)
            derive.apply(self._state, day, event)
            if isinstance(event, Reviewed):
                self._forget(event)

    def due(self) -> Sequence[Due]:
        """What is to be done today: the oldest open checkpoint's drills, then cards that return."""
        others = self._others()
        found = (Due(*row) for row in due.due(self._state, self._today()))
        return [entry for entry in found if (entry.item, entry.task, entry.drill) not in others]

    def attempts(self, item: str) -> int:
        """How many graded attempts at ``item`` the log holds."""
        found = self._state.row("SELECT attempts FROM card WHERE item = ?", item)
        return int(found[0]) if found else 0

    def drill(self, task: str, drill: int) -> Drill:
        """A drill of the enrolled plan, worded as it was on the day of enrolment.

        Raises UsageError if the plan has no such drill.
        """
        sql = """SELECT title, minutes, item, prompt, strong, lean, no_hire FROM drill
            WHERE task = ? AND number = ?"""
        found = self._state.row(sql, task, drill)
        if found is None:
            raise UsageError(
                f"Your plan has no drill {drill} of a task {task!r}. `bpdrill due` shows what it has."
            )
        title, minutes, item, prompt, *says = found
        return Drill(title, minutes, item, prompt, None if says[0] is None else Lines(*says))

    def next_day(self, item: str) -> str | None:
        """The study day on which ``item`` comes back, at the earliest; None if it was never met."""
        return due.returning_day(self._state, item, self._today())

    def draft(self, item: str | None = None) -> Draft | None:
        """The first of ``drafts``, if there is one."""
        return next(iter(self.drafts(item)), None)

    def drafts(self, item: str | None = None) -> Sequence[Draft]:
        """The unfinished attempts, at ``item`` if given, that no other practice is at; now they are ours."""
        sql = """SELECT pid, start, payload FROM draft WHERE item = coalesce(?, item)
            ORDER BY (pid, start) <> (?, ?)"""
        ours: dict[tuple[str, str, int, int], Draft] = {}
        with self._state.transaction(QUICK):
            for pid, start, payload in self._state.rows(sql, item, *self._holder):
                draft = Draft(**json.loads(payload))
                mine = (pid, start) == self._holder
                if mine or (_attempt(draft) not in ours and not lease.alive(pid, start)):
                    self._take_over(pid, start, draft)
                    ours[_attempt(draft)] = draft
        return list(ours.values())

    def keep(self, draft: Draft) -> None:
        """Write the draft down, replacing the one before of the same attempt."""
        sql = """INSERT OR REPLACE INTO draft (pid, start, item, task, drill, seed, title, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
        with self._state.transaction(QUICK):
            self._state.rows(sql, *self._holder, *_attempt(draft), draft.title, json.dumps(asdict(draft)))

    def drop(self, draft: Draft) -> None:
        """Forget an attempt that cannot be gone on with."""
        with self._state.transaction(QUICK):
            self._forget(draft)

    def close(self) -> None:
        """Let go of the file."""
        self._state.close()

    def _others(self) -> set[tuple[str, str, int]]:
        """What other running practices are at: each terminal gets something else."""
        sql = "SELECT item, task, drill, pid, start FROM draft WHERE (pid, start) <> (?, ?)"
        found = self._state.rows(sql, *self._holder)
        return {(item, task, drill) for item, task, drill, *holder in found if lease.alive(*holder)}

    def _today(self) -> str:
        return due.today(self._state, self._now().study_day)

    def _forget(self, attempt: Draft | Reviewed) -> None:
        sql = "DELETE FROM draft WHERE (pid, start, item, task, drill, seed) = (?, ?, ?, ?, ?, ?)"
        self._state.rows(sql, *self._holder, *_attempt(attempt))

    def _take_over(self, pid: int, start: str, draft: Draft) -> None:
        sql = """UPDATE draft SET (pid, start) = (?, ?)
            WHERE (pid, start, item, task, drill, seed) = (?, ?, ?, ?, ?, ?)"""
        self._state.rows(sql, *self._holder, pid, start, *_attempt(draft))


def _attempt(record: Draft | Reviewed) -> tuple[str, str, int, int]:
    """What tells one attempt of a process from another."""
    return record.item, record.task, record.drill, record.seed
