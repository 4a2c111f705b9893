"""Joining arrays along an axis, and cutting them where they were joined: each pulls the other back."""

from __future__ import annotations

from typing import Any

from bpdrill.autograd.arithmetic.along import axes
from bpdrill.autograd.op import Cost, Fault, Op
from bpdrill.autograd.values import Value, shape_of, zeros
from bpdrill.model.tree import Apply


def joint(a: Any, axis: float) -> int:
    """The axis to join along, counted from the last; raises ValueError if ``a`` has none such."""
    if shape_of(a) == ():
        raise ValueError("a number has no axis to join along: reshape it to (1,) first")
    over: Any = axes(a.ndim, axis)
    return int(over)


def profile(a: Any, axis: float) -> tuple[int | None, ...]:
    """The shape of ``a``, its length along the axis left open."""
    over = joint(a, axis)
    return (*a.shape[:over], None, *a.shape[over:][1:])


def joined(a: Any, b: Any, axis: float = 0) -> Value:
    """``b`` after ``a`` along an axis; raises ValueError unless they agree on all others."""
    import numpy as np

    if profile(a, axis) != profile(b, axis):
        raise ValueError(
            f"along axis {axis:g} {a.shape} and {b.shape} cannot be joined: they must agree on all others"
        )
    return np.concatenate((a, b), axis=joint(a, axis))


def cut(x: Any, a: Any, axis: float) -> list[Any]:
    """``x`` in two along the axis, the first part in the shape of ``a``; raises ValueError if it has none."""
    import numpy as np

    over = joint(a, axis)
    if profile(x, axis) != profile(a, axis) or x.shape[over] < a.shape[over]:
        raise ValueError(f"along axis {axis:g} {x.shape} does not begin with {a.shape}")
    return np.split(x, [a.shape[over]], axis=over)


def head(x: Any, a: Any, axis: float = 0) -> Value:
    """The part of ``x`` where ``a`` stood before something was joined to it."""
    part: Value = cut(x, a, axis)[0]
    return part


def tail(x: Any, a: Any, axis: float = 0) -> Value:
    """The part of ``x`` that was joined to ``a``."""
    part: Value = cut(x, a, axis)[1]
    return part


def blank(x: Value) -> Value:
    """Zeros in the shape of ``x``."""
    return zeros(shape_of(x))


def taken_for(own: Value, part: Value) -> Value:
    """``part``, mistaken for that of ``own``; raises ValueError if the shapes give the mistake away."""
    if shape_of(part) != shape_of(own):
        raise ValueError(f"a part of shape {shape_of(part)} is not taken for one of {shape_of(own)}")
    return part


VECTOR = (0.5, -2.0, 0.1)
PAIR = (1.4, -0.9)
TALL = ((1.0, 2.0), (-0.7, 0.4), (0.3, -1.1))
COLUMN = ((0.2,), (0.4,), (-0.6,))
SQUARE = ((1.5, -0.5), (2.0, 0.3))
DEEP = (((1.0, -0.4), (0.6, 0.2)), ((-1.5, 0.9), (0.3, 2.2)))

CUTS = ((VECTOR, PAIR), (TALL, SQUARE), (TALL, COLUMN, 1), (DEEP, DEEP, 1))
"""What is cut, what its first part has the shape of, and the axis."""

EVEN = "where both parts have one length"


class Concatenate(Op):
    """a, and b after it along an axis: each gets its own part of the upstream gradient."""

    name = "concatenate"
    forward = staticmethod(joined)
    vjp = (
        lambda ct, y, a, b, axis=0: head(ct, a, axis),
        lambda ct, y, a, b, axis=0: tail(ct, a, axis),
    )
    jvp = (
        lambda t, y, a, b, axis=0: joined(t, blank(b), axis),
        lambda t, y, a, b, axis=0: joined(blank(a), t, axis),
    )
    symbolic = (
        lambda ct, y, a, b, *axis: Apply("concatenate_head", (ct, a, *axis)),
        lambda ct, y, a, b, *axis: Apply("concatenate_tail", (ct, a, *axis)),
    )
    keeps = ()
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault(
            "concatenate.parts-swapped",
            0,
            lambda ct, y, a, b, axis=0: taken_for(a, tail(ct, a, axis)),
            where=EVEN,
        ),
        Fault(
            "concatenate.parts-swapped",
            1,
            lambda ct, y, a, b, axis=0: taken_for(b, head(ct, a, axis)),
            where=EVEN,
        ),
    )
    specimens = (
        (VECTOR, PAIR),
        (VECTOR, (0.3, 1.2, -0.7)),
        (TALL, SQUARE),
        (TALL, COLUMN, 1),
        (SQUARE, ((0.2, 1.1), (-0.9, 0.8)), -1),
        (DEEP, DEEP, 1),
    )


class ConcatenateHead(Op):
    """The part of x where a stood, before b was joined to it."""

    name = "concatenate_head"
    forward = staticmethod(head)
    vjp = (
        lambda ct, y, x, a, axis=0: joined(ct, blank(tail(x, a, axis)), axis),
        lambda ct, y, x, a, axis=0: blank(a),
    )
    jvp = (lambda t, y, x, a, axis=0: head(t, a, axis), lambda t, y, x, a, axis=0: blank(y))
    symbolic = (
        lambda ct, y, x, a, *axis: Apply(
            "concatenate", (ct, 0 * Apply("concatenate_tail", (x, a, *axis)), *axis)
        ),
        lambda ct, y, x, a, *axis: 0 * a,
    )
    keeps = ()
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault(
            "concatenate_head.zeros-first",
            0,
            lambda ct, y, x, a, axis=0: joined(blank(tail(x, a, axis)), ct, axis),
        ),
    )
    specimens = CUTS


class ConcatenateTail(Op):
    """The part of x that was joined to a."""

    name = "concatenate_tail"
    forward = staticmethod(tail)
    vjp = (
        lambda ct, y, x, a, axis=0: joined(blank(head(x, a, axis)), ct, axis),
        lambda ct, y, x, a, axis=0: blank(a),
    )
    jvp = (lambda t, y, x, a, axis=0: tail(t, a, axis), lambda t, y, x, a, axis=0: blank(y))
    symbolic = (
        lambda ct, y, x, a, *axis: Apply(
            "concatenate", (0 * Apply("concatenate_head", (x, a, *axis)), ct, *axis)
        ),
        lambda ct, y, x, a, *axis: 0 * a,
    )
    keeps = ()
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault(
            "concatenate_tail.zeros-last",
            0,
            lambda ct, y, x, a, axis=0: joined(ct, blank(head(x, a, axis)), axis),
        ),
    )
    specimens = CUTS
