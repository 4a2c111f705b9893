"""Find the one wrong line in a backward pass, mend it, and say what else it spoils.

The wrong line is a slip of the right one that comes to a fault of the engine: see ``marking.bugs``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from bpdrill import notation
from bpdrill.algebra.authored import program_of, shapes_of
from bpdrill.algebra.draws import draw_values
from bpdrill.algebra.evaluate import Value, value_at
from bpdrill.algebra.points import Drawn, unmet
from bpdrill.kinds.spot_the_bug.bugs import SAME, Bug, Listing, alike, all_bugs, of
from bpdrill.marking.chain import Chain
from bpdrill.marking.fields import Remark, judge_choice, judge_field
from bpdrill.marking.prose import Question, judge_prose, prose_fields, with_words
from bpdrill.marking.reading import Said
from bpdrill.marking.specimens import common_specimens
from bpdrill.marking.steps import Step, judge_steps
from bpdrill.model.blocks import Block, Code, Field, Form, Heading, Note, Presentation, Prose, Table
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen
from bpdrill.model.tree import Program, Symbols, Tree
from bpdrill.notation import Style

REVISION = 1
POINTS = 3
"""Two would do; the third is for what they agree on by chance."""
REDRAWS = 200
PROSE = (Question("found", "how would you have found it without reading the code"),)


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``spot_the_bug`` item."""

    program: tuple[str, ...]
    """The forward pass, a line each; the last line is the loss."""
    shapes: Mapping[str, tuple[int | str, ...]]
    """Of every input, in named sizes; a size's name may stand in a backward line as a number."""
    domains: Mapping[str, str]
    """Of the inputs that are not just any numbers: onehot, positive, distribution ..."""
    backward: tuple[str, ...]
    """The right backward pass, a line each, from the loss back: ``dz2 = yhat - y``."""
    first: str = ""
    """The fault of seed 0; without it, the first there is."""


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────


def vary(item: Item, seed: int) -> Variant:
    """The item's own bug for seed 0, else one that is drawn."""
    spec, numbers = cast("Spec", item.spec), Draw(seed)
    shown = listing_of(spec)
    bugs = all_bugs(shown)
    if not bugs:
        raise AuthorError("spec.backward: no slip in these lines comes to a fault of the engine")
    bug = first_of(spec, bugs) if seed == 0 else numbers.choice(bugs)
    return Variant(item, REVISION, seed, {"bug": bug, "listing": shown}, {"lines": str(len(shown.lines))})


def first_of(spec: Spec, bugs: tuple[Bug, ...]) -> Bug:
    """The bug that the item begins with."""
    wanted = [bug for bug in bugs if not spec.first or spec.first in bug.faults]
    if not wanted:
        known = ", ".join(sorted({name for bug in bugs for name in bug.faults}))
        raise AuthorError(f"spec.first: no slip comes to {spec.first}; there are {known}")
    return wanted[0]


def listing_of(spec: Spec) -> Listing:
    """The network at a few points, and its right backward pass."""
    shapes: Symbols = dict(spec.shapes)
    program = program_of(spec.program, shapes, "spec.program")
    known = shapes_of(program, shapes, "spec.program")
    sizes: Symbols = dict.fromkeys(
        (size for shape in spec.shapes.values() for size in shape if isinstance(size, str)), ()
    )
    known |= sizes
    lines: Program = ()
    for text in spec.backward:
        lines += program_of([text], known, "spec.backward")
        known = shapes_of(lines[-1:], known, "spec.backward")
    chain = Chain(program, (), tuple(of(line.name) for line in lines))
    points = tuple(draw_point(spec, {**shapes, **sizes}, chain, Draw(at)) for at in range(POINTS))
    return Listing(replace(chain, points=points), known, lines)


def draw_point(spec: Spec, symbols: Symbols, chain: Chain, numbers: Draw) -> Mapping[str, Value]:
    """Inputs in sizes that all differ, each ReLU with units on and units off; the same for every seed."""
    for _ in range(REDRAWS):
        point = draw_values(symbols, spec.domains, numbers)
        drawn = Drawn(chain.program, replace(chain, points=(point,)).runs[0], (), ())
        if not unmet(["mixed units"], drawn):
            break
    return point


def listing(variant: Variant) -> Listing:
    """The network and its right backward pass."""
    return cast("Listing", variant.values["listing"])


def bug_of(variant: Variant) -> Bug:
    """What was drawn."""
    return cast("Bug", variant.values["bug"])


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def present(variant: Variant) -> Presentation:
    """The forward pass, the backward pass with its wrong line, four questions."""
    shown, bug = listing(variant), bug_of(variant)
    blocks = (
        Prose(variant.say(variant.item.prompt)),
        Heading("Forward"),
        Code(code(shown.chain.program, shown.symbols)),
        Heading("Backward"),
        Code(code(shown.standing(bug), shown.symbols)),
    )
    return Presentation(
        blocks, (line_field(shown), mended_step(shown, bug).field, reach_field(shown), *words(variant))
    )


def code(program: Program, symbols: Symbols) -> str:
    """Lines of numpy."""
    return "\n".join(
        f"{line.name} = {notation.text(line.tree, Style.NUMPY, symbols=symbols)}" for line in program
    )


