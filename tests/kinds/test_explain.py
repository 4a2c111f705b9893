"""Free words are kept as they are; the learner's ticks alone decide."""

from __future__ import annotations

import pytest

from bpdrill.kinds import explain
from bpdrill.marking.rubric import decide, mark_criteria
from bpdrill.model.items import Criterion, Item, Required, Rubric
from bpdrill.model.marks import Outcome, Verdict

CRITERIA = (
    Criterion("lean", "the lean line", Required.LEAN),
    Criterion("strong", "the strong line", Required.STRONG),
)
ITEM = Item(
    "topic/name",
    1,
    "explain",
    "",
    1,
    "Say why.",
    "",
    "",
    Rubric("", "", "", CRITERIA),
    explain.Spec(("a point",)),
)
VARIANT = explain.vary(ITEM, 0)

TICKS = [
    ({"tick.lean": "yes", "tick.strong": "yes"}, Verdict.STRONG_HIRE),
    ({"tick.lean": "yes", "tick.strong": "partly"}, Verdict.LEAN_HIRE),
    ({"tick.lean": "p"}, Verdict.LEAN_HIRE),
    ({"tick.strong": "yes"}, Verdict.NO_HIRE),
    ({}, Verdict.NO_HIRE),
]


@pytest.mark.parametrize(
    ("text", "outcome"), [("because", Outcome.GIVEN), ("  \n", Outcome.BLANK), ("", Outcome.BLANK)]
)
def test_words_are_given_or_left_out(text: str, outcome: Outcome) -> None:
    (judged,) = explain.judge(VARIANT, {"text": text})
    assert (judged.outcome, judged.given) == (outcome, text.strip())


@pytest.mark.parametrize(("ticks", "verdict"), TICKS)
def test_the_ticks_decide(ticks: dict[str, str], verdict: Verdict) -> None:
    marks = mark_criteria(ITEM.rubric, explain.judge(VARIANT, {"text": "because"}), ticks)
    assert decide(marks, 0, 0, 60)[0] is verdict


def test_nothing_to_tick_is_complained_about() -> None:
    bare = Item("topic/name", 1, "explain", "", 1, "", "", "", Rubric("", "", "", ()), None)
    assert list(explain.complaints(explain.vary(bare, 0)))
    assert not list(explain.complaints(VARIANT))
