"""Explain something in your own words, grade it yourself, and say of claims whether they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from bpdrill.marking.deck import deal
from bpdrill.marking.fields import Remark, judge_choice
from bpdrill.marking.prose import Question, judge_prose, prose_fields, with_words
from bpdrill.marking.specimens import common_specimens
from bpdrill.model.blocks import Block, Bullets, Field, Form, Presentation, Prose, Table
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen

REVISION = 1
QUESTIONS = (Question("text", "your answer"),)
WORDS = ("true", "false")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that is said about the matter, and whether it holds."""

    id: str
    says: str
    holds: bool
    because: str
    misconception: str = ""
    """What somebody mistakes who judges it wrongly."""

    @property
    def word(self) -> str:
        """What is to be answered."""
        return WORDS[0] if self.holds else WORDS[1]

    @property
    def other(self) -> str:
        """The wrong answer."""
        return WORDS[1] if self.holds else WORDS[0]

    @property
    def field(self) -> Field:
        """Where it is judged."""
        asks = f"True or false: {self.says.removesuffix('.')}"
        return Field(f"claim.{self.id}", asks, Form.CHOICE, choices=WORDS, help="true or false")


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of an ``explain`` item."""

    points: tuple[str, ...] = ()
    """What a good answer says, shown when it is time to grade."""
    claims: tuple[Claim, ...] = ()
    """Asked after the text, so that they give nothing away; for seed 0 the first of them."""
    asked: int = 2
    """How many of the claims are asked at a time."""


def vary(item: Item, seed: int) -> Variant:
    """The question stays the same; the claims that follow it change."""
    spec = cast("Spec", item.spec)
    names = [claim.id for claim in spec.claims]
    dealt = deal(names, min(spec.asked, len(names)), seed, Draw(seed))
    return Variant(item, REVISION, seed, {"claims": dealt})


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def claims_of(variant: Variant) -> tuple[Claim, ...]:
    """The claims that were drawn, in their order."""
    by_id = {claim.id: claim for claim in spec_of(variant).claims}
    return tuple(by_id[name] for name in variant.values["claims"])


def present(variant: Variant) -> Presentation:
    """The prompt, room to write, then the claims."""
    fields = (*prose_fields(QUESTIONS, variant), *(claim.field for claim in claims_of(variant)))
    return Presentation((Prose(variant.item.prompt),), fields)


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """The text is kept, not judged: the learner ticks the criteria; a claim holds or does not."""
    claims = (judge_claim(claim, answer) for claim in claims_of(variant))
    return (*judge_prose(QUESTIONS, variant, answer), *claims)


def judge_claim(claim: Claim, answer: Answer) -> Judgement:
    """Whether it was seen through."""
    remark = Remark(claim.because, claim.misconception)
    return judge_choice(claim.field, answer, claim.word, {claim.other: remark})


def solution(variant: Variant) -> tuple[Block, ...]:
    """What a good answer says, and what there is to say on each claim."""
    rows = tuple((claim.says, claim.word, claim.because) for claim in claims_of(variant))
    points = spec_of(variant).points
    claims = (Table("Claims", ("claim", "", "because"), rows),) if rows else ()
    return (Bullets(points), *claims) if points else claims


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """Graded by oneself, the text decides nothing; the claims are seen through or not."""
    claims = claims_of(variant)
    first, right = claims[0], {claim.field.id: claim.word for claim in claims}
    taken_in = {**right, first.field.id: first.other}
    bare = (
        *common_specimens(right, first.field.id),
        Specimen("right, in one letter", {field: word[0] for field, word in right.items()}, {}),
        Specimen("taken in", taken_in, {first.field.id: Outcome.WRONG}),
    )
    return with_words(bare, QUESTIONS)


def complaints(variant: Variant) -> Iterator[str]:
    """A question graded by oneself must say how; claims must leave the answer open."""
    spec = spec_of(variant)
    if not any(criterion.self_graded for criterion in variant.item.rubric.criteria):
        yield "no criteria to tick"
    if len(spec.claims) <= spec.asked:
        yield "spec.claims: there must be more claims than are asked at a time"
    if len({claim.holds for claim in spec.claims}) == 1:
        yield "spec.claims: some must hold and some must not"
