from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.events import Due
from bpdrill.store import due

if TYPE_CHECKING:
    from tests.store.conftest import Learner

# Days on which the learner works through all that is due, and what the last of them began with.
CALENDAR = [
    ([0], ["sums", "rules"]),
    ([0, 2], []),
    ([0, 3], ["layers", "remedies", "*sums"]),
    ([0, 3, 4], []),
    ([0, 3, 7], ["memory", "*sums", "*layers"]),
    ([0, 3, 7, 14], ["layers again", "*sums"]),
    ([0, 3, 7, 14, 21], ["sums again", "aloud", "*layers again"]),
    ([0, 30], ["layers", "remedies", "*sums"]),
    ([0, 30, 31], []),
    ([0, 30, 32], ["memory", "*sums", "*layers"]),
    ([0, 3, 7, 14, 21, 34], []),
    # Five passes of both: on day 21 for the last time with a checkpoint.
    ([0, 3, 7, 14, 21, 42], ["*layers again", "*sums again"]),
]


@pytest.mark.parametrize(("days", "expected"), CALENDAR)
def test_the_plan_day_by_day(learner: Learner, days: list[int], expected: list[str]) -> None:
    learner.enrol()
    for learner.day in days[:-1]:
        learner.work_through()
    learner.day = days[-1]
    assert sorted(learner.titles()) == sorted(expected)


def test_cards_come_after_the_tasks_of_their_checkpoint(learner: Learner) -> None:
    learner.enrol()
    learner.work_through()
    learner.day = 3
    assert [entry.returning for entry in learner.journal.due()] == [False, False, True]
    assert [entry.checkpoint for entry in learner.journal.due()] == [3, 3, 3]


def test_a_failed_item_returns_the_next_day_and_blocks_nothing(learner: Learner) -> None:
    learner.enrol()
    learner.work_through("No Hire")
    learner.day = 1
    assert learner.titles() == ["*sums"]
    assert learner.journal.due()[0].checkpoint is None
    learner.work_through()
    learner.day = 3
    assert learner.titles() == ["layers", "remedies", "*sums"]


def test_half_a_checkpoint_waits_for_its_other_half(learner: Learner) -> None:
    learner.enrol()
    learner.review(learner.journal.due()[0])
    learner.day = 9
    assert learner.titles() == ["rules"]
    learner.work_through()
    assert learner.titles() == []
    learner.day = 11
    assert learner.titles() == ["layers", "remedies", "*sums"]


def test_the_first_grade_of_a_drill_is_the_one_that_counts(learner: Learner) -> None:
    learner.enrol()
    first = learner.journal.due()[1]
    learner.review(first, "No Hire")
    learner.day = 1
    learner.review(first)
    assert learner.titles() == ["sums"]
    graded = "SELECT graded_day FROM drill WHERE task = ? AND number = ?"
    assert learner.state.row(graded, first.task, first.drill) == ("2026-10-05",)


@pytest.mark.parametrize("day", [0, 2])
def test_no_drill_of_a_later_checkpoint_can_be_done_in_advance(learner: Learner, day: int) -> None:
    learner.enrol()
    learner.day = day
    for number, title in enumerate(("layers", "remedies")):
        learner.review(Due(title, 5, task="c", drill=number))
    learner.work_through()
    learner.day = 5
    assert learner.titles() == ["layers", "remedies", "*sums"]


def test_free_practice_without_a_plan_climbs_the_ladder(learner: Learner) -> None:
    days = []
    for learner.day in range(50):
        if learner.day == 0 or learner.titles():
            learner.practise("graphs/sums")
            days.append(learner.day)
    assert days == [0, 1, 4, 11, 25, 46]


def test_a_clock_set_back_goes_on_with_the_last_day(learner: Learner) -> None:
    learner.enrol()
    learner.work_through()
    learner.day = 3
    learner.review(learner.journal.due()[0])
    learner.day = -200
    assert learner.titles() == ["remedies", "*sums"]
    learner.review(learner.journal.due()[0])
    assert learner.state.rows(
        "SELECT max(study_day), count(*) FROM event WHERE study_day > '2026-10-05'"
    ) == [("2026-10-08", 2)]


def test_what_comes_next(learner: Learner) -> None:
    assert due.upcoming(learner.state, learner.today()) is None
    learner.enrol()
    assert due.upcoming(learner.state, learner.today()) == ("2026-10-08", "Second")
    learner.work_through("No Hire")
    assert due.upcoming(learner.state, learner.today()) == ("2026-10-06", "sums")
    learner.day = 2
    learner.practise("graphs/sums")
    assert due.upcoming(learner.state, learner.today()) == ("2026-10-08", "Second")
    learner.day = 20
    assert due.upcoming(learner.state, learner.today()) == ("2026-10-27", "Third")


def problems(learner: Learner) -> set[str | tuple[str, int]]:
    """What is due, a card that its checkpoint asks for anyway being the same problem."""
    return {entry.item or (entry.task, entry.drill) for entry in learner.journal.due()}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 4), st.booleans()), max_size=12))
def test_a_missed_day_loses_nothing(
    fresh_learner: Callable[[], Learner], history: list[tuple[int, int, bool]]
) -> None:
    learner = fresh_learner()
    learner.enrol()
    for wait, how_many, passed in history:
        before = problems(learner)
        learner.day += wait
        assert before <= problems(learner)
        for entry in learner.journal.due()[:how_many]:
            learner.review(entry, "Lean Hire" if passed else "No Hire")
            assert entry not in learner.journal.due()
