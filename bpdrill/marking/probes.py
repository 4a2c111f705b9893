"""What can be seen of a wrong value that no known mistake accounts for: described, never named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bpdrill import notation
from bpdrill.algebra.evaluate import Value
from bpdrill.model.tree import Apply, Array, Tree

Values = tuple[Value, ...]
Near = Callable[[Values, Values], bool]
"""Whether a value is what another would be, to the digits that were written."""

FACTORS = (-1.0, 2.0, 0.5, 10.0, 0.1, -2.0, -0.5, 100.0, 0.01)
"""What one number may be off by and still show something; any two numbers have some ratio."""


def described(own: Values, expected: Values, earlier: Iterable[tuple[str, Values]], near: Near) -> str:
    """The first thing that can be seen, or nothing."""
    return next(seen(own, expected, earlier, near), "")


def seen(own: Values, expected: Values, earlier: Iterable[tuple[str, Values]], near: Near) -> Iterator[str]:
    """Everything that can be seen, the most telling first."""
    for label, values in earlier:
        if like(values, own) and near(own, values):
            yield f"yours is what belongs at {label}"
    for text, form in FORMS:
        for other in form(own, expected):
            if near(own, other):
                yield text.format(*told(own, other, expected))


def told(own: Values, _other: Values, expected: Values) -> tuple[str, str]:
    """The ratio and the difference at the largest entry, as text."""
    a, b = largest(own[0], expected[0])
    return (notation.number(a / b, 3) if b else ""), notation.number(abs(a - b), 3)


def largest(own: Value, expected: Value) -> tuple[float, float]:
    """Both values at the entry where the expected one is largest."""
    if isinstance(expected, float):
        return own, expected
    at = int(abs(expected).argmax())
    return float(own.flat[at]), float(expected.flat[at])


def ratios(own: Values, expected: Values) -> Iterator[Values]:
    """The expected values times one factor: any for an array, a telling one for a number."""
    if isinstance(expected[0], float):
        yield from (tuple(factor * value for value in expected) for factor in FACTORS)
    elif expected[0].any():
        a, b = largest(own[0], expected[0])
        yield tuple(a / b * value for value in expected)


def differences(own: Values, expected: Values) -> Iterator[Values]:
    """The expected values plus one number: any for an array, 1 for a number."""
    if isinstance(expected[0], float):
        yield from (tuple(value + by for value in expected) for by in (1.0, -1.0))
    elif expected[0].size > 1:
        a, b = largest(own[0], expected[0])
        yield tuple(value + (a - b) for value in expected)


def transposes(_own: Values, expected: Values) -> Iterator[Values]:
    """The expected matrix on its side."""
    if all(getattr(v, "ndim", 0) == 2 and v.shape[0] == v.shape[1] for v in expected):
        yield tuple(value.T for value in expected)


def one_sign(own: Values, expected: Values) -> Iterator[Values]:
    """The expected array with the sign of one entry turned, the one that is furthest off."""
    if all(not isinstance(value, float) and value.size > 1 for value in expected):
        yield tuple(turned(a, b) for a, b in zip(own, expected, strict=True))


def turned(own: Value, expected: Value) -> Value:
    """``expected`` with one sign turned, where ``own`` is furthest off."""
    at = abs(own - expected).argmax()
    other = expected.copy()
    other.flat[at] *= -1
    return other


def shifted(own: Values, expected: Values) -> Iterator[Values]:
    """The expected vector with a 1 taken off at another entry: the label sits in the wrong place."""
    if len(expected) == 1 and not isinstance(expected[0], float) and expected[0].size > 1:
        gap = own[0] - expected[0]
        other = expected[0].copy()
        other.flat[gap.argmax()] += 1
        other.flat[gap.argmin()] -= 1
        yield (other,)


FORMS: tuple[tuple[str, Callable[[Values, Values], Iterable[Values]]], ...] = (
    ("yours is the transpose of what follows", transposes),
    ("yours is {0} times what follows", ratios),
    ("one sign is the other way round", one_sign),
    ("the 1 of the one-hot vector sits at another entry", shifted),
    ("yours is off by {1} everywhere", differences),
)
"""What is said, and which values it is said of."""


def like(a: Values, b: Values) -> bool:
    """Whether two steps' values can be compared at all."""
    return len(a) == len(b) and all(
        getattr(x, "shape", ()) == getattr(y, "shape", ()) for x, y in zip(a, b, strict=True)
    )


def backwards(tree: Tree) -> Tree:
    """``tree`` with the factors of every matrix product in the opposite order."""
    match tree:
        case Apply("matmul", (left, right)):
            return Apply("matmul", (backwards(right), backwards(left)))
        case Apply(op, args):
            return Apply(op, tuple(map(backwards, args)))
        case Array(items):
            return Array(tuple(map(backwards, items)))
    return tree
