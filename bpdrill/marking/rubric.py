"""Judgements -> marks of the criteria -> verdict, with the reasons for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpdrill.marking.reading import Said, read_field
from bpdrill.model.blocks import Field, Form
from bpdrill.model.items import Criterion, Required, Rubric
from bpdrill.model.marks import Answer, Judgement, Mark, Outcome, State, Verdict

ORDER = (Verdict.NO_HIRE, Verdict.LEAN_HIRE, Verdict.STRONG_HIRE)
HINT_CAPS = {2: Verdict.LEAN_HIRE, 3: Verdict.NO_HIRE}
"""The insight caps at Lean Hire; who has seen the full solution has not passed."""

TICK = "tick."
"""Prefix of the field by which a learner grades a criterion."""


def tick_fields(rubric: Rubric) -> tuple[Field, ...]:
    """One field for each criterion that the learner grades."""
    return tuple(tick_field(criterion) for criterion in rubric.criteria if criterion.self_graded)


def tick_field(criterion: Criterion) -> Field:
    """Where the learner says whether a criterion is met."""
    return Field(TICK + criterion.id, f"Met? {criterion.says}", Form.TICK, help="yes, partly or no")


def mark_criteria(rubric: Rubric, judgements: Sequence[Judgement], ticks: Answer) -> tuple[Mark, ...]:
    """Mark every criterion of ``rubric``, from the judged fields or from the learner's own tick."""
    return tuple(
        mark_by_tick(criterion, ticks) if criterion.self_graded else mark_by_fields(criterion, judgements)
        for criterion in rubric.criteria
    )


def mark_by_tick(criterion: Criterion, ticks: Answer) -> Mark:
    """The learner's own word; not ticked is missed."""
    said = read_field(tick_field(criterion), ticks.get(TICK + criterion.id, ""))
    state = State(said.word) if isinstance(said, Said) else State.MISSED
    return Mark(criterion, state, "graded by yourself")


def mark_by_fields(criterion: Criterion, judgements: Sequence[Judgement]) -> Mark:
    """Met if every decided field is right; partly if all but ``criterion.slips`` are right or follow."""
    shown = [judgement for judgement in judgements if belongs(judgement.field, criterion.fields)]
    by_outcome = {outcome: [j for j in shown if j.outcome is outcome] for outcome in Outcome}
    right, follows = by_outcome[Outcome.RIGHT], by_outcome[Outcome.FOLLOWS]
    bad = by_outcome[Outcome.WRONG] + by_outcome[Outcome.BLANK]
    some = [*right, *follows, *by_outcome[Outcome.NEAR], *by_outcome[Outcome.UNDECIDED]]
    because = tally(by_outcome, len(shown))
    decided = len(shown) - len(by_outcome[Outcome.UNDECIDED])
    if decided and len(right) == decided:
        return Mark(criterion, State.MET, because)
    return Mark(criterion, State.PARTLY if some and len(bad) <= criterion.slips else State.MISSED, because)


def belongs(field: str, patterns: Sequence[str]) -> bool:
    """Whether a field id is one of ``patterns``, or begins as one that ends in ``*``."""
    return any(field == p or (p.endswith("*") and field.startswith(p[:-1])) for p in patterns)


def tally(by_outcome: Mapping[Outcome, Sequence[Judgement]], count: int) -> str:
    """``5 of 7 right, 2 follow from your own values``."""
    words = {
        Outcome.FOLLOWS: "from your own earlier values",
        Outcome.NEAR: "nearly",
        Outcome.WRONG: "wrong",
        Outcome.BLANK: "left out",
        Outcome.UNDECIDED: "could not be decided",
    }
    parts = [f"{len(by_outcome[o])} {word}" for o, word in words.items() if by_outcome[o]]
    return ", ".join([f"{len(by_outcome[Outcome.RIGHT])} of {count} right", *parts])


def decide(
    marks: Sequence[Mark], hints: int, seconds: int, limit_seconds: int
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict, and why it is not a higher one."""
    earned, reasons = by_marks(marks)
    caps = [*hint_cap(hints), *time_cap(seconds, limit_seconds)]
    verdict = min([earned, *(cap for cap, _ in caps)], key=ORDER.index)
    return verdict, (*reasons, *(why for cap, why in caps if ORDER.index(cap) < ORDER.index(earned)))


def by_marks(marks: Sequence[Mark]) -> tuple[Verdict, tuple[str, ...]]:
    """Lean needs its criteria at least partly, Strong needs its own and Lean's in full."""
    missed = [m for m in marks if m.criterion.required is Required.LEAN and m.state is State.MISSED]
    if missed:
        return Verdict.NO_HIRE, tuple(
            f"needed for Lean Hire: {m.criterion.says} ({m.because})" for m in missed
        )
    short = [m for m in marks if m.criterion.required is not Required.BONUS and m.state is not State.MET]
    if short:
        return Verdict.LEAN_HIRE, tuple(
            f"needed for Strong Hire: {m.criterion.says} ({m.because})" for m in short
        )
    return Verdict.STRONG_HIRE, ()


def hint_cap(hints: int) -> list[tuple[Verdict, str]]:
    """What the hints that were seen allow at most."""
    why = {2: "the second hint was seen", 3: "the solution was seen before the end"}
    return [(HINT_CAPS[hints], why[hints])] if hints in HINT_CAPS else []


def time_cap(seconds: int, limit_seconds: int) -> list[tuple[Verdict, str]]:
    """Over the time limit is Lean Hire at most."""
    if seconds <= limit_seconds:
        return []
    over = seconds - limit_seconds
    return [
        (Verdict.LEAN_HIRE, f"over the limit of {limit_seconds // 60} min by {over // 60}:{over % 60:02d}")
    ]
