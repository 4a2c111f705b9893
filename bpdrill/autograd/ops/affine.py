"""The linear part of a layer as one node, in the row layout: each row of x is an example.

x is one example (n,) or a batch (B, n), W is (n, m) and b is (m,), or has the result's shape:
so two layers may meet in one sum, affine(x, Wx, affine(h, Wh, b)). A vector is a row here, where
``matmul`` takes it for a column: what is W @ x there is affine with the transpose of W.
"""

from __future__ import annotations

import math
from math import prod
from typing import Any

from bpdrill.autograd.arithmetic.elementary import transpose
from bpdrill.autograd.op import Cost, Fault, Op
from bpdrill.autograd.ops.elementwise import BATCHED, averaged, stretched
from bpdrill.autograd.ops.linear import SQUARE, TALL, WIDE, matrix
from bpdrill.autograd.values import Value, described, shape_of
from bpdrill.model.tree import Apply, lift


def affine(x: Any, W: Any, b: Value) -> Value:
    """The product x @ W, plus b.

    Raises ValueError, with the shapes, where they do not fit.
    """
    examples(x)
    if len(shape_of(W)) != 2:
        raise ValueError(f"W must be a matrix (n, m), not {described(W)}")
    n, m = W.shape
    if x.shape[-1] != n:
        raise ValueError(
            f"x of shape {x.shape} needs a W with {x.shape[-1]} rows, not one of shape {W.shape}"
        )
    y: Value = x @ W
    if shape_of(b) not in {(), (m,), shape_of(y)}:
        raise ValueError(f"W of shape {W.shape} needs a b of shape ({m},), not {shape_of(b)}")
    y += b
    return y


def examples(x: Value) -> int:
    """How many x holds; raises ValueError unless it is one example (n,) or a batch (B, n)."""
    shape = shape_of(x)
    if len(shape) not in {1, 2}:
        raise ValueError(f"x must be one example (n,) or a batch (B, n), not {described(x)}")
    return shape[0] if len(shape) == 2 else 1


def in_a_batch(ct: Any, x: Value) -> Any:
    """``ct`` where x holds several examples; NaN for a single one, so no answer can equal it."""
    return ct if examples(x) > 1 else ct * math.nan


def weights(x: Any, upstream: Any) -> Value:
    """xᵀ @ upstream, which sums over the examples; for a single one each number of x times each upstream."""
    gradient: Value = x[:, None] * upstream[..., None, :] if x.ndim == 1 else x.T @ upstream
    return gradient


def fitting_weights(x: Any, upstream: Any) -> Value:
    """``weights``; raises ValueError unless both hold the same examples."""
    if examples(x) != examples(upstream):
        raise ValueError(
            f"x {x.shape} and the upstream gradient {upstream.shape} must hold the same examples"
        )
    return weights(x, upstream)


class Affine(Op):
    """x @ W + b: x gets ct @ Wᵀ, W gets xᵀ @ ct, and b, which each example uses, the sum of ct."""

    name = "affine"
    forward = staticmethod(affine)
    vjp = (
        lambda ct, y, x, W, b: ct @ W.T,
        lambda ct, y, x, W, b: weights(x, ct),
        lambda ct, y, x, W, b: ct,
    )
    jvp = (
        lambda t, y, x, W, b: t @ W,
        lambda t, y, x, W, b: x @ t,
        lambda t, y, x, W, b: t,
    )
    symbolic = (
        lambda ct, y, x, W, b: Apply("affine", (ct, W.T, lift(0))),
        lambda ct, y, x, W, b: Apply("affine_weights", (x, ct)),
        lambda ct, y, x, W, b: ct,
    )
    keeps = ("x", "W")
    stacks = True
    cost = Cost(forward=1, backward=2, per=lambda y, x, W, b: prod(y) * W[0])
    faults = (
        Fault("affine.transpose-missing", 0, lambda ct, y, x, W, b: ct @ W),
        Fault("affine.transpose-missing", 1, lambda ct, y, x, W, b: matrix(x) @ ct),
        Fault(
            "affine.swapped", 0, lambda ct, y, x, W, b: W @ transpose(matrix(ct)), where="where x is a batch"
        ),
        Fault("affine.swapped", 1, lambda ct, y, x, W, b: weights(ct, x)),
        Fault(
            "affine.batch-not-summed", 2, lambda ct, y, x, W, b: stretched(ct, y, b), BATCHED, summed=False
        ),
        Fault(
            "affine.batch-averaged",
            1,
            lambda ct, y, x, W, b: weights(x, in_a_batch(ct, x)) / examples(x),
            where="where x is a batch of more than one example",
        ),
        Fault("affine.batch-averaged", 2, lambda ct, y, x, W, b: averaged(ct, y, b), BATCHED),
    )
    specimens = (
        (TALL, WIDE, (0.5, -2.0, 0.1)),
        (SQUARE, SQUARE[::-1], (0.5, -2.0)),
        (SQUARE[0], WIDE, (0.5, -2.0, 0.1)),
        (SQUARE[0], SQUARE, 0.7),
        (SQUARE, WIDE, WIDE),
    )


class AffineWeights(Op):
    """What affine sends back to W, xᵀ @ upstream: linear in both, and each gets affine's other half."""

    name = "affine_weights"
    forward = staticmethod(fitting_weights)
    vjp = (
        lambda ct, y, x, upstream: upstream @ ct.T,
        lambda ct, y, x, upstream: x @ ct,
    )
    jvp = (
        lambda t, y, x, upstream: weights(t, upstream),
        lambda t, y, x, upstream: weights(x, t),
    )
    symbolic = (
        lambda ct, y, x, upstream: Apply("affine", (upstream, ct.T, lift(0))),
        lambda ct, y, x, upstream: Apply("affine", (x, ct, lift(0))),
    )
    keeps = ("x", "upstream")
    cost = Cost(forward=1, backward=2, per=lambda y, x, upstream: prod(x) * upstream[-1])
    faults = (
        Fault("affine_weights.transpose-missing", 0, lambda ct, y, x, upstream: upstream @ ct),
        Fault("affine_weights.transpose-added", 1, lambda ct, y, x, upstream: x @ ct.T),
    )
    specimens = (
        (TALL, ((0.4, -1.3, 2.1), (0.6, 0.2, -0.8), (1.1, -0.5, 0.9))),
        (SQUARE, SQUARE[::-1]),
        (SQUARE[0], (0.5, -2.0, 0.1)),
    )
