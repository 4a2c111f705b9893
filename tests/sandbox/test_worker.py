"""A child answers, is held to its limits, and is replaced when it had to be killed."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpdrill.sandbox import NoReply, Reply, Worker

HERE = str(Path(__file__).parent)

ANSWERED = [
    ("double", (21,), 42),
    ("double", ([1, "a"],), [1, "a", 1, "a"]),
    ("talk", (), ""),
    ("has_terminal", (), False),
]
UNANSWERED = [
    ("spin", (), "it did not end in 0.2 s"),
    ("sleep", (), "it did not end in 0.2 s"),
    ("eat", (), "it needs more memory than it may have"),
    ("end", (), "its process ended"),
    ("break", (), "it broke (ZeroDivisionError)"),
    ("object", (), "it broke (TypeError)"),
    ("long", (), "its answer cannot be read"),
    ("os.system", ("true",), "it broke (KeyError)"),
]
ORPHAN = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from bpdrill.sandbox import Worker
worker = Worker("tasks")
worker.ask("hold", sys.argv[2], seconds=10)
worker._child._send(__import__("pickle").dumps((sys.argv[3], (), 0.1)))
time.sleep(0.3)
os._exit(0)
"""
"""Ends without a farewell while its child, which holds a lock, has something to do."""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with pytest.MonkeyPatch.context() as patch, Worker("tasks") as started:
        patch.syspath_prepend(HERE)
        yield started


@pytest.mark.parametrize(("name", "arguments", "value"), ANSWERED)
def test_a_request_is_answered_with_plain_data(
    worker: Worker, name: str, arguments: tuple[object, ...], value: object
) -> None:
    assert worker.ask(name, *arguments, seconds=10) == Reply(value)


@pytest.mark.parametrize(("name", "arguments", "because"), UNANSWERED)
def test_why_there_is_no_answer_is_said_and_the_next_request_is_answered(
    worker: Worker, name: str, arguments: tuple[object, ...], because: str
) -> None:
    assert worker.ask(name, *arguments, seconds=0.2 if "0.2" in because else 10) == NoReply(because)
    assert worker.ask("double", 2, seconds=10) == Reply(4)


def test_one_process_answers_until_it_is_closed(worker: Worker) -> None:
    first = worker.ask("pid", seconds=10)
    assert worker.ask("pid", seconds=10) == first != Reply(os.getpid())
    worker.close()
    assert worker.ask("pid", seconds=10) != first
    assert isinstance(first, Reply)
    with pytest.raises(ProcessLookupError):
        os.kill(first.value, 0)


def test_it_starts_when_it_is_needed_and_runs_no_main_module_again(worker: Worker) -> None:
    idle = Worker("tasks")
    assert idle._child is None
    modules = worker.ask("modules", seconds=10)
    assert isinstance(modules, Reply)
    assert not {"pytest", "numpy", "sympy", __name__} & {*modules.value}


def test_a_module_that_cannot_be_loaded(worker: Worker) -> None:
    assert worker.ask("double", 1, seconds=10) == Reply(2)
    with Worker("no_such_module") as broken:
        assert broken.ask("double", 1) == NoReply("its process ended", at_start=True)


def test_a_child_of_single_answers_is_replaced_after_each() -> None:
    with pytest.MonkeyPatch.context() as patch, Worker("tasks", single=True) as single:
        patch.syspath_prepend(HERE)
        assert single.ask("pid", seconds=10) != single.ask("pid", seconds=10)


@pytest.mark.parametrize("busy", ["double", "spin", "sleep", "grind"])
def test_it_dies_with_its_parent(tmp_path: Path, busy: str) -> None:
    lock = tmp_path / "lock"
    subprocess.run([sys.executable, "-c", ORPHAN, HERE, str(lock), busy], check=True)
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
