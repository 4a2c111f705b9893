from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.blocks import Caret
from bpdrill.term.caret import rows
from bpdrill.term.cells import cut, width
from bpdrill.term.paper import Paper

LONG = "a" * 50 + "!" + "b" * 50

CASES = [
    ("w·(x + )", 7, Paper(), ["  w·(x + )", "         ^"]),
    ("w·(x + )", 7, Paper(ascii=True), ["  w*(x + )", "         ^"]),
    ("ŷ² +", 4, Paper(ascii=True), ["  yhat^2 +", "          ^"]),
    ("日本!", 2, Paper(), ["  日本!", "      ^"]),
    ("ab", 2, Paper(), ["  ab", "    ^"]),
    ("ab", 99, Paper(), ["  ab", "    ^"]),
    ("", 0, Paper(), ["", "  ^"]),
    ("\x1b[2J!", 4, Paper(), [r"  \x1b[2J!", "         ^"]),
    ("p = x\nq = ?\nr", 10, Paper(), ["  q = ?", "      ^"]),
    (LONG, 50, Paper(22), ["  …aaaaaaaaa!bbbbbbbb…", "            ^"]),
    (LONG, 50, Paper(22, ascii=True), ["  ...aaaaaaa!bbbbbb...", "            ^"]),
    (LONG, 2, Paper(22), ["  aaaaaaaaaaaaaaaaaaa…", "    ^"]),
    (LONG, 101, Paper(22), ["  …bbbbbbbbbbbbbbbbbb", "                     ^"]),
]


@pytest.mark.parametrize(("text", "column", "paper", "lines"), CASES)
def test_rows(text: str, column: int, paper: Paper, lines: list[str]) -> None:
    drawn = [line.rstrip() for line in rows(Caret(text, column, "Mend it."), paper)]
    assert drawn == [*lines, "  Mend it."]


papers = st.builds(Paper, st.integers(20, 60), st.booleans())


@given(st.text("ab日", max_size=80), st.text("ab日", max_size=80), papers)
@settings(deadline=None)
def test_the_caret_stands_under_its_character(left: str, right: str, paper: Paper) -> None:
    line, caret, _ = rows(Caret(f"{left}!{right}", len(left), "x"), paper)
    assert cut(line, width(caret) - 1, width(caret)) == "!"
    assert max(width(line), width(caret)) <= paper.width
