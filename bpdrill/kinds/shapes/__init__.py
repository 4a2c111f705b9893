"""The shape of every quantity of a program and of each gradient, in sizes that have names.

An item may ask for shapes in a program, for a product that has none, and for what broadcasting does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from bpdrill import notation
from bpdrill.algebra.arrays import draws
from bpdrill.algebra.authored import program_of, shapes_of
from bpdrill.algebra.program import run
from bpdrill.kinds.shapes.broadcasting import Pair, judge_pair, pair_fields, pair_key, pair_rows
from bpdrill.kinds.shapes.lost import (
    Lost,
    judge_lost,
    lost_complaints,
    lost_fields,
    lost_key,
    lost_rows,
    suspects,
)
from bpdrill.kinds.shapes.typed import Due, judge_shape, shape_field
from bpdrill.marking.deck import deal
from bpdrill.marking.fields import Remark
from bpdrill.marking.specimens import common_specimens
from bpdrill.model.blocks import Blank, Block, Bullets, Cell, Field, Presentation, Prose, Table
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen
from bpdrill.model.tree import Program, Shape, Size, Symbols
from bpdrill.notation import describe

REVISION = 1


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong shape that tells its story."""

    of: str
    shape: tuple[int | str, ...]
    misconception: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``shapes`` item; all shapes are written in the letters of ``letters``."""

    letters: tuple[str, ...]
    sizes: tuple[tuple[int | str, ...], ...]
    """What the letters are called: as the first says for seed 0, as one that is drawn for the others."""
    program: tuple[str, ...] = ()
    """The forward pass, a line each; the last is the loss."""
    shapes: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    """Of every input of the program."""
    domains: Mapping[str, str] = field(default_factory=dict)
    ask: tuple[str, ...] = ()
    """Names of lines and inputs, and ``dW1`` for the gradient at W1."""
    slips: tuple[Slip, ...] = ()
    backward: tuple[str, ...] = ()
    """A right backward pass, a line each, one of which is shown without its transpose."""
    lose: tuple[str, ...] = ()
    """Which one: the first for seed 0."""
    pairs: tuple[Pair, ...] = ()
    """Arrays that broadcast."""
    ask_pairs: int = 0
    notes: tuple[str, ...] = ()
    """What is worth remembering, shown with the solution."""


def vary(item: Item, seed: int) -> Variant:
    """The item's own letters for seed 0, else other sizes and another line."""
    spec, numbers = cast("Spec", item.spec), Draw(seed)
    sizes = dict(zip(spec.letters, deal(spec.sizes, 1, seed, numbers)[0], strict=True))
    lost = deal(spec.lose, min(1, len(spec.lose)), seed, numbers)
    pairs = deal([pair.id for pair in spec.pairs], spec.ask_pairs, seed, numbers)
    drawn = {"sizes": sizes, "lost": lost, "pairs": pairs}
    return Variant(item, REVISION, seed, drawn, {letter: str(size) for letter, size in sizes.items()})


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def called(variant: Variant, shape: Shape) -> Shape:
    """A shape in the sizes that were drawn."""
    sizes = cast("Mapping[str, Size]", variant.values["sizes"])
    return tuple(sizes.get(str(size), size) for size in shape)


def sizes_of(variant: Variant) -> Symbols:
    """The sizes that have names, as the names an answer may use."""
    sizes = cast("Mapping[str, Size]", variant.values["sizes"]).values()
    return {size: () for size in sizes if isinstance(size, str)}


def inputs_of(variant: Variant) -> dict[str, Shape]:
    """What the program reads, each with its shape."""
    return {name: called(variant, shape) for name, shape in spec_of(variant).shapes.items()}


def forward_of(variant: Variant) -> Program:
    """The forward pass; none where only broadcasting is asked."""
    lines = spec_of(variant).program
    return program_of(lines, inputs_of(variant), "spec.program") if lines else ()


