"""What the reader builds with: a tree, its shape so far, and how large it has grown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bpdrill.model.tree import Apply, Array, Number, Shape, Symbol, Symbols, Tree
from bpdrill.notation.shapes import Mismatch, of_array, of_op


@dataclass(frozen=True, slots=True)
class Term:
    """A tree with its shape; ``depth`` and ``size`` are kept, since shared parts make a walk slow."""

    tree: Tree
    shape: Shape | Mismatch
    depth: int = 1
    size: int = 1
    upright: bool = False
    """A vector that an index stood up or laid down, ``dz2[:, None]``: numpy spreads it over its neighbour."""


ZERO, ONE, TWO = (Term(Number(Fraction(whole)), ()) for whole in (0, 1, 2))


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes terms over declared symbols; where a product is ambiguous, shapes decide."""

    symbols: Symbols

    def symbol(self, name: str) -> Term:
        """A declared name."""
        return Term(Symbol(name), self.symbols[name])

    def array(self, items: tuple[Term, ...]) -> Term:
        """Items as the entries of a vector or the rows of a matrix."""
        return Term(
            Array(tuple(item.tree for item in items)),
            of_array([item.shape for item in items]),
            *_extent(items),
        )

    def apply(self, op: str, *args: Term) -> Term:
        """An op of the engine on ``args``."""
        trees = tuple(arg.tree for arg in args)
        shape = of_op(op, trees, [arg.shape for arg in args], self.symbols)
        return Term(Apply(op, trees), shape, *_extent(args))

    def beside(self, left: Term, right: Term) -> Term:
        """``left right``: scaling, or the product of matrices."""
        op = "mul" if () in (left.shape, right.shape) else "matmul"
        return self.apply(op, left, right)

    def dot(self, left: Term, right: Term) -> Term:
        """``left · right``: as side by side, but two vectors of one shape make their inner product."""
        if _are_vectors_alike(left, right):
            return self.apply("matmul", self.apply("transpose", left), right)
        return self.beside(left, right)

    def at(self, left: Term, right: Term) -> Term:
        """``left @ right``: as side by side, but a vector on the left lies down, as in numpy."""
        if _are_vectors_alike(left, right):
            return self.dot(left, right)
        product = self.apply("matmul", left, right)
        if isinstance(product.shape, Mismatch) and is_vector(left):
            laid_down = self.apply("matmul", self.apply("transpose", right), left)
            return product if isinstance(laid_down.shape, Mismatch) or is_vector(right) else laid_down
        return product

    def product(self, left: Term, right: Term) -> Term:
        """``np.dot(left, right)``: as ``left @ right``, but a scalar scales."""
        return self.beside(left, right) if () in (left.shape, right.shape) else self.at(left, right)

    def star(self, left: Term, right: Term) -> Term:
        """``left * right``: as side by side, but entry by entry, as in numpy, where only that fits."""
        if left.upright != right.upright and is_vector(left) and is_vector(right):
            column, row = (left, right) if left.upright else (right, left)
            return self.apply("matmul", column, self.apply("transpose", row))
        if right.upright and is_vector(right) and is_row(left):
            return self.apply("matmul", right, left)
        if left.upright and _is_matrix(right):
            return self._spread(left, right, self.apply("mul", left, right))
        if right.upright and _is_matrix(left):
            return self._spread(right, left, self.apply("mul", left, right))
        product, entries = self.beside(left, right), self.apply("mul", left, right)
        clash = isinstance(product.shape, Mismatch) and not isinstance(entries.shape, Mismatch)
        return entries if clash or _are_vectors_alike(left, right) else product

    def _spread(self, vector: Term, matrix: Term, entries: Term) -> Term:
        """``matrix`` with each row times an entry of a column, or each of its columns times one of a row."""
        return self.apply("matmul", self.apply("diag", vector), matrix) if is_vector(vector) else entries

    def outside(self, indicator: Term) -> Term:
        """One where ``indicator`` is zero, and the other way round."""
        return self.apply("sub", ONE, indicator)


def compared(build: Builder, sign: str, left: Term, right: Term) -> Term:
    """A comparison by ``greater`` alone: ``a ≥ b`` is one minus ``b > a``."""
    sides = (left, right) if sign in ">≤" else (right, left)
    greater = build.apply("greater", *sides)
    return greater if sign in "><" else build.outside(greater)


def is_indicator(tree: Tree) -> bool:
    """Whether ``tree`` is a comparison, and so zero or one everywhere."""
    match tree:
        case Apply("greater"):
            return True
        case Apply("sub", (Number(value), Apply("greater"))):
            return value == 1
    return False


def is_vector(term: Term) -> bool:
    """Whether ``term`` is a column."""
    return isinstance(term.shape, tuple) and len(term.shape) == 1


def is_row(term: Term) -> bool:
    """Whether ``term`` is a row."""
    return isinstance(term.shape, tuple) and len(term.shape) == 2 and term.shape[0] == 1


def _is_matrix(term: Term) -> bool:
    return isinstance(term.shape, tuple) and len(term.shape) == 2 and 1 not in term.shape


def _are_vectors_alike(left: Term, right: Term) -> bool:
    return is_vector(left) and left.shape == right.shape


def _extent(parts: tuple[Term, ...]) -> tuple[int, int]:
    """Depth and size of a node over ``parts``."""
    return 1 + max(part.depth for part in parts), 1 + sum(part.size for part in parts)
