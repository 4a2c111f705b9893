"""What to do about a gradient that vanishes or explodes: one sentence, and a network to try next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bpdrill.laboratory.flow.regime import Regime
from bpdrill.laboratory.flow.settings import Settings


@dataclass(frozen=True, slots=True)
class Remedy:
    """A cure by its mechanism, and the options that show it."""

    words: str
    options: str


Case: TypeAlias = tuple[Callable[[Settings], bool], Remedy]
"""Whom it fits, and what it is."""

_RELU = "--activation relu --init he"
_BRANCHES = f"{_RELU} --skip --norm batch"


def _otherwise(_settings: Settings) -> bool:
    return True


def _unlike_relu(settings: Settings) -> bool:
    return (settings.activation, settings.init.name) != ("relu", "he")


_WIDEN = Remedy(
    "The factor is right on average, and narrow layers scatter around it: widen them.",
    f"{_RELU} --width 128 --trials 3",
)
_CASES: Mapping[Regime, Sequence[Case]] = {
    Regime.VANISHING: (
        (
            lambda s: s.recurrent,
            Remedy(
                "An orthogonal matrix keeps lengths; over many steps only a state that is added to "
                "(LSTM, GRU) keeps a factor near 1.",
                "--activation linear --init orthogonal",
            ),
        ),
        (
            lambda s: s.init.name == "zeros",
            Remedy("Zero weights pass nothing back: draw them, at the size that fits the activation.", _RELU),
        ),
        (
            lambda s: s.activation == "sigmoid",
            Remedy(
                "Larger weights only saturate a slope that is at most 0.25. ReLU has slope 1 where a unit is "
                "on, and He weights fit it; a skip connection adds a path of factor 1.",
                _RELU,
            ),
        ),
        (
            _unlike_relu,
            Remedy(
                "Give back what a layer takes: He weights, of variance 2/n, make up for the half that ReLU "
                "cuts off; a skip connection adds a path of factor 1.",
                _RELU,
            ),
        ),
        (_otherwise, _WIDEN),
    ),
    Regime.EXPLODING: (
        (
            lambda s: s.recurrent,
            Remedy(
                "Clipping by norm keeps the step small; a smaller or an orthogonal matrix removes the cause.",
                "--activation tanh --init orthogonal",
            ),
        ),
        (
            lambda s: s.skip and not s.norm,
            Remedy("Each branch feeds on the sum it adds to: normalise inside the branch.", _BRANCHES),
        ),
        (
            lambda s: s.norm == "batch" and not s.skip,
            Remedy(
                "Batch norm divides by a deviation that the activation before it has made smaller; beside a "
                "skip connection the deviation grows instead.",
                _BRANCHES,
            ),
        ),
        (
            _unlike_relu,
            Remedy(
                "Draw smaller weights, such as He's for ReLU; in training, clip the gradient by its norm.",
                _RELU,
            ),
        ),
        (_otherwise, _WIDEN),
    ),
    Regime.STABLE: (
        (
            lambda s: s.recurrent,
            Remedy(
                "Steps that neither stretch nor shrink: the rare case. Let the matrix stretch.",
                "--activation linear --radius 1.5",
            ),
        ),
        (
            lambda s: s.activation == "sigmoid",
            Remedy("Take away what helps, and see it die.", "--activation sigmoid"),
        ),
        (
            _otherwise,
            Remedy("The same depth with a slope of at most 0.25 is another story.", "--activation sigmoid"),
        ),
    ),
}


def remedy(regime: Regime, settings: Settings) -> Remedy:
    """The first case that fits."""
    return next(remedy for fits, remedy in _CASES[regime] if fits(settings))
