"""The backward pass recorded: gradients of gradients, by hand and against central differences."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

import bpdrill.autograd as engine
from bpdrill.autograd import Node, Tape, gradient, recorded_gradient

DERIVATIVES: tuple[tuple[Callable[[Node], Node], float, tuple[float, float, float]], ...] = (
    (lambda x: x**3, 2.0, (12, 12, 6)),
    (lambda x: x**3, -2.0, (12, -12, 6)),
    (engine.exp, 0.5, (math.exp(0.5),) * 3),
    (engine.log, 2.0, (0.5, -0.25, 0.25)),
    (engine.sin, 0.3, (math.cos(0.3), -math.sin(0.3), -math.cos(0.3))),
    (lambda x: x * x + 3 * x, 5.0, (13, 2, 0)),
)


@pytest.mark.parametrize(("function", "at", "expected"), DERIVATIVES)
def test_three_derivatives_in_a_row(
    function: Callable[[Node], Node], at: float, expected: tuple[float, ...]
) -> None:
    x = Tape().leaf(at)
    found = function(x)
    for slope in expected:
        (found,) = recorded_gradient(found, [x])
        assert found.value == pytest.approx(slope)


def test_the_first_derivative_is_that_of_the_walk_back() -> None:
    tape = Tape()
    W, b, x = tape.leaf(((0.1, -0.4), (0.7, 0.2))), tape.leaf((0.3, 0.1)), tape.leaf((1.0, -2.0))
    loss = engine.softmax_ce(engine.tanh(W @ x + b), (0.0, 1.0))
    walked = tape.pull_back(loss)
    for node, recorded in zip((W, b, x), recorded_gradient(loss, [W, b, x]), strict=True):
        assert recorded.value == pytest.approx(walked.of(node))


def test_a_hessian_times_a_vector() -> None:
    """Pulled back from <gradient, v>, against central differences of the gradient along v."""
    at, v = np.array([0.3, -0.8, 1.2]), np.array([1.0, 0.5, -2.0])

    def function(x: Node) -> Node:
        return engine.sum(engine.sigmoid(x) * x) * engine.sum(x * x)

    tape = Tape()
    x = tape.leaf(at)
    (slope,) = recorded_gradient(function(x), [x])
    product = tape.pull_back(engine.sum(slope * v)).of(x)
    ahead, behind = (np.asarray(gradient(function, at + step * v)[0]) for step in (1e-5, -1e-5))
    assert product == pytest.approx((ahead - behind) / 2e-5, rel=1e-7)


def test_broadcasting_is_undone_in_the_record_too() -> None:
    tape = Tape()
    b, row, s = tape.leaf((1.0, 2.0)), tape.leaf(((0.5, -1.0),)), tape.leaf(3.0)
    x = np.arange(6.0).reshape(3, 2)
    loss = engine.sum((x * row + b) * (x * row + b) * s)
    walked = tape.pull_back(loss)
    for node, recorded in zip((b, row, s), recorded_gradient(loss, [b, row, s]), strict=True):
        assert np.shape(recorded.value) == np.shape(node.value)
        assert recorded.value == pytest.approx(walked.of(node))


def test_what_does_not_count_has_a_gradient_of_zeros() -> None:
    tape = Tape()
    x, other = tape.leaf(2.0), tape.leaf((1.0, 2.0))
    assert np.array_equal(recorded_gradient(x * x, [other])[0].value, [0, 0])
