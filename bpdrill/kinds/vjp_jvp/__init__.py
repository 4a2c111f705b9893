"""A Jacobian times a vector, from either side, without forming it: one sweep of one mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from bpdrill import notation
from bpdrill.algebra.authored import expression_of
from bpdrill.algebra.evaluate import evaluate
from bpdrill.algebra.vector import VectorFunction
from bpdrill.kinds.vjp_jvp.products import SIDES, WHOLE, Product, Side, Sweep
from bpdrill.marking.fields import Remark, judge_choice
from bpdrill.marking.specimens import hiding, numeric_specimens
from bpdrill.marking.steps import Step, judge_steps
from bpdrill.marking.vectors import (
    Entries,
    Written,
    alike,
    draw_function,
    function_table,
    given_table,
    hidden,
    shapes_of,
    words_of,
)
from bpdrill.model.blocks import Block, Bullets, Field, Form, Formula, Presentation, Prose, Table
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen
from bpdrill.model.tree import leaves
from bpdrill.notation import Reading

REVISION = 1
LARGEST = 1000
"""No entry that needs paper to multiply."""
MODES_SWAPPED = "product.modes-swapped"
NOTES = (
    "vᵀ J is one sweep of reverse mode: v is the upstream gradient, and each line sends back its share.",
    "J u is one sweep of forward mode: u is how the inputs move, and each line says how it follows.",
    "The whole Jacobian takes a reverse sweep for each output, or a forward sweep for each input.",
)


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``vjp_jvp`` item."""

    functions: tuple[Written, ...]
    """The first is that of seed 0; ``at`` gives v, a weight for each output, and u, a step for each input."""
    draw: Mapping[str, Entries]
    """What the numbers of the other seeds are drawn from; what is not named keeps its own."""
    products: tuple[Product, ...]
    """Which are asked, in order."""
    stages: tuple[str, ...] = ()
    """Lines on the way, in the program's order, at which the sweeps are asked as well; for one output."""
    formula: str = ""
    """The first product as a formula; none: it is not asked."""
    symbols: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    """The names that the formula may use, with their shapes."""
    show: tuple[str, ...] = ()
    """What is listed as given beside the vectors; none: all that the lines read."""
    silent: tuple[str, ...] = ()
    """Mistakes that leave a product as it is, for every seed."""


def vary(item: Item, seed: int) -> Variant:
    """The item's own numbers for seed 0, else ones that let every mistake show."""
    spec = cast("Spec", item.spec)
    function = draw_function(spec.functions, spec.draw, seed, partial(good, spec))
    if spec.stages and len(function.outputs) > 1:
        raise AuthorError("spec.stages: a function with stages has one output, a vector")
    return Variant(item, REVISION, seed, {"function": function}, words_of(function, ()))


def good(spec: Spec, function: VectorFunction) -> bool:
    """Small enough, and with every mistake to be seen."""
    return not {*hidden_by(spec, function)}.difference(spec.silent) and abs(function.matrix).max() <= LARGEST


def hidden_by(spec: Spec, function: VectorFunction) -> list[str]:
    """Mistakes that leave one of the products as it is."""
    sweeps = [Sweep(function, product) for product in spec.products]
    found = (hidden(sweep.mistaken_wholes(), sweep.swept(WHOLE, {})) for sweep in sweeps)
    return list(dict.fromkeys(name for names in found for name in names))


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def function_of(variant: Variant) -> VectorFunction:
    """What was drawn."""
    return cast("VectorFunction", variant.values["function"])


# ── the steps ────────────────────────────────────────────────────────────────────────────────────


def steps(variant: Variant) -> list[Step]:
    """For each product the lines on the way, the product, the sweeps for all of J; then the formula."""
    spec, function = spec_of(variant), function_of(variant)
    sweeps = [Sweep(function, product) for product in spec.products]
    told = [step for sweep in sweeps for step in steps_of(sweep, spec.stages)]
    return [*told, formula_step(variant)] if spec.formula else told


def steps_of(sweep: Sweep, stages: tuple[str, ...]) -> Iterator[Step]:
    """The lines in the order of the sweep, then the whole."""
    for line in stages if sweep.product == "jvp" else reversed(stages):
        yield product_step(sweep, line, sweep.side.step.format(line))
    yield product_step(sweep, WHOLE, sweep.side.label)
    yield sweeps_step(sweep)


def product_step(sweep: Sweep, line: str, label: str) -> Step:
    """What the sweep has at one line, or at its end."""
    shape = (len(sweep.swept(line, {})),)
    name = f"{label} {notation.describe(shape)}"
    cell = Field(f"{sweep.product}.{line}", name, Form.ARRAY, shape=shape, help="a vector: [3, -1]")
    return Step(
        cell, partial(sweep.value, line), rule=rule_of(sweep, line), mistaken=partial(sweep.mistaken, line)
    )


def rule_of(sweep: Sweep, line: str) -> str:
    """Which lines the sweep passes there, and which way."""
    shapes = shapes_of(sweep.function)
    passed = (f"{each.name} = {notation.text(each.tree, symbols=shapes)}" for each in sweep.steps(line))
    return f"{sweep.side.way} through {'; '.join(passed)}"


