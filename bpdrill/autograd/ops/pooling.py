"""Pooling: windows slide over the last axes of x, and each leaves one number.

The stride is the window's size if none is given; places that no window reaches are left
out. Of equal largest cells the first in reading order counts, and gets all.

Picking from windows and routing back to them are adjoint, averaging and sharing out too:
four rows that serve any number of axes, of which the pools for one and for two are made.
"""

from __future__ import annotations

from math import prod
from typing import Any

from bpdrill.autograd.arithmetic.windows import Windows, slide, whole
from bpdrill.autograd.op import Cost, Fault, Op, inputs
from bpdrill.autograd.values import Value, described, shape_of, zeros
from bpdrill.model.tree import Apply, lift


def pool(x: Any, axes: float, size: float, stride: float | None = None) -> Windows:
    """The windows on the last ``axes`` of x; raises ValueError, saying what to change, if there are none."""
    count = whole("the number of axes", axes, least=1)
    width = whole("the size", size, least=1)
    if len(shape_of(x)) < count:
        raise ValueError(f"the number of axes to pool over is {count}, but x is {described(x)}")
    return slide(x.shape[-count:], (width,) * count, width if stride is None else stride)


def largest(windows: Windows, x: Any) -> Any:
    """Which cell of each window is the largest, the first of equal ones: (..., windows, 1)."""
    return windows.cut(x).argmax(axis=-1, keepdims=True)


def pick(values: Any, x: Any, *settings: float) -> Value:
    """From each window of ``values`` the cell where x is largest."""
    import numpy as np

    windows = pool(x, *settings)
    if shape_of(values) != x.shape:
        raise ValueError(f"the values must have the shape of x, {x.shape}, not {shape_of(values)}")
    cells = np.take_along_axis(windows.cut(values), largest(windows, x), axis=-1)
    y: Value = windows.laid_out(cells[..., 0])
    return y


def route(upstream: Any, x: Any, *settings: float) -> Value:
    """The upstream of each window to the cell where x is largest, and 0 to all others."""
    import numpy as np

    windows = pool(x, *settings)
    rows = np.zeros_like(windows.cut(x))
    np.put_along_axis(rows, largest(windows, x), each(upstream, x, windows), axis=-1)
    gradient: Value = windows.lay_back(rows)
    return gradient


def average(x: Any, *settings: float) -> Value:
    """The mean of each window."""
    windows = pool(x, *settings)
    y: Value = windows.laid_out(windows.cut(x).mean(axis=-1))
    return y


def share(upstream: Any, x: Any, *settings: float) -> Value:
    """The upstream of each window to its cells, in equal parts."""
    return to_all(upstream, x, *settings) / pool(x, *settings).cells


def to_all(upstream: Any, x: Any, *settings: float) -> Value:
    """The upstream of each window to its cells, whole to every one."""
    import numpy as np

    windows = pool(x, *settings)
    one = each(upstream, x, windows)
    gradient: Value = windows.lay_back(np.broadcast_to(one, (*one.shape[:-1], windows.cells)))
    return gradient


def each(upstream: Any, x: Any, windows: Windows) -> Any:
    """The upstream as (..., windows, 1); raises ValueError if it has not the output's shape."""
    lead = x.shape[: -len(windows.lengths)]
    expected = lead + windows.stops
    if shape_of(upstream) != expected:
        raise ValueError(
            f"the upstream gradient must have the output's shape {expected}, not {shape_of(upstream)}"
        )
    return upstream.reshape(*lead, prod(windows.stops), 1)


LINE = (0.5, -1.2, 2.0, 0.3, -0.7, 1.1, 1.6)
PLANE = ((0.5, -1.2, 2.0, 0.3), (1.4, 0.2, -0.8, 0.6), (-0.3, 0.9, 1.7, -1.1), (0.8, -0.5, 0.4, 1.3))

ON_LINES = ((LINE, 2), (LINE, 3, 2), ((LINE, LINE[::-1]), 3), (LINE, 2, 3))
ON_PLANES = ((PLANE, 2), (PLANE, 3, 1), ((PLANE, PLANE[::-1]), 2))

POOLED = (((1.0, -0.3, 0.7), LINE, 1, 2), (((1.0, -0.3), (0.7, 2.0)), PLANE, 2, 3, 1))
"""An upstream, what was pooled, and the settings."""


class MaxPool1d(Op):
    """The largest of each window of a line: it alone gets the upstream, the first one of equals."""

    name = "maxpool1d"
    forward = staticmethod(lambda x, *settings: pick(x, x, 1, *settings))
    vjp = (lambda ct, y, x, size, stride=None: route(ct, x, 1, size, stride),)
    jvp = (lambda t, y, x, *settings: pick(t, x, 1, *settings),)
    symbolic = (lambda ct, y, x, *settings: Apply("maxpool_route", (ct, x, lift(1), *settings)),)
    keeps = ("x",)
    cost = Cost(forward=0, backward=0)
    faults = (Fault("maxpool1d.gradient-to-all", 0, lambda ct, y, x, *settings: to_all(ct, x, 1, *settings)),)
    specimens = ON_LINES


class MaxPool2d(Op):
    """The largest of each window of a plane: it alone gets the upstream, the first one of equals."""

    name = "maxpool2d"
    forward = staticmethod(lambda x, *settings: pick(x, x, 2, *settings))
    vjp = (lambda ct, y, x, size, stride=None: route(ct, x, 2, size, stride),)
    jvp = (lambda t, y, x, *settings: pick(t, x, 2, *settings),)
    symbolic = (lambda ct, y, x, *settings: Apply("maxpool_route", (ct, x, lift(2), *settings)),)
    keeps = ("x",)
    cost = Cost(forward=0, backward=0)
    faults = (Fault("maxpool2d.gradient-to-all", 0, lambda ct, y, x, *settings: to_all(ct, x, 2, *settings)),)
    specimens = ON_PLANES


