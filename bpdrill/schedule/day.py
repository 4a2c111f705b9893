"""The study day: a learner's day does not end at midnight."""

from __future__ import annotations

from datetime import date, datetime, timedelta

ROLLOVER = 4
"""The hour, local time, at which one study day gives way to the next."""


def study_day(local: datetime, rollover: int = ROLLOVER) -> date:
    """The day that the wall clock ``local`` belongs to: before ``rollover`` it is still yesterday.

    Only the hour on the wall counts, so an hour skipped or repeated by summer time moves nothing.
    """
    return local.date() - timedelta(days=local.hour < rollover)


def guarded(day: str, last: str | None) -> str:
    """``day``, but never before the ``last`` event's: on a flight west the day just goes on.

    Both are ISO dates, which sort as they follow each other.
    """
    return day if last is None else max(day, last)
