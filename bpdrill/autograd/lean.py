"""The lean tape: what it keeps of a record, the walk that uses it up, and gradients of functions.

The walk pops the tape from its end, so what a rule has read is freed before the next rule
runs. A cotangent is added to in place only if the walk itself made its buffer: the first to
arrive may be a rule's view of somebody else's array.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from typing import Any

from bpdrill.autograd.dual import stacked
from bpdrill.autograd.node import PAIR, SINGLE, Node
from bpdrill.autograd.reverse import start
from bpdrill.autograd.tape import Record, Tape
from bpdrill.autograd.values import (
    Given,
    Value,
    frozen,
    shape_of,
    silence,
    stacked_sum_to,
    sum_to,
    zeros,
)


def use_up(tape: Tape, root: Node, cotangent: Value, *, stack: bool = False) -> dict[int, Value]:
    """The gradient of every leaf that something reached, by its place on the tape; empties the tape.

    With ``stack``, ``cotangent`` holds many cotangents along its first axis, and so does
    each gradient.
    """
    records = tape.records
    del records[root.index + 1 :]
    cotangents: list[Any] = [None] * len(records)
    cotangents[-1] = cotangent
    leaves: dict[int, Value] = {}
    owned: set[int] = set()
    while records:
        record = records.pop()
        ct = cotangents.pop()
        if ct is None:
            continue
        # A scalar graph has nothing to fit and nothing to copy, so its two kinds of step stand
        # here, spelled out: a call for each node would cost as much as the node.
        length = len(record)
        if length == PAIR:
            row, i, j, a, b, y = record
            first, second = row.vjp
            share, before = first(ct, y, a, b), cotangents[i]
            cotangents[i] = share if before is None else before + share
            share, before = second(ct, y, a, b), cotangents[j]
            cotangents[j] = share if before is None else before + share
        elif length == SINGLE:
            row, i, a, y = record
            share, before = row.vjp[0](ct, y, a), cotangents[i]
            cotangents[i] = share if before is None else before + share
        elif record[0] is None:
            leaves[len(records)] = ct
        else:
            _pull(record, ct, cotangents, owned, stack=stack)
    return leaves


def _pull(record: Record, ct: Value, cotangents: list[Value | None], owned: set[int], *, stack: bool) -> None:
    """One step of any graph: each argument's share, in the argument's shape, added to what arrived before."""
    row, sources, arguments, y, kept = record
    for rule, source, argument in zip(row.vjp, sources, arguments, strict=False):
        if source is None:
            continue
        if stack:
            share = stacked_sum_to(stacked(row, rule, ct, y, arguments), shape_of(argument))
        else:
            share = rule(ct, y, *arguments) if kept is None else rule(ct, y, *arguments, kept=kept)
            if argument.__class__ is float or share.__class__ is float or share.shape != argument.shape:
                share = sum_to(share, shape_of(argument))
        before = cotangents[source]
        if before is None:
            cotangents[source] = share
        elif source in owned:
            before += share
        else:
            cotangents[source] = before + share
            if before.__class__ is not float:
                owned.add(source)


def value_and_gradient(function: Callable[..., Node], *values: Given) -> tuple[float, tuple[Value, ...]]:
    """A scalar function at ``values``, and its gradient, one entry per argument, in its argument's shape.

    ``value_and_gradient(lambda w, b: (w * 3 + b - 8) ** 2, 2, 1)`` is ``(1.0, (-6.0, -2.0))``.
    While the function runs, the arrays among ``values`` cannot be written to: a gradient at
    values that have changed would be nobody's. Raises ValueError where ``function`` has no
    finite value, naming the first node without one.
    """
    with Undisturbed(values):
        tape = Tape(lean=True)
        leaves = [tape.leaf(value) for value in values]
        loss = function(*leaves)
        root: Any = loss.value
        if root.__class__ is not float or not math.isfinite(root):
            _explain(function, values, loss)
        found = use_up(tape, loss, 1.0)
    return root, tuple([_given_out(found.get(leaf.index), leaf.value) for leaf in leaves])


def gradient(function: Callable[..., Node], *values: Given) -> tuple[Value, ...]:
    """The gradient of a scalar function at ``values``: ``value_and_gradient`` without the value."""
    return value_and_gradient(function, *values)[1]


class Undisturbed:
    """While a function is recorded and walked back: no write to its arrays, no warnings, no collection.

    A tape holds thousands of small objects of which none is garbage yet; the collector would
    walk over all of them again and again.
    """

    __slots__ = ("_arrays", "_collecting", "_quiet")

    def __init__(self, values: tuple[Given, ...]) -> None:
        others = [value for value in values if value.__class__ not in (float, int)]
        self._arrays: list[Any] = [v for v in others if hasattr(v, "flags") and v.flags.writeable]
        self._quiet = silence() if others else None

    def __enter__(self) -> None:
        for array in self._arrays:
            array.flags.writeable = False
        if self._quiet:
            self._quiet.__enter__()
        self._collecting = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._collecting:
            gc.enable()
        if self._quiet:
            self._quiet.__exit__(None, None, None)
        for array in self._arrays:
            array.flags.writeable = True


def _explain(function: Callable[..., Node], values: tuple[Given, ...], loss: Node) -> None:
    """Say what is wrong with ``loss``: record ``function`` once more with every node watched."""
    start(loss, None)
    tape = Tape()
    function(*(tape.leaf(value, f"argument {place}") for place, value in enumerate(values)))
    raise ValueError("The loss has no finite value.")


def _given_out(share: Any, value: Value) -> Value:
    """The gradient of a leaf, which nobody can write to: it may share its memory with another's."""
    if isinstance(share, float):
        return share
    return zeros(shape_of(value)) if share is None else frozen(share)
