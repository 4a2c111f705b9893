"""A node beside Python's and numpy's own words: what goes by its value, and what is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import bpdrill.autograd as engine
from bpdrill.autograd import Given, Node, Tape, recorded_gradient, value_and_gradient

BRANCHES: tuple[tuple[Callable[..., Any], float, float], ...] = (
    # a function that looks at values, where it is taken, its slope
    (lambda x: x * 1.0 if x > 0 else x * 0.0, -2.0, 0.0),
    (lambda x: x * 1.0 if x > 0 else x * 0.0, 2.0, 1.0),
    (lambda x: x * 1.0 if x < 0 else x * 3.0, 2.0, 3.0),
    (lambda x: max(x * x, x * 3), 2.0, 3.0),
    (lambda x: min(x * x, x * 3), 2.0, 4.0),
    (lambda x: abs(x) * 2, -2.0, -2.0),
    (lambda x: sum(sorted((x * 3, x * x, x))[:2], start=x), 2.0, 6.0),
)


@pytest.mark.parametrize(("function", "at", "slope"), BRANCHES)
def test_branches_go_by_values(function: Callable[..., Node], at: float, slope: float) -> None:
    assert value_and_gradient(function, at)[1] == (slope,)
    tape = Tape()
    x = tape.leaf(at)
    assert tape.pull_back(function(x)).of(x) == slope


def test_rows_of_a_node() -> None:
    tape = Tape()
    table = tape.leaf(((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)))
    assert (len(table), table.shape, tape.leaf(2.0).shape) == (3, (3, 2), ())
    first, *_, last = table
    found = tape.pull_back(engine.sum(first * last + table[1]))
    assert np.array_equal(found.of(table), [[5, 6], [1, 1], [1, 2]])


NOTHING: Any = None

REFUSED: tuple[tuple[Callable[[Any], Any], type[Exception], str], ...] = (
    (bool, ValueError, r"is an array.*where\(condition, a, b\)"),
    (np.mean, TypeError, "numpy's mean knows no nodes"),
    (lambda v: np.dot(np.ones(3), v), TypeError, "numpy's dot knows no nodes"),
    (np.asarray, TypeError, r"is a node: write \w+\.value"),
    (np.ones(3).dot, TypeError, r"is a node: write \w+\.value"),
    (lambda v: v[3], ValueError, "index"),
    (lambda v: v + "3", ValueError, "a value is a number or an array of numbers, not '3'"),
    (lambda v: v + NOTHING, ValueError, "not a NoneType"),
    (lambda v: v * [v, v, v], ValueError, r"is a node: write \w+\.value"),
    (lambda v: v + np.array(["a"]), ValueError, "not a ndarray"),
    (lambda v: v * (1 + 2j), ValueError, "not a complex"),
    (lambda v: engine.tanh(v, v), TypeError, "tanh"),
    (lambda v: engine.sum(v, axis=(0, 1)), ValueError, "sum"),
    (lambda v: engine.concatenate(v, v, v), ValueError, "concatenate"),
    (lambda v: engine.leaky_relu(v, v), ValueError, "takes a plain value there"),
    (lambda _: len(Tape().leaf(2.0)), TypeError, "is one number and has no rows"),
)


@pytest.mark.parametrize(("use", "error", "says"), REFUSED)
@pytest.mark.parametrize("tape", [Tape, lambda: Tape(lean=True)])
def test_what_is_refused_is_refused_in_words(
    use: Callable[[Any], Any], error: type[Exception], says: str, tape: Callable[[], Tape]
) -> None:
    v = tape().leaf((1.0, 2.0, 3.0), "v")
    with pytest.raises(error, match=says):
        use(v)


GIVEN: tuple[Given, ...] = (
    np.array([[1, 2], [3, 4]]),
    [[1, 2], [3, 4]],
    np.array([[1, 2], [3, 4]], dtype=np.float32),
    np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]),
    np.array([[3.0, 4.0], [1.0, 2.0]])[::-1],
    np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]]),
)


@pytest.mark.parametrize("given", GIVEN)
def test_matrices_of_any_kind_are_numbers_entry_by_entry(given: Given) -> None:
    value, (gradient,) = value_and_gradient(lambda p: engine.sum(p * p), given)
    assert value == 30.0
    assert np.array_equal(gradient, [[2, 4], [6, 8]])


def test_walks_are_refused_where_there_is_no_trace() -> None:
    tape = Tape(lean=True)
    x = tape.leaf(3.0)
    for walk in (tape.pull_back, lambda root: recorded_gradient(root, [x])):
        with pytest.raises(ValueError, match="A lean tape keeps no trace"):
            walk(x * x)


def test_nodes_of_another_tape_are_refused_wherever_they_are_named() -> None:
    tape = Tape()
    x, other = tape.leaf(2.0), Tape().leaf(7.0)
    y = x * x
    for use in (
        lambda: tape.push_forward(y, {other: 1.0}),
        lambda: recorded_gradient(y, [other]),
        lambda: tape.pull_back(y, clamped={other: 1.0}),
        lambda: tape.pull_back(y, dropped=[(other, 0)]),
        lambda: value_and_gradient(lambda _: y, 2.0),
    ):
        with pytest.raises(ValueError, match="another tape"):
            use()


def test_a_place_that_is_no_edge_is_refused() -> None:
    tape = Tape()
    y = tape.leaf(2.0) * 3.0
    with pytest.raises(ValueError, match="mul1 has no edge to an argument 1"):
        tape.pull_back(y, dropped=[(y, 1)])
