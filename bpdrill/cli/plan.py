"""``bpdrill plan``: the checkpoints, their days and their tasks."""

from __future__ import annotations

import os
import sys
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from bpdrill.model.errors import ExitCode

if TYPE_CHECKING:
    from bpdrill.store.overview import CheckpointState, TaskState


def plan(*, as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False) -> int:
    """Show your plan: every checkpoint, its day, its tasks and what is done."""
    from bpdrill.cli.now import clock
    from bpdrill.store.connect import connect_existing
    from bpdrill.store.overview import overview
    from bpdrill.store.paths import state_file, state_folder

    clock(os.environ)  # the plan needs no time, but a rehearsal must not be told from the real state
    state = connect_existing(state_file(state_folder(os.environ, sys.platform)))
    with closing(state) if state else nullcontext():
        checkpoints = overview(state) if state else ()
    typer.echo(as_one_line(checkpoints) if as_json else as_text(checkpoints))
    return ExitCode.OK


def as_one_line(checkpoints: tuple[CheckpointState, ...]) -> str:
    """All of it as JSON."""
    import json
    from dataclasses import asdict

    plain = [asdict(checkpoint) for checkpoint in checkpoints]
    return json.dumps({"schema": 1, "enrolled": bool(checkpoints), "checkpoints": plain})


def as_text(checkpoints: tuple[CheckpointState, ...]) -> str:
    """All of it in lines of at most 60 columns but for long titles."""
    if not checkpoints:
        return "No plan is under way yet.\n\nBegin with: bpdrill practice"
    parts = ["\n".join([heading(entry), *map(line, entry.tasks)]) for entry in checkpoints]
    return "\n\n".join([*parts, "What is due now: bpdrill due"])


def heading(checkpoint: CheckpointState) -> str:
    """``Day 3, 2026-10-08, open: First review``."""
    day = checkpoint.done_day or checkpoint.due_day or checkpoint.earliest_day
    standing = "done" if checkpoint.done_day else "open" if checkpoint.due_day else "waiting, at the earliest"
    return f"Day {checkpoint.offset}: {checkpoint.title}\n  {standing} {day}"


def line(task: TaskState) -> str:
    """A task, how much of it is graded, and whether by oneself."""
    mark = "x" if task.graded == task.drills else " "
    note = "" if task.last_item else " (self-graded)"
    part = f" {task.graded}/{task.drills}" if task.drills > 1 else ""
    return f"  [{mark}]{part} {task.title}, {task.minutes} min{note}"
