"""Derivatives as trees, by the rows' symbolic rules, written as one writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from bpdrill.autograd import OPS
from bpdrill.model.tree import Apply, Array, Line, Number, Program, Symbol, Symbols, Tree, substitute
from bpdrill.notation import infer

ZERO, ONE, TWO = (Number(Fraction(whole)) for whole in range(3))
NO_SYMBOLS: Symbols = MappingProxyType({})


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
            for argument, rule in zip(args, OPS[op].symbolic, strict=False):  # settings have no rule
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


def tidy(tree: Tree, symbols: Symbols = NO_SYMBOLS) -> Tree:
    """``tree`` as one writes it: without factors and exponents of 1, terms of 0 and doubled signs.

    Numbers are worked out and stand first. With ``symbols`` a matrix product by a scalar is a plain one.
    """
    if not isinstance(tree, Apply):
        return tree
    args = tuple(tidy(arg, symbols) for arg in tree.args)
    scales = tree.op == "matmul" and any(infer(arg, symbols) == () for arg in args)
    op = "mul" if scales else tree.op
    return TIDY[op](*args) if op in TIDY else Apply(op, args)


def tidy_sum(a: Tree, b: Tree) -> Tree:
    """0 + x = x; x + x = 2x; x + -y = x - y; numbers are added."""
    match a, b:
        case Number(m), Number(n):
            return Number(m + n)
        case _ if a == b:
            return tidy_product(TWO, a)
        case (Number(value=0), term) | (term, Number(value=0)):
            return term
        case _, Apply("neg", (term,)):
            return a - term
        case Apply("neg", (term,)), _:
            return b - term
    return a + b


def tidy_difference(a: Tree, b: Tree) -> Tree:
    """X - 0 = x; 0 - x = -x; x - -y = x + y; numbers are subtracted."""
    match a, b:
        case Number(m), Number(n):
            return Number(m - n)
        case _, Number(value=0):
            return a
        case Number(value=0), _:
            return tidy_negative(b)
        case _, Apply("neg", (term,)):
            return a + term
    return a - b


def tidy_product(a: Tree, b: Tree) -> Tree:
    """1x = x, 0x = 0, -1x = -x; a sign stands before the product, a number first in it."""
    (m, left), (n, right) = _apart(a), _apart(b)
    return _scaled(m * n, right if left == ONE else left if right == ONE else left * right)


def _apart(tree: Tree) -> tuple[Fraction, Tree]:
    """The number that stands before a product, and the rest."""
    match tree:
        case Number(value):
            return value, ONE
        case Apply("neg", (positive,)):
            number, rest = _apart(positive)
            return -number, rest
        case Apply("div", (Number(above), Number(below))) if below:
            return above / below, ONE
        case Apply("mul", (first, second)):
            number, rest = _apart(first)
            return (number, second if rest == ONE else rest * second)
    return Fraction(1), tree


def _scaled(number: Fraction, product: Tree) -> Tree:
    """``product`` with ``number`` before it."""
    if number == 0 or product == ONE:
        return Number(number)
    if number < 0:
        return -_scaled(-number, product)
    return product if number == 1 else _before(Number(number), product)


def _before(number: Number, product: Tree) -> Tree:
    """As one writes it from left to right: 6x times y."""
    match product:
        case Apply("mul", (first, second)):
            return _before(number, first) * second
    return number * product


def tidy_quotient(a: Tree, b: Tree) -> Tree:
    """x/1 = x, 0/x = 0; a sign stands before the quotient."""
    match a, b:
        case _, Number(value=1):
            return a
        case Number(value=0), _:
            return ZERO
        case Apply("neg", (above,)), _:
            return tidy_negative(tidy_quotient(above, b))
        case Number(value), _ if value < 0:
            return tidy_negative(tidy_quotient(Number(-value), b))
    return a / b


def tidy_power(base: Tree, exponent: Tree) -> Tree:
    """x^1 = x, x^0 = 1."""
    return base if exponent == ONE else ONE if exponent == ZERO else base**exponent


def tidy_negative(a: Tree) -> Tree:
    """--x = x; a number's sign goes into the number."""
    number, rest = _apart(a)
    return _scaled(-number, rest)


def tidy_transpose(a: Tree) -> Tree:
    """Turned twice it is as it was; a number has no sides to turn."""
    match a:
        case Number():
            return a
        case Apply("transpose", (upright,)):
            return upright
    return a.T


TIDY: Mapping[str, Callable[..., Tree]] = {
    "add": tidy_sum,
    "sub": tidy_difference,
    "mul": tidy_product,
    "div": tidy_quotient,
    "power": tidy_power,
    "neg": tidy_negative,
    "transpose": tidy_transpose,
}
"""How each op is written of arguments that are tidy already."""