def known_shapes(variant: Variant) -> dict[str, Shape]:
    """Every input and every line with its shape, and a gradient for each with the same one."""
    known = shapes_of(forward_of(variant), inputs_of(variant), "spec.program")
    return known | {f"d{name}": shape for name, shape in known.items()}


def lost_of(variant: Variant) -> Lost | None:
    """The backward pass with its lost transpose, if one is asked for."""
    spec, known = spec_of(variant), known_shapes(variant)
    if not spec.backward:
        return None
    assigned = {line.split("=")[0].strip() for line in spec.backward}
    read = {name: shape for name, shape in known.items() if name not in assigned}
    (name,) = cast("tuple[str]", variant.values["lost"])
    return Lost(program_of(spec.backward, read, "spec.backward"), name, known, sizes_of(variant))


def pairs_of(variant: Variant) -> list[tuple[int, Pair]]:
    """The arrays that broadcast, numbered from 1, in the sizes that were drawn."""
    deck = {pair.id: pair for pair in spec_of(variant).pairs}
    names = cast("tuple[str, ...]", variant.values["pairs"])
    chosen = [deck[name] for name in names]
    return [
        (place, Pair(pair.id, called(variant, pair.a), called(variant, pair.b), variant.say(pair.story)))
        for place, pair in enumerate(chosen, 1)
    ]


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def asked(variant: Variant) -> list[Field]:
    """A field for each quantity of the program that is asked."""
    return [shape_field(f"shape.{name}", name, sizes_of(variant)) for name in spec_of(variant).ask]


def present(variant: Variant) -> Presentation:
    """The question, what is given, and a field a shape."""
    sizes, lost = sizes_of(variant), lost_of(variant)
    paired = (cell for place, _ in pairs_of(variant) for cell in pair_fields(place, sizes))
    cells = (*asked(variant), *(lost_fields(lost) if lost else ()), *paired)
    return Presentation((Prose(variant.say(variant.item.prompt)), *tables(variant)), cells)


def tables(variant: Variant) -> Iterator[Block]:
    """The program with the shapes of its inputs, the backward pass as it is shown, the pairs."""
    if rows := program_rows(variant):
        yield Table("", ("quantity", "is", "shape"), rows)
    if lost := lost_of(variant):
        yield Table("Backward pass, one line of it wrong", ("gradient", "is"), lost_rows(lost))
    if pairs := pairs_of(variant):
        yield Table("Y = a + b", ("", "a", "b"), tuple(pair_rows(place, pair) for place, pair in pairs))


def program_rows(variant: Variant) -> tuple[tuple[Cell, ...], ...]:
    """Inputs with their shapes, lines with a blank or nothing."""
    cells = {cell.id for cell in asked(variant)}
    given = [(name, "given", describe(shape)) for name, shape in inputs_of(variant).items()]
    lines = [(line.name, line.tree, blank(f"shape.{line.name}", cells)) for line in forward_of(variant)]
    return (*given, *lines)


def blank(name: str, cells: set[str]) -> Cell:
    """A blank where the shape is asked."""
    return Blank(name) if name in cells else ""


def keys(variant: Variant) -> dict[str, str]:
    """The right text of every field."""
    known, lost = known_shapes(variant), lost_of(variant)
    right = {f"shape.{name}": describe(known[name]) for name in spec_of(variant).ask}
    right |= lost_key(lost) if lost else {}
    return right | {
        name: text for place, pair in pairs_of(variant) for name, text in pair_key(place, pair).items()
    }


def solution(variant: Variant) -> tuple[Block, ...]:
    """Every field with its key, then what is worth remembering."""
    rows = tuple((judged.label, judged.expected) for judged in judge(variant, {}))
    notes = tuple(variant.say(note) for note in spec_of(variant).notes)
    return (Table("", ("asked", "answer"), rows), *((Bullets(notes),) if notes else ()))


# ── judging and proving ──────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """The shapes of the program, the lost transpose, the pairs."""
    lost, sizes = lost_of(variant), sizes_of(variant)
    return (
        *judge_asked(variant, answer),
        *(judge_lost(lost, answer) if lost else ()),
        *(j for place, pair in pairs_of(variant) for j in judge_pair(place, pair, sizes, answer)),
    )


