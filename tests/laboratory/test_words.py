from __future__ import annotations

import pytest

from bpdrill.laboratory.words import listed, many, meant, nearest, quoted

KNOWN = ["sigmoid", "tanh"]

MANY = [(0, "0 sweeps"), (1, "1 sweep"), (2, "2 sweeps"), (1_000_000, "1,000,000 sweeps")]
LISTED = [(["w"], "w"), (["w", "x"], "w and x"), (["w", "x", "b"], "w, x and b")]


def test_a_name_that_is_not_there() -> None:
    near = "There is no activation 'sigmod'. Did you mean sigmoid? There are: sigmoid, tanh."
    assert nearest("activation", "sigmod", KNOWN) == near
    assert nearest("activation", "qqq", KNOWN) == "There is no activation 'qqq'. There are: sigmoid, tanh."
    assert (meant("tan", KNOWN), meant("", KNOWN)) == ("Did you mean tanh? ", "")


@pytest.mark.parametrize(("count", "said"), MANY)
def test_a_number_of_things(count: int, said: str) -> None:
    assert many(count, "sweep") == said


@pytest.mark.parametrize(("words", "said"), LISTED)
def test_a_list_is_said_with_an_and(words: list[str], said: str) -> None:
    assert listed(words) == said


def test_of_much_that_was_typed_the_beginning_is_repeated() -> None:
    assert quoted("x" * 3000) == repr("x" * 40 + "…")
    assert quoted("x = 1") == "'x = 1'"
