from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.term.cells import width
from bpdrill.term.wrap import wrap

CASES = [
    ("short", 20, "", ["short"]),
    ("  keeps   its spaces", 40, "", ["  keeps   its spaces"]),
    ("the sum dw = a·b + c·d here", 20, "", ["the sum", "dw = a·b + c·d here"]),
    ("dw = aaaa + bbbb + cccc", 12, "  ", ["dw = aaaa", "  + bbbb", "  + cccc"]),
    ("call it f(one, two) now", 14, "", ["call it", "f(one, two)", "now"]),
    ("an aside (of many words) goes on", 14, "", ["an aside (of", "many words)", "goes on"]),
    ("aaaaaaaaaaaaaaaaaaaaaaaa", 10, "", ["aaaaaaaaaa", "aaaaaaaaaa", "aaaa"]),
    ("  an indented text wraps", 14, "", ["  an indented", "  text wraps"]),
    ("日本 日本 日本", 9, "", ["日本 日本", "日本"]),
]


@pytest.mark.parametrize(("text", "room", "hang", "lines"), CASES)
def test_lines(text: str, room: int, hang: str, lines: list[str]) -> None:
    assert wrap(text, room, hang) == lines


@given(st.text("ab =+([,)] 日", max_size=60), st.integers(8, 30))
@settings(deadline=None)
def test_lines_fit_and_no_character_is_lost(text: str, room: int) -> None:
    lines = wrap(text, room, "  ")
    assert all(width(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