def line_field(shown: Listing) -> Field:
    """Which line it is."""
    names = tuple(line.name for line in shown.lines)
    return Field(
        "line", "the wrong line computes", Form.CHOICE, choices=names, help="the name that it assigns"
    )


def mended_step(shown: Listing, bug: Bug) -> Step:
    """The right line."""
    symbols = {name: shape for name, shape in shown.symbols.items() if name != bug.name}
    field = Field(
        "mended",
        "the line, mended",
        Form.EXPRESSION,
        symbols=symbols,
        shape=shown.symbols[bug.name],
        help="what stands on its right side, in any notation:  A.T @ v,  a b^T,  u * v",
    )
    return Step(
        field,
        lambda _: shown.right(bug.name),
        expected_text=notation.text(shown.tree(bug.name), symbols=shown.symbols),
        names=lambda _: shown.points,
        mistaken=lambda _: shown.mistaken(bug.name),
        tolerance=SAME,
    )


def reach_field(shown: Listing) -> Field:
    """How far the mistake goes."""
    count = len(shown.lines)
    asks = f"how many of the {count} gradients come out wrong, the line's own included"
    return Field("reach", asks, Form.NUMBER, help=f"a whole number from 1 to {count}")


def words(variant: Variant) -> tuple[Field, ...]:
    """What is answered in words."""
    return prose_fields(PROSE, variant)


def solution(variant: Variant) -> tuple[Block, ...]:
    """The line as it stands and as it should be; what it spoils; what would have shown it."""
    shown, bug = listing(variant), bug_of(variant)
    row = (bug.name, bug.stands, shown.tree(bug.name))
    reached = ", ".join(shown.spoilt(bug))
    return (
        Table("The wrong line", ("computes", "as it stands", "as it should be"), (row,)),
        Note(f"Wrong because of it: {reached}."),
        Note(
            f"The shape of {bug.name} is right as it stands, so no check of shapes finds it. "
            f"Central differences at {of(bug.name)} do: nudge one entry, and see how far the loss moves."
        ),
    )


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """The line, its mend, how far it reaches, and the words as they are."""
    shown, bug = listing(variant), bug_of(variant)
    return (
        judge_choice(line_field(shown), answer, bug.name, remarks(shown, bug)),
        *judge_steps([mended_step(shown, bug)], answer),
        judge_reach(shown, bug, answer),
        *judge_prose(PROSE, variant, answer),
    )


def remarks(shown: Listing, bug: Bug) -> Mapping[str, Remark]:
    """What is said of a line that is right."""
    wrong = shown.spoilt(bug)
    return {
        line.name: Remark(
            f"{line.name} comes out wrong, but only because it reads a wrong value: its own rule is right"
            if line.name in wrong
            else f"{line.name} is right as it stands"
        )
        for line in shown.lines
    }


def judge_reach(shown: Listing, bug: Bug, answer: Answer) -> Judgement:
    """How many gradients are wrong."""
    field, wrong = reach_field(shown), shown.spoilt(bug)
    expected = str(len(wrong))

    def judge_said(said: Said) -> Judgement:
        given = value_at(cast("Tree", said.tree), {})
        if given == len(wrong):
            return Judgement(field.id, field.label, Outcome.RIGHT, said.echo, expected)
        because = f"wrong because of that line: {', '.join(wrong)}"
        return Judgement(field.id, field.label, Outcome.WRONG, said.echo, expected, because)

    return judge_field(field, answer, expected, judge_said)


# ── proving ──────────────────────────────────────────────────────────────────────────────────────


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """Right in two notations; the line as it stands; another line; another count."""
    shown, bug = listing(variant), bug_of(variant)
    right = {
        "line": bug.name,
        "mended": notation.text(shown.tree(bug.name), Style.ASCII, symbols=shown.symbols),
        "reach": str(len(shown.spoilt(bug))),
    }
    other = next(line.name for line in shown.lines if line.name != bug.name)
    as_numpy = notation.text(shown.tree(bug.name), Style.NUMPY, symbols=shown.symbols)
    as_it_stands = notation.text(bug.stands, Style.ASCII, symbols=shown.symbols)
    bare = (
        *common_specimens(right, "mended"),
        Specimen("right, in numpy", {**right, "mended": as_numpy}, {}),
        Specimen("left as it stands", {**right, "mended": as_it_stands}, {"mended": Outcome.WRONG}),
        Specimen("another line", {**right, "line": other}, {"line": Outcome.WRONG}),
        Specimen("one too many", {**right, "reach": f"{right['reach']} + 1"}, {"reach": Outcome.WRONG}),
    )
    return with_words(bare, PROSE)


FEWEST = 3
"""Bugs that a family must be able to draw from."""


def complaints(variant: Variant) -> Iterator[str]:
    """A line that the engine denies, and a family with too few bugs."""
    shown = listing(variant)
    for line in shown.lines:
        values = shown.values(line.tree)
        if values is None or not alike(values, shown.right(line.name)):
            yield f"spec.backward: the engine denies {line.name} = {notation.text(line.tree)}"
    if len(bugs := all_bugs(shown)) < FEWEST:
        yield f"spec.backward: only {len(bugs)} slips come to a fault; {FEWEST} are needed"
