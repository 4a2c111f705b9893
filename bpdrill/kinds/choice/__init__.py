"""Decide, and give the reason: situations whose numbers settle which word is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from bpdrill import notation
from bpdrill.kinds.choice.settling import Network, Numbers, shown_by, value_of
from bpdrill.marking.deck import deal
from bpdrill.marking.fields import Remark, judge_choice
from bpdrill.marking.specimens import common_specimens
from bpdrill.model.blocks import Block, Bullets, Field, Form, Heading, Presentation, Prose, Table
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen
from bpdrill.model.ranges import Range

REVISION = 1


@dataclass(frozen=True, slots=True)
class Option:
    """One of the words to choose from."""

    word: str
    says: str = ""
    """What the word stands for, listed before it is asked for."""
    when: str = ""
    """The right one where this formula is positive."""
    because: str = ""
    """What is said to somebody who chose it wrongly."""
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A choice; ``key`` is the right word where no formula tells."""

    id: str
    asks: str
    options: tuple[Option, ...]
    key: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A situation: its numbers, what is worked out from them, and questions of its own if it has some."""

    id: str
    says: str
    draw: Mapping[str, Range] = field(default_factory=dict)
    worked: Mapping[str, str] = field(default_factory=dict)
    """Formulas in the numbers and the ones before; they fill places of the prose too."""
    words: Mapping[str, str] = field(default_factory=dict)
    network: Network | None = None
    questions: tuple[Asked, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    """The right word by question, where neither a formula nor the question itself tells."""
    why: Mapping[str, str] = field(default_factory=dict)
    """The reason by question, where it is this case's own."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``choice`` item."""

    cases: tuple[Case, ...]
    ask: int
    """How many cases; seed 0 takes the first ones."""
    questions: tuple[Asked, ...] = ()
    """Asked of each case that has none of its own."""
    notes: tuple[str, ...] = ()
    """What is worth remembering, shown with the solution."""


@dataclass(frozen=True, slots=True)
class Dealt:
    """A case that was drawn, with its numbers."""

    case: str
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Question:
    """One choice of one situation, with its prose filled."""

    field: Field
    key: str
    why: str
    remarks: Mapping[str, Remark]
    meanings: Mapping[str, str]


def vary(item: Item, seed: int) -> Variant:
    """The first cases with their own numbers for seed 0, else drawn ones."""
    spec, numbers = cast("Spec", item.spec), Draw(seed)
    cases = deal(spec.cases, spec.ask, seed, numbers)
    dealt = tuple(Dealt(case.id, settled(case, seed, numbers)) for case in cases)
    return Variant(item, REVISION, seed, {"dealt": dealt})


def settled(case: Case, seed: int, numbers: Draw) -> Numbers:
    """What is drawn for a case, what its network shows, and what is worked out from both."""
    known: dict[str, float] = {
        name: float(entry.page) if seed == 0 else entry.drawn(numbers) for name, entry in case.draw.items()
    }
    if case.network:
        known |= shown_by(case.network, known, numbers)
    for name, text in case.worked.items():
        known[name] = value_of(text, known)
    return known


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def situations(variant: Variant) -> Iterator[tuple[int, Case, Numbers]]:
    """The drawn cases in order, numbered from 1."""
    cases = {case.id: case for case in spec_of(variant).cases}
    for place, dealt in enumerate(cast("tuple[Dealt, ...]", variant.values["dealt"]), 1):
        yield place, cases[dealt.case], dealt.numbers


def told(variant: Variant, case: Case, numbers: Numbers) -> Variant:
    """The variant with the places of its prose filled for one case, in signs that a keyboard has."""
    figures = {name: notation.number(value).replace("−", "-") for name, value in numbers.items()}
    return replace(variant, words={**figures, **case.words})


def questions(variant: Variant) -> tuple[Question, ...]:
    """Every choice of every situation, in order."""
    return tuple(
        question(told(variant, case, numbers), place, case, asked, numbers)
        for place, case, numbers in situations(variant)
        for asked in case.questions or spec_of(variant).questions
    )


def question(variant: Variant, place: int, case: Case, asked: Asked, numbers: Numbers) -> Question:
    """One choice of one situation."""
    words = {option.word: variant.say(option.word) for option in asked.options}
    cell = Field(
        f"{asked.id}.{place}",
        f"{place}: {variant.say(asked.asks)}",
        Form.CHOICE,
        choices=tuple(words.values()),
        help="one of the words; its first letters will do",
    )
    why = variant.say(case.why.get(asked.id, asked.why))
    return Question(
        cell,
        words[right_word(case, asked, numbers)],
        why,
        {words[o.word]: remark(variant, o, why) for o in asked.options},
        {words[o.word]: variant.say(o.says) for o in asked.options if o.says},
    )


