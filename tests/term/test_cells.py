from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from bpdrill.term.cells import chunks, columns, cut, pad, visible, width

VISIBLE = [
    ("w·x + ŷ", "w·x + ŷ"),
    ("\x1b[31mred", r"\x1b[31mred"),
    ("a\tb", "a    b"),
    ("a\r\nb", r"a\r\nb"),
    ("\x9b2J", r"\x9b2J"),
    ("\u202eevil", r"\u202eevil"),
    ("\ud800", r"\ud800"),
]

WIDTH = [("", 0), ("∂L/∂w", 5), ("日本", 4), ("y\u0302", 1), ("·−ŷ", 3)]

CUT = [("abcdef", 1, 4, "bcd"), ("a日本b", 1, 5, "日本"), ("a日本b", 2, 4, "  "), ("abc", 1, 9, "bc")]


@pytest.mark.parametrize(("text", "seen"), VISIBLE)
def test_what_a_terminal_would_obey_is_written_out(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text())
@settings(deadline=None)
def test_visible_text_has_no_controls_and_stays_as_it_is(text: str) -> None:
    seen = visible(text)
    assert seen.isprintable() or all(c.isprintable() or c.isspace() for c in seen)
    assert visible(seen) == seen
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in seen)


@pytest.mark.parametrize(("text", "cells"), WIDTH)
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells == wcswidth(text)


@pytest.mark.parametrize(("text", "start", "stop", "piece"), CUT)
def test_cut(text: str, start: int, stop: int, piece: str) -> None:
    assert cut(text, start, stop) == piece


@given(st.text("ab日本é", max_size=20), st.integers(0, 20), st.integers(0, 20))
@settings(deadline=None)
def test_a_cut_is_as_wide_as_its_cells(text: str, one: int, other: int) -> None:
    start, stop = sorted((one, other))
    assert width(cut(text, start, stop)) == max(0, min(stop, width(text)) - start)


@given(st.text("ab日本é", max_size=30), st.integers(2, 9))
@settings(deadline=None)
def test_chunks_fit_and_lose_nothing(text: str, cells: int) -> None:
    pieces = list(chunks(text, cells))
    assert "".join(pieces) == text
    assert all(width(piece) <= cells for piece in pieces)


def test_columns_are_aligned_by_cells() -> None:
    assert columns([("日本", "a"), ("x", "b")]) == ["日本   a", "x      b"]
    assert columns([]) == []
    assert pad("日", 4) == "日  "
