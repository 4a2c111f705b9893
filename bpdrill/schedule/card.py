"""What a review does to a card: a problem that was met comes back as a fresh variant.

    No Hire                     the next study day
    passed, checkpoints ahead   with the next of them, after its tasks
    passed, none ahead          after 1, 3, 7, 14, 21 days by passes in a row, then every 21

A pass on a day on which the card was already reviewed is practice: it changes nothing, since
having just seen the solution proves little.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

LADDER = (1, 3, 7, 14, 21)
"""Days until the next review, by passes in a row."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where one problem stands."""

    step: int = 0
    """Passes in a row."""
    lapses: int = 0
    """Times it was not passed."""
    reviewed: date | None = None
    due: date | None = None
    """None before the first review, and while the day of ``checkpoint`` is not known."""
    checkpoint: int | None = None
    """Offset of the checkpoint it returns with."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next checkpoint that is still to come; ``due`` is None until the one before it is done."""

    offset: int
    due: date | None


def review(card: Card, today: date, ahead: Ahead | None, *, passed: bool) -> Card:
    """``card`` after one graded attempt; it is never due again on the same day."""
    if not passed:
        return _lapsed(card, today)
    if card.reviewed == today:
        return card
    step = card.step + 1
    if ahead is not None:
        return Card(step, card.lapses, today, ahead.due, ahead.offset)
    return Card(step, card.lapses, today, today + timedelta(days=interval(step)))


def interval(step: int) -> int:
    """Days until a card with no checkpoint ahead returns, after ``step`` passes in a row."""
    return LADDER[min(step, len(LADDER)) - 1]


def _lapsed(card: Card, today: date) -> Card:
    return Card(0, card.lapses + 1, today, today + timedelta(days=1))
