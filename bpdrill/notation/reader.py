"""A Pratt reader: tokens to one tree, told the declared names and their shapes.

The ladder, loosest first: comparison; ``+ -``; ``⊙`` and ``⊗``; ``* / · @`` and side by side,
from left to right (``1/2x`` is ``(1/2)·x``, as in Python); powers, from right to left, and
whatever follows a name. A leading minus reaches over a product, ``-a b`` is ``-(a b)``, and
stops before a sum.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bpdrill.model.tree import Apply, Number, Shape, Symbol, Symbols
from bpdrill.notation import functions, views
from bpdrill.notation.brackets import BARS, Brackets
from bpdrill.notation.cursor import CLOSING
from bpdrill.notation.numerals import literal, percent
from bpdrill.notation.printer import Level
from bpdrill.notation.rules import is_square_by_name
from bpdrill.notation.source import Refusal
from bpdrill.notation.sums import run_of
from bpdrill.notation.terms import ONE, Term, compared
from bpdrill.notation.tokens import Kind, Token, limit

DEEPEST = 64
LARGEST = 2_000
_COMPARISONS = frozenset("><≥≤")
_GRADIENT = re.compile("d[A-Za-z](hat)?[0-9]*")
_NOT_FINITE = frozenset(("nan", "inf", "oo", "infinity"))
_CASTS = frozenset((".astype", ".float", ".int", ".double", ".to", ".item"))


class Reader(Brackets):
    """Reads one expression from ``tokens``; every method may raise Refusal."""

    def __init__(self, tokens: Sequence[Token], symbols: Symbols) -> None:
        super().__init__(tokens, symbols)
        self.depth = 0

    def whole(self) -> Term:
        """All tokens as one expression."""
        term = self.expression(Level.COMPARISON)
        self.finish()
        return term

    def expression(self, level: int) -> Term:
        """An expression that holds together at least at ``level``."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refusal(self.next.column, f"This is nested more than {DEEPEST} deep.")
        term = self._checked(self.operand(level))
        while (longer := self.continued(term, level)) is not None:
            term = self._checked(longer)
        self.depth -= 1
        return term

    def _checked(self, term: Term) -> Term:
        if term.depth > DEEPEST or term.size > LARGEST:
            raise Refusal(self.next.column, "This formula is too large: give it in a shorter form.")
        return term

    def operand(self, level: int) -> Term:
        """What an expression begins with."""
        token = self.advance()
        if token.kind is Kind.NUMBER:
            return self.number(token)
        if token.kind is Kind.NAME:
            return self.name(token)
        prefix = _PREFIXES.get(token.text)
        if prefix is None:
            place = "at the end" if token.kind is Kind.END else "here"
            raise Refusal(token.column, f"Something is missing {place}: a name, a number or a bracket.")
        return prefix(self, token, level)

    def continued(self, left: Term, level: int) -> Term | None:
        """``left`` with what follows it taken in; None if nothing does at this level."""
        token = self.next
        if token.kind is Kind.METHOD or token.text in _POSTFIXES or self._indexes(left):
            return self.postfix(left) if level <= Level.POWER else None
        if token.text not in _INFIXES and not self.starts_operand():
            return None
        rung, product = _INFIXES.get(token.text, (Level.PRODUCT, Reader.beside))
        if rung < level:
            return None
        if token.text in _INFIXES:
            self.advance()
        return product(self, left, self.expression(rung + 1))

    def starts_operand(self) -> bool:
        """Whether something stands side by side with what was read."""
        token = self.next
        if token.kind is Kind.NUMBER and not self._indicates(token, self.position + 1):
            raise Refusal(token.column, "A number cannot follow directly: write * or ^ before it.")
        if token.text in BARS:
            return not self.open or self.open[-1] not in BARS
        return token.kind in (Kind.NAME, Kind.NUMBER) or token.text in _SIDE_BY_SIDE

    # What an expression begins with

    def number(self, token: Token) -> Term:
        """A literal, or the 1 of an indicator such as ``1[z > 0]``."""
        if self._indicates(token, self.position):
            return self.group(self.advance(), Level.ATOM)
        if self.next.text in {"e", "E"} and not self.next.gap and self.names.find(self.next.text) is None:
            self._check_euler()
        return Term(literal(token.text, token.column), ())

    def _check_euler(self) -> None:
        """``2e^x`` is a product; ``2e`` may be one, or half a number."""
        if self.tokens[self.position + 1].text != "^":
            raise Refusal(
                self.next.column, "An exponent is missing: write 1e3, or 2*exp(1) for a multiple of e."
            )

    def _indicates(self, token: Token, start: int) -> bool:
        """Whether ``token`` is a 1 before brackets that hold a comparison."""
        depth = 0
        for inner in self.tokens[start:] if token.text == "1" else ():
            depth += (inner.text in CLOSING) - (inner.text in CLOSING.values())
            if depth < 1 or (depth == 1 and inner.text in _COMPARISONS):
                return depth == 1
        return False

    def minus(self, _: Token, level: int) -> Term:
        """A leading minus."""
        return self.build.apply("neg", self.plus(_, level))

    def plus(self, _: Token, level: int) -> Term:
        """A leading plus says nothing."""
        return self.expression(max(level, Level.ENTRYWISE))

    def root(self, _token: Token, _level: int) -> Term:
        """``√2``, ``√(x + y)``."""
        return self.build.apply("sqrt", self.expression(Level.ATOM))

    def fraction(self, _token: Token, level: int) -> Term:
        r"""``\frac{a}{b}``."""
        above = self.group(self.opening("{"), level)
        return self.over(above, self.group(self.opening("{"), level))

    # Names

    def name(self, token: Token) -> Term:
        """A declared name, Euler's number, a function, or declared names written together."""
        declared = self.declared(token)
        if declared is not None:
            return declared
        if token.text == "e":
            return self.build.apply("exp", self.expression(Level.POWER) if self.accept("^") else ONE)
        if token.text == "einsum":
            return self.einsum(token)
        run = run_of(token.text)
        if run is not None:
            return self.running(token, run)
        function = functions.find(token.text)
        return self.call(token, function) if function else self._split(token)

    def _split(self, token: Token) -> Term:
        """Names written together, ``wx``, read as separate tokens."""
        ways = () if self._looks_like_gradient(token.text) else self.names.splits(token.text)
        if len(ways) != 1:
            raise Refusal(token.column, self._unknown(token.text, ambiguous=len(ways) > 1))
        pieces = [replace(token, text=piece, gap=False) for piece in ways[0]]
        self.position -= 1
        self.tokens[self.position : self.position + 1] = pieces
        limit(len(self.tokens), token.column)
        return self.name(self.advance())

    def _looks_like_gradient(self, word: str) -> bool:
        """``dw`` is never ``d`` times ``w``."""
        return word.startswith("d") and self.names.find(word[1:]) is not None

    def _unknown(self, word: str, *, ambiguous: bool) -> str:
        if ambiguous:
            return f"{word} can be read in more than one way: write * between the names."
        if word.lower() in _NOT_FINITE:
            return "Only finite values count: write a number or a formula."
        if not self.build.symbols:
            return f"{word} cannot be used here: write a number."
        return f"{word} is not a name of this problem. {self.names.advise(word)}"

    # What follows an operand

    def postfix(self, left: Term) -> Term:
        """A power, a transpose, an index, a method."""
        token = self.advance()
        if token.kind is Kind.METHOD:
            return _METHODS.get(token.text, Reader.method)(self, left, token)
        return _POSTFIXES.get(token.text, Reader.indexed)(self, left, token)

    def _indexes(self, left: Term) -> bool:
        """Whether brackets follow that pick from a vector or matrix, as in ``dz2[:, None]``."""
        return self.sees("[") and not self.next.gap and left.shape != ()

    def indexed(self, left: Term, opening: Token) -> Term:
        """``dz2[:, None]`` is the column itself, ``h1[None, :]`` lies on its side."""
        view = views.INDICES.get(self._inside("]", opening))
        seen = view and view(self.build, left)
        if seen is None:
            raise Refusal(opening.column, "Single entries and slices are not read: use the whole array.")
        return seen

    def viewed(self, left: Term, token: Token) -> Term:
        """``x.reshape(-1, 1)``, ``x.unsqueeze(0)``."""
        inside = self._inside(")", self.opening("(")).removeprefix("(").removesuffix(")")
        view = views.METHODS[token.text].get(inside)
        seen = view and view(self.build, left)
        if seen is None:
            raise Refusal(token.column, f"{token.text} is not read here: use the whole array.")
        return seen

    def _inside(self, closing: str, opening: Token) -> str:
        """What stands up to the bracket that closes ``opening``, without spaces."""
        pieces, depth = [], 1
        while self.next.kind is not Kind.END:
            depth += (self.next.text in CLOSING) - (self.next.text in CLOSING.values())
            if depth == 0:
                break
            pieces.append(self.advance().text)
        self.expect(closing, opening)
        return "".join(pieces)

    def power(self, left: Term, token: Token) -> Term:
        """``x^2``, and ``W^T``."""
        if self.next.text == "T" and (left.shape != () or self.names.find("T") is None):
            return self.transposed(left, self.advance())
        exponent = self.exponent()
        if isinstance(left.shape, tuple) and len(left.shape) == 2:
            self._check_matrix_power(token, left.shape, exponent)
        return self.build.apply("power", left, exponent)

    def _check_matrix_power(self, token: Token, shape: Shape, exponent: Term) -> None:
        """``A²`` is A A on paper, and in numpy the square of each entry."""
        if _is_negative(exponent):
            raise Refusal(token.column, "The inverse of a matrix is not read here.")
        if is_square_by_name(shape):
            raise Refusal(token.column, "Two ways to read this: write A A, or power(A, 2) for each entry.")

    def exponent(self) -> Term:
        """What is raised: all that is within braces, or a power, from right to left."""
        if not self.sees("{"):
            return self.expression(Level.POWER)
        inner = self.group(self.advance(), Level.ATOM)
        if self.sees("^"):
            raise Refusal(self.next.column, "Two exponents in a row: put brackets around what is raised.")
        return inner

    def transposed(self, left: Term, token: Token) -> Term:
        """``Wᵀ``; but ``1ᵀ`` is meant for a vector of ones."""
        if isinstance(left.tree, Number):
            raise Refusal(token.column, "A number has no transpose; 1ᵀA is written sum(A, axis=0).")
        return self.build.apply("transpose", left)

    def primed(self, left: Term, token: Token) -> Term:
        """``W'`` is a transpose; a scalar has none."""
        if left.shape == ():
            raise Refusal(token.column, "A prime has no meaning here: write the derivative out.")
        return self.transposed(left, token)

    def percent(self, left: Term, token: Token) -> Term:
        """``33%``."""
        if isinstance(left.tree, Number):
            return replace(left, tree=percent(left.tree))
        raise Refusal(token.column, "Only a number can be percent; a remainder is not read.")

    # What stands between two operands

    def beside(self, left: Term, right: Term) -> Term:
        """Side by side."""
        return self._product(self.build.beside, left, right)

    def dot(self, left: Term, right: Term) -> Term:
        """``·``."""
        return self._product(self.build.dot, left, right)

    def at(self, left: Term, right: Term) -> Term:
        """``@``."""
        return self._product(self.build.at, left, right)

    def star(self, left: Term, right: Term) -> Term:
        """``*``."""
        return self._product(self.build.star, left, right)

    def _product(self, product: Callable[[Term, Term], Term], left: Term, right: Term) -> Term:
        """Within a sum over an index, vectors stand for their entries."""
        return self.build.apply("mul", left, right) if self.sums_entries else product(left, right)

    def over(self, left: Term, right: Term) -> Term:
        """``/``; but ``dz/dw`` is a derivative and not a quotient."""
        sides = [term.tree.name for term in (left, right) if isinstance(term.tree, Symbol)]
        if len(sides) == 2 and all(map(_GRADIENT.fullmatch, sides)):
            raise Refusal(self.next.column, "A local derivative is not read as a quotient: write what it is.")
        return self.build.apply("div", left, right)

    def compare(self, left: Term, right: Term, sign: str) -> Term:
        """``>`` and its kin, within brackets or of a bare name."""
        if self.sees(*_COMPARISONS) or not (self.open or isinstance(left.tree, Symbol)):
            raise Refusal(self.next.column, "Put one comparison in brackets: 1[z > 0].")
        return compared(self.build, sign, left, right)


