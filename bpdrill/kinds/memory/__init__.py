"""What is kept for the backward pass, and what checkpoints save of it: sizes in any unit, and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import cast

from bpdrill import notation
from bpdrill.algebra.evaluate import evaluate
from bpdrill.kinds.memory.met import (
    Ask,
    Met,
    Own,
    every_met,
    extra_met,
    held_met,
    layer_met,
    least,
    tensors_met,
    total_met,
)
from bpdrill.laboratory.memory.blocks import BINARY, DECIMAL, humane
from bpdrill.laboratory.memory.chain import measured
from bpdrill.laboratory.memory.memory import Network, best_every, memory
from bpdrill.marking.fields import judge_field
from bpdrill.marking.quantities import BYTES
from bpdrill.marking.reading import Said
from bpdrill.marking.specimens import common_specimens
from bpdrill.model.blocks import Block, Bullets, Field, Form, Presentation, Prose, Table
from bpdrill.model.items import Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen
from bpdrill.model.ranges import Range, draw_ranges
from bpdrill.model.tree import Tree

REVISION = 1
PERCENT_FROM = 1.5
"""A part of a step that is larger than this was meant in percent."""
ONE = Range(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Sizes:
    """The network's sizes, each as it is or drawn."""

    layers: Range
    hidden: Range
    number_bytes: Range
    batch: Range = ONE
    seq: Range = ONE
    tensors: Range = ONE


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``memory`` item."""

    network: Sizes
    asks: tuple[Ask, ...]
    """In this order, so that later answers may follow from earlier ones."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that can be asked."""

    asks: str
    form: Form
    help: str
    met: Callable[[Network, Own], Iterator[Met]]
    """What is met in answers, the key first."""
    rule: Callable[[Network], str]
    shown: Callable[[float], str]


def vary(item: Item, seed: int) -> Variant:
    """The item's own sizes for seed 0, else drawn ones."""
    sizes = cast("Spec", item.spec).network
    ranges = {entry.name: getattr(sizes, entry.name) for entry in fields(sizes)}
    drawn = {name: int(value) for name, value in draw_ranges(ranges, seed).items()}
    words = {name: f"{value:,}" for name, value in drawn.items()}
    return Variant(item, REVISION, seed, {"network": Network(**drawn)}, words)


def network_of(variant: Variant) -> Network:
    """What was drawn."""
    return cast("Network", variant.values["network"])


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


# ── the questions ────────────────────────────────────────────────────────────────────────────────


def sizes(size: float) -> str:
    """An amount in both units: 3.22 GB = 3 GiB."""
    return " = ".join(dict.fromkeys(humane(round(size), units) for units in (DECIMAL, BINARY)))


def layer_rule(network: Network) -> str:
    """The numbers of one layer, times their bytes."""
    names = ("tensors", "batch", "seq", "hidden", "number_bytes")
    factors = [getattr(network, name) for name in names]
    return " · ".join(f"{factor:,}" for factor in factors if factor > 1)


SIZE_HELP = "a number with its unit: 5 GB, 5 GiB, 40 kB, 1024 B"
QUESTIONS: Mapping[Ask, Question] = {
    "layer": Question("memory one layer keeps", Form.QUANTITY, SIZE_HELP, layer_met, layer_rule, sizes),
    "total": Question(
        "memory all layers keep",
        Form.QUANTITY,
        SIZE_HELP,
        total_met,
        lambda network: f"{network.layers:,} layers of {humane(network.layer_bytes, BINARY)}",
        sizes,
    ),
    "every": Question(
        "a checkpoint every how many layers",
        Form.NUMBER,
        "a whole number",
        every_met,
        lambda network: f"N/k + k is least near k = √{network.layers}; {span(best_every(network))}",
        notation.number,
    ),
    "tensors": Question(
        "tensors held at the worst moment",
        Form.NUMBER,
        "a whole number",
        tensors_met,
        lambda _: "⌈N/k⌉ checkpoints and one segment of k",
        notation.number,
    ),
    "held": Question(
        "memory held at the worst moment",
        Form.QUANTITY,
        SIZE_HELP,
        held_met,
        lambda network: f"{least(network)} tensors of {humane(network.tensor_bytes, BINARY)}",
        sizes,
    ),
    "extra": Question(
        "extra computing, as a part of a training step",
        Form.NUMBER,
        "a percentage such as 12%, or a fraction",
        extra_met,
        lambda _: "at most 1 forward pass more, on 1 forward and a backward worth 2",
        lambda part: f"{part:.0%}",
    ),
}


def span(best: range) -> str:
    """The best spacings."""
    return f"any k from {best[0]} to {best[-1]} will do" if len(best) > 1 else f"k = {best[0]}"


def field_of(ask: Ask) -> Field:
    """Where a question is answered."""
    question = QUESTIONS[ask]
    return Field(ask, question.asks, question.form, help=question.help)


