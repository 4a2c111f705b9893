"""Count the passes of forward and reverse mode for two functions, and say which mode wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from bpdrill.autograd import Node, jacobian
from bpdrill.marking.counts import judge_count
from bpdrill.marking.fields import judge_choice
from bpdrill.marking.prose import Question, judge_prose, prose_fields, with_words
from bpdrill.marking.specimens import common_specimens
from bpdrill.model.blocks import Block, Bullets, Field, Form, Presentation, Prose, Table
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen

REVISION = 1
Mode = Literal["forward", "reverse"]
MODES: tuple[Mode, Mode] = ("forward", "reverse")
PROSE = (
    Question("rule", "the rule: what each mode's cost grows with"),
    Question("products", "what one pass of each mode computes"),
)
NOTES = (
    "One forward pass takes a direction of the inputs to its effect on every output: J·v.",
    "So forward mode needs a pass for each input.",
    "One backward pass takes a weighting of the outputs to its gradient at every input: vᵀ·J.",
    "So reverse mode needs a pass for each output.",
    "Reverse mode pays in memory: the values of the forward pass are kept until they have been used.",
    "Forward mode has its uses: few inputs, one directional derivative, Hessian-vector products.",
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many inputs and outputs a function has."""

    inputs: int
    outputs: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """What the larger and the smaller side are drawn from."""

    many: tuple[int, ...]
    few: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``pass_count`` item."""

    functions: Mapping[str, Sizes]
    """By name, for seed 0: of two, the first has more inputs and the second more outputs."""
    draw: Lengths


def vary(item: Item, seed: int) -> Variant:
    """The item's own sizes for seed 0, else drawn ones."""
    spec = cast("Spec", item.spec)
    functions = dict(spec.functions) if seed == 0 else draw(spec, Draw(seed))
    words = {
        f"{name}_{side}": f"{count:,}"
        for name, sizes in functions.items()
        for side, count in (("inputs", sizes.inputs), ("outputs", sizes.outputs))
    }
    return Variant(item, REVISION, seed, {"functions": functions}, words)


def draw(spec: Spec, numbers: Draw) -> dict[str, Sizes]:
    """Sizes above 2 that differ, so that no two counts are alike by chance; a single function either way."""
    turned = numbers.integer(0, 1) if len(spec.functions) == 1 else 0
    sides = (spec.draw.many, spec.draw.few)
    return {
        name: Sizes(numbers.choice(sides[place % 2]), numbers.choice(sides[1 - place % 2]))
        for place, name in enumerate(spec.functions, turned)
    }


def functions_of(variant: Variant) -> Mapping[str, Sizes]:
    """What was drawn."""
    return cast("Mapping[str, Sizes]", variant.values["functions"])


def accepted(mode: Mode, sizes: Sizes) -> Mapping[int, str]:
    """Every count that a usual convention gives, the plain one first."""
    n, m = sizes.inputs, sizes.outputs
    if mode == "forward":
        return {n: "passes", n + 1: "passes, and the plain evaluation"}
    return {
        m: "backward passes",
        m + 1: "one forward pass shared by all backward passes",
        2 * m: "a forward pass for each backward pass",
    }


def mistaken(mode: Mode, sizes: Sizes) -> Mapping[int, str]:
    """Wrong counts that tell their own story, the other mode's first."""
    n, m = sizes.inputs, sizes.outputs
    if mode == "forward":
        return {m: "passes.modes-swapped", 2 * n: "passes.finite-differences"}
    return {n: "passes.modes-swapped"}


def winner(sizes: Sizes) -> str:
    """The mode with fewer passes."""
    return "forward" if sizes.inputs < sizes.outputs else "reverse"


def count_field(name: str, mode: str) -> Field:
    """How many passes a mode needs."""
    return Field(
        f"{name}.{mode}",
        f"{name}: passes in {mode} mode",
        Form.NUMBER,
        row=f"{name}.counts",
        help="a whole number",
    )


def winner_field(name: str) -> Field:
    """Which mode wins."""
    return Field(
        f"{name}.winner", f"{name}: which mode wins", Form.CHOICE, choices=MODES, help="forward or reverse"
    )


