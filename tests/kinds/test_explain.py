"""Free words are kept as they are and graded by ticks; the claims after them hold or do not."""

from __future__ import annotations

from typing import Any

import pytest

from bpdrill.kinds import explain
from bpdrill.kinds.explain import Claim
from bpdrill.marking.rubric import decide, mark_criteria
from bpdrill.model.items import Criterion, Item, Required, Rubric
from bpdrill.model.marks import Outcome, Verdict

CLAIMS = (
    Claim("one", "one holds", holds=True, because="it does"),
    Claim(
        "two", "two does not hold", holds=False, because="it does not", misconception="words.backprop-updates"
    ),
    Claim("three", "three holds", holds=True, because="it does too"),
)
CRITERIA = (
    Criterion("lean", "the lean line", Required.LEAN),
    Criterion("strong", "the strong line", Required.STRONG),
    Criterion("claims", "the claims", Required.STRONG, ("claim.*",)),
)


def item(criteria: tuple[Criterion, ...] = CRITERIA, claims: tuple[Claim, ...] = CLAIMS) -> Item:
    rubric, spec = Rubric("", "", "", criteria), explain.Spec(("a point",), claims)
    return Item("topic/name", 1, "explain", "", 1, "Say why.", "", "", rubric, spec)


VARIANT = explain.vary(item(), 0)
TICKED = {"tick.lean": "yes", "tick.strong": "yes"}
SEEN = {"claim.one": "true", "claim.two": "false"}
VERDICTS: list[tuple[dict[str, str], Verdict]] = [
    ({**TICKED, **SEEN}, Verdict.STRONG_HIRE),
    ({**TICKED, **SEEN, "tick.strong": "partly"}, Verdict.LEAN_HIRE),
    ({**TICKED, **SEEN, "claim.two": "true"}, Verdict.LEAN_HIRE),
    ({**SEEN, "tick.lean": "p"}, Verdict.LEAN_HIRE),
    ({**SEEN, "tick.strong": "yes"}, Verdict.NO_HIRE),
    ({}, Verdict.NO_HIRE),
]
REFUSED: list[tuple[Item, str]] = [
    (item(criteria=CRITERIA[2:]), "no criteria"),
    (item(claims=CLAIMS[:2]), "more claims"),
    (item(claims=(CLAIMS[0], CLAIMS[2], CLAIMS[0])), "some must not"),
]


@pytest.mark.parametrize(
    ("text", "outcome"), [("because", Outcome.GIVEN), ("  \n", Outcome.BLANK), ("", Outcome.BLANK)]
)
def test_words_are_given_or_left_out(text: str, outcome: Outcome) -> None:
    judged = explain.judge(VARIANT, {"text": text})[0]
    assert (judged.outcome, judged.given) == (outcome, text.strip())


@pytest.mark.parametrize(("answer", "verdict"), VERDICTS)
def test_ticks_decide_and_a_wrong_claim_caps(answer: dict[str, str], verdict: Verdict) -> None:
    judged = explain.judge(VARIANT, {"text": "because", **answer})
    marks = mark_criteria(VARIANT.item.rubric, judged, answer)
    assert decide(marks, 0, 0, 60)[0] is verdict


def test_who_takes_a_claim_in_is_told_why() -> None:
    judged = explain.judge(VARIANT, {"claim.one": "f", "claim.two": "t"})
    assert [j.outcome for j in judged[1:]] == [Outcome.WRONG, Outcome.WRONG]
    assert judged[2].because == "it does not"
    assert judged[2].misconceptions == ("words.backprop-updates",)


def test_seeds_draw_claims_without_repeating_one() -> None:
    drawn: set[Any] = {explain.vary(item(), seed).values["claims"] for seed in range(40)}
    assert len(drawn) == len(CLAIMS) * (len(CLAIMS) - 1)
    assert all(len(set(pair)) == len(pair) for pair in drawn)


@pytest.mark.parametrize(("faulty", "complaint"), REFUSED)
def test_what_cannot_be_graded_is_complained_about(faulty: Item, complaint: str) -> None:
    assert any(complaint in said for said in explain.complaints(explain.vary(faulty, 0)))
    assert not list(explain.complaints(VARIANT))
