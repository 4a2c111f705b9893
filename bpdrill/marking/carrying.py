"""Which wrong value may stand in for the truth later on, and which one leads nowhere."""

from __future__ import annotations

from collections.abc import Collection

from bpdrill.algebra.evaluate import Value

Values = tuple[Value, ...]

ROUNDING = 1e-9
OFTEN = 2
"""One number for two wrong cells may be chance; for a third it is a habit."""


def may_carry(own: Values, key: Values, earlier: Collection[Values] = ()) -> bool:
    """Whether a wrong value may stand in for the truth later.

    Whoever writes 0 everywhere must not be right everywhere after it; nor who writes one number
    everywhere (``earlier`` are the wrong values before it), all entries alike, or an identity.
    """
    repeated = sum(same(own, other) for other in earlier) >= OFTEN
    return not repeated and not any(degenerate(a, b) for a, b in zip(own, key, strict=True))


def same(a: Values, b: Values) -> bool:
    """Whether two steps were given one and the same number."""
    return all(isinstance(x, float) and isinstance(y, float) and x == y for x, y in zip(a, b, strict=True))


def degenerate(own: Value, key: Value) -> bool:
    """Zero; or, where the key is neither, an array of like cells or an identity."""
    return nothing(own) or any(form(own) and not form(key) for form in (alike, identity))


def nothing(value: Value) -> bool:
    """0, or an array of zeros."""
    return value == 0 if isinstance(value, float) else not value.any()


def alike(value: Value) -> bool:
    """Whether an array repeats one number, up to rounding; a number by itself does not."""
    if isinstance(value, float):
        return False
    return bool(abs(value - value.flat[0]).max() <= ROUNDING * abs(value).max())


def identity(value: Value) -> bool:
    """Whether a matrix is 1 on its diagonal and 0 elsewhere; a number by itself is no matrix."""
    if getattr(value, "ndim", 0) < 2:
        return False
    from numpy import eye

    return bool(abs(value - eye(*value.shape[-2:])).max() <= ROUNDING)


def fitted(own: Value, key: Value) -> Value:
    """The learner's value in the key's own shape: a row or a column is a vector to what comes after."""
    return own if getattr(own, "shape", ()) == getattr(key, "shape", ()) else own.reshape(key.shape)
