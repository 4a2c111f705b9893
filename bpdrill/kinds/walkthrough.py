"""A network worked through by hand: every value, then every gradient, in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from bpdrill import notation
from bpdrill.algebra.draws import draw_array, draw_one_hot
from bpdrill.algebra.equal import BY_HAND
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import run
from bpdrill.marking.chain import FORWARD, GRADIENT, Chain, hidden_faults
from bpdrill.marking.specimens import hiding, numeric_specimens
from bpdrill.marking.steps import Step, judge_steps
from bpdrill.model.blocks import Block, Field, Form, Presentation, Prose, Table
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Judgement, Specimen, Unreadable
from bpdrill.model.tree import Apply, Program, Symbol, leaves
from bpdrill.notation import read_program

REVISION = 1
REDRAWS = 200
"""Numbers that hide a mistake, or sit on a kink, are drawn again, this often at most."""
KINK = 0.05
"""A pre-activation this close to 0 could be rounded across it."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``walkthrough`` item."""

    program: tuple[str, ...]
    """The network, a line each; the last line is the loss."""
    shapes: Mapping[str, tuple[int | str, ...]]
    """Of every input, in the names that ``sizes`` gives numbers to."""
    target: str
    """The input that is one-hot."""
    gradients: tuple[str, ...]
    """What is asked of the backward pass, in order."""
    at: Mapping[str, Any]
    """The inputs for seed 0."""
    sizes: tuple[Mapping[str, int], ...]
    """Sizes to draw from for the other seeds, pairwise different."""
    silent: tuple[str, ...] = ()
    """Faults that the numbers of seed 0 cannot show."""


def vary(item: Item, seed: int) -> Variant:
    """The item's own numbers for seed 0, else one digit each, a dead unit, every mistake visible."""
    spec = cast("Spec", item.spec)
    program = parse(spec)
    point = as_arrays(spec.at) if seed == 0 else draw(spec, program, Draw(seed))
    sizes = sizes_of(spec, point)
    chain = Chain(program, (point,), spec.gradients)
    return Variant(item, REVISION, seed, {"chain": chain}, {name: str(size) for name, size in sizes.items()})


def parse(spec: Spec) -> Program:
    """The network's lines, read with the shapes of its inputs."""
    program = read_program("\n".join(spec.program), spec.shapes)
    if isinstance(program, Unreadable):
        raise AuthorError(f"spec.program cannot be read: {program.hint}")
    if lacking := [name for name in leaves(program) if name not in spec.at]:
        raise AuthorError(f"spec.at gives no value for {', '.join(lacking)}")
    return program


def as_arrays(at: Mapping[str, Any]) -> dict[str, Value]:
    """The item's own numbers as arrays."""
    from numpy import array

    return {name: array(value, dtype=float) for name, value in at.items()}


def sizes_of(spec: Spec, point: Mapping[str, Value]) -> dict[str, int]:
    """The number behind each name of a size."""
    return {
        str(size): length
        for name, shape in spec.shapes.items()
        for size, length in zip(shape, point[name].shape, strict=True)
    }


def draw(spec: Spec, program: Program, numbers: Draw) -> dict[str, Value]:
    """A network with a dead unit, two live ones and mixed signs above them, on which every mistake shows."""
    for _ in range(REDRAWS):
        sizes = numbers.choice(spec.sizes)
        lengths = {name: [sizes[str(size)] for size in shape] for name, shape in spec.shapes.items()}
        point = {name: draw_array(lengths[name], numbers, 9, 10) for name in spec.shapes}
        point[spec.target] = draw_one_hot(lengths[spec.target][0], numbers)
        if telling(chain := Chain(program, (point,), spec.gradients)) and not hidden_faults(chain):
            break
    return point


def telling(chain: Chain) -> bool:
    """Each ReLU has a unit off, two on, none near the kink, gradients of both signs; no entry is twice."""
    values, gradients = chain.runs[0].values, chain.runs[0].gradients()
    for line in chain.program:
        match line.tree:
            case Apply("relu", (Symbol(name),)):
                z, upstream = values[name], gradients[line.name]
                units = abs(z).min() >= KINK and (z < 0).any() and (z > 0).sum() >= 2
                if not (units and (upstream > 0).any() and (upstream < 0).any()):
                    return False
    return distinct(gradients, chain.asked)


def distinct(gradients: Mapping[str, Value], asked: tuple[str, ...]) -> bool:
    """No gradient holds two equal entries, zeros aside: a swap would go unseen."""
    cells = ([round(float(cell), 6) for cell in gradients[name].flat if cell] for name in asked)
    return all(len(set(row)) == len(row) for row in cells)


