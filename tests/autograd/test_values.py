"""Floats stay floats, arrays stay untouched, and broadcasting can be undone."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bpdrill.autograd.values import (
    Given,
    Shape,
    is_finite,
    settled,
    shape_of,
    size_of,
    spread,
    stacked_sum_to,
    sum_to,
    zeros,
)

SCALARS: tuple[tuple[Given, float], ...] = (
    (3, 3.0),
    (2.5, 2.5),
    (True, 1.0),
    (Fraction(1, 4), 0.25),
    (np.float64(1.5), 1.5),
    (np.array(7), 7.0),
)

SUMS: tuple[tuple[Shape, Shape], ...] = (
    ((3,), ()),
    ((2, 3), ()),
    ((2, 3), (3,)),
    ((2, 3), (2, 1)),
    ((2, 3), (1, 3)),
    ((4, 2, 3), (2, 1)),
    ((2, 3), (2, 3)),
)

MISFITS: tuple[tuple[Shape, Shape], ...] = (
    ((2, 2), (4,)),
    ((2, 3), (2,)),
    ((3,), (2, 3)),
    ((3,), (1, 1)),
    ((), (2,)),
    ((3, 2), (2, 3)),
)


def array(shape: Shape) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.arange(1.0, 1.0 + np.prod(shape, dtype=int)).reshape(shape)


@pytest.mark.parametrize(("given", "expected"), SCALARS)
def test_what_has_rank_0_becomes_a_float(given: Given, expected: float) -> None:
    assert type(settled(given)) is float
    assert settled(given) == expected


def test_minus_zero_becomes_zero() -> None:
    assert str(settled(-0.0)) == "0.0"
    assert str(settled((-0.0, 1.0))) == "[0. 1.]"


def test_an_array_is_copied_and_locked() -> None:
    given = np.array([1, 2])
    own = settled(given)
    given[0] = 9
    assert np.array_equal(own, [1.0, 2.0])
    assert isinstance(own, np.ndarray)
    assert own.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        own[0] = 5.0


@pytest.mark.parametrize(("large", "small"), SUMS)
def test_summing_is_the_adjoint_of_spreading(large: Shape, small: Shape) -> None:
    cotangent, tangent = settled(array(large)), settled(array(small))
    spread_out = np.sum(cotangent * spread(tangent, large))
    assert np.sum(sum_to(cotangent, small) * tangent) == pytest.approx(spread_out)
    assert shape_of(sum_to(cotangent, small)) == small


@pytest.mark.parametrize("shape", [(3, 1), (1, 3)])
def test_a_column_or_a_row_may_stand_for_a_vector(shape: Shape) -> None:
    assert np.array_equal(sum_to(array(shape), (3,)), [1.0, 2.0, 3.0])


@pytest.mark.parametrize(("shape", "target"), MISFITS)
def test_what_cannot_come_from_broadcasting_is_refused(shape: Shape, target: Shape) -> None:
    with pytest.raises(ValueError, match="has the shape of its variable"):
        sum_to(settled(array(shape)), target)


@pytest.mark.parametrize(("shape", "target"), [*MISFITS, ((3, 2), (2, 3))])
def test_no_stack_of_them_is_fitted_either(shape: Shape, target: Shape) -> None:
    with pytest.raises(ValueError, match="has the shape of its variable"):
        stacked_sum_to(np.ones((4, *shape)), target)


@pytest.mark.parametrize(("large", "small"), SUMS)
def test_each_of_a_stack_is_summed_as_it_is_alone(large: Shape, small: Shape) -> None:
    stack = np.stack([array(large), 2 * array(large)])
    alone: Any = [sum_to(settled(one), small) for one in stack]
    assert np.array_equal(stacked_sum_to(stack, small), alone)


@pytest.mark.parametrize(("shape", "size"), [((), 1), ((4,), 4), ((2, 3), 6)])
def test_zeros_have_their_shape_and_size(shape: Shape, size: int) -> None:
    assert (shape_of(zeros(shape)), size_of(zeros(shape))) == (shape, size)
    assert not np.any(zeros(shape))


@pytest.mark.parametrize("value", [float("inf"), float("nan"), np.array([1.0, -np.inf])])
def test_infinities_and_nan_are_not_finite(value: float) -> None:
    assert not is_finite(value)
    assert is_finite(0.0)
