"""A program as a computational graph: every operation on a line of its own, with a name for what it makes."""

from __future__ import annotations

from itertools import chain, count

from bpdrill.model.tree import Apply, Line, Number, Program, Symbol, Tree, leaves, names

_CALLED = {"power": "pow", "greater": "mask", "maximum": "max", "minimum": "min"}
"""What a node is called that is not called after its op."""


def one_op_lines(program: Program) -> Program:
    """``program`` with one operation a line; the names that were assigned stay.

    ``L = (w·x + b − y)²`` becomes mul, add, sub and L. What holds no name is no node: a constant stays
    in the operation that reads it.
    """
    splitter = _Splitter({*leaves(program), *(line.name for line in program)})
    for line in program:
        splitter.lines.append(Line(line.name, splitter.flat(line.tree)))
    return tuple(splitter.lines)


class _Splitter:
    """Takes trees apart, operands before what reads them."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.lines: list[Line] = []

    def flat(self, tree: Tree) -> Tree:
        """``tree`` as one operation on names and constants."""
        return Apply(tree.op, tuple(map(self.operand, tree.args))) if isinstance(tree, Apply) else tree

    def operand(self, tree: Tree) -> Tree:
        """The name of the line that computes ``tree``; a name or a constant is itself."""
        if not isinstance(tree, Apply) or not names(tree):
            return tree
        flat = self.flat(tree)
        name = self.free(called(flat))
        self.lines.append(Line(name, flat))
        return Symbol(name)

    def free(self, name: str) -> str:
        """``name``, or the first of name2, name3 … that nothing else is called."""
        numbered = (f"{name}{number}" for number in count(2))
        found = next(each for each in chain([name], numbered) if each not in self.taken)
        self.taken.add(found)
        return found


def called(tree: Tree) -> str:
    """What one would call the node of a flat ``tree``: mul, sq, WT for a transposed W."""
    match tree:
        case Apply("power", (_, Number(value))) if value == 2:
            return "sq"
        case Apply("transpose", (Symbol(name),)):
            return f"{name}T"
        case Apply(op):
            return _CALLED.get(op, op)
    raise TypeError(f"not an operation: {tree!r}")
