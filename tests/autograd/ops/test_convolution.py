"""Convolution: against plain loops, by hand, and as one family with its two gradients."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.autograd import OPS, Tape, named, recorded_gradient

BY_HAND = (
    # x, kernel, settings, y
    ((1, 2, 3, 4), (10, 1), (), (12, 23, 34)),
    ((1, 2, 3, 4), (10, 1), (2,), (12, 34)),
    ((1, 2, 3, 4), (10, 1), (1, 1), (1, 12, 23, 34, 40)),
    ((1, 2, 3, 4), (10, 1), (1, 0, 2), (13, 24)),
    (((1, 2), (3, 4)), (((10, 1), (100, 1000)),), (), ((4312,),)),
    (
        (((1, 2), (3, 4)), ((5, 6), (7, 8))),
        (((1, 0), (0, 1)), ((0, 1), (1, 0))),
        (),
        (((5,), (5,)), ((13,), (13,))),
    ),
)

PLANES_BY_HAND = (
    (((1, 2, 3), (4, 5, 6), (7, 8, 9)), ((1, 0), (0, 1)), (), ((6, 8), (12, 14))),
    (((1, 2, 3), (4, 5, 6), (7, 8, 9)), ((1, 0), (0, 1)), (2, 1), ((1, 3), (7, 14))),
    (((1, 2, 3), (4, 5, 6), (7, 8, 9)), ((1, 0), (0, 1)), (1, 0, 2), ((10,),)),
)


def looped(x: Any, kernel: Any, stride: int, pad: int, dilation: int) -> Any:
    """A batch of planes with channels, every sum written out."""
    n, channels, height, width = x.shape
    out, _, h, w = kernel.shape
    tall = (height + 2 * pad - (h - 1) * dilation - 1) // stride + 1
    wide = (width + 2 * pad - (w - 1) * dilation - 1) // stride + 1
    y = np.zeros((n, out, tall, wide))
    for b, o, i, j in np.ndindex(*y.shape):
        for c, k, m in product(range(channels), range(h), range(w)):
            row, column = i * stride + k * dilation - pad, j * stride + m * dilation - pad
            if 0 <= row < height and 0 <= column < width:
                y[b, o, i, j] += x[b, c, row, column] * kernel[o, c, k, m]
    return y


@st.composite
def convolutions(draw: st.DrawFn) -> tuple[Any, Any, int, int, int]:
    """A batch of planes, a kernel that fits, stride, padding and dilation."""
    small, random = st.integers(1, 3), np.random.default_rng(draw(st.integers(0, 99)))
    n, channels, out, stride, dilation, h, w = (draw(small) for _ in range(7))
    height, width = (1 + (size - 1) * dilation + draw(st.integers(0, 3)) for size in (h, w))
    x, kernel = random.normal(size=(n, channels, height, width)), random.normal(size=(out, channels, h, w))
    return x, kernel, stride, draw(st.integers(0, 2)), dilation


@pytest.mark.parametrize(("x", "kernel", "given_settings", "y"), BY_HAND)
def test_lines_by_hand(x: Any, kernel: Any, given_settings: tuple[int, ...], y: Any) -> None:
    node = Tape().leaf(x)
    assert np.array_equal(node.tape.apply("conv1d", node, kernel, *given_settings).value, y)


@pytest.mark.parametrize(("x", "kernel", "given_settings", "y"), PLANES_BY_HAND)
def test_planes_by_hand(x: Any, kernel: Any, given_settings: tuple[int, ...], y: Any) -> None:
    node = Tape().leaf(x)
    assert np.array_equal(node.tape.apply("conv2d", node, kernel, *given_settings).value, y)


@settings(deadline=None, max_examples=60)
@given(convolutions())
def test_planes_with_channels_as_the_loops_say(given_: tuple[Any, Any, int, int, int]) -> None:
    assert OPS["conv2d"].forward(*given_) == pytest.approx(looped(*given_))


@settings(deadline=None, max_examples=40)
@given(convolutions())
def test_a_line_is_a_plane_of_height_1(given_: tuple[Any, Any, int, int, int]) -> None:
    x, kernel, stride, _, dilation = given_
    line, row = x[:, :, :1], kernel[:, :, :1]
    on_line = OPS["conv1d"].forward(line[:, :, 0], row[:, :, 0], stride, 0, dilation)
    assert on_line == pytest.approx(looped(line, row, stride, 0, dilation)[:, :, 0])


@settings(deadline=None, max_examples=40)
@given(convolutions())
def test_the_three_rows_are_one_sum_of_products(given_: tuple[Any, Any, int, int, int]) -> None:
    """<ct, conv(x, k)> = <conv_input(ct, k), x> = <conv_kernel(ct, x), k>, whatever the settings."""
    x, kernel, *own = given_
    y = looped(x, kernel, *own)
    ct = np.cos(np.arange(y.size)).reshape(y.shape)
    total = pytest.approx(np.sum(ct * y))
    assert np.sum(OPS["conv2d_input"].forward(ct, kernel, x, *own) * x) == total
    assert np.sum(OPS["conv2d_kernel"].forward(ct, x, kernel, *own) * kernel) == total


def test_gradients_of_a_line_by_hand() -> None:
    """For x the flipped kernel slides over the upstream; for the kernel the upstream slides over x."""
    tape = Tape()
    x, kernel = tape.leaf((1, 2, 3, 4)), tape.leaf((10, 1))
    found = tape.pull_back(tape.apply("conv1d", x, kernel), (1, 100, 10000))
    assert np.array_equal(found.of(x), [10, 1001, 100100, 10000])
    assert np.array_equal(found.of(kernel), [1 + 200 + 30000, 2 + 300 + 40000])


def test_the_gradient_of_a_gradient() -> None:
    """L = Σ conv(x, k)²: dL/dx = 2 conv_input(y, k), linear in x once more."""
    tape = Tape()
    x, kernel = tape.leaf((1, 2, 3)), tape.leaf((1, -1))
    y = tape.apply("conv1d", x, kernel)
    (slope,) = recorded_gradient(tape.apply("sum", y * y), [x])
    assert np.array_equal(slope.value, [-2, 0, 2])
    hessian: list[Any] = [tape.pull_back(slope, unit).of(x) for unit in np.eye(3)]
    assert np.array_equal(hessian, [[2, -2, 0], [-2, 4, -2], [0, -2, 2]])


LINE, KERNEL = (1, 2, 3, 4), (10, 1)
SQUARE, CELLS = ((1, 2), (3, 4)), ((1, 10), (100, 1000))
PLANE, CELL = ((1, 2, 3), (4, 5, 6), (7, 8, 9)), ((10,),)
COUNT = ((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16))

FAULTS = (
    # name, argument, arguments and settings, upstream, what the mistaken learner gets
    ("conv1d.kernel-not-flipped", 0, (LINE, KERNEL), (1, 100, 10000), (1, 110, 11000, 100000)),
    ("conv1d.stride-forgotten", 0, (LINE, KERNEL, 2), (1, 100), (10, 1001, 100, 0)),
    ("conv1d.pad-forgotten", 0, (LINE, KERNEL, 2, 1), (1, 100, 10000), (10, 1, 1000, 100)),
    ("conv1d.arguments-swapped", 1, (LINE, KERNEL), (1, 100, 10000), (40302, 30201)),
    ("conv1d.stride-forgotten", 1, (LINE, KERNEL, 2), (1, 100), (201, 302)),
    ("conv1d.pad-forgotten", 1, (LINE, KERNEL, 2, 1), (1, 100, 10000), (301, 402)),
    ("conv2d.kernel-not-flipped", 0, (SQUARE, CELLS), ((2,),), ((2000, 200), (20, 2))),
    ("conv2d.stride-forgotten", 0, (PLANE, CELL, 2), SQUARE, ((10, 20, 0), (30, 40, 0), (0, 0, 0))),
    ("conv2d.pad-forgotten", 0, (SQUARE, CELL, 1, 1), COUNT, ((10, 20), (50, 60))),
    ("conv2d.arguments-swapped", 1, (SQUARE, CELLS), ((2,),), ((8, 6), (4, 2))),
    ("conv2d.stride-forgotten", 1, (PLANE, CELL, 2), SQUARE, ((1 + 4 + 12 + 20,),)),
    ("conv2d.pad-forgotten", 1, (SQUARE, CELL, 1, 1), COUNT, ((1 + 4 + 15 + 24,),)),
)


@pytest.mark.parametrize(("name", "argument", "given_", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str, argument: int, given_: tuple[Any, ...], upstream: Any, wrong: Any
) -> None:
    tape = Tape()
    x, kernel = tape.leaf(given_[0]), tape.leaf(given_[1])
    y = tape.apply(name.split(".", maxsplit=1)[0], x, kernel, *given_[2:])
    found = tape.pull_back(y, upstream, faults={(y, argument): named(name, y, argument)})
    assert np.array_equal(found.of((x, kernel)[argument]), wrong)


REFUSED = (
    ("conv1d", (1, 2), (1, 2, 3), (), "a window over 3 places does not fit on 2, padding included"),
    ("conv1d", (1, 2, 3), (1, 2), (0,), "the stride must be a whole number from 1 on, not 0"),
    ("conv1d", ((1, 2), (3, 4)), (1, 2), (), r"x \(length\) with a kernel \(width\).*here x is \(2, 2\)"),
    ("conv1d", ((1, 2), (3, 4)), ((1, 2), (3, 4)), (), r"it takes x \(length\)"),
    ("conv2d", (1, 2), (1, 2), (), r"it takes x \(height, width\)"),
    ("conv1d", ((1, 2), (3, 4)), (((1,), (1,), (1,)),), (), "x has 2 channels, but the kernel is made for 3"),
    ("conv2d", 1.0, 2.0, (), r"here x is \(\) and the kernel \(\)"),
)


@pytest.mark.parametrize(("op", "x", "kernel", "given_settings", "says"), REFUSED)
def test_shapes_that_do_not_go_together(op: str, x: Any, kernel: Any, given_settings: Any, says: str) -> None:
    node = Tape().leaf(x)
    with pytest.raises(ValueError, match=says):
        node.tape.apply(op, node, kernel, *given_settings)


@pytest.mark.parametrize("op", ["conv1d_input", "conv1d_kernel"])
def test_an_upstream_of_another_shape_is_refused(op: str) -> None:
    node = Tape().leaf((1, 2))
    others = {"conv1d_input": (KERNEL, LINE), "conv1d_kernel": (LINE, KERNEL)}[op]
    with pytest.raises(ValueError, match=r"must have the output's shape \(3,\), not \(2,\)"):
        node.tape.apply(op, node, *others)


COSTS = (
    ("conv1d", (4,), ((6,), (3,)), 12),
    ("conv1d", (2, 3, 4), ((2, 5, 6), (3, 5, 3)), 2 * 3 * 4 * 5 * 3),
    ("conv2d", (3, 3), ((4, 4), (2, 2)), 36),
    ("conv1d_input", (6,), ((4,), (3,), (6,)), 12),
    ("conv1d_kernel", (3, 5, 3), ((2, 3, 4), (2, 5, 6), (3, 5, 3)), 2 * 3 * 4 * 5 * 3),
)


@pytest.mark.parametrize(("op", "output", "arguments", "count"), COSTS)
def test_multiplications(op: str, output: Any, arguments: Any, count: int) -> None:
    assert OPS[op].cost.per(output, *arguments) == count
