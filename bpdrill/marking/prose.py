"""Questions answered in words: kept, shown beside the solution, graded by the learner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bpdrill.model.blocks import Field, Form
from bpdrill.model.items import Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen

HELP = "a few words or formulas; an empty line is fine, a line with only a dot ends it"


@dataclass(frozen=True, slots=True)
class Question:
    """Something asked in words."""

    id: str
    asks: str


def prose_fields(questions: Sequence[Question], variant: Variant) -> tuple[Field, ...]:
    """Room to write, for each question."""
    return tuple(Field(q.id, variant.say(q.asks), Form.PROSE, help=HELP) for q in questions)


def judge_prose(questions: Sequence[Question], variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Given or left out: more than that is not said here."""
    return tuple(
        Judgement(
            field.id,
            field.label,
            Outcome.GIVEN if answer.get(field.id, "").strip() else Outcome.BLANK,
            given=answer.get(field.id, "").strip(),
        )
        for field in prose_fields(questions, variant)
    )


def with_words(specimens: Iterable[Specimen], questions: Sequence[Question]) -> tuple[Specimen, ...]:
    """Specimens with something written for each question; a blank one stays blank."""
    return tuple(with_word(specimen, [question.id for question in questions]) for specimen in specimens)


def with_word(specimen: Specimen, ids: Sequence[str]) -> Specimen:
    """One specimen with its words, and what they must earn."""
    said = Outcome.GIVEN if specimen.answer else Outcome.BLANK
    words = dict.fromkeys(ids, "in words") if specimen.answer else {}
    outcomes = {**dict.fromkeys(ids, said), **specimen.outcomes}
    return replace(specimen, answer={**words, **specimen.answer}, outcomes=outcomes)
