from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest

from bpdrill.model.blocks import Caret
from bpdrill.practice.attempt import LeftError
from bpdrill.practice.ports import WORDS

if TYPE_CHECKING:
    from tests.practice.conftest import Learner

LINE = "graphs/linear-regression-loss"
DEPTH = "estimates/sigmoid-depth"

FORWARD = ("6", "7", "-1", "1")
BACKWARD = ("-2, 1, -2", "1, -2, -2", "-1, -2, 2", "1,-2,-2", "1,-2,-2", "3,-2,-6", "2,-2,-4")
RIGHT = (*FORWARD, *BACKWARD, "2(wx+b-y)x")
"""At w = 2, x = 3, b = 1, y = 8, worked out by hand."""

FACTOR_LOST = ("-1, 1, -1", "1, -1, -1", "-1, -1, 1", "1,-1,-1", "1,-1,-1", "3,-1,-3", "2,-1,-2")
"""The derivative of a square taken without its factor 2, and carried on faithfully."""

SAME_IN_OTHER_WORDS = [
    ("2*3", "6+1", "7-8", "(-1)^2", *BACKWARD, r"2\cdot(w\cdot x+b-y)\cdot x"),
    (*FORWARD, *",".join(BACKWARD).split(","), "2 sub * x"),
]

UNREADABLE = [
    ("6)", 1),
    ("2 +* 3", 3),
    ("six", 0),
    ("1/0", 0),
    ("6; 7", 1),
    ("6, 7, -1, 1, 0", 1),
]
"""Each with the column at which reading stops."""

UNREADABLE_ROWS = [
    ("(, 1, -2", 1),
    ("-2, 1 +, -2", 7),
    ("-2, 1, 2..", 8),
    ("-2, 1, -2, 4", 2),
    (", 1, -2", 0),
]

INSIGHT = (":hint", ":hint")

CAPS = [
    ((), 1, "Strong Hire", ""),
    ((":hint",), 1, "Strong Hire", ""),
    (INSIGHT, 1, "Lean Hire", "the second hint was seen"),
    ((), 7 * 60 / 12, "Strong Hire", ""),
    ((), 7 * 60 / 12 + 0.1, "Lean Hire", "over the limit of 7 min by 0:01"),
    (INSIGHT, 100, "Lean Hire", "over the limit of 7 min by 13:00"),
]
"""What comes before the twelve right lines, the seconds that each takes, the verdict, and why."""


def test_right_answers_are_a_strong_hire(learner: Learner) -> None:
    page = learner.sit(*RIGHT, item=LINE).page
    assert page.says("Strong Hire:")
    assert page.says("All 26 answers are right.")
    assert learner.reviews()[0].verdict == "Strong Hire"


@pytest.mark.parametrize("lines", SAME_IN_OTHER_WORDS)
def test_how_an_answer_is_written_changes_nothing(learner: Learner, lines: tuple[str, ...]) -> None:
    learner.sit(*lines, item=LINE)
    assert learner.reviews()[0].verdict == "Strong Hire"


def test_one_lost_factor_costs_one_step_and_is_named(learner: Learner) -> None:
    page = learner.sit(*FORWARD, *FACTOR_LOST, "2(wx+b-y)x", item=LINE).page
    review = learner.reviews()[0]
    assert review.verdict == "Lean Hire"
    assert [cell for cell, outcome in review.judgements.items() if outcome == "wrong"] == ["edge.L.0.local"]
    assert review.misconceptions == ("power.factor-lost",)
    assert page.says("✗ wrong: L → sub: local derivative: yours is −1, expected −2")
    assert page.says("13 later steps follow through from your own values")


@pytest.mark.parametrize(("text", "column"), UNREADABLE)
def test_what_cannot_be_read_is_shown_and_asked_again(learner: Learner, text: str, column: int) -> None:
    sitting = learner.sit(text, *RIGHT, item=LINE)
    (caret,) = [block for block in sitting.page.blocks if isinstance(block, Caret)]
    assert (caret.text, caret.column) == (text, column)
    assert "mul is asked again" in caret.hint
    assert sitting.labels[:2] == ["mul", "mul"]
    assert [(r.verdict, r.seconds) for r in learner.reviews()] == [("Strong Hire", 13)]


