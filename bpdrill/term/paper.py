"""What is drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from bpdrill.model.tree import Symbols, Tree
from bpdrill.notation import printer
from bpdrill.term.ascii import transliterate
from bpdrill.term.cells import visible

NO_SHAPES: Symbols = MappingProxyType({})
NARROWEST = 20
"""Cells a line has at the least; a narrower terminal wraps by itself."""


@dataclass(frozen=True, slots=True)
class Paper:
    """How wide a line may be, in cells, and whether it is held to ASCII."""

    width: int = 80
    ascii: bool = False

    def text(self, text: str) -> str:
        """``text`` as this paper can show it, harmless and on one line."""
        seen = visible(text)
        return transliterate(seen) if self.ascii else seen

    def tree(self, tree: Tree, symbols: Symbols = NO_SHAPES) -> str:
        """``tree`` in the notation of this paper; known shapes decide how products are written."""
        return self.text(printer.text(tree, self.style, symbols))

    def rows(self, tree: Tree, symbols: Symbols, room: int) -> list[str]:
        """As ``tree``, with matrices in two dimensions where they fit into ``room`` cells."""
        from bpdrill.notation import layout

        return [self.text(row) for row in layout.lines(tree, self.style, symbols, room)]

    @property
    def style(self) -> printer.Style:
        """The alphabet of its formulas."""
        return printer.Style.ASCII if self.ascii else printer.Style.UNICODE
