"""What becomes of a gradient on its way through a deep network, measured and by theory.

flow(Settings(activation="sigmoid", layers=10)).z.per_layer    about 0.23
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import exp, log, sqrt
from statistics import fmean
from typing import Any

from bpdrill.laboratory.flow.activation import Moments
from bpdrill.laboratory.flow.network import (
    Norms,
    draw,
    frobenius_norm,
    gradient_norms,
    spectral_norm,
    spectral_radius,
)
from bpdrill.laboratory.flow.regime import Regime, regime
from bpdrill.laboratory.flow.settings import Settings
from bpdrill.laboratory.flow.theory import capped, expected
from bpdrill.laboratory.flow.weights import Matrix


@dataclass(frozen=True, slots=True)
class Curve:
    """One kind of gradient along the layers, layer 1 first."""

    measured: tuple[float, ...]
    """Norms, the geometric mean over the networks drawn."""
    expected: tuple[float, ...]
    """By theory, in the limit of wide layers."""
    lowest: float
    """The smallest ratio of layer 1 to the last among the networks drawn."""
    highest: float
    """The largest."""

    @property
    def ratio(self) -> float:
        """Layer 1 over the last layer; 0 where not even the last has a gradient."""
        return ratio(self.measured)

    @property
    def per_layer(self) -> float:
        """The factor of one layer, the geometric mean over all."""
        return self.root(self.ratio)

    @property
    def expected_per_layer(self) -> float:
        """The same by theory."""
        return self.root(ratio(self.expected))

    @property
    def regime(self) -> Regime:
        """What it amounts to."""
        return regime(self.ratio, self.gaps)

    @property
    def gaps(self) -> int:
        """From layer 1 to the last: one fewer than there are layers."""
        return len(self.measured) - 1

    def root(self, ratio: float) -> float:
        """What one layer contributes to ``ratio``."""
        return float(ratio ** (1 / self.gaps))


@dataclass(frozen=True, slots=True)
class Clipping:
    """The norm of all weight gradients together, before and after."""

    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What is known of the one matrix of a recurrent network, the mean over those drawn."""

    radius: float
    """Spectral radius: the growth per step in the long run, if the network were linear."""
    norm: float
    """Spectral norm: times the steepest slope, no step can grow by more."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Settings and what was found."""

    settings: Settings
    gain: float
    """√(n·Var(w)), what a weight matrix makes of a random vector's length on average."""
    steepest: float
    """The largest slope of the activation."""
    z: Curve
    """At the pre-activations: the product of Jacobians itself."""
    W: Curve
    """At the weights: what an update sees."""
    caps: tuple[float, ...]
    """Of the norms at the pre-activations, if every slope were the steepest."""
    clipping: Clipping | None = None
    recurrence: Recurrence | None = None

    @property
    def cap_per_layer(self) -> float:
        """Steepest slope times gain: on average over draws, a layer without a skip passes no more."""
        return self.z.root(ratio(self.caps))


@dataclass(frozen=True, slots=True)
class Overflow:
    """Settings whose numbers leave the range of a float: nothing is left to measure."""

    settings: Settings
    gain: float
    steepest: float


def flow(settings: Settings) -> Flow | Overflow:
    """Draw the networks, walk back through each, and hold the norms against theory."""
    runs = [_run(settings, trial) for trial in range(settings.trials)]
    norms = [run.norms for run in runs if run.norms]
    gain, steepest = _gain(settings, runs), Moments(settings.activation).steepest
    if len(norms) < len(runs):
        return Overflow(settings, gain, steepest)
    theory = expected(settings, gain)
    return Flow(
        settings,
        gain,
        steepest,
        z=_curve([run.z for run in norms], theory.z),
        W=_curve([run.W for run in norms], theory.W),
        caps=capped(settings, gain).z,
        clipping=_clipping(settings.clip, [run.update for run in norms]),
        recurrence=_recurrence(runs) if settings.recurrent else None,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """One network: its norms, and the weights of its first layer."""

    norms: Norms | None
    first: Matrix


def _run(settings: Settings, trial: int) -> _Run:
    draws = draw(settings, trial)
    return _Run(gradient_norms(settings, draws), draws.weights[0])


def _gain(settings: Settings, runs: Sequence[_Run]) -> float:
    """What the scheme promises; where weights were scaled to a radius, what came out of it."""
    if settings.radius is None:
        return settings.init.gain(settings.width)
    return fmean(frobenius_norm(run.first) for run in runs) / sqrt(settings.width)


def _curve(measured: Sequence[Sequence[float]], expected: tuple[float, ...]) -> Curve:
    ratios = [ratio(norms) for norms in measured]
    means = tuple(geometric_mean(layer) for layer in zip(*measured, strict=True))
    return Curve(means, expected, min(ratios), max(ratios))


def _clipping(threshold: float | None, updates: Sequence[float]) -> Clipping | None:
    """By norm: a gradient longer than ``threshold`` is scaled down to it, direction kept."""
    if threshold is None:
        return None
    return Clipping(geometric_mean(updates), geometric_mean([min(norm, threshold) for norm in updates]))


def _recurrence(runs: Sequence[_Run]) -> Recurrence:
    return Recurrence(
        fmean(spectral_radius(run.first) for run in runs), fmean(spectral_norm(run.first) for run in runs)
    )


def as_record(result: Flow | Overflow) -> dict[str, Any]:
    """All of it in plain types, with what follows from it."""
    if isinstance(result, Overflow):
        return asdict(result) | {"overflow": True, "regime": Regime.EXPLODING.value}
    curves = {name: asdict(curve) | _derived(curve) for name, curve in (("z", result.z), ("W", result.W))}
    caps = {"cap_per_layer": None if result.settings.skip else result.cap_per_layer}
    return asdict(result) | curves | caps | {"overflow": False, "regime": result.z.regime.value}


def _derived(curve: Curve) -> dict[str, Any]:
    return {
        "ratio": curve.ratio,
        "per_layer": curve.per_layer,
        "expected_per_layer": curve.expected_per_layer,
        "regime": curve.regime.value,
    }


def ratio(norms: Sequence[float]) -> float:
    """The first over the last; 0 where both are 0."""
    return norms[0] / norms[-1] if norms[-1] else 0.0


def geometric_mean(sizes: Sequence[float]) -> float:
    """The mean of factors; 0 if one of them is."""
    return exp(fmean(map(log, sizes))) if all(sizes) else 0.0
