"""Which items drill which row of the syllabus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bpdrill.bank.index import Summary
from bpdrill.bank.tables import Syllabus


@dataclass(frozen=True, slots=True)
class Covered:
    """A row or a family, and what drills it."""

    id: str
    part: str
    says: str
    served_by: tuple[str, ...]
    items: tuple[Summary, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing drills it, and nothing else serves it."""
        return not self.items and not self.served_by

    @property
    def self_graded(self) -> int:
        """How many of its items the learner grades."""
        return sum(item.self_graded for item in self.items)

    def as_record(self) -> Mapping[str, Any]:
        """As plain data."""
        return {
            "id": self.id,
            "part": self.part,
            "says": self.says,
            "served_by": [*self.served_by],
            "items": [item.id for item in self.items],
            "self_graded": self.self_graded,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """The rows of the syllabus, then the families beyond it."""

    rows: tuple[Covered, ...]
    beyond: tuple[Covered, ...]

    @property
    def empty(self) -> tuple[str, ...]:
        """Rows that nothing drills."""
        return tuple(row.id for row in self.rows if row.is_empty)


def coverage(syllabus: Syllabus, items: Iterable[Summary]) -> Coverage:
    """What ``items`` cover of ``syllabus``."""
    listed = tuple(items)
    rows = (
        Covered(name, row.part, row.says, row.served_by, tuple(i for i in listed if name in i.covers))
        for name, row in syllabus.rows.items()
    )
    families = (
        Covered(name, "beyond", says, (), tuple(i for i in listed if name in i.beyond))
        for name, says in syllabus.beyond.items()
    )
    return Coverage(tuple(rows), tuple(families))
