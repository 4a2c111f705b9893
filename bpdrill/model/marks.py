"""Marking, in three questions: could it be read, is it equal, what is it worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bpdrill.model.blocks import Block
    from bpdrill.model.items import Criterion, Variant

Answer = Mapping[str, str]
"""What the learner typed, by field id; a field without an entry was left blank."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text could not be read: the column (from 0) to put a caret under, and one sentence of help."""

    column: int
    hint: str


@dataclass(frozen=True, slots=True)
class Equal:
    """The two are the same; ``how`` says on what grounds."""

    how: str


@dataclass(frozen=True, slots=True)
class Different:
    """The two differ; ``witness`` is a point, an axis or a cell where anyone can see it."""

    witness: str
    values: bool = False
    """The witness is a pair of values, and wants to be told with the point where they arise."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Could not be told; ``tried`` says what was tried. Never counted as wrong."""

    tried: str


Comparison = Equal | Different | Undecided


class Outcome(Enum):
    """What became of one field."""

    RIGHT = "right"
    FOLLOWS = "follows"
    """Wrong, but right from the learner's own earlier values."""
    NEAR = "near"
    """Worth part of the credit; ``Judgement.because`` says what is missing."""
    WRONG = "wrong"
    BLANK = "blank"
    UNDECIDED = "undecided"
    """The tool cannot tell; counts neither way until the learner has looked."""
    GIVEN = "given"
    """Not judged: prose, or a tick."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One field: what was given, what became of it, and why, in words for the next interview."""

    field: str
    label: str
    outcome: Outcome
    given: str = ""
    expected: str = ""
    because: str = ""
    misconceptions: tuple[str, ...] = ()
    """Names of the faults that produce exactly this answer; several if they cannot be told apart."""


class State(Enum):
    """What became of one criterion."""

    MET = "met"
    PARTLY = "partly"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Mark:
    """One criterion: its state and the evidence for it."""

    criterion: Criterion
    state: State
    because: str


class Verdict(Enum):
    """What an interviewer would write down."""

    STRONG_HIRE = "Strong Hire"
    LEAN_HIRE = "Lean Hire"
    NO_HIRE = "No Hire"


@dataclass(frozen=True, slots=True)
class Report:
    """All that is said of one answer: a pure function of variant, answer, hints and time."""

    variant: Variant
    judgements: tuple[Judgement, ...]
    marks: tuple[Mark, ...]
    verdict: Verdict
    because: tuple[str, ...]
    """Why this verdict, and why not a higher one."""
    solution: tuple[Block, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Specimen:
    """An answer a kind ships to prove its marking: what was typed and what it must earn."""

    name: str
    answer: Answer
    outcomes: Mapping[str, Outcome]
    """By field id; fields not named must be right."""
    verdict: Verdict | None = None
    unreadable: tuple[str, ...] = ()
    """Fields whose text must be refused."""
