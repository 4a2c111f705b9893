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
    return tuple(deck[:count]) if seed == 0 else numbers.several(deck, count)
