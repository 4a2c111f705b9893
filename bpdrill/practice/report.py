"""A report as blocks: verdict, why, what was wrong and which mistake it was, then the criteria."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from bpdrill.marking.rubric import by_marks
from bpdrill.model.blocks import Block, Bullets, Heading, Note, Table, Tone, Toned
from bpdrill.model.items import Criterion, Required, Rubric, Variant
from bpdrill.model.marks import Mark, Outcome, Report, State, Verdict

VERDICT_TONES = {Verdict.STRONG_HIRE: Tone.GOOD, Verdict.LEAN_HIRE: Tone.FAIR, Verdict.NO_HIRE: Tone.BAD}
OUTCOME_WORDS: Mapping[Outcome, tuple[str, Tone]] = {
    Outcome.RIGHT: ("✓ right", Tone.GOOD),
    Outcome.FOLLOWS: ("↳ follows", Tone.FAIR),
    Outcome.NEAR: ("≈ nearly", Tone.FAIR),
    Outcome.WRONG: ("✗ wrong", Tone.BAD),
    Outcome.BLANK: ("– blank", Tone.BAD),
    Outcome.UNDECIDED: ("? undecided", Tone.FAIR),
    Outcome.GIVEN: ("• given", Tone.QUIET),
}
STATE_WORDS: Mapping[State, tuple[str, Tone]] = {
    State.MET: ("✓ met", Tone.GOOD),
    State.PARTLY: ("~ partly", Tone.FAIR),
    State.MISSED: ("✗ missed", Tone.BAD),
}


class Misconception(Protocol):
    """What is said about a named mistake."""

    @property
    def title(self) -> str:
        """What was done."""

    @property
    def correction(self) -> str:
        """What is right."""

    @property
    def followup(self) -> str:
        """The item that drills it, if there is one."""


Misconceptions = Mapping[str, Misconception]


def report_blocks(report: Report, misconceptions: Misconceptions) -> list[Block]:
    """Everything that is said of an answer, the verdict first."""
    return [
        Heading(f"{title_of(report)}: {line_of(report)}", VERDICT_TONES[report.verdict]),
        *because(report),
        *answers(report),
        *remarks(report, misconceptions),
        *followed(report),
        criteria_table(report),
    ]


def title_of(report: Report) -> str:
    """The verdict, and whether the learner had a say in it."""
    own_say = any(
        c.self_graded and c.required is not Required.BONUS for c in report.variant.item.rubric.criteria
    )
    return f"{report.verdict.value} (self-graded in part)" if own_say else report.verdict.value


def line_of(report: Report) -> str:
    """The rubric's line for the verdict; under a cap, what the answers alone would have earned."""
    earned, _ = by_marks(report.marks)
    if earned is not report.verdict:
        return f"the answers alone earn {earned.value}."
    return report.variant.say(rubric_lines(report.variant.item.rubric)[report.verdict])


def rubric_lines(rubric: Rubric) -> Mapping[Verdict, str]:
    """What each verdict means."""
    return {
        Verdict.STRONG_HIRE: rubric.strong,
        Verdict.LEAN_HIRE: rubric.lean,
        Verdict.NO_HIRE: rubric.no_hire,
    }


def worked_out(variant: Variant, solution: Sequence[Block]) -> list[Block]:
    """The third hint: the full solution, with the rubric."""
    lines = rubric_lines(variant.item.rubric).items()
    bullets = Bullets(tuple(variant.say(f"{verdict.value}: {line}") for verdict, line in lines))
    return [Heading("Worked out"), *solution, Heading("The bar"), bullets]


def because(report: Report) -> list[Block]:
    """Why not a higher verdict."""
    if not report.because:
        return []
    return [Bullets(tuple(report.variant.say(reason) for reason in report.because))]


def answers(report: Report) -> list[Block]:
    """What was not right, beside what was expected."""
    judged = [j for j in report.judgements if j.outcome is not Outcome.GIVEN]
    amiss = [j for j in judged if j.outcome is not Outcome.RIGHT]
    right = len(judged) - len(amiss)
    if not amiss:
        return [Note(all_right(right), Tone.GOOD)] if judged else []
    blank = [j for j in amiss if j.outcome is Outcome.BLANK]
    left_out = len(blank) if len(blank) > MOST_BLANKS else 0
    listed = [j for j in amiss if not left_out or j not in blank]
    rows = tuple((j.label, j.given or "–", j.expected, Toned(*OUTCOME_WORDS[j.outcome])) for j in listed)
    table = [Table("", ("asked", "yours", "expected", ""), rows)] if rows else []
    return [Note(not_right(right, len(judged), left_out)), *table]


