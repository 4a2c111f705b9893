"""Softmax, and softmax with cross-entropy fused: along the last axis, stable at logits of ±1000.

The symbolic rules are those of one vector; the others serve a batch of rows as well.
"""

from __future__ import annotations

from bpdrill.autograd.elementary import along_last, inner, log_softmax, softmax
from bpdrill.autograd.op import Cost, Fault, Op, inputs
from bpdrill.autograd.values import Value, shape_of
from bpdrill.model.tree import Apply, Tree

LOGITS = (0.3, -1.2, 2.0)


def total_of(tree: Tree) -> Tree:
    """The sum of all elements of ``tree``."""
    return Apply("sum", (tree,))


def softmax_of(logits: Tree) -> Tree:
    """The softmax of ``logits``."""
    return Apply("softmax", (logits,))


def softmax_ce(z: Value, target: Value) -> float:
    """-Σ target · log softmax(z); raises ValueError unless the shapes are equal."""
    if shape_of(z) != shape_of(target):
        raise ValueError(f"logits {shape_of(z)} and target {shape_of(target)} must have one shape")
    return -inner(target, log_softmax(z))


def residual(z: Value, target: Value) -> Value:
    """Softmax minus target, p - y; for a target that does not sum to 1, p Σy - y."""
    return softmax(z) * along_last(target) - target


class Softmax(Op):
    """e^z_i / Σ e^z_j: every output depends on every logit."""

    name = "softmax"
    forward = staticmethod(softmax)
    vjp = (lambda ct, y, z: y * (ct - along_last(ct * y)),)
    jvp = (lambda t, y, z: y * (t - along_last(y * t)),)
    symbolic = (lambda ct, y, z: y * (ct - total_of(ct * y)),)
    keeps = ("y",)
    cost = Cost(forward=2, backward=2)
    faults = (Fault("softmax.diagonal-only", 0, lambda ct, y, z: ct * y * (1 - y)),)
    specimens = ((LOGITS,), ((1.0, 1.0),))


class SoftmaxCE(Op):
    """Cross-entropy of a target against softmax(z): the gradient of the logits is p - y."""

    name = "softmax_ce"
    forward = staticmethod(softmax_ce)
    vjp = (
        lambda ct, y, z, target: ct * residual(z, target),
        lambda ct, y, z, target: -ct * log_softmax(z),
    )
    jvp = (
        lambda t, y, z, target: inner(residual(z, target), t),
        lambda t, y, z, target: -inner(log_softmax(z), t),
    )
    symbolic = (
        lambda ct, y, z, target: ct * (softmax_of(z) * total_of(target) - target),
        lambda ct, y, z, target: -ct * Apply("log", (softmax_of(z),)),
    )
    keeps = ("z", "target")
    cost = Cost(forward=2, backward=6, per=inputs)
    faults = (
        Fault("softmax_ce.reversed", 0, lambda ct, y, z, target: -ct * residual(z, target)),
        Fault("softmax_ce.target-lost", 0, lambda ct, y, z, target: ct * softmax(z)),
        Fault(
            "softmax_ce.derivative-twice",
            0,
            lambda ct, y, z, target: ct * residual(z, target) * softmax(z) * (1 - softmax(z)),
        ),
    )
    specimens = ((LOGITS, (0.0, 1.0, 0.0)), (LOGITS, (0.2, 0.5, 0.3)), (LOGITS, (1.0, 0.4, 0.1)))
