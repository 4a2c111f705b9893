"""Proofs, by SymPy in a child process: this process never loads it.

A proof that does not come within two seconds is no verdict: whatever the numbers said stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from bpdrill.algebra.domains import REALS, Domains
from bpdrill.model.tree import Program, Symbols, Tree
from bpdrill.sandbox import NoReply, Worker


@dataclass(frozen=True, slots=True)
class Proved:
    """The two are the same; ``how`` says by what, and for arrays at which sizes."""

    how: str


@dataclass(frozen=True, slots=True)
class Open:
    """No proof was found, which is none of the opposite."""

    because: str


Proof = Proved | Open


class Prover:
    """Proves equalities; owns the child that does, which is started early and lives until ``close``."""

    def __init__(self) -> None:
        self._worker = Worker("bpdrill.algebra.proving")

    def __enter__(self) -> Self:
        self.warm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Let the child load SymPy while something else goes on."""
        self._worker.warm()

    def close(self) -> None:
        """End the child."""
        self._worker.close()

    def equal(self, a: Tree, b: Tree, symbols: Symbols, domains: Domains = REALS) -> Proof:
        """Whether ``a`` is ``b`` wherever both have a value and the names are in their ``domains``."""
        return self._asked("equal", a, b, dict(symbols), dict(domains))

    def gradient(
        self, program: Program, name: str, tree: Tree, symbols: Symbols, domains: Domains = REALS
    ) -> Proof:
        """Whether ``tree`` is the gradient of the last line of ``program`` by ``name``."""
        return self._asked("gradient", program, name, tree, dict(symbols), dict(domains))

    def prove(self, a: Tree, b: Tree, symbols: Symbols, domains: Domains = REALS) -> str | None:
        """How ``a`` was proved to be ``b``; None if it was not."""
        proof = self.equal(a, b, symbols, domains)
        return proof.how if isinstance(proof, Proved) else None

    def _asked(self, request: str, *arguments: object) -> Proof:
        told = self._worker.ask(request, *arguments)
        if isinstance(told, NoReply):
            return Open(told.because)
        return Proved(str(told.value["how"])) if "how" in told.value else Open(str(told.value["open"]))