def judge_asked(variant: Variant, answer: Answer) -> Iterator[Judgement]:
    """Each shape by what the program's rules make it."""
    known = known_shapes(variant)
    for cell, name in zip(asked(variant), spec_of(variant).ask, strict=True):
        yield judge_shape(cell, answer, Due(known[name], why(variant, name), remarks(variant, name)))


def remarks(variant: Variant, name: str) -> dict[Shape, Remark]:
    """The wrong shapes of a quantity that tell a story."""
    slips = [slip for slip in spec_of(variant).slips if slip.of == name]
    return {
        called(variant, slip.shape): Remark(slip.because or why(variant, name), slip.misconception)
        for slip in slips
    }


def why(variant: Variant, name: str) -> str:
    """Why a quantity has its shape."""
    known = known_shapes(variant)
    if name.startswith("d") and name[1:] in known:
        return f"a gradient has the shape of what it belongs to, and {name[1:]} is {describe(known[name])}"
    line = next((line for line in forward_of(variant) if line.name == name), None)
    made = f" = {notation.text(line.tree, symbols=known)}" if line else ""
    return f"{name}{made} is {describe(known[name])}"


def specimens(variant: Variant) -> Iterator[Specimen]:
    """The keys, in another writing, and each wrong in a known way."""
    right, known = keys(variant), known_shapes(variant)
    yield from common_specimens(right, next(iter(right)))
    yield Specimen("in square brackets", {name: guise(name, text) for name, text in right.items()}, {})
    for name in spec_of(variant).ask:
        for shape in {**remarks(variant, name), known[name][::-1]: None, (*known[name], 7): None}:
            if shape != known[name]:
                changed = {**right, f"shape.{name}": describe(shape)}
                yield Specimen(f"{describe(shape)} for {name}", changed, {f"shape.{name}": Outcome.WRONG})
    if lost := lost_of(variant):
        again = notation.text(lost.wrong.tree, notation.Style.ASCII, lost.symbols)
        yield Specimen("not mended", {**right, "lost.repaired": again}, {"lost.repaired": Outcome.WRONG})
    for place, _ in pairs_of(variant):
        result = f"result.{place}"
        yield Specimen(f"{result} misjudged", {**right, result: "(7, 7)"}, {result: Outcome.WRONG})


def guise(name: str, text: str) -> str:
    """A shape in square brackets; other texts stay as they are."""
    is_shape = name.startswith(("shape.", "result.", "gradient.")) and text != "a scalar"
    return text.replace("(", "[").replace(")", "]") if is_shape else text


def complaints(variant: Variant) -> Iterator[str]:
    """Shapes that the engine denies, sizes that are alike, a backward pass that is none."""
    sizes = list(cast("Mapping[str, Size]", variant.values["sizes"]).values())
    if len(set(sizes)) < len(sizes):
        yield f"spec.sizes: two sizes are alike in {sizes}, which lets a lost transpose pass"
    if program := forward_of(variant):
        yield from denied(variant, program)
        if lost := lost_of(variant):
            yield from lost_complaints(lost, program, inputs_of(variant), spec_of(variant).domains)
            yield from (
                f"spec.lose: {n} has none" for n in spec_of(variant).lose if n not in suspects(lost.backward)
            )


def denied(variant: Variant, program: Program) -> Iterator[str]:
    """Shapes that differ from those of the arrays the engine makes."""
    known = known_shapes(variant)
    drawn = next(draws(inputs_of(variant), spec_of(variant).domains))
    ran = run(program, drawn.values)
    found = {**ran.values, **{f"d{name}": value for name, value in ran.gradients().items()}}
    for name in spec_of(variant).ask:
        due = tuple(drawn.lengths.get(str(size), size) for size in known[name])
        if getattr(found[name], "shape", ()) != due:
            yield f"spec.ask: {name} has shape {getattr(found[name], 'shape', ())} in the engine, not {due}"
