"""A computation worked through by hand, in numbers: its values, then its gradients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from bpdrill import notation
from bpdrill.algebra.authored import read_lines
from bpdrill.algebra.differences import no_slopes
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.points import Drawing, Drawn, as_value, draw_point, unmet
from bpdrill.algebra.solution import at_names
from bpdrill.algebra.solution import solution as derivation
from bpdrill.kinds.walkthrough.worked import Mistake, Part, Worked, shape_of
from bpdrill.marking.chain import GRADIENT, Chain, hidden_faults
from bpdrill.marking.specimens import hiding, numeric_specimens
from bpdrill.marking.steps import Step, differs, judge_steps
from bpdrill.model.blocks import Block, Cell, Presentation, Prose, Table
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Specimen
from bpdrill.model.tree import Program, leaves

REVISION = 1
REDRAWS = 200
"""Numbers that hide a mistake, or miss a condition, are drawn again, this often at most."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``walkthrough`` item."""

    program: tuple[str, ...]
    """What is computed, a line each; the last line is the loss. Ops of the engine that have no notation of
    their own are called by name, ``y = conv1d(x, k)``; their result has its shape under ``shapes``."""
    shapes: Mapping[str, tuple[int | str, ...]]
    """Of every input, in numbers or in the names that ``sizes`` gives numbers to."""
    gradients: tuple[str, ...]
    """What is asked of the backward pass, in order."""
    at: Mapping[str, Any]
    """The inputs for seed 0."""
    values: tuple[str, ...] = ("*",)
    """The lines whose values are asked; ``*`` is all."""
    parts: tuple[Part, ...] = ()
    """What is told path by path, before the whole."""
    after: tuple[str, ...] = ()
    """Lines asked after the backward pass, in values and gradients: ``w_new = w - eta dw``."""
    mistakes: tuple[Mistake, ...] = ()
    """Wrong values that have a name, besides those of the engine's rules."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """Formulas for fields whose derivation is longer than what one writes: ``gradient.z: dzh / sqrt(v)``."""
    draw: Mapping[str, Drawing] = field(default_factory=dict)
    """How the inputs are drawn for the other seeds; those left out are signed digits."""
    sizes: tuple[Mapping[str, int], ...] = ({},)
    """Sizes to draw from for the other seeds, pairwise different."""
    conditions: tuple[str, ...] = ("in sight",)
    """What drawn numbers must be like: names of ``CONDITIONS``."""
    silent: tuple[str, ...] = ()
    """Faults that the numbers of seed 0 cannot show."""
    blind: tuple[str, ...] = ()
    """Faults that no numbers can show here: the rule that goes wrong meets a case where it is right."""


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────


def vary(item: Item, seed: int) -> Variant:
    """The item's own numbers for seed 0, else drawn ones on which every mistake shows."""
    spec = cast("Spec", item.spec)
    program = parse(spec)
    at = {name: as_value(value) for name, value in spec.at.items()}
    point = at if seed == 0 else draw(spec, program, Draw(seed))
    chain = Chain(program, (point,), spec.gradients)
    return Variant(item, REVISION, seed, {"chain": chain}, words(spec, point))


def parse(spec: Spec) -> Program:
    """The item's lines, read with the shapes of its inputs."""
    program = read_lines(spec.program, spec.shapes)
    if lacking := [name for name in leaves(program) if name not in spec.at]:
        raise AuthorError(f"spec.at gives no value for {', '.join(lacking)}")
    return program


def draw(spec: Spec, program: Program, numbers: Draw) -> dict[str, Value]:
    """Numbers that meet the item's conditions and on which every mistake shows."""
    for _ in range(REDRAWS):
        point = draw_point(lengths(spec, numbers.choice(spec.sizes)), spec.draw, numbers)
        chain = Chain(program, (point,), spec.gradients)
        if not unmet(spec.conditions, drawn(spec, chain)) and not unseen(spec, chain):
            break
    return point


def lengths(spec: Spec, sizes: Mapping[str, int]) -> dict[str, list[int]]:
    """How long the axes of each input are."""
    return {
        name: [sizes[size] if isinstance(size, str) else size for size in shape]
        for name, shape in spec.shapes.items()
        if name in spec.at
    }


def drawn(spec: Spec, chain: Chain) -> Drawn:
    """The chain as the conditions look at it."""
    return Drawn(chain.program, chain.runs[0], asked_values(spec, chain.program), chain.asked)


def asked_values(spec: Spec, program: Program) -> tuple[str, ...]:
    """The lines whose values are asked, in the order of the work."""
    return tuple(line.name for line in program if line.name in spec.values or "*" in spec.values)


def unseen(spec: Spec, chain: Chain) -> list[str]:
    """Mistakes that these numbers hide though others would show them."""
    hidden = [name for name in hidden_faults(chain) if name not in spec.blind]
    return [*hidden, *alike(worked(spec, chain))]


def alike(work: Worked) -> list[str]:
    """The author's mistakes that these numbers give the right value."""
    keys = {step.field.id: step.key for step in work.steps} if work.mistakes else {}
    return [
        mistake.name
        for mistake in work.mistakes
        for name, value in work.known_mistakes(mistake.at, {})
        if name == mistake.name and not differs(value, keys[mistake.at])
    ]


