from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpdrill.model.events import Enrolled, Reviewed
from bpdrill.store import log

if TYPE_CHECKING:
    from tests.store.conftest import Learner

FORBIDDEN = [
    ("UPDATE event SET study_day = '2000-01-01'", "never changed"),
    ("DELETE FROM event", "never removed"),
    ("INSERT OR REPLACE INTO event SELECT * FROM event", "never replaced"),
]

# Half surrogate pairs and NUL included: whatever a terminal lets through.
anything = st.text(st.characters(exclude_categories=[]), max_size=20)
answers = st.dictionaries(anything, anything, max_size=3)


@pytest.mark.parametrize(("statement", "says"), FORBIDDEN)
def test_the_file_itself_forbids_to_touch_an_event(
    learner: Learner, path: str, statement: str, says: str
) -> None:
    learner.enrol()
    with pytest.raises(sqlite3.IntegrityError, match=says):
        sqlite3.connect(path).execute(statement)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Reviewed,
        title=st.just("sums"),
        minutes=st.integers(1, 60),
        verdict=st.just("Lean Hire"),
        seconds=st.integers(0, 10_000),
        item=st.sampled_from(["", "graphs/sums"]),
        seed=st.integers(0, 2**62),
        self_graded=st.booleans(),
        answer=answers,
        judgements=answers,
        misconceptions=st.lists(anything, max_size=3).map(tuple),
    )
)
def test_what_is_read_is_what_was_written(learner: Learner, event: Reviewed) -> None:
    learner.journal.record(event)
    *_, (moment, read) = log.read(learner.state)
    assert (moment, read) == (learner.now(), event)


def test_a_plan_is_read_as_it_was_written(learner: Learner) -> None:
    from tests.store.conftest import PLAN

    learner.enrol()
    assert [event for _, event in log.read(learner.state)] == [Enrolled(PLAN)]
