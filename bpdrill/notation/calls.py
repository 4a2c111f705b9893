"""Functions and methods with their arguments, as a part of the grammar."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bpdrill.model.tree import Number, Symbols
from bpdrill.notation import functions
from bpdrill.notation.cursor import CLOSING, Cursor
from bpdrill.notation.einsum import einsum
from bpdrill.notation.functions import Function
from bpdrill.notation.printer import Level
from bpdrill.notation.source import Refusal
from bpdrill.notation.spelling import Names
from bpdrill.notation.terms import ONE, ZERO, Builder, Term, is_indicator
from bpdrill.notation.tokens import Kind, Token

_SETTINGS = {"axis": "axis", "dim": "axis", "keepdims": "keep", "keepdim": "keep", "min": "low"}
"""Settings by the names they are given by, and by our own."""
_SAYS_NOTHING = frozenset(("dtype",))
_CONSTANTS = {"True": ONE, "False": ZERO, "None": None}
_METHODS = {"t": "transpose", "permute": "transpose", "max": "amax", "dot": "matmul"}
"""Methods that mean another function than the one of their name."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What stands between the brackets of a call: what has a place, and what has a name."""

    placed: tuple[Term, ...]
    named: dict[str, Term]

    def of(self, function: Function, make: Callable[..., Term | None]) -> Term | None:
        """What ``make``, a meaning of ``function``, makes of them; None if they are not its arguments."""
        left_over = len(self.placed) - function.arity
        free = function.settings[max(left_over, 0) :]
        if not 0 <= left_over <= len(function.settings) or not self.named.keys() <= set(free):
            return None
        return make(*self.placed, **self.named)


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
        if self.accept("'"):
            function = self._primed(token, function)
        exponent = self._raised(token)
        given = self.arguments() if self.sees(*CLOSING) else self._bare_argument(token, function)
        made = self._applied(token, function, given)
        return made if exponent is None else self.build.apply("power", made, exponent)

    def _primed(self, token: Token, function: Function) -> Function:
        """The derivative of ``function``."""
        prime = functions.prime(token.text)
        if prime is None:
            raise Refusal(
                token.column, f"The derivative of {token.text} has no short form here: write it out."
            )
        return replace(function, meaning=prime, settings=())

    def _applied(self, token: Token, function: Function, given: Arguments) -> Term:
        made = given.of(function, lambda *args, **settings: function.meaning(self.build, *args, **settings))
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

    def _bare_argument(self, token: Token, function: Function) -> Arguments:
        """``cos x``, ``sin 2x``, ``log yhat``: one factor, and names that touch it."""
        if not function.bare:
            raise Refusal(self.next.column, f"Put brackets after {token.text}: {function.usage}.")
        argument = self.expression(Level.POWER)
        while self.next.kind is Kind.NAME and (isinstance(argument.tree, Number) or not self.next.gap):
            argument = self.beside(argument, self.expression(Level.POWER))
        return Arguments((argument,), {})

    def arguments(self, *before: Term) -> Arguments:
        """What stands between the brackets of a call; a method has its object ``before``."""
        opening = self.opening(*CLOSING)
        self.open.append(opening.text)
        placed, named = [*before], dict[str, Term]()
        while not self.sees(CLOSING[opening.text]):
            if self._names_setting():
                named |= self._setting()
            else:
                placed.append(self.expression(Level.COMPARISON))
            if not self.accept(","):
                break
        self.expect(CLOSING[opening.text], opening)
        self.open.pop()
        return Arguments(tuple(placed), named)

    def _names_setting(self) -> bool:
        return self.next.kind is Kind.NAME and self.tokens[self.position + 1].text == "="

    def _setting(self) -> dict[str, Term]:
        """``axis=0``, ``keepdims=True``; nothing for one that leaves the value as it is."""
        keyword = self.advance()
        self.advance()
        says_nothing = keyword.text in _SAYS_NOTHING
        if not (says_nothing or keyword.text in _SETTINGS):
            raise Refusal(keyword.column, f"{keyword.text} is not read here: axis and keepdims are.")
        if says_nothing or self.next.text in _CONSTANTS:
            value = _CONSTANTS.get(self.advance().text)
        else:
            value = self.expression(Level.SUM)
        return {} if value is None else {_SETTINGS[keyword.text]: value}

    def einsum(self, token: Token) -> Term:
        """``einsum("ij,j->i", A, x)``."""
        subscripts = self._subscripts()
        given = self.arguments()
        made = None if subscripts is None or given.named else einsum(self.build, subscripts, given.placed)
        if made is None:
            usage = 'einsum("ij,j->i", A, x), of one or two arrays that have these axes'
            raise Refusal(token.column, f"einsum is read like this: {usage}.")
        return made

    def _subscripts(self) -> str | None:
        """Take the quoted letters that are the first argument, and the comma behind them."""
        quoted = self.tokens[self.position + 1 :][:1]
        if not (self.sees("(") and quoted and quoted[0].kind is Kind.TEXT):
            return None
        behind = self.position + 1
        del self.tokens[behind]
        if self.tokens[behind].text == ",":
            del self.tokens[behind]
        return quoted[0].text

    def method(self, left: Term, token: Token) -> Term:
        """``a.dot(b)``, ``z.sum()``: a function with its first argument in front."""
        name = token.text.removeprefix(".")
        function = functions.find(_METHODS.get(name, name))
        if function is None or not self.sees("("):
            raise Refusal(token.column, f"{token.text} is not read here.")
        return self._applied(token, function, self.arguments(left))

    def cast(self, left: Term, token: Token) -> Term:
        """``(z > 0).astype(float)``: an indicator is a number already, and a scalar its own item."""
        opening = self.opening("(")
        if self.next.kind is Kind.NAME:
            self.advance()
        self.expect(")", opening)
        if not (is_indicator(left.tree) or (token.text == ".item" and left.shape == ())):
            raise Refusal(token.column, f"{token.text} is read behind a comparison only.")
        return left
