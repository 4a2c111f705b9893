"""Forward mode: the tape is replayed with a tangent beside each value, as dual numbers would carry it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpdrill.autograd.node import LONG, Node, spelled_out
from bpdrill.autograd.op import Op, Rule
from bpdrill.autograd.values import (
    Given,
    Value,
    aligned,
    quiet,
    settled,
    shape_of,
    spread,
    stacked_spread,
    zeros,
)

Sharer = Callable[[type[Op], int, Value, Value, tuple[Value, ...]], Value]
"""What a moving argument adds to the tangent of a node: row, argument, tangent, output, arguments."""


def push_forward(roots: Sequence[Node], tangents: Mapping[Node, Given]) -> tuple[Value, ...]:
    """The tangents of ``roots``, in one sweep, when each node in ``tangents`` moves along its own.

    A node in ``tangents`` counts as an input even if the tape computed it; all other
    inputs stand still. Each result has its root's shape. Raises ValueError where a rule
    has no value.
    """
    given = {node.index: spread(settled(tangent), shape_of(node.value)) for node, tangent in tangents.items()}
    last = max(roots, key=lambda root: root.index)
    with quiet():
        moving = _replay(last, given, _share, lambda share, y: spread(settled(share), shape_of(y)))
    return tuple(
        moving[root.index] if root.index in moving else zeros(shape_of(root.value)) for root in roots
    )


def push_stack(root: Node, stacks: Mapping[Node, Value]) -> Value:
    """As ``push_forward`` of one root, for many tangents at once, along the first axis of each stack.

    All stacks have one length, and so has the result. A lean tape serves as well, if it has
    freed nothing.
    """
    given = {node.index: stack for node, stack in stacks.items()}
    moving = _replay(root, given, _stacked_share, _stacked_fit)
    if root.index in moving:
        return moving[root.index]
    lengths = [shape_of(stack)[:1] for stack in given.values()]
    return zeros(lengths[0] + shape_of(root.value))


def _replay(
    root: Node,
    given: Mapping[int, Value],
    share: Sharer,
    fitted: Callable[[Any, Any], Value],
) -> Mapping[int, Value]:
    """Walk the tape from its beginning to ``root``; the tangent of every node that moves, by its place."""
    moving, argument = dict(given), 0
    for place, record in enumerate(root.tape.records[: root.index + 1]):
        if place in given:
            continue
        row, sources, arguments, y, _ = record if len(record) == LONG else spelled_out(record)
        total: Any = None
        try:
            for argument, source in enumerate(sources):
                if source in moving:
                    own = share(row, argument, moving[source], y, arguments)
                    total = own if total is None else total + own
        except (ArithmeticError, ValueError) as error:
            raise ValueError(Node(y, place, root.tape).no_derivative(argument, str(error))) from error
        if total is not None:
            moving[place] = fitted(total, y)
    return moving


def _share(row: type[Op], argument: int, tangent: Value, y: Value, arguments: tuple[Value, ...]) -> Value:
    return row.jvp[argument](tangent, y, *arguments)


def _stacked_share(row: type[Op], argument: int, stack: Any, y: Any, arguments: tuple[Value, ...]) -> Value:
    if not row.stacks:
        return stacked(row, row.jvp[argument], stack, y, arguments)
    if y.__class__ is not float and stack.ndim <= y.ndim:
        stack = aligned(stack, y.shape)
    return row.jvp[argument](stack, y, *arguments)


def _stacked_fit(stack: Any, y: Any) -> Value:
    if y.__class__ is not float and stack.shape[1:] == y.shape:
        whole: Value = stack
        return whole
    return stacked_spread(stack, shape_of(y))


def stacked(row: type[Op], rule: Rule, stack: Value, y: Value, arguments: tuple[Value, ...]) -> Value:
    """``rule`` for each value along the first axis of ``stack``: at once if ``row`` can, else one by one."""
    if row.stacks:
        return rule(stack, y, *arguments)
    import numpy as np

    each = [rule(float(one) if one.ndim == 0 else one, y, *arguments) for one in np.asarray(stack)]
    return np.stack(each)
