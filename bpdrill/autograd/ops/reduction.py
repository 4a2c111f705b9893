"""Ops that make fewer numbers of many: along one ``axis``, or of the whole array without one.

With ``keep`` the axis stays, with length 1.
"""

from __future__ import annotations

import math

from bpdrill.autograd.arithmetic.along import count, largest, logsumexp, opened, spread_over, summed
from bpdrill.autograd.arithmetic.elementary import exp
from bpdrill.autograd.op import Cost, Fault, Op, inputs
from bpdrill.autograd.values import Value
from bpdrill.model.tree import Apply, Operand, Tree

VECTOR = (0.5, -2.0, 0.1)
TALL = ((1.0, 2.0), (-0.7, 0.4), (0.3, -1.1))
DEEP = (((1.0, -0.4), (0.6, 0.2)), ((-1.5, 0.9), (0.3, 2.2)))

REDUCED = ((0.7,), (VECTOR,), (TALL,), (TALL, 0), (TALL, -1), (TALL, 1, True), (DEEP, 1), (VECTOR, 0))
"""Arguments, axis and keep: whole arrays, and one axis of several."""


def mean(x: Value, a: Value, axis: float | None = None, keep: float = 0) -> Value:
    """Means of ``x`` along the axes of ``a``."""
    return summed(x, a, axis, keep) / count(a, axis)


def shares(y: Value, a: Value, axis: float | None, keep: float) -> Value:
    """1 at the largest element and 0 elsewhere; 1/n at each of n that tie."""
    ties = (a == opened(y, a, axis, keep)) * 1.0
    return ties / summed(ties, a, axis, keep=True)


def deviation(a: Value, axis: float | None) -> Value:
    """Each element less the mean."""
    return a - mean(a, a, axis, keep=True)


def freedom(a: Value, axis: float | None, ddof: float) -> float:
    """What a variance divides by: n - ddof. Raises ValueError unless it is positive."""
    left = count(a, axis) - ddof
    if left <= 0:
        raise ValueError(f"a variance with ddof {ddof:g} needs at least {ddof + 1:g} elements along its axis")
    return left


def variance(a: Value, axis: float | None = None, keep: float = 0, ddof: float = 0) -> Value:
    """The squared deviations, summed, over n - ddof."""
    return summed(deviation(a, axis) ** 2, a, axis, keep) / freedom(a, axis, ddof)


def several(ct: Value, a: Value, axis: float | None = None) -> Value:
    """``ct`` where a result is made of several elements; NaN elsewhere, so no answer can equal it."""
    return ct if count(a, axis) > 1 else ct * math.nan


def with_settings(op: str, *given: Operand | None) -> Apply:
    """``op`` of its arguments and of the settings that are trees: a default is left out."""
    return Apply(op, tuple(each for each in given if isinstance(each, Tree)))


def count_tree(a: Tree, axis: Operand | None = None) -> Tree:
    """``count``, as a tree."""
    return with_settings("count", a, axis)


def spread_tree(reduced: Tree, a: Tree, axis: Operand | None, keep: Operand) -> Tree:
    """``spread_over``, as a tree: where there is one number to repeat, broadcasting does it."""
    return with_settings("spread_over", reduced, a, axis, keep) if isinstance(axis, Tree) else reduced + 0 * a


def shares_tree(ct: Tree, y: Tree, a: Tree, axis: Operand | None, keep: Operand) -> Tree:
    """What max sends back, as a tree: an element is a largest one unless y is larger."""
    ties = 1 - (spread_tree(y, a, axis, keep) > a)
    return spread_tree(ct / with_settings("sum", ties, axis, keep), a, axis, keep) * ties


