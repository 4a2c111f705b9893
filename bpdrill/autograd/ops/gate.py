"""Ops that decide, element by element, what passes: on the way forward, on the way back, or on both.

Where a row has a ``surrogate``, forward is flat, or not to be differentiated.
"""

from __future__ import annotations

from bpdrill.autograd.arithmetic.elementary import choose, half, maximum, minimum, nearest, sign
from bpdrill.autograd.op import Cost, Fault, Op
from bpdrill.autograd.ops.elementwise import PAIRS, SIGNED
from bpdrill.autograd.values import Value
from bpdrill.model.tree import Tree

MASKED = (
    (1.3, 1.0),
    ((0.5, -2.0, 0.1), (1.0, 0.0, 1.0)),
    (((1.5, 0.5, 2.0), (-0.4, 2.5, 1.1)), (0.0, 1.0, 1.0)),
    ((0.5, -2.0, 0.1), (1.0, 1.0, 0.0), 0.8),
)
"""Values, a mask of ones and zeros, the share kept."""

CHOICES = (
    (1.0, 0.7, -1.3),
    ((1.0, 0.0, 1.0), (0.7, 1.2, 3.0), (-0.4, 2.5, 1.1)),
    ((0.0, 1.0, 0.0), ((1.5, 0.5, 2.0), (0.4, 2.5, 1.1)), 0.3),
)
"""A condition, what is chosen where it holds, and what elsewhere."""


def held(a: Value, low: float, high: float) -> Value:
    """``a``, but at least ``low`` and at most ``high``; raises ValueError unless low <= high."""
    if not low <= high:
        raise ValueError(f"the lower bound {low:g} lies above the upper one, {high:g}")
    return minimum(maximum(a, float(low)), float(high))


def dropped(x: Value, mask: Value, keep: float = 0.5) -> Value:
    """What the mask leaves of x, over the share kept; raises ValueError unless that is above 0, at most 1."""
    if not 0 < keep <= 1:
        raise ValueError(f"the share that is kept lies above 0 and is at most 1, not {keep:g}")
    return x * mask / keep


def wins(a: Value, b: Value) -> Value:
    """1 where a is larger, 0 where b is; where they tie each gets 1/2."""
    return (1 + sign(a - b)) / 2


def wins_tree(a: Tree, b: Tree) -> Tree:
    """``wins``, as a tree."""
    return (1 + (a > b) - (b > a)) / 2


def holds(condition: Tree) -> Tree:
    """1 where a condition is anything but 0, as a tree."""
    return (condition > 0) + (-condition > 0)


class Maximum(Op):
    """The larger of a and b: it gets the upstream gradient, the other 0; where they tie, each gets half."""

    name = "maximum"
    forward = staticmethod(maximum)
    vjp = (lambda ct, y, a, b: ct * wins(a, b), lambda ct, y, a, b: ct * wins(b, a))
    jvp = (lambda t, y, a, b: wins(a, b) * t, lambda t, y, a, b: wins(b, a) * t)
    symbolic = (lambda ct, y, a, b: ct * wins_tree(a, b), lambda ct, y, a, b: ct * wins_tree(b, a))
    keeps = ("a", "b")
    stacks = True
    cost = Cost(forward=0, backward=2)
    faults = (
        Fault("maximum.gradient-to-both", 0, lambda ct, y, a, b: ct),
        Fault("maximum.gradient-to-both", 1, lambda ct, y, a, b: ct),
    )
    specimens = PAIRS


class Minimum(Op):
    """The smaller of a and b: it gets the upstream gradient, the other 0; where they tie, each gets half."""

    name = "minimum"
    forward = staticmethod(minimum)
    vjp = (lambda ct, y, a, b: ct * wins(b, a), lambda ct, y, a, b: ct * wins(a, b))
    jvp = (lambda t, y, a, b: wins(b, a) * t, lambda t, y, a, b: wins(a, b) * t)
    symbolic = (lambda ct, y, a, b: ct * wins_tree(b, a), lambda ct, y, a, b: ct * wins_tree(a, b))
    keeps = ("a", "b")
    stacks = True
    cost = Cost(forward=0, backward=2)
    faults = (
        Fault("minimum.gradient-to-both", 0, lambda ct, y, a, b: ct),
        Fault("minimum.gradient-to-both", 1, lambda ct, y, a, b: ct),
    )
    specimens = PAIRS


class Where(Op):
    """a where the condition is not 0, else b: each gets the upstream gradient where it was chosen."""

    name = "where"
    forward = staticmethod(choose)
    vjp = (
        lambda ct, y, condition, a, b: ct * 0,
        lambda ct, y, condition, a, b: ct * (condition != 0),
        lambda ct, y, condition, a, b: ct * (condition == 0),
    )
    jvp = (
        lambda t, y, condition, a, b: t * 0,
        lambda t, y, condition, a, b: (condition != 0) * t,
        lambda t, y, condition, a, b: (condition == 0) * t,
    )
    symbolic = (
        lambda ct, y, condition, a, b: ct * 0,
        lambda ct, y, condition, a, b: ct * holds(condition),
        lambda ct, y, condition, a, b: ct * (1 - holds(condition)),
    )
    keeps = ("condition",)
    stacks = True
    cost = Cost(forward=0, backward=2)
    faults = (
        Fault("where.gradient-to-both", 1, lambda ct, y, condition, a, b: ct),
        Fault("where.gradient-to-both", 2, lambda ct, y, condition, a, b: ct),
        Fault("where.swapped", 1, lambda ct, y, condition, a, b: ct * (condition == 0)),
        Fault("where.swapped", 2, lambda ct, y, condition, a, b: ct * (condition != 0)),
    )
    specimens = CHOICES


