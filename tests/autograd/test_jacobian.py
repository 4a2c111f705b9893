"""The same matrix by either mode, at the price each mode asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pytest

import bpdrill.autograd as engine
from bpdrill.autograd import Node, exp, gradient, jacobian, jacobian_matrix, sin
from bpdrill.autograd.jacobian import Mode

Function = Callable[[list[Node]], Sequence[Node | float]]

CASES: tuple[tuple[str, Function, tuple[float, ...], tuple[tuple[float, ...], ...]], ...] = (
    ("product and sum", lambda x: [x[0] * x[1], x[0] + x[1]], (2, 3), ((3, 2), (1, 1))),
    ("R^3 -> R", lambda x: [x[0] * x[1] * x[2]], (2, 3, 4), ((12, 8, 6),)),
    ("R -> R^3", lambda x: [x[0] ** 2, exp(x[0] * 0), sin(x[0] * 0)], (3,), ((6,), (0,), (0,))),
    ("a constant and an input", lambda x: [5.0, x[1]], (2, 3), ((0, 0), (0, 1))),
    ("no input", lambda _: [5.0, 6.0], (), ((), ())),
)


@pytest.mark.parametrize(("_says", "function", "inputs", "matrix"), CASES)
def test_both_modes_give_the_matrix(
    _says: str,
    function: Function,
    inputs: tuple[float, ...],
    matrix: tuple[tuple[float, ...], ...],
) -> None:
    assert jacobian(function, inputs, mode="forward").matrix == matrix
    assert jacobian(function, inputs, mode="reverse").matrix == matrix


COUNTS: tuple[tuple[int, int, Literal["forward", "reverse"], int], ...] = (
    (5, 1, "forward", 5),
    (5, 1, "reverse", 1),
    (1, 7, "forward", 1),
    (1, 7, "reverse", 7),
)


@pytest.mark.parametrize(("n", "m", "mode", "sweeps"), COUNTS)
def test_forward_sweeps_once_per_input_and_reverse_once_per_output(
    n: int,
    m: int,
    mode: Literal["forward", "reverse"],
    sweeps: int,
) -> None:
    calls = []

    def function(x: list[Node]) -> list[Node]:
        calls.append(x)
        return [sum(x, start=x[0]) * i for i in range(m)]

    found = jacobian(function, [1.0] * n, mode)
    assert (found.sweeps, found.evaluations) == (sweeps, len(calls))


A = np.cos(np.arange(12.0)).reshape(4, 3)
X = np.array([0.3, -1.2, 0.8])
SQUARE = np.array([[0.3, -1.2], [0.8, 0.5]])

ARRAYS: tuple[tuple[Callable[[Node], Node], Any], ...] = (
    (lambda x: engine.tanh(A @ x), X),
    (lambda x: engine.sum(engine.tanh(A @ x) * (A @ x)), X),
    (lambda x: x * 2 + x * x, 0.7),
    (lambda x: engine.sigmoid(X * x + 1) * x, 0.7),
    (lambda x: engine.sigmoid(X * x + 1) * x, np.array([0.7])),
    (lambda x: engine.softmax(x) * 2, X),
    (lambda x: engine.outer(x, engine.exp(x)), X),
    (lambda x: x @ x.T + engine.relu(x), SQUARE),
    (lambda x: engine.exp(x) + X * 0 + 1, np.array([[0.5], [1.5]])),
    (lambda x: x.tape.leaf(X) * 1.0, X),
)


@pytest.mark.parametrize(("function", "at"), ARRAYS)
def test_the_jacobian_of_arrays_is_the_same_by_both_modes_and_by_differences(
    function: Callable[[Node], Node], at: Any
) -> None:
    def value(x: Any) -> Any:
        return np.asarray(function(engine.Tape().leaf(x)).value)

    forward, reverse = (np.asarray(jacobian_matrix(function, at, mode)) for mode in ("forward", "reverse"))
    flat = np.ravel(at)
    moves = [
        (step * np.eye(flat.size)[i]).reshape(np.shape(at)) for i in range(flat.size) for step in (1e-5,)
    ]
    columns = [(value(at + move) - value(at - move)) / 2e-5 for move in moves]
    measured = np.stack(columns, axis=-1).reshape(forward.shape)
    assert np.allclose(forward, reverse, rtol=1e-12, atol=1e-14)
    assert np.allclose(forward, measured, rtol=1e-7, atol=1e-9)


def test_the_jacobian_of_a_scalar_is_its_gradient() -> None:
    def loss(x: Node) -> Node:
        return engine.sum(engine.tanh(A @ x))

    assert np.allclose(jacobian_matrix(loss, X, "forward"), gradient(loss, X)[0])


def test_a_column_laid_down_and_summed_up_again_in_both_modes() -> None:
    at, ones = np.array([1.0, 2.0, 3.0]), np.ones((3, 1))
    for mode in get_args(Mode):
        assert np.array_equal(jacobian_matrix(lambda x: x.T @ ones, at, mode), np.ones((1, 1, 3)))


def test_a_mode_that_there_is_not_is_told() -> None:
    with pytest.raises(ValueError, match="The modes are forward and reverse, not 'backward'"):
        jacobian_matrix(lambda x: x, np.ones(2), "backward")  # type: ignore[arg-type]
