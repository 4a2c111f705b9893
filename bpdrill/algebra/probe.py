"""Are two scalar expressions the same? Both are evaluated at points, to fifty digits, over the reals.

A point where only one of them has a value proves nothing and is passed over; too few points with
two values is Undecided, never Different.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bpdrill import notation
from bpdrill.model.items import Draw
from bpdrill.model.marks import Comparison, Different, Equal, Undecided
from bpdrill.model.tree import Number, Tree, interpret, names

DIGITS = 50
POINTS = 8
RANGES = ((-2.0, 2.0), (0.05, 0.95), (0.8, 1.25), (3.0, 40.0), (-9.0, -0.5))
"""Both signs, the unit interval, around 1, large, negative."""


def compare_expressions(given: Tree, key: Tree) -> Comparison:
    """Compare two scalar expressions over the reals at points where both have a value."""
    if given == key:
        return Equal("the same expression")
    agreed = 0
    for point in points(tuple(dict.fromkeys(names(given) + names(key)))):
        ours, theirs = precise(key, point), precise(given, point)
        if ours is None or theirs is None:
            continue
        if not agrees(theirs, ours):
            pair = f"yours is {notation.number(float(theirs))}, expected {notation.number(float(ours))}"
            return Different(f"{at(point)}: {pair}")
        agreed += 1
        if agreed == POINTS:
            return Equal(f"agrees at {POINTS} points, to {DIGITS} digits")
    return Undecided(f"only {agreed} of {POINTS} points gave both a value")


def at(point: Mapping[str, float]) -> str:
    """``at w = 2, x = 3``."""
    return "at " + ", ".join(f"{name} = {notation.number(value)}" for name, value in point.items())


def points(symbols: tuple[str, ...]) -> Iterator[dict[str, float]]:
    """Points to probe at, the same for ever: humane ones first, so that a witness can be checked by hand."""
    draw = Draw(0)
    for attempt in range(5 * POINTS):
        low, high = RANGES[attempt % len(RANGES)]
        yield {name: draw.decimal(round(low * 20), round(high * 20), 20) for name in symbols}


def agrees(a: Any, b: Any) -> bool:
    """Equal up to the last ten of the digits that were carried."""
    return bool(abs(a - b) <= 10.0 ** (10 - DIGITS) * max(1, abs(a), abs(b)))


def precise(tree: Tree, point: Mapping[str, float]) -> Any:
    """The value of ``tree`` to fifty digits, or None where it has no real value or is too large."""
    import mpmath

    forms: dict[str, Callable[..., Any]] = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "neg": lambda a: -a,
        "power": real_power,
        "exp": mpmath.exp,
        "log": mpmath.log,
        "sqrt": mpmath.sqrt,
        "sin": mpmath.sin,
        "cos": mpmath.cos,
        "tanh": mpmath.tanh,
        "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)),
        "relu": lambda a: max(a, mpmath.mpf(0)),
        "leaky_relu": lambda a: max(a, a / 100),
        "elu": lambda a: max(a, mpmath.expm1(min(a, mpmath.mpf(0)))),
        "gelu": lambda a: a * mpmath.ncdf(a),
        "silu": lambda a: a / (1 + mpmath.exp(-a)),
        "logsumexp": lambda a: a,
        "maximum": max,
        "minimum": min,
        "abs": abs,
        "greater": lambda a, b: mpmath.mpf(a > b),
        "sum": lambda a: a,
        "mean": lambda a: a,
        "matmul": lambda a, b: a * b,
        "outer": lambda a, b: a * b,
        "transpose": lambda a: a,
    }

    def apply(op: str, args: tuple[Any, ...]) -> Any:
        form: Callable[..., Any] = forms.get(op, valueless)
        return real(form(*args))

    with mpmath.workdps(DIGITS):
        symbols = {name: mpmath.mpf(repr(value)) for name, value in point.items()}
        try:
            value = interpret(tree, symbols, exact, apply)
        except (ZeroDivisionError, OverflowError, ValueError):
            return None
        return value if mpmath.isfinite(value) else None


def valueless(*_numbers: Any) -> Any:
    """What an op of whole arrays, such as a softmax, makes of single numbers."""
    raise ValueError("there is no such op of numbers")


LARGEST_EXPONENT = 10_000
"""Of a power, and of the power of ten that any value may reach: beyond it a sine takes hours."""


def real(value: Any) -> Any:
    """``value``, unless it is complex or larger than any whiteboard has room for."""
    import mpmath

    if not isinstance(value, mpmath.mpf) or abs(value) > mpmath.mpf(10) ** LARGEST_EXPONENT:
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
