from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.errors import UsageError
from bpdrill.store import derive
from bpdrill.store.connect import State

if TYPE_CHECKING:
    from tests.store.conftest import Learner

Dump = Callable[[State], Sequence[str]]

WAYS = ("Strong Hire", "Lean Hire", "No Hire")

histories = st.lists(st.tuples(st.integers(-3, 12), st.integers(0, 3), st.sampled_from(WAYS)), max_size=10)


@settings(deadline=None, max_examples=25)
@given(histories, st.integers(0, 1))
def test_the_log_replays_to_the_same_bytes(
    fresh_learner: Callable[[], Learner], dump: Dump, history: list[tuple[int, int, str]], plans: int
) -> None:
    learner = fresh_learner()
    for _ in range(plans):
        learner.enrol()
    for wait, how_many, verdict in history:
        learner.day += wait
        learner.practise("passes/more", verdict)
        for due in learner.journal.due()[:how_many]:
            learner.review(due, verdict)
    before = dump(learner.state)
    derive.rebuild(learner.state)
    assert dump(learner.state) == before


def test_rebuilding_mends_what_was_not_derived(learner: Learner, dump: Dump) -> None:
    learner.enrol()
    learner.work_through()
    before = dump(learner.state)
    learner.state.rows("UPDATE card SET due_day = '2099-01-01', lapses = 7")
    learner.state.rows("DELETE FROM drill")
    derive.rebuild(learner.state)
    assert dump(learner.state) == before


def test_a_plan_is_begun_once(learner: Learner, dump: Dump) -> None:
    learner.enrol()
    before = dump(learner.state)
    with pytest.raises(UsageError, match="under way already"):
        learner.enrol()
    assert dump(learner.state) == before


def test_an_event_that_cannot_take_effect_is_not_logged(learner: Learner, dump: Dump) -> None:
    before = dump(learner.state)
    with pytest.raises(ValueError, match="Maybe"):
        learner.practise("graphs/sums", "Maybe")
    assert dump(learner.state) == before
