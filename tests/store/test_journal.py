from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bpdrill.model.errors import UsageError
from bpdrill.model.events import Draft, Reviewed
from bpdrill.practice.ports import Journal
from bpdrill.store import lease, log
from bpdrill.store.connect import connect
from bpdrill.store.journal import SqliteJournal

if TYPE_CHECKING:
    from tests.store.conftest import Learner

DRAFT = Draft("sums", "graphs/sums", "a", 0, 1, 1, 42, 1, 95, {"dx": "-4", "dy": "\udcff"})

RECORD_FOR_EVER = """
import sys
from itertools import count
from bpdrill.model.events import Moment, Reviewed
from bpdrill.store.connect import connect
from bpdrill.store.journal import SqliteJournal
journal = SqliteJournal(connect(sys.argv[1]), lambda: Moment(0, "UTC", 0, "2026-10-05"))
for number in count():
    journal.record(Reviewed("sums", 5, "Lean Hire", number, "graphs/sums"))
    print(number, flush=True)
"""

DEAD = (2**22 + 1, "long ago")

KEEP_FOR_EVER = """
import sys
from itertools import count
from bpdrill.model.events import Draft, Moment
from bpdrill.store.connect import connect
from bpdrill.store.journal import SqliteJournal
journal = SqliteJournal(connect(sys.argv[1]), lambda: Moment(0, "UTC", 0, "2026-10-05"))
for number in count():
    journal.keep(Draft("sums", "graphs/sums", answer={"cell": str(number)}))
    print(number, flush=True)
"""


def test_it_is_the_journal_that_a_practice_knows(learner: Learner) -> None:
    journal: Journal = learner.journal
    assert not journal.enrolled()
    learner.enrol()
    assert journal.enrolled()


def test_attempts_count_every_graded_one(learner: Learner) -> None:
    assert learner.journal.attempts("graphs/sums") == 0
    for verdict in ("No Hire", "Lean Hire", "Strong Hire"):
        learner.practise("graphs/sums", verdict)
    assert learner.journal.attempts("graphs/sums") == 3
    assert learner.journal.attempts("graphs/others") == 0


def test_a_drill_is_worded_as_on_the_day_of_enrolment(learner: Learner) -> None:
    from tests.store.conftest import PLAN

    learner.enrol()
    for task in (task for checkpoint in PLAN.checkpoints for task in checkpoint.tasks):
        for number, drill in enumerate(task.drills):
            assert learner.journal.drill(task.id, number) == drill
    with pytest.raises(UsageError, match="no drill 9"):
        learner.journal.drill("a", 9)


def test_the_day_an_item_comes_back(learner: Learner) -> None:
    assert learner.journal.next_day("graphs/sums") is None
    learner.enrol()
    learner.review(learner.journal.due()[0])
    assert learner.journal.next_day("graphs/sums") == "2026-10-08"
    learner.day = 30
    # The next checkpoint waits for this one: half its gap after today, if all goes well.
    assert learner.journal.next_day("graphs/sums") == "2026-11-06"
    learner.practise("graphs/sums", "No Hire")
    assert learner.journal.next_day("graphs/sums") == "2026-11-05"


def test_a_draft_is_kept_replaced_and_dropped(learner: Learner) -> None:
    assert learner.journal.draft() is None
    learner.journal.keep(replace(DRAFT, seconds=1))
    learner.journal.keep(DRAFT)
    assert learner.journal.draft() == DRAFT
    learner.journal.drop(DRAFT)
    assert learner.journal.draft() is None


def graded(verdict: str = "Strong Hire") -> Reviewed:
    return Reviewed(DRAFT.title, 5, verdict, 60, DRAFT.item, DRAFT.task, DRAFT.drill, seed=DRAFT.seed)


def test_a_review_ends_its_own_draft_and_nothing_else_does(learner: Learner) -> None:
    other = replace(DRAFT, item="graphs/others")
    learner.journal.keep(DRAFT)
    learner.journal.keep(other)
    learner.enrol()
    assert learner.journal.draft("graphs/sums") == DRAFT
    learner.journal.record(graded())
    assert learner.journal.draft("graphs/sums") is None
    assert learner.journal.draft() == other


def test_a_review_that_fails_keeps_its_draft(learner: Learner) -> None:
    learner.journal.keep(DRAFT)
    with pytest.raises(ValueError, match="Maybe"):
        learner.journal.record(graded("Maybe"))
    assert learner.journal.draft() == DRAFT


def test_a_second_terminal_gets_something_else(open_learner: Callable[..., Learner]) -> None:
    here, there = open_learner(), open_learner(holder=(1, lease.started(1) or ""))
    here.enrol()
    first, *others = there.journal.due()
    there.journal.keep(Draft(first.title, first.item, first.task, first.drill))
    assert here.journal.due() == others
    assert there.journal.due() == [first, *others]


def test_a_draft_of_a_running_practice_is_its_own(open_learner: Callable[..., Learner]) -> None:
    init = (1, lease.started(1) or "")
    here, there = open_learner(), open_learner(holder=init)
    there.journal.keep(DRAFT)
    assert here.journal.draft() is None
    here.journal.keep(replace(DRAFT, title="layers"))
    here.practise("networks/layers")
    assert there.journal.draft() == DRAFT


def test_a_draft_of_a_dead_practice_is_handed_on_once(open_learner: Callable[..., Learner]) -> None:
    init = (1, lease.started(1) or "")
    dead, first, second = open_learner(holder=DEAD), open_learner(), open_learner(holder=init)
    dead.journal.keep(DRAFT)
    assert first.journal.draft() == DRAFT
    assert second.journal.draft() is None
    first.practise("graphs/sums")
    assert dead.journal.draft() is None


def test_ones_own_draft_goes_before_a_dead_one(open_learner: Callable[..., Learner]) -> None:
    dead, here = open_learner(holder=DEAD), open_learner()
    dead.journal.keep(DRAFT)
    here.journal.keep(replace(DRAFT, title="layers"))
    drafts = []
    while (draft := here.journal.draft()) is not None:
        drafts.append(draft.title)
        here.journal.drop(DRAFT)
    assert drafts == ["layers", "sums"]


def killed_after_20(program: str, path: str, meanwhile: Callable[[], None]) -> int:
    """Run ``program`` and kill it; the number of what it last said was written."""
    child = subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(20)]
    meanwhile()
    os.kill(child.pid, signal.SIGKILL)
    return int([*said, *child.communicate()[0].splitlines(keepends=True)][-1])


def test_a_killed_practice_leaves_its_last_cell(learner: Learner, path: str) -> None:
    def still_held() -> None:
        assert learner.journal.draft() is None

    said = killed_after_20(KEEP_FOR_EVER, path, still_held)
    draft = learner.journal.draft()
    assert draft is not None
    # One more may have been written and not said.
    assert int(draft.answer["cell"]) - said in (0, 1)


def test_a_killed_practice_loses_no_answer_and_doubles_none(learner: Learner, path: str) -> None:
    said = killed_after_20(RECORD_FOR_EVER, path, lambda: None)
    events = [event.seconds for _, event in log.read(learner.state) if isinstance(event, Reviewed)]
    assert events == list(range(len(events)))
    assert len(events) - (said + 1) in (0, 1)
    assert learner.journal.attempts("graphs/sums") == len(events)


def test_what_was_recorded_is_there_for_another_process(learner: Learner, path: str) -> None:
    learner.enrol()
    learner.work_through()
    other = SqliteJournal(connect(path), learner.now)
    assert (other.enrolled(), other.attempts("graphs/sums"), other.due()) == (True, 1, [])