class Sum(Op):
    """The sum of all elements: each gets the upstream gradient whole."""

    name = "sum"
    forward = staticmethod(lambda a, axis=None, keep=False: summed(a, a, axis, keep))
    vjp = (lambda ct, y, a, axis=None, keep=False: spread_over(ct, a, axis, keep),)
    jvp = (lambda t, y, a, axis=None, keep=False: summed(t, a, axis, keep),)
    symbolic = (lambda ct, y, a, axis=None, keep=False: spread_tree(ct, a, axis, keep),)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0, per=inputs)
    faults = (
        Fault(
            "sum.shared-out",
            0,
            lambda ct, y, a, axis=None, keep=False: spread_over(
                several(ct, a, axis) / count(a, axis),
                a,
                axis,
                keep,
            ),
            where="where the sum has more than one term",
        ),
    )
    specimens = REDUCED


class Mean(Op):
    """The sum of n elements over n: each gets 1/n of the upstream gradient."""

    name = "mean"
    forward = staticmethod(lambda a, axis=None, keep=False: mean(a, a, axis, keep))
    vjp = (lambda ct, y, a, axis=None, keep=False: spread_over(ct / count(a, axis), a, axis, keep),)
    jvp = (lambda t, y, a, axis=None, keep=False: mean(t, a, axis, keep),)
    symbolic = (lambda ct, y, a, axis=None, keep=False: spread_tree(ct / count_tree(a, axis), a, axis, keep),)
    keeps = ()
    stacks = True
    cost = Cost(forward=1, backward=1)
    faults = (
        Fault(
            "mean.count-lost",
            0,
            lambda ct, y, a, axis=None, keep=False: spread_over(several(ct, a, axis), a, axis, keep),
            where="where the mean is over more than one element",
        ),
    )
    specimens = REDUCED


class Max(Op):
    """The largest element: it gets the whole upstream gradient, all others 0; n that tie get 1/n each."""

    name = "max"
    forward = staticmethod(largest)
    vjp = (lambda ct, y, a, axis=None, keep=False: opened(ct, a, axis, keep) * shares(y, a, axis, keep),)
    jvp = (lambda t, y, a, axis=None, keep=False: summed(t * shares(y, a, axis, keep), a, axis, keep),)
    symbolic = (lambda ct, y, a, axis=None, keep=False: shares_tree(ct, y, a, axis, keep),)
    keeps = ("y", "a")
    stacks = True
    cost = Cost(forward=0, backward=1, per=inputs)
    faults = (
        Fault(
            "max.gradient-to-all",
            0,
            lambda ct, y, a, axis=None, keep=False: spread_over(several(ct, a, axis), a, axis, keep),
            where="where there is more than one element to choose from",
        ),
    )
    specimens = REDUCED


class Var(Op):
    """The mean squared deviation: 2 (a - mean) / n of the upstream gradient each; n - ddof in place of n.

    The mean moves with every element, but nothing flows through it: the deviations sum to 0.
    """

    name = "var"
    forward = staticmethod(variance)
    vjp = (
        lambda ct, y, a, axis=None, keep=False, ddof=0: (
            opened(ct, a, axis, keep) * (2 / freedom(a, axis, ddof)) * deviation(a, axis)
        ),
    )
    jvp = (
        lambda t, y, a, axis=None, keep=False, ddof=0: (
            summed(t * deviation(a, axis), a, axis, keep) * (2 / freedom(a, axis, ddof))
        ),
    )
    symbolic = (
        lambda ct, y, a, axis=None, keep=False, ddof=0: (
            spread_tree(ct * 2 / (count_tree(a, axis) - ddof), a, axis, keep)
            * (a - spread_tree(with_settings("mean", a, axis, keep), a, axis, keep))
        ),
    )
    keeps = ("a",)
    stacks = True
    cost = Cost(forward=1, backward=2, per=inputs)
    faults = (
        Fault(
            "var.factor-2-lost",
            0,
            lambda ct, y, a, axis=None, keep=False, ddof=0: (
                opened(ct, a, axis, keep) * deviation(a, axis) / freedom(a, axis, ddof)
            ),
        ),
        Fault(
            "var.count-lost",
            0,
            lambda ct, y, a, axis=None, keep=False, ddof=0: (
                opened(several(ct, a, axis), a, axis, keep) * 2 * deviation(a, axis)
            ),
            where="where the variance divides by more than 1",
        ),
        Fault(
            "var.mean-not-subtracted",
            0,
            lambda ct, y, a, axis=None, keep=False, ddof=0: (
                opened(ct, a, axis, keep) * 2 * a / freedom(a, axis, ddof)
            ),
            where="where the mean is not 0",
        ),
    )
    specimens = (*REDUCED, (TALL, 0, False, 1), (VECTOR, -1, True, 1))


