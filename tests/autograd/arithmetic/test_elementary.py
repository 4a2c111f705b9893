"""Each function agrees with mpmath or numpy, for floats and arrays alike, also at the edges."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest

from bpdrill.autograd.arithmetic import elementary
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
    (elementary.expm1, mpmath.expm1),
    (elementary.log1p, mpmath.log1p),
    (elementary.erf, mpmath.erf),
    (elementary.nearest, mpmath.nint),
    (elementary.sign, mpmath.sign),
    (elementary.relu, lambda x: max(x, 0)),
    (elementary.softplus, lambda x: mpmath.log(1 + mpmath.exp(x))),
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
    with pytest.raises(ValueError, match="the inner sizes 1 and 2 differ"):
        elementary.matmul(np.array([1.0, 2.0]), np.eye(2))


def test_a_transpose_swaps_the_last_two_axes_and_lays_a_column_down() -> None:
    stack = np.arange(12.0).reshape(2, 3, 2)
    assert elementary.transpose(2.0) == 2.0
    assert np.array_equal(elementary.transpose(np.array([1.0, 2.0])), [[1.0, 2.0]])
    assert np.array_equal(elementary.transpose(stack), [matrix.T for matrix in stack])


MISFITS = (
    ((2, 3), (2, 3), "the inner sizes 3 and 2 differ"),
    ((2, 3), (2,), "the inner sizes 3 and 2 differ"),
    ((3,), (2,), "the inner sizes 3 and 2 differ"),
    ((4, 2, 3), (2, 3), "the inner sizes 3 and 2 differ"),
    ((4, 2, 3), (5, 3, 2), r"the stacks \(4,\) and \(5,\) do not go together"),
)


@pytest.mark.parametrize(("a", "b", "says"), MISFITS)
def test_why_there_is_no_product(a: tuple[int, ...], b: tuple[int, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        elementary.matmul(np.ones(a), np.ones(b))


def test_a_vector_meets_one_matrix_and_no_stack_of_them() -> None:
    vector, stack = np.ones(2), np.ones((3, 2, 2))
    for a, b in ((vector, stack), (stack, vector)):
        with pytest.raises(ValueError, match="not with a stack"):
            elementary.matmul(a, b)


def test_a_root_of_a_negative_number_is_refused_not_complex() -> None:
    with pytest.raises(ValueError, match="domain"):
        elementary.power(-8.0, 0.5)


@pytest.mark.parametrize("x", [-1000.0, -3.5, -0.5, 0.0, 0.5, 1.5, 1e-8, 6e-8, 0.1, 65504.0])
def test_half_rounds_floats_and_arrays_as_16_bits_do(x: float) -> None:
    assert elementary.half(x) == float(np.float16(x))
    assert np.array_equal(elementary.half(np.array([x, -x])), np.array([x, -x], dtype=np.float16))


def test_half_underflows_to_0_and_overflows_to_infinity() -> None:
    assert (elementary.half(2.9e-8), elementary.half(5.9e-8)) == (0.0, 2.0**-24)
    assert (elementary.half(70000.0), elementary.half(-70000.0)) == (math.inf, -math.inf)


def test_inner_products() -> None:
    assert math.isclose(elementary.inner(np.array([1.0, 2.0]), np.array([3.0, 4.0])), 11.0)
    assert elementary.inner(2.0, 3.0) == 6.0
