"""Convolution as networks have it: a cross-correlation, the kernel slides over x unflipped.

    y_i = Σ_k x_(i·stride + k·dilation - pad) · kernel_k

It is linear in x and in the kernel. So its two gradients are rows of their own, and the
gradients of each of the three are the other two.
"""

from __future__ import annotations

from math import prod
from typing import Any

from bpdrill.autograd.arithmetic.correlation import (
    AXES,
    convolve,
    fitting,
    input_gradient,
    kernel_gradient,
    output_shape,
)
from bpdrill.autograd.op import Cost, Fault, Op
from bpdrill.autograd.values import Shape, Value, shape_of, zeros
from bpdrill.model.tree import Apply


def multiplications(output: Shape, kernel: Shape) -> int:
    """Each output takes all cells of one channel out of the kernel; padding is multiplied too."""
    return prod(output) * prod(kernel) // (kernel[0] if len(kernel) > 2 else 1)


def flipped(kernel: Any) -> Any:
    """The kernel from its other end, along each axis that it slides on."""
    import numpy as np

    return np.flip(kernel, axis=tuple(range(-AXES[kernel.ndim], 0)))


def extended(value: Any, shape: Shape) -> Any:
    """``value`` with zeros after its end along each axis, up to ``shape``."""
    import numpy as np

    return np.pad(value, [(0, full - own) for own, full in zip(value.shape, shape, strict=True)])


def crowded(ct: Any, x: Any, kernel: Any, *settings: float) -> Any:
    """The upstream gradient as if its windows had been neighbours: at a stride of 1."""
    return extended(ct, output_shape(x, kernel, 1, *settings))


def shifted(x: Any, kernel: Any, pad: float) -> Any:
    """All padding of x after its end, none before: the first window starts at its first place."""
    axes = AXES[kernel.ndim]
    lengths = (length + 2 * int(pad) for length in x.shape[-axes:])
    return extended(x, (*x.shape[:-axes], *lengths))


def told(stride: float = 1, pad: float = 0, dilation: float = 1) -> tuple[float, float, float]:
    """All settings: those left out have their defaults."""
    return stride, pad, dilation


def input_unflipped(ct: Any, _y: Value, x: Any, kernel: Any, *settings: float) -> Value:
    """The upstream meets the kernel's other end first."""
    return input_gradient(ct, flipped(kernel), x, *settings)


def kernel_swapped(ct: Any, _y: Value, x: Any, kernel: Any, *settings: float) -> Value:
    """The input slides over the upstream, not the upstream over it: all comes out from the other end."""
    gradient: Value = flipped(kernel_gradient(ct, x, kernel, *settings))
    return gradient


def input_unstrided(ct: Any, _y: Value, x: Any, kernel: Any, *settings: float) -> Value:
    """Each upstream is laid back beside the last one, not a stride further."""
    _, *others = told(*settings)
    return input_gradient(crowded(ct, x, kernel, *others), kernel, x, 1, *others)


def kernel_unstrided(ct: Any, _y: Value, x: Any, kernel: Any, *settings: float) -> Value:
    """Each upstream meets the window beside the last one, not a stride further."""
    _, *others = told(*settings)
    return kernel_gradient(crowded(ct, x, kernel, *others), x, kernel, 1, *others)


def input_unpadded(ct: Any, _y: Value, x: Any, kernel: Any, *settings: float) -> Value:
    """The gradient of x with its padding, read from the padding on."""
    stride, pad, dilation = told(*settings)
    padded: Any = input_gradient(ct, kernel, shifted(x, kernel, pad), stride, 0, dilation)
    gradient: Value = padded[tuple(map(slice, x.shape))]
    return gradient


def kernel_unpadded(ct: Any, _y: Value, x: Any, kernel: Any, *settings: float) -> Value:
    """The first upstream meets the first places of x, not its padding."""
    stride, pad, dilation = told(*settings)
    return kernel_gradient(ct, shifted(x, kernel, pad), kernel, stride, 0, dilation)


PLAIN = "where the kernel is not the same from its other end"
STRIDED = "where the stride is above 1"
PADDED = "where there is padding"

LINE = (0.5, -1.2, 2.0, 0.3, -0.7, 1.1)
CHANNELS = ((0.5, -1.2, 2.0, 0.3), (1.4, 0.2, -0.8, 0.6))
FILTERS = (((0.9, -0.4), (0.3, 1.2)), ((-0.6, 0.8), (1.1, 0.7)), ((0.2, -1.3), (0.5, -0.9)))
"""Two channels in, three out, two cells."""

PLANE = ((0.5, -1.2, 2.0, 0.3), (1.4, 0.2, -0.8, 0.6), (-0.3, 0.9, 1.7, -1.1), (0.8, -0.5, 0.4, 1.3))
SQUARE = ((0.9, -0.4), (0.3, 1.2))
PLANES = (PLANE, PLANE[::-1])
SQUARES = ((SQUARE, ((-0.6, 0.8), (1.1, 0.7))), (((0.2, -1.3), (0.5, -0.9)), SQUARE[::-1]))
"""Two channels in, two out, 2 by 2 cells."""