def chain_of(variant: Variant) -> Chain:
    """What was drawn."""
    return cast("Chain", variant.values["chain"])


def steps(variant: Variant) -> list[Step]:
    """Every value, then every gradient."""
    chain = chain_of(variant)
    return [
        *(forward_step(chain, line.name, notation.text(line.tree)) for line in chain.program),
        *(gradient_step(chain, name) for name in chain.asked),
    ]


def forward_step(chain: Chain, name: str, rule: str) -> Step:
    """The value of one line."""
    cell = array_field(
        FORWARD + name, name, chain.runs[0].values[name].shape if name != chain.runs[0].root else ()
    )
    return Step(cell, partial(chain.value, name), rule=f"{name} = {rule}", tolerance=BY_HAND)


def gradient_step(chain: Chain, name: str) -> Step:
    """The gradient of the loss with respect to one name."""
    cell = array_field(GRADIENT + name, f"∂{chain.runs[0].root}/∂{name}", chain.runs[0].values[name].shape)
    mistaken = partial(chain.mistaken, name)
    return Step(cell, partial(chain.gradient, name), mistaken=mistaken, tolerance=BY_HAND)


def array_field(name: str, label: str, shape: tuple[int, ...]) -> Field:
    """A number, a vector or a matrix to fill in."""
    form = Form.ARRAY if shape else Form.NUMBER
    example = {
        0: "a number, three digits or more",
        1: "a vector: [0.1, -0.2]",
        2: "a matrix: [[0.1, 0.2], [0.3, 0.4]]",
    }
    return Field(
        name,
        f"{label} {notation.describe(shape)}" if shape else label,
        form,
        shape=shape,
        help=example[len(shape)],
    )


def present(variant: Variant) -> Presentation:
    """The question, the network, its numbers."""
    chain = chain_of(variant)
    blocks = (Prose(variant.say(variant.item.prompt)), network(chain), numbers_table(chain))
    return Presentation(blocks, tuple(step.field for step in steps(variant)))


def network(chain: Chain) -> Table:
    """The lines of the network."""
    shapes = {name: value.shape for name, value in chain.points[0].items()}
    shapes |= {line.name: chain.runs[0].values[line.name].shape for line in chain.program[:-1]}
    rows = tuple((line.name, notation.text(line.tree, symbols=shapes)) for line in chain.program)
    return Table("Network", ("quantity", "computed as"), rows)


def numbers_table(chain: Chain) -> Table:
    """What every input is."""
    inputs = chain.points[0].items()
    return Table("Given", ("input", "value"), tuple((name, notation.value(value)) for name, value in inputs))


def solution(variant: Variant) -> tuple[Block, ...]:
    """Every value and every gradient."""
    done = steps(variant)
    rows = tuple((step.field.label, notation.value(step.key[0])) for step in done)
    count = len(chain_of(variant).program)
    return (
        Table("Forward", ("value", "result"), rows[:count]),
        Table("Backward", ("gradient", "result"), rows[count:]),
    )


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Every step against the truth, then against the learner's own values."""
    return judge_steps(steps(variant), answer)


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """The steps' specimens."""
    return tuple(numeric_specimens(steps(variant), {}))


def complaints(variant: Variant) -> Iterator[str]:
    """Gradients that central differences deny, and numbers that hide a mistake."""
    chain = chain_of(variant)
    yield from differences(chain)
    yield from hiding(
        hidden_faults(chain), cast("Spec", variant.item.spec).silent if variant.seed == 0 else ()
    )
    if variant.seed and not telling(chain):
        yield "the numbers have no dead unit, sit near a kink, or repeat an entry"


STEP = 1e-6
"""Central differences in double precision are most exact at about the cube root of its unit."""


def differences(chain: Chain) -> Iterator[str]:
    """Inputs whose gradient is not the slope of the loss."""
    from numpy import ndindex, zeros_like

    point, gradients = chain.points[0], chain.runs[0].gradients()
    for name, value in point.items():
        slope = zeros_like(value)
        for cell in ndindex(value.shape):
            nudge = zeros_like(value)
            nudge[cell] = STEP
            up, down = (run(chain.program, {**point, name: value + s * nudge}).values for s in (1, -1))
            slope[cell] = (up[chain.runs[0].root] - down[chain.runs[0].root]) / (2 * STEP)
        if abs(slope - gradients[name]).max() > 1e-6:
            yield f"∂L/∂{name}: the engine's gradient is not the slope of the loss"
