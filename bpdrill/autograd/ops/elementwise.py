"""Ops that work element by element; arrays of different shapes broadcast."""

from __future__ import annotations

import math
import operator

from bpdrill.autograd.arithmetic.elementary import cos, exp, fabs, log, power, sin, sqrt
from bpdrill.autograd.op import Cost, Fault, Op
from bpdrill.autograd.values import Value, size_of
from bpdrill.model.tree import Apply

PAIRS = (
    (3.0, 2.0),
    ((1.5, 0.5, 2.0), (0.7, 1.2, 3.0)),
    (((1.5, 0.5, 2.0), (0.4, 2.5, 1.1)), (0.7, 1.2, 3.0)),
    (1.7, (0.7, 1.2, 3.0)),
)
"""Pairs of arguments: scalars, vectors, and two that broadcast."""

POSITIVE = ((0.7,), ((0.5, 1.5, 2.5),), (((0.3, 1.2), (2.0, 0.8)),))
"""Single arguments where a logarithm and a root exist."""

SIGNED = ((0.7,), (-1.3,), ((-0.5, 1.5, 2.5, 0.4),), (((0.3, -1.2), (-2.0, 0.8)),))
"""Single arguments on both sides of 0, where some functions have a kink."""

BATCHED = "where a bias is added to a batch of more than one row"


def stretched(ct: Value, y: Value, a: Value) -> Value:
    """``ct`` where ``a`` was stretched to the shape of ``y``; NaN elsewhere, so no answer can equal it."""
    return ct if size_of(a) < size_of(y) else ct * math.nan


def averaged(ct: Value, y: Value, a: Value) -> Value:
    """``stretched``, divided by how often ``a`` was repeated: summed up it is the mean."""
    return stretched(ct, y, a) * size_of(a) / size_of(y)


class Add(Op):
    """a + b: hands the upstream gradient to both."""

    name = "add"
    forward = staticmethod(operator.add)
    vjp = (lambda ct, y, a, b: ct, lambda ct, y, a, b: ct)
    jvp = (lambda t, y, a, b: t, lambda t, y, a, b: t)
    symbolic = (lambda ct, y, a, b: ct, lambda ct, y, a, b: ct)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault("add.split", 0, lambda ct, y, a, b: ct / 2),
        Fault("add.split", 1, lambda ct, y, a, b: ct / 2),
        Fault("add.batch-not-summed", 0, lambda ct, y, a, b: stretched(ct, y, a), BATCHED, summed=False),
        Fault("add.batch-not-summed", 1, lambda ct, y, a, b: stretched(ct, y, b), BATCHED, summed=False),
        Fault("add.batch-averaged", 0, lambda ct, y, a, b: averaged(ct, y, a), BATCHED),
        Fault("add.batch-averaged", 1, lambda ct, y, a, b: averaged(ct, y, b), BATCHED),
    )
    specimens = PAIRS


class Sub(Op):
    """a - b: the second argument gets the upstream gradient with its sign turned."""

    name = "sub"
    forward = staticmethod(operator.sub)
    vjp = (lambda ct, y, a, b: ct, lambda ct, y, a, b: -ct)
    jvp = (lambda t, y, a, b: t, lambda t, y, a, b: -t)
    symbolic = (lambda ct, y, a, b: ct, lambda ct, y, a, b: -ct)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (Fault("sub.second-sign-lost", 1, lambda ct, y, a, b: ct),)
    specimens = PAIRS


class Mul(Op):
    """a · b: each argument's local derivative is the other's value."""

    name = "mul"
    forward = staticmethod(operator.mul)
    vjp = (lambda ct, y, a, b: ct * b, lambda ct, y, a, b: ct * a)
    jvp = (lambda t, y, a, b: t * b, lambda t, y, a, b: a * t)
    symbolic = (lambda ct, y, a, b: ct * b, lambda ct, y, a, b: ct * a)
    keeps = ("a", "b")
    stacks = True
    cost = Cost(forward=1, backward=2)
    faults = (
        Fault("mul.own-value", 0, lambda ct, y, a, b: ct * a),
        Fault("mul.own-value", 1, lambda ct, y, a, b: ct * b),
    )
    specimens = PAIRS


class Div(Op):
    """a / b, with local derivatives 1/b and -a/b²."""

    name = "div"
    forward = staticmethod(operator.truediv)
    vjp = (lambda ct, y, a, b: ct / b, lambda ct, y, a, b: -ct * y / b)
    jvp = (lambda t, y, a, b: t / b, lambda t, y, a, b: -y * t / b)
    symbolic = (lambda ct, y, a, b: ct / b, lambda ct, y, a, b: -ct * a / b**2)
    keeps = ("y", "b")
    stacks = True
    cost = Cost(forward=1, backward=3)
    faults = (
        Fault("div.sign-lost", 1, lambda ct, y, a, b: ct * y / b),
        Fault("div.square-lost", 1, lambda ct, y, a, b: -ct * y),
    )
    specimens = PAIRS


class Neg(Op):
    """-a."""

    name = "neg"
    forward = staticmethod(operator.neg)
    vjp = (lambda ct, y, a: -ct,)
    jvp = (lambda t, y, a: -t,)
    symbolic = (lambda ct, y, a: -ct,)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (Fault("neg.sign-lost", 0, lambda ct, y, a: ct),)
    specimens = SIGNED


