"""Random programs of scalars, written out: as a program for any engine, and with their gradient by hand."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

LEAVES = 8
NEARBY = 40
"""Most arguments are among the last so many values, as in programs that people write."""
FAR = 0.3
"""How often the second argument is from anywhere, which makes long edges and fan-out."""
BOUND = 1.5
"""What would grow beyond it becomes a tanh, so that thousands of steps stay numbers."""

TEXT: Mapping[str, tuple[str, ...]] = {
    "add": ("v{i} + v{j}", "g{k}", "g{k}"),
    "sub": ("v{i} - v{j}", "g{k}", "-g{k}"),
    "mul": ("v{i} * v{j}", "g{k} * v{j}", "g{k} * v{i}"),
    "tanh": ("tanh(v{i})", "g{k} * (1 - v{k} * v{k})"),
    "exp": ("exp(v{i})", "g{k} * v{k}"),
}
"""Of step k: the value, and the share of the gradient that each argument gets."""

VALUE: Mapping[str, Callable[..., float]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "tanh": math.tanh,
    "exp": math.exp,
}
OFTEN = ("add", "add", "add", "mul", "mul", "mul", "sub", "tanh", "tanh", "exp")


@dataclass(frozen=True, slots=True)
class Step:
    """An operation, and the places of its arguments among the values before it."""

    op: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dag:
    """The leaves' values, and the steps; the last one is the loss and depends on all."""

    leaves: Sequence[float]
    steps: Sequence[Step]


def drawn(count: int, random: Random) -> Dag:
    """About ``count`` nodes, leaves included, none of them dead: what nothing used is added up."""
    leaves = [random.uniform(-1, 1) for _ in range(LEAVES)]
    values, steps, unused = [*leaves], list[Step](), {*range(LEAVES)}
    while len(values) + len(unused) - 1 < count:
        step, value = _step(values, random)
        unused -= {*step.places}
        unused.add(len(values))
        values.append(value)
        steps.append(step)
    total, *others = sorted(unused)
    for place in others:
        steps.append(Step("add", (total, place)))
        total = LEAVES + len(steps) - 1
    return Dag(leaves, steps)


def _step(values: list[float], random: Random) -> tuple[Step, float]:
    """The next step, and its value."""
    end = len(values)
    nearby = range(max(0, end - NEARBY), end)
    places = (random.choice(nearby), random.choice(range(end) if random.random() < FAR else nearby))
    op = random.choice(OFTEN)
    if abs(_value(op, places, values)) > BOUND:
        op = "tanh"
    return Step(op, places[: len(TEXT[op]) - 1]), _value(op, places, values)


def _value(op: str, places: tuple[int, ...], values: list[float]) -> float:
    return VALUE[op](*(values[place] for place in places[: len(TEXT[op]) - 1]))


def program(dag: Dag) -> Callable[..., Any]:
    """``f(tanh, exp, *leaves)``, the loss: plain operators and these two, for whatever the leaves are."""
    last = LEAVES + len(dag.steps) - 1
    return _compiled((*_forward(dag), f"return v{last}"))


def gradient(dag: Dag) -> Callable[..., tuple[float, list[float]]]:
    """``f(tanh, exp, *leaves)``, the loss and its gradient: straight-line floats, as written by hand."""
    last = LEAVES + len(dag.steps) - 1
    gradients = ", ".join(f"g{leaf}" for leaf in range(LEAVES))
    return _compiled((*_forward(dag), f"g{last} = 1.0", *_backward(dag), f"return v{last}, [{gradients}]"))


def _forward(dag: Dag) -> Iterator[str]:
    for k, step in enumerate(dag.steps, LEAVES):
        yield f"v{k} = {_filled(TEXT[step.op][0], k, step)}"


def _backward(dag: Dag) -> Iterator[str]:
    """Each argument's share, from the last step back: the first to arrive is stored, the others are added."""
    arrived = set[int]()
    for k, step in reversed([*enumerate(dag.steps, LEAVES)]):
        for place, share in zip(step.places, TEXT[step.op][1:], strict=True):
            yield f"g{place} {'+=' if place in arrived else '='} {_filled(share, k, step)}"
            arrived.add(place)


def _filled(text: str, k: int, step: Step) -> str:
    return text.format(k=k, i=step.places[0], j=step.places[-1])


def _compiled(lines: Sequence[str]) -> Callable[..., Any]:
    arguments = ", ".join(f"v{leaf}" for leaf in range(LEAVES))
    made: dict[str, Any] = {}
    exec("\n    ".join((f"def f(tanh, exp, {arguments}):", *lines)), made)  # noqa: S102  our own words only
    function: Callable[..., Any] = made["f"]
    return function
