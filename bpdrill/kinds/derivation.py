"""Derive gradients as expressions, in symbols with shapes and in any notation.

An answer is worked out at random points with sizes that all differ, and held against the engine's
reverse mode there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from bpdrill import notation
from bpdrill.algebra.derive import contributions, tidy
from bpdrill.algebra.draws import draw_array, draw_one_hot
from bpdrill.algebra.equal import Tolerance
from bpdrill.algebra.evaluate import Value
from bpdrill.marking.chain import GRADIENT, Chain
from bpdrill.marking.specimens import common_specimens
from bpdrill.marking.steps import Step, judge_steps
from bpdrill.model.blocks import Block, Bullets, Field, Form, Formula, Presentation, Prose, Table
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen, Unreadable
from bpdrill.model.tree import Program, Shape, Symbol, Symbols, Tree, leaves
from bpdrill.notation import Mismatch, infer, read, read_program

REVISION = 1
POINTS = 2
REDRAWS = 200
SAME = Tolerance(rel=1e-9, abs=1e-9)
SIZES = (2, 3, 4, 5, 6)
"""Lengths that named sizes get at a point, all different: equal ones would let a lost transpose pass."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``derivation`` item."""

    program: tuple[str, ...]
    """The network, a line each; ``${activation}`` is drawn. The last line is the loss."""
    shapes: Mapping[str, tuple[int | str, ...]]
    """Of every input, in named sizes."""
    target: str
    """The input that is one-hot."""
    gradients: tuple[str, ...]
    """What is asked, from the loss back."""
    activations: tuple[Mapping[str, str], ...]
    """What to fill the places with: the first for seed 0, drawn for the others."""
    forms: Mapping[str, str]
    """The short form of a gradient where the rules give a long one; held against the engine."""


def vary(item: Item, seed: int) -> Variant:
    """The item's first activation for seed 0, else one that is drawn."""
    spec, numbers = cast("Spec", item.spec), Draw(seed)
    words = spec.activations[0] if seed == 0 else numbers.choice(spec.activations)
    blank = Variant(item, REVISION, seed, {}, words)
    program = read_program("\n".join(blank.say(line) for line in spec.program), spec.shapes)
    if isinstance(program, Unreadable):
        raise AuthorError(f"spec.program cannot be read: {program.hint}")
    points = tuple(draw_point(spec, program, numbers) for _ in range(POINTS))
    return Variant(item, REVISION, seed, {"chain": Chain(program, points, spec.gradients)}, words)


def draw_point(spec: Spec, program: Program, numbers: Draw) -> Mapping[str, Value]:
    """Random inputs in sizes that all differ, some units on and some off."""
    names = tuple(dict.fromkeys(str(size) for shape in spec.shapes.values() for size in shape))
    for _ in range(REDRAWS):
        lengths = dict(zip(names, shuffled(SIZES, numbers), strict=False))
        point = {
            name: draw_array([lengths[str(size)] for size in shape], numbers, 150, 100)
            for name, shape in spec.shapes.items()
        }
        point[spec.target] = draw_one_hot(point[spec.target].size, numbers)
        if mixed(Chain(program, (point,), spec.gradients)):
            break
    return point


def shuffled(lengths: tuple[int, ...], numbers: Draw) -> list[int]:
    """``lengths`` in a drawn order."""
    left = list(lengths)
    return [left.pop(numbers.integer(0, len(left) - 1)) for _ in lengths]


def mixed(chain: Chain) -> bool:
    """Both signs in every line of a vector, so that a mask matters."""
    vectors = [chain.runs[0].values[line.name] for line in chain.program[:-1]]
    return all((vector > 0).any() for vector in vectors) and any((vector < 0).any() for vector in vectors[:1])


def chain_of(variant: Variant) -> Chain:
    """What was drawn."""
    return cast("Chain", variant.values["chain"])


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def shapes(variant: Variant) -> Symbols:
    """Every input and every line, with its shape in named sizes."""
    known: dict[str, Shape] = dict(spec_of(variant).shapes)
    for line in chain_of(variant).program:
        shape = infer(line.tree, known)
        if isinstance(shape, Mismatch):
            raise AuthorError(f"spec.program: {line.name}: {shape.explanation}")
        known[line.name] = shape
    return known