def sweeps_step(sweep: Sweep) -> Step:
    """How many sweeps of this mode the whole Jacobian takes."""
    outputs, inputs = sweep.function.shape
    reverse = sweep.product == "vjp"
    count, other = (outputs, inputs) if reverse else (inputs, outputs)
    label = f"{sweep.side.mode} sweeps for the whole J"
    cell = Field(f"sweeps.{sweep.product}", label, Form.NUMBER, help="a whole number")
    rule = f"a sweep for each {'output' if reverse else 'input'}"
    swapped = ("passes.modes-swapped", (float(other),))
    return Step(cell, lambda _: (float(count),), rule=rule, mistaken=lambda _: (swapped,))


def formula_step(variant: Variant) -> Step:
    """The first product as a formula."""
    spec, reading = spec_of(variant), formula_reading(spec_of(variant))
    sweeps = [Sweep(point, spec.products[0]) for point in function_of(variant).points]
    cell = Field(
        "formula",
        f"{sweeps[0].side.label} as a formula in {', '.join(spec.symbols)}",
        Form.EXPRESSION,
        symbols=spec.symbols,
        shape=("n",),
        help="such as 2a + sum(a .* b) .* b; leave the letters in",
    )
    return Step(
        cell,
        lambda _: tuple(sweep.swept(WHOLE, {}) for sweep in sweeps),
        expected_text=notation.text(reading.tree, symbols=spec.symbols),
        names=lambda _: [names_at(sweep.function) for sweep in sweeps],
        mistaken=lambda _: (
            (each[0][0], tuple(value for _, value in each))
            for each in zip(*(sweep.mistaken_wholes() for sweep in sweeps), strict=True)
        ),
    )


def names_at(function: VectorFunction) -> dict[str, object]:
    """Every value of the function, and the vectors."""
    return {**function.at, **function.ran.values}


def formula_reading(spec: Spec) -> Reading:
    """The author's own formula."""
    return expression_of(spec.formula, spec.symbols, "spec.formula")


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def present(variant: Variant) -> Presentation:
    """The question, the function, its numbers, the vectors."""
    spec, function = spec_of(variant), function_of(variant)
    given = given_table(function, spec.show or leaves(function.program))
    vectors = [SIDES[product].vector for product in spec.products]
    rows = tuple((name, notation.value(function.at[name])) for name in vectors)
    table = Table("Given", ("name", "value"), (*given.rows, *rows))
    return Presentation(
        (Prose(variant.say(variant.item.prompt)), function_table(function), table), fields(variant)
    )


def fields(variant: Variant) -> tuple[Field, ...]:
    """All that has a value, then which mode does what."""
    modes = (mode_field(SIDES[product], product) for product in spec_of(variant).products)
    return (*(step.field for step in steps(variant)), *modes)


def mode_field(side: Side, product: Product) -> Field:
    """Which mode gives a product in one sweep."""
    label, modes = f"{side.label} in one sweep: which mode", ("forward", "reverse")
    return Field(f"mode.{product}", label, Form.CHOICE, choices=modes, help="forward or reverse")


def solution(variant: Variant) -> tuple[Block, ...]:
    """Every value with its reason, the formula, and which mode does what."""
    spec = spec_of(variant)
    numbers = [step for step in steps(variant) if step.field.form is not Form.EXPRESSION]
    rows = tuple((step.field.label, notation.value(step.key[0]), step.rule) for step in numbers)
    label = SIDES[spec.products[0]].label
    formula = (Formula(label, formula_reading(spec).tree, spec.symbols),) if spec.formula else ()
    return (Table("", ("asked", "value", "how"), rows), *formula, Bullets(NOTES))


# ── judging and proving ──────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Every value, from the learner's own lines where there are some, then the modes."""
    modes = (judge_mode(product, answer) for product in spec_of(variant).products)
    return (*judge_steps(steps(variant), answer), *modes)


def judge_mode(product: Product, answer: Answer) -> Judgement:
    """Reverse mode multiplies from the left, forward mode from the right."""
    side = SIDES[product]
    why = f"{side.label} is what one sweep of {side.mode} mode gives"
    return judge_choice(
        mode_field(side, product), answer, side.mode, {side.other: Remark(why, MODES_SWAPPED)}
    )


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """The steps' specimens, and the modes the wrong way round."""
    spec = spec_of(variant)
    modes = {f"mode.{product}": SIDES[product].mode for product in spec.products}
    others = {**modes, "formula": spec.formula} if spec.formula else modes
    told = tuple(numeric_specimens([s for s in steps(variant) if s.field.id not in others], others))
    right = next(specimen.answer for specimen in told if specimen.name == "right")
    swapped = {f"mode.{product}": SIDES[product].other for product in spec.products}
    wrong = Specimen("modes swapped", {**right, **swapped}, dict.fromkeys(swapped, Outcome.WRONG))
    return (*told, wrong)


def complaints(variant: Variant) -> Iterator[str]:
    """Products or a formula that central differences deny, and numbers that hide a mistake."""
    spec, function = spec_of(variant), function_of(variant)
    for sweep in (Sweep(function, product) for product in spec.products):
        formed, swept = sweep.times(function.slopes()), sweep.swept(WHOLE, {})
        if abs(formed - swept).max() > 1e-5 * max(1.0, abs(swept).max()):
            yield f"{sweep.side.label}: the sweep and central differences disagree"
    for point in function.points if spec.formula else ():
        value = evaluate(formula_reading(spec).tree, names_at(point))
        if not alike(value, Sweep(point, spec.products[0]).swept(WHOLE, {})):
            yield f"spec.formula: {spec.formula} is not the product"
    yield from hiding(hidden_by(spec, function), spec.silent)
