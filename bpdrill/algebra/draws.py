"""Arrays drawn from a seed, in humane decimals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bpdrill.model.items import Draw


def draw_array(lengths: Sequence[int], numbers: Draw, largest: int, per: int) -> Any:
    """Multiples of ``1 / per`` between ``-largest / per`` and ``largest / per``; never 0: it hides slips."""
    from math import prod

    from numpy import array

    return array(
        [numbers.choice((-1, 1)) * numbers.decimal(1, largest, per) for _ in range(prod(lengths))]
    ).reshape(lengths)


def draw_one_hot(length: int, numbers: Draw) -> Any:
    """Zeros with one 1."""
    from numpy import eye

    return eye(length)[numbers.integer(0, length - 1)]
