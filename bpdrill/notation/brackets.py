"""Everything that encloses: groups and arrays, sizes and norms, inner products, as a part of the grammar."""

from __future__ import annotations

from bpdrill.model.tree import Array, Tree
from bpdrill.notation.cursor import CLOSING
from bpdrill.notation.norms import norm
from bpdrill.notation.printer import Level
from bpdrill.notation.source import Refusal
from bpdrill.notation.sums import Sums
from bpdrill.notation.terms import Term
from bpdrill.notation.tokens import Token

BARS = ("|", "‖")
"""Signs that open and close alike."""


class Brackets(Sums):
    """Reads what stands between brackets or bars."""

    def bars(self, opening: Token, _level: int) -> Term:
        """``|x|``, and ``||x||``."""
        if self.sees("|") and not self.next.gap:
            self.advance()
            return self.norm(opening, _level)
        self.open.append("|")
        inner = self.expression(Level.SUM)
        self.expect("|", opening)
        self.open.pop()
        return self.build.apply("abs", inner)

    def norm(self, opening: Token, _level: int) -> Term:
        """``‖x‖``, ``‖W‖_F``."""
        self.open.append("‖")
        inner = self.expression(Level.SUM)
        kind = self.next.text.removeprefix("‖").removeprefix("_")
        if not self.next.text.startswith("‖"):
            self.expect("|", opening)
            self.expect("|", opening)
        elif self.advance():
            self.open.pop()
        made = norm(self.build, inner, kind)
        if made is None:
            raise Refusal(opening.column, "This norm of a matrix is not read: write ‖W‖_F, or what it is.")
        return made

    def angle(self, opening: Token, _level: int) -> Term:
        """``⟨u, v⟩`` of two vectors; around numbers they are brackets like others."""
        self.open.append(opening.text)
        entries = self.entries()
        self.expect(CLOSING[opening.text], opening)
        self.open.pop()
        if len(entries) == 2 and () != entries[0].shape == entries[1].shape:
            return self.build.dot(*entries)
        return self._row(entries, nested=True)

    def group(self, opening: Token, _level: int) -> Term:
        """Brackets around one expression, or around the entries of an array."""
        self.open.append(opening.text)
        rows = [self.entries()]
        while self.accept(";"):
            if not self.sees(CLOSING[opening.text]):
                rows.append(self.entries())
        self.expect(CLOSING[opening.text], opening)
        self.open.pop()
        if len(rows) > 1:
            return self.build.array(tuple(self._row(row) for row in rows))
        return self._row(rows[0], nested=opening.text == "[")

    def entries(self) -> tuple[Term, ...]:
        """Expressions between commas."""
        found = [self.expression(Level.COMPARISON)]
        while self.accept(",") and not self.sees(*CLOSING.values()):
            found.append(self.expression(Level.COMPARISON))
        return tuple(found)

    def _row(self, entries: tuple[Term, ...], *, nested: bool = False) -> Term:
        """One entry is itself, unless it is the only row of a matrix."""
        if len(entries) == 1 and not (nested and _is_row(entries[0].tree)):
            return entries[0]
        return self.build.array(entries)


def _is_row(tree: Tree) -> bool:
    return isinstance(tree, Array) and not any(isinstance(item, Array) for item in tree.items)
