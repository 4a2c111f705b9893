"""Whether numbers tell mistakes apart: from what is right, and from one another.

What coincides at other numbers as well does so by structure: no draw can help, and it is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial, reduce
from itertools import combinations
from operator import and_, or_
from typing import TypeVar

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named
from bpdrill.marking.carrying import nothing
from bpdrill.marking.chain import GRADIENT, Chain
from bpdrill.marking.diagnosis import ANY_OP
from bpdrill.marking.step import Carried, Step, Values, differs
from bpdrill.marking.trace import Trace, backward, place, trace_steps

Pair = tuple[str, str]
"""Two mistakes that come to the same somewhere; the second is empty where it is what is right."""
Mistaken = Callable[[Carried], Iterable[tuple[str, Values]]]
"""What each mistake makes of a cell."""
Cell = tuple[str, Values, Mistaken]
"""A cell by its field, what is right there, and what mistakes make of it."""

VANISHES = "0"
"""The second of a pair whose first comes to 0: too much does, and it is not named."""
EVERYWHERE = "everywhere"
Mistake = tuple[str, Hashable]
"""A mistake by name, and where it is made."""
RIGHT: Mistake = ("", None)
NUDGE = 0.37
"""What the other numbers are moved by, times the roots of 1, 2, 3 ...: those stand in no simple ratio."""
Turn = tuple[float, float]
TURNS: tuple[Turn, ...] = ((1.0, 1.0), (-1.0, -1.0), (1.0, -1.0))
"""The signs of every other one of them, so that units go on and off, and other entries are largest."""
Drawn = TypeVar("Drawn", Trace, Chain)
Met = Callable[[Counter[Pair], Counter[Pair]], Counter[Pair]]
"""What two lots of pairs have in common, or together."""


def hidden_faults(trace: Trace) -> list[str]:
    """The ops' own faults that these numbers cannot show: they give what is right, or what another gives."""
    return own_faults(beyond(trace, elsewhere(trace), in_cells, and_))


def confusable(trace: Trace) -> bool:
    """Whether two mistakes come to the same by accident, or one to 0, which shows too little to be named."""
    return any(beyond(trace, elsewhere(trace), look, or_) for look in (in_cells, in_results))


def hidden_in(chain: Chain) -> list[str]:
    """The ops' own faults that these numbers of a program cannot show in the gradients asked of it."""
    others = [replace(chain, points=tuple(shifted(p, turn) for p in chain.points)) for turn in TURNS]
    return own_faults(beyond(chain, others, in_gradients, and_))


def own_faults(pairs: Iterable[Pair]) -> list[str]:
    """The faults that coincide with what is right or with others, all of them their op's own."""
    own = (pair for pair in pairs if not any(name.startswith(ANY_OP) for name in pair))
    return list(dict.fromkeys(second or first for first, second in own))


def beyond(
    here: Drawn, others: Iterable[Drawn], look: Callable[[Drawn], Iterator[Pair]], met: Met
) -> list[Pair]:
    """What coincides here in more cells than elsewhere: than everywhere (``and_``), or anywhere (``or_``).

    Of a maximum one side always loses, so that a mistake is always hidden in one of its cells, but no more.
    """
    found = Counter(look(here))
    counts = list(counted(look(other) for other in others))
    return list(found - (reduce(met, counts) if counts else Counter()))


def counted(looks: Iterable[Iterable[Pair]]) -> Iterator[Counter[Pair]]:
    """What coincides in how many cells, wherever the numbers have a value at all."""
    for pairs in looks:
        with suppress(ArithmeticError, ValueError):
            yield Counter(pairs)


# ── other numbers ────────────────────────────────────────────────────────────────────────────────


def elsewhere(trace: Trace) -> list[Trace]:
    """The same graph at other numbers."""
    return [replace(trace, at=shifted(trace.at, turn)) for turn in TURNS]


def shifted(point: Named, turn: Turn) -> dict[str, Value]:
    """Other numbers for every input."""
    return {name: moved(value, at, turn) for at, (name, value) in enumerate(point.items())}


def moved(value: Value, at: int, turn: Turn) -> Value:
    """A value with every number moved by an amount of its own; one that only marks places stays."""
    if isinstance(value, float):
        return turn[at % 2] * (value + NUDGE * (1 + at) ** 0.5)
    if set(value.flat) <= {0.0, 1.0}:
        return value
    from numpy import arange, where

    count = at + arange(value.size).reshape(value.shape)
    return where(count % 2, turn[1], turn[0]) * (value + NUDGE * (1 + count) ** 0.5)


# ── what coincides ───────────────────────────────────────────────────────────────────────────────


def in_cells(trace: Trace) -> Iterator[Pair]:
    """In the products and sums of the backward pass, which every mistake comes to sooner or later."""
    return coinciding((step.field.id, step.key, looked_at(step)) for step in trace_steps(trace))


def looked_at(step: Step) -> Mistaken:
    """What mistakes make of a product or a sum; other cells are only carried."""
    gradient = step.field.id.endswith(".gradient") or step.field.id.startswith("total.")
    return step.mistaken if gradient else lambda _: ()


def in_gradients(chain: Chain) -> Iterator[Pair]:
    """In the gradients asked of a program."""
    return coinciding(
        (GRADIENT + name, chain.gradient(name, {}), partial(chain.mistaken, name)) for name in chain.asked
    )


def coinciding(cells: Iterable[Cell]) -> Iterator[Pair]:
    """Mistakes that come to the same in a cell, all before it being right."""
    every = tuple(cells)
    carried = {field: key for field, key, _ in every}
    for field, key, mistaken in every:
        earlier = {other: values for other, values in carried.items() if other != field}
        yield from alike([("", key), *mistaken(earlier)])


def alike(made: Sequence[tuple[str, Values]]) -> Iterator[Pair]:
    """Pairs of different names with one value; what is right comes second."""
    for (first, a), (second, b) in combinations(made, 2):
        if first != second and not differs(a, b):
            yield (second, first)


def in_results(trace: Trace) -> Iterator[Pair]:
    """Mistakes that come to the same in all results, nothing else being given; and those that vanish."""
    effects = effects_on(results_of(trace))
    for (first, a), (second, b) in combinations(effects.items(), 2):
        if first[0] != second[0] and not differs(a, b):
            low, high = sorted((first[0], second[0]))
            yield low, high
    right = effects[RIGHT]
    for mistake, values in effects.items():
        if any(nothing(value) and not nothing(key) for value, key in zip(values, right, strict=True)):
            yield mistake[0], VANISHES


def results_of(trace: Trace) -> list[Step]:
    """The gradients at the inputs."""
    ends = {
        f"total.{edge.producer.name}" if trace.forks(edge.producer.name) else f"{place(edge)}.gradient"
        for edge in backward(trace, {})
        if edge.producer.name in trace.inputs
    }
    return [step for step in trace_steps(trace) if step.field.id in ends]


def effects_on(steps: Sequence[Step]) -> dict[Mistake, Values]:
    """What each mistake makes of all the steps together, in one place or wherever it can be made."""
    keys = tuple(step.key[0] for step in steps)
    effects: dict[Mistake, list[Value]] = {RIGHT: [*keys]}
    for at, step in enumerate(steps):
        single = (((str(name), getattr(name, "site", None)), values) for name, values in step.mistaken({}))
        together = (((str(blame), EVERYWHERE), values) for blame, values in step.further({}))
        for mistake, (value,) in (*single, *together):
            effects.setdefault(mistake, [*keys])[at] = value
    return {mistake: tuple(values) for mistake, values in effects.items()}
