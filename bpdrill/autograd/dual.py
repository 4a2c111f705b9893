"""Forward mode: the tape is replayed with a tangent beside each value, as dual numbers would carry it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpdrill.autograd.node import Node
from bpdrill.autograd.values import Given, Value, quiet, settled, shape_of, spread, zeros


def push_forward(roots: Sequence[Node], tangents: Mapping[Node, Given]) -> tuple[Value, ...]:
    """The tangents of ``roots``, in one sweep, when each node in ``tangents`` moves along its own.

    A node in ``tangents`` counts as an input even if the tape computed it; all other
    inputs stand still. Each result has its root's shape. Raises ValueError where a rule
    has no value.
    """
    moving = {node: spread(settled(tangent), shape_of(node.value)) for node, tangent in tangents.items()}
    last = max(roots, key=lambda root: root.index)
    with quiet():
        for node in last.tape.nodes[: last.index + 1]:
            shares = [] if node in tangents else _shares(node, moving)
            if shares:
                moving[node] = spread(settled(sum(shares[1:], start=shares[0])), shape_of(node.value))
    return tuple(moving[root] if root in moving else zeros(shape_of(root.value)) for root in roots)


def _shares(node: Node, moving: Mapping[Node, Value]) -> list[Value]:
    """What each moving input adds to the tangent of ``node``."""
    return [
        _share(node, argument, moving[producer])
        for argument, producer in enumerate(node.inputs)
        if isinstance(producer, Node) and producer in moving
    ]


def _share(node: Node, argument: int, tangent: Value) -> Value:
    try:
        return node.row.jvp[argument](tangent, node.value, *node.arguments)
    except (ArithmeticError, ValueError) as error:
        raise ValueError(node.no_derivative(argument, str(error))) from error
