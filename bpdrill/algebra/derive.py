"""Derivatives as trees, by the rows' symbolic rules; and SymPy's second opinion on the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from bpdrill.autograd import OPS
from bpdrill.model.tree import Apply, Array, Line, Number, Program, Symbol, Tree, substitute

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


def unfold(program: Program) -> dict[str, Tree]:
    """Each line's name as one expression in the program's inputs."""
    unfolded: dict[str, Tree] = {}
    for line in program:
        unfolded[line.name] = substitute(line.tree, unfolded)
    return unfolded


def derivative(tree: Tree, name: str) -> Tree:
    """The derivative of the scalar ``tree`` with respect to ``name``: all paths, summed."""
    paths = list(contributions(tree, name, ONE))
    total = paths[0] if paths else ZERO
    for path in paths[1:]:
        total = total + path
    return tidy(total)


def contributions(tree: Tree, name: str, upstream: Tree) -> Iterator[Tree]:
    """What each use of ``name`` in ``tree`` sends back, for the given upstream gradient."""
    match tree:
        case Symbol() if tree.name == name:
            yield upstream
        case Apply(op, args):
            for argument, rule in zip(args, OPS[op].symbolic, strict=True):
                if mentions(argument, name):
                    yield from contributions(argument, name, rule(upstream, tree, *args))


def local_derivative(line: Line, argument: int) -> Tree:
    """The derivative of a one-op line with respect to its ``argument``-th operand."""
    assert isinstance(line.tree, Apply)  # noqa: S101  a line of a traced graph is one op
    return tidy(OPS[line.tree.op].symbolic[argument](ONE, line.tree, *line.tree.args))


def mentions(tree: Tree, name: str) -> bool:
    """Whether ``name`` occurs in ``tree``."""
    match tree:
        case Symbol():
            return tree.name == name
        case Apply(args=children) | Array(items=children):
            return any(mentions(child, name) for child in children)
    return False


def tidy(tree: Tree) -> Tree:
    """Drop what says nothing: factors and exponents of 1, terms of 0, sums and products of numbers."""
    if not isinstance(tree, Apply):
        return tree
    tidied = Apply(tree.op, tuple(tidy(arg) for arg in tree.args))
    return TIDY[tree.op](tidied, *tidied.args) if tree.op in TIDY else tidied


def tidy_sum(tree: Tree, a: Tree, b: Tree) -> Tree:
    """0 + x = x; numbers are added."""
    if isinstance(a, Number) and isinstance(b, Number):
        return Number(a.value + b.value)
    return b if a == ZERO else a if b == ZERO else tree


def tidy_difference(tree: Tree, a: Tree, b: Tree) -> Tree:
    """X - 0 = x; numbers are subtracted."""
    if isinstance(a, Number) and isinstance(b, Number):
        return Number(a.value - b.value)
    return a if b == ZERO else tree


def tidy_product(tree: Tree, a: Tree, b: Tree) -> Tree:
    """1x = x, 0x = 0; numbers are multiplied."""
    if isinstance(a, Number) and isinstance(b, Number):
        return Number(a.value * b.value)
    if ZERO in (a, b):
        return ZERO
    return b if a == ONE else a if b == ONE else tree


def tidy_power(tree: Tree, base: Tree, exponent: Tree) -> Tree:
    """x^1 = x, x^0 = 1."""
    return base if exponent == ONE else ONE if exponent == ZERO else tree


def tidy_negative(tree: Tree, a: Tree) -> Tree:
    """A number's sign goes into the number."""
    return Number(-a.value) if isinstance(a, Number) else tree


TIDY: Mapping[str, Callable[..., Tree]] = {
    "add": tidy_sum,
    "sub": tidy_difference,
    "mul": tidy_product,
    "power": tidy_power,
    "neg": tidy_negative,
}


def sympy_gradients(program: Program, at: Mapping[str, float]) -> dict[str, float]:
    """The gradient of a scalar program's root at ``at`` by SymPy, which shares no rule with the engine.

    Raises:
        KeyError: the program uses an op that SymPy has no scalar form for.

    """
    import sympy

    root = to_sympy(unfold(program)[program[-1].name])
    point = {sympy.Symbol(name, real=True): value for name, value in at.items()}
    return {symbol.name: float(sympy.diff(root, symbol).subs(point)) for symbol in point}


def to_sympy(tree: Tree) -> Any:
    """``tree`` as a SymPy object, built node by node: no text is ever parsed there."""
    import sympy

    scalar_forms: dict[str, Callable[..., Any]] = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "neg": lambda a: -a,
        "power": lambda a, b: a**b,
        "exp": sympy.exp,
        "log": sympy.log,
        "sqrt": sympy.sqrt,
        "sin": sympy.sin,
        "cos": sympy.cos,
        "tanh": sympy.tanh,
        "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
        "relu": lambda a: sympy.Max(0, a),
        "abs": sympy.Abs,
    }
    match tree:
        case Number(value):
            return sympy.Rational(value.numerator, value.denominator)
        case Symbol(name):
            return sympy.Symbol(name, real=True)
        case Apply(op, args):
            return scalar_forms[op](*(to_sympy(arg) for arg in args))
    raise KeyError("array")
