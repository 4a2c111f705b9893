"""Whether numbers tell mistakes apart: from what is right, and from one another.

What coincides at other numbers as well does so by structure: no draw can help, and it is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named
from bpdrill.marking.carrying import nothing
from bpdrill.marking.chain import GRADIENT, Chain
from bpdrill.marking.diagnosis import ANY_OP
from bpdrill.marking.step import Carried, Step, Values, differs
from bpdrill.marking.trace import Trace, backward, place, trace_steps

Pair = tuple[str, str, str]
"""A cell, and two mistakes that come to the same there; the second is empty where it is what is right."""
Cell = tuple[str, Values, Callable[[Carried], Iterable[tuple[str, Values]]]]
"""A cell by its field, what is right there, and what mistakes make of it."""

RESULTS = "results"
"""The cell of mistakes that come to the same in everything that is asked last."""
VANISHES = "0"
"""The second of a pair whose first comes to 0: too much does, and it is not named."""
EVERYWHERE = "everywhere"
Mistake = tuple[str, Hashable]
"""A mistake by name, and where it is made."""
RIGHT: Mistake = ("", None)
NUDGE = 0.37
"""What the other numbers are moved by, times 1, 2, 3 ...: nothing comes out alike there by accident."""


def hidden_faults(trace: Trace) -> list[str]:
    """The ops' own faults that these numbers cannot show: they give what is right, or what another gives."""
    return own_faults(by_accident(coinciding(cells_of(trace)), coinciding(cells_of(elsewhere(trace)))))


def confusable(trace: Trace) -> bool:
    """Whether two mistakes come to the same by accident, or one to 0, which shows too little to be named."""
    here, there = ({*coinciding(cells_of(t)), *in_results(t)} for t in (trace, elsewhere(trace)))
    return not here <= there


def hidden_in(chain: Chain) -> list[str]:
    """The ops' own faults that these numbers of a program cannot show in the gradients asked of it."""
    moved = replace(chain, points=tuple(map(shifted, chain.points)))
    return own_faults(by_accident(coinciding(cells_in(chain)), coinciding(cells_in(moved))))


def own_faults(pairs: Iterable[Pair]) -> list[str]:
    """The faults that coincide with what is right or with others, all of them their op's own."""
    own = (pair for pair in pairs if not any(name.startswith(ANY_OP) for name in pair[1:]))
    return list(dict.fromkeys(second or first for _, first, second in own))


def by_accident(here: Iterable[Pair], there: Iterable[Pair]) -> Iterator[Pair]:
    """What coincides here, but not everywhere."""
    always = {*there}
    return (pair for pair in here if pair not in always)


# ── other numbers ────────────────────────────────────────────────────────────────────────────────


def elsewhere(trace: Trace) -> Trace:
    """The same graph at other numbers."""
    return replace(trace, at=shifted(trace.at))


def shifted(point: Named) -> dict[str, Value]:
    """Other numbers for every input."""
    return {name: moved_by(at, value) for at, (name, value) in enumerate(point.items())}


def moved_by(at: int, value: Value) -> Value:
    """A value with every number moved by an amount of its own; one that only marks places stays."""
    if isinstance(value, float):
        return value + NUDGE * (1 + at)
    if set(value.flat) <= {0.0, 1.0}:
        return value
    from numpy import arange

    return value + NUDGE * (1 + at + arange(value.size).reshape(value.shape) / 7)


# ── what coincides ───────────────────────────────────────────────────────────────────────────────


def cells_of(trace: Trace) -> Iterator[Cell]:
    """The products and sums of the backward pass, which every mistake comes to sooner or later."""
    for step in trace_steps(trace):
        gradient = step.field.id.endswith(".gradient") or step.field.id.startswith("total.")
        yield step.field.id, step.key, step.mistaken if gradient else no_mistake


def cells_in(chain: Chain) -> Iterator[Cell]:
    """The gradients asked of a program."""
    for name in chain.asked:
        yield GRADIENT + name, chain.gradient(name, {}), partial(chain.mistaken, name)


def no_mistake(_carried: Carried) -> Iterable[tuple[str, Values]]:
    """Of a cell that is not looked at."""
    return ()


def coinciding(cells: Iterable[Cell]) -> Iterator[Pair]:
    """Mistakes that come to the same in a cell, all before it being right."""
    every = tuple(cells)
    carried = {field: key for field, key, _ in every}
    for field, key, mistaken in every:
        earlier = {other: values for other, values in carried.items() if other != field}
        yield from ((field, *pair) for pair in alike([("", key), *mistaken(earlier)]))


def alike(made: Sequence[tuple[str, Values]]) -> Iterator[tuple[str, str]]:
    """Pairs of different names with one value; what is right comes second."""
    for (first, a), (second, b) in combinations(made, 2):
        if first != second and not differs(a, b):
            yield (second, first)


def in_results(trace: Trace) -> Iterator[Pair]:
    """Mistakes that come to the same in all results, nothing else being given; and those that vanish."""
    effects = effects_on(results_of(trace))
    for (first, a), (second, b) in combinations(effects.items(), 2):
        if first[0] != second[0] and not differs(a, b):
            yield RESULTS, str(first), str(second)
    right = effects[RIGHT]
    for mistake, values in effects.items():
        if any(nothing(value) and not nothing(key) for value, key in zip(values, right, strict=True)):
            yield RESULTS, str(mistake), VANISHES


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
        single = (((name, getattr(name, "site", None)), values) for name, values in step.mistaken({}))
        together = (((str(blame), EVERYWHERE), values) for blame, values in step.further({}))
        for mistake, (value,) in (*single, *together):
            effects.setdefault(mistake, [*keys])[at] = value
    return {mistake: tuple(values) for mistake, values in effects.items()}
