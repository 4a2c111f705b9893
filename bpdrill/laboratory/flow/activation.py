"""What a layer may do to its pre-activations: any engine row that bends them, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from math import pi, sqrt
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from bpdrill.autograd import OPS, Node, Tape

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Vector: TypeAlias = "npt.NDArray[np.float64]"
Activation: TypeAlias = Callable[[Node], Node]

LINEAR = "linear"
_NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "silu", "elu")


def _row(name: str) -> Activation:
    return lambda z: z.tape.apply(name, z)


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {name: _row(name) for name in _NAMES if name in OPS} | {LINEAR: lambda z: z}
)
"""The activations by name."""

_DEVIATIONS = 8.0
"""How far out the normal distribution is followed; beyond lie 1e-15 of it."""
_POINTS = 4001
_CROWDING = 12.0
"""Points crowd around 0 by sinh: a bend is seen even if z is spread a hundred thousand times as wide."""


class Moments:
    """Means over a normally distributed pre-activation, by quadrature on the engine's own row."""

    def __init__(self, name: str) -> None:
        self._activation = ACTIVATIONS[name]
        self._x, self._weight = _normal()

    def at(self, square: float) -> tuple[float, float, float]:
        """E[φ], E[φ²] and E[φ′²] for z of mean 0 and mean square ``square``."""
        values, slopes = self._along(sqrt(square) * self._x)
        return self._mean(values), self._mean(values**2), self._mean(slopes**2)

    @property
    def steepest(self) -> float:
        """The largest slope, wherever it is: 0.25 for the sigmoid, at 0."""
        return float(abs(self._along(self._x)[1]).max())

    def _along(self, z: Vector) -> tuple[Vector, Vector]:
        import numpy as np

        tape = Tape()
        leaf = tape.leaf(z, "z")
        y = self._activation(leaf)
        slopes = tape.pull_back(y, np.ones_like(z)).of(leaf)
        return np.asarray(y.value), np.asarray(slopes)

    def _mean(self, values: Vector) -> float:
        return float(values @ self._weight)


@cache
def _normal() -> tuple[Vector, Vector]:
    """Points of the normal distribution and their weights: the trapezoid rule under a sinh."""
    import numpy as np

    u = np.linspace(-_CROWDING, _CROWDING, _POINTS)
    stretch = _DEVIATIONS / np.sinh(_CROWDING)
    x = stretch * np.sinh(u)
    density = np.exp(-(x**2) / 2) / sqrt(2 * pi)
    return x, density * stretch * np.cosh(u) * (u[1] - u[0])