@pytest.mark.parametrize(("text", "column"), UNREADABLE_ROWS)
def test_a_row_is_taken_whole_or_not_at_all(learner: Learner, text: str, column: int) -> None:
    sitting = learner.sit(*FORWARD, text, *BACKWARD, "2(wx+b-y)x", item=LINE)
    (caret,) = [block for block in sitting.page.blocks if isinstance(block, Caret)]
    assert (caret.text, caret.column) == (text, column)
    assert "L → sub: local derivative is asked again" in caret.hint
    assert learner.reviews()[0].verdict == "Strong Hire"


def test_part_of_a_row_leaves_the_rest_to_be_asked(learner: Learner) -> None:
    sitting = learner.sit(*FORWARD, "-2, 1", "-2", *BACKWARD[1:], "2(wx+b-y)x", item=LINE)
    assert sitting.labels[4:6] == ["L → sub: local derivative", "L → sub: gradient"]
    assert learner.reviews()[0].verdict == "Strong Hire"


@pytest.mark.parametrize(("before", "pace", "verdict", "why"), CAPS)
def test_hints_and_overtime_cap_the_verdict(
    learner: Learner, before: tuple[str, ...], pace: float, verdict: str, why: str
) -> None:
    paces = chain(repeat(0.0, len(before)), repeat(pace))
    page = learner.sit(*before, *RIGHT, item=LINE, paces=paces).page
    assert learner.reviews()[0].verdict == verdict
    assert page.says(why)


def test_the_third_hint_is_told_to_be_the_solution(learner: Learner) -> None:
    page = learner.sit(*INSIGHT, ":hint", *RIGHT, item=LINE).page
    assert page.says("Hint 1 of 3: direction (free)")
    assert page.says("Hint 2 of 3: insight (Lean Hire at most from here)")
    assert page.says("type :solution, and the verdict is No Hire")
    assert learner.reviews()[0].hints == 2


def test_who_asks_for_the_solution_sees_it_and_has_not_passed(learner: Learner) -> None:
    page = learner.sit(*RIGHT[:-1], ":solution", item=LINE).page
    assert learner.reviews()[0].verdict == "No Hire"
    assert page.says("the solution was seen before the end")
    assert page.says("Worked out")


def test_a_skipped_cell_is_blank_and_what_follows_is_not(learner: Learner) -> None:
    learner.sit("6", ":skip", *RIGHT[2:], item=LINE)
    review = learner.reviews()[0]
    assert [cell for cell, outcome in review.judgements.items() if outcome != "right"] == ["forward.add"]
    assert review.verdict == "Lean Hire"


def test_what_was_gone_back_to_stays_until_it_is_changed(learner: Learner) -> None:
    sitting = learner.sit("5", ":back", item=LINE)
    assert sitting.page.says("Yours is: 5   An empty answer keeps it.")
    resumed = learner.sit(":back", "", *RIGHT[1:], item=LINE)
    assert resumed.labels[:3] == ["add", "mul", "add"]
    assert learner.reviews()[0].answer["forward.mul"] == "5"


def test_the_graph_is_shown_once_it_has_been_given(learner: Learner) -> None:
    before, after = (learner.sit(*lines, item="graphs/sum-times").page for lines in ((), ("q=x+y; f=q*z",)))
    assert not before.says("from → to")
    assert after.says("from → to")
    assert learner.sit(item="graphs/sum-times").page.says("from → to")


def test_back_asks_the_one_before_again(learner: Learner) -> None:
    sitting = learner.sit(":back", "5", ":back", *RIGHT, item=LINE)
    assert sitting.labels[:4] == ["mul", "mul", "add", "mul"]
    assert sitting.page.says("this is the first")
    assert learner.reviews()[0].verdict == "Strong Hire"


