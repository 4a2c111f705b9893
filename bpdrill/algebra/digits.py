"""Scalar expressions to fifty digits and more, over the reals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from bpdrill.model.tree import Apply, Number, Symbol, Tree

DIGITS = 50

Formula = Callable[[Mapping[str, Any]], Any]
"""Values of names to the value of a tree; ValueError or ZeroDivisionError where there is no real one.

OverflowError where it is too large for any whiteboard.
"""


def carrying(digits: int) -> AbstractContextManager[None]:
    """So many digits are carried within."""
    import mpmath

    context: Any = mpmath
    carried: AbstractContextManager[None] = context.workdps(digits)
    return carried


def exactly(formulas: Sequence[Formula], point: Mapping[str, float], digits: int) -> tuple[Any, ...]:
    """The values of ``formulas`` at one point, while so many digits are carried; None where one has none.

    Raises OverflowError where one is too large for any whiteboard.
    """
    symbols = {name: _written(value, digits) for name, value in point.items()}
    return tuple(_value(formula, symbols) for formula in formulas)


@lru_cache(maxsize=4096)
def _written(value: float, _digits: int) -> Any:
    """A humane float as it is written, to the digits that are carried: 0.3 and not its nearest binary."""
    import mpmath

    return mpmath.mpf(repr(value))


def _value(formula: Formula, symbols: Mapping[str, Any]) -> Any:
    try:
        return formula(symbols)
    except (ZeroDivisionError, ValueError):
        return None


def precise(tree: Tree, point: Mapping[str, float]) -> Any:
    """The value of ``tree`` to fifty digits, or None where it has no real value or is too large."""
    try:
        with carrying(DIGITS):
            return exactly((formula(tree),), point, DIGITS)[0]
    except OverflowError:
        return None


def formula(tree: Tree) -> Formula:
    """``tree`` made ready to be evaluated at many points."""
    match tree:
        case Symbol(name):
            return itemgetter(name)
        case Number():
            return _literal(tree)
        case Apply(op, args):
            form, parts = forms().get(op, valueless), tuple(map(formula, args))
            return _ARITIES[len(parts)](form, *parts) if len(parts) in _ARITIES else valueless
    return valueless


def _literal(number: Number) -> Formula:
    """A number to all the digits that are carried, computed once for each count of them."""
    import mpmath

    known: dict[int, Any] = {}

    def literal(_: Mapping[str, Any]) -> Any:
        precision = mpmath.mp.prec
        if precision not in known:
            known[precision] = mpmath.mpf(number.value.numerator) / number.value.denominator
        return known[precision]

    return literal


def _one(form: Callable[..., Any], a: Formula) -> Formula:
    if form in safe():
        return lambda symbols: form(a(symbols))
    return lambda symbols: real(form(a(symbols)))


def _two(form: Callable[..., Any], a: Formula, b: Formula) -> Formula:
    if form in safe():
        return lambda symbols: form(a(symbols), b(symbols))
    return lambda symbols: real(form(a(symbols), b(symbols)))


_ARITIES: Mapping[int, Callable[..., Formula]] = {1: _one, 2: _two}


@cache
def safe() -> frozenset[Callable[..., Any]]:
    """What makes of real numbers real ones that are hardly larger: sums need not be looked at."""
    return frozenset(forms()[op] for op in ("add", "sub", "neg", "abs", "maximum", "minimum", "relu"))


@cache
def forms() -> Mapping[str, Callable[..., Any]]:
    """What each op makes of mpmath's numbers."""
    import mpmath

    def first(a: Any, *_: Any) -> Any:
        return a

    def product(a: Any, b: Any) -> Any:
        return a * b

    def sigmoid(a: Any) -> Any:
        return 1 / (1 + mpmath.exp(-a))

    return {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": product,
        "div": lambda a, b: a / b,
        "neg": lambda a: -a,
        "power": real_power,
        "exp": mpmath.exp,
        "log": mpmath.log,
        "sqrt": mpmath.sqrt,
        "sin": mpmath.sin,
        "cos": mpmath.cos,
        "tanh": mpmath.tanh,
        "sigmoid": sigmoid,
        "softplus": lambda a: mpmath.log1p(mpmath.exp(a)),
        "relu": lambda a: max(a, mpmath.mpf(0)),
        "leaky_relu": lambda a: max(a, a / 100),
        "elu": lambda a: max(a, mpmath.expm1(min(a, mpmath.mpf(0)))),
        "gelu": lambda a: a * mpmath.ncdf(a),
        "silu": lambda a: a * sigmoid(a),
        "logsumexp": first,
        "maximum": max,
        "minimum": min,
        "abs": abs,
        "greater": lambda a, b: mpmath.mpf(a > b),
        "sum": first,
        "mean": first,
        "trace": first,
        "matmul": product,
        "outer": product,
        "transpose": first,
    }


def valueless(*_numbers: Any) -> Any:
    """What an op of whole arrays, such as a softmax, makes of single numbers."""
    raise ValueError("there is no such op of numbers")


LARGEST_EXPONENT = 10_000
"""Of a power, and of the power of ten that any value may reach: beyond it a sine takes hours."""
LARGEST_BITS = 33_219
"""Ten to that power, in bits."""


def real(value: Any) -> Any:
    """``value``; ValueError if it is complex or infinite, OverflowError if larger than any whiteboard."""
    import mpmath

    if not isinstance(value, mpmath.mpf) or not (value.man or value == 0):
        raise ValueError("no real number")
    if value.exp + value.bc > LARGEST_BITS:
        raise OverflowError
    return value


def real_power(base: Any, exponent: Any) -> Any:
    """``base ** exponent``, refusing exponents no whiteboard has room for."""
    if abs(exponent) > LARGEST_EXPONENT:
        raise OverflowError
    return base**exponent