_Prefix = Callable[[Reader, Token, int], Term]
_Infix = Callable[[Reader, Term, Term], Term]
_Postfix = Callable[[Reader, Term, Token], Term]


def _is_negative(term: Term) -> bool:
    return isinstance(term.tree, Apply) and term.tree.op == "neg"


def _op(name: str) -> _Infix:
    return lambda reader, left, right: reader.build.apply(name, left, right)


def _comparison(sign: str) -> _Infix:
    return lambda reader, left, right: reader.compare(left, right, sign)


_PREFIXES: dict[str, _Prefix] = {
    "-": Reader.minus,
    "+": Reader.plus,
    "(": Reader.group,
    "[": Reader.group,
    "{": Reader.group,
    "|": Reader.bars,
    "‖": Reader.norm,
    "⟨": Reader.angle,
    "√": Reader.root,
    "\\frac": Reader.fraction,
}
_SIDE_BY_SIDE = _PREFIXES.keys() - {"-", "+", *BARS}
_INFIXES: dict[str, tuple[Level, _Infix]] = {
    **{sign: (Level.COMPARISON, _comparison(sign)) for sign in _COMPARISONS},
    "+": (Level.SUM, _op("add")),
    "-": (Level.SUM, _op("sub")),
    "⊙": (Level.ENTRYWISE, _op("mul")),
    "⊗": (Level.ENTRYWISE, _op("outer")),
    "@": (Level.PRODUCT, Reader.at),
    "*": (Level.PRODUCT, Reader.star),
    "·": (Level.PRODUCT, Reader.dot),
    "×": (Level.PRODUCT, Reader.dot),
    "/": (Level.PRODUCT, Reader.over),
}
_POSTFIXES: dict[str, _Postfix] = {
    "^": Reader.power,
    "ᵀ": Reader.transposed,
    "'": Reader.primed,
    "%": Reader.percent,
}
_METHODS: dict[str, _Postfix] = {
    ".T": Reader.transposed,
    **dict.fromkeys(_CASTS, Reader.cast),
    **dict.fromkeys(views.METHODS, Reader.viewed),
}
