"""Estimate a quantity from a few others: each asked, each followed through, prose graded by oneself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from bpdrill import notation
from bpdrill.algebra.authored import expression_of
from bpdrill.algebra.equal import Tolerance, compare_values
from bpdrill.algebra.evaluate import Value, evaluate
from bpdrill.marking.prose import Question, judge_prose, prose_fields, with_words
from bpdrill.marking.specimens import numeric_specimens
from bpdrill.marking.steps import Carried, Step, Values, judge_step, leading
from bpdrill.model.blocks import Block, Bullets, Field, Form, Presentation, Prose, Table
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Item, Variant
from bpdrill.model.marks import Answer, Equal, Judgement, Outcome, Specimen, Unreadable
from bpdrill.model.ranges import Range, draw_ranges
from bpdrill.model.tree import Tree, names, substitute
from bpdrill.notation import read

REVISION = 1
ORDER_OF_MAGNITUDE = 10**0.5
"""Within half a power of ten, an answer has the right order of magnitude."""

ROUNDING = 1e-9
"""No tolerance is tighter: keys are floats."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another value that is met: another way to count, worth part of the credit, or the sign of a mistake."""

    key: str
    because: str = ""
    misconception: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number asked; ``key`` may use what is drawn and the quantities before it."""

    id: str
    asks: str
    key: str
    within: float = 0.01
    """Relative tolerance."""
    reciprocal: bool = False
    """``256`` and ``256x`` pass for 1/256."""
    magnitude: bool = False
    """The right order of magnitude is worth part of the credit."""
    spread: float = 1
    """Right by this factor either way: 10 where any value within a decade will do."""
    also: tuple[Other, ...] = ()
    """Right too, by another usual way to count."""
    near: tuple[Other, ...] = ()
    traps: tuple[Other, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of an ``estimate`` item."""

    draw: Mapping[str, Range]
    quantities: tuple[Quantity, ...]
    derived: Mapping[str, str] = field(default_factory=dict)
    """Numbers of the prompt that are made of the drawn ones: each may use those before it."""
    prose: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    """What a good written answer says, shown with the solution."""


def vary(item: Item, seed: int) -> Variant:
    """The item's own numbers for seed 0, else drawn ones."""
    spec = cast("Spec", item.spec)
    drawn: dict[str, Value] = dict(draw_ranges(spec.draw, seed))
    for name, text in spec.derived.items():
        drawn[name] = evaluate(formula(spec, text), drawn)
    return Variant(
        item, REVISION, seed, drawn, {name: notation.number(value) for name, value in drawn.items()}
    )


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def formula(spec: Spec, text: str) -> Tree:
    """An author's key, in the names of what is drawn and asked."""
    asked = (quantity.id for quantity in spec.quantities)
    names = dict.fromkeys((*spec.draw, *spec.derived, *asked), ())
    return expression_of(text, names, "spec.quantities").tree


def value_of(variant: Variant, text: str, carried: Carried) -> Value:
    """A key's value, from the learner's own earlier quantities where there are some."""
    spec = spec_of(variant)
    known: dict[str, Value] = dict(variant.values)
    for quantity in spec.quantities:
        if quantity.key == text:
            break
        known[quantity.id] = (
            carried[quantity.id][0]
            if quantity.id in carried
            else evaluate(formula(spec, quantity.key), known)
        )
    return evaluate(formula(spec, text), known)


def steps(variant: Variant) -> list[Step]:
    """One step a quantity."""
    return [step(variant, quantity) for quantity in spec_of(variant).quantities]


def step(variant: Variant, quantity: Quantity) -> Step:
    """A quantity as a step."""
    example = (
        "a number, a fraction or a power; 256x will do for 1/256"
        if quantity.reciprocal
        else "a number or a fraction"
    )
    return Step(
        Field(quantity.id, variant.say(quantity.asks), Form.NUMBER, help=example),
        partial(expected, variant, quantity),
        rule=worked_rule(variant, quantity),
        mistaken=partial(mistaken, variant, quantity),
        tolerance=relative(quantity),
    )


def worked_rule(variant: Variant, quantity: Quantity) -> str:
    """The formula, then the same with its numbers, where it has names: ``norm·cap = 1·0.25``."""
    tree, known = formula(spec_of(variant), quantity.key), dict(variant.values)
    for earlier in spec_of(variant).quantities:
        if earlier.id in names(tree):
            known[earlier.id] = value_of(variant, earlier.key, {})
    numbers = {name: number(known[name]) for name in names(tree)}
    return " = ".join(dict.fromkeys((notation.text(tree), notation.text(substitute(tree, numbers)))))


def number(value: Value) -> Tree:
    """A value, as it is shown elsewhere."""
    reading = read(notation.number(value), {})
    if isinstance(reading, Unreadable):
        raise AuthorError(f"{value} cannot be shown: {reading.hint}")
    return reading.tree


