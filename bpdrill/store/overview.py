"""The enrolled plan as a whole: every checkpoint with its day and its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bpdrill.store.connect import State


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task, and how many of its drills have been graded."""

    id: str
    title: str
    minutes: int
    drills: int
    graded: int
    last_item: str
    """Empty if no drill of it has an item."""


@dataclass(frozen=True, slots=True)
class CheckpointState:
    """A checkpoint: its day as planned, as it stands now, and when it was done."""

    offset: int
    title: str
    earliest_day: str
    due_day: str | None
    done_day: str | None
    tasks: tuple[TaskState, ...]


def overview(state: State) -> tuple[CheckpointState, ...]:
    """Every checkpoint in order; empty before enrolment."""
    sql = "SELECT position, offset, title, earliest_day, due_day, done_day FROM checkpoint ORDER BY position"
    return tuple(checkpoint(state, row) for row in state.rows(sql))


def checkpoint(state: State, row: tuple[Any, ...]) -> CheckpointState:
    """One checkpoint of ``overview``'s query."""
    position, offset, title, earliest, due, done = row
    return CheckpointState(offset, title, earliest, due, done, tasks(state, position))


def tasks(state: State, position: int) -> tuple[TaskState, ...]:
    """The tasks of one checkpoint."""
    sql = """SELECT task.id, task.title, task.minutes, count(*), count(drill.graded_day), max(drill.item)
        FROM task JOIN drill ON drill.task = task.id
        WHERE task.checkpoint = ? GROUP BY task.id ORDER BY task.position"""
    return tuple(TaskState(*row) for row in state.rows(sql, position))
