"""Sums and products over an index: ``Σ_k y_k log p_k``, ``∏_{i=2}^{5} w_i``, as a part of the grammar."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

from bpdrill.model.tree import Number, Symbols
from bpdrill.notation.calls import Calls
from bpdrill.notation.printer import Level
from bpdrill.notation.source import Refusal
from bpdrill.notation.terms import Term
from bpdrill.notation.tokens import Kind, Token

MOST_TERMS = 64
MOST_NODES = 2_000
_RUN = re.compile("(sum|prod)_([a-z])(?:_([0-9]{1,6})_([0-9]{1,6}|[A-Za-z][A-Za-z0-9]*))?")
_SIGNS = ("*", "·", "×")


@dataclass(frozen=True, slots=True)
class Run:
    """What a sum or a product runs over; ``value`` is set while its terms are written out."""

    kind: str
    index: str
    first: int
    last: str
    value: int | None = None

    @property
    def counts(self) -> range | None:
        """The values of the index, if both limits are numbers."""
        return range(self.first, int(self.last) + 1) if self.last.isdigit() else None

    def bare(self, word: str) -> str:
        """``word`` without the index, as ``y`` of ``y_k``."""
        return word.removesuffix(f"_{self.index}")

    def at(self, word: str) -> str | None:
        """``word`` with the value for the index: ``w_2`` for ``w_i``; None if it has no index."""
        match = re.fullmatch(rf"(.+)_{self.index}(?:_(plus|minus)_([0-9]))?", word)
        if match is None or self.value is None:
            return None
        shift = int(match[3] or 0) * (-1 if match[2] == "minus" else 1)
        return f"{match[1]}_{self.value + shift}"


def run_of(word: str) -> Run | None:
    """The sum or product that ``word`` begins, if it does."""
    match = _RUN.fullmatch(word)
    return match and Run(match[1], match[2], int(match[3] or 1), match[4] or "")


class Sums(Calls):
    """Reads sums and products over an index, and the names that have it."""

    def __init__(self, tokens: Sequence[Token], symbols: Symbols) -> None:
        super().__init__(tokens, symbols)
        self.run: Run | None = None
        self.used = False
        """Whether the index was met."""

    def running(self, token: Token, run: Run) -> Term:
        """A sum or a product: over the entries of vectors, or written out."""
        if self.run is not None:
            raise Refusal(token.column, "One sum within another is not read: use matrix products.")
        if run.counts is None or self._runs_over_entries(run):
            return self._over_entries(token, run)
        if not 0 < len(run.counts) <= 10**6:
            raise Refusal(token.column, "The upper limit is below the lower one.")
        return self._written_out(token, run)

    def _runs_over_entries(self, run: Run) -> bool:
        """Whether the first name with the index is a vector."""
        ahead = (token.text for token in self.tokens[self.position :] if token.kind is Kind.NAME)
        declared = (self.names.find(run.bare(word)) for word in ahead if run.bare(word) != word)
        return any(name is not None and self.build.symbols[name] for name in list(declared)[:1])

    def _over_entries(self, token: Token, run: Run) -> Term:
        """The index is dropped, and products within are entry by entry."""
        if run.kind == "prod":
            raise Refusal(token.column, "A product of entries is not read: write it out.")
        self.run, self.used = run, False
        body = self.expression(Level.PRODUCT)
        self.run = None
        if not self.used:
            raise Refusal(token.column, f"Nothing here has the index {run.index}.")
        return self.build.apply("sum", body)

    def _written_out(self, token: Token, run: Run) -> Term:
        """A term, or a factor, for each value of the index; one times their number where it has none."""
        start, terms = self.position, list[Term]()
        for value in run.counts or ():
            self.position, self.used, self.run = start, False, replace(run, value=value)
            terms.append(self._term(run))
            self.run = None
            if not self.used:
                return self._repeated(token, run, terms[0])
            if value - run.first >= MOST_TERMS or sum(term.size for term in terms) > MOST_NODES:
                raise Refusal(token.column, "This has too many terms to be written out.")
        self._check_scalars(token, run, terms)
        return reduce(lambda left, right: self.build.apply(_OPS[run.kind], left, right), terms)

    def _term(self, run: Run) -> Term:
        return self.expression(Level.PRODUCT) if run.kind == "sum" else self._factors()

    def _factors(self) -> Term:
        """What a product is of: the factors up to the last that has the index, or one alone."""
        factor, met = self._factor()
        while self.accept(*_SIGNS) or self.starts_operand():
            column = self.next.column
            following, indexed = self._factor()
            if not indexed:
                raise Refusal(column, "Put brackets around what the product is of.")
            factor, met = self.build.apply("mul", factor, following), True
        if self.sees("/", "@"):
            raise Refusal(self.next.column, "Put brackets around what the product is of.")
        self.used = met
        return factor

    def _factor(self) -> tuple[Term, bool]:
        """A factor, and whether the index is in it."""
        self.used = False
        return self.expression(Level.POWER), self.used

    @abstractmethod
    def starts_operand(self) -> bool:
        """Whether something stands side by side with what was read."""

    def _repeated(self, token: Token, run: Run, term: Term) -> Term:
        """``term`` as often as the index has values."""
        self._check_scalars(token, run, [term])
        times = Term(Number(Fraction(len(run.counts or ()))), ())
        return (
            self.build.apply("mul", times, term)
            if run.kind == "sum"
            else self.build.apply("power", term, times)
        )

    def _check_scalars(self, token: Token, run: Run, terms: Sequence[Term]) -> None:
        if run.kind == "prod" and any(term.shape != () for term in terms):
            raise Refusal(token.column, "Only numbers are multiplied so: write a product of matrices out.")

    @property
    def sums_entries(self) -> bool:
        """Whether vectors stand for their entries here."""
        return self.run is not None and self.run.value is None

    def declared(self, token: Token) -> Term | None:
        """What a name stands for, with an index or without; None if it is no name of the problem."""
        name = self._declared(token, self.run) if self.run else self.names.find(token.text)
        if name is None and self.run and token.text == self.run.index:
            return self._value()
        return None if name is None else self.build.symbol(name)

    def _value(self) -> Term | None:
        """The index as a number, where terms are written out."""
        if self.run is None or self.run.value is None:
            return None
        self.used = True
        return Term(Number(Fraction(self.run.value)), ())

    def _declared(self, token: Token, run: Run) -> str | None:
        return self._entry_of(token, run) if run.value is None else self._member(token, run)

    def _member(self, token: Token, run: Run) -> str | None:
        """``w2``, which ``w_i`` is where i is 2."""
        word = run.at(token.text)
        if word is None:
            return self.names.find(token.text)
        self.used = True
        name = self.names.find(word)
        if name is None:
            raise Refusal(token.column, f"{word} is not a name of this problem. {self.names.advise(word)}")
        return name

    def _entry_of(self, token: Token, run: Run) -> str | None:
        """The vector that ``y_k`` is an entry of, within a sum over k; a scalar stands without index."""
        bare = run.bare(token.text)
        declared = self.names.find(bare)
        if declared is None:
            return None
        shape = self.build.symbols[declared]
        if bare == token.text and shape == ():
            return declared
        if bare == token.text or len(shape) != 1:
            raise Refusal(token.column, "This sum over an index is not read: write it with matrix products.")
        if not self._covers(run, shape[0]):
            raise Refusal(token.column, f"{declared} has {shape[0]} entries, and the sum has other limits.")
        self.used = True
        return declared

    def _covers(self, run: Run, size: int | str) -> bool:
        """Whether the limits reach over all of so many entries."""
        if run.counts is not None:
            return run.first in (0, 1) and len(run.counts) == size
        sizes = {length for shape in self.build.symbols.values() for length in shape}
        return run.first == 1 and (run.last not in sizes or run.last == size)


_OPS = {"sum": "add", "prod": "mul"}
