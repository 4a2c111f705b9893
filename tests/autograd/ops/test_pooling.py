"""Pooling: by hand, against plain loops, with ties, and back again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.autograd import OPS, Tape, named, recorded_gradient

LINE = (1, 5, 2, 4, 3)
PLANE = ((1, 5, 2), (7, 3, 9), (4, 8, 6))

BY_HAND = (
    # op, x with the settings, y, upstream, gradient of x
    ("maxpool1d", (LINE, 2), (5, 4), (10, 100), (0, 10, 0, 100, 0)),
    ("maxpool1d", (LINE, 3, 1), (5, 5, 4), (10, 100, 1000), (0, 110, 0, 1000, 0)),
    ("maxpool1d", ((LINE, LINE[::-1]), 5), ((5,), (5,)), ((1,), (2,)), ((0, 1, 0, 0, 0), (0, 0, 0, 2, 0))),
    ("maxpool1d", ((2, 2, 2), 3), (2,), (6,), (6, 0, 0)),
    ("maxpool1d", ((1, 2, 2, 1), 2, 1), (2, 2, 2), (1, 10, 100), (0, 11, 100, 0)),
    ("maxpool2d", (PLANE, 2, 1), ((7, 9), (8, 9)), ((1, 2), (3, 4)), ((0, 0, 0), (1, 0, 6), (0, 3, 0))),
    ("maxpool2d", (((0, 3), (3, 3)), 2), ((3,),), ((6,),), ((0, 6), (0, 0))),
    ("avgpool1d", (LINE, 2), (3, 3), (10, 100), (5, 5, 50, 50, 0)),
    ("avgpool1d", (LINE, 2, 1), (3, 3.5, 3, 3.5), (2, 4, 6, 8), (1, 3, 5, 7, 4)),
    ("avgpool2d", (PLANE, 2), ((4,),), ((8,),), ((2, 2, 0), (2, 2, 0), (0, 0, 0))),
)


@pytest.mark.parametrize(("op", "given_", "y", "upstream", "gradient"), BY_HAND)
def test_by_hand(op: str, given_: Any, y: Any, upstream: Any, gradient: Any) -> None:
    tape = Tape()
    leaf = tape.leaf(given_[0])
    pooled = tape.apply(op, leaf, *given_[1:])
    assert np.array_equal(pooled.value, y)
    assert np.array_equal(tape.pull_back(pooled, upstream).of(leaf), gradient)
    (recorded,) = recorded_gradient(pooled, [leaf], upstream)
    assert np.array_equal(recorded.value, gradient)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 99))
def test_planes_as_the_loops_say(size: int, stride: int, more: int, most: int, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(2, size + more, size + most))
    for op, reduce in (("maxpool2d", max), ("avgpool2d", lambda cells: sum(cells) / len(cells))):
        y: Any = OPS[op].forward(x, size, stride)
        for n, i, j in np.ndindex(*y.shape):
            window = x[n, i * stride : i * stride + size, j * stride : j * stride + size]
            assert y[n, i, j] == pytest.approx(reduce(window.ravel().tolist()))
        assert y.shape == (2, more // stride + 1, most // stride + 1)


FAULTS = (
    ("maxpool1d.gradient-to-all", LINE, (2,), (10, 100), (10, 10, 100, 100, 0)),
    ("maxpool2d.gradient-to-all", PLANE, (2, 1), ((1, 2), (3, 4)), ((1, 3, 2), (4, 10, 6), (3, 7, 4))),
    ("avgpool1d.count-lost", LINE, (2, 1), (1, 10, 100, 1000), (1, 11, 110, 1100, 1000)),
    ("avgpool2d.count-lost", PLANE, (2,), ((8,),), ((8, 8, 0), (8, 8, 0), (0, 0, 0))),
)


@pytest.mark.parametrize(("name", "x", "given_settings", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str, x: Any, given_settings: Any, upstream: Any, wrong: Any
) -> None:
    tape = Tape()
    leaf = tape.leaf(x)
    pooled = tape.apply(name.split(".", maxsplit=1)[0], leaf, *given_settings)
    found = tape.pull_back(pooled, upstream, faults={(pooled, 0): named(name, pooled, 0)})
    assert np.array_equal(found.of(leaf), wrong)


REFUSED = (
    ("maxpool1d", (1, 2), (3,), "a window over 3 places does not fit on 2"),
    ("maxpool1d", (1, 2), (0,), "the size must be a whole number from 1 on, not 0"),
    ("avgpool1d", (1, 2), (1.5,), "the size must be a whole number from 1 on, not 1.5"),
    ("avgpool1d", (1, 2), (1, 0), "the stride must be a whole number from 1 on, not 0"),
    ("maxpool2d", (1, 2), (1,), r"the number of axes to pool over is 2, but x is array of shape \(2,\)"),
    ("avgpool1d", 3, (1,), "the number of axes to pool over is 1, but x is 3"),
)


@pytest.mark.parametrize(("op", "x", "given_settings", "says"), REFUSED)
def test_windows_that_cannot_be(op: str, x: Any, given_settings: Any, says: str) -> None:
    leaf = Tape().leaf(x)
    with pytest.raises(ValueError, match=says):
        leaf.tape.apply(op, leaf, *given_settings)


ADJOINTS_REFUSED = (
    ("maxpool_route", (1, 2, 3), (1, 2), (1, 2), r"must have the output's shape \(1,\), not \(3,\)"),
    ("avgpool_share", (1, 2, 3), (1, 2), (1, 2), r"must have the output's shape \(1,\), not \(3,\)"),
    ("maxpool_pick", (1, 2, 3), (1, 2), (1, 2), r"must have the shape of x, \(2,\), not \(3,\)"),
)


@pytest.mark.parametrize(("op", "first", "x", "given_settings", "says"), ADJOINTS_REFUSED)
def test_an_upstream_of_another_shape_is_refused(
    op: str, first: Any, x: Any, given_settings: Any, says: str
) -> None:
    leaf = Tape().leaf(first)
    with pytest.raises(ValueError, match=says):
        leaf.tape.apply(op, leaf, x, *given_settings)