class AvgPool1d(Op):
    """The mean of each window of a line: every cell gets its part of the upstream."""

    name = "avgpool1d"
    forward = staticmethod(lambda x, *settings: average(x, 1, *settings))
    vjp = (lambda ct, y, x, size, stride=None: share(ct, x, 1, size, stride),)
    jvp = (lambda t, y, x, *settings: average(t, 1, *settings),)
    symbolic = (lambda ct, y, x, *settings: Apply("avgpool_share", (ct, x, lift(1), *settings)),)
    keeps = ()
    cost = Cost(forward=1, backward=1)
    faults = (Fault("avgpool1d.count-lost", 0, lambda ct, y, x, *settings: to_all(ct, x, 1, *settings)),)
    specimens = ON_LINES


class AvgPool2d(Op):
    """The mean of each window of a plane: every cell gets its part of the upstream."""

    name = "avgpool2d"
    forward = staticmethod(lambda x, *settings: average(x, 2, *settings))
    vjp = (lambda ct, y, x, size, stride=None: share(ct, x, 2, size, stride),)
    jvp = (lambda t, y, x, *settings: average(t, 2, *settings),)
    symbolic = (lambda ct, y, x, *settings: Apply("avgpool_share", (ct, x, lift(2), *settings)),)
    keeps = ()
    cost = Cost(forward=1, backward=1)
    faults = (Fault("avgpool2d.count-lost", 0, lambda ct, y, x, *settings: to_all(ct, x, 2, *settings)),)
    specimens = ON_PLANES


class MaxPoolPick(Op):
    """From each window of values the cell where x is largest: max pooling, if the values are x."""

    name = "maxpool_pick"
    forward = staticmethod(pick)
    vjp = (
        lambda ct, y, values, x, axes, size, stride=None: route(ct, x, axes, size, stride),
        lambda ct, y, values, x, *_: zeros(shape_of(x)),
    )
    jvp = (
        lambda t, y, values, x, *settings: pick(t, x, *settings),
        lambda t, y, values, x, *_: zeros(shape_of(y)),
    )
    symbolic = (
        lambda ct, y, values, x, *settings: Apply("maxpool_route", (ct, x, *settings)),
        lambda ct, y, values, x, *_: x * 0,
    )
    keeps = ("x",)
    cost = Cost(forward=0, backward=0)
    faults = (
        Fault(
            "maxpool_pick.gradient-to-all", 0, lambda ct, y, values, x, *settings: to_all(ct, x, *settings)
        ),
    )
    specimens = ((LINE[::-1], LINE, 1, 2), (PLANE[::-1], PLANE, 2, 3, 1))


class MaxPoolRoute(Op):
    """The upstream of each window to the cell where x is largest: max pooling, backwards."""

    name = "maxpool_route"
    forward = staticmethod(route)
    vjp = (
        lambda ct, y, upstream, x, axes, size, stride=None: pick(ct, x, axes, size, stride),
        lambda ct, y, upstream, x, *_: zeros(shape_of(x)),
    )
    jvp = (
        lambda t, y, upstream, x, *settings: route(t, x, *settings),
        lambda t, y, upstream, x, *_: zeros(shape_of(x)),
    )
    symbolic = (
        lambda ct, y, upstream, x, *settings: Apply("maxpool_pick", (ct, x, *settings)),
        lambda ct, y, upstream, x, *_: x * 0,
    )
    keeps = ("x",)
    cost = Cost(forward=0, backward=0, per=inputs)
    faults = (
        Fault("maxpool_route.averaged", 0, lambda ct, y, upstream, x, *settings: average(ct, *settings)),
    )
    specimens = POOLED


class AvgPoolAverage(Op):
    """The mean of each window, over as many of the last axes as its setting says."""

    name = "avgpool_average"
    forward = staticmethod(average)
    vjp = (lambda ct, y, x, axes, size, stride=None: share(ct, x, axes, size, stride),)
    jvp = (lambda t, y, x, *settings: average(t, *settings),)
    symbolic = (lambda ct, y, x, *settings: Apply("avgpool_share", (ct, x, *settings)),)
    keeps = ()
    cost = Cost(forward=1, backward=1)
    faults = (Fault("avgpool_average.count-lost", 0, lambda ct, y, x, *settings: to_all(ct, x, *settings)),)
    specimens = ((LINE, 1, 2), (PLANE, 2, 3, 1))


class AvgPoolShare(Op):
    """The upstream of each window to its cells, in equal parts: average pooling, backwards."""

    name = "avgpool_share"
    forward = staticmethod(share)
    vjp = (
        lambda ct, y, upstream, x, axes, size, stride=None: average(ct, axes, size, stride),
        lambda ct, y, upstream, x, *_: zeros(shape_of(x)),
    )
    jvp = (
        lambda t, y, upstream, x, *settings: share(t, x, *settings),
        lambda t, y, upstream, x, *_: zeros(shape_of(x)),
    )
    symbolic = (
        lambda ct, y, upstream, x, *settings: Apply("avgpool_average", (ct, *settings)),
        lambda ct, y, upstream, x, *_: x * 0,
    )
    keeps = ()
    cost = Cost(forward=1, backward=1, per=inputs)
    faults = (Fault("avgpool_share.picked", 0, lambda ct, y, upstream, x, *settings: pick(ct, x, *settings)),)
    specimens = POOLED
