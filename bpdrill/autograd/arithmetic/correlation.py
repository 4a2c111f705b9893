"""Convolution as networks have it, a cross-correlation, and its two gradients: three sums of products.

It is linear in x and linear in the kernel, so each of the three is a derivative of the
other two. All serve one axis and two: the rank of the kernel tells how many.

Letters of the sums: n of the batch, c channel in, o channel out, w window, k cell of the kernel.
"""

from __future__ import annotations

from typing import Any

from bpdrill.autograd.arithmetic.windows import Windows, slide
from bpdrill.autograd.values import Shape, Value, shape_of

AXES = {1: 1, 2: 2, 3: 1, 4: 2}
"""How many axes a kernel slides along, by its rank; at ranks 3 and 4 channels out and in come first."""

RANKS = {1: ((1, 1), (2, 3), (3, 3)), 2: ((2, 2), (3, 4), (4, 4))}
"""By the number of axes: the ranks of x and kernel that go together."""

LAYOUTS = {
    1: "x (length) with a kernel (width), or x (in, length) or (n, in, length) with (out, in, width)",
    2: "x (height, width) with a kernel (h, w), or x (in, height, width) or (n, in, height, width) "
    "with (out, in, h, w)",
}


def convolve(x: Any, kernel: Any, *settings: float) -> Value:
    """The output: each window of x, times the kernel, summed."""
    rows = sliding(x, kernel, *settings).cut(_batch(x, kernel))
    each = _contract("ncwk,ock->now", rows, _filters(kernel))
    y: Value = each.reshape(output_shape(x, kernel, *settings))
    return y


def input_gradient(ct: Any, kernel: Any, x: Any, *settings: float) -> Value:
    """What x gets: the kernel, times the upstream of each window, added up where the window was."""
    rows = _contract("now,ock->ncwk", _upstream(ct, x, kernel, *settings), _filters(kernel))
    gradient: Value = sliding(x, kernel, *settings).lay_back(rows).reshape(x.shape)
    return gradient


def kernel_gradient(ct: Any, x: Any, kernel: Any, *settings: float) -> Value:
    """What the kernel gets: each window of x, times the upstream of that window, summed."""
    rows = sliding(x, kernel, *settings).cut(_batch(x, kernel))
    upstream = _upstream(ct, x, kernel, *settings)
    gradient: Value = _contract("now,ncwk->ock", upstream, rows).reshape(kernel.shape)
    return gradient


def fitting(axes: int, x: Any, kernel: Any) -> tuple[Any, Any]:
    """Both, if they go together on so many axes; raises ValueError, saying which shapes do, if not."""
    own, other = shape_of(x), shape_of(kernel)
    if (len(own), len(other)) not in RANKS[axes]:
        raise ValueError(f"it takes {LAYOUTS[axes]}; here x is {own} and the kernel {other}")
    if len(own) > axes and own[-axes - 1] != other[1]:
        raise ValueError(f"x has {own[-axes - 1]} channels, but the kernel is made for {other[1]}")
    return x, kernel


def sliding(x: Any, kernel: Any, *settings: float) -> Windows:
    """The windows of the kernel's size on x; raises ValueError if there are none."""
    axes = AXES.get(len(shape_of(kernel)), 1)
    fitting(axes, x, kernel)
    return slide(x.shape[-axes:], kernel.shape[-axes:], *settings)


def output_shape(x: Any, kernel: Any, *settings: float) -> Shape:
    """The shape of x, but with the kernel's channels out, and with a place for each window."""
    axes = AXES[kernel.ndim]
    return (*x.shape[: -axes - 1], *kernel.shape[:-axes][:1], *sliding(x, kernel, *settings).stops)


def _contract(sums: str, a: Any, b: Any) -> Any:
    """The products of a and b, summed over the letters that the result lacks, as a matrix product."""
    import numpy as np

    return np.einsum(sums, a, b, optimize=True)


def _batch(value: Any, kernel: Any) -> Any:
    """``value`` with the axes n and channel, of length 1 where they were left out."""
    missing = AXES[kernel.ndim] + 2 - value.ndim
    return value.reshape((1,) * missing + value.shape)


def _filters(kernel: Any) -> Any:
    """The kernel as (out, in, cells)."""
    channels = kernel.shape[: -AXES[kernel.ndim]] or (1, 1)
    return kernel.reshape(*channels, -1)


def _upstream(ct: Any, x: Any, kernel: Any, *settings: float) -> Any:
    """The upstream gradient as (n, out, windows); raises ValueError if it has not the output's shape."""
    expected = output_shape(x, kernel, *settings)
    if shape_of(ct) != expected:
        raise ValueError(f"the upstream gradient must have the output's shape {expected}, not {shape_of(ct)}")
    batch = _batch(ct, kernel)
    return batch.reshape(*batch.shape[:2], -1)
