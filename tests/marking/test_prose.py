"""Words are kept and shown, and decide nothing by themselves."""

from __future__ import annotations

import pytest

from bpdrill.marking.prose import Question, judge_prose, prose_fields, with_words
from bpdrill.model.items import Item, Rubric, Variant
from bpdrill.model.marks import Outcome, Specimen

ITEM = Item("topic/name", 1, "explain", "", 1, "", "", "", Rubric("", "", "", ()), None)
VARIANT = Variant(ITEM, 1, 0, {}, {"n": "5"})
QUESTIONS = (Question("why", "why ${n} layers"), Question("how", "how"))


@pytest.mark.parametrize(("typed", "outcome"), [("so", Outcome.GIVEN), (" \n ", Outcome.BLANK)])
def test_words_are_given_or_left_out(typed: str, outcome: Outcome) -> None:
    why, how = judge_prose(QUESTIONS, VARIANT, {"why": typed})
    assert (why.outcome, why.given, how.outcome) == (outcome, typed.strip(), Outcome.BLANK)


def test_a_question_is_filled_in() -> None:
    assert [field.label for field in prose_fields(QUESTIONS, VARIANT)] == ["why 5 layers", "how"]


def test_specimens_get_words_but_for_a_blank_one() -> None:
    full, blank = with_words([Specimen("a", {"x": "1"}, {}), Specimen("b", {}, {})], QUESTIONS)
    assert set(full.answer) == {"x", "why", "how"}
    assert set(full.outcomes.values()) == {Outcome.GIVEN}
    assert (blank.answer, set(blank.outcomes.values())) == ({}, {Outcome.BLANK})
