from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from bpdrill.model.items import Criterion, Item, Required, Rubric, Variant
from bpdrill.model.marks import Judgement, Mark, Outcome, Report, State, Verdict
from bpdrill.practice.report import report_blocks, worked_out
from bpdrill.term.paper import Paper
from bpdrill.term.text import text


@dataclass(frozen=True)
class Said:
    title: str
    correction: str
    followup: str = ""


SAID = {
    "lost": Said("the 2 was lost", "it is 2·s.", "t/drill"),
    "here": Said("the sign was lost", "it turns.", "t/i"),
    "kept": Said("the exponent was kept", "it goes down by 1."),
}

RUBRIC = Rubric(
    "all of ${n}",
    "most",
    "little",
    (
        Criterion("steps", "every step of ${n}", Required.LEAN, ("s*",)),
        Criterion("words", "why", Required.BONUS),
    ),
)
VARIANT = Variant(Item("t/i", 1, "explain", "Title", 5, "", "", "", RUBRIC, None), 1, 0, words={"n": "seven"})


def judgement(number: int, outcome: Outcome, *misconceptions: str) -> Judgement:
    return Judgement(f"s{number}", f"step {number}", outcome, "1", "2", "here is why", misconceptions)


def lines(
    verdict: Verdict, *judgements: Judgement, because: tuple[str, ...] = (), state: State = State.PARTLY
) -> list[str]:
    marks = (Mark(RUBRIC.criteria[0], state, "1 of 2 right"),)
    report = Report(VARIANT, judgements, marks, verdict, because, (), 60)
    return text(report_blocks(report, SAID), Paper(200))


RIGHT, WRONG = judgement(1, Outcome.RIGHT), judgement(2, Outcome.WRONG, "lost")
BLANK = judgement(3, Outcome.BLANK)
FOLLOWS = [judgement(number, Outcome.FOLLOWS) for number in (3, 4)]

TOLD: Sequence[tuple[Sequence[Judgement], str]] = [
    ([RIGHT], "The answer is right."),
    ([RIGHT, WRONG], "1 of 2 answers is right; this is not:"),
    ([WRONG], "step 2  1      2         ✗ wrong"),
    ([WRONG], "✗ wrong: step 2: here is why"),
    ([WRONG], "Here the 2 was lost: it is 2·s."),
    ([WRONG], "Drill it:  bpdrill practice --item t/drill"),
    ([BLANK, WRONG], "Your answer is what one gets when the 2 was lost: it is 2·s."),
    ([judgement(2, Outcome.WRONG, "lost", "kept")], "This fits two mistakes; which did you make?"),
    ([judgement(2, Outcome.WRONG, "lost", "kept")], "• the exponent was kept: it goes down by 1."),
    ([WRONG, FOLLOWS[0]], "1 later step follows through from your own values"),
    ([WRONG, *FOLLOWS], "2 later steps follow through from your own values"),
    ([RIGHT], "✓ right: step 1: here is why"),
    ([judgement(2, Outcome.UNDECIDED)], "? undecided: step 2: here is why"),
    ([judgement(2, Outcome.NEAR)], "≈ nearly: step 2: here is why"),
    ([RIGHT], "every step of seven  Lean        ~ partly  1 of 2 right"),
]


@pytest.mark.parametrize(("judgements", "line"), TOLD)
def test_what_is_told(judgements: Sequence[Judgement], line: str) -> None:
    assert any(line in told for told in lines(Verdict.LEAN_HIRE, *judgements))


@pytest.mark.parametrize(
    ("state", "verdict", "line"),
    [
        (State.MET, Verdict.STRONG_HIRE, "Strong Hire: all of seven"),
        (State.PARTLY, Verdict.LEAN_HIRE, "Lean Hire: most"),
        (State.MISSED, Verdict.NO_HIRE, "No Hire: little"),
        (State.MET, Verdict.LEAN_HIRE, "Lean Hire: the answers alone earn Strong Hire."),
        (State.PARTLY, Verdict.NO_HIRE, "No Hire: the answers alone earn Lean Hire."),
    ],
)
def test_the_verdict_comes_first_with_its_line_and_why(state: State, verdict: Verdict, line: str) -> None:
    told = lines(verdict, because=("for ${n} reasons",), state=state)
    assert told[:2] == [line, "• for seven reasons"]


def test_a_mistake_that_nothing_is_said_of_is_not_named() -> None:
    assert not any("mistake" in line for line in lines(Verdict.NO_HIRE, judgement(2, Outcome.WRONG, "other")))


def test_a_mistake_is_not_drilled_where_it_was_made() -> None:
    assert not any("Drill it" in line for line in lines(Verdict.NO_HIRE, judgement(2, Outcome.WRONG, "here")))


def test_a_mistake_made_twice_is_explained_once() -> None:
    told = lines(Verdict.NO_HIRE, judgement(1, Outcome.WRONG, "lost"), WRONG)
    assert [line.partition(":")[0] for line in told].count("✗ wrong") == 2
    assert sum("the 2 was lost" in line for line in told) == 1


def test_the_solution_ends_with_the_bar() -> None:
    told = text(worked_out(VARIANT, ()), Paper(200))
    bar = ("The bar", "• Strong Hire: all of seven", "• Lean Hire: most", "• No Hire: little")
    assert [line for line in told if line][-4:] == [*bar]
