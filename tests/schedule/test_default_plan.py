"""The plan that ships: ``data/plan.yaml``."""

import msgspec
import pytest
import yaml

from bpdrill.bank.find import table_file
from bpdrill.model.plan import Checkpoint, Drill, Plan, Task

WRITTEN = yaml.safe_load(table_file("plan").read_text(encoding="utf-8"))
PLAN = msgspec.convert(WRITTEN, Plan)

# Day, tasks, minutes in all.
DAYS = [(0, 3, 16), (3, 3, 19), (7, 3, 13), (14, 3, 20), (21, 4, 55)]

# Tasks that have a clock in every interview: the answer in a minute, ten at the board, five of eight.
CLOCKS = {
    "why-reverse-mode": [1],
    "whiteboard-two-layers": [10],
    "five-problems": [8, 8, 8, 8, 8],
    "sixty-seconds": [1],
}

TASKS = [task for checkpoint in PLAN.checkpoints for task in checkpoint.tasks]
DRILLS = [drill for task in TASKS for drill in task.drills]


def minutes(checkpoint: Checkpoint) -> int:
    return sum(task.minutes for task in checkpoint.tasks)


def test_five_days_with_their_tasks_and_time() -> None:
    assert [(day.offset, len(day.tasks), minutes(day)) for day in PLAN.checkpoints] == DAYS


def test_the_clocks() -> None:
    assert {
        task.id: [drill.minutes for drill in task.drills] for task in TASKS if task.id in CLOCKS
    } == CLOCKS


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_task_takes_as_long_as_its_drills(task: Task) -> None:
    assert task.minutes == sum(drill.minutes for drill in task.drills) > 0


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.title)
def test_a_drill_is_an_item_or_can_be_graded_by_oneself(drill: Drill) -> None:
    assert bool(drill.item) != bool(drill.prompt and drill.lines)


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.title)
def test_it_can_be_read_in_60_columns(drill: Drill) -> None:
    assert len(f"  10 min  {drill.title}") <= 60
    indented = [line for line in drill.prompt.splitlines() if line.startswith(" ")]
    assert all(len(line) <= 60 for line in indented)


def test_ids_are_all_different() -> None:
    assert len({task.id for task in TASKS}) == len(TASKS) == 16


def test_every_word_of_the_file_is_understood() -> None:
    assert _without_defaults(msgspec.to_builtins(PLAN)) == WRITTEN


def _without_defaults(value: object) -> object:
    match value:
        case dict():
            return {key: _without_defaults(inner) for key, inner in value.items() if inner not in ("", None)}
        case list() | tuple():
            return [_without_defaults(inner) for inner in value]
    return value
