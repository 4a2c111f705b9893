"""A dual-number trace: one sweep of forward mode, a value and a tangent for each line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, cast

from bpdrill import notation
from bpdrill.algebra.authored import program_of
from bpdrill.algebra.equal import EXACT, Tolerance
from bpdrill.algebra.graph import one_op_lines
from bpdrill.kinds.forward_mode.duals import TANGENT, VALUE, DualTrace
from bpdrill.marking.counts import judge_count
from bpdrill.marking.specimens import hiding, numeric_specimens
from bpdrill.marking.steps import Step, judge_steps
from bpdrill.model.blocks import (
    Blank,
    Block,
    Bullets,
    Cell,
    Field,
    Form,
    Note,
    Presentation,
    Prose,
    Table,
    Tone,
)
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen
from bpdrill.model.tree import Program

REVISION = 1
REDRAWS = 40
"""Numbers that hide a mistake are drawn again, this often at most."""
LARGEST = 1000
"""No value that needs paper to multiply."""
ROUNDED = Tolerance(rel=5e-4)
"""Half a unit in the third digit: 253 for 252.99 is rounded, not wrong."""
FORGOTTEN, ONE_EACH, DIFFERENCES = (
    "dual.second-pass-forgotten",
    "dual.pass-per-input",
    "passes.finite-differences",
)
NUMBER_HELP = "a number, or a product as it stands, such as 2*(-3)"
ROWS = Note("Answer cell by cell, or a line at once with a comma: value, tangent.", Tone.QUIET)
NOTES = (
    "A seed says how each input moves; every line then says how it moves, beside its value.",
    "The last tangent is the gradient times the seed. A seed of a single 1 gives one partial derivative.",
    "So the whole gradient takes a sweep for each input; one direction, whichever, takes a single sweep.",
)


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``forward_mode`` item."""

    lines: tuple[str, ...]
    """The function; what does more than one operation is split. The last line is the result."""
    at: Mapping[str, float]
    """The inputs for seed 0."""
    draw: Mapping[str, tuple[int, int]]
    """Lowest and highest whole number for each input, for the other seeds."""
    seed: Mapping[str, float]
    """How the inputs move, in their order."""
    directions: tuple[int, int] = (0, 0)
    """Lowest and highest step of an input for the other seeds; none: the seed stays as it is."""
    again: tuple[str, ...] = ()
    """Inputs whose own sweep is asked too, for its result alone."""
    passes: Literal["gradient", "direction"] = "gradient"
    """Whether the passes for the whole gradient are asked, or those for this one direction."""
    silent: tuple[str, ...] = ()
    """Mistakes that the numbers of seed 0 cannot show."""


def vary(item: Item, seed: int) -> Variant:
    """The item's own numbers for seed 0, else whole numbers that let every mistake show."""
    spec = cast("Spec", item.spec)
    program = parse(spec)
    own = DualTrace(program, as_floats(spec.at), as_floats(spec.seed))
    trace = own if seed == 0 else draw(spec, program, Draw(seed))
    steps = {f"d{name}": notation.number(value) for name, value in trace.seed.items()}
    words = {name: notation.number(value) for name, value in trace.at.items()}
    return Variant(item, REVISION, seed, {"trace": trace}, {**words, **steps})


def as_floats(numbers: Mapping[str, float]) -> dict[str, float]:
    """Whole numbers in YAML are whole numbers; the engine wants floats."""
    return {name: float(value) for name, value in numbers.items()}


def parse(spec: Spec) -> Program:
    """The item's lines, an operation each."""
    return one_op_lines(program_of(spec.lines, dict.fromkeys(spec.at, ()), "spec.lines"))


def draw(spec: Spec, program: Program, numbers: Draw) -> DualTrace:
    """Whole numbers in their ranges, drawn again while they hide a mistake or leave the humane."""
    for _ in range(REDRAWS):
        at = {name: float(numbers.integer(*ends)) for name, ends in spec.draw.items()}
        trace = DualTrace(program, at, direction(spec, numbers))
        if humane(trace) and not trace.hidden():
            break
    return trace


