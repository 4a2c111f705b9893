from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from bpdrill.algebra import symbolic
from bpdrill.algebra.symbolic import sympy_gradients
from bpdrill.bank.bank import open_bank
from bpdrill.bank.check import TURNS, check_bank, check_items, in_turn, inhumane
from bpdrill.kinds import graph_trace
from bpdrill.model.items import Item, Rubric, Variant
from bpdrill.model.marks import Specimen
from bpdrill.model.tree import Program
from bpdrill.notation import number

if TYPE_CHECKING:
    from tests.bank.conftest import Copy

LINE = "graphs/linear-regression-loss"

AMISS = [
    (
        "skills: [forward-trace, ",
        "skills: [foreward-trace, ",
        "6:1: {}: skills: there is no skill 'foreward-trace'; did you mean 'forward-trace'?",
    ),
    ("skills: [forward-trace, backward-trace]", "skills: []", "6:1: {}: skills: there are none"),
    ("covers: [G2, G3]", "covers: []", "5:1: {}: covers: no row of the syllabus and no family beyond it"),
    ("covers: [G2, G3]", "covers: [G9]", "5:1: {}: covers: there is no row of the syllabus 'G9'"),
    ("covers: [G2, G3]", "beyond: [B99]", "5:1: {}: beyond: there is no family beyond the syllabus 'B99'"),
    (
        "checkpoints: [linear",
        "checkpoints: [liner",
        "7:1: {}: checkpoints: there is no task of the plan 'liner",
    ),
    (
        "    after: verification",
        "    after: verify",
        "26:1: {}: followups: there is no criterion of this item",
    ),
    ("  - id: graphs.5", "  - id: graphs.4", "26:1: {}: followups: two have one id; rename one"),
    ("minutes: 7", "minutes: 0", "8:1: {}: minutes: a time limit is from 1 to 120 minutes"),
    (
        "minutes: 7",
        "minutes: 1",
        "8:1: {}: seed 0: minutes: 26 fields cannot be filled in 1; allow 2 or more",
    ),
    ("revision: 1", "revision: 0", "2:1: {}: revision: the first is 1"),
    (
        'fields: ["forward.*"]',
        'fields: ["forwards.*"]',
        "49:3: {}: seed 0: rubric.criteria: forward looks at fields that are not asked",
    ),
    ("w: 2, x: 3, b: 1, y: 8", "w: 1, x: 1, b: 1, y: 4", "these numbers hide the mistake mul.own-value"),
    ("  check: [w]", "  check: [w, v]", "72:3: {}: seed 0: spec.check: v is no input"),
    (
        "  check: [w]",
        "  check: [w]\n  silent: [add.split]",
        "73:3: {}: seed 0: spec.silent: these numbers do show add.split; take it out",
    ),
]
"""A piece of an item, what stands there instead, and what an author is told."""


def told(seeds: int = 1) -> list[str]:
    """What is said of the one item."""
    return [str(fault) for fault in check_items(open_bank(), [LINE], seeds).faults]


@pytest.mark.usefixtures("copy")
def test_the_item_as_it_is() -> None:
    assert told(seeds=3) == []


@pytest.mark.parametrize(("old", "new", "says"), AMISS, ids=[new for _, new, _ in AMISS])
def test_what_is_amiss_is_told_at_its_line(copy: Copy, old: str, new: str, says: str) -> None:
    copy.revise(old, new)
    complaints = told()
    assert any(says.format(LINE) in complaint for complaint in complaints)
    assert all(complaint.startswith(f"problems/{LINE}.yaml:") for complaint in complaints)


