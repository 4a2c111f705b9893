"""Reductions along an axis agree with numpy and mpmath, for floats, arrays and stacks of them."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.autograd.arithmetic import along

DEEP = np.arange(24.0).reshape(2, 3, 4) - 11

AXES = ((None, False), (0, False), (1.0, False), (-1, False), (0, True), (1, 1.0), (-1.0, True))


@pytest.mark.parametrize(("axis", "keep"), AXES)
def test_sums_and_largest_elements_are_those_of_numpy(axis: float | None, keep: float) -> None:
    over, kept = None if axis is None else int(axis), bool(keep)
    assert np.array_equal(along.summed(DEEP, DEEP, axis, keep), DEEP.sum(axis=over, keepdims=kept))
    assert np.array_equal(along.largest(DEEP, axis, keep), DEEP.max(axis=over, keepdims=kept))
    assert along.count(DEEP, axis) == DEEP.size / DEEP.sum(axis=over).size


@pytest.mark.parametrize(("axis", "keep"), AXES)
def test_what_was_summed_spreads_back_for_a_stack_as_for_one(axis: float | None, keep: float) -> None:
    stack = np.stack([DEEP, DEEP**2])
    sums = along.summed(stack, DEEP, axis, keep)
    for sent, each in zip(np.asarray(along.spread_over(sums, DEEP, axis, keep)), stack, strict=True):
        own = along.summed(each, DEEP, axis, keep)
        assert np.array_equal(sent, along.spread_over(own, DEEP, axis, keep))
        assert np.shape(sent) == DEEP.shape


def test_a_float_is_its_own_reduction_and_no_result_is_a_numpy_scalar() -> None:
    assert along.summed(0.7, 0.7) == along.largest(0.7) == along.logsumexp(0.7) == 0.7
    vector = np.array([1.0, 2.0])
    found = (along.summed(vector, vector), along.largest(vector), along.logsumexp(vector))
    assert [type(each) for each in found] == [float] * 3


@pytest.mark.parametrize("axis", [3, -4, 0.5])
def test_an_axis_that_is_not_there_is_named(axis: float) -> None:
    with pytest.raises(ValueError, match=f"no axis {axis:g} in an array of rank 3"):
        along.summed(DEEP, DEEP, axis)


@pytest.mark.parametrize("logits", [(1000.0, -1000.0), (-1000.0, -1000.0, -1001.0), (0.0, 0.0)])
def test_softmax_and_logsumexp_at_extreme_logits(logits: tuple[float, ...]) -> None:
    exponentials = [mpmath.exp(z) for z in logits]
    shares = [float(e / sum(exponentials)) for e in exponentials]
    assert along.softmax(np.array(logits)) == pytest.approx(shares, rel=1e-14)
    assert along.logsumexp(np.array(logits)) == pytest.approx(float(mpmath.log(sum(exponentials))), rel=1e-14)


def test_log_softmax_is_finite_where_softmax_is_0() -> None:
    assert along.log_softmax(np.array([1000.0, -1000.0])) == pytest.approx([0.0, -2000.0])


batches = st.lists(st.lists(st.floats(-50, 50), min_size=3, max_size=3), min_size=1, max_size=4)


@settings(deadline=None)
@given(batches, st.floats(-9, 9), st.sampled_from([0, 1, -1]))
def test_softmax_sums_to_1_along_its_axis_and_ignores_a_shift(
    rows: list[list[float]],
    shift: float,
    axis: int,
) -> None:
    shares = along.softmax(np.array(rows), axis)
    assert np.sum(shares, axis=axis) == pytest.approx(1.0)
    assert along.softmax(np.array(rows) + shift, axis) == pytest.approx(shares)
