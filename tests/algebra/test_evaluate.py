"""Trees to values, and what has none."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest

from bpdrill.algebra.evaluate import evaluate, finite, value_at
from bpdrill.algebra.program import run
from bpdrill.model.tree import Apply, Line, Symbol, Tree
from bpdrill.notation import Reading, read, read_array

NAMES = {"x": (), "u": ("n",), "v": ("n",), "A": ("m", "n")}
AT = {
    "x": 2.0,
    "u": np.array([1.0, -2.0]),
    "v": np.array([3.0, 4.0]),
    "A": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
}

VALUES: dict[str, Any] = {
    "3x^2 - 1": 11.0,
    "1/4": 0.25,
    "sigmoid(0)": 0.25**0.5,
    "exp(x)": exp(2),
    "(x > 1) + (x > 3)": 1.0,
    "relu(-x)": 0.0,
    "u^T v": -5.0,
    "A u": [-3.0, -5.0, -7.0],
    "A^T A u": [-53.0, -68.0],
    "u v^T": [[3.0, 4.0], [-6.0, -8.0]],
    "u * v": [3.0, -8.0],
    "sum(u * v)": -5.0,
    "relu(u)": [1.0, 0.0],
    "[x, x^2]": [2.0, 4.0],
    "[[x, 0], [1, x]] u": [2.0, -3.0],
    "sum(A, axis=0)": [9.0, 12.0],
    "A.mean(axis=1)": [1.5, 3.5, 5.5],
    "A - A.mean(axis=1, keepdims=True)": [[-0.5, 0.5], [-0.5, 0.5], [-0.5, 0.5]],
    "A + u": [[2.0, 0.0], [4.0, 2.0], [6.0, 4.0]],
    "trace(u v^T)": -5.0,
    "diag(u) v": [3.0, -8.0],
    "norm(v)": 5.0,
    "softplus(0*x)": 0.6931471805599453,
    "\\sum_{i=1}^{3} x^i": 14.0,
}
NO_VALUE = ["1/0", "log(-x)", "log(0)", "sqrt(-1)", "9^9^9", "exp(1000)"]


def tree(text: str) -> Tree:
    reading = read(text, NAMES)
    assert isinstance(reading, Reading), reading
    return reading.tree


@pytest.mark.parametrize(("text", "value"), VALUES.items())
def test_a_tree_has_the_value_it_says(text: str, value: Any) -> None:
    assert np.allclose(evaluate(tree(text), AT), value)


@pytest.mark.parametrize("text", NO_VALUE)
def test_no_finite_value_is_none(text: str) -> None:
    assert value_at(tree(text), AT) is None


def test_arrays_warn_of_nothing_and_are_none_if_a_cell_is_lost() -> None:
    assert value_at(Apply("log", (Symbol("u"),)), AT) is None


def test_numbers_in_rows_are_an_array() -> None:
    reading = read_array("[[1, 2*3], [1/2, -4]]", (2, 2))
    assert isinstance(reading, Reading)
    assert evaluate(reading.tree, {}).tolist() == [[1.0, 6.0], [0.5, -4.0]]


def test_a_name_without_a_value_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError):
        evaluate(Symbol("nobody"), {})


def test_finite_looks_at_every_cell() -> None:
    assert finite(1.0)
    assert finite(np.array([1.0, 2.0]))
    assert not finite(float("inf"))
    assert not finite(np.array([1.0, np.nan]))


SHAPED = [("(a^T W)^T + b", (3,)), ("a^T W b", ()), ("a^T", (1, 2)), ("a a^T", (2, 2)), ("(W b)^T W", (1, 3))]


@pytest.mark.parametrize(("text", "shape"), SHAPED)
def test_a_value_has_the_shape_that_its_tree_has(text: str, shape: tuple[int, ...]) -> None:
    """A column of one column is a vector, and one entry a number."""
    values = {"a": np.array([1.0, 2.0]), "W": np.arange(6.0).reshape(2, 3), "b": np.array([1.0, -1.0, 2.0])}
    reading = read(text, {"a": (2,), "W": (2, 3), "b": (3,)})
    assert isinstance(reading, Reading), reading
    assert getattr(evaluate(reading.tree, values), "shape", ()) == shape == reading.shape
    program = (Line("y", reading.tree),)
    assert run(program, values).nodes["y"].shape == shape
