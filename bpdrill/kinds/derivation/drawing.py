"""Draws words, numbers, a program, and points at which answers are worked out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from bpdrill.algebra.authored import program_of
from bpdrill.algebra.draws import draw_values
from bpdrill.algebra.evaluate import Value
from bpdrill.kinds.derivation.asked import Spec, asked_of, network_of
from bpdrill.marking.chain import Chain
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.tree import Apply, Program, Symbol, walk

REVISION = 1
POINTS = 2
POINTS_OF_NUMBERS = 4
"""Numbers tell less than arrays do: √(x²) is x at every second point."""
REDRAWS = 500
MODEST = (0.02, 6.0)
"""How small and how large a number on the way may be: nothing is flat there, be it tanh or a power."""
SWITCHES = {"relu", "leaky_relu", "elu", "tanh", "sigmoid"}
"""What treats the two signs unlike."""


def vary(item: Item, seed: int) -> Variant:
    """The item's first words, numbers and program for seed 0, else drawn ones."""
    spec, numbers = cast("Spec", item.spec), Draw(seed)
    words = draw_words(spec, seed, numbers)
    at = 0 if seed == 0 or len(spec.programs) == 1 else numbers.integer(0, len(spec.programs) - 1)
    blank = Variant(item, REVISION, seed, {"program": at} if len(spec.programs) > 1 else {}, words)
    program = program_of([*map(blank.say, network_of(blank).program)], spec.shapes, "spec.programs")
    root = program[-1].name
    asked = tuple(each.by for each in asked_of(blank, root) if each.of == root)
    count = POINTS if any(spec.shapes.values()) else POINTS_OF_NUMBERS
    points = tuple(draw_point(spec, Chain(program, (), asked), numbers) for _ in range(count))
    return Variant(item, REVISION, seed, {**blank.values, "chain": Chain(program, points, asked)}, words)


def draw_words(spec: Spec, seed: int, numbers: Draw) -> Mapping[str, str]:
    """Words and numbers as texts, numbers filled into the words."""
    groups = [group[0] if seed == 0 else numbers.choice(group) for group in spec.words]
    drawn = {
        name: f"{entry.page if seed == 0 else entry.drawn(numbers):g}" for name, entry in spec.numbers.items()
    }
    words = {name: word for group in groups for name, word in group.items()}
    filled = {
        name: re.sub(r"\$\{(\w+)\}", lambda place: drawn.get(place[1], place[0]), word)
        for name, word in words.items()
    }
    return drawn | filled


def draw_point(spec: Spec, chain: Chain, numbers: Draw) -> Mapping[str, Value]:
    """Random inputs in sizes that all differ, some units on and some off, where all lines have a value."""
    for _ in range(REDRAWS):
        point = draw_values(spec.shapes, spec.domains, numbers)
        if usable(Chain(chain.program, (point,), chain.asked)):
            return point
    raise AuthorError("spec: no inputs were found at which every line has a value and both signs occur")


def usable(chain: Chain) -> bool:
    """Every line has a value; where signs matter, every line is somewhere positive, a switch reads both."""
    try:
        values = chain.runs[0].values
    except (ArithmeticError, ValueError):
        return False
    inner = {line.name: values[line.name] for line in chain.program[:-1]}
    arrays = {name: value for name, value in inner.items() if not isinstance(value, float)}
    least, most = MODEST
    if not all(least <= abs(value) <= most for name, value in inner.items() if name not in arrays):
        return False
    switched = [arrays[name] for name in read_by_switches(chain.program) if name in arrays]
    return not switched or (
        all((array > 0).any() for array in arrays.values()) and all((array < 0).any() for array in switched)
    )


def read_by_switches(program: Program) -> list[str]:
    """The names that something which looks at signs is applied to."""
    nodes = [node for line in program for node in walk(line.tree)]
    calls = [node for node in nodes if isinstance(node, Apply) and node.op in SWITCHES]
    return [call.args[0].name for call in calls if isinstance(call.args[0], Symbol)]
