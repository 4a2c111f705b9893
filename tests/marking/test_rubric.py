"""From judgements to criteria to a verdict: tables of what earns what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdrill.marking.rubric import ORDER, belongs, decide, mark_criteria, tick_fields
from bpdrill.model.items import Criterion, Required, Rubric
from bpdrill.model.marks import Judgement, Mark, Outcome, State, Verdict

RIGHT, FOLLOWS, NEAR = Outcome.RIGHT, Outcome.FOLLOWS, Outcome.NEAR
WRONG, BLANK, UNDECIDED = Outcome.WRONG, Outcome.BLANK, Outcome.UNDECIDED
MET, PARTLY, MISSED = State.MET, State.PARTLY, State.MISSED
LEAN, STRONG, BONUS = Required.LEAN, Required.STRONG, Required.BONUS
STRONG_HIRE, LEAN_HIRE, NO_HIRE = Verdict.STRONG_HIRE, Verdict.LEAN_HIRE, Verdict.NO_HIRE

# Outcomes of a criterion's fields, how many slips it allows, its state.
STATES = [
    ([RIGHT, RIGHT], 0, MET),
    ([RIGHT, FOLLOWS], 0, PARTLY),
    ([FOLLOWS, FOLLOWS], 0, PARTLY),
    ([RIGHT, NEAR], 0, PARTLY),
    ([NEAR], 0, PARTLY),
    ([RIGHT, UNDECIDED], 0, MET),
    ([UNDECIDED], 0, PARTLY),
    ([RIGHT, WRONG], 0, MISSED),
    ([RIGHT, WRONG], 1, PARTLY),
    ([RIGHT, WRONG, WRONG], 1, MISSED),
    ([RIGHT, WRONG, WRONG], 2, PARTLY),
    ([RIGHT, BLANK], 1, PARTLY),
    ([RIGHT, BLANK, WRONG], 1, MISSED),
    ([WRONG], 1, MISSED),
    ([BLANK], 1, MISSED),
    ([WRONG, FOLLOWS, FOLLOWS], 1, PARTLY),
]
# States of criteria, the verdict they earn by themselves.
EARNED = [
    ([(LEAN, MET), (STRONG, MET)], STRONG_HIRE),
    ([(LEAN, MET), (STRONG, MET), (BONUS, MISSED)], STRONG_HIRE),
    ([(LEAN, MET), (STRONG, PARTLY)], LEAN_HIRE),
    ([(LEAN, MET), (STRONG, MISSED)], LEAN_HIRE),
    ([(LEAN, PARTLY), (STRONG, MET)], LEAN_HIRE),
    ([(LEAN, PARTLY), (LEAN, PARTLY)], LEAN_HIRE),
    ([(LEAN, MISSED), (STRONG, MET)], NO_HIRE),
    ([(LEAN, MISSED), (STRONG, MET), (BONUS, MET)], NO_HIRE),
    ([(BONUS, MISSED)], STRONG_HIRE),
]
# Hints, seconds of 60, the verdict that a faultless answer gets.
CAPS = [
    (0, 60, STRONG_HIRE),
    (1, 60, STRONG_HIRE),
    (2, 60, LEAN_HIRE),
    (3, 60, NO_HIRE),
    (0, 61, LEAN_HIRE),
    (2, 500, LEAN_HIRE),
    (3, 500, NO_HIRE),
]
TICKS = {
    **dict.fromkeys(["yes", "ye", "y", "Yes", "Y", " yes "], MET),
    **dict.fromkeys(["partly", "p", "PARTLY"], PARTLY),
    **dict.fromkeys(["no", "n", "No", "", "perhaps"], MISSED),
}
PATTERNS = [
    ("forward.mul", ("forward.*",), True),
    ("forward.mul", ("forward.mul",), True),
    ("forward.mul2", ("forward.mul",), False),
    ("edge.L.0.local", ("forward.*", "edge.*"), True),
    ("gradient.W1", ("gradient.W2",), False),
    ("x", (), False),
]


States = list[tuple[Required, State]]


def criterion(required: Required = LEAN, fields: tuple[str, ...] = ("f*",), slips: int = 0) -> Criterion:
    return Criterion("c", "something is shown", required, fields, slips)


def marked(outcomes: list[Outcome], slips: int) -> Mark:
    judgements = [Judgement(f"f{place}", "", outcome) for place, outcome in enumerate(outcomes)]
    (mark,) = mark_criteria(Rubric("", "", "", (criterion(slips=slips),)), judgements, {})
    return mark


def decided(states: States, hints: int = 0, seconds: int = 0) -> tuple[Verdict, tuple[str, ...]]:
    marks = [Mark(criterion(required), state, "evidence") for required, state in states]
    return decide(marks, hints, seconds, 60)


@pytest.mark.parametrize(("outcomes", "slips", "state"), STATES)
def test_a_criterion_is_met_partly_or_missed(outcomes: list[Outcome], slips: int, state: State) -> None:
    assert marked(outcomes, slips).state is state


@pytest.mark.parametrize(("states", "verdict"), EARNED)
def test_criteria_earn_a_verdict(states: States, verdict: Verdict) -> None:
    earned, reasons = decided(states)
    assert earned is verdict
    assert bool(reasons) == (verdict is not STRONG_HIRE)


@pytest.mark.parametrize(("hints", "seconds", "verdict"), CAPS)
def test_hints_and_time_cap_it(hints: int, seconds: int, verdict: Verdict) -> None:
    earned, reasons = decided([(LEAN, MET), (STRONG, MET)], hints, seconds)
    assert earned is verdict
    assert bool(reasons) == (verdict is not STRONG_HIRE)


def test_a_cap_that_changes_nothing_is_not_told() -> None:
    assert decided([(LEAN, MISSED)], hints=2, seconds=99)[1] == decided([(LEAN, MISSED)])[1]


def test_time_over_is_told_in_minutes_and_seconds() -> None:
    assert decided([(LEAN, MET)], seconds=60 + 72)[1] == ("over the limit of 1 min by 1:12",)


@pytest.mark.parametrize(("typed", "state"), TICKS.items())
def test_a_tick_is_the_learners_word(typed: str, state: State) -> None:
    rubric = Rubric("", "", "", (criterion(fields=()),))
    assert [field.id for field in tick_fields(rubric)] == ["tick.c"]
    assert mark_criteria(rubric, (), {"tick.c": typed})[0].state is state


@pytest.mark.parametrize(("field", "patterns", "fits"), PATTERNS)
def test_a_field_belongs_by_name_or_prefix(field: str, patterns: tuple[str, ...], *, fits: bool) -> None:
    assert belongs(field, patterns) is fits


def test_evidence_counts_what_was_seen() -> None:
    said = marked([RIGHT, RIGHT, FOLLOWS, WRONG, BLANK, UNDECIDED], 2).because
    assert said == "2 of 6 right, 1 from your own earlier values, 1 wrong, 1 left out, 1 could not be decided"


BETTER = {WRONG: RIGHT, BLANK: RIGHT, NEAR: RIGHT, FOLLOWS: RIGHT, UNDECIDED: RIGHT, RIGHT: RIGHT}


@given(st.lists(st.sampled_from(list(BETTER)), min_size=1, max_size=6), st.integers(0, 3), st.data())
def test_a_better_answer_never_earns_less(outcomes: list[Outcome], slips: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(outcomes) - 1))
    better = [*outcomes[:place], BETTER[outcomes[place]], *outcomes[place + 1 :]]
    order = [MISSED, PARTLY, MET]
    assert order.index(marked(better, slips).state) >= order.index(marked(outcomes, slips).state)


some_states = st.lists(st.tuples(st.sampled_from(Required), st.sampled_from(State)))


@given(some_states, st.integers(0, 3), st.integers(0, 99))
def test_hints_and_time_never_raise_a_verdict(states: States, hints: int, seconds: int) -> None:
    assert ORDER.index(decided(states, hints, seconds)[0]) <= ORDER.index(decided(states)[0])
