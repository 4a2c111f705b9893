"""The day of each checkpoint, by a rule that is half calendar and half distance.

A checkpoint is due on its calendar day, but never sooner after the one before was done than
half their planned gap, rounded up: a small delay is caught up, a long one pushes. A checkpoint
is done when each of its drills has been graded once, whatever the verdict. Only the oldest
that is not done is ever offered; a missed day loses nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing costs a sixth of a start of ``bpdrill due``
    from collections.abc import Sequence


def earliest_days(day0: date, offsets: Sequence[int]) -> list[date]:
    """The calendar day of each checkpoint of a plan begun on ``day0``."""
    return [day0 + timedelta(days=offset) for offset in offsets]


def rest_days(offsets: Sequence[int]) -> list[int]:
    """The least distance of each checkpoint from the one before being done, in days.

    Offsets increase, so it is at least 1: there is one checkpoint a study day at most.
    """
    gaps = (later - sooner for sooner, later in pairwise(offsets))
    return [0, *(-(-gap // 2) for gap in gaps)]


def due_day(earliest: date, rest: int, done_before: date) -> date:
    """When a checkpoint falls due, the one before having been done on ``done_before``."""
    return max(earliest, done_before + timedelta(days=rest))
