"""One entry of the tape, and the operators that append the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from bpdrill.autograd.op import OPS, Op
from bpdrill.autograd.values import Given, Value

if TYPE_CHECKING:
    from bpdrill.autograd.tape import Tape

Operand: TypeAlias = "Node | Given"
"""A node, or a plain value: a constant, to which no gradient flows."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Node:
    """A value and where it came from. Two nodes are the same only if they are one object.

    Operators append to the node's tape, so ``L = (w * x + b - y) ** 2`` records a graph.
    """

    # Makes numpy step aside in ``array * node``, instead of multiplying entry by entry.
    __array_ufunc__: ClassVar[None] = None

    index: int
    """Its place on the tape: after every node it was made of."""
    value: Value
    op: str
    """Name of the row that made it; empty for a leaf."""
    inputs: tuple[Node | Value, ...]
    name: str
    tape: Tape

    def __repr__(self) -> str:
        return f"<{self.label} = {self.value}>"

    @property
    def label(self) -> str:
        """What messages call it: its name, or its op and place."""
        return self.name or f"{self.op or 'leaf'}{self.index}"

    @property
    def row(self) -> type[Op]:
        """The engine row that made it; not for a leaf."""
        return OPS[self.op]

    @property
    def arguments(self) -> tuple[Value, ...]:
        """The values it was computed from."""
        return tuple(given.value if isinstance(given, Node) else given for given in self.inputs)

    def no_derivative(self, argument: int, reason: str) -> str:
        """The message that a rule has no value here."""
        return f"{self.label}: {self.op} has no derivative by argument {argument} here: {reason}."

    def __add__(self, other: Operand) -> Node:
        return self.tape.apply("add", self, other)

    def __radd__(self, other: Operand) -> Node:
        return self.tape.apply("add", other, self)

    def __sub__(self, other: Operand) -> Node:
        return self.tape.apply("sub", self, other)

    def __rsub__(self, other: Operand) -> Node:
        return self.tape.apply("sub", other, self)

    def __mul__(self, other: Operand) -> Node:
        return self.tape.apply("mul", self, other)

    def __rmul__(self, other: Operand) -> Node:
        return self.tape.apply("mul", other, self)

    def __truediv__(self, other: Operand) -> Node:
        return self.tape.apply("div", self, other)

    def __rtruediv__(self, other: Operand) -> Node:
        return self.tape.apply("div", other, self)

    def __pow__(self, other: Operand) -> Node:
        return self.tape.apply("power", self, other)

    def __rpow__(self, other: Operand) -> Node:
        return self.tape.apply("power", other, self)

    def __matmul__(self, other: Operand) -> Node:
        return self.tape.apply("matmul", self, other)

    def __rmatmul__(self, other: Operand) -> Node:
        return self.tape.apply("matmul", other, self)

    def __neg__(self) -> Node:
        return self.tape.apply("neg", self)

    def __gt__(self, other: Operand) -> Node:
        return self.tape.apply("greater", self, other)

    @property
    def T(self) -> Node:
        """The transpose."""
        return self.tape.apply("transpose", self)
