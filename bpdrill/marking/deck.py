"""Some of many: the first ones for seed 0, drawn without putting back for the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw

Card = TypeVar("Card")


def deal(deck: Sequence[Card], count: int, seed: int, numbers: Draw) -> tuple[Card, ...]:
    """``count`` cards of ``deck``; AuthorError if it holds fewer."""
    if count > len(deck):
        raise AuthorError(f"spec: {count} are to be asked and there are {len(deck)}")
    left = list(deck)
    places = [0 if seed == 0 else numbers.integer(0, len(left) - 1 - done) for done in range(count)]
    return tuple(left.pop(place) for place in places)
