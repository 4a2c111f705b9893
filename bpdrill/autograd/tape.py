"""The tape: a computation written down as it runs, ready to be walked back or replayed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from bpdrill.autograd import dual, reverse
from bpdrill.autograd.node import Node, Operand
from bpdrill.autograd.op import Op, Rule
from bpdrill.autograd.ops import OPS
from bpdrill.autograd.reverse import NOTHING, Gradients
from bpdrill.autograd.values import Given, Value, described, is_finite, quiet, settled


class Tape:
    """A flat list of nodes in the order they were computed. Every node keeps its value."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def leaf(self, value: Given, name: str = "") -> Node:
        """Append an input or a parameter: something to differentiate by.

        Raises ValueError unless ``value`` is finite.
        """
        own = settled(value)
        if not is_finite(own):
            raise ValueError(f"{name or 'A leaf'} must be a finite value.")
        return self._append(own, "", (), name)

    def apply(self, op: str, *arguments: Operand, name: str = "", instead: Given | None = None) -> Node:
        """Append ``op`` of ``arguments``; plain values among them are constants.

        ``instead`` is gone on with in place of the computed value: a learner's own slip,
        to be followed through. Raises ValueError if there is no such op, or if it has no
        finite value here.
        """
        row = _row(op, len(arguments))
        inputs = tuple(self._input(argument) for argument in arguments)
        values = tuple(given.value if isinstance(given, Node) else given for given in inputs)
        value = _computed(row, values, name) if instead is None else settled(instead)
        return self._append(value, op, inputs, name)

    def pull_back(
        self,
        root: Node,
        cotangent: Given | None = None,
        *,
        clamped: Mapping[Node, Given] = NOTHING,
        faults: Mapping[tuple[Node, int], Rule] = NOTHING,
        dropped: Collection[tuple[Node, int]] = (),
    ) -> Gradients:
        """Reverse mode from ``root``; see ``reverse.pull_back`` for what can be switched on."""
        self._own(root)
        return reverse.pull_back(root, cotangent, clamped=clamped, faults=faults, dropped=dropped)

    def push_forward(self, root: Node, tangents: Mapping[Node, Given]) -> Value:
        """Forward mode: the tangent of ``root`` when the nodes in ``tangents`` move along theirs."""
        self._own(root)
        return dual.push_forward((root,), tangents)[0]

    def _append(self, value: Value, op: str, inputs: tuple[Node | Value, ...], name: str) -> Node:
        node = Node(len(self.nodes), value, op, inputs, name, self)
        self.nodes.append(node)
        return node

    def _input(self, argument: Operand) -> Node | Value:
        return self._own(argument) if isinstance(argument, Node) else settled(argument)

    def _own(self, node: Node) -> Node:
        if node.tape is not self:
            raise ValueError(f"{node.label} is on another tape; record the whole computation on one.")
        return node


def apply(op: str, *arguments: Operand) -> Node:
    """``op`` of ``arguments``, on the tape of the first node among them."""
    for argument in arguments:
        if isinstance(argument, Node):
            return argument.tape.apply(op, *arguments)
    raise ValueError(f"{op} needs a node among its arguments; make one with Tape().leaf(value).")


def gradient(function: Callable[..., Node], *values: Given) -> tuple[Value, ...]:
    """The gradient of a scalar function at ``values``, one entry per argument.

    ``gradient(lambda w, b: (w * 3 + b - 8) ** 2, 2, 1)`` is ``(-6.0, -2.0)``.
    """
    tape = Tape()
    leaves = [tape.leaf(value) for value in values]
    found = tape.pull_back(function(*leaves))
    return tuple(found.of(leaf) for leaf in leaves)


def _row(op: str, count: int) -> type[Op]:
    if op not in OPS:
        raise ValueError(f"There is no op {op!r}; there are {', '.join(sorted(OPS))}.")
    row = OPS[op]
    if count != len(row.vjp):
        raise ValueError(f"{op} takes {len(row.vjp)} arguments, not {count}.")
    return row


def _computed(row: type[Op], values: tuple[Value, ...], name: str) -> Value:
    """The row's value; raises ValueError, naming node, op and arguments, if there is none."""
    try:
        with quiet():
            value = settled(row.forward(*values))
    except (ArithmeticError, ValueError) as error:
        raise ValueError(_no_value(row, values, name, str(error))) from error
    if not is_finite(value):
        raise ValueError(_no_value(row, values, name, "the result is not finite"))
    return value


def _no_value(row: type[Op], values: tuple[Value, ...], name: str, reason: str) -> str:
    arguments = ", ".join(described(value) for value in values)
    return f"{name or row.name} = {row.name}({arguments}) has no value: {reason}."
