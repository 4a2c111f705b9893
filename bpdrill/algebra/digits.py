"""Scalar expressions to fifty digits and more, over the reals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from bpdrill.model.tree import Number, Tree, interpret

DIGITS = 50


def exactly(trees: Sequence[Tree], point: Mapping[str, float], digits: int = DIGITS) -> tuple[Any, ...]:
    """The values of ``trees`` at one point to so many digits; None where one has no real value.

    Raises OverflowError where one is too large for any whiteboard.
    """
    import mpmath

    context: Any = mpmath
    with context.workdps(digits):
        symbols = {name: context.mpf(repr(value)) for name, value in point.items()}
        return tuple(_value(tree, symbols) for tree in trees)


def _value(tree: Tree, symbols: Mapping[str, Any]) -> Any:
    ops = forms()

    def apply(op: str, args: tuple[Any, ...]) -> Any:
        form: Callable[..., Any] = ops.get(op, valueless)
        return real(form(*args))

    try:
        return interpret(tree, symbols, exact, apply)
    except (ZeroDivisionError, ValueError):
        return None


def precise(tree: Tree, point: Mapping[str, float]) -> Any:
    """As ``exactly``, None also where the value is too large."""
    try:
        return exactly((tree,), point)[0]
    except OverflowError:
        return None


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


def exact(tree: Tree) -> Any:
    """A literal to all its digits."""
    import mpmath

    if isinstance(tree, Number):
        return mpmath.mpf(tree.value.numerator) / tree.value.denominator
    raise ValueError("an array has no scalar value")
