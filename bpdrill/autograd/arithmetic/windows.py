"""Windows that slide over the last axes of an array: what convolution and pooling have in common.

Cutting windows out and laying them back where they came from are adjoint to each other:
what lies in several windows is cut out several times, and laid back it adds up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from bpdrill.autograd.values import Shape


@dataclass(frozen=True, slots=True)
class Windows:
    """Where windows of ``widths`` cells stop on axes of ``lengths``, from the first axis to the last.

    Stride, padding (zeros at both ends) and dilation (the distance of neighbouring cells)
    are the same on every axis. Places that no window reaches any more are left out.
    """

    lengths: Shape
    widths: Shape
    stride: int
    pad: int
    dilation: int

    @property
    def stops(self) -> Shape:
        """How many windows there are along each axis: (length + 2 pad - span) // stride + 1."""
        pairs = zip(self.padded, self.spans, strict=True)
        return tuple((padded - span) // self.stride + 1 for padded, span in pairs)

    @property
    def padded(self) -> Shape:
        """The lengths with the padding at both ends."""
        return tuple(length + 2 * self.pad for length in self.lengths)

    @property
    def spans(self) -> Shape:
        """How many places a window covers, from its first cell to its last."""
        return tuple((width - 1) * self.dilation + 1 for width in self.widths)

    @property
    def cells(self) -> int:
        """How many numbers a window holds."""
        return prod(self.widths)

    def cut(self, x: Any) -> Any:
        """Every window of x (..., *lengths), as one row of its cells: (..., windows, cells)."""
        import numpy as np

        lead = x.shape[: -len(self.lengths)]
        padded = np.zeros(lead + self.padded)
        padded[self._inside()] = x
        columns = [padded[places] for places in self._each_cell()]
        return np.stack(columns, axis=-1).reshape(*lead, prod(self.stops), self.cells)

    def lay_back(self, rows: Any) -> Any:
        """Every cell of ``rows`` (..., windows, cells) added where it was cut from: (..., *lengths)."""
        import numpy as np

        lead = rows.shape[:-2]
        padded = np.zeros(lead + self.padded)
        for cell, places in enumerate(self._each_cell()):
            padded[places] += rows[..., cell].reshape(lead + self.stops)
        return padded[self._inside()]

    def laid_out(self, each: Any) -> Any:
        """One number for each window, (..., windows), along the axes it slides on: (..., *stops)."""
        return each.reshape(*each.shape[:-1], *self.stops)

    def _inside(self) -> tuple[Any, ...]:
        """Where the array itself stands between its padding."""
        return (..., *(slice(self.pad, self.pad + length) for length in self.lengths))

    def _each_cell(self) -> Iterator[tuple[Any, ...]]:
        """For each cell of a window, in reading order: the places it comes to, one for each stop."""
        for offsets in product(*map(range, self.widths)):
            pairs = zip(offsets, self.stops, strict=True)
            yield (..., *(self._places(offset * self.dilation, stops) for offset, stops in pairs))

    def _places(self, first: int, stops: int) -> slice:
        return slice(first, first + (stops - 1) * self.stride + 1, self.stride)


def slide(lengths: Shape, widths: Shape, stride: float = 1, pad: float = 0, dilation: float = 1) -> Windows:
    """The windows of these settings; raises ValueError, saying what to change, if there are none."""
    windows = Windows(
        lengths,
        widths,
        whole("the stride", stride, least=1),
        whole("the padding", pad, least=0),
        whole("the dilation", dilation, least=1),
    )
    for padded, span in zip(windows.padded, windows.spans, strict=True):
        if span > padded or span < 1:
            raise ValueError(
                f"a window over {span} places does not fit on {padded}, padding included: "
                "take a smaller window, or more padding"
            )
    return windows


def whole(what: str, number: float, least: int) -> int:
    """``number`` as an integer; raises ValueError if it is none, or below ``least``."""
    if number < least or number != int(number):
        raise ValueError(f"{what} must be a whole number from {least} on, not {number:g}")
    return int(number)