class Conv1d(Op):
    """A kernel slides along x: every place of x has met several cells, and sums what they send back."""

    name = "conv1d"
    forward = staticmethod(lambda x, kernel, *settings: convolve(*fitting(1, x, kernel), *settings))
    vjp = (
        lambda ct, y, x, kernel, stride=1, pad=0, dilation=1: input_gradient(
            ct, kernel, x, stride, pad, dilation
        ),
        lambda ct, y, x, kernel, *settings: kernel_gradient(ct, x, kernel, *settings),
    )
    jvp = (
        lambda t, y, x, kernel, *settings: convolve(t, kernel, *settings),
        lambda t, y, x, kernel, *settings: convolve(x, t, *settings),
    )
    symbolic = (
        lambda ct, y, x, kernel, *settings: Apply("conv1d_input", (ct, kernel, x, *settings)),
        lambda ct, y, x, kernel, *settings: Apply("conv1d_kernel", (ct, x, kernel, *settings)),
    )
    keeps = ("x", "kernel")
    cost = Cost(forward=1, backward=2, per=lambda y, x, kernel, *_: multiplications(y, kernel))
    faults = (
        Fault("conv1d.kernel-not-flipped", 0, input_unflipped, where=PLAIN),
        Fault("conv1d.stride-forgotten", 0, input_unstrided, where=STRIDED),
        Fault("conv1d.pad-forgotten", 0, input_unpadded, where=PADDED),
        Fault("conv1d.arguments-swapped", 1, kernel_swapped),
        Fault("conv1d.stride-forgotten", 1, kernel_unstrided, where=STRIDED),
        Fault("conv1d.pad-forgotten", 1, kernel_unpadded, where=PADDED),
    )
    specimens = (
        (LINE, (0.9, -0.4, 1.3)),
        (LINE, (0.9, -0.4, 1.3), 2, 1),
        (LINE, (0.9, -0.4), 1, 1, 3),
        (CHANNELS, FILTERS),
        ((CHANNELS, CHANNELS[::-1]), FILTERS, 3, 2, 1),
    )


class Conv1dInput(Op):
    """What conv1d sends back to x, in the shape of x: the upstream slides over the flipped kernel."""

    name = "conv1d_input"
    forward = staticmethod(input_gradient)
    vjp = (
        lambda ct, y, upstream, kernel, x, stride=1, pad=0, dilation=1: convolve(
            ct, kernel, stride, pad, dilation
        ),
        lambda ct, y, upstream, kernel, x, *settings: kernel_gradient(upstream, ct, kernel, *settings),
        lambda ct, y, upstream, kernel, x, *_: zeros(shape_of(x)),
    )
    jvp = (
        lambda t, y, upstream, kernel, x, *settings: input_gradient(t, kernel, x, *settings),
        lambda t, y, upstream, kernel, x, *settings: input_gradient(upstream, t, x, *settings),
        lambda t, y, upstream, kernel, x, *_: zeros(shape_of(x)),
    )
    symbolic = (
        lambda ct, y, upstream, kernel, x, *settings: Apply("conv1d", (ct, kernel, *settings)),
        lambda ct, y, upstream, kernel, x, *settings: Apply(
            "conv1d_kernel", (upstream, ct, kernel, *settings)
        ),
        lambda ct, y, upstream, kernel, x, *_: x * 0,
    )
    keeps = ("upstream", "kernel")
    cost = Cost(forward=1, backward=2, per=lambda y, upstream, kernel, *_: multiplications(upstream, kernel))
    faults = (
        Fault(
            "conv1d_input.kernel-flipped",
            0,
            lambda ct, y, upstream, kernel, x, *settings: convolve(ct, flipped(kernel), *settings),
            where=PLAIN,
        ),
    )
    specimens = (
        ((1.0, -0.3, 0.7, 2.0), (0.9, -0.4, 1.3), LINE),
        ((1.0, -0.3, 0.7), (0.9, -0.4, 1.3), LINE, 2, 1),
        (((1.0, -0.3, 0.7), (0.4, 1.1, -0.6), (0.2, 0.8, -1.4)), FILTERS, CHANNELS),
    )


