"""Numbers an item leaves open: what they are for seed 0, and what they are drawn from otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpdrill.model.items import Draw


@dataclass(frozen=True, slots=True)
class Range:
    """A number: for seed 0 as it is, else a whole one from ``low`` to ``high``, or one of ``choices``."""

    page: float
    low: int = 0
    high: int = 0
    choices: tuple[float, ...] = ()

    def drawn(self, numbers: Draw) -> float:
        """One of the choices, or a whole number of the range."""
        return float(numbers.choice(self.choices) if self.choices else numbers.integer(self.low, self.high))


def draw_ranges(ranges: Mapping[str, Range], seed: int) -> dict[str, float]:
    """Every number of ``ranges``, in their order."""
    numbers = Draw(seed)
    return {name: entry.page if seed == 0 else entry.drawn(numbers) for name, entry in ranges.items()}
