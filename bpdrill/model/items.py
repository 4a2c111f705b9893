"""Items, their rubrics, and the variants drawn from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Any, TypeVar

from bpdrill.model.errors import AuthorError

Choice = TypeVar("Choice")


class Required(Enum):
    """The lowest verdict that a criterion is needed for."""

    LEAN = "lean"
    """Needed for Lean Hire, and so for Strong Hire."""
    STRONG = "strong"
    """Needed for Strong Hire."""
    BONUS = "bonus"
    """Shown, never needed."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric: what is looked for, and which fields show it.

    ``fields`` are field ids or, ending in ``*``, prefixes of them. ``slips`` is how many of
    them may be wrong for the criterion still to be partly met. A criterion without fields
    is ticked by the learner, beside the worked solution.
    """

    id: str
    says: str
    required: Required
    fields: tuple[str, ...] = ()
    slips: int = 0

    @property
    def self_graded(self) -> bool:
        """No field shows it: the learner ticks it."""
        return not self.fields


@dataclass(frozen=True, slots=True)
class Rubric:
    """What each verdict means for one item, and the criteria that decide it."""

    strong: str
    lean: str
    no_hire: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What an interviewer asks next; ``id`` never changes."""

    id: str
    ask: str
    met: str
    """What a good answer says."""
    missed: str
    """The smaller question for somebody who has no answer."""
    after: str = ""
    """The criterion that opens it; none: it may be asked in any case."""


@dataclass(frozen=True, slots=True)
class Item:
    """An exercise as its author wrote it; ``spec`` is the kind's own part of it.

    A published item never changes meaning: a correction is a new revision.
    """

    id: str
    revision: int
    kind: str
    title: str
    minutes: int
    """Time limit."""
    prompt: str
    direction: str
    """First hint: where to look."""
    insight: str
    """Second hint: the idea, not the answer."""
    rubric: Rubric
    spec: object
    covers: tuple[str, ...] = ()
    """Rows of the syllabus."""
    beyond: tuple[str, ...] = ()
    """Families beyond the syllabus."""
    skills: tuple[str, ...] = ()
    checkpoints: tuple[str, ...] = ()
    """Tasks of the plan that it prepares for."""
    traps: tuple[str, ...] = ()
    """What goes wrong most often, shown with the solution."""
    followups: tuple[FollowUp, ...] = ()
    sources: tuple[str, ...] = ()
    """Where each figure comes from."""
    origin: str = ""
    """``file:line`` it was read from."""


@dataclass(frozen=True, slots=True)
class Variant:
    """An item with its numbers drawn: (item, revision, kind revision, seed) makes the same one for ever.

    ``values`` are what the kind drew; only the kind knows what they mean. ``words`` fill the
    ``${name}`` places of the item's prose.
    """

    item: Item
    kind_revision: int
    seed: int
    values: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: str) -> str:
        """``text`` of the item with its places filled; an unknown place stays as it is written."""
        return re.sub(r"\$\{(\w+)\}", lambda place: self.words.get(place[1], place[0]), text)


class Draw:
    """Draws from a seed, by ``Random(seed).random()`` alone: the one method Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        if low > high:
            raise AuthorError(f"spec.draw: a range runs from low to high, not from {low} to {high}")
        return low + int(self._random() * (high - low + 1))

    def choice(self, options: Sequence[Choice]) -> Choice:
        """One of ``options``."""
        if not options:
            raise AuthorError("spec: there is nothing to draw from; list at least one")
        return options[self.integer(0, len(options) - 1)]

    def several(self, options: Sequence[Choice], count: int) -> tuple[Choice, ...]:
        """``count`` of ``options`` in a drawn order, none twice."""
        if count > len(options):
            raise AuthorError(f"spec: {count} are to be drawn and there are {len(options)}")
        left = list(options)
        return tuple(left.pop(self.integer(0, len(left) - 1)) for _ in range(count))

    def decimal(self, low: int, high: int, per: int) -> float:
        """A multiple of ``1 / per`` from ``low / per`` to ``high / per``: 0.3, never 0.30000000000000004."""
        return self.integer(low, high) / per


def next_seed(item: str, attempts: int) -> int:
    """Seed 0 is the item's own numbers; each later attempt has its own seed, the same on every machine."""
    if attempts == 0:
        return 0
    from hashlib import sha256

    return int.from_bytes(sha256(f"{item}:{attempts}".encode()).digest()[:4])
