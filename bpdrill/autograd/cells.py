"""Cells of recurrent networks, and attention: functions of nodes, each a few rows of the engine.

All is in the row layout, as ``affine`` has it: an input x is one example (n,) or a batch (B, n), a
state is (h,) or (B, h), and weights multiply from the right. All but the state, or the weights that
it meets, may be plain numbers.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from bpdrill.autograd.node import Node, Operand, function_of
from bpdrill.autograd.ops.activation import Sigmoid, Tanh
from bpdrill.autograd.ops.affine import Affine
from bpdrill.autograd.ops.gate import Where
from bpdrill.autograd.ops.softmax import Softmax
from bpdrill.autograd.values import Given, Value, settled, shape_of

affine = function_of(Affine)
sigmoid = function_of(Sigmoid)
softmax = function_of(Softmax)
tanh = function_of(Tanh)
where = function_of(Where)

HIDDEN = -1e30
"""The score of what is masked: e to it is 0, and unlike -∞ it stays a number when something is taken off."""


class Weights(NamedTuple):
    """Of one gate: Wx (n, h) for the input, Wh (h, h) for the state, and the bias b (h,)."""

    Wx: Operand
    Wh: Operand
    b: Operand


class LSTM(NamedTuple):
    """The weights of an LSTM, one set for each gate and one for the candidate of the cell state."""

    input: Weights
    forget: Weights
    output: Weights
    candidate: Weights


class GRU(NamedTuple):
    """The weights of a GRU, one set for each gate and one for the candidate of the state."""

    reset: Weights
    update: Weights
    candidate: Weights


def mixed(x: Operand, h: Operand, weights: Weights) -> Node:
    """What each gate begins with, x Wx + h Wh + b."""
    return affine(x, weights.Wx, affine(h, weights.Wh, weights.b))


def rnn_cell(x: Operand, h: Operand, Wx: Operand, Wh: Operand, b: Operand) -> Node:
    """The next state, tanh(x Wx + h Wh + b), of a plain recurrent network."""
    return tanh(mixed(x, h, Weights(Wx, Wh, b)))


def lstm_cell(x: Operand, h: Operand, c: Operand, weights: LSTM) -> tuple[Node, Node]:
    """The next state and cell state: c' = f ⊙ c + i ⊙ g and h' = o ⊙ tanh(c').

    The gates i, f and o are sigmoids, the candidate g is a tanh, each of x Wx + h Wh + b.
    """
    i, f, o = (sigmoid(mixed(x, h, gate)) for gate in (weights.input, weights.forget, weights.output))
    g = tanh(mixed(x, h, weights.candidate))
    cell = f * c + i * g
    return o * tanh(cell), cell


def gru_cell(x: Operand, h: Operand, weights: GRU) -> Node:
    """The next state, z ⊙ h + (1 - z) ⊙ n: what the update gate z keeps of h, and the candidate n.

    The reset gate r is applied before the product: n = tanh(x Wx + (r ⊙ h) Wh + b).
    """
    r, z = (sigmoid(mixed(x, h, gate)) for gate in (weights.reset, weights.update))
    n = tanh(mixed(x, r * h, weights.candidate))
    return z * h + (1 - z) * n


def attention(Q: Node, K: Node, V: Node, mask: Given | None = None) -> Node:
    """Scaled dot-product attention, softmax(Q Kᵀ / √d) V, for one query (d,) or rows of them (n, d).

    K is (m, d) and V is (m, v). ``mask`` is 1 where a query may look and 0 where not, one
    number for each score. Raises ValueError for a mask of another shape, and if it leaves
    a query nothing to look at.
    """
    scores = affine(Q, K.T, 0.0) / math.sqrt(shape_of(K.value)[-1])
    shown = scores if mask is None else where(_checked(mask, scores), scores, HIDDEN)
    return affine(softmax(shown), V, 0.0)


def _checked(mask: Given, scores: Node) -> Value:
    shape, own = shape_of(scores.value), settled(mask)
    if shape_of(own) != shape:
        raise ValueError(f"a mask {shape_of(own)} must have one number for each score {shape}")
    import numpy as np

    if not np.any(own, axis=-1).all():
        raise ValueError("the mask leaves a query nothing to look at: each needs one 1 at least")
    return own