def direction(spec: Spec, numbers: Draw) -> dict[str, float]:
    """How the inputs move: as the item says, or each by a whole number that is not 0."""
    if spec.directions == (0, 0):
        return as_floats(spec.seed)
    low, high = spec.directions
    steps = [step for step in range(low, high + 1) if step]
    return {name: float(numbers.choice(steps)) for name in spec.seed}


def humane(trace: DualTrace) -> bool:
    """No value of 0, no tangent of 0 in a line that moves, and none too large for the head."""
    tangents = [trace.tangent(line.name, {})[0] for line in trace.program]
    values = trace.truth.values.values()
    moving = [
        tangent for line, tangent in zip(trace.program, tangents, strict=True) if moves(trace, line.name)
    ]
    return all(0 < abs(value) <= LARGEST for value in (*values, *moving))


def moves(trace: DualTrace, name: str) -> bool:
    """Whether an operand of a line has a tangent."""
    return bool(trace.shares(name, trace.truth, {}))


def trace_of(variant: Variant) -> DualTrace:
    """What was drawn."""
    return cast("DualTrace", variant.values["trace"])


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


# ── the steps ────────────────────────────────────────────────────────────────────────────────────


def steps(variant: Variant) -> list[Step]:
    """The seeds, a value and a tangent a line, then the results of the other sweeps."""
    trace = trace_of(variant)
    told = [tangent_step(trace, name, "seeds", f"seed of {name}") for name in trace.inputs]
    for line in trace.program:
        told += [value_step(trace, line.name, notation.text(line.tree))]
        told += [tangent_step(trace, line.name, line.name, f"tangent of {line.name}")]
    return told + [again_step(trace, name) for name in spec_of(variant).again]


def value_step(trace: DualTrace, name: str, rule: str) -> Step:
    """The value of one line."""
    cell = Field(VALUE + name, f"value of {name}", Form.NUMBER, row=name, help=NUMBER_HELP)
    expect, mistaken = partial(trace.value, name), partial(trace.mistaken_values, name)
    return Step(cell, expect, f"{name} = {rule}", mistaken=mistaken, tolerance=by_size(expect({})[0]))


def tangent_step(trace: DualTrace, name: str, row: str, label: str) -> Step:
    """The tangent of an input or of a line."""
    cell = Field(TANGENT + name, label, Form.NUMBER, row=row, help=NUMBER_HELP)
    expect, mistaken = partial(trace.tangent, name), partial(trace.mistaken_tangents, name)
    rule = SEED_RULE if row == "seeds" else rule_of(trace, name)
    return Step(cell, expect, rule, mistaken=mistaken, tolerance=by_size(expect({})[0]))


SEED_RULE = "a seed is how fast this input itself moves, whatever the others do"


def rule_of(trace: DualTrace, name: str) -> str:
    """A tangent as a sum of shares, in numbers: (3)·(1) + (2)·(0)."""
    shares = trace.shares(name, trace.truth, {})
    told = (f"({notation.number(share.local)})·({notation.number(share.tangent)})" for share in shares)
    return " + ".join(told) or "no operand moves"


def again_step(trace: DualTrace, name: str) -> Step:
    """The result of the sweep that is seeded on another input."""
    other = replace(trace, seed={each: float(each == name) for each in trace.seed})
    label = f"tangent of {trace.root} in the sweep for {name}"
    cell = Field(f"again.{name}", label, Form.NUMBER, help=NUMBER_HELP)
    key, first = other.tangent(trace.root, {}), trace.tangent(trace.root, {})
    return Step(
        cell,
        lambda _: key,
        f"the same lines with a seed of 1 at {name} and 0 elsewhere",
        mistaken=lambda _: (
            (FORGOTTEN, first),
            *(
                (mistake, wrong)
                for mistake, wrong in other.mistaken_tangents(trace.root, {})
                if wrong != first
            ),
        ),
    )


def by_size(key: float) -> Tolerance:
    """A whole number is exact; other decimals are rounded somewhere."""
    return EXACT if key.is_integer() else ROUNDED


