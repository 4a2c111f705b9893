"""Vanishing, stable or exploding: what a ratio between layers amounts to."""

from __future__ import annotations

from enum import Enum
from math import ceil, inf, log

APART = 100.0
"""Between first and last layer. One learning rate serves both: a rate that suits one end is then
a hundred times wrong for the other."""
PER_LAYER = 2.0
"""From layer to layer. Whatever the depth is now, seven more layers make it 2^7 = 128, beyond ``APART``."""
_LEVEL = 1e-3
"""The logarithm of a factor so near to 1 that it may as well be 1."""
_SLACK = 1e-9
"""Two factors of 0.1 make 1/100, whatever the last bit says."""


class Regime(Enum):
    """Where on the spectrum of gradient flow a network stands."""

    VANISHING = "vanishing"
    STABLE = "stable"
    EXPLODING = "exploding"


SOON = 7
"""Layers after which ``PER_LAYER`` is beyond ``APART``."""

THRESHOLDS = (
    f"The line is a factor of {APART:g} between first and last layer, where no one learning rate suits both "
    f"ends, or of {PER_LAYER:g} per layer, which seven more layers make {PER_LAYER**SOON:g}."
)


def regime(ratio: float, gaps: int) -> Regime:
    """Of a gradient that is multiplied by ``ratio`` over ``gaps`` layers on its way to the first."""
    limit = min(APART, PER_LAYER ** min(gaps, SOON))
    if ratio <= 1 / limit:
        return Regime.VANISHING
    return Regime.EXPLODING if ratio >= limit else Regime.STABLE


def layers_until_apart(per_layer: float) -> int | None:
    """After how many layers a factor ``per_layer`` makes 100 or 1/100; None if it stays near 1."""
    steepness = abs(log(per_layer)) if per_layer else inf
    return ceil(log(APART) / steepness - _SLACK) if steepness > _LEVEL else None
