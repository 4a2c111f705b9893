"""Activations: what a unit makes of its pre-activation a, element by element."""

from __future__ import annotations

import math

from bpdrill.autograd.arithmetic.elementary import (
    above_zero,
    choose,
    erf,
    exp,
    expm1,
    minimum,
    relu,
    sigmoid,
    softplus,
    tanh,
)
from bpdrill.autograd.op import Cost, Fault, Op
from bpdrill.autograd.ops.elementwise import SIGNED
from bpdrill.autograd.values import Value
from bpdrill.model.tree import Apply, Tree, lift

SLOPED = (*SIGNED, (SIGNED[2][0], 0.2), (SIGNED[3][0], 1.5))
"""Arguments on both sides of 0, then a setting other than the default."""


def leak(a: Value, slope: float) -> Value:
    """1 above 0, ``slope`` elsewhere: what leaky_relu multiplies by."""
    return choose(a > 0, 1.0, float(slope))


def elu(a: Value, alpha: float = 1.0) -> Value:
    """``a`` above 0, alpha (e^a - 1) elsewhere."""
    return choose(a > 0, a, alpha * expm1(minimum(a, 0.0)))


def elu_slope(y: Value, a: Value, alpha: float) -> Value:
    """1 above 0, alpha e^a = y + alpha elsewhere."""
    return choose(a > 0, 1.0, y + alpha)


def below(a: Value) -> Value:
    """Φ(a), the probability that a standard normal number is below a."""
    return 0.5 * (1 + erf(a * math.sqrt(0.5)))


def density(a: Value) -> Value:
    """φ(a) = Φ'(a), the density of a standard normal number."""
    return exp(-0.5 * a * a) * (1 / math.sqrt(2 * math.pi))


def sigmoid_tree(a: Tree) -> Tree:
    """``sigmoid``, as a tree."""
    return Apply("sigmoid", (a,))


def below_tree(a: Tree) -> Tree:
    """``below``, as a tree."""
    return (1 + Apply("erf", (a / Apply("sqrt", (lift(2),)),))) / 2


def density_tree(a: Tree) -> Tree:
    """``density``, as a tree."""
    return Apply("exp", (-(a**2) / 2,)) / Apply("sqrt", (lift(2 * math.pi),))


class Tanh(Op):
    """tanh a, with local derivative 1 - y²."""

    name = "tanh"
    forward = staticmethod(tanh)
    vjp = (lambda ct, y, a: ct * (1 - y * y),)
    jvp = (lambda t, y, a: (1 - y * y) * t,)
    symbolic = (lambda ct, y, a: ct * (1 - y**2),)
    keeps = ("y",)
    stacks = True
    cost = Cost(forward=1, backward=2)
    faults = (
        Fault("tanh.square-lost", 0, lambda ct, y, a: ct * (1 - y)),
        Fault("tanh.derivative-of-output", 0, lambda ct, y, a: ct * (1 - tanh(y) ** 2)),
    )
    specimens = SIGNED


class Sigmoid(Op):
    """1 / (1 + e^-a), with local derivative y (1 - y)."""

    name = "sigmoid"
    forward = staticmethod(sigmoid)
    vjp = (lambda ct, y, a: ct * y * (1 - y),)
    jvp = (lambda t, y, a: y * (1 - y) * t,)
    symbolic = (lambda ct, y, a: ct * y * (1 - y),)
    keeps = ("y",)
    stacks = True
    cost = Cost(forward=2, backward=2)
    faults = (
        Fault("sigmoid.one-minus-lost", 0, lambda ct, y, a: ct * y),
        Fault("sigmoid.derivative-of-output", 0, lambda ct, y, a: ct * sigmoid(y) * (1 - sigmoid(y))),
        Fault("sigmoid.input-for-output", 0, lambda ct, y, a: ct * a * (1 - a)),
    )
    specimens = SIGNED


class Relu(Op):
    """The larger of a and 0; the derivative at the kink is 0."""

    name = "relu"
    forward = staticmethod(relu)
    vjp = (lambda ct, y, a: ct * above_zero(a),)
    jvp = (lambda t, y, a: above_zero(a) * t,)
    symbolic = (lambda ct, y, a: ct * (a > 0),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=0, backward=1)
    faults = (
        Fault("relu.mask-forgotten", 0, lambda ct, y, a: ct),
        Fault("relu.mask-on-upstream", 0, lambda ct, y, a: ct * (ct > 0)),
    )
    specimens = SIGNED