# ── the passes ───────────────────────────────────────────────────────────────────────────────────


def passes_field(variant: Variant) -> Field:
    """How many forward passes it takes."""
    what = {"gradient": "the whole gradient", "direction": "this one directional derivative"}
    label = f"forward passes for {what[spec_of(variant).passes]}"
    return Field("passes", label, Form.NUMBER, help="a whole number")


def accepted(variant: Variant) -> Mapping[int, str]:
    """Every count that a usual convention gives, the plain one first."""
    if spec_of(variant).passes == "direction":
        return {1: "one pass, whatever the direction"}
    inputs = len(trace_of(variant).inputs)
    return {inputs: "a pass for each input", inputs + 1: "a pass for each input, and the plain evaluation"}


def mistaken_passes(variant: Variant) -> Mapping[int, str]:
    """Wrong counts that tell their own story."""
    inputs = len(trace_of(variant).inputs)
    if spec_of(variant).passes == "direction":
        return {inputs: ONE_EACH}
    return {1: FORGOTTEN, 2 * inputs: DIFFERENCES}


# ── showing, judging, proving ────────────────────────────────────────────────────────────────────


def present(variant: Variant) -> Presentation:
    """The question, and the table to fill."""
    fields = (*(step.field for step in steps(variant)), passes_field(variant))
    return Presentation((Prose(variant.say(variant.item.prompt)), table(variant, Blank), ROWS), fields)


def table(variant: Variant, fill: Callable[[str], Cell]) -> Table:
    """Inputs and lines, each with its value and its tangent."""
    trace = trace_of(variant)
    inputs = tuple((name, "", notation.number(trace.at[name]), fill(TANGENT + name)) for name in trace.inputs)
    lines = tuple(
        (line.name, line.tree, fill(VALUE + line.name), fill(TANGENT + line.name)) for line in trace.program
    )
    return Table("One sweep of forward mode", ("name", "computes", "value", "tangent"), (*inputs, *lines))


def solution(variant: Variant) -> tuple[Block, ...]:
    """The table filled, each tangent as a sum of shares, the other sweeps, the passes."""
    told = steps(variant)
    keys = {step.field.id: notation.value(step.key[0]) for step in told}
    rows = tuple(
        (step.field.label, step.rule, keys[step.field.id])
        for step in told
        if step.field.row != "seeds" and not step.field.id.startswith(VALUE)
    )
    count, why = next(iter(accepted(variant).items()))
    passes = (passes_field(variant).label, why, str(count))
    how = Table("Tangents", ("asked", "local derivative · tangent", "result"), (*rows, passes))
    return (table(variant, keys.__getitem__), how, Bullets(NOTES))


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Every cell, from the learner's own where there are some, then the passes."""
    return (
        *judge_steps(steps(variant), answer),
        judge_count(passes_field(variant), answer, accepted(variant), mistaken_passes(variant)),
    )


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """The steps' specimens, and wrong counts of passes."""
    count = str(next(iter(accepted(variant))))
    told = tuple(numeric_specimens(steps(variant), {"passes": count}))
    right = next(specimen.answer for specimen in told if specimen.name == "right")
    counts = (
        Specimen(f"{wrong} passes", {**right, "passes": str(wrong)}, {"passes": Outcome.WRONG})
        for wrong in mistaken_passes(variant)
    )
    return (*told, *counts)


def complaints(variant: Variant) -> Iterator[str]:
    """A tangent that SymPy denies, numbers that hide a mistake, values out of hand."""
    from bpdrill.algebra.symbolic import sympy_gradients

    trace, spec = trace_of(variant), spec_of(variant)
    theirs = sympy_gradients(trace.program, trace.at)
    along = sum(theirs[name] * step for name, step in trace.seed.items())
    if abs(along - trace.tangent(trace.root, {})[0]) > 1e-9 * max(1.0, abs(along)):
        yield f"the tangent of {trace.root}: SymPy says {along}"
    yield from hiding(trace.hidden(), spec.silent if variant.seed == 0 else ())
    if variant.seed and not humane(trace):
        yield "a value or a tangent is 0, or too large for the head"