class Power(Op):
    """x^n, with local derivatives n x^(n-1) and, for a positive base, x^n log x."""

    name = "power"
    forward = staticmethod(power)
    # Where n = 0 the exponent stays 0: the derivative is 0 at x = 0 too, not 0 · 0^-1.
    vjp = (
        lambda ct, y, x, n: ct * n * power(x, n - (n != 0)),
        lambda ct, y, x, n: ct * y * log(x),
    )
    jvp = (
        lambda t, y, x, n: n * power(x, n - (n != 0)) * t,
        lambda t, y, x, n: y * log(x) * t,
    )
    symbolic = (
        lambda ct, y, x, n: ct * n * x ** (n - 1),
        lambda ct, y, x, n: ct * y * Apply("log", (x,)),
    )
    keeps = ("y", "x", "n")
    stacks = True
    cost = Cost(forward=1, backward=6)
    faults = (
        Fault("power.factor-lost", 0, lambda ct, y, x, n: ct * power(x, n - 1)),
        Fault("power.exponent-kept", 0, lambda ct, y, x, n: ct * n * y),
        Fault("power.log-lost", 1, lambda ct, y, x, n: ct * y),
    )
    specimens = PAIRS


class Exp(Op):
    """e^a, its own derivative."""

    name = "exp"
    forward = staticmethod(exp)
    vjp = (lambda ct, y, a: ct * y,)
    jvp = (lambda t, y, a: y * t,)
    symbolic = (lambda ct, y, a: ct * y,)
    keeps = ("y",)
    stacks = True
    cost = Cost(forward=1, backward=1)
    faults = (Fault("exp.input-for-output", 0, lambda ct, y, a: ct * a),)
    specimens = SIGNED


class Log(Op):
    """The natural logarithm of a, with local derivative 1/a."""

    name = "log"
    forward = staticmethod(log)
    vjp = (lambda ct, y, a: ct / a,)
    jvp = (lambda t, y, a: t / a,)
    symbolic = (lambda ct, y, a: ct / a,)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=1, backward=1)
    faults = (Fault("log.output-for-input", 0, lambda ct, y, a: ct / y),)
    specimens = POSITIVE


class Sqrt(Op):
    """The square root of a, with local derivative 1 / (2y)."""

    name = "sqrt"
    forward = staticmethod(sqrt)
    vjp = (lambda ct, y, a: ct / (2 * y),)
    jvp = (lambda t, y, a: t / (2 * y),)
    symbolic = (lambda ct, y, a: ct / (2 * y),)
    keeps = ("y",)
    stacks = True
    cost = Cost(forward=1, backward=2)
    faults = (
        Fault("sqrt.half-lost", 0, lambda ct, y, a: ct / y),
        Fault("sqrt.input-for-output", 0, lambda ct, y, a: ct / (2 * a)),
    )
    specimens = POSITIVE


class Sin(Op):
    """sin a, with local derivative cos a."""

    name = "sin"
    forward = staticmethod(sin)
    vjp = (lambda ct, y, a: ct * cos(a),)
    jvp = (lambda t, y, a: cos(a) * t,)
    symbolic = (lambda ct, y, a: ct * Apply("cos", (a,)),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=1, backward=2)
    faults = (Fault("sin.sign-added", 0, lambda ct, y, a: -ct * cos(a)),)
    specimens = SIGNED


class Cos(Op):
    """cos a, with local derivative -sin a."""

    name = "cos"
    forward = staticmethod(cos)
    vjp = (lambda ct, y, a: -ct * sin(a),)
    jvp = (lambda t, y, a: -sin(a) * t,)
    symbolic = (lambda ct, y, a: -ct * Apply("sin", (a,)),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=1, backward=2)
    faults = (Fault("cos.sign-lost", 0, lambda ct, y, a: ct * sin(a)),)
    specimens = SIGNED


class Abs(Op):
    """|a|: the upstream gradient with the sign of a; 0 at the kink."""

    name = "abs"
    forward = staticmethod(fabs)
    vjp = (lambda ct, y, a: ct * (a > 0) - ct * (-a > 0),)
    jvp = (lambda t, y, a: (a > 0) * t - (-a > 0) * t,)
    symbolic = (lambda ct, y, a: ct * (a > 0) - ct * (-a > 0),)
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=0, backward=2)
    faults = (Fault("abs.sign-lost", 0, lambda ct, y, a: ct),)
    specimens = SIGNED


class Greater(Op):
    """1 where a > b, else 0: flat, so nothing flows back."""

    name = "greater"
    forward = staticmethod(lambda a, b: (a > b) * 1.0)
    vjp = (lambda ct, y, a, b: ct * 0, lambda ct, y, a, b: ct * 0)
    jvp = (lambda t, y, a, b: t * 0, lambda t, y, a, b: t * 0)
    symbolic = (lambda ct, y, a, b: ct * 0, lambda ct, y, a, b: ct * 0)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault("greater.passed-through", 0, lambda ct, y, a, b: ct),
        Fault("greater.passed-through", 1, lambda ct, y, a, b: -ct),
    )
    specimens = PAIRS
