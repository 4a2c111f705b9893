"""Softmax and its logarithm along an axis, stable at logits of ±1000."""

from __future__ import annotations

from bpdrill.autograd.arithmetic.along import log_softmax, softmax, summed
from bpdrill.autograd.arithmetic.elementary import exp
from bpdrill.autograd.op import Cost, Fault, Op
from bpdrill.model.tree import Apply, Operand, Tree, lift

BATCH = ((0.3, -1.2, 2.0), (1.0, 0.5, -0.4))
LOGITS = ((BATCH[0],), ((1.0, 1.0),), (BATCH,), (BATCH, 0), ((BATCH, BATCH[::-1]), 1))


def sum_along(tree: Tree, axis: Operand = -1) -> Tree:
    """The sums of ``tree`` along ``axis``, which stays with length 1."""
    return Apply("sum", (tree, lift(axis), lift(1)))


class Softmax(Op):
    """e^z_i / Σ e^z_j: every output depends on every logit."""

    name = "softmax"
    forward = staticmethod(softmax)
    vjp = (lambda ct, y, z, axis=-1: y * (ct - summed(ct * y, z, axis, keep=True)),)
    jvp = (lambda t, y, z, axis=-1: y * (t - summed(y * t, z, axis, keep=True)),)
    symbolic = (lambda ct, y, z, axis=-1: y * (ct - sum_along(ct * y, axis)),)
    keeps = ("y",)
    stacks = True
    cost = Cost(forward=2, backward=2)
    faults = (Fault("softmax.diagonal-only", 0, lambda ct, y, z, axis=-1: ct * y * (1 - y)),)
    specimens = LOGITS


class LogSoftmax(Op):
    """z_i - log Σ e^z_j: the upstream gradient, less its sum in the shares of the softmax."""

    name = "log_softmax"
    forward = staticmethod(log_softmax)
    vjp = (lambda ct, y, z, axis=-1: ct - exp(y) * summed(ct, z, axis, keep=True),)
    jvp = (lambda t, y, z, axis=-1: t - summed(exp(y) * t, z, axis, keep=True),)
    symbolic = (lambda ct, y, z, axis=-1: ct - Apply("exp", (y,)) * sum_along(ct, axis),)
    keeps = ("y",)
    stacks = True
    cost = Cost(forward=2, backward=2)
    faults = (
        Fault("log_softmax.sum-constant", 0, lambda ct, y, z, axis=-1: ct),
        Fault("log_softmax.diagonal-only", 0, lambda ct, y, z, axis=-1: ct * (1 - exp(y))),
    )
    specimens = LOGITS
