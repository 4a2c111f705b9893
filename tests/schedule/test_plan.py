from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.schedule.plan import due_day, earliest_days, rest_days

unhurried = settings(deadline=None)

DAY0 = date(2026, 10, 5)
OFFSETS = (0, 3, 7, 14, 21)

# Days late on each checkpoint, and the days (from day 0) on which they then fall due.
HISTORIES = [
    ((0, 0, 0, 0, 0), [0, 3, 7, 14, 21]),
    ((0, 2, 0, 0, 0), [0, 3, 7, 14, 21]),
    ((0, 4, 0, 0, 0), [0, 3, 9, 14, 21]),
    ((2, 0, 0, 0, 0), [0, 4, 7, 14, 21]),
    ((0, 0, 0, 30, 0), [0, 3, 7, 14, 48]),
    ((9, 9, 9, 9, 9), [0, 11, 22, 35, 48]),
]

offsets_of_any_plan = st.lists(st.integers(1, 40), min_size=1, max_size=8).map(
    lambda gaps: [sum(gaps[:k]) for k in range(len(gaps) + 1)]
)


def walk(offsets: tuple[int, ...] | list[int], late: tuple[int, ...] | list[int]) -> list[tuple[date, date]]:
    """(due, done) of each checkpoint, done ``late`` days after it fell due."""
    days: list[tuple[date, date]] = []
    for earliest, rest, days_late in zip(earliest_days(DAY0, offsets), rest_days(offsets), late, strict=True):
        due = due_day(earliest, rest, days[-1][1] if days else DAY0)
        days.append((due, due + timedelta(days=days_late)))
    return days


@st.composite
def walks(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    offsets = draw(offsets_of_any_plan)
    return offsets, draw(st.lists(st.integers(0, 60), min_size=len(offsets), max_size=len(offsets)))


@pytest.mark.parametrize(("late", "expected"), HISTORIES)
def test_a_small_delay_is_caught_up_and_a_long_one_pushes(late: tuple[int, ...], expected: list[int]) -> None:
    assert [(due - DAY0).days for due, _ in walk(OFFSETS, late)] == expected


def test_half_a_gap_is_rounded_up() -> None:
    assert rest_days(OFFSETS) == [0, 2, 2, 4, 4]


@unhurried
@given(walks())
def test_there_is_at_most_one_checkpoint_a_day(case: tuple[list[int], list[int]]) -> None:
    days = walk(*case)
    assert all(later > done for (_, done), (later, _) in pairwise(days))


@unhurried
@given(walks())
def test_no_checkpoint_comes_before_its_calendar_day(case: tuple[list[int], list[int]]) -> None:
    days = walk(*case)
    assert all(due >= DAY0 + timedelta(days=offset) for offset, (due, _) in zip(case[0], days, strict=True))


@unhurried
@given(walks(), st.data())
def test_being_later_never_moves_a_due_day_back(
    case: tuple[list[int], list[int]], data: st.DataObject
) -> None:
    offsets, late = case
    slower = [days + data.draw(st.integers(0, 9)) for days in late]
    assert all(
        due <= pushed
        for (due, _), (pushed, _) in zip(walk(offsets, late), walk(offsets, slower), strict=True)
    )


@unhurried
@given(walks())
def test_a_delay_is_never_made_longer_by_the_plan(case: tuple[list[int], list[int]]) -> None:
    offsets, late = case
    slip = [(due - DAY0).days - offset for offset, (due, _) in zip(offsets, walk(offsets, late), strict=True)]
    total = [sum(late[:k]) for k in range(len(late))]
    assert all(days <= at_most for days, at_most in zip(slip, total, strict=True))
