"""Losses, each fused with the step before it where that is what keeps it stable, at logits of ±1000.

Prediction and target must have one shape: a target that broadcasts is a slip, never a wish.
"""

from __future__ import annotations

from typing import Any

from bpdrill.autograd.arithmetic.along import count, largest, log_softmax, opened, softmax, summed
from bpdrill.autograd.arithmetic.elementary import exp, inner, log, sigmoid, softplus, total
from bpdrill.autograd.op import Cost, Fault, Op, inputs
from bpdrill.autograd.ops.reduction import count_tree, several
from bpdrill.autograd.ops.softmax import BATCH, sum_along
from bpdrill.autograd.values import Value, shape_of
from bpdrill.model.tree import Apply, Operand, Tree, lift

LOGITS = (0.3, -1.2, 2.0)
TARGETS = ((0.0, 1.0, 0.0), (0.2, 0.5, 0.3))
PROBABILITIES = ((0.7, 0.2, 0.75), (0.4, 0.6, 0.1))
PREDICTIONS = ((0.3, 0.8), (LOGITS, TARGETS[0]), (BATCH, TARGETS))


def alike(prediction: Value, target: Value) -> None:
    """Raises ValueError unless prediction and target have one shape."""
    if shape_of(prediction) != shape_of(target):
        raise ValueError(
            f"prediction {shape_of(prediction)} and target {shape_of(target)} must have one shape",
        )


def rows(z: Any, mean: float) -> float:
    """What a loss is divided by: with ``mean`` the number of rows (a vector is one row), else 1."""
    return z.size / z.shape[-1] if mean else 1.0


def rows_tree(z: Tree, mean: Operand) -> Tree:
    """``rows``, as a tree."""
    extra = count_tree(z) / count_tree(z, lift(-1)) - 1
    return 1 + mean * extra if isinstance(mean, Tree) else lift(1)


def softmax_ce(z: Any, target: Any, mean: float = 0) -> tuple[Value, tuple[Value, ...]]:
    """-Σ target · log softmax(z), and the softmax, which the backward pass needs again.

    Raises ValueError for a single number, which has nothing to be compared with.
    """
    alike(z, target)
    if shape_of(z) == ():
        raise ValueError("one logit alone has a softmax of 1 whatever it is: take a vector, or rows of them")
    shifted = z - z.max(axis=-1, keepdims=True)
    exponentials: Any = exp(shifted)
    sums = exponentials.sum(axis=-1, keepdims=True)
    exponentials /= sums
    return inner(target, log(sums) - shifted) / rows(z, mean), (exponentials,)


def residual(z: Any, target: Any, kept: tuple[Value, ...] | None = None) -> Value:
    """Softmax minus target, p - y; for a target that does not sum to 1, p Σy - y."""
    p = softmax(z) if kept is None else kept[0]
    difference: Value = p * target.sum(axis=-1, keepdims=True)
    difference -= target
    return difference


def mse(p: Value, target: Value) -> float:
    """The mean of (p - t)²."""
    alike(p, target)
    difference = p - target
    return inner(difference, difference) / count(p)


def bce_with_logits(z: Value, target: Value) -> float:
    """The mean of -t log σ(z) - (1 - t) log(1 - σ(z)), which is softplus(z) - t z."""
    alike(z, target)
    return (total(softplus(z)) - inner(target, z)) / count(z)


def bce(p: Value, target: Value) -> float:
    """The mean of -t log p - (1 - t) log(1 - p); raises ValueError unless all p lie between 0 and 1."""
    alike(p, target)
    if not (smallest(p) > 0 and largest(p) < 1):
        raise ValueError(
            "probabilities lie between 0 and 1, both excluded; for logits there is bce_with_logits"
        )
    return -inner(target, log(p)) / count(p) - inner(1 - target, log(1 - p)) / count(p)


def smallest(a: Value) -> Value:
    """The smallest element."""
    return -largest(-a)


class SoftmaxCE(Op):
    """Cross-entropy of y against p = softmax(z), summed over rows or their mean: the gradient is p - y."""

    name = "softmax_ce"
    forward = staticmethod(lambda z, target, mean=False: softmax_ce(z, target, mean)[0])
    remember = staticmethod(softmax_ce)
    vjp = (
        lambda ct, y, z, target, mean=False, kept=None: (
            opened(ct / rows(z, mean), z) * residual(z, target, kept)
        ),
        lambda ct, y, z, target, mean=False, kept=None: opened(-ct / rows(z, mean), z) * log_softmax(z),
    )
    jvp = (
        lambda t, y, z, target, mean=False: summed(residual(z, target) * t, z) / rows(z, mean),
        lambda t, y, z, target, mean=False: -summed(log_softmax(z) * t, z) / rows(z, mean),
    )
    symbolic = (
        lambda ct, y, z, target, mean=False: (
            ct * (Apply("softmax", (z,)) * sum_along(target) - target) / rows_tree(z, mean)
        ),
        lambda ct, y, z, target, mean=False: -ct * Apply("log_softmax", (z,)) / rows_tree(z, mean),
    )
    keeps = ("z", "target")
    stacks = True
    cost = Cost(forward=2, backward=6, per=inputs)
    faults = (
        Fault(
            "softmax_ce.reversed",
            0,
            lambda ct, y, z, target, mean=False: -ct * residual(z, target) / rows(z, mean),
        ),
        Fault(
            "softmax_ce.target-lost",
            0,
            lambda ct, y, z, target, mean=False: ct * softmax(z) / rows(z, mean),
        ),
        Fault(
            "softmax_ce.derivative-twice",
            0,
            lambda ct, y, z, target, mean=False: (
                ct * residual(z, target) * softmax(z) * (1 - softmax(z)) / rows(z, mean)
            ),
        ),
        Fault(
            "softmax_ce.mean-lost",
            0,
            lambda ct, y, z, target, mean=False: ct * residual(z, target),
            where="where the loss is the mean over more than one row",
        ),
        Fault(
            "softmax_ce.mean-twice",
            0,
            lambda ct, y, z, target, mean=False: ct * residual(z, target) / rows(z, mean) ** 2,
            where="where the loss is the mean over more than one row",
        ),
    )
    specimens = (
        (LOGITS, TARGETS[0]),
        (LOGITS, TARGETS[1]),
        (LOGITS, (1.0, 0.4, 0.1)),
        (BATCH, TARGETS),
        (BATCH, TARGETS, True),
    )


