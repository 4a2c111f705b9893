"""Functions and methods with their arguments, as a part of the grammar."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from bpdrill.model.tree import Number, Symbols
from bpdrill.notation import functions
from bpdrill.notation.cursor import CLOSING, Cursor
from bpdrill.notation.functions import Function
from bpdrill.notation.printer import Level
from bpdrill.notation.source import Refusal
from bpdrill.notation.spelling import Names
from bpdrill.notation.terms import Builder, Term, is_indicator, is_vector
from bpdrill.notation.tokens import Kind, Token

_AXES = frozenset(("axis", "dim"))
_ALIASES = {"t": "transpose"}


class Calls(Cursor, ABC):
    """Reads calls; what an expression is, and what stands side by side, the whole reader knows."""

    def __init__(self, tokens: Sequence[Token], symbols: Symbols) -> None:
        super().__init__(tokens)
        self.names = Names.of(symbols)
        self.build = Builder(symbols)
        self.open: list[str] = []

    @abstractmethod
    def expression(self, level: int) -> Term:
        """An expression that holds together at least at ``level``."""

    @abstractmethod
    def beside(self, left: Term, right: Term) -> Term:
        """The product of two that stand side by side."""

    def call(self, token: Token, function: Function) -> Term:
        """A function, perhaps with a prime or a power, and its arguments."""
        meaning = functions.prime(token.text) if self.accept("'") else function.meaning
        if meaning is None:
            raise Refusal(
                token.column, f"The derivative of {token.text} has no short form here: write it out."
            )
        exponent = self._raised(token)
        args = self.arguments() if self.sees(*CLOSING) else (self._bare_argument(token, function),)
        made = self._applied(token, replace(function, meaning=meaning), args)
        return made if exponent is None else self.build.apply("power", made, exponent)

    def _applied(self, token: Token, function: Function, args: tuple[Term, ...]) -> Term:
        made = function.meaning(self.build, *args) if len(args) == function.arity else None
        if made is None:
            raise Refusal(token.column, f"{token.text} is read like this: {function.usage}.")
        return made

    def _raised(self, token: Token) -> Term | None:
        """The power between a function and its argument, as in ``tanh^2(z)``."""
        if not self.accept("^"):
            return None
        exponent = self.expression(Level.POWER)
        if not isinstance(exponent.tree, Number):
            raise Refusal(token.column, f"Only a number can be a power of {token.text} itself.")
        return exponent

    def _bare_argument(self, token: Token, function: Function) -> Term:
        """``cos x``, ``sin 2x``, ``log yhat``: one factor, and names that touch it."""
        if not function.bare:
            raise Refusal(self.next.column, f"Put brackets after {token.text}: {function.usage}.")
        argument = self.expression(Level.POWER)
        while self.next.kind is Kind.NAME and (isinstance(argument.tree, Number) or not self.next.gap):
            argument = self.beside(argument, self.expression(Level.POWER))
        return argument

    def arguments(self, *before: Term) -> tuple[Term, ...]:
        """What stands between the brackets of a call; a method has its object ``before``."""
        opening = self.opening(*CLOSING)
        self.open.append(opening.text)
        found = [*before]
        while not self.sees(CLOSING[opening.text]):
            if self._names_axis():
                self._axis(found)
            else:
                found.append(self.expression(Level.COMPARISON))
            if not self.accept(","):
                break
        self.expect(CLOSING[opening.text], opening)
        self.open.pop()
        return tuple(found)

    def _names_axis(self) -> bool:
        return self.next.kind is Kind.NAME and self.tokens[self.position + 1].text == "="

    def _axis(self, before: Sequence[Term]) -> None:
        """``axis=0`` of a vector, which has no other."""
        keyword = self.advance()
        if keyword.text not in _AXES or not (before and is_vector(before[0])):
            raise Refusal(keyword.column, "A sum along one axis is not read: write it as a matrix product.")
        self.advance()
        self.expression(Level.SUM)

    def method(self, left: Term, token: Token) -> Term:
        """``a.dot(b)``, ``z.sum()``: a function with its first argument in front."""
        name = token.text.removeprefix(".")
        function = functions.find(_ALIASES.get(name, name))
        if function is None or not self.sees("("):
            raise Refusal(token.column, f"{token.text} is not read here.")
        return self._applied(token, function, self.arguments(left))

    def cast(self, left: Term, token: Token) -> Term:
        """``(z > 0).astype(float)``: an indicator is a number already."""
        opening = self.opening("(")
        if self.next.kind is Kind.NAME:
            self.advance()
        self.expect(")", opening)
        if not is_indicator(left.tree):
            raise Refusal(token.column, f"{token.text} is read behind a comparison only.")
        return left
