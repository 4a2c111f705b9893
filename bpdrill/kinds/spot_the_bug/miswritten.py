"""An expression as people miswrite it: one thing lost, swapped or taken for its neighbour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bpdrill.model.tree import Apply, Number, Symbol, Symbols, Tree
from bpdrill.notation import infer


def miswritten(tree: Tree, symbols: Symbols) -> Iterator[Tree]:
    """Every tree that one slip makes of ``tree`` and that still has its shape."""
    shape = infer(tree, symbols)
    seen = {tree}
    for slip in _slips(tree, _Scope(symbols)):
        if slip not in seen and infer(slip, symbols) == shape:
            seen.add(slip)
            yield slip


@dataclass(frozen=True, slots=True)
class _Scope:
    """The names that could stand where another does."""

    symbols: Symbols

    def neighbours(self, name: str) -> Iterator[Symbol]:
        """Other names of the same shape."""
        shape = self.symbols[name]
        return (Symbol(other) for other, own in self.symbols.items() if own == shape and other != name)


def _slips(tree: Tree, scope: _Scope) -> Iterator[Tree]:
    """One slip at the top of ``tree``, or one further down."""
    match tree:
        case Symbol(name):
            yield from scope.neighbours(name)
        case Apply(op, args):
            yield from SLIPS.get(op, _none)(*args)
            for at, arg in enumerate(args):
                for slip in _slips(arg, scope):
                    yield Apply(op, (*args[:at], slip, *args[at + 1 :]))


def _none(*_args: Tree) -> Iterator[Tree]:
    """Ops that nobody is known to miswrite."""
    return iter(())


def _either(a: Tree, b: Tree) -> Iterator[Tree]:
    """One of two is left out."""
    yield from (a, b)


def _difference(a: Tree, b: Tree) -> Iterator[Tree]:
    """Turned round, with its sign lost, or one side left out."""
    yield from (b - a, a + b, a)


def _product(a: Tree, b: Tree) -> Iterator[Tree]:
    """One factor is left out, or stands twice."""
    yield from (a, b, a * a, b * b)


def _matrix_product(a: Tree, b: Tree) -> Iterator[Tree]:
    """The other way round, or with one side turned."""
    yield from (Apply("matmul", (b, a)), Apply("matmul", (_turned(a), b)), Apply("matmul", (a, _turned(b))))


def _quotient(a: Tree, b: Tree) -> Iterator[Tree]:
    """The divisor is left out, or divides twice."""
    yield from (a, a / b / b)


def _power(base: Tree, exponent: Tree) -> Iterator[Tree]:
    """The exponent is left out, or one too large or too small."""
    yield base
    if isinstance(exponent, Number):
        yield from (base ** Number(exponent.value + 1), base ** Number(exponent.value - 1))


def _comparison(a: Tree, b: Tree) -> Iterator[Tree]:
    """The other way round."""
    yield Apply("greater", (b, a))


def _alone(a: Tree, *_settings: Tree) -> Iterator[Tree]:
    """The operation is left out."""
    yield a


def _total(a: Tree, *settings: Tree) -> Iterator[Tree]:
    """A mean for the sum, or nothing summed."""
    yield from (Apply("mean", (a, *settings)), a)


def _turned(tree: Tree) -> Tree:
    """Transposed; twice is not at all."""
    match tree:
        case Apply("transpose", (upright,)):
            return upright
    return tree.T


SLIPS: Mapping[str, Callable[..., Iterator[Tree]]] = {
    "add": _either,
    "sub": _difference,
    "mul": _product,
    "div": _quotient,
    "matmul": _matrix_product,
    "outer": lambda a, b: iter((Apply("outer", (b, a)),)),
    "power": _power,
    "greater": _comparison,
    "neg": _alone,
    "transpose": _alone,
    "sum": _total,
    "mean": _alone,
    "sqrt": _alone,
}
"""What becomes of an operation of these operands by one slip."""
