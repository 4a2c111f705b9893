"""A program written by the learner: run in a child on fresh inputs, each result held against the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from bpdrill.algebra.authored import read_lines
from bpdrill.algebra.differences import no_slopes
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.points import Drawing, Drawn, activated, draw_point, unmet
from bpdrill.marking.chain import Chain
from bpdrill.marking.code.judging import judge_code
from bpdrill.marking.code.runner import warm
from bpdrill.marking.code.scalars import draw_expression
from bpdrill.marking.code.task import POINTS, Task
from bpdrill.model.blocks import Block, Code, Field, Form, Heading, Presentation, Prose
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen, Verdict
from bpdrill.model.tree import Program, leaves

REVISION = 1
REDRAWS = 400
"""Inputs that miss a condition are drawn again, this often at most."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake in the worked solution, and what it must cost."""

    of: str
    """Text of the solution, which occurs once."""
    becomes: str
    wrong: tuple[str, ...]
    """What is then wrong; ``code`` if it does not run."""
    named: str = ""
    """The mistake that must be named."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``code`` item."""

    function: str
    """What the learner defines: a function, or a class that ``harness`` uses."""
    asked: tuple[str, ...]
    """What is to come back, in order: ``L`` is a value, ``dW1`` a gradient."""
    starter: str
    """Shown to begin with: the signature, and what is known of its arguments."""
    solution: str
    """A program that is right."""
    another: str
    """One that is right and written in another way."""
    slips: tuple[Slip, ...]
    """Mistakes that must be found; the first is tried for every seed."""
    parameters: tuple[str, ...] = ()
    """What the function is run on: inputs of the program, or names in ``labels``."""
    program: tuple[str, ...] = ()
    """What is computed forward, a line each; none: an expression of scalars is drawn for each seed."""
    shapes: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    """Of every input, in numbers or in the names that ``sizes`` gives numbers to."""
    sizes: tuple[Mapping[str, int], ...] = ({},)
    """Sizes to draw from, each of the fresh inputs its own."""
    draw: Mapping[str, Drawing] = field(default_factory=dict)
    """How the inputs are drawn; those left out are signed digits."""
    conditions: tuple[str, ...] = ()
    """What drawn inputs must be like: names of ``CONDITIONS``."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Parameters that are the index of the 1 in each row of a one-hot input."""
    harness: str = ""
    """Lines that call what the learner wrote, as a function ``check`` of the parameters."""
    large: tuple[str, ...] = ()
    """Inputs that are made a thousand times as large in one more run: a plus for who is careful."""


LARGE = 1000.0
CHECK = "check"
"""The function that a harness defines."""


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────


def vary(item: Item, seed: int) -> Variant:
    """Fresh inputs for each seed: nobody sees them, so that no program can know them."""
    spec, numbers = cast("Spec", item.spec), Draw(seed)
    task = network_task(spec, numbers) if spec.program else scalar_task(spec, numbers)
    return Variant(item, REVISION, seed, {"task": task})


def network_task(spec: Spec, numbers: Draw) -> Task:
    """A program of arrays, at points of different sizes."""
    program = read_lines(spec.program, spec.shapes)
    first = numbers.integer(0, len(spec.sizes) - 1)
    points = tuple(
        point_of(spec, program, spec.sizes[(first + at) % len(spec.sizes)], numbers) for at in range(POINTS)
    )
    large = {name: value * LARGE if name in spec.large else value for name, value in points[-1].items()}
    return task_of(spec, Chain(program, points, sources(spec, program)), large if spec.large else {})


def task_of(spec: Spec, chain: Chain, large: Mapping[str, Value]) -> Task:
    """The task, with the item's own words."""
    entry = CHECK if spec.harness else ""
    return Task(spec.function, spec.parameters, spec.asked, chain, spec.harness, entry, spec.labels, large)


def sources(spec: Spec, program: Program) -> tuple[str, ...]:
    """The names whose gradients are asked."""
    known = {*leaves(program), *(line.name for line in program)}
    return tuple(name[1:] for name in spec.asked if name not in known)


def point_of(spec: Spec, program: Program, sizes: Mapping[str, int], numbers: Draw) -> Mapping[str, Value]:
    """Inputs that meet the item's conditions."""
    lengths = {
        name: [sizes[size] if isinstance(size, str) else size for size in spec.shapes[name]]
        for name in leaves(program)
    }
    for _ in range(REDRAWS):
        point = draw_point(lengths, spec.draw, numbers)
        chain = Chain(program, (point,), sources(spec, program))
        if not unmet(spec.conditions, Drawn(program, chain.runs[0], (), chain.asked)):
            return point
    raise AuthorError(f"spec.conditions: no inputs of sizes {dict(sizes)} meet them in {REDRAWS} draws")