class Clip(Op):
    """a, held between low and high: the upstream gradient strictly between them, 0 at and beyond both."""

    name = "clip"
    forward = staticmethod(held)
    vjp = (lambda ct, y, a, low, high: ct * (a > low) * (a < high),)
    jvp = (lambda t, y, a, low, high: (a > low) * (a < high) * t,)
    symbolic = (lambda ct, y, a, low, high: ct * (a > low) * (high > a),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=0, backward=2)
    faults = (Fault("clip.passed-through", 0, lambda ct, y, a, low, high: ct),)
    specimens = tuple((a, -1.0, 1.0) for (a,) in SIGNED)


class Dropout(Op):
    """x · mask / keep, with the mask of the forward pass: what was dropped gets no gradient."""

    name = "dropout"
    forward = staticmethod(dropped)
    vjp = (
        lambda ct, y, x, mask, keep=0.5: ct * mask / keep,
        lambda ct, y, x, mask, keep=0.5: ct * x / keep,
    )
    jvp = (
        lambda t, y, x, mask, keep=0.5: mask * t / keep,
        lambda t, y, x, mask, keep=0.5: x * t / keep,
    )
    symbolic = (
        lambda ct, y, x, mask, keep=0.5: ct * mask / keep,
        lambda ct, y, x, mask, keep=0.5: ct * x / keep,
    )
    keeps = ("x", "mask")
    stacks = True
    cost = Cost(forward=2, backward=4)
    faults = (
        Fault("dropout.scale-lost", 0, lambda ct, y, x, mask, keep=0.5: ct * mask),
        # Of all masks that could be drawn anew, the one that differs everywhere.
        Fault("dropout.fresh-mask", 0, lambda ct, y, x, mask, keep=0.5: ct * (1 - mask) / keep),
        Fault("dropout.mask-forgotten", 0, lambda ct, y, x, mask, keep=0.5: ct),
    )
    specimens = MASKED


class Sign(Op):
    """-1, 0 or 1: flat, so nothing flows back."""

    name = "sign"
    forward = staticmethod(sign)
    vjp = (lambda ct, y, a: ct * 0,)
    jvp = (lambda t, y, a: t * 0,)
    symbolic = (lambda ct, y, a: ct * 0,)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (Fault("sign.passed-through", 0, lambda ct, y, a: ct),)
    specimens = SIGNED


class SignSTE(Op):
    """-1, 0 or 1, straight-through: the backward pass takes it for the identity."""

    name = "sign_ste"
    forward = staticmethod(sign)
    surrogate = staticmethod(lambda a: a)
    vjp = (lambda ct, y, a: ct,)
    jvp = (lambda t, y, a: t,)
    symbolic = (lambda ct, y, a: ct,)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (Fault("sign_ste.gradient-stopped", 0, lambda ct, y, a: ct * 0),)
    specimens = SIGNED


class RoundSTE(Op):
    """The nearest whole number, straight-through: the backward pass takes it for the identity."""

    name = "round_ste"
    forward = staticmethod(nearest)
    surrogate = staticmethod(lambda a: a)
    vjp = (lambda ct, y, a: ct,)
    jvp = (lambda t, y, a: t,)
    symbolic = (lambda ct, y, a: ct,)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (Fault("round_ste.gradient-stopped", 0, lambda ct, y, a: ct * 0),)
    specimens = SIGNED


class Half(Op):
    """a in 16 bits: 3 digits, nothing smaller than 6e-8 but 0, nothing above 65504; the gradient passes."""

    name = "half"
    forward = staticmethod(half)
    surrogate = staticmethod(lambda a: a)
    vjp = (lambda ct, y, a: ct,)
    jvp = (lambda t, y, a: t,)
    symbolic = (lambda ct, y, a: ct,)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (Fault("half.gradient-stopped", 0, lambda ct, y, a: ct * 0),)
    specimens = SIGNED


class StopGradient(Op):
    """a on the way forward, a constant on the way back: nothing flows through."""

    name = "stop_gradient"
    forward = staticmethod(lambda a: a)
    surrogate = staticmethod(lambda a: a * 0)
    vjp = (lambda ct, y, a: ct * 0,)
    jvp = (lambda t, y, a: t * 0,)
    symbolic = (lambda ct, y, a: ct * 0,)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (Fault("stop_gradient.passed-through", 0, lambda ct, y, a: ct),)
    specimens = SIGNED