def present(variant: Variant) -> Presentation:
    """The task, then the sizes and counts."""
    blanks = tuple(field_of(ask) for ask in spec_of(variant).asks)
    return Presentation((Prose(variant.say(variant.item.prompt)),), blanks)


def met_without_slip(variant: Variant, ask: Ask) -> tuple[Met, ...]:
    """What is met in answers of somebody whose earlier answers are right."""
    return tuple(QUESTIONS[ask].met(network_of(variant), {}))


def solution(variant: Variant) -> tuple[Block, ...]:
    """Each answer with its rule."""
    rows = tuple(solved(variant, ask) for ask in spec_of(variant).asks)
    notes = tuple(variant.say(note) for note in spec_of(variant).notes)
    return (Table("", ("asked", "how", "value"), rows), Bullets(notes))


def solved(variant: Variant, ask: Ask) -> tuple[str, str, str]:
    """One row of the solution."""
    question = QUESTIONS[ask]
    key = met_without_slip(variant, ask)[0]
    return question.asks, question.rule(network_of(variant)), question.shown(key.value)


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """In order, each with the learner's own earlier answers at hand."""
    own: dict[Ask, float] = {}
    return tuple(judge_one(variant, ask, answer, own) for ask in spec_of(variant).asks)


def judge_one(variant: Variant, ask: Ask, answer: Answer, own: dict[Ask, float]) -> Judgement:
    """Judge one answer, and keep its value in ``own`` for those that follow from it."""
    network, question, field = network_of(variant), QUESTIONS[ask], field_of(ask)
    met = tuple(question.met(network, own))
    expected = question.shown(met[0].value)

    def judge_said(said: Said) -> Judgement:
        found, own[ask] = found_in(met, tuple(readings(ask, said)))
        right = found.outcome is Outcome.RIGHT
        telling = "" if right else f"yours is {said.echo}, expected {expected}; {question.rule(network)}"
        because = found.because or telling
        names = tuple(dict.fromkeys(m.misconception for m in met if m.misconception and m.fits(own[ask])))
        wrong = found.outcome is Outcome.WRONG
        return Judgement(
            field.id, field.label, found.outcome, said.echo, expected, because, names if wrong else ()
        )

    return judge_field(field, answer, expected, judge_said)


def found_in(met: tuple[Met, ...], amounts: tuple[float, ...]) -> tuple[Met, float]:
    """The first of ``met`` that some reading of the answer fits, and that reading."""
    pairs = ((value, amount) for value in met for amount in amounts if value.fits(amount))
    return next(pairs, (Met(amounts[0], Outcome.WRONG), amounts[0]))


def readings(ask: Ask, said: Said) -> Iterator[float]:
    """What a number may stand for: GB is said for GiB, and a unit that everybody knows is left out."""
    typed = float(evaluate(cast("Tree", said.tree), {}))
    if QUESTIONS[ask].form is Form.QUANTITY:
        meant = (said.word, f"{said.word[0]}iB".replace("k", "K")) if said.word else tuple(BYTES)
        yield from (typed * BYTES[unit] for unit in meant if unit in BYTES)
    else:
        yield typed / 100 if ask == "extra" and typed > PERCENT_FROM else typed


# ── proving ──────────────────────────────────────────────────────────────────────────────────────


def specimens(variant: Variant) -> Iterator[Specimen]:
    """Plain bytes, bytes in GB, and for each question the first mistake that is listed."""
    asks = spec_of(variant).asks
    keys = {ask: met_without_slip(variant, ask)[0].value for ask in asks}
    exact: Answer = {ask: typed(ask, value) for ask, value in keys.items()}
    yield from common_specimens(exact, asks[0])
    yield Specimen("right, another way", {ask: typed_otherwise(ask, keys[ask]) for ask in asks}, {})
    for ask in asks:
        slip = next(m for m in met_without_slip(variant, ask) if m.misconception)
        changed = {**exact, ask: typed(ask, slip.value)}
        yield Specimen(f"{slip.misconception} at {ask}", changed, {ask: Outcome.WRONG})


def typed(ask: Ask, value: float) -> str:
    """A value as a careful learner types it."""
    return f"{value:.12g}{' B' * (QUESTIONS[ask].form is Form.QUANTITY)}"


def typed_otherwise(ask: Ask, value: float) -> str:
    """Sizes in GB; other numbers left as a sum."""
    return f"about {value / 10**9:.4g} GB" if QUESTIONS[ask].form is Form.QUANTITY else f"0 + {value:.12g}"


def complaints(variant: Variant) -> Iterator[str]:
    """A mistake that these sizes hide, and counts that the engine does not bear out on a narrow chain."""
    for ask in spec_of(variant).asks:
        key, *others = met_without_slip(variant, ask)
        for other in others:
            if other.misconception and key.fits(other.value):
                yield f"these sizes hide the mistake {other.misconception}"
    stand_in = Network(layers=network_of(variant).layers, hidden=2, number_bytes=8)
    if not measured(memory(stand_in, best_every(stand_in)[0])).as_counted:
        yield "the engine does not hold or run again what is counted"