def remark(variant: Variant, option: Option, why: str) -> Remark:
    """What is said of a wrong choice: about it, then about the right one."""
    parts = (variant.say(option.because), why)
    return Remark("; ".join(part for part in parts if part), option.misconception)


def fitting(case: Case, asked: Asked, numbers: Numbers) -> list[str]:
    """The words that are right: one, if the author made no mistake."""
    if key := case.keys.get(asked.id, asked.key):
        return [key]
    return [option.word for option in asked.options if option.when and value_of(option.when, numbers) > 0]


def right_word(case: Case, asked: Asked, numbers: Numbers) -> str:
    """The right word of a question."""
    fits = fitting(case, asked, numbers)
    if len(fits) != 1 or fits[0] not in {option.word for option in asked.options}:
        raise AuthorError(f"spec.cases.{case.id}: {asked.id} has {fits or 'nothing'} for its right word")
    return fits[0]


def present(variant: Variant) -> Presentation:
    """The question and what the words mean, then each situation when it is its turn."""
    asked = questions(variant)
    turns = {place: said(variant, place, case, numbers) for place, case, numbers in situations(variant)}
    last = {question.field.id.rsplit(".", 1)[1]: question.field.id for question in asked}
    opening = (Prose(variant.say(variant.item.prompt)), *shared_meanings(variant), *turns[1])
    then = {last[str(place - 1)]: turns[place] for place in turns if place > 1}
    return Presentation(opening, tuple(question.field for question in asked), then)


def shared_meanings(variant: Variant) -> Iterator[Block]:
    """What the words of the questions that are asked of each situation stand for, each list once."""
    lists = [
        tuple((option.word, option.says) for option in asked.options if option.says)
        for asked in spec_of(variant).questions
    ]
    yield from (Table("", ("answer", "that is"), rows) for rows in dict.fromkeys(lists) if rows)


def said(variant: Variant, place: int, case: Case, numbers: Numbers) -> tuple[Block, ...]:
    """One situation as it is put."""
    filled = told(variant, case, numbers)
    own = [question(filled, place, case, asked, numbers) for asked in case.questions]
    tables = (Table("", (q.field.label, "that is"), tuple(q.meanings.items())) for q in own if q.meanings)
    return (Heading(f"Situation {place}"), Prose(filled.say(case.says)), *tables)


def solution(variant: Variant) -> tuple[Block, ...]:
    """Each situation with its right words and why, then what is worth remembering."""
    lines: list[Block] = []
    asked = questions(variant)
    for place, case, numbers in situations(variant):
        lines += [Heading(f"Situation {place}"), Prose(told(variant, case, numbers).say(case.says))]
        lines += [Bullets(tuple(line(q) for q in asked if q.field.id.endswith(f".{place}")))]
    notes = spec_of(variant).notes
    return (*lines, *((Heading("To remember"), Bullets(notes)) if notes else ()))


def line(asked: Question) -> str:
    """A question with its answer and the reason."""
    told = f"{asked.field.label}: {asked.key}"
    return f"{told} ({asked.why})" if asked.why else told


# ── judging and proving ──────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Every choice by its key; a wrong one with what is to be said of it."""
    return tuple(judge_choice(q.field, answer, q.key, q.remarks) for q in questions(variant))


def specimens(variant: Variant) -> Iterator[Specimen]:
    """The right words, the same in capitals, and each wrong word by itself."""
    asked = questions(variant)
    right = {q.field.id: q.key for q in asked}
    yield from common_specimens(right, asked[0].field.id)
    yield Specimen("in capitals", {name: word.upper() for name, word in right.items()}, {})
    for q in asked:
        for word in q.field.choices:
            if word != q.key:
                changed = {**right, q.field.id: word}
                yield Specimen(f"{word} for {q.field.id}", changed, {q.field.id: Outcome.WRONG})


def complaints(variant: Variant) -> Iterator[str]:
    """Words that come out alike for these numbers, and wrong ones about which nothing is said."""
    for q in questions(variant):
        alike = sorted({word for word in q.field.choices if q.field.choices.count(word) > 1})
        yield from (f"{q.field.id}: two of the words are {word!r}" for word in alike)
        silent = [word for word, remarked in q.remarks.items() if word != q.key and not remarked.because]
        yield from (f"{q.field.id}: nothing is said of the wrong answer {word!r}" for word in silent)
