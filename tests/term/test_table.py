from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.blocks import Blank, Cell, Table, Tone, Toned
from bpdrill.model.tree import Symbol
from bpdrill.term.cells import width
from bpdrill.term.paper import Paper
from bpdrill.term.spans import written
from bpdrill.term.table import rows

x, w = Symbol("x"), Symbol("w")
FORWARD = Table(
    "Forward",
    ("node", "computes", "value"),
    (("mul", w * x, Blank("forward.mul")), ("relu", "max(0, mul)", Toned("✓ 6", Tone.GOOD))),
)
RUBRIC = Table(
    "",
    ("criterion", "evidence"),
    (("derives the gradient", "the sign is that of an uphill step"), ("names the shapes", "")),
)

CASES = [
    (
        FORWARD,
        Paper(60),
        [
            "Forward",
            "node  computes     value",
            "────  ───────────  ─────",
            "mul   w·x          ____",
            "relu  max(0, mul)  ✓ 6",
        ],
    ),
    (
        FORWARD,
        Paper(60, ascii=True),
        [
            "Forward",
            "node  computes     value",
            "----  -----------  -----",
            "mul   w*x          ____",
            "relu  max(0, mul)  ok 6",
        ],
    ),
    (
        RUBRIC,
        Paper(36),
        [
            "criterion          evidence",
            "─────────────────  ─────────────────",
            "derives the        the sign is that",
            "gradient           of an uphill step",
            "names the shapes",
        ],
    ),
    (
        RUBRIC,
        Paper(16),
        [
            "criterion:",
            "  derives the",
            "  gradient",
            "  evidence: the",
            "    sign is that",
            "    of an uphill",
            "    step",
            "criterion: names",
            "  the shapes",
            "  evidence:",
        ],
    ),
    (Table("No header", (), (("a", "b"), ("long", "c"))), Paper(), ["No header", "a     b", "long  c"]),
    (Table("Ragged", ("a",), (("1", "2"), ())), Paper(), ["Ragged", "a", "─  ─", "1  2"]),
]


@pytest.mark.parametrize(("table", "paper", "lines"), CASES)
def test_rows(table: Table, paper: Paper, lines: list[str]) -> None:
    assert [written(line) for line in rows(table, paper)] == lines


def test_a_cell_keeps_its_tone() -> None:
    spans = [span for line in rows(FORWARD, Paper()) for span in line if span.tone is Tone.GOOD]
    assert [span.text for span in spans] == ["✓ 6"]


cells = st.one_of(
    st.text("ab 日=+", max_size=40),
    st.builds(Blank, st.just("id")),
    st.builds(Toned, st.text("ab ", max_size=20), st.sampled_from(Tone)),
)


@given(st.lists(st.lists(cells, max_size=6), max_size=5), st.integers(20, 80))
@settings(deadline=None)
def test_any_table_fits(body: list[list[Cell]], room: int) -> None:
    table = Table("", ("one", "two", "three"), tuple(map(tuple, body)))
    assert all(width(written(line)) <= room for line in rows(table, Paper(room)))
