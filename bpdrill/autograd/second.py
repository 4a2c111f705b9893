"""The backward pass as a computation of its own: recorded, so that a gradient has a gradient.

A row's symbolic rule says its VJP in terms of other rows. Replaying it on the tape gives
the contribution as a node, and what is a node can be pulled back again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from bpdrill.autograd.node import Node, Operand
from bpdrill.autograd.op import OPS
from bpdrill.autograd.reverse import on_trace, start
from bpdrill.autograd.tape import Tape
from bpdrill.autograd.values import Given, Shape, settled, shape_of, zeros
from bpdrill.model.tree import Array, Number, Symbol, Tree, interpret


def recorded_gradient(root: Node, by: Sequence[Node], cotangent: Given | None = None) -> tuple[Node, ...]:
    """The gradient of ``root`` with respect to each node of ``by``, as nodes on the same tape.

    A scalar root needs no cotangent. Each result has its node's shape, and can be pulled
    back, or differentiated once more. Raises ValueError where a rule has no value.
    """
    on_trace(root, *by)
    tape = root.tape
    arrived: dict[Node, Node] = {root: tape.leaf(start(root, cotangent))}
    for node in reversed(tape.nodes[: root.index + 1]):
        if node in arrived and node.op:
            for producer, share in _contributions(node, arrived[node]):
                arrived[producer] = arrived[producer] + share if producer in arrived else share
    return tuple(arrived[node] if node in arrived else tape.leaf(zeros(shape_of(node.value))) for node in by)


def _contributions(node: Node, upstream: Node) -> list[tuple[Node, Node]]:
    """What ``node`` sends to each of its inputs, recorded."""
    places = {f"x{place}": given for place, given in enumerate(node.inputs)}
    meanings: Mapping[str, Operand] = {"ct": upstream, "y": node, **places}
    symbols = [Symbol(name) for name in meanings]
    return [
        (given, _fitted(replayed(rule(*symbols), meanings, node.tape), shape_of(given.value)))
        for rule, given in zip(node.row.symbolic, node.inputs, strict=False)
        if isinstance(given, Node)
    ]


def replayed(tree: Tree, meanings: Mapping[str, Operand], tape: Tape) -> Node:
    """``tree`` recorded on ``tape``, its symbols standing for nodes and constants."""
    found = interpret(tree, meanings, constant, lambda op, args: _applied(tape, op, args))
    return found if isinstance(found, Node) else tape.leaf(found)


def _applied(tape: Tape, op: str, args: tuple[Any, ...]) -> Any:
    """``op`` of ``args``, recorded; of constants alone it is one, to which nothing is to flow back."""
    if any(isinstance(arg, Node) for arg in args):
        return tape.apply(op, *args)
    count = len(OPS[op].vjp)
    return OPS[op].forward(*map(settled, args[:count]), *args[count:])


def constant(tree: Tree) -> Any:
    """A number or an array of a symbolic rule, as an op takes it."""
    match tree:
        case Number(value):
            return float(value)
        case Array(items):
            return tuple(map(constant, items))
    raise ValueError(f"a symbolic rule is built of numbers, symbols and ops, not of {type(tree).__name__}")


def _fitted(share: Node, shape: Shape) -> Node:
    """``share`` summed over the axes that broadcasting added or stretched, as ``values.sum_to`` does."""
    own = shape_of(share.value)
    if own == shape:
        return share
    if shape == ():
        return share.tape.apply("sum", share)
    if prod(own) == prod(shape):
        return share.tape.apply("reshape", share, shape)
    for _ in range(len(own) - len(shape)):
        share = share.tape.apply("sum", share, axis=0)
    for axis, length in enumerate(shape):
        if length == 1 != shape_of(share.value)[axis]:
            share = share.tape.apply("sum", share, axis=axis, keep=True)
    return share
