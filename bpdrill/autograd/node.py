"""What a caller holds of the tape: a value and its place, and the operators that append the next."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from bpdrill.autograd.op import Op
from bpdrill.autograd.ops.elementwise import Add, Div, Greater, Mul, Neg, Power, Sub
from bpdrill.autograd.ops.linear import MatMul, Transpose
from bpdrill.autograd.values import Given, Value, borrowed

if TYPE_CHECKING:
    from bpdrill.autograd.tape import Tape

new = object.__new__
"""Makes a node without the cost of a call to ``__init__``: once a node is much."""

PAIR = 6
"""Entries of a lean record of two floats: row, where they stand, they themselves, output."""

SINGLE = 4
"""Entries of a lean record of one float: row, where it stands, it itself, output."""

Operand: TypeAlias = "Node | Given"
"""A node, or a plain value: a constant, to which no gradient flows."""


def binary(row: type[Op]) -> Callable[[Node, Operand], Node]:
    """The operator that appends ``row`` of itself and what stands on its right.

    On a lean tape it is recorded here and now; all else, and all that fails, goes the way
    that checks and explains.
    """
    forward = row.forward

    def operator(self: Node, other: Operand) -> Node:
        tape = self.tape
        if not tape.lean:
            return tape.record(row, (self, other))
        a = self.value
        if isinstance(other, Node):
            if other.tape is not tape:
                return tape.record(row, (self, other))
            b, source = other.value, other.index
        else:
            b, source = borrowed(other), None
        try:
            y = forward(a, b)
        except (ArithmeticError, ValueError):
            return tape.record(row, (self, other))
        if a.__class__ is b.__class__ is float and source is not None:
            records = tape.records
            node = new(Node)
            node.value, node.index, node.tape = y, len(records), tape
            records.append((row, self.index, source, a, b, y))
            return node
        return tape.note(row, (self.index, source), (a, b), y)

    return operator


def reflected(row: type[Op]) -> Callable[[Node, Given], Node]:
    """The operator that appends ``row`` of what stands on its left, a constant, and itself."""
    forward = row.forward

    def operator(self: Node, other: Given) -> Node:
        tape = self.tape
        if not tape.lean:
            return tape.record(row, (other, self))
        a, b = borrowed(other), self.value
        try:
            y = forward(a, b)
        except (ArithmeticError, ValueError):
            return tape.record(row, (other, self))
        return tape.note(row, (None, self.index), (a, b), y)

    return operator


def unary(row: type[Op]) -> Callable[[Operand], Node]:
    """The function of one node that appends ``row``; a float on a lean tape is recorded here and now."""
    forward = row.forward

    def function(x: Operand) -> Node:
        if isinstance(x, Node) and x.tape.lean:
            tape, a = x.tape, x.value
            try:
                y = forward(a)
            except (ArithmeticError, ValueError):
                return tape.record(row, (x,))
            if a.__class__ is float:
                records = tape.records
                node = new(Node)
                node.value, node.index, node.tape = y, len(records), tape
                records.append((row, x.index, a, y))
                return node
            return tape.note(row, (x.index,), (a,), y)
        return record(row, x)

    return function


def record(row: type[Op], *inputs: Operand, **settings: object) -> Node:
    """``row`` of ``inputs``, on the tape of the first node among them; raises ValueError if there is none."""
    for given in inputs:
        if isinstance(given, Node):
            return given.tape.record(row, (*inputs, *row.filled(len(inputs), settings)))
    raise ValueError(f"{row.name} needs a node among its arguments; make one with Tape().leaf(value).")


def function_of(row: type[Op]) -> Callable[..., Node]:
    """``row`` as a function of nodes, constants and settings."""
    return partial(record, row) if row.most > 1 or row.remember else unary(row)


def spelled_out(record: tuple[Any, ...]) -> tuple[Any, ...]:
    """A record in its long form: row, sources, arguments, output, and what the row remembered."""
    if len(record) == PAIR:
        row, i, j, a, b, y = record
        return row, (i, j), (a, b), y, None
    if len(record) == SINGLE:
        row, i, a, y = record
        return row, (i,), (a,), y, None
    return record


class Node:
    """A value on a tape. Two nodes are the same only if they are one object.

    Operators append to the node's tape, so ``L = (w * x + b - y) ** 2`` records a graph.
    Where it came from is the tape's to know: a node that a caller lets go of frees its value.
    """

    __slots__ = ("index", "tape", "value")

    # Makes numpy step aside in ``array * node``, instead of multiplying entry by entry.
    __array_ufunc__: ClassVar[None] = None

    index: int
    """Its place on the tape: after every node it was made of."""
    value: Value
    tape: Tape

    def __init__(self, value: Value, index: int, tape: Tape) -> None:
        self.value = value
        self.index = index
        self.tape = tape

    def __repr__(self) -> str:
        return f"<{self.label} = {self.value}>"

    @property
    def name(self) -> str:
        """The name it was given, if any."""
        return self.tape.names.get(self.index, "")

    @property
    def op(self) -> str:
        """Name of the row that made it; empty for a leaf."""
        row = self.tape.records[self.index][0]
        return row.name if row else ""

    @property
    def label(self) -> str:
        """What messages call it: its name, or its op and place."""
        return self.name or f"{self.op or 'leaf'}{self.index}"

    @property
    def row(self) -> type[Op]:
        """The engine row that made it; not for a leaf."""
        row: type[Op] = self.tape.records[self.index][0]
        return row

    @property
    def inputs(self) -> tuple[Node | Value, ...]:
        """What it was computed from: nodes, and plain values for constants and settings."""
        _, sources, arguments, *_ = self.tape.records[self.index]
        nodes = self.tape.nodes
        return tuple(
            given if source is None else nodes[source]
            for source, given in zip(sources, arguments, strict=True)
        )

    @property
    def arguments(self) -> tuple[Value, ...]:
        """The values it was computed from."""
        values: tuple[Value, ...] = self.tape.records[self.index][2]
        return values

    def no_derivative(self, argument: int, reason: str) -> str:
        """The message that a rule has no value here."""
        return f"{self.label}: {self.op} has no derivative by argument {argument} here: {reason}."

    __add__ = binary(Add)
    __radd__ = reflected(Add)
    __sub__ = binary(Sub)
    __rsub__ = reflected(Sub)
    __mul__ = binary(Mul)
    __rmul__ = reflected(Mul)
    __truediv__ = binary(Div)
    __rtruediv__ = reflected(Div)
    __pow__ = binary(Power)
    __rpow__ = reflected(Power)
    __matmul__ = binary(MatMul)
    __rmatmul__ = reflected(MatMul)
    __gt__ = binary(Greater)
    __neg__ = unary(Neg)

    @property
    def T(self) -> Node:
        """The transpose."""
        return self.tape.record(Transpose, (self,))
