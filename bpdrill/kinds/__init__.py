"""The kinds of exercise: one module each, named as in YAML's ``kind:``.

Listing them imports nothing; ``load`` imports one. A kind says what may be configured (``Spec``),
draws a variant, presents it, judges an answer, works it out, and ships specimens that prove its
marking. No kind imports another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

from bpdrill.model.blocks import Block, Presentation
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Item, Variant
from bpdrill.model.marks import Answer, Judgement, Specimen


class Kind(Protocol):
    """What a kind's module offers."""

    REVISION: int
    """Goes up when the same seed would draw another variant."""

    @property
    def Spec(self) -> type:
        """The frozen record of the kind's own keys in an item's YAML."""

    def vary(self, item: Item, seed: int) -> Variant:
        """Draw a variant; seed 0 is the item's own numbers."""

    def present(self, variant: Variant) -> Presentation:
        """What is shown and what is asked."""

    def judge(self, variant: Variant, answer: Answer) -> Sequence[Judgement]:
        """One judgement a field, in order: a pure function of its arguments."""

    def solution(self, variant: Variant) -> Sequence[Block]:
        """The variant worked out."""

    def specimens(self, variant: Variant) -> Sequence[Specimen]:
        """Answers and what they must earn: right in guises, wrong in known ways, unreadable, blank."""

    def complaints(self, variant: Variant) -> Sequence[str]:
        """What an author should mend: a key that a second derivation denies, numbers that hide a mistake."""


def kind_names() -> tuple[str, ...]:
    """Every kind there is; imports none."""
    from pkgutil import iter_modules

    return tuple(sorted(module.name for module in iter_modules(__path__)))


def load(name: str) -> Kind:
    """The kind called ``name``.

    Raises:
        AuthorError: there is no such kind.

    """
    if name not in kind_names():
        raise AuthorError(f"there is no kind {name!r}; write one of: {', '.join(kind_names())}")
    from importlib import import_module

    return cast("Kind", import_module(f"bpdrill.kinds.{name}"))
