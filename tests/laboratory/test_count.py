from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.laboratory.count import count
from bpdrill.model.errors import UsageError

COUNTS = [
    ("96", 96),
    ("1,000,000", 10**6),
    ("1_000_000", 10**6),
    ("1e6", 10**6),
    ("10^6", 10**6),
    ("8*12", 96),
    ("1,001", 1001),
    (" 12_288 ", 12288),
    ("2 048", 2048),
]

NO_COUNTS = [
    "",
    "0",
    "-3",
    "1.5",
    "1/3",
    "101",
    "1e400",
    "1/0",
    "nan",
    "inf",
    "abc",
    "x=3",
    "1 2",
    "\x1b[31m",
    "9" * 99,
]


@pytest.mark.parametrize(("text", "meant"), COUNTS)
def test_a_count_in_any_spelling(text: str, meant: int) -> None:
    assert count("--n", text, 10**6) == meant


@pytest.mark.parametrize("text", NO_COUNTS)
def test_what_is_no_count_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--n must be a whole number from 1 to 100, not '.*'\.$"):
        count("--n", text, 100)


@given(st.integers(1, 10**12))
@settings(deadline=None)
def test_a_count_is_exact(whole: int) -> None:
    assert count("--n", f"{whole:,}", 10**12) == whole
