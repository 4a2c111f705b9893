"""Attempts at the bank's own items: a wholly right answer, with some of its texts replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from bpdrill import kinds
from bpdrill.bank.bank import open_bank
from bpdrill.bank.check import verdict_of
from bpdrill.kinds import Kind
from bpdrill.model.items import Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen, Verdict


@dataclass(frozen=True)
class Attempt:
    """One variant, and what becomes of answers to it."""

    kind: Kind
    variant: Variant

    @property
    def right(self) -> Answer:
        """The texts of the specimen that must be right."""
        return next(s.answer for s in self.kind.specimens(self.variant) if s.name == "right")

    def judge(self, changes: Answer) -> Judged:
        """Judge the right answer with some texts replaced."""
        answer = {**self.right, **changes}
        judged = tuple(self.kind.judge(self.variant, answer))
        verdict = verdict_of(self.variant, Specimen("", answer, {}), judged)
        return Judged({judgement.field: judgement for judgement in judged}, verdict)


@dataclass(frozen=True)
class Judged:
    """Judgements by field, and the verdict with all ticks given."""

    by_field: Mapping[str, Judgement]
    verdict: Verdict
    settled: frozenset[Outcome] = field(default=frozenset({Outcome.RIGHT, Outcome.GIVEN}))

    @property
    def amiss(self) -> dict[str, Outcome]:
        """The fields that are neither right nor prose."""
        return {f: j.outcome for f, j in self.by_field.items() if j.outcome not in self.settled}

    def of(self, outcome: Outcome) -> set[str]:
        """The fields with this outcome."""
        return {f for f, j in self.by_field.items() if j.outcome is outcome}


@pytest.fixture(scope="session")
def attempt() -> Callable[..., Attempt]:
    """An attempt at an item by its id, and a seed if it matters."""
    bank = open_bank()

    def begin(item: str, seed: int = 0) -> Attempt:
        read = bank.get(item)
        kind = kinds.load(read.kind)
        return Attempt(kind, kind.vary(read, seed))

    return begin