def expected(variant: Variant, quantity: Quantity, carried: Carried) -> Values:
    """What follows from the quantities before."""
    return (value_of(variant, quantity.key, carried),)


def mistaken(variant: Variant, quantity: Quantity, carried: Carried) -> Iterator[tuple[str, Values]]:
    """The values that known misconceptions lead to, a ratio either way round."""
    for trap in quantity.traps:
        value = value_of(variant, trap.key, carried)
        yield trap.misconception, (value,)
        if quantity.reciprocal and value:
            yield trap.misconception, (1 / value,)


def present(variant: Variant) -> Presentation:
    """The question, the numbers asked, then room for the words."""
    fields = (*(step.field for step in steps(variant)), *prose_fields(spec_of(variant).prose, variant))
    return Presentation((Prose(variant.say(variant.item.prompt)),), fields)


def solution(variant: Variant) -> tuple[Block, ...]:
    """Each quantity with its formula, then what a good written answer says."""
    rows = tuple((s.field.label, s.rule, notation.value(s.key[0])) for s in steps(variant))
    return (
        Table("", ("asked", "how", "value"), rows),
        Bullets(tuple(variant.say(note) for note in spec_of(variant).notes)),
    )


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """The numbers in order, then the words, which are kept for the learner to grade."""
    carried: dict[str, Values] = {}
    judged = []
    for quantity, step in zip(spec_of(variant).quantities, steps(variant), strict=True):
        judgement, typed = judge_step(step, answer.get(quantity.id, ""), carried)
        if typed is None:
            judged.append(judgement)
            continue
        carried[quantity.id] = turned(quantity, typed, step.key)
        judged.append(soften(variant, quantity, judgement, carried))
    return (*judged, *judge_prose(spec_of(variant).prose, variant, answer))


def turned(quantity: Quantity, typed: Values, key: Values) -> Values:
    """A ratio given the other way round, the right way round."""
    upside_down = quantity.reciprocal and typed[0] > 0 and (typed[0] > 1 > key[0] or typed[0] < 1 < key[0])
    return (1 / typed[0],) if upside_down else typed


def soften(variant: Variant, quantity: Quantity, judged: Judgement, carried: Carried) -> Judgement:
    """Credit, whole or in part, for what is not the key as it stands but is not wrong either."""
    if judged.outcome is not Outcome.WRONG:
        return judged
    own = carried[quantity.id][0]
    earlier = leading(step(variant, quantity), {k: v for k, v in carried.items() if k != quantity.id})
    if within_factor(own, value_of(variant, quantity.key, earlier), quantity.spread):
        because = f"within a factor of {quantity.spread:g}, which is all that is asked"
        return replace(judged, outcome=Outcome.RIGHT, because=because, misconceptions=())
    for outcome, key, because in milder(variant, quantity, earlier):
        if agrees(own, key, quantity):
            return replace(judged, outcome=outcome, because=because, misconceptions=())
    close = quantity.magnitude and within_factor(own, value_of(variant, quantity.key, {}), ORDER_OF_MAGNITUDE)
    if close and not judged.misconceptions:
        return replace(
            judged, outcome=Outcome.NEAR, because=f"the right order of magnitude; {judged.because}"
        )
    return judged


def milder(variant: Variant, quantity: Quantity, earlier: Carried) -> Iterator[tuple[Outcome, Value, str]]:
    """What else an answer may agree with, what that makes of it, and why."""
    yield Outcome.RIGHT, value_of(variant, quantity.key, {}), "the same ratio, the other way round"
    yield Outcome.FOLLOWS, value_of(variant, quantity.key, earlier), "right from your own earlier values"
    for other in quantity.also:
        yield Outcome.RIGHT, value_of(variant, other.key, earlier), other.because
    for other in quantity.near:
        yield Outcome.NEAR, value_of(variant, other.key, earlier), other.because


def relative(quantity: Quantity) -> Tolerance:
    """Relative alone: 1e-60 and 1e-80 are not the same."""
    return Tolerance(rel=max(quantity.within, ROUNDING), abs=0.0)


def within_factor(given: Value, key: Value, factor: float) -> bool:
    """Of one sign with the key, and off by less than a factor either way."""
    return bool(given * key > 0 and 1 / factor < given / key < factor)


def agrees(given: Value, key: Value, quantity: Quantity) -> bool:
    """Equal within the quantity's tolerance."""
    return isinstance(compare_values(given, key, relative(quantity)), Equal)


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """The steps' specimens, with something in each prose field."""
    return with_words(numeric_specimens(steps(variant), {}), spec_of(variant).prose)


def complaints(variant: Variant) -> Iterator[str]:
    """Another value that is the key itself."""
    for quantity in spec_of(variant).quantities:
        key = value_of(variant, quantity.key, {})
        for other in (*quantity.also, *quantity.near, *quantity.traps):
            if agrees(value_of(variant, other.key, {}), key, quantity):
                yield f"spec.quantities.{quantity.id}: {other.key} is the key itself for these numbers"