@pytest.mark.parametrize("typed", [":help", ":foo", ":HELP", ":he", "?"])
def test_the_words_are_listed_for_whoever_asks_or_errs(learner: Learner, typed: str) -> None:
    sitting = learner.sit(typed, *RIGHT, item=LINE)
    assert all(sitting.page.says(f"{word}  {what}") for word, what in WORDS.items())
    assert sitting.page.says("There is no word :foo.") == (typed == ":foo")
    assert sitting.labels[:2] == ["mul", "mul"]
    assert learner.reviews()[0].verdict == "Strong Hire"


def test_a_word_is_one_where_several_lines_are_asked_too(learner: Learner) -> None:
    page = learner.sit(":HINT", ":foo", "on paper", "yes", "yes").page
    assert page.says("There are no hints for this one; asking costs nothing.")
    assert learner.reviews()[0].hints == 0
    assert page.says("There is no word :foo.")
    assert learner.reviews()[0].answer["text"] == "on paper"


@pytest.mark.parametrize("typed", ["", "   ", "\t"])
def test_an_empty_line_is_no_answer(learner: Learner, typed: str) -> None:
    sitting = learner.sit(typed, *RIGHT, item=LINE)
    assert sitting.page.says(":skip leaves it blank, :help lists the words")
    assert sitting.labels[:2] == ["mul", "mul"]
    assert learner.reviews()[0].verdict == "Strong Hire"


@pytest.mark.parametrize("ending", [":quit", ":q", "^C", ""])
def test_whoever_leaves_goes_on_at_the_same_cell(learner: Learner, ending: str) -> None:
    """Ten seconds for each line, the one at which it was left included; none for the night between."""
    first = learner.sit(*RIGHT[:6], *([ending] if ending else []), item=LINE, paces=repeat(10))
    assert isinstance(first.left, KeyboardInterrupt if ending == "^C" else LeftError)
    learner.day = 1
    second = learner.sit(*RIGHT[6:], item=LINE, paces=repeat(10))
    assert second.labels[0] == first.labels[-1] == "sub → y: local derivative"
    assert second.page.says("the clock has stood still meanwhile")
    assert second.page.says("• sub → add: gradient: -2")
    (review,) = learner.reviews()
    assert (review.verdict, review.seconds) == ("Strong Hire", 130)


def test_whoever_was_killed_has_lost_no_cell_and_no_seed(learner: Learner) -> None:
    learner.sit("6", item=LINE, seed=7)
    assert learner.sit(item=LINE).page.says("seed 7")
    assert learner.sit(item=LINE).labels == ["add"]


SOLVED = ("1/4", "4", "1/256", "slope times W", "relu, skips, init")
TICKS = ("y", "yes", "p", "no")


def test_grading_oneself_takes_no_time(learner: Learner) -> None:
    sitting = learner.sit(*SOLVED, *TICKS, item=DEPTH, paces=chain(repeat(9, 5), repeat(1000)))
    assert [q.clock is None for q in sitting.typist.asked] == [False] * 5 + [True] * 4
    (review,) = learner.reviews()
    assert (review.verdict, review.seconds, review.self_graded) == ("Strong Hire", 45, True)


def test_hints_and_the_solution_cost_nothing_once_it_stands_there(learner: Learner) -> None:
    page = learner.sit(*SOLVED, ":hint", ":hint", ":solution", *TICKS, item=DEPTH).page
    assert page.says("this costs nothing")
    (review,) = learner.reviews()
    assert (review.verdict, review.hints) == ("Strong Hire", 0)


def test_grading_oneself_takes_no_time_after_a_break_either(learner: Learner) -> None:
    learner.sit(*SOLVED, "y", item=DEPTH, paces=chain(repeat(9, 5), repeat(1000)))
    learner.sit(*TICKS[1:], item=DEPTH, paces=repeat(1000))
    assert [(review.verdict, review.seconds) for review in learner.reviews()] == [("Strong Hire", 45)]


def test_the_time_left_is_told_and_then_the_time_over(learner: Learner) -> None:
    clocks = [
        question.clock for question in learner.sit("6", item=LINE, paces=repeat(7 * 60 + 12)).typist.asked
    ]
    assert clocks[0] is not None
    assert clocks[0]() == "+7:24"


def test_what_was_read_is_told(learner: Learner) -> None:
    assert learner.sit("2*(4-1)", item=LINE).page.says("I read: 2·(4 − 1)")