class LeakyRelu(Op):
    """a above 0, slope · a elsewhere; the derivative at the kink is the slope."""

    name = "leaky_relu"
    forward = staticmethod(lambda a, slope=0.01: a * leak(a, slope))
    vjp = (lambda ct, y, a, slope=0.01: ct * leak(a, slope),)
    jvp = (lambda t, y, a, slope=0.01: leak(a, slope) * t,)
    symbolic = (lambda ct, y, a, slope=0.01: ct * ((a > 0) + slope * (1 - (a > 0))),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=1, backward=1)
    faults = (
        Fault("leaky_relu.slope-lost", 0, lambda ct, y, a, slope=0.01: ct * (a > 0)),
        Fault("leaky_relu.mask-forgotten", 0, lambda ct, y, a, slope=0.01: ct),
    )
    specimens = SLOPED


class Elu(Op):
    """a above 0, alpha (e^a - 1) elsewhere, where the local derivative is y + alpha: alpha at the kink."""

    name = "elu"
    forward = staticmethod(elu)
    vjp = (lambda ct, y, a, alpha=1.0: ct * elu_slope(y, a, alpha),)
    jvp = (lambda t, y, a, alpha=1.0: elu_slope(y, a, alpha) * t,)
    symbolic = (lambda ct, y, a, alpha=1.0: ct * ((a > 0) + (1 - (a > 0)) * (y + alpha)),)
    keeps = ("y", "a")
    stacks = True
    cost = Cost(forward=2, backward=1)
    faults = (
        Fault("elu.alpha-lost", 0, lambda ct, y, a, alpha=1.0: ct * elu_slope(y, a, 0.0)),
        Fault("elu.negative-side-lost", 0, lambda ct, y, a, alpha=1.0: ct * (a > 0)),
    )
    specimens = SLOPED


class Softplus(Op):
    """log(1 + e^a), a smooth relu: its derivative is the sigmoid of a."""

    name = "softplus"
    forward = staticmethod(softplus)
    vjp = (lambda ct, y, a: ct * sigmoid(a),)
    jvp = (lambda t, y, a: sigmoid(a) * t,)
    symbolic = (lambda ct, y, a: ct * sigmoid_tree(a),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=3, backward=3)
    faults = (
        Fault("softplus.inner-lost", 0, lambda ct, y, a: ct / (1 + exp(a))),
        Fault("softplus.derivative-twice", 0, lambda ct, y, a: ct * sigmoid(a) * (1 - sigmoid(a))),
    )
    specimens = SIGNED


class Silu(Op):
    """a · sigmoid(a), a product of two paths: the local derivative is s + a s (1 - s), with s the sigmoid."""

    name = "silu"
    forward = staticmethod(lambda a: a * sigmoid(a))
    vjp = (lambda ct, y, a: ct * sigmoid(a) * (1 + a * (1 - sigmoid(a))),)
    jvp = (lambda t, y, a: sigmoid(a) * (1 + a * (1 - sigmoid(a))) * t,)
    symbolic = (lambda ct, y, a: ct * sigmoid_tree(a) * (1 + a * (1 - sigmoid_tree(a))),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=3, backward=5)
    faults = (
        Fault("silu.gate-constant", 0, lambda ct, y, a: ct * sigmoid(a)),
        Fault("silu.input-constant", 0, lambda ct, y, a: ct * y * (1 - sigmoid(a))),
    )
    specimens = SIGNED


class Erf(Op):
    """The error function, 2/√π times the integral of e^(-s²): its derivative is what stands under it."""

    name = "erf"
    forward = staticmethod(erf)
    vjp = (lambda ct, y, a: ct * exp(-a * a) * (2 / math.sqrt(math.pi)),)
    jvp = (lambda t, y, a: exp(-a * a) * (2 / math.sqrt(math.pi)) * t,)
    symbolic = (lambda ct, y, a: ct * Apply("exp", (-(a**2),)) * (2 / math.sqrt(math.pi)),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=1, backward=3)
    faults = (Fault("erf.factor-lost", 0, lambda ct, y, a: ct * exp(-a * a)),)
    specimens = SIGNED


class Gelu(Op):
    """a · Φ(a), with Φ(a) = (1 + erf(a/√2)) / 2 the normal distribution: locally Φ(a) + a Φ'(a)."""

    name = "gelu"
    forward = staticmethod(lambda a: a * below(a))
    vjp = (lambda ct, y, a: ct * (below(a) + a * density(a)),)
    jvp = (lambda t, y, a: (below(a) + a * density(a)) * t,)
    symbolic = (lambda ct, y, a: ct * (below_tree(a) + a * density_tree(a)),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=3, backward=7)
    faults = (
        Fault("gelu.gate-constant", 0, lambda ct, y, a: ct * below(a)),
        Fault("gelu.input-constant", 0, lambda ct, y, a: ct * a * density(a)),
    )
    specimens = SIGNED
