"""The plan: checkpoints on their days, tasks with their clocks, drills that fill them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lines:
    """Three lines to grade oneself against."""

    strong: str
    lean: str
    no_hire: str


@dataclass(frozen=True, slots=True)
class Drill:
    """One thing to do: an item of the bank or, where ``item`` is empty, a prompt graded by oneself."""

    title: str
    minutes: int
    item: str = ""
    prompt: str = ""
    lines: Lines | None = None

    @property
    def self_graded(self) -> bool:
        """No item behind it: the learner grades it against its lines."""
        return not self.item


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a checkpoint; ``id`` is stable over revisions of the plan."""

    id: str
    title: str
    minutes: int
    drills: tuple[Drill, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tasks of one day, counted from day 0."""

    offset: int
    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Checkpoints in order. An enrolled plan is a snapshot: a newer one is offered, never imposed."""

    id: str
    revision: int
    checkpoints: tuple[Checkpoint, ...]