class MSE(Op):
    """The mean of (prediction - target)² over all n elements: the gradient is 2 (prediction - target) / n."""

    name = "mse"
    forward = staticmethod(mse)
    vjp = (
        lambda ct, y, p, target: opened(ct * (2 / count(p)), p) * (p - target),
        lambda ct, y, p, target: opened(ct * (2 / count(p)), p) * (target - p),
    )
    jvp = (
        lambda t, y, p, target: summed((p - target) * t, p) * (2 / count(p)),
        lambda t, y, p, target: summed((target - p) * t, p) * (2 / count(p)),
    )
    symbolic = (
        lambda ct, y, p, target: ct * 2 * (p - target) / count_tree(p),
        lambda ct, y, p, target: ct * 2 * (target - p) / count_tree(p),
    )
    keeps = ("p", "target")
    stacks = True
    cost = Cost(forward=1, backward=2, per=inputs)
    faults = (
        Fault("mse.factor-2-lost", 0, lambda ct, y, p, target: ct * (p - target) / count(p)),
        Fault(
            "mse.count-lost",
            0,
            lambda ct, y, p, target: several(ct, p) * 2 * (p - target),
            where="where there is more than one element",
        ),
        Fault("mse.reversed", 0, lambda ct, y, p, target: ct * 2 * (target - p) / count(p)),
    )
    specimens = PREDICTIONS


class BCEWithLogits(Op):
    """The mean of n binary cross-entropies of y against p = sigmoid(z): the gradient is (p - y) / n."""

    name = "bce_with_logits"
    forward = staticmethod(bce_with_logits)
    vjp = (
        lambda ct, y, z, target: opened(ct / count(z), z) * (sigmoid(z) - target),
        lambda ct, y, z, target: opened(-ct / count(z), z) * z,
    )
    jvp = (
        lambda t, y, z, target: summed((sigmoid(z) - target) * t, z) / count(z),
        lambda t, y, z, target: -summed(z * t, z) / count(z),
    )
    symbolic = (
        lambda ct, y, z, target: ct * (Apply("sigmoid", (z,)) - target) / count_tree(z),
        lambda ct, y, z, target: -ct * z / count_tree(z),
    )
    keeps = ("z", "target")
    stacks = True
    cost = Cost(forward=4, backward=4, per=inputs)
    faults = (
        Fault("bce_with_logits.reversed", 0, lambda ct, y, z, target: ct * (target - sigmoid(z)) / count(z)),
        Fault("bce_with_logits.sigmoid-lost", 0, lambda ct, y, z, target: ct * (z - target) / count(z)),
        Fault(
            "bce_with_logits.derivative-twice",
            0,
            lambda ct, y, z, target: ct * (sigmoid(z) - target) * sigmoid(z) * (1 - sigmoid(z)) / count(z),
        ),
        Fault(
            "bce_with_logits.count-lost",
            0,
            lambda ct, y, z, target: several(ct, z) * (sigmoid(z) - target),
            where="where there is more than one element",
        ),
    )
    specimens = PREDICTIONS


class BCE(Op):
    """The mean of n binary cross-entropies of y against p: the gradient is (p - y) / (p (1 - p)) / n."""

    name = "bce"
    forward = staticmethod(bce)
    vjp = (
        lambda ct, y, p, target: opened(ct / count(p), p) * (p - target) / (p * (1 - p)),
        lambda ct, y, p, target: opened(ct / count(p), p) * (log(1 - p) - log(p)),
    )
    jvp = (
        lambda t, y, p, target: summed((p - target) / (p * (1 - p)) * t, p) / count(p),
        lambda t, y, p, target: summed((log(1 - p) - log(p)) * t, p) / count(p),
    )
    symbolic = (
        lambda ct, y, p, target: ct * (p - target) / (p * (1 - p)) / count_tree(p),
        lambda ct, y, p, target: ct * (Apply("log", (1 - p,)) - Apply("log", (p,))) / count_tree(p),
    )
    keeps = ("p", "target")
    stacks = True
    cost = Cost(forward=4, backward=6, per=inputs)
    faults = (
        Fault("bce.reversed", 0, lambda ct, y, p, target: ct * (target - p) / (p * (1 - p)) / count(p)),
        Fault("bce.denominator-lost", 0, lambda ct, y, p, target: ct * (p - target) / count(p)),
        Fault("bce.second-term-lost", 0, lambda ct, y, p, target: -ct * target / p / count(p)),
        Fault(
            "bce.count-lost",
            0,
            lambda ct, y, p, target: several(ct, p) * (p - target) / (p * (1 - p)),
            where="where there is more than one element",
        ),
    )
    specimens = ((0.3, 0.8), (PROBABILITIES[0], TARGETS[0]), (PROBABILITIES, TARGETS))
