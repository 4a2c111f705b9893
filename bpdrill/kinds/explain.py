"""Explain something in your own words, then grade it yourself against three lines."""

from __future__ import annotations

from dataclasses import dataclass

from bpdrill.marking.prose import Question, judge_prose, prose_fields
from bpdrill.model.blocks import Block, Bullets, Presentation, Prose
from bpdrill.model.items import Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen, Verdict

REVISION = 1
QUESTIONS = (Question("text", "your answer"),)


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of an ``explain`` item."""

    points: tuple[str, ...] = ()
    """What a good answer says, shown when it is time to grade."""


def vary(item: Item, seed: int) -> Variant:
    """The question stays the same; only the day differs."""
    return Variant(item, REVISION, seed)


def present(variant: Variant) -> Presentation:
    """The prompt and room to write."""
    return Presentation((Prose(variant.item.prompt),), prose_fields(QUESTIONS, variant))


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """The text is kept, not judged: the learner ticks the criteria."""
    return judge_prose(QUESTIONS, variant, answer)


def solution(variant: Variant) -> tuple[Block, ...]:
    """What a good answer says, where the author tells; the rubric's lines stand with every solution."""
    spec = variant.item.spec
    return (Bullets(spec.points),) if isinstance(spec, Spec) and spec.points else ()


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """Graded by oneself, the answer's text decides nothing."""
    ticked = {f"tick.{criterion.id}": "yes" for criterion in variant.item.rubric.criteria}
    return (
        Specimen(
            "all ticked", {"text": "the chain rule", **ticked}, {"text": Outcome.GIVEN}, Verdict.STRONG_HIRE
        ),
        Specimen("blank", {}, {"text": Outcome.BLANK}, Verdict.NO_HIRE),
    )


def complaints(variant: Variant) -> tuple[str, ...]:
    """A question graded by oneself must say how."""
    return () if variant.item.rubric.criteria else ("no criteria to tick",)
