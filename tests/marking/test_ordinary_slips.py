"""Ordinary slips are not taken for mistakes that have a name; a few rounds of the benchmark's many."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from bpdrill.bank.bank import open_bank
from bpdrill.kinds import load
from bpdrill.model.items import Draw, Variant
from bpdrill.model.marks import Outcome


@cache
def bench() -> dict[str, Any]:
    """What the benchmark is made of."""
    return run_path(str(Path(__file__).parents[1] / "bench" / "ordinary_slips.py"))


FAMILIES = tuple(bench()["FAMILIES"])
SLIPS = bench()["SLIPS"]

AT_MOST = {
    "graphs/linear-regression-loss": (3, 0.05),
    "graphs/fan-out": (3, 0.05),
    "forward-mode/dual-trace": (20, 0.05),
    "networks/walkthrough": (1, 0.01),
}
"""So many rounds, and the largest part of the slips that is named wrongly, without a word of doubt."""


@cache
def variant(family: str, seed: int = 1) -> Variant:
    item = open_bank().get(family)
    return load(item.kind).vary(item, seed)


@pytest.mark.parametrize("digits", bench()["DIGITS"])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_answers_that_are_spoilt_are_right_and_in_order(family: str, digits: int) -> None:
    drawn = variant(family)
    right = bench()["typed"](drawn, digits)
    judged = load(drawn.item.kind).judge(drawn, right)
    assert {j.outcome for j in judged} == {Outcome.RIGHT}
    assert not any(j.misconceptions for j in judged)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_spoils_a_number_somewhere_and_repeats(name: str) -> None:
    answers = [bench()["typed"](variant(family), 3) for family in FAMILIES]
    spoilt = [SLIPS[name](answer, Draw(1)) for answer in answers]
    assert spoilt != answers
    assert spoilt == [SLIPS[name](answer, Draw(1)) for answer in answers]
    assert [list(answer) for answer in spoilt] == [list(answer) for answer in answers]


def test_a_consistent_slip_goes_where_its_number_is_copied() -> None:
    right = {"a": "34", "b": "1", "c": "34", "d": "-34"}
    assert bench()["CONSISTENT"](right, right | {"a": "43"}) == right | {"a": "43", "c": "43"}
    assert bench()["CONSISTENT"](right, right | {"c": "43"}) == right | {"c": "43"}


@pytest.mark.parametrize("family", AT_MOST)
def test_few_slips_are_taken_for_a_mistake_that_has_a_name(family: str) -> None:
    rounds, most = AT_MOST[family]
    tally = bench()["simulate"](family, rounds)
    assert tally["alone seen"] >= 50 * rounds
    assert bench()["share"](tally, "named") <= most
    assert bench()["share"](tally, "elsewhere") == 0