def scalar_task(spec: Spec, numbers: Draw) -> Task:
    """A drawn expression, at points on both sides of its kink."""
    drawn = draw_expression(numbers)
    program = read_lines(drawn.lines, dict.fromkeys(spec.parameters, ()))
    for _ in range(REDRAWS):
        points = tuple(
            draw_point(dict.fromkeys(spec.parameters, ()), spec.draw, numbers) for _ in range(POINTS)
        )
        chain = Chain(program, points, spec.parameters)
        if is_telling(chain):
            break
    return Task(spec.function, spec.parameters, spec.asked, chain, drawn.program, CHECK)


def is_telling(chain: Chain) -> bool:
    """Each ReLU is on at one point and off at another, and each input counts at one of them."""
    gates = [name for line in chain.program for name in activated(line.tree)]
    signs = [{ran.values[name] > 0 for ran in chain.runs} for name in gates]
    counts = [any(chain.gradient(name, {})) for name in chain.asked]
    return all(len(both) > 1 for both in signs) and all(counts)


def task_in(variant: Variant) -> Task:
    """What was drawn."""
    return cast("Task", variant.values["task"])


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def present(variant: Variant) -> Presentation:
    """The question, how to begin, and how an answer ends."""
    blocks = (Prose(variant.say(variant.item.prompt)), Code(spec_of(variant).starter), Prose(HOW))
    return Presentation(blocks, (field_of(variant),))


def prepare() -> None:
    """Start the process that will run the program while the learner still types."""
    warm()


HOW = (
    "Type or paste the whole program, imports included if you like; a line that holds only a dot ends it. "
    "It runs by itself, without files or network, on three fresh inputs. What cannot be read as a program "
    "is sent back; in a terminal the up arrow brings it back to be mended."
)
HELP = "a Python program with numpy as np, several lines; a line with only a dot ends it"


def field_of(variant: Variant) -> Field:
    """Where the program goes."""
    return Field("code", spec_of(variant).function, Form.CODE, help=HELP)


def solution(variant: Variant) -> tuple[Block, ...]:
    """A program that is right."""
    return (Heading("One way to write it"), Code(spec_of(variant).solution.strip()))


# ── judging and proving ──────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """It runs; then each thing asked, one judgement each."""
    return judge_code(task_in(variant), field_of(variant), answer)


def specimens(variant: Variant) -> Iterator[Specimen]:
    """Two right programs, each slip, a text that is none; for drawn variants one slip."""
    spec, task = spec_of(variant), task_in(variant)
    ids = [judgement.field for judgement in judge(variant, {})]
    yield Specimen("right", {"code": spec.solution}, {})
    yield Specimen("blank", {}, dict.fromkeys(ids, Outcome.BLANK), Verdict.NO_HIRE)
    yield Specimen("unreadable", {"code": "def f(:"}, dict.fromkeys(ids, Outcome.BLANK), unreadable=("code",))
    if variant.seed == 0:
        yield Specimen("another way", {"code": spec.another}, {})
    for slip in spec.slips if variant.seed == 0 else spec.slips[:1]:
        wrong = {name if name == "code" else f"code.{name}": Outcome.WRONG for name in slip.wrong}
        everything = dict.fromkeys((f"code.{name}" for name in task.asked), Outcome.WRONG)
        outcomes = {**everything, **wrong} if "code" in slip.wrong else wrong
        yield Specimen(f"{slip.becomes} for {slip.of}", {"code": slipped(spec, slip)}, outcomes)


def slipped(spec: Spec, slip: Slip) -> str:
    """The solution with one mistake in it."""
    return spec.solution.replace(slip.of, slip.becomes)


def complaints(variant: Variant) -> Iterator[str]:
    """Slips that are not in the solution or not named, gradients that central differences deny."""
    spec, chain = spec_of(variant), task_in(variant).chain
    yield from (
        f"spec.slips: {slip.of!r} stands {spec.solution.count(slip.of)} times in the solution, not once"
        for slip in spec.slips
        if spec.solution.count(slip.of) != 1
    )
    for name in no_slopes(chain.program, chain.points[0]):
        yield f"d{name}: the engine's gradient is not the slope of the loss"
    yield from unnamed(variant, spec.slips if variant.seed == 0 else spec.slips[:1])


def unnamed(variant: Variant, slips: tuple[Slip, ...]) -> Iterator[str]:
    """Slips that the report does not call by their name."""
    for slip in slips:
        found = judge(variant, {"code": slipped(spec_of(variant), slip)})
        if slip.named and not any(slip.named in judgement.misconceptions for judgement in found):
            yield f"spec.slips: {slip.becomes!r} is not named {slip.named}"
