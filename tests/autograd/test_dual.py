"""Forward mode: by hand, as the adjoint of reverse mode, and against central differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.autograd import Node, Tape, sigmoid, softmax_ce, tanh


def test_one_neuron_by_hand() -> None:
    tape = Tape()
    w, x, b, y = (tape.leaf(value) for value in (2, 3, 1, 8))
    loss = (w * x + b - y) ** 2
    assert [tape.push_forward(loss, {leaf: 1}) for leaf in (w, x, b, y)] == [-6.0, -4.0, -2.0, 2.0]
    assert tape.push_forward(loss, {w: 1, b: 10}) == -26.0


def test_what_stands_still_has_a_tangent_of_zeros() -> None:
    tape = Tape()
    x, other = tape.leaf((1, 2)), tape.leaf(3)
    assert np.array_equal(tape.push_forward(x * 2, {other: 1}), [0, 0])


def test_a_computed_node_may_be_moved_as_if_it_were_an_input() -> None:
    tape = Tape()
    x = tape.leaf(3)
    square = x * x
    assert tape.push_forward(square * 2, {x: 1, square: 1}) == 2.0


def test_a_tangent_takes_the_shape_of_its_node() -> None:
    tape = Tape()
    b, x = tape.leaf(1), tape.leaf((1, 2))
    assert np.array_equal(tape.push_forward(x + b, {b: 1}), [1, 1])
    assert np.array_equal(tape.push_forward(x + b, {x: 2}), [2, 2])


def test_a_missing_derivative_is_refused_by_name() -> None:
    tape = Tape()
    x = tape.leaf(0)
    with pytest.raises(ValueError, match="s: sqrt has no derivative by argument 0 here"):
        tape.push_forward(tape.apply("sqrt", x, name="s"), {x: 1})


def network(tape: Tape) -> tuple[list[Node], Node]:
    """Two layers and a loss: matrices, vectors, broadcasting and fan-out."""
    shapes = ((4, 3), (4,), (2, 4), (2,), (3,))
    leaves = [tape.leaf(np.sin(np.arange(1.0, 1.0 + np.prod(shape))).reshape(shape)) for shape in shapes]
    W1, b1, W2, b2, x = leaves
    h = tanh(W1 @ x + b1) + sigmoid(b1)
    return leaves, softmax_ce(W2 @ h + b2 + b2 * b2, (0.3, 0.7))


numbers = st.lists(st.floats(-2, 2), min_size=29, max_size=29)


@settings(deadline=None, max_examples=50)
@given(numbers)
def test_the_two_modes_are_adjoint(draws: list[float]) -> None:
    tape = Tape()
    leaves, loss = network(tape)
    ends = np.cumsum([np.size(leaf.value) for leaf in leaves])
    parts = np.split(np.array(draws), ends[:-1])
    tangents = {leaf: part.reshape(np.shape(leaf.value)) for leaf, part in zip(leaves, parts, strict=True)}
    found = tape.pull_back(loss)
    pulled = sum(float(np.sum(found.of(leaf) * tangent)) for leaf, tangent in tangents.items())
    assert tape.push_forward(loss, dict(tangents)) == pytest.approx(pulled)


def test_a_tangent_is_the_slope_of_a_central_difference() -> None:
    tape = Tape()
    leaves, loss = network(tape)

    def loss_at(step: float) -> float:
        moved = Tape()
        W1, b1, W2, b2, x = (moved.leaf(leaf.value + step) for leaf in leaves)
        h = tanh(W1 @ x + b1) + sigmoid(b1)
        return float(softmax_ce(W2 @ h + b2 + b2 * b2, (0.3, 0.7)).value)

    slope = (loss_at(1e-5) - loss_at(-1e-5)) / 2e-5
    assert tape.push_forward(loss, dict.fromkeys(leaves, 1.0)) == pytest.approx(slope, rel=1e-8)
