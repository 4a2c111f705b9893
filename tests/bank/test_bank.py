from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bpdrill.bank.bank import open_bank
from bpdrill.bank.tables import open_misconceptions, open_plan, open_skills
from bpdrill.model.errors import BankError

if TYPE_CHECKING:
    from tests.bank.conftest import Copy

LINE = "graphs/linear-regression-loss"
FILE = f"problems/{LINE}.yaml"

SPOILED: list[tuple[str | bytes, str]] = [
    ("", f"{FILE}:1:1: the file is empty"),
    ("# nothing but a comment\n", f"{FILE}:1:1: the file is empty"),
    ("just words", f"{FILE}:1:1: an item is a mapping of keys; begin with  id: topic/name"),
    ("words: 1\n", f"{FILE}:1:1: an item is a mapping of keys; begin with  id: topic/name"),
    ("- a\n- b\n", f"{FILE}:1:1: an item is a mapping of keys"),
    ("id: [", f"{FILE}:2:1: not YAML: "),
    ("id: a\n\tkind: b\n", f"{FILE}:2:1: not YAML: "),
    ("id: 'a\nkind: b\n", f"{FILE}:3:1: not YAML: "),
    ("id: a\nid: b\n", f"{FILE}:2:1: 'id' stands here twice; keep one"),
    ("id: a\n---\nid: b\n", f"{FILE}:2:1: one file holds one item; move the second document to its own file"),
    ("id: &a b\nkind: *a\n", f"{FILE}:1:5: anchors, aliases and tags are not read; write the value out"),
    ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", f"{FILE}:1:4: anchors, aliases and tags are not read"),
    ("id: *a\n", f"{FILE}:1:5: "),
    ("id: !!python/object:os.system x\n", f"{FILE}:1:5: anchors, aliases and tags are not read"),
    ("id: !!python/object/apply:os.system [id]\n", f"{FILE}:1:5: anchors, aliases and tags are not read"),
    ("? [a, b]\n: c\n", f"{FILE}:1:3: a key must be a word"),
    ("&a b: c\n", f"{FILE}:1:1: anchors, aliases and tags are not read"),
    ("!!str b: c\n", f"{FILE}:1:1: anchors, aliases and tags are not read"),
    ("[" * 900, f"{FILE}:1:34: nested over 32 deep"),
    ("[" * 100_000, f"{FILE}:1:"),  # some releases of PyYAML have a limit of their own, and read ahead to it
    ("[" * 1_000_000, f"{FILE}:1:"),
    ("{a: " * 50_000, f"{FILE}:1:133: nested over 32 deep"),
    ("- " * 100_000, f"{FILE}:1:67: nested over 32 deep"),
    ("- 1\n" * 20_000, f"{FILE}:19998:3: the file has over 20000 entries; split it"),
    ("#" * 1_100_000, f"{FILE}:1:1: the file is over 1 MiB; split it"),
    (b"id: a\x00b\n", f"{FILE}:1:1: not text in UTF-8: "),
    (b"id: \xff\xfe\n", f"{FILE}:1:1: not text in UTF-8: "),
    (b"\x89PNG\r\n\x1a\n", f"{FILE}:1:1: not text in UTF-8: "),
]
"""What stands in the file, and how the fault begins that is told."""

AMISS = [
    ("minutes: 7", "minuets: 7", "8:1: unknown key 'minuets'; did you mean 'minutes'?"),
    ("  at: {w", "  att: {w", "70:3: unknown key 'att'; did you mean 'at'?"),
    (
        "    - id: forward",
        "    - ident: forward",
        "50:7: unknown key 'ident'; known are: id, says, required, fields, slips",
    ),
    ("minutes: 7\n", "", "1:1: missing key `minutes`"),
    ("      says: every node's value\n", "", "50:7: missing key `says`"),
    ("  graph:\n", "  grafs:\n", "65:3: unknown key 'grafs'; did you mean 'graph'?"),
    ("minutes: 7", "minutes: seven", "8:1: expected `int`, got `str`"),
    ("minutes: 7", "minutes: [7]", "8:1: expected `int`, got `array`"),
    (
        "required: strong",
        "required: stong",
        "62:7: 'stong' is no choice here; write one of: lean, strong, bonus",
    ),
    ("covers: [G2, G3]", "covers: G2", "5:1: expected `array`, got `str`"),
    ("kind: graph_trace", "kind: graph_tarce", "3:1: there is no kind 'graph_tarce'; write one of: "),
    ("kind: graph_trace", "kind: __init__", "3:1: there is no kind '__init__'; write one of: "),
    ("kind: graph_trace", "kind: ../os", "3:1: there is no kind '../os'; write one of: "),
    (f"id: {LINE}", "id: graphs/other", "1:1: the id is 'graphs/other' but the file says"),
    ("id: backward", "id: forward", "49:3: two criteria have one id"),
    ("    - mul = w*x", "    - mul = w*", "65:3: spec.graph cannot be read: "),
    ("    - mul = w*x", "    - mul = v*x", "65:3: spec.graph cannot be read: "),
    ("    - mul = w*x", "    - mul = w*x + b", "65:3: spec.graph: mul does more than one operation"),
    ("w: [-6, 6]", "w: [6, -6]", "71:3: spec.draw: a range runs from low to high, not from 6 to -6"),
    ("w: [-6, 6]", "w: [-6]", "71:10: expected `array` of length 2"),
    ("draw: {w: [-6, 6], ", "draw: {", "64:1: spec: its parts do not fit each other (KeyError: 'w')"),
    ("  at: {w: 2, ", "  at: {", "65:3: spec.graph cannot be read: w is not a name of this problem."),
]
"""A piece of the item, what stands there instead, and how the fault is told."""