class LogSumExp(Op):
    """log Σ e^a, a smooth maximum: its gradient is the softmax of a."""

    name = "logsumexp"
    forward = staticmethod(logsumexp)
    vjp = (
        lambda ct, y, a, axis=None, keep=False: opened(ct, a, axis, keep) * exp(a - opened(y, a, axis, keep)),
    )
    jvp = (
        lambda t, y, a, axis=None, keep=False: summed(t * exp(a - opened(y, a, axis, keep)), a, axis, keep),
    )
    symbolic = (
        lambda ct, y, a, axis=None, keep=False: (
            spread_tree(ct, a, axis, keep) * Apply("exp", (a - spread_tree(y, a, axis, keep),))
        ),
    )
    keeps = ("y", "a")
    stacks = True
    cost = Cost(forward=1, backward=2, per=inputs)
    faults = (
        Fault(
            "logsumexp.sum-lost",
            0,
            lambda ct, y, a, axis=None, keep=False: opened(ct, a, axis, keep) * exp(a),
        ),
        Fault(
            "logsumexp.gradient-to-all",
            0,
            lambda ct, y, a, axis=None, keep=False: spread_over(several(ct, a, axis), a, axis, keep),
            where="where there is more than one element",
        ),
    )
    specimens = REDUCED


class SpreadOver(Op):
    """What a sum sends back: a value repeated to the shape of a, whose own numbers do not matter."""

    name = "spread_over"
    forward = staticmethod(spread_over)
    vjp = (
        lambda ct, y, reduced, a, axis=None, keep=False: summed(ct, a, axis, keep),
        lambda ct, y, reduced, a, axis=None, keep=False: ct * 0,
    )
    jvp = (
        lambda t, y, reduced, a, axis=None, keep=False: spread_over(t, a, axis, keep),
        lambda t, y, reduced, a, axis=None, keep=False: t * 0,
    )
    symbolic = (
        lambda ct, y, reduced, a, axis=None, keep=False: with_settings("sum", ct, axis, keep),
        lambda ct, y, reduced, a, axis=None, keep=False: ct * 0,
    )
    keeps = ()
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault(
            "spread_over.averaged",
            0,
            lambda ct, y, reduced, a, axis=None, keep=False: mean(several(ct, a, axis), a, axis, keep),
            where="where a value was repeated",
        ),
    )
    specimens = (
        (0.7, 1.2),
        (0.7, TALL),
        ((0.7, -1.2), TALL, 0),
        (((0.7,), (-1.2,), (0.4,)), TALL, -1, True),
    )


class Count(Op):
    """How many elements go into one result: no element's value changes that, so nothing flows back."""

    name = "count"
    forward = staticmethod(count)
    vjp = (lambda ct, y, a, axis=None: spread_over(ct * 0, a),)
    jvp = (lambda t, y, a, axis=None: summed(t * 0, a),)
    symbolic = (lambda ct, y, a, axis=None: 0 * ct + 0 * a,)
    keeps = ()
    stacks = True
    cost = Cost(forward=0, backward=0)
    faults = (Fault("count.passed-through", 0, lambda ct, y, a, axis=None: spread_over(ct, a)),)
    specimens = ((0.7,), (TALL,), (TALL, 0), (DEEP, -1))
