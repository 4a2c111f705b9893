from __future__ import annotations

import pytest

from bpdrill.bank.coverage import coverage
from bpdrill.bank.index import Summary
from bpdrill.bank.tables import Row, Syllabus, open_syllabus

SYLLABUS = Syllabus(
    {"C1": Row("a", "one"), "C2": Row("a", "two"), "P1": Row("b", "three", ("data/skills.yaml",))},
    {"B1": "four"},
)


def item(name: str, *, covers: tuple[str, ...] = (), kind: str = "estimate") -> Summary:
    rows = tuple(row for row in covers if row.startswith("C"))
    families = tuple(row for row in covers if row.startswith("B"))
    return Summary(name, 1, kind, "", rows, families, (), (), 5)


def test_a_row_lists_its_items_and_counts_the_self_graded() -> None:
    items = (item("a/x", covers=("C1", "B1")), item("a/y", covers=("C1",), kind="explain"))
    found = coverage(SYLLABUS, items)
    assert [[each.id for each in row.items] for row in found.rows] == [["a/x", "a/y"], [], []]
    assert [row.self_graded for row in found.rows] == [1, 0, 0]
    assert [each.id for each in found.beyond[0].items] == ["a/x"]


def test_a_row_is_empty_where_neither_an_item_nor_the_tool_serves_it() -> None:
    assert coverage(SYLLABUS, ()).empty == ("C1", "C2")
    assert coverage(SYLLABUS, (item("a/x", covers=("C1", "C2")),)).empty == ()


def test_the_syllabus_has_its_rows_and_families() -> None:
    syllabus = open_syllabus()
    assert len(syllabus.rows) == 43
    assert [name for name, row in syllabus.rows.items() if row.served_by] == ["P1", "P2", "P3", "P4", "P5"]
    assert [*syllabus.beyond] == [f"B{number}" for number in range(1, 26)]


@pytest.mark.parametrize("part", ["rows", "beyond"])
def test_everything_in_it_says_what_it_is(part: str) -> None:
    for entry in getattr(open_syllabus(), part).values():
        assert (entry if isinstance(entry, str) else entry.says).strip()