def all_right(count: int) -> str:
    """What is said when nothing is amiss."""
    return "The answer is right." if count == 1 else f"All {count} answers are right."


MOST_BLANKS = 4
"""Rows for what was left blank, at most: more of them would hide what is wrong."""


def not_right(right: int, count: int, left_out: int = 0) -> str:
    """What stands above the answers that are amiss; those ``left_out`` are counted only."""
    if count == 1:
        return "The answer is not right:"
    wrong = count - right - left_out
    these = ("", "; this is not:")[wrong] if wrong < 2 else "; these are not:"
    blank = f", {left_out} {'was' if left_out == 1 else 'were'} left blank" if left_out else ""
    return f"{right} of {count} answers {'is' if right == 1 else 'are'} right{blank}{these or '.'}"


def remarks(report: Report, misconceptions: Misconceptions) -> Iterator[Block]:
    """What is to be said of each answer that is amiss; a mistake made more than once is explained once."""
    explained: set[tuple[str, ...]] = set()
    gap = any(judgement.outcome is Outcome.BLANK for judgement in report.judgements)
    for judgement in report.judgements:
        if judgement.outcome in REMARKED or (judgement.outcome is Outcome.RIGHT and judgement.because):
            word, tone = OUTCOME_WORDS[judgement.outcome]
            yield Note(f"{word}: {judgement.label}: {judgement.because}", tone)
            if judgement.misconceptions not in explained:
                explained.add(judgement.misconceptions)
                known = [misconceptions[name] for name in judgement.misconceptions if name in misconceptions]
                yield from named(known, certain=not gap)
                yield from drills(known, report.variant.item.id)


REMARKED = (Outcome.WRONG, Outcome.NEAR, Outcome.UNDECIDED)
COUNTS = {2: "two mistakes", 3: "three mistakes"}


def named(known: Sequence[Misconception], *, certain: bool) -> list[Block]:
    """The mistake by name, with less certainty where work was left out; where several fit, all are told."""
    if len(known) == 1:
        start = "Here" if certain else "Your answer is what one gets when"
        return [Note(f"{start} {known[0].title}: {known[0].correction}")]
    if known:
        fits = Bullets(tuple(f"{entry.title}: {entry.correction}" for entry in known))
        count = COUNTS.get(len(known), "several mistakes")
        return [Note(f"This fits {count}; which did you make?"), fits]
    return []


def drills(known: Sequence[Misconception], here: str) -> list[Block]:
    """Where to go on with a mistake, unless it is where one is."""
    items = dict.fromkeys(entry.followup for entry in known if entry.followup not in {"", here})
    return [Note(f"Drill it:  bpdrill practice --item {item}", Tone.QUIET) for item in items]


def followed(report: Report) -> list[Block]:
    """Steps that were right from the learner's own values."""
    count = sum(j.outcome is Outcome.FOLLOWS for j in report.judgements)
    if not count:
        return []
    steps = "1 later step follows" if count == 1 else f"{count} later steps follow"
    return [Note(f"{steps} through from your own values: the work was right, its start was not.", Tone.FAIR)]


def criteria_table(report: Report) -> Table:
    """Each criterion, its state, and the evidence."""
    rows = tuple(criterion_row(mark, report) for mark in report.marks)
    return Table("Rubric", ("criterion", "needed for", "", "evidence"), rows)


def criterion_row(mark: Mark, report: Report) -> tuple[str | Toned, ...]:
    """One criterion."""
    return (
        report.variant.say(mark.criterion.says),
        needed(mark.criterion),
        Toned(*STATE_WORDS[mark.state]),
        mark.because,
    )


def needed(criterion: Criterion) -> str:
    """The verdict it is needed for."""
    return {"lean": "Lean", "strong": "Strong", "bonus": "(a plus)"}[criterion.required.value]