class Conv1dKernel(Op):
    """What conv1d sends back to the kernel, in its shape: the upstream slides over x."""

    name = "conv1d_kernel"
    forward = staticmethod(kernel_gradient)
    vjp = (
        lambda ct, y, upstream, x, kernel, stride=1, pad=0, dilation=1: convolve(
            x, ct, stride, pad, dilation
        ),
        lambda ct, y, upstream, x, kernel, *settings: input_gradient(upstream, ct, x, *settings),
        lambda ct, y, upstream, x, kernel, *_: zeros(shape_of(kernel)),
    )
    jvp = (
        lambda t, y, upstream, x, kernel, *settings: kernel_gradient(t, x, kernel, *settings),
        lambda t, y, upstream, x, kernel, *settings: kernel_gradient(upstream, t, kernel, *settings),
        lambda t, y, upstream, x, kernel, *_: zeros(shape_of(kernel)),
    )
    symbolic = (
        lambda ct, y, upstream, x, kernel, *settings: Apply("conv1d", (x, ct, *settings)),
        lambda ct, y, upstream, x, kernel, *settings: Apply("conv1d_input", (upstream, ct, x, *settings)),
        lambda ct, y, upstream, x, kernel, *_: kernel * 0,
    )
    keeps = ("upstream", "x")
    cost = Cost(
        forward=1, backward=2, per=lambda y, upstream, x, kernel, *_: multiplications(upstream, kernel)
    )
    faults = (
        Fault(
            "conv1d_kernel.kernel-flipped",
            0,
            lambda ct, y, upstream, x, kernel, *settings: convolve(x, flipped(ct), *settings),
        ),
    )
    specimens = (
        ((1.0, -0.3, 0.7, 2.0), LINE, (0.9, -0.4, 1.3)),
        ((1.0, -0.3, 0.7), LINE, (0.9, -0.4, 1.3), 2, 1),
        (((1.0, -0.3, 0.7), (0.4, 1.1, -0.6), (0.2, 0.8, -1.4)), CHANNELS, FILTERS),
    )


class Conv2d(Op):
    """A kernel slides over a plane; the rules do not ask how many axes there are."""

    name = "conv2d"
    forward = staticmethod(lambda x, kernel, *settings: convolve(*fitting(2, x, kernel), *settings))
    vjp = Conv1d.vjp
    jvp = Conv1d.jvp
    symbolic = (
        lambda ct, y, x, kernel, *settings: Apply("conv2d_input", (ct, kernel, x, *settings)),
        lambda ct, y, x, kernel, *settings: Apply("conv2d_kernel", (ct, x, kernel, *settings)),
    )
    keeps = Conv1d.keeps
    cost = Conv1d.cost
    faults = (
        Fault("conv2d.kernel-not-flipped", 0, input_unflipped, where=PLAIN),
        Fault("conv2d.stride-forgotten", 0, input_unstrided, where=STRIDED),
        Fault("conv2d.pad-forgotten", 0, input_unpadded, where=PADDED),
        Fault("conv2d.arguments-swapped", 1, kernel_swapped),
        Fault("conv2d.stride-forgotten", 1, kernel_unstrided, where=STRIDED),
        Fault("conv2d.pad-forgotten", 1, kernel_unpadded, where=PADDED),
    )
    specimens = (
        (PLANE, SQUARE),
        (PLANE, ((0.9, -0.4, 1.3),), 2, 1),
        (PLANE, SQUARE, 1, 1, 2),
        (PLANES, SQUARES, 2),
        ((PLANES, PLANES[::-1]), SQUARES, 3, 1, 2),
    )


class Conv2dInput(Op):
    """What conv2d sends back to x, in the shape of x: the upstream slides over the flipped kernel."""

    name = "conv2d_input"
    forward = staticmethod(input_gradient)
    vjp = Conv1dInput.vjp
    jvp = Conv1dInput.jvp
    symbolic = (
        lambda ct, y, upstream, kernel, x, *settings: Apply("conv2d", (ct, kernel, *settings)),
        lambda ct, y, upstream, kernel, x, *settings: Apply(
            "conv2d_kernel", (upstream, ct, kernel, *settings)
        ),
        lambda ct, y, upstream, kernel, x, *_: x * 0,
    )
    keeps = Conv1dInput.keeps
    cost = Conv1dInput.cost
    faults = (
        Fault(
            "conv2d_input.kernel-flipped",
            0,
            lambda ct, y, upstream, kernel, x, *settings: convolve(ct, flipped(kernel), *settings),
            where=PLAIN,
        ),
    )
    specimens = (
        (((1.0, -0.3), (0.7, 2.0)), SQUARE, PLANE, 2),
        ((((1.0, -0.3), (0.7, 2.0)), ((0.4, 1.1), (-0.6, 0.2))), SQUARES, PLANES, 3, 1),
    )


class Conv2dKernel(Op):
    """What conv2d sends back to the kernel, in its shape: the upstream slides over x."""

    name = "conv2d_kernel"
    forward = staticmethod(kernel_gradient)
    vjp = Conv1dKernel.vjp
    jvp = Conv1dKernel.jvp
    symbolic = (
        lambda ct, y, upstream, x, kernel, *settings: Apply("conv2d", (x, ct, *settings)),
        lambda ct, y, upstream, x, kernel, *settings: Apply("conv2d_input", (upstream, ct, x, *settings)),
        lambda ct, y, upstream, x, kernel, *_: kernel * 0,
    )
    keeps = Conv1dKernel.keeps
    cost = Conv1dKernel.cost
    faults = (
        Fault(
            "conv2d_kernel.kernel-flipped",
            0,
            lambda ct, y, upstream, x, kernel, *settings: convolve(x, flipped(ct), *settings),
        ),
    )
    specimens = (
        (((1.0, -0.3), (0.7, 2.0)), PLANE, SQUARE, 2),
        ((((1.0, -0.3), (0.7, 2.0)), ((0.4, 1.1), (-0.6, 0.2))), PLANES, SQUARES, 3, 1),
    )
