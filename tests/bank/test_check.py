from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from bpdrill.algebra import symbolic
from bpdrill.algebra.symbolic import sympy_gradients
from bpdrill.bank.bank import open_bank
from bpdrill.bank.check import check_bank
from bpdrill.kinds import graph_trace
from bpdrill.model.items import Variant
from bpdrill.model.tree import Program

if TYPE_CHECKING:
    from tests.bank.conftest import Copy

LINE = "graphs/linear-regression-loss"

AMISS = [
    (
        "skills: [forward-trace, ",
        "skills: [foreward-trace, ",
        "unknown skill 'foreward-trace'; data/skills.yaml lists them",
    ),
    ("covers: [G2, G3]", "covers: []", "covers no row of the syllabus"),
    (
        'fields: ["forward.*"]',
        'fields: ["forwards.*"]',
        "criterion forward looks at fields that are not asked",
    ),
    ("w: 2, x: 3, b: 1, y: 8", "w: 1, x: 1, b: 1, y: 4", "these numbers hide the mistake mul.own-value"),
    ("  check: [w]", "  check: [w, v]", "spec.check: v is no input"),
    (
        "  check: [w]",
        "  check: [w]\n  silent: [add.split]",
        "spec.silent: these numbers do show add.split; take it out",
    ),
]
"""A piece of an item, what stands there instead, and what an author is told."""


def told(copy: Copy, seeds: int = 1) -> list[str]:
    """What is said of the one item, the plan's complaints about the others left out."""
    copy.only(LINE)
    faults = check_bank(open_bank(), seeds).faults
    return [str(fault) for fault in faults if fault.file != "data/plan.yaml"]


def test_the_item_as_it_is(copy: Copy) -> None:
    assert told(copy, seeds=3) == []


@pytest.mark.parametrize(("old", "new", "says"), AMISS, ids=[new for _, new, _ in AMISS])
def test_what_is_amiss_is_told_at_the_item(copy: Copy, old: str, new: str, says: str) -> None:
    copy.revise(old, new)
    complaints = told(copy)
    assert any(says in complaint for complaint in complaints)
    assert all(complaint.startswith(f"problems/{LINE}.yaml:1:1: {LINE}: ") for complaint in complaints)


def test_a_mistake_that_nothing_is_said_about(copy: Copy) -> None:
    copy.revise("power.factor-lost:", "power.factor-gone:", "data/misconceptions.yaml")
    assert any("data/misconceptions.yaml says nothing about power.factor-lost" in line for line in told(copy))


def test_an_item_that_the_plan_asks_for_and_is_not_there(copy: Copy) -> None:
    copy.only(LINE)
    faults = [str(fault) for fault in check_bank(open_bank(), 1).faults]
    assert "data/plan.yaml:1:1: derive-two-layers: there is no item 'derivations/two-layer-network'" in faults


def test_a_wrong_key_cannot_ship(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """SymPy says otherwise by a part in a thousand, and it is told."""

    def skewed(program: Program, at: Mapping[str, float]) -> dict[str, float]:
        return {name: value * 1.001 for name, value in sympy_gradients(program, at).items()}

    monkeypatch.setattr(symbolic, "sympy_gradients", skewed)
    assert any("the engine says -6.0, SymPy -6.00" in line for line in told(copy))


def test_a_kind_that_raises_is_told_with_the_rest(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    def complaints(_: Variant) -> tuple[str, ...]:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(graph_trace, "complaints", complaints)
    assert any("it cannot be tried (ZeroDivisionError: by zero)" in line for line in told(copy))
