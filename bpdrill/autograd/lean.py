"""The lean tape: what it keeps of a record, the walk that uses it up, and gradients of functions.

The walk pops the tape from its end, so what a rule has read is freed before the next rule
runs. A cotangent is added to in place only if the walk itself made its buffer: the first to
arrive may be a rule's view of somebody else's array.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from math import isfinite
from typing import Any, TypeVar

from bpdrill.autograd.dual import stacked
from bpdrill.autograd.node import PAIR, SINGLE, Node
from bpdrill.autograd.reverse import start
from bpdrill.autograd.tape import Record, Tape
from bpdrill.autograd.values import (
    Given,
    Value,
    frozen,
    shape_of,
    silenced,
    stacked_sum_to,
    sum_to,
    zeros,
)

Result = TypeVar("Result")


def use_up(tape: Tape, root: Node, cotangent: Value, given: int, *, stack: bool = False) -> list[Any]:
    """The gradients of the first ``given`` nodes, the leaves, None where nothing arrived; uses up the rest.

    With ``stack``, ``cotangent`` holds many cotangents along its first axis, and so does
    each gradient.
    """
    records = tape.records
    if root.index + 1 < len(records):
        del records[max(root.index + 1, given) :]
    cotangents: list[Any] = [None] * len(records)
    cotangents[root.index] = cotangent
    owned: set[int] = set()
    for _ in range(len(records) - given):
        record, ct = records.pop(), cotangents.pop()
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
        elif stack:
            _pull_stack(record, ct, cotangents)
        else:
            _pull(record, ct, cotangents, owned)
    return cotangents


def _pull(record: Record, ct: Value, cotangents: list[Any], owned: set[int]) -> None:
    """One step of any graph: each argument's share, in the argument's shape, added to what arrived before."""
    row, sources, arguments, y, kept = record
    rules, count = row and row.vjp, len(arguments)  # a leaf made on the way has neither
    # Most records have one argument or two, and remember nothing: for them no loop and no star.
    if kept is not None:
        _pull_remembered(record, ct, cotangents, owned)
    elif count == 1:
        _add(rules[0](ct, y, arguments[0]), arguments[0], sources[0], cotangents, owned)
    elif count == 2 == len(rules):
        (i, j), (a, b) = sources, arguments
        if i is not None:
            _add(rules[0](ct, y, a, b), a, i, cotangents, owned)
        if j is not None:
            _add(rules[1](ct, y, a, b), b, j, cotangents, owned)
    else:
        for place, source in enumerate(sources):
            if source is not None:
                _add(rules[place](ct, y, *arguments), arguments[place], source, cotangents, owned)


def _pull_remembered(record: Record, ct: Value, cotangents: list[Any], owned: set[int]) -> None:
    """As ``_pull``, where the rules are handed what forward computed on its way."""
    row, sources, arguments, y, kept = record
    shares = row.together and row.together(ct, y, *arguments, kept=kept)
    for place, source in enumerate(sources):
        if source is not None:
            share = shares[place] if shares else row.vjp[place](ct, y, *arguments, kept=kept)
            _add(share, arguments[place], source, cotangents, owned)


def _add(share: Any, argument: Any, source: int, cotangents: list[Any], owned: set[int]) -> None:
    if share.__class__ is float or argument.__class__ is float or share.shape != argument.shape:
        share = sum_to(share, shape_of(argument))
    before = cotangents[source]
    if before is None:
        cotangents[source] = share
    elif source in owned:
        before += share
    else:
        cotangents[source] = before + share
        if share.__class__ is not float:
            owned.add(source)


def _pull_stack(record: Record, ct: Value, cotangents: list[Any]) -> None:
    """As ``_pull``, for each cotangent along the first axis of ``ct``."""
    row, sources, arguments, y, _ = record
    for place, source in enumerate(sources):
        if source is not None:
            share = stacked(row, row.vjp[place], ct, y, arguments)
            fitted = stacked_sum_to(share, shape_of(arguments[place]))
            before = cotangents[source]
            cotangents[source] = fitted if before is None else before + fitted


def value_and_gradient(function: Callable[..., Node], *values: Given) -> tuple[float, tuple[Value, ...]]:
    """A scalar function at ``values``, and its gradient, one entry per argument, in its argument's shape.

    ``value_and_gradient(lambda w, b: (w * 3 + b - 8) ** 2, 2, 1)`` is ``(1.0, (-6.0, -2.0))``.
    While the function runs, the arrays among ``values`` cannot be written to: a gradient at
    values that have changed would be nobody's. Raises ValueError where ``function`` has no
    finite value, naming the first node without one.
    """
    tape = Tape(lean=True)
    tape.locks = []
    collecting = gc.isenabled()
    gc.disable()  # it would walk over thousands of small objects of which none is garbage yet
    try:
        leaves = tape.leaves(values)
        if tape.arrays:
            value, found = silenced(_differentiated)(function, tape, leaves)
        else:
            value, found = _differentiated(function, tape, leaves)
    finally:
        if tape.locks:
            tape.release()
        if collecting:
            gc.enable()
    if tape.arrays or None in found:
        found = _given_out(found, leaves)
    return value, tuple(found)


def _differentiated(function: Callable[..., Node], tape: Tape, leaves: list[Node]) -> tuple[float, list[Any]]:
    """The value of ``function``, and what arrived at each of its arguments."""
    loss = function(*leaves)
    if loss.__class__ is not Node or loss.tape is not tape:
        raise no_result(loss)
    value = loss.value
    if not isinstance(value, float) or not isfinite(value):
        raise _explained(function, leaves, loss)
    try:
        return value, use_up(tape, loss, 1.0, len(leaves))
    except (ArithmeticError, ValueError) as error:
        raise _explained(function, leaves, loss) from error


def no_result(given: Any) -> ValueError:
    """What is wrong with what a function gave, where it is no node of its tape."""
    if given.__class__ is not Node:
        kind = type(given).__name__
        return ValueError(f"The function must give one node, made of its arguments; it gave a {kind}.")
    return ValueError("The function must give a node made of its arguments; it gave one of another tape.")


def gradient(function: Callable[..., Node], *values: Given) -> tuple[Value, ...]:
    """The gradient of a scalar function at ``values``: ``value_and_gradient`` without the value."""
    return value_and_gradient(function, *values)[1]


def _explained(function: Callable[..., Node], leaves: list[Node], loss: Node) -> ValueError:
    """What is wrong with ``loss``: told by recording ``function`` once more with every node watched."""
    start(loss, None)
    tape = Tape()
    tape.pull_back(function(*tape.leaves([leaf.value for leaf in leaves])))
    return ValueError("The loss or its gradient has no finite value.")


def _given_out(found: list[Any], leaves: list[Node]) -> list[Value]:
    """The gradient by each leaf; where two share their memory, none of them can be written to."""
    alone = len(set(map(id, map(_owner, found)))) == len(found)
    for place, share in enumerate(found):
        if share is None:
            found[place] = zeros(shape_of(leaves[place].value))
        elif not alone:
            found[place] = frozen(share)
    return found


def _owner(share: Any) -> Any:
    """Whose memory it lies in: a float's or an array's own, or that of the array it is a view of."""
    return share if share is None or share.__class__ is float or share.base is None else share.base
