"""Short rules from memory: formulas held against the engine's own rules, and words to choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import cast

from bpdrill import notation
from bpdrill.algebra.evaluate import evaluate
from bpdrill.kinds.recall.formulas import (
    Rule,
    allowed,
    compared,
    engine_rule,
    expected,
    key_of,
    remark_on,
    typed,
)
from bpdrill.marking.deck import deal
from bpdrill.marking.fields import Remark, judge_choice, judge_field
from bpdrill.marking.reading import Said
from bpdrill.marking.specimens import common_specimens
from bpdrill.model.blocks import Block, Field, Form, Presentation, Prose, Table
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Different, Equal, Judgement, Outcome, Specimen, Unreadable
from bpdrill.model.tree import Tree
from bpdrill.notation import read

REVISION = 1


@dataclass(frozen=True, slots=True)
class Word:
    """A fact to know: one word of the set called ``among``."""

    id: str
    asks: str
    among: str
    word: str
    why: str
    remarks: Mapping[str, Remark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Year:
    """When something appeared in print; one off is right too."""

    id: str
    asks: str
    year: int


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``recall`` item."""

    rules: tuple[Rule, ...] = ()
    words: tuple[Word, ...] = ()
    years: tuple[Year, ...] = ()
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The words to choose from, by the name of the set."""
    ask_rules: int = 0
    ask_words: int = 0
    ask_years: int = 0
    """How many of each; seed 0 takes the first ones."""


def vary(item: Item, seed: int) -> Variant:
    """The first cards for seed 0, else drawn ones."""
    spec, numbers = cast("Spec", item.spec), Draw(seed)
    rules = deal([rule.id for rule in spec.rules], spec.ask_rules, seed, numbers)
    words = deal([word.id for word in spec.words], spec.ask_words, seed, numbers)
    years = deal([year.id for year in spec.years], spec.ask_years, seed, numbers)
    return Variant(item, REVISION, seed, {"rules": rules, "words": words, "years": years})


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def rules_of(variant: Variant) -> list[tuple[Field, Rule]]:
    """The formulas that are asked, each with its field."""
    deck = {rule.id: rule for rule in spec_of(variant).rules}
    return [(rule_field(place, deck[name]), deck[name]) for place, name in dealt(variant, "rules")]


def words_of(variant: Variant) -> list[tuple[Field, Word]]:
    """The words that are asked, each with its field."""
    deck, sets = {word.id: word for word in spec_of(variant).words}, spec_of(variant).sets
    return [(word_field(place, deck[name], sets), deck[name]) for place, name in dealt(variant, "words")]


def years_of(variant: Variant) -> list[tuple[Field, Year]]:
    """The years that are asked, each with its field."""
    deck = {year.id: year for year in spec_of(variant).years}
    return [(year_field(place, deck[name]), deck[name]) for place, name in dealt(variant, "years")]


def dealt(variant: Variant, deck: str) -> Iterator[tuple[int, str]]:
    """The cards that were drawn, numbered from 1."""
    return enumerate(cast("Sequence[str]", variant.values[deck]), 1)


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def rule_field(place: int, rule: Rule) -> Field:
    """Where a formula is typed."""
    names = ", ".join(allowed(rule))
    example = f"a formula in {names}; any notation will do"
    return Field(f"rule.{place}", rule.asks, Form.EXPRESSION, symbols=allowed(rule), help=example)


def word_field(place: int, word: Word, sets: Mapping[str, tuple[str, ...]]) -> Field:
    """Where a word is chosen."""
    return Field(
        f"word.{place}",
        word.asks,
        Form.CHOICE,
        choices=sets[word.among],
        help="one of the words; its first letters will do",
    )


def year_field(place: int, year: Year) -> Field:
    """Where a year is guessed."""
    return Field(f"year.{place}", year.asks, Form.NUMBER, help="a year, such as 1989; one off will do")


def present(variant: Variant) -> Presentation:
    """The question, then a field a card, formulas first."""
    cards = chain(rules_of(variant), words_of(variant), years_of(variant))
    return Presentation((Prose(variant.say(variant.item.prompt)),), tuple(cell for cell, _ in cards))


def solution(variant: Variant) -> tuple[Block, ...]:
    """Every card with its answer and the reason."""
    formulas = tuple((rule.asks, expected(rule), rule.why) for _, rule in rules_of(variant))
    words = tuple((word.asks, word.word, word.why) for _, word in words_of(variant))
    years = tuple((year.asks, str(year.year)) for _, year in years_of(variant))
    tables = (
        (("rule", "formula", "note"), formulas),
        (("asked", "answer", "because"), words),
        (("asked", "year"), years),
    )
    return tuple(Table("", header, rows) for header, rows in tables if rows)


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """The formulas, the words, the years."""
    return (
        *(judge_rule(cell, rule, answer) for cell, rule in rules_of(variant)),
        *(judge_word(cell, word, answer) for cell, word in words_of(variant)),
        *(judge_year(cell, year, answer) for cell, year in years_of(variant)),
    )


def judge_rule(cell: Field, rule: Rule, answer: Answer) -> Judgement:
    """Equal to the key in whatever names; else the mistake that gives it."""

    def judge_said(said: Said) -> Judgement:
        given = cast("Tree", said.tree)
        told = compared(rule, given, key_of(rule))
        if isinstance(told, Different):
            remark = remark_on(rule, given, told.witness)
            fits = tuple(name for name in remark.misconception.split() if name)
            return Judgement(
                cell.id, cell.label, remark.outcome, said.echo, expected(rule), remark.because, fits
            )
        outcome = Outcome.RIGHT if isinstance(told, Equal) else Outcome.UNDECIDED
        return Judgement(cell.id, cell.label, outcome, said.echo, expected(rule))

    return judge_field(cell, answer, expected(rule), judge_said)


def judge_word(cell: Field, word: Word, answer: Answer) -> Judgement:
    """The word, or what is to be said of another."""
    return judge_choice(cell, answer, word.word, word.remarks, word.why)


def judge_year(cell: Field, year: Year, answer: Answer) -> Judgement:
    """The year, or one beside it."""

    def judge_said(said: Said) -> Judgement:
        off = abs(float(evaluate(cast("Tree", said.tree), {})) - year.year)
        outcome = Outcome.RIGHT if off <= 1 else Outcome.WRONG
        because = "" if off == 0 else f"it was {year.year}"
        return Judgement(cell.id, cell.label, outcome, said.echo, str(year.year), because)

    return judge_field(cell, answer, str(year.year), judge_said)


# ── proving ──────────────────────────────────────────────────────────────────────────────────────


def specimens(variant: Variant) -> Iterator[Specimen]:
    """The formulas as they are, in brackets and doubled; each trap; the words and other words."""
    formulas = {cell.id: typed(rule, key_of(rule)) for cell, rule in rules_of(variant)}
    words = {cell.id: word.word for cell, word in words_of(variant)}
    right = {**formulas, **words, **{cell.id: str(year.year) for cell, year in years_of(variant)}}
    yield from common_specimens(right, next(iter(right)))
    bracketed = {name: f"1*({text})" for name, text in formulas.items()}
    capitals = {name: word.upper() for name, word in words.items()}
    yield Specimen("in other words", {**right, **bracketed, **capitals}, {})
    for name, text in formulas.items():
        yield Specimen(f"{name} doubled", {**right, name: f"2*({text})"}, {name: Outcome.WRONG})
    yield from trapped(variant, right)
    for cell, word in words_of(variant):
        other = next(choice for choice in cell.choices if choice != word.word)
        outcome = word.remarks[other].outcome if other in word.remarks else Outcome.WRONG
        yield Specimen(f"{other} for {cell.id}", {**right, cell.id: other}, {cell.id: outcome})


def trapped(variant: Variant, right: Answer) -> Iterator[Specimen]:
    """Each trap by itself."""
    for cell, rule in rules_of(variant):
        for trap in rule.traps:
            outcome = Outcome.NEAR if trap.near else Outcome.WRONG
            yield Specimen(f"{trap.form} for {cell.id}", {**right, cell.id: trap.form}, {cell.id: outcome})


def complaints(variant: Variant) -> Iterator[str]:
    """A form that the engine denies, a key in names that may not be used, a word that is no choice."""
    for _, rule in rules_of(variant):
        own, engine = key_of(rule), engine_rule(rule)
        if engine is not None and not isinstance(told := compared(rule, own, engine), Equal):
            yield f"spec.rules.{rule.id}: the engine's rule is {notation.text(engine)}: {told}"
        if isinstance(reading := read(typed(rule, own), allowed(rule)), Unreadable):
            yield f"spec.rules.{rule.id}: the key itself is not allowed: {reading.hint}"
    for cell, word in words_of(variant):
        for name in (word.word, *word.remarks):
            if name not in cell.choices:
                yield f"spec.words.{word.id}: {name!r} is none of the set {word.among}"