@pytest.mark.parametrize("key", ["traps", "followups", "sources"])
def test_what_an_item_must_have_is_missed(copy: Copy, key: str) -> None:
    path = copy.root / f"problems/{LINE}.yaml"
    text = re.sub(rf"^{key}:\n(?:  .*\n)+", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")
    assert [line.partition(f"{LINE}: ")[2].partition(":")[0] for line in told()] == [key]


@pytest.mark.parametrize(("value", "shown"), [(0.3, 0), (784.0, 0), (-0.25, 0), (0.12345678, 1), (1 / 3, 1)])
def test_numbers_are_shown_as_they_are_drawn(value: float, shown: int) -> None:
    item = Item("a/b", 1, "estimate", "", 1, "", "", "", Rubric("", "", "", ()), None)
    drawn = Variant(item, 1, 0, {"w": value, "v": "other"}, {"w": number(value)})
    assert len(list(inhumane(drawn, ()))) == shown


def test_every_fault_of_a_broken_file_is_told(copy: Copy) -> None:
    copy.revise("minutes: 7", "minuets: 7")
    checked = check_items(open_bank(), [LINE], 1)
    assert (checked.items, checked.variants, len(checked.faults)) == (0, 0, 2)


def test_a_mistake_that_nothing_is_said_about(copy: Copy) -> None:
    copy.revise("power.factor-lost:", "power.factor-gone:", "data/misconceptions.yaml")
    assert any("data/misconceptions.yaml says nothing about power.factor-lost" in line for line in told())


def test_an_item_that_the_plan_asks_for_and_is_not_there(copy: Copy) -> None:
    line = (
        (copy.root / "data/plan.yaml")
        .read_text(encoding="utf-8")
        .splitlines()
        .index("            item: derivations/two-layer-network")
    )
    faults = [str(fault) for fault in check_bank(open_bank(), 1).faults]
    there_is_none = "there is no item 'derivations/two-layer-network'; bpdrill bank list shows all"
    assert f"data/plan.yaml:{line + 1}:13: {there_is_none}" in faults


def test_an_item_that_a_mistake_is_drilled_by_and_is_not_there(copy: Copy) -> None:
    said = "a.mistake:\n  title: it is\n  correction: mend it.\n  followup: graphs/gone\n"
    copy.write("data/misconceptions.yaml", said)
    faults = [str(fault) for fault in check_bank(open_bank(), 1).faults]
    there_is_none = "there is no item 'graphs/gone'; bpdrill bank list shows all"
    assert f"data/misconceptions.yaml:4:3: {there_is_none}" in faults


def test_two_processes_tell_the_same_in_the_same_order(copy: Copy) -> None:
    copy.revise("covers: [G2, G3]", "covers: [G9]")
    copy.revise("minutes: 7", "minutes: seven", "problems/graphs/fan-out.yaml")
    alone, together = (check_items(open_bank(), open_bank().files, 1, jobs) for jobs in (1, 2))
    assert [fault.text for fault in alone.faults] == [fault.text for fault in together.faults]
    assert (alone.items, alone.variants) == (together.items, together.variants) == (2, 2)


@pytest.mark.usefixtures("copy")
def test_a_wrong_key_cannot_ship(monkeypatch: pytest.MonkeyPatch) -> None:
    """SymPy says otherwise by a part in a thousand, and it is told."""

    def skewed(program: Program, at: Mapping[str, float]) -> dict[str, float]:
        return {name: value * 1.001 for name, value in sympy_gradients(program, at).items()}

    monkeypatch.setattr(symbolic, "sympy_gradients", skewed)
    assert any("the engine says -6.0, SymPy -6.00" in line for line in told())


@pytest.mark.usefixtures("copy")
def test_a_kind_that_raises_is_told_with_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    def complaints(_: Variant) -> tuple[str, ...]:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(graph_trace, "complaints", complaints)
    assert any("it cannot be tried (ZeroDivisionError: by zero)" in line for line in told())


def test_every_specimen_has_its_turn() -> None:
    shipped = [Specimen(name, {}, {}) for name in ("right", *map(str, range(13)))]
    turns = [[specimen.name for specimen in in_turn(shipped, turn)] for turn in range(TURNS + 1)]
    assert turns[0] == [specimen.name for specimen in shipped]
    assert all(turn[0] == "right" and len(turn) < 5 for turn in turns[1:])
    assert {name for turn in turns[1:] for name in turn} == {*turns[0]}
