"""What should become of a gradient, in the limit of wide layers, and what it can be at most.

For independent weights of mean 0 a layer's pre-activations are normal, so mean squares follow
from one layer to the next (Glorot and Bengio 2010, He et al. 2015). With g the gain √(n·Var(w)),
m the mean square of h, and a normalisation that divides z by s (else s = 1):

    forward    mean square of z_l    = g² m_(l-1) / s²
    backward   ‖∂L/∂z_l‖²            = ‖∂L/∂h_l‖² · E[φ′(z_l)²] / s²
               ‖∂L/∂h_(l-1)‖²        = g² ‖∂L/∂z_l‖²   (+ ‖∂L/∂h_l‖² with a skip connection)
               ‖∂L/∂W_l‖²            = ‖∂L/∂z_l‖² · n m_(l-1)

The cap puts the steepest slope that φ has in the place of φ′: 0.25 a layer for sigmoid at
gain 1, so 0.25^10 from the loss to the first of ten layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from bpdrill.laboratory.flow.activation import Moments
from bpdrill.laboratory.flow.network import EPSILON, INPUT_DEVIATION, Norms
from bpdrill.laboratory.flow.settings import Settings


@dataclass(frozen=True, slots=True)
class Passage:
    """What one layer does to mean squares on the way back."""

    slope: float
    """E[φ′²] / s²: from ∂L/∂h_l to ∂L/∂z_l."""
    arriving: float
    """Mean square of what enters the layer, m_(l-1)."""


@dataclass(frozen=True, slots=True)
class Signal:
    """The activations of one layer on the way forward: their mean over the batch, and their mean square."""

    mean: float
    square: float


def expected(settings: Settings, gain: float) -> Norms:
    """The norms to expect; ``gain`` is that of the weights."""
    return _backward(settings, gain, _forward(settings, gain, cap=None))


def capped(settings: Settings, gain: float) -> Norms:
    """The norms to expect if every slope were the steepest."""
    return _backward(settings, gain, _forward(settings, gain, cap=Moments(settings.activation).steepest))


def _forward(settings: Settings, gain: float, cap: float | None) -> list[Passage]:
    moments = Moments(settings.activation)
    signal = Signal(0.0, 1.0)
    passages: list[Passage] = []
    for _ in range(settings.layers):
        spread = _spread(settings, gain, signal)
        mean, square, slope = moments.at(_square(settings, gain, signal) / spread)
        passages.append(Passage((slope if cap is None else cap**2) / spread, signal.square))
        signal = _after(settings, signal, Signal(mean, square))
    return passages


def _square(settings: Settings, gain: float, signal: Signal) -> float:
    """The mean square of z; over a batch it is the variance that counts."""
    own = signal.square - signal.mean**2 * (settings.norm == "batch")
    return gain**2 * own + INPUT_DEVIATION**2 * settings.recurrent


def _spread(settings: Settings, gain: float, signal: Signal) -> float:
    """s²: what a normalisation divides the mean square of z by."""
    return _square(settings, gain, signal) + EPSILON if settings.norm else 1.0


def _after(settings: Settings, before: Signal, bent: Signal) -> Signal:
    """What leaves the layer; with a skip connection, on top of what entered."""
    if not settings.skip:
        return bent
    return Signal(before.mean + bent.mean, before.square + 2 * before.mean * bent.mean + bent.square)


def _backward(settings: Settings, gain: float, passages: Sequence[Passage]) -> Norms:
    """Lengths, not their squares, which would leave the range of a float too soon."""
    z: list[float] = []
    W: list[float] = []
    h = 1.0
    for passage in reversed(passages):
        z.append(h * sqrt(passage.slope))
        W.append(z[-1] * sqrt(settings.width * passage.arriving))
        h = hypot(gain * z[-1], h * settings.skip)
    return Norms(tuple(reversed(z)), tuple(reversed(W)), hypot(*W))
