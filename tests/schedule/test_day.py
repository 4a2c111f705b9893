from datetime import date, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.schedule.day import guarded, study_day

unhurried = settings(deadline=None)

TIMES = [
    ("2026-10-05T09:00", 4, "2026-10-05"),
    ("2026-10-05T04:00", 4, "2026-10-05"),
    ("2026-10-05T03:59:59", 4, "2026-10-04"),
    ("2026-10-05T00:00", 4, "2026-10-04"),
    ("2026-10-05T00:00", 0, "2026-10-05"),
    ("2026-10-05T22:59", 23, "2026-10-04"),
    ("2026-03-01T01:00", 4, "2026-02-28"),
    ("2024-03-01T01:00", 4, "2024-02-29"),
    ("2027-01-01T03:00", 4, "2026-12-31"),
]

FLIGHTS = [
    ("2026-10-05", None, "2026-10-05"),
    ("2026-10-06", "2026-10-05", "2026-10-06"),
    ("2026-10-04", "2026-10-05", "2026-10-05"),
    ("1970-01-01", "2026-10-05", "2026-10-05"),
]


@pytest.mark.parametrize(("local", "rollover", "day"), TIMES)
def test_a_study_day_ends_at_the_rollover(local: str, rollover: int, day: str) -> None:
    assert study_day(datetime.fromisoformat(local), rollover) == date.fromisoformat(day)


@unhurried
@given(st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1)), st.integers(0, 23))  # noqa: DTZ001  (wall clock)
def test_on_the_wall_clock_it_is_the_date_so_many_hours_ago(local: datetime, rollover: int) -> None:
    assert study_day(local, rollover) == (local - timedelta(hours=rollover)).date()


@pytest.mark.parametrize(("day", "last", "expected"), FLIGHTS)
def test_no_event_is_dated_before_the_last(day: str, last: str | None, expected: str) -> None:
    assert guarded(day, last) == expected


@unhurried
@given(st.lists(st.dates().map(date.isoformat), min_size=1))
def test_whatever_the_clock_does_days_never_move_back(days: list[str]) -> None:
    dated = list(accumulate(days, lambda last, day: guarded(day, last)))
    assert dated == sorted(dated)