def steps(variant: Variant) -> list[Step]:
    """One step a gradient; each may use the values, and the gradients before it."""
    chain, known = chain_of(variant), dict(shapes(variant))
    done = []
    for name in chain.asked:
        done.append(step(variant, name, known))
        known[f"d{name}"] = known[name]
    return done


def step(variant: Variant, name: str, known: Symbols) -> Step:
    """The gradient with respect to ``name``, in the names ``known`` so far."""
    chain = chain_of(variant)
    field = Field(
        f"{GRADIENT}{name}",
        f"d{name} = ∂L/∂{name} {notation.describe(known[name])}",
        Form.EXPRESSION,
        symbols=dict(known),
        shape=known[name],
        help="an expression such as  A^T v,  a b^T  or  u * v;  any notation will do",
    )
    return Step(
        field,
        partial(chain.gradient, name),
        expected_text=notation.text(formula(variant, name, known), symbols=known),
        names=chain.names,
        mistaken=partial(chain.mistaken, name),
        tolerance=SAME,
    )


def formula(variant: Variant, name: str, known: Symbols) -> Tree:
    """The gradient as one writes it: the author's short form, or what the rows' rules give."""
    if name in (forms := spec_of(variant).forms):
        reading = read(forms[name], known)
        if isinstance(reading, Unreadable):
            raise AuthorError(f"spec.forms.{name} cannot be read: {reading.hint}")
        return reading.tree
    paths = [
        path
        for line in chain_of(variant).program
        for path in contributions(line.tree, name, Symbol(f"d{line.name}"))
    ]
    total = paths[0]
    for path in paths[1:]:
        total = total + path
    return tidy(total)


def present(variant: Variant) -> Presentation:
    """The question, and the shapes of what is given."""
    known = shapes(variant)
    rows = tuple(
        (name, notation.describe(known[name]))
        for name in (*leaves(chain_of(variant).program), *forward_names(variant))
    )
    blocks = (Prose(variant.say(variant.item.prompt)), Table("Shapes", ("quantity", "shape"), rows))
    return Presentation(blocks, tuple(step.field for step in steps(variant)))


def forward_names(variant: Variant) -> tuple[str, ...]:
    """The names of the lines."""
    return tuple(line.name for line in chain_of(variant).program)


def solution(variant: Variant) -> tuple[Block, ...]:
    """Every gradient as an expression, and its shape."""
    known = dict(shapes(variant))
    formulas: list[Block] = []
    for name in chain_of(variant).asked:
        formulas.append(Formula(f"∂L/∂{name} = d{name}", formula(variant, name, known), dict(known)))
        known[f"d{name}"] = known[name]
    return (*formulas, Bullets(("Each gradient has the shape of the quantity it belongs to.",)))


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Every step against the engine, then against the learner's own earlier steps."""
    return judge_steps(steps(variant), answer)


def specimens(variant: Variant) -> Iterator[Specimen]:
    """The formulas, in ASCII and in LaTeX; each with its sign turned; each without its transposes."""
    right, latex, known = {}, {}, dict(shapes(variant))
    for name in chain_of(variant).asked:
        tree = formula(variant, name, known)
        right[GRADIENT + name] = notation.text(tree, notation.Style.ASCII, symbols=known)
        latex[GRADIENT + name] = notation.text(tree, notation.Style.LATEX, symbols=known)
        known[f"d{name}"] = known[name]
    yield from common_specimens(right, GRADIENT + chain_of(variant).asked[0])
    yield Specimen("right, in LaTeX", latex, {})
    for field, text in right.items():
        yield Specimen(f"{field} negated", {**right, field: f"-({text})"}, {field: Outcome.WRONG})
        if "^T" in text:
            lost = text.replace("^T", "")
            yield Specimen(f"{field} without transpose", {**right, field: lost}, {field: Outcome.WRONG})


def complaints(variant: Variant) -> Iterator[str]:
    """A formula that the engine denies, or whose shape is not the quantity's."""
    for step in steps(variant):
        answer = {step.field.id: step.expected_text}
        (judged,) = judge_steps([step], answer)
        if judged.outcome is not Outcome.RIGHT:
            yield f"{step.field.label}: the engine denies {step.expected_text}: {judged.because}"
