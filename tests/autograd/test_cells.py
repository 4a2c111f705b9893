"""Cells and attention, for one example and for a batch: against another engine, and against plain loops."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, make_vjp

from bpdrill.autograd import (
    GRU,
    LSTM,
    Node,
    Tape,
    Weights,
    attention,
    gru_cell,
    lstm_cell,
    recorded_gradient,
    rnn_cell,
    value_and_gradient,
)
from bpdrill.autograd import sum as sum_of

GATE = ((3, 2), (2, 2), (2,))
"""Shapes of Wx, Wh and b: three numbers in, a state of two."""


def numbers(shapes: Sequence[tuple[int, ...]], seed: int = 0) -> list[Any]:
    random = np.random.default_rng(seed)
    return [random.normal(size=shape) for shape in shapes]


def by_gate(flat: Sequence[Any]) -> list[Weights]:
    return [Weights(*flat[at : at + 3]) for at in range(0, len(flat), 3)]


def oracle_sigmoid(z: Any) -> Any:
    return 1 / (1 + anp.exp(-z))


def oracle_mixed(x: Any, h: Any, weights: Weights) -> Any:
    return anp.dot(x, weights.Wx) + anp.dot(h, weights.Wh) + weights.b


def oracle_rnn(x: Any, h: Any, *flat: Any) -> Any:
    return anp.tanh(oracle_mixed(x, h, Weights(*flat)))


def oracle_lstm(part: int) -> Callable[..., Any]:
    def oracle(x: Any, h: Any, c: Any, *flat: Any) -> Any:
        i, f, o, g = (oracle_mixed(x, h, gate) for gate in by_gate(flat))
        cell = oracle_sigmoid(f) * c + oracle_sigmoid(i) * anp.tanh(g)
        return (oracle_sigmoid(o) * anp.tanh(cell), cell + 0 * o)[part]

    return oracle


def oracle_gru(x: Any, h: Any, *flat: Any) -> Any:
    reset, update, candidate = by_gate(flat)
    r, z = (oracle_sigmoid(oracle_mixed(x, h, gate)) for gate in (reset, update))
    return z * h + (1 - z) * anp.tanh(oracle_mixed(x, r * h, candidate))


def oracle_attention(Q: Any, K: Any, V: Any) -> Any:
    shares = anp.exp(anp.dot(Q, K.T) / math.sqrt(3))
    return anp.dot(shares / anp.sum(shares, axis=-1, keepdims=True), V)


def lstm(part: int) -> Callable[..., Node]:
    return lambda x, h, c, *flat: lstm_cell(x, h, c, LSTM(*by_gate(flat)))[part]


def gru(x: Node, h: Node, *flat: Node) -> Node:
    return gru_cell(x, h, GRU(*by_gate(flat)))


FUNCTIONS: dict[str, tuple[Callable[..., Node], Callable[..., Any], int, tuple[tuple[int, ...], ...]]] = {
    # ours, the oracle, how many of the arguments have a row for each example, shapes for one example
    "rnn": (rnn_cell, oracle_rnn, 2, ((3,), (2,), *GATE)),
    "lstm, h": (lstm(0), oracle_lstm(0), 3, ((3,), (2,), (2,), *GATE * 4)),
    "lstm, c": (lstm(1), oracle_lstm(1), 3, ((3,), (2,), (2,), *GATE * 4)),
    "gru": (gru, oracle_gru, 2, ((3,), (2,), *GATE * 3)),
    "attention": (attention, oracle_attention, 1, ((3,), (5, 3), (5, 2))),
}


def arguments(name: str, lead: tuple[int, ...]) -> list[Any]:
    _, _, rows, shapes = FUNCTIONS[name]
    return numbers([(*lead, *shape) if place < rows else shape for place, shape in enumerate(shapes)])


@pytest.mark.parametrize("lead", [(), (4,)], ids=["one", "batch"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_gradients_are_those_of_another_engine(name: str, lead: tuple[int, ...]) -> None:
    function, oracle, *_ = FUNCTIONS[name]
    given = arguments(name, lead)
    tape = Tape()
    leaves = [tape.leaf(value) for value in given]
    root = function(*leaves)
    upstream = np.cos(np.arange(np.size(root.value))).reshape(np.shape(root.value))
    found, recorded = tape.pull_back(root, upstream), recorded_gradient(root, leaves, upstream)
    for place, leaf in enumerate(leaves):
        vjp, value = make_vjp(oracle, place)(*given)
        assert root.value == pytest.approx(value)
        assert found.of(leaf) == pytest.approx(vjp(upstream))
        assert recorded[place].value == pytest.approx(vjp(upstream))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples_of_a_batch_know_nothing_of_each_other(name: str) -> None:
    function, _, rows, _ = FUNCTIONS[name]
    given, tape = arguments(name, (4,)), Tape()
    together = np.asarray(function(*map(tape.leaf, given)).value)
    for place, row in enumerate(together):
        alone = function(*(tape.leaf(value[place] if at < rows else value) for at, value in enumerate(given)))
        assert alone.value == pytest.approx(row)


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def looped(x: Any, h: Any, weights: Weights, unit: int) -> float:
    Wx, Wh, b = map(np.asarray, weights)
    inputs = sum(x[i] * Wx[i, unit] for i in range(3))
    return float(inputs + sum(h[j] * Wh[j, unit] for j in range(2)) + b[unit])


@pytest.mark.parametrize("unit", [0, 1])
def test_an_lstm_unit_by_unit(unit: int) -> None:
    x, h, c, *flat = numbers(FUNCTIONS["lstm, h"][3], seed=2)
    weights, tape = LSTM(*by_gate(flat)), Tape()
    state, cell = lstm_cell(x, tape.leaf(h), c, weights)
    kept = logistic(looped(x, h, weights.forget, unit)) * c[unit]
    added = logistic(looped(x, h, weights.input, unit)) * math.tanh(looped(x, h, weights.candidate, unit))
    shown = logistic(looped(x, h, weights.output, unit)) * math.tanh(kept + added)
    assert np.asarray(cell.value)[unit] == pytest.approx(kept + added)
    assert np.asarray(state.value)[unit] == pytest.approx(shown)


@pytest.mark.parametrize("unit", [0, 1])
def test_a_gru_unit_by_unit(unit: int) -> None:
    x, h, *flat = numbers(FUNCTIONS["gru"][3], seed=2)
    weights, tape = GRU(*by_gate(flat)), Tape()
    state = gru_cell(x, tape.leaf(h), weights)
    seen = [logistic(looped(x, h, weights.reset, j)) * h[j] for j in range(2)]
    z = logistic(looped(x, h, weights.update, unit))
    new = math.tanh(looped(x, seen, weights.candidate, unit))
    assert np.asarray(state.value)[unit] == pytest.approx(z * h[unit] + (1 - z) * new)


def test_shared_weights_collect_the_gradient_of_every_step() -> None:
    flat, inputs = numbers(GATE), numbers([(4, 3)] * 3, seed=1)
    start = np.full((4, 2), 0.5)

    def unrolled(cell: Callable[..., Any], add: Callable[..., Any]) -> Callable[..., Any]:
        def loss(*weights: Any) -> Any:
            h: Any = start
            for x in inputs:
                h = cell(x, h, *weights)
            return add(h * h)

        return loss

    loss, gradients = value_and_gradient(unrolled(rnn_cell, sum_of), *flat)
    oracle = unrolled(oracle_rnn, anp.sum)
    assert loss == pytest.approx(oracle(*flat))
    for place, gradient in enumerate(gradients):
        assert gradient == pytest.approx(grad(oracle, place)(*flat))


OPEN, SHUT = (Weights(np.zeros((3, 2)), np.zeros((2, 2)), np.full(2, bias)) for bias in (40.0, -40.0))


def test_an_open_forget_gate_carries_the_gradient_through_a_hundred_steps() -> None:
    tape = Tape()
    first = tape.leaf((0.3, -2.0))
    h, c = tape.leaf((0.0, 0.0)), first
    for _ in range(100):
        h, c = lstm_cell((0.0, 0.0, 0.0), h, c, LSTM(SHUT, OPEN, SHUT, OPEN))
    assert c.value == pytest.approx(np.array([0.3, -2.0]))
    assert tape.pull_back(c, (1, 1)).of(first) == pytest.approx(np.ones(2))


def test_attention_that_sees_no_difference_is_a_mean_of_what_it_may_look_at() -> None:
    tape = Tape()
    Q, K, V = tape.leaf(np.zeros((3, 2))), tape.leaf(np.zeros((3, 2))), tape.leaf(((3, 0), (0, 6), (9, 9)))
    causal = np.tril(np.ones((3, 3)))
    assert np.array_equal(attention(Q, K, V).value, [[4, 5]] * 3)
    seen = attention(Q, K, V, causal)
    assert seen.value == pytest.approx(np.array([[3, 0], [1.5, 3], [4, 5]]))
    found = tape.pull_back(seen, ((6, 6), (0, 0), (0, 0)))
    assert np.array_equal(found.of(V), [[6, 6], [0, 0], [0, 0]])


def test_what_is_masked_changes_nothing_and_gets_nothing() -> None:
    query, keys, values = numbers([(3,), (4, 3), (4, 2)])
    tape = Tape()
    Q, K, V = map(tape.leaf, (query, keys, values))
    masked = attention(Q, K, V, (True, True, False, True))
    fewer = attention(Q, tape.leaf(keys[[0, 1, 3]]), tape.leaf(values[[0, 1, 3]]))
    assert masked.value == pytest.approx(fewer.value)
    found = tape.pull_back(masked, (1, -2))
    assert found.of(Q) == pytest.approx(tape.pull_back(fewer, (1, -2)).of(Q))
    assert np.array_equal(np.asarray(found.of(K))[2], [0, 0, 0])
    assert np.array_equal(np.asarray(found.of(V))[2], [0, 0])


REFUSED = (
    ((1, 1), r"a mask \(2,\) must have one number for each score \(2, 3\)"),
    (((1, 0, 1), (0, 0, 0)), "leaves a query nothing to look at"),
)


@pytest.mark.parametrize(("mask", "says"), REFUSED)
def test_masks_that_cannot_be(mask: Any, says: str) -> None:
    tape = Tape()
    Q, K, V = (tape.leaf(value) for value in numbers([(2, 4), (3, 4), (3, 2)]))
    with pytest.raises(ValueError, match=says):
        attention(Q, K, V, mask)


def test_where_no_number_is_a_node_there_is_no_tape_to_write_on() -> None:
    with pytest.raises(ValueError, match="affine needs a node among its arguments"):
        rnn_cell((1.0,), (0.0,), ((1.0,),), ((1.0,),), 0.0)
