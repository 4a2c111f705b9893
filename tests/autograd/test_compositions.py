"""Each fused row is the composition that it stands for: value, gradients, tangents, at all its specimens."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import bpdrill.autograd as engine
from bpdrill.autograd import OPS, Node, Tape
from bpdrill.autograd.values import shape_of


def softmax(z: Node, axis: int = -1) -> Node:
    exponentials = engine.exp(z)
    return exponentials / engine.sum(exponentials, axis=axis, keep=True)


def cross_entropy(z: Node, target: Node, mean: float = 0) -> Node:
    rows = np.shape(z.value)[0] if mean and len(shape_of(z.value)) > 1 else 1.0
    return -engine.sum(target * engine.log(softmax(z))) / float(rows)


def binary_cross_entropy(p: Node, target: Node) -> Node:
    return -engine.mean(target * engine.log(p) + (1 - target) * engine.log(1 - p))


def centred(x: Node, axis: int | None) -> Node:
    return x - engine.mean(x, axis=axis, keep=True)


def scaled(x: Node, axis: int, eps: float) -> Node:
    return x / engine.sqrt(engine.mean(x * x, axis=axis, keep=True) + eps)


def variance(a: Node, axis: int | None = None, keep: float = 0, ddof: float = 0) -> Node:
    squares, n = centred(a, axis) ** 2, np.size(a.value) if axis is None else np.shape(a.value)[axis]
    return engine.sum(squares, axis=axis, keep=keep) / float(n - ddof)


def affine(x: Node, W: Node, b: Node) -> Node:
    return (W.T @ x if np.ndim(x.value) == 1 else x @ W) + b


COMPOSED: dict[str, Callable[..., Node]] = {
    "sub": lambda a, b: a + -b,
    "div": lambda a, b: a * b**-1,
    "tanh": lambda a: 2 * engine.sigmoid(2 * a) - 1,
    "sigmoid": lambda a: 1 / (1 + engine.exp(-a)),
    "softplus": lambda a: engine.log(1 + engine.exp(a)),
    "silu": lambda a: a * engine.sigmoid(a),
    "gelu": lambda a: a * (1 + engine.erf(a / math.sqrt(2))) / 2,
    "var": variance,
    "logsumexp": lambda a, *settings: engine.log(engine.sum(engine.exp(a), *settings)),
    "softmax": softmax,
    "log_softmax": lambda z, axis=-1: engine.log(softmax(z, axis)),
    "softmax_ce": cross_entropy,
    "mse": lambda p, target: engine.mean((p - target) * (p - target)),
    "bce": binary_cross_entropy,
    "bce_with_logits": lambda z, target: binary_cross_entropy(engine.sigmoid(z), target),
    "affine": affine,
    "batch_norm": lambda x, gamma, beta, eps=1e-5: scaled(centred(x, 0), 0, eps) * gamma + beta,
    "layer_norm": lambda x, gamma, beta, eps=1e-5: scaled(centred(x, -1), -1, eps) * gamma + beta,
    "rms_norm": lambda x, gamma, eps=1e-6: scaled(x, -1, eps) * gamma,
    "batch_norm_eval": lambda x, gamma, beta, mean, variance, eps=1e-5: (
        (x - mean) / engine.sqrt(variance + eps) * gamma + beta
    ),
}

CASES = [(name, specimen) for name in COMPOSED for specimen in OPS[name].specimens]


def waves(like: Any, start: float) -> Any:
    return np.cos(start + np.arange(np.size(like))).reshape(np.shape(like))


@pytest.mark.parametrize(
    ("name", "specimen"), CASES, ids=lambda given: given if isinstance(given, str) else ""
)
def test_a_fused_row_is_its_composition(name: str, specimen: tuple[Any, ...]) -> None:
    tape, count = Tape(), len(OPS[name].vjp)
    leaves = [tape.leaf(value) for value in specimen[:count]]
    fused = tape.apply(name, *leaves, *specimen[count:])
    composed = COMPOSED[name](*leaves, *specimen[count:])
    assert fused.value == pytest.approx(composed.value, rel=1e-12)

    one, other = (tape.pull_back(root, waves(root.value, 1)) for root in (fused, composed))
    for leaf in leaves:
        assert one.of(leaf) == pytest.approx(other.of(leaf), rel=1e-9, abs=1e-12)

    tangents = {leaf: waves(leaf.value, 5 + place) for place, leaf in enumerate(leaves)}
    pushed, expected = (tape.push_forward(root, tangents) for root in (fused, composed))
    assert pushed == pytest.approx(expected, rel=1e-9, abs=1e-12)
