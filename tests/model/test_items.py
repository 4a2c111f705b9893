"""Draws, seeds, and prose with its places filled."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdrill.model.items import Criterion, Draw, Item, Required, Rubric, Variant, next_seed

ITEM = Item("topic/name", 1, "explain", "", 1, "", "", "", Rubric("", "", "", ()), None)

SAID = {
    "w = ${w}": "w = 2",
    "${w}${x}": "2−3",
    "${unknown} stays": "${unknown} stays",
    "{w} $w %(w)s": "{w} $w %(w)s",
    "": "",
}
# Pinned: a seed in somebody's log must stay the seed it was.
SEEDS = [("graphs/fan-out", 0, 0), ("graphs/fan-out", 1, 879808466), ("graphs/fan-out", 2, 614942515)]

seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_places_are_filled_and_nothing_else_is_touched(text: str, said: str) -> None:
    assert Variant(ITEM, 1, 0, {}, {"w": "2", "x": "−3"}).say(text) == said


def test_a_filled_word_is_not_filled_again() -> None:
    assert Variant(ITEM, 1, 0, {}, {"a": "${b}", "b": "no"}).say("${a}") == "${b}"


@pytest.mark.parametrize(("item", "attempts", "seed"), SEEDS)
def test_seeds_are_the_same_on_every_machine(item: str, attempts: int, seed: int) -> None:
    assert next_seed(item, attempts) == seed


def test_each_attempt_at_each_item_has_its_own_seed() -> None:
    drawn = [next_seed(item, attempt) for item in ("a/b", "a/c") for attempt in range(1, 200)]
    assert len(set(drawn)) == len(drawn)
    assert all(0 < seed < 2**32 for seed in drawn)


@given(seeds, st.integers(-20, 20), st.integers(0, 20))
def test_a_whole_number_stays_between_its_ends(seed: int, low: int, length: int) -> None:
    assert low <= Draw(seed).integer(low, low + length) <= low + length


@given(seeds, st.integers(1, 50))
def test_a_decimal_is_written_as_it_is_meant(seed: int, largest: int) -> None:
    drawn = Draw(seed).decimal(-largest, largest, 10)
    assert repr(drawn) == f"{drawn:.1f}"


@given(seeds)
def test_a_draw_is_the_next_of_random_and_of_nothing_else(seed: int) -> None:
    plain, draw = Random(seed), Draw(seed)
    assert [draw.integer(0, 99) for _ in range(5)] == [int(plain.random() * 100) for _ in range(5)]


def test_every_number_and_every_choice_comes_up() -> None:
    draw = Draw(3)
    assert {draw.integer(-2, 2) for _ in range(200)} == {-2, -1, 0, 1, 2}
    assert {draw.choice("abc") for _ in range(100)} == set("abc")


def test_a_criterion_without_fields_is_ticked() -> None:
    assert Criterion("c", "", Required.LEAN).self_graded
    assert not Criterion("c", "", Required.LEAN, ("f",)).self_graded
