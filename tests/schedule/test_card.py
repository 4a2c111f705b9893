from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.schedule.card import LADDER, Ahead, Card, interval, review

unhurried = settings(deadline=None)

TODAY = date(2026, 10, 5)
TOMORROW = TODAY + timedelta(days=1)
KNOWN = Ahead(7, TODAY + timedelta(days=4))
UNKNOWN = Ahead(7, None)

REVIEWS = [
    ("failed", Card(), False, None, Card(0, 1, TODAY, TOMORROW)),
    ("failed, a checkpoint ahead", Card(), False, KNOWN, Card(0, 1, TODAY, TOMORROW)),
    ("failed after three passes", Card(3, 1), False, None, Card(0, 2, TODAY, TOMORROW)),
    ("passed, a checkpoint ahead", Card(), True, KNOWN, Card(1, 0, TODAY, KNOWN.due, 7)),
    ("passed, its day not known", Card(), True, UNKNOWN, Card(1, 0, TODAY, None, 7)),
    ("passed, none ahead", Card(), True, None, Card(1, 0, TODAY, TOMORROW)),
    (
        "passed, the last was its own",
        Card(3, 0, None, TODAY, 21),
        True,
        None,
        Card(4, 0, TODAY, TODAY + timedelta(14)),
    ),
    (
        "failed, waiting for a checkpoint",
        Card(1, 0, None, None, 7),
        False,
        UNKNOWN,
        Card(0, 1, TODAY, TOMORROW),
    ),
    ("passed again today", Card(1, 0, TODAY, TOMORROW), True, KNOWN, Card(1, 0, TODAY, TOMORROW)),
    ("passed after failing today", Card(0, 1, TODAY, TOMORROW), True, None, Card(0, 1, TODAY, TOMORROW)),
    ("failed after passing today", Card(2, 0, TODAY, KNOWN.due), False, None, Card(0, 1, TODAY, TOMORROW)),
]

aheads = st.one_of(
    st.none(),
    st.builds(Ahead, st.integers(1, 21), st.one_of(st.none(), st.dates(TOMORROW, date(2027, 1, 1)))),
)
histories = st.lists(st.tuples(st.integers(0, 30), st.booleans(), aheads), max_size=12)


@pytest.mark.parametrize(
    ("card", "passed", "ahead", "expected"), [row[1:] for row in REVIEWS], ids=[row[0] for row in REVIEWS]
)
def test_what_a_review_does(card: Card, passed: bool, ahead: Ahead | None, expected: Card) -> None:  # noqa: FBT001
    assert review(card, TODAY, ahead, passed=passed) == expected


def test_passes_in_a_row_climb_the_ladder_and_stay_at_its_top() -> None:
    card, today, waits = Card(), TODAY, []
    for _ in range(7):
        card = review(card, today, None, passed=True)
        assert card.due is not None
        waits.append((card.due - today).days)
        today = card.due
    assert waits == [*LADDER, 21, 21]


@unhurried
@given(st.integers(1, 50))
def test_a_longer_run_never_waits_less(step: int) -> None:
    assert interval(step) <= interval(step + 1)


@unhurried
@given(histories)
def test_no_card_is_due_on_the_day_it_was_reviewed(history: list[tuple[int, bool, Ahead | None]]) -> None:
    card, today = Card(), TODAY
    for wait, passed, ahead in history:
        today += timedelta(days=wait)
        later = (
            ahead
            if ahead is None or ahead.due is None
            else replace(ahead, due=today + timedelta(days=ahead.offset))
        )
        card = review(card, today, later, passed=passed)
        assert card.due is None or card.due > today


@unhurried
@given(histories)
def test_every_failure_is_remembered(history: list[tuple[int, bool, Ahead | None]]) -> None:
    card = Card()
    for wait, passed, ahead in history:
        card = review(card, TODAY + timedelta(days=wait), ahead, passed=passed)
    assert card.lapses == sum(not passed for _, passed, _ in history)
