"""Programs written by someone who had seen the problems but not the runner: right, wrong and hostile ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import yaml

from bpdrill import kinds
from bpdrill.bank.bank import open_bank
from bpdrill.marking.code import runner
from bpdrill.model.marks import Judgement, Outcome
from bpdrill.sandbox import Worker

HERE = Path(__file__).parent
PATIENCE_S = 20
"""What one answer may take, a child that has to be started anew included."""


def listed(name: str) -> list[dict[str, Any]]:
    """The entries of one of the files beside this one."""
    entries: list[dict[str, Any]] = yaml.safe_load((HERE / f"blind_{name}.yaml").read_text("utf-8"))
    return entries


STYLES = {entry["name"]: entry for entry in listed("styles")}
HOSTILE = {entry["tries"]: entry for entry in listed("hostile")}
WRONG = listed("wrong")
PLAIN = STYLES["none as an index"]

Judge = Callable[[str, str], dict[str, Judgement]]


@pytest.fixture(scope="module")
def judged() -> Iterator[Judge]:
    """Judgements of a program, by field; one child for all, which is started anew when it had to be ended."""
    kind, bank = kinds.load("code"), open_bank()
    variants = {item: kind.vary(bank.get(f"code/{item}"), 7) for item in {s["item"] for s in STYLES.values()}}
    with pytest.MonkeyPatch.context() as patch, Worker("bpdrill.marking.code.running") as worker:
        patch.setattr(runner, "worker", lambda: worker)
        runner.asked.cache_clear()
        yield lambda item, text: {j.field: j for j in kind.judge(variants[item], {"code": text})}
    runner.asked.cache_clear()


def amiss(found: dict[str, Judgement]) -> dict[str, str]:
    """What is not right, and why."""
    return {field: j.because for field, j in found.items() if j.outcome is not Outcome.RIGHT}


def hostile_text(entry: dict[str, Any], canary: Path) -> str:
    """The whole program: the attempt before or within a right one."""
    head = "def backward(x, y, W1, b1, W2, b2):\n"
    inside = "".join(f"    {line}\n" for line in entry.get("inside", "").splitlines())
    right = PLAIN["code"].replace(head, head + inside)
    text = str(entry.get("whole") or entry.get("before", "") + "\n" + right)
    many = entry.get("of", "") * entry.get("times", 0)
    closing = ")" * len(many) if many.startswith("(") else ""
    return text.replace("1MANY", "1" + closing).replace("MANY", many).replace("CANARY", str(canary))


def test_there_are_enough_of_them() -> None:
    assert (len(STYLES), len(WRONG)) == (45, 20)
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("name", STYLES)
def test_a_right_program_is_right(judged: Judge, name: str) -> None:
    assert amiss(judged(STYLES[name]["item"], STYLES[name]["code"])) == {}


@pytest.mark.parametrize("entry", WRONG, ids=lambda entry: entry["style"])
def test_one_ordinary_mistake_is_wrong_where_it_counts(judged: Judge, entry: dict[str, Any]) -> None:
    style = STYLES[entry["style"]]
    assert style["code"].count(entry["of"]) == 1
    found = judged(style["item"], style["code"].replace(entry["of"], entry["becomes"]))
    assert set(amiss(found)) == {f"code.{name}" for name in entry["wrong"]}


@pytest.mark.parametrize("tries", HOSTILE)
def test_an_attempt_is_held_and_told(judged: Judge, tries: str, tmp_path: Path) -> None:
    entry, canary = HOSTILE[tries], tmp_path / "canary"
    begun = monotonic()
    found = judged(entry.get("item", "two-layer-backward"), hostile_text(entry, canary))
    assert monotonic() - begun < PATIENCE_S
    assert found["code"].because or len(amiss(found)) >= 3 or entry.get("harmless")
    assert all(amiss(found).values())
    assert not canary.exists()


def test_a_right_program_is_right_after_all_that(judged: Judge) -> None:
    assert amiss(judged(PLAIN["item"], PLAIN["code"] + "# again\n")) == {}
