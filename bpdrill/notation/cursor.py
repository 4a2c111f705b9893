"""A place in a line of tokens, and the steps that move it on."""

from __future__ import annotations

from collections.abc import Sequence

from bpdrill.notation.source import Refusal
from bpdrill.notation.tokens import Kind, Token

CLOSING = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}
"""Each opening bracket with the one that closes it."""


class Cursor:
    """Walks along ``tokens``, the last of which is the end."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = list(tokens)
        self.position = 0

    @property
    def next(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.position]

    def sees(self, *signs: str) -> bool:
        """Whether one of ``signs`` is next."""
        return self.next.kind is Kind.SIGN and self.next.text in signs

    def advance(self) -> Token:
        """Take the next token; the end stays."""
        token = self.next
        self.position += token.kind is not Kind.END
        return token

    def accept(self, *signs: str) -> bool:
        """Take the next token if it is one of ``signs``."""
        return self.sees(*signs) and bool(self.advance())

    def opening(self, *signs: str) -> Token:
        """Take the bracket that must come now; raises Refusal if it does not."""
        if not self.sees(*signs):
            raise Refusal(self.next.column, f"I expected {signs[0]} here.")
        return self.advance()

    def expect(self, sign: str, opening: Token) -> None:
        """Take ``sign``, which closes ``opening``; raises Refusal if it is not there."""
        if self.accept(sign):
            return
        if self.next.kind is Kind.END:
            raise Refusal(opening.column, f"This {opening.text} is never closed.")
        raise Refusal(self.next.column, f"I expected {sign} here, to close the {opening.text} before.")

    def finish(self) -> None:
        """Stand at the end; raises Refusal if something is left over."""
        if self.next.kind is not Kind.END:
            raise Refusal(self.next.column, _LEFT_OVER.get(self.next.text, "I cannot read on from here."))


_LEFT_OVER = {
    ",": "One expression is asked for: a decimal point is written with a dot, 0.5.",
    ";": "One expression is asked for, without a semicolon.",
    "=": "One expression is asked for: write only the right side of the =.",
    "==": "One expression is asked for, not an equation.",
} | dict.fromkeys(CLOSING.values(), "This bracket closes nothing.")