def words(spec: Spec, point: Mapping[str, Value]) -> dict[str, str]:
    """What the prose may name: the number behind each size, and the inputs that are one number."""
    sizes = {
        str(size): str(length)
        for name, value in point.items()
        for size, length in zip(spec.shapes[name], shape_of(value), strict=True)
    }
    return sizes | {name: notation.number(value) for name, value in point.items() if isinstance(value, float)}


def chain_of(variant: Variant) -> Chain:
    """What was drawn."""
    return cast("Chain", variant.values["chain"])


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def worked(spec: Spec, chain: Chain) -> Worked:
    """What was drawn, and all that is asked of it; made once."""
    asked = asked_values(spec, chain.program)
    return chain.made(
        "worked", spec, lambda: Worked(chain, asked, spec.parts, spec.after, spec.mistakes, spec.rules)
    )


def worked_of(variant: Variant) -> Worked:
    """A variant's steps."""
    return worked(spec_of(variant), chain_of(variant))


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def present(variant: Variant) -> Presentation:
    """The question, what is computed, its numbers."""
    work = worked_of(variant)
    blocks = (Prose(variant.say(variant.item.prompt)), network(work), numbers_table(work.chain))
    return Presentation(blocks, tuple(step.field for step in work.steps))


def network(work: Worked) -> Table:
    """The lines of the computation."""
    rows = ((line.name, notation.text(line.tree, symbols=work.shapes)) for line in work.chain.program)
    return Table("Computation", ("quantity", "computed as"), tuple(rows))


def numbers_table(chain: Chain) -> Table:
    """What every input is, a matrix row by row."""
    rows = [row for name, value in chain.points[0].items() for row in by_rows((name,), value)]
    return Table("Given", ("input", "value"), tuple(rows))


def by_rows(cells: tuple[Cell, ...], value: Value) -> list[tuple[Cell, ...]]:
    """``cells`` and a value behind them; the rows of a matrix stand below each other, in columns."""
    if len(shape_of(value)) < 2:
        return [(*cells, notation.value(value))]
    written = [[notation.number(entry) for entry in row] for row in value.tolist()]
    widths = [max(map(len, column)) for column in zip(*written, strict=True)]
    lines = ["[" + ", ".join(map(str.rjust, row, widths)) + "]" for row in written]
    return [(*(cells if at == 0 else [""] * len(cells)), line) for at, line in enumerate(lines)]


def solution(variant: Variant) -> tuple[Block, ...]:
    """Every value and every gradient with what it comes from, and the rules in words."""
    work = worked_of(variant)
    tables = (("Forward", work.forward), ("Backward", work.backward), ("Afterwards", work.afterwards))
    solved = (Table(title, HEADER, solved_rows(work, steps)) for title, steps in tables if steps)
    in_words = tuple((step.field.label, told(work, step)[1]) for step in work.backward)
    named = tuple(row for row in in_words if row[1])
    return (*solved, *([Table("By these rules", ("gradient", "rule"), named)] if named else []))


HEADER = ("quantity", "comes from", "value")


def solved_rows(work: Worked, steps: tuple[Step, ...]) -> tuple[tuple[Cell, ...], ...]:
    """A row a step; a matrix has a row for each of its own."""
    rows = ((step.field.label, told(work, step)[0], step.key[0]) for step in steps)
    return tuple(row for *cells, value in rows for row in by_rows(tuple(cells), value))


def told(work: Worked, step: Step) -> tuple[str, str]:
    """What a step comes from: its own line, its author's formula, else formula and words of its rule."""
    if step.rule:
        return step.rule.partition(" = ")[2], ""
    if step.field.id in work.rules:
        return work.formula(step.field.id), ""
    return derived(work, step.field.id.removeprefix(GRADIENT))


def derived(work: Worked, name: str) -> tuple[str, str]:
    """``dz₂ h₁ᵀ`` and the rule in words; nothing for a part, or where an op on the way has no formula."""
    inputs = {leaf: work.shapes[leaf] for leaf in leaves(work.chain.program)}
    try:
        steps = derivation(work.chain.program, name, inputs) if name in work.chain.asked else ()
    except AuthorError:
        steps = ()
    if not steps:
        return "", ""
    *_, last = at_names(steps, work.chain.program, inputs, tuple(work.shapes))
    return notation.text(last.tree, symbols=work.symbols), last.rule


# ── proving ──────────────────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Every step against the truth, then against the learner's own values."""
    return judge_steps(worked_of(variant).steps, answer)


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """The steps' specimens."""
    return tuple(numeric_specimens(worked_of(variant).steps, {}))


def complaints(variant: Variant) -> Iterator[str]:
    """Gradients that central differences deny, numbers that hide a mistake or miss a condition."""
    chain, spec, work = chain_of(variant), spec_of(variant), worked_of(variant)
    for name in no_slopes(chain.program, chain.points[0]):
        yield f"∂{chain.runs[0].root}/∂{name}: the engine's gradient is not the slope of the loss"
    yield from (f"spec.rules: {field} is something else" for field in work.misruled())
    silent = (*spec.blind, *spec.silent) if variant.seed == 0 else spec.blind
    yield from hiding([*hidden_faults(chain), *alike(work)], silent)
    if variant.seed:
        yield from (f"the numbers are not: {name}" for name in unmet(spec.conditions, drawn(spec, chain)))
