"""Seeded wrong answers, a few of each sort, by the benchmark that makes thousands."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[1] / "bench" / "diagnosis.py"


@cache
def bench() -> Any:
    """The benchmark as a module."""
    spec = importlib.util.spec_from_file_location("diagnosis_bench", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


ANY = {
    "table named": (0.97, 1.0),
    "table located": (0.97, 1.0),
    "finals shown": (0.97, 1.0),
    "finals flat and false": (0.0, 0.0),
    "double named": (0.9, 1.0),
    "right misjudged": (0.0, 0.0),
    "right diagnosed": (0.0, 0.0),
    "slip located": (0.97, 1.0),
    "slip falsely named": (0.0, 0.05),
}
FEWEST = {
    "graphs/linear-regression-loss": (
        50,
        ANY | {"finals flat": (0.4, 1.0), "finals flat but for twins": (0.6, 1.0)},
    ),
    "graphs/fan-out": (50, ANY | {"finals flat": (0.35, 1.0)}),
    "networks/walkthrough": (20, ANY | {"slip falsely named": (0.0, 0.01)}),
}
"""How many of each sort, and between which parts of them each line of the table lies.

With small whole numbers, and two results of which most mistakes change one, fewer are named without doubt.
"""


@pytest.mark.parametrize("family", FEWEST)
def test_the_mistake_that_was_made_is_the_one_that_is_named(family: str) -> None:
    count, bounds = FEWEST[family]
    tally = bench().simulate(bench().FAMILIES[family], count)
    told = {part: share for part, _, share in bench().shares(tally)}
    assert {part: told[part] for part, (low, high) in bounds.items() if not low <= told[part] <= high} == {}


def test_formulas_with_a_known_mistake_are_named() -> None:
    tally = bench().symbolic(30)
    assert tally["table named"] == tally["table located"] == 30
    assert tally["right misjudged"] == 0