TABLES = [
    ("plan", "offset: 3", "ofset: 3", "unknown key 'ofset'; did you mean 'offset'?"),
    ("plan", "revision: 2", "revision: one", "data/plan.yaml:8:1: expected `int`, got `str`"),
    (
        "plan",
        "            item: derivations/two-layer-network\n\n      - id: vanishing",
        "\n      - id: vanishing",
        "either an item, or a prompt and lines",
    ),
    ("plan", "id: default", "id: [", "data/plan.yaml:"),
]


@pytest.mark.parametrize(("content", "told"), SPOILED, ids=[str(told[-40:]) for _, told in SPOILED])
def test_a_file_that_is_no_item_is_told_with_its_place(copy: Copy, content: str | bytes, told: str) -> None:
    copy.write(FILE, content)
    with pytest.raises(BankError) as error:
        open_bank().get(LINE)
    head, _, fault = str(error.value).partition("\n")
    assert head == f"{LINE} cannot be used until its file is mended:"
    assert fault.startswith(told)


@pytest.mark.parametrize(("old", "new", "told"), AMISS, ids=[new.strip() for _, new, _ in AMISS])
def test_an_item_that_is_amiss_is_told_with_its_place(copy: Copy, old: str, new: str, told: str) -> None:
    copy.revise(old, new)
    with pytest.raises(BankError) as error:
        open_bank().get(LINE)
    faults = str(error.value).splitlines()[1:]
    assert any(fault.startswith(f"{FILE}:{told}") for fault in faults)


def test_every_fault_of_a_file_is_told_in_the_order_of_its_lines(copy: Copy) -> None:
    copy.revise("minutes: 7", "minutes: seven")
    copy.revise("revision: 1", "revison: 1")
    copy.revise("required: strong", "required: stong")
    copy.revise("  check: [w]", "  check: w\n  chek: [w]")
    with pytest.raises(BankError) as error:
        open_bank().get(LINE)
    told = [line.partition(": ")[2] for line in str(error.value).splitlines()[1:]]
    assert told == [
        "missing key `revision`",
        "unknown key 'revison'; did you mean 'revision'?",
        "expected `int`, got `str`",
        "'stong' is no choice here; write one of: lean, strong, bonus",
        "expected `array`, got `str`",
        "unknown key 'chek'; did you mean 'check'?",
    ]


def test_a_broken_file_costs_itself_and_no_other(copy: Copy) -> None:
    whole, no_faults = open_bank().read_all()
    assert no_faults == ()
    copy.write(FILE, "id: [")
    (copy.root / "problems/graphs/gone.yaml").symlink_to("nowhere.yaml")
    items, faults = open_bank().read_all()
    assert [item.id for item in items] == [item.id for item in whole if item.id != LINE]
    assert [(fault.file, fault.line) for fault in faults] == [("problems/graphs/gone.yaml", 1), (FILE, 2)]
    assert "it cannot be opened" in faults[0].text


def test_an_unknown_item_is_told_with_the_nearest(copy: Copy) -> None:
    for number in range(10):
        copy.add(f"topic/item-{number}")
    with pytest.raises(BankError, match="did you mean graphs/fan-out"):
        open_bank().get("graph/fanout")
    with pytest.raises(
        BankError, match=r"known are: (?:[a-z0-9/-]+, )*[a-z0-9/-]+ and \d+ more; bpdrill bank list"
    ):
        open_bank().get("zzz")


@pytest.mark.parametrize(("table", "old", "new", "told"), TABLES)
def test_a_broken_table_is_told_with_its_place(copy: Copy, table: str, old: str, new: str, told: str) -> None:
    copy.revise(old, new, f"data/{table}.yaml")
    with pytest.raises(BankError) as error:
        open_plan()
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("table", "reader"),
    [("plan", open_plan), ("misconceptions", open_misconceptions), ("skills", open_skills)],
)
def test_a_missing_table_is_told(copy: Copy, table: str, reader: object) -> None:
    (copy.root / f"data/{table}.yaml").unlink()
    assert callable(reader)
    with pytest.raises(BankError, match=f"data/{table}.yaml is missing; install bpdrill again"):
        reader()


def test_the_plan_asks_only_for_items_that_there_are() -> None:
    drills = [d for c in open_plan().checkpoints for t in c.tasks for d in t.drills]
    assert {drill.item for drill in drills if drill.item} <= set(open_bank().files)
    assert all(drill.lines and drill.prompt for drill in drills if drill.self_graded)