def present(variant: Variant) -> Presentation:
    """The question, three fields a function, two questions in words."""
    fields = [
        field
        for name in functions_of(variant)
        for field in (*(count_field(name, mode) for mode in MODES), winner_field(name))
    ]
    return Presentation((Prose(variant.say(variant.item.prompt)),), (*fields, *prose_fields(PROSE, variant)))


def solution(variant: Variant) -> tuple[Block, ...]:
    """The counts by every convention, the winners, and why."""
    rows = tuple(
        (
            name,
            mode,
            "; ".join(f"{count:,} ({what})" for count, what in accepted(mode, sizes).items()),
            "wins" if mode == winner(sizes) else "",
        )
        for name, sizes in functions_of(variant).items()
        for mode in MODES
    )
    return (Table("Passes", ("function", "mode", "passes", ""), rows), Bullets(NOTES))


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Counts by any usual convention, winners, and the words as they are."""
    judged: list[Judgement] = []
    for name, sizes in functions_of(variant).items():
        judged += [judge_passes(count_field(name, mode), mode, sizes, answer) for mode in MODES]
        judged.append(judge_winner(winner_field(name), sizes, answer))
    return (*judged, *judge_prose(PROSE, variant, answer))


def judge_passes(field: Field, mode: Mode, sizes: Sizes, answer: Answer) -> Judgement:
    """Right by some convention, which is said unless it is the plain one; wrong with its story."""
    usual, *others = accepted(mode, sizes).items()
    conventions = {usual[0]: "", **{count: f"counting {what}" for count, what in others}}
    per = {"forward": "input", "reverse": "output"}[mode]
    plain = f"one pass for each {per} makes {next(iter(conventions)):,}"
    return judge_count(field, answer, conventions, mistaken(mode, sizes), plain)


def judge_winner(field: Field, sizes: Sizes, answer: Answer) -> Judgement:
    """The mode with fewer passes."""
    few, many = sorted((sizes.inputs, sizes.outputs))
    fewer = f"{winner(sizes)} mode needs fewer passes: {few:,} against {many:,}"
    return judge_choice(field, answer, winner(sizes), {}, fewer)


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """The plain counts, the counts of another convention, and the modes the wrong way round."""
    functions = functions_of(variant)
    counts = {
        f"{name}.{mode}": (accepted(mode, sizes), mistaken(mode, sizes))
        for name, sizes in functions.items()
        for mode in MODES
    }
    winners = {f"{name}.winner": winner(sizes) for name, sizes in functions.items()}
    right = {**winners, **{cell: str(next(iter(fits))) for cell, (fits, _) in counts.items()}}
    others = {cell: str(list(fits)[1]) for cell, (fits, _) in counts.items()}
    swapped = {cell: str(next(iter(wrong))) for cell, (_, wrong) in counts.items()}
    bare = (
        *common_specimens(right, next(iter(counts))),
        Specimen("evaluations counted", {**right, **others}, {}),
        Specimen("modes swapped", {**right, **swapped}, dict.fromkeys(swapped, Outcome.WRONG)),
    )
    return with_words(bare, PROSE)


STAND_IN = 4
"""A function this large at most is run in place of the real one."""


def complaints(variant: Variant) -> Iterator[str]:
    """Counts that the engine does not bear out on a function of the same shape, cut down to size."""
    for name, sizes in functions_of(variant).items():
        small = Sizes(min(sizes.inputs, STAND_IN), min(sizes.outputs, STAND_IN + 1))
        for mode in MODES:
            swept = jacobian(stand_in(small), [0.5] * small.inputs, mode).sweeps
            if swept != next(iter(accepted(mode, small))):
                yield f"{name}: the engine takes {swept} passes in {mode} mode"


def stand_in(sizes: Sizes) -> Callable[[list[Node]], list[Node]]:
    """A function of that many inputs and outputs, each output using every input."""

    def function(inputs: list[Node]) -> list[Node]:
        total = inputs[0]
        for node in inputs[1:]:
            total = total + node * node
        return [total * float(factor + 1) for factor in range(sizes.outputs)]

    return function
