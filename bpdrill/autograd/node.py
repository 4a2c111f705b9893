"""What a caller holds of the tape: a value and its place, and the operators that append the next."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from bpdrill.autograd.op import Op
from bpdrill.autograd.ops.elementwise import Abs, Add, Div, Greater, Mul, Neg, Power, Sub
from bpdrill.autograd.ops.linear import MatMul, Transpose
from bpdrill.autograd.ops.structure import Index
from bpdrill.autograd.values import Given, Shape, Value, shape_of

if TYPE_CHECKING:
    from bpdrill.autograd.tape import Tape

new = object.__new__
"""Makes a node without the cost of a call to ``__init__``: once a node is much."""

PAIR = 6
"""Entries of a lean record of two floats: row, where they stand, they themselves, output."""

SINGLE = 4
"""Entries of a lean record of one float: row, where it stands, it itself, output."""

LONG = 5
"""Entries of any other record: row, sources, arguments, output, and what the row remembered."""

Operand: TypeAlias = "Node | Given"
"""A node, or a plain value: a constant, to which no gradient flows."""


def binary(row: type[Op]) -> Callable[[Node, Operand], Node]:
    """The operator that appends ``row`` of itself and what stands on its right.

    On a lean tape it is recorded here and now; all else, and all that fails, goes the way
    that checks and explains.
    """
    forward, stretches = row.forward, row.stretches

    def operator(self: Node, other: Operand) -> Node:
        tape, a = self.tape, self.value
        if not tape.lean:
            return tape.record(row, (self, other))
        if other.__class__ is not Node:
            b, source = other if other.__class__ is float else tape.borrow(other), None
        elif other.tape is tape:
            b, source = other.value, other.index
        else:
            return tape.record(row, (self, other))
        y: Any
        entry: tuple[Any, ...]
        try:
            y = forward(a, b)
        except (ArithmeticError, ValueError):
            return tape.record(row, (self, other))
        if a.__class__ is b.__class__ is float and source is not None:
            entry = (row, self.index, source, a, b, y)
        elif y.__class__ is float or y.nbytes >= tape.worth_freeing:
            return tape.note(row, (self.index, source), (a, b), y)
        else:
            entry = (row, (self.index, source), (a, b), y, None)
            if stretches and y.ndim == 2 and len(y) == y.shape[1]:
                warn_of_a_column(row, (a, b))
        records = tape.records
        node = new(Node)
        node.value = y
        node.index = len(records)
        node.tape = tape
        records.append(entry)
        return node

    return operator


def reflected(row: type[Op]) -> Callable[[Node, Given], Node]:
    """The operator that appends ``row`` of what stands on its left, a constant, and itself."""
    forward = row.forward

    def operator(self: Node, other: Given) -> Node:
        tape = self.tape
        if not tape.lean:
            return tape.record(row, (other, self))
        a, b = tape.borrow(other), self.value
        try:
            y = forward(a, b)
        except (ArithmeticError, ValueError):
            return tape.record(row, (other, self))
        return tape.note(row, (None, self.index), (a, b), y)

    return operator


def warn_of_a_column(row: type[Op], arguments: tuple[Value, ...]) -> None:
    """A column (n, 1) with a vector (n,) makes a table of n times n, hardly ever on purpose."""
    a, b = map(shape_of, arguments)
    vector, column = sorted((a, b), key=len)
    if len(vector) != 1 or column != (*vector, 1) or vector == (1,):
        return
    warnings.warn(
        f"{row.name} of {a} and {b} made {vector * 2}: a column and a vector stretch each other. "
        "Reshape one of them if you meant them side by side.",
        stacklevel=4,
    )


def unary(row: type[Op]) -> Callable[[Operand], Node]:
    """The function of one node that appends ``row``; on a lean tape it is recorded here and now."""
    forward = row.forward

    def function(x: Operand) -> Node:
        if x.__class__ is not Node or not x.tape.lean:
            return record(row, x)
        tape = x.tape
        a: Any = x.value
        try:
            y = forward(a)
        except (ArithmeticError, ValueError):
            return tape.record(row, (x,))
        entry: tuple[Any, ...]
        if a.__class__ is float:
            entry = (row, x.index, a, y)
        elif a.nbytes >= tape.worth_freeing:
            return tape.note(row, (x.index,), (a,), y)
        else:
            entry = (row, (x.index,), (a,), y, None)
        records = tape.records
        node = new(Node)
        node.value = y
        node.index = len(records)
        node.tape = tape
        records.append(entry)
        return node

    function.__name__ = function.__qualname__ = row.name
    return function


def record(row: type[Op], *inputs: Any, **settings: object) -> Node:
    """``row`` of ``inputs``, on the tape of the first node among them; raises ValueError if there is none."""
    for given in inputs:
        if given.__class__ is Node:
            own = (*inputs, *row.filled(len(inputs), settings)) if settings else inputs
            return given.tape.record(row, own)
    raise ValueError(f"{row.name} needs a node among its arguments; make one with Tape().leaf(value).")


def function_of(row: type[Op]) -> Callable[..., Node]:
    """``row`` as a function of nodes, constants and settings."""
    if len(row.vjp) > 1 or row.remember:
        return partial(record, row)
    plain = unary(row)
    return plain if row.most == 1 else partial(_with_settings, row, plain)


def _with_settings(row: type[Op], plain: Callable[[Operand], Node], *given: Operand, **named: object) -> Node:
    return plain(*given) if len(given) == 1 and not named else record(row, *given, **named)


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

    # Its functions would take a node for a single object: the mean of it would be the node itself.
    def __array_function__(self, function: Any, *_: object) -> Any:
        raise TypeError(f"numpy's {function.__name__} knows no nodes: use a function of bpdrill.autograd.")

    def __array__(self, *_: object, **__: object) -> Any:
        raise TypeError(f"{self.label} is a node: write {self.label}.value for its numbers.")

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

    def __bool__(self) -> bool:
        """Whether its number is not 0, so that ``if`` and ``max`` go by values; ValueError for an array."""
        if isinstance(self.value, float):
            return self.value != 0
        raise ValueError(
            f"{self.label} is an array, true in some places perhaps: use where(condition, a, b)."
        )

    def __len__(self) -> int:
        return len(self._rows())

    def __getitem__(self, row: Any) -> Node:
        return self.tape.record(Index, (self, row))

    def __iter__(self) -> Iterator[Node]:
        return (self[row] for row in range(len(self)))

    def _rows(self) -> Any:
        """Its value, if it has rows; raises TypeError for a number."""
        if isinstance(self.value, float):
            raise TypeError(f"{self.label} is one number and has no rows.")
        return self.value

    @property
    def shape(self) -> Shape:
        """Lengths along the axes; () for a number."""
        return shape_of(self.value)

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
        _, sources, arguments, *_ = spelled_out(self.tape.records[self.index])
        nodes = self.tape.nodes
        return tuple(
            given if source is None else nodes[source]
            for source, given in zip(sources, arguments, strict=True)
        )

    @property
    def arguments(self) -> tuple[Value, ...]:
        """The values it was computed from."""
        values: tuple[Value, ...] = spelled_out(self.tape.records[self.index])[2]
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
    _below = reflected(Greater)
    __neg__ = unary(Neg)
    __abs__ = unary(Abs)

    def __lt__(self, other: Operand) -> Node:
        return other > self if isinstance(other, Node) else self._below(other)

    @property
    def T(self) -> Node:
        """The transpose."""
        return self.tape.record(Transpose, (self,))
