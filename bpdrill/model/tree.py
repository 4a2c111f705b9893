"""One expression tree for learners, authors and engine alike.

A learner's answer, an author's formula and an op's symbolic rule are all built
of four nodes. ``Apply.op`` is the name of an engine row ("mul", "matmul",
"relu", ...), so evaluating, differentiating and printing are interpretations of
one tree. Operators build it: ``ct * y * (1 - y)`` reads as it does on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

Result = TypeVar("Result")

Size = int | str
"""A length along one axis: a number, or a name such as ``h``."""

Shape = tuple[Size, ...]
"""``()`` scalar, ``(n,)`` vector (read as a column), ``(m, n)`` matrix; ``x^T`` is ``(1, n)``."""

Symbols = Mapping[str, Shape]
"""The declared names of an item, each with its shape."""


class Tree:
    """What the four nodes share: the operators that build larger trees."""

    __slots__ = ()

    def __add__(self, other: Operand) -> Apply:
        return Apply("add", (self, lift(other)))

    def __radd__(self, other: Operand) -> Apply:
        return Apply("add", (lift(other), self))

    def __sub__(self, other: Operand) -> Apply:
        return Apply("sub", (self, lift(other)))

    def __rsub__(self, other: Operand) -> Apply:
        return Apply("sub", (lift(other), self))

    def __mul__(self, other: Operand) -> Apply:
        return Apply("mul", (self, lift(other)))

    def __rmul__(self, other: Operand) -> Apply:
        return Apply("mul", (lift(other), self))

    def __truediv__(self, other: Operand) -> Apply:
        return Apply("div", (self, lift(other)))

    def __rtruediv__(self, other: Operand) -> Apply:
        return Apply("div", (lift(other), self))

    def __pow__(self, other: Operand) -> Apply:
        return Apply("power", (self, lift(other)))

    def __matmul__(self, other: Tree) -> Apply:
        return Apply("matmul", (self, other))

    def __neg__(self) -> Apply:
        return Apply("neg", (self,))

    def __gt__(self, other: Operand) -> Apply:
        return Apply("greater", (self, lift(other)))

    @property
    def T(self) -> Apply:
        """The transpose."""
        return Apply("transpose", (self,))


@dataclass(frozen=True, slots=True)
class Number(Tree):
    """An exact literal; ``unit`` is the place value of its last written digit (0 = exact).

    ``0.411`` has unit 1/1000: the writer vouches for half of that and no more.
    Whole numbers and fractions are exact.
    """

    value: Fraction
    unit: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Symbol(Tree):
    """A declared name, in its canonical spelling (``W1``, ``yhat``, ``dz2``)."""

    name: str


@dataclass(frozen=True, slots=True)
class Array(Tree):
    """A vector of scalars, or a matrix as a vector of its rows."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Apply(Tree):
    """An op, by the name of its engine row, on its arguments."""

    op: str
    args: tuple[Tree, ...]


Operand = Tree | int | float | Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment of a program: ``add = mul + b``."""

    name: str
    tree: Tree


Program = tuple[Line, ...]
"""Assignments in order; the last line is the root (the loss)."""


def lift(value: Operand) -> Tree:
    """Make a plain number a tree; a tree stays itself."""
    return value if isinstance(value, Tree) else Number(Fraction(value))


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield every node of ``tree``, parents before children, left to right."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        match node:
            case Apply(args=children) | Array(items=children):
                stack.extend(reversed(children))


def has_matrix(tree: Tree) -> bool:
    """Whether rows of entries are written out in it."""
    return any(isinstance(node, Array) and isinstance(node.items[0], Array) for node in walk(tree))


def interpret(
    tree: Tree,
    names: Mapping[str, Result],
    constant: Callable[[Tree], Result],
    apply: Callable[[str, tuple[Result, ...]], Result],
) -> Result:
    """Walk ``tree`` bottom up, with a meaning for names, for constants and for ops.

    Raises:
        KeyError: a symbol has no meaning in ``names``.

    """
    match tree:
        case Symbol(name):
            return names[name]
        case Apply(op, args):
            return apply(op, tuple(interpret(arg, names, constant, apply) for arg in args))
    return constant(tree)


def names(tree: Tree) -> tuple[str, ...]:
    """The symbols of ``tree`` in order of first appearance."""
    return tuple(dict.fromkeys(node.name for node in walk(tree) if isinstance(node, Symbol)))


def substitute(tree: Tree, replacements: Mapping[str, Tree]) -> Tree:
    """``tree`` with each named symbol replaced."""
    match tree:
        case Symbol(name):
            return replacements.get(name, tree)
        case Apply(op, args):
            return Apply(op, tuple(substitute(arg, replacements) for arg in args))
        case Array(items):
            return Array(tuple(substitute(item, replacements) for item in items))
    return tree


def leaves(program: Program) -> tuple[str, ...]:
    """The names a program reads but does not assign: its inputs, in order of first use."""
    assigned = {line.name for line in program}
    used = dict.fromkeys(name for line in program for name in names(line.tree))
    return tuple(name for name in used if name not in assigned)


def consumers(program: Program, name: str) -> tuple[str, ...]:
    """The lines that use ``name``, one entry per use: two entries mean fan-out."""
    return tuple(
        line.name
        for line in program
        for node in walk(line.tree)
        if isinstance(node, Symbol) and node.name == name
    )
