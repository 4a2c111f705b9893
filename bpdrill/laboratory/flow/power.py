"""One factor at every layer: arithmetic alone, for 0.25^10 and 1.5^100."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log, log10
from typing import Any

from bpdrill.laboratory.flow.regime import Regime, regime
from bpdrill.model.errors import UsageError

MOST_LAYERS = 100_000
_MOST_DECADES = 300

SMALLEST, LARGEST = 1e-6, 1e6
"""Factors of a layer that somebody may meet."""

FORMATS = {
    "Half precision": (65504.0, 2.0**-24),
    "Single precision": (3.4028234663852886e38, 2.0**-149),
}
"""The largest number of each (IEEE 754), and the smallest above 0."""


@dataclass(frozen=True, slots=True)
class Power:
    """``factor`` to the power of ``layers``; raises UsageError for what nears the end of floats."""

    factor: float
    layers: int

    def __post_init__(self) -> None:
        if not 1 <= self.layers <= MOST_LAYERS:
            raise UsageError(f"layers must be a whole number from 1 to {MOST_LAYERS}, not {self.layers}.")
        if not SMALLEST <= self.factor <= LARGEST:
            raise UsageError(f"factor must lie between {SMALLEST:g} and {LARGEST:g}, not at {self.factor:g}.")
        decades = self.layers * log10(self.factor)
        if abs(decades) > _MOST_DECADES:
            raise UsageError(
                f"{self.factor:g}^{self.layers} is about 1e{floor(decades)}, where floats come to an end: "
                f"take {floor(_MOST_DECADES / abs(log10(self.factor)))} layers or fewer."
            )

    @property
    def regime(self) -> Regime:
        """What it amounts to."""
        return regime(self.after(self.layers), self.layers)

    def after(self, layers: int) -> float:
        """The product of so many factors."""
        return self.factor**layers

    def as_record(self) -> dict[str, Any]:
        """All of it in plain types."""
        return {
            "factor": self.factor,
            "layers": self.layers,
            "product": self.after(self.layers),
            "between_first_and_last": self.after(self.layers - 1),
            "regime": self.regime.value,
        }

    def layers_within(self, largest: float, smallest: float) -> int | None:
        """How many factors fit between ``smallest`` and ``largest``; None if any number does."""
        if self.factor == 1:
            return None
        edge = round(log(largest if self.factor > 1 else smallest) / log(self.factor))
        return edge if smallest <= self.after(edge) <= largest else edge - 1
