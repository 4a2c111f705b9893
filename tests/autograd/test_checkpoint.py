"""Checkpointing: the same gradients, with the memory and the second runs that arithmetic says."""

from __future__ import annotations

import numpy as np
import pytest

import bpdrill.autograd as engine
from bpdrill.autograd import Node, Segment, checkpointed, value_and_gradient

LAYERS, BATCH, WIDTH = 16, 4, 8
LAYER_BYTES = 8 * BATCH * WIDTH

draw = np.random.default_rng(1)
WEIGHTS = [draw.normal(size=(WIDTH, WIDTH)) / 2 for _ in range(LAYERS)]
X = draw.normal(size=(BATCH, WIDTH))


def layer(x: Node, W: Node) -> Node:
    return engine.sigmoid(x @ W)


def last(x: Node, W: Node) -> Node:
    return engine.sum(layer(x, W))


CHAIN = [*(Segment(layer, (W,)) for W in WEIGHTS[:-1]), Segment(last, (WEIGHTS[-1],))]


def whole(x: Node, *weights: Node) -> Node:
    for W in weights[:-1]:
        x = layer(x, W)
    return last(x, weights[-1])


@pytest.mark.parametrize("every", [1, 2, 3, 4, 5, 7, 8, 15, 16, 40])
def test_the_gradients_are_those_of_the_whole(every: int) -> None:
    value, (by_x, *by_weights) = value_and_gradient(whole, X, *WEIGHTS)
    found = checkpointed(CHAIN, X, every)
    assert found.value == value
    assert np.allclose(found.gradient, by_x, rtol=1e-12)
    for (mine,), theirs in zip(found.parameters, by_weights, strict=True):
        assert np.allclose(mine, theirs, rtol=1e-12)


# every, layers held at the peak (kept inputs and the outputs of one group), layers run again
COSTS = ((1, 17, 15), (2, 10, 14), (4, 8, 12), (8, 10, 8), (16, 17, 0), (40, 17, 0))


@pytest.mark.parametrize(("every", "held", "again"), COSTS)
def test_memory_and_second_runs(every: int, held: int, again: int) -> None:
    found = checkpointed(CHAIN, X, every)
    assert (found.peak_bytes, found.recomputed) == (held * LAYER_BYTES, again)


def test_scalars_take_no_arrays() -> None:
    found = checkpointed([Segment(lambda x, a: x * a, (3.0,)), Segment(lambda x: x * x)], 2.0, 1)
    assert (found.value, found.gradient, found.parameters, found.recomputed) == (36.0, 36.0, ((24.0,), ()), 1)


@pytest.mark.parametrize(("segments", "every"), [(CHAIN, 0), ([], 1)])
def test_nothing_to_do_is_refused(segments: list[Segment], every: int) -> None:
    with pytest.raises(ValueError, match="at least one segment"):
        checkpointed(segments, X, every)


def test_the_chain_must_end_in_a_scalar() -> None:
    with pytest.raises(ValueError, match="only a scalar has a gradient"):
        checkpointed(CHAIN[:2], X, 1)
