"""Each function agrees with mpmath or numpy, for floats and arrays alike, also at the edges."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.autograd import elementary
from bpdrill.autograd.values import Value, settled

POINTS = (0.3, 1.0, 2.7, 12.0)

FUNCTIONS: tuple[tuple[Callable[[Value], Value], Callable[[float], float]], ...] = (
    (elementary.exp, mpmath.exp),
    (elementary.log, mpmath.log),
    (elementary.sqrt, mpmath.sqrt),
    (elementary.sin, mpmath.sin),
    (elementary.cos, mpmath.cos),
    (elementary.tanh, mpmath.tanh),
    (elementary.fabs, mpmath.fabs),
    (elementary.relu, lambda x: max(x, 0)),
    (elementary.sigmoid, lambda x: 1 / (1 + mpmath.exp(-x))),
)

PRODUCTS = (
    ("matrix by vector", ((1, 2), (3, 4)), (5, 6), (17, 39)),
    ("matrix by matrix", ((1, 2), (3, 4)), ((5,), (6,)), ((17,), (39,))),
    ("inner", (1, 2), (3, 4), 11.0),
    ("column by row", (1, 2), ((3, 4, 5),), ((3, 4, 5), (6, 8, 10))),
    ("row by column", ((3, 4),), (1, 2), (11,)),
    ("scalar", 2, ((3, 4),), ((6, 8),)),
)


@pytest.mark.parametrize(("function", "exact"), FUNCTIONS)
def test_floats_and_arrays_agree_with_mpmath(
    function: Callable[[Value], Value],
    exact: Callable[[float], float],
) -> None:
    expected = [float(exact(point)) for point in POINTS]
    assert [function(point) for point in POINTS] == pytest.approx(expected, rel=1e-14)
    assert function(np.array(POINTS)) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("x", [-1000.0, -745.0, -40.0, -1e-9, 0.0, 40.0, 1000.0])
def test_sigmoid_keeps_its_digits_far_out(x: float) -> None:
    exact = float(1 / (1 + mpmath.exp(-mpmath.mpf(x))))
    assert elementary.sigmoid(x) == pytest.approx(exact, rel=1e-14)
    assert elementary.sigmoid(np.array([x, x])) == pytest.approx([exact] * 2, rel=1e-14)


@pytest.mark.parametrize(("_says", "a", "b", "product"), PRODUCTS)
def test_products(_says: str, a: float, b: float, product: float) -> None:
    assert np.array_equal(elementary.matmul(settled(a), settled(b)), product)


def test_a_vector_is_a_column_for_everything_but_its_row() -> None:
    with pytest.raises(ValueError, match="matmul"):
        elementary.matmul(np.array([1.0, 2.0]), np.eye(2))


def test_only_up_to_rank_2_is_there_a_transpose() -> None:
    assert elementary.transpose(2.0) == 2.0
    assert np.array_equal(elementary.transpose(np.array([1.0, 2.0])), [[1.0, 2.0]])
    with pytest.raises(ValueError, match="vector or a matrix"):
        elementary.transpose(np.ones((2, 2, 2)))


def test_a_root_of_a_negative_number_is_refused_not_complex() -> None:
    with pytest.raises(ValueError, match="domain"):
        elementary.power(-8.0, 0.5)


@pytest.mark.parametrize("logits", [(1000.0, -1000.0), (-1000.0, -1000.0, -1001.0), (0.0, 0.0)])
def test_softmax_at_extreme_logits(logits: tuple[float, ...]) -> None:
    exact = [mpmath.exp(z - max(logits)) for z in logits]
    shares = [float(e / sum(exact)) for e in exact]
    assert elementary.softmax(np.array(logits)) == pytest.approx(shares, rel=1e-14)


def test_log_softmax_is_finite_where_softmax_is_0() -> None:
    assert elementary.log_softmax(np.array([1000.0, -1000.0])) == pytest.approx([0.0, -2000.0])


batches = st.lists(st.lists(st.floats(-50, 50), min_size=3, max_size=3), min_size=1, max_size=4)


@settings(deadline=None)
@given(batches, st.floats(-9, 9))
def test_softmax_sums_to_1_in_each_row_and_ignores_a_shift(rows: list[list[float]], shift: float) -> None:
    shares = elementary.softmax(np.array(rows))
    assert np.sum(shares, axis=-1) == pytest.approx(1.0)
    assert elementary.softmax(np.array(rows) + shift) == pytest.approx(shares)


def test_the_mean_counts_every_element() -> None:
    assert elementary.mean(np.array([[1.0, 2.0], [3.0, 6.0]])) == 3.0
    assert math.isclose(elementary.inner(np.array([1.0, 2.0]), np.array([3.0, 4.0])), 11.0)
