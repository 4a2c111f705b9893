from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bpdrill.bank import find
from bpdrill.bank.bank import open_bank
from bpdrill.kinds import graph_trace
from bpdrill.model.errors import AuthorError
from bpdrill.model.events import Enrolled
from bpdrill.model.items import next_seed
from bpdrill.model.marks import Judgement
from bpdrill.practice.attempt import LeftError
from bpdrill.practice.round import Library

if TYPE_CHECKING:
    from tests.practice.conftest import Learner

LINE, FAN_OUT = "graphs/linear-regression-loss", "graphs/fan-out"
DEPTH = "estimates/sigmoid-depth"
GIVE_UP = (":solution",)
WRITTEN = ("on paper", "yes", "yes")
RIGHT_LINE = (
    *("6", "7", "-1", "1"),
    *("-2, 1, -2", "1, -2, -2", "-1, -2, 2", "1,-2,-2", "1,-2,-2", "3,-2,-6", "2,-2,-4"),
    "2(wx+b-y)x",
)

OWN_GRADES = [
    (("yes", "yes"), "Strong Hire"),
    (("y", "partly"), "Lean Hire"),
    (("partly", "no"), "Lean Hire"),
    (("no", "yes"), "No Hire"),
    ((":skip", "yes"), "No Hire"),
]
"""The Lean Hire line and the Strong Hire line, as ticked, and the verdict."""


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the item files, in the place of the real ones."""
    root = tmp_path / "root"
    for folder in ("problems", "data"):
        shutil.copytree(find.root() / folder, root / folder)
    monkeypatch.setattr(find, "root", lambda: root)
    return root / "problems"


@pytest.fixture
def reader(problems: Path, library: Library, with_library: Callable[[Library], Learner]) -> Learner:
    """A learner who practises from that copy."""
    assert problems.is_dir()
    return with_library(replace(library, bank=open_bank()))


def revise(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("item", ["", FAN_OUT])
def test_the_first_practice_begins_the_plan_today(learner: Learner, item: str) -> None:
    learner.day = 5
    assert learner.sit(item=item).page.says(
        "Today is day 0 of your plan; you will be asked again on days 3, 7"
    )
    assert learner.events() == [Enrolled(learner.library.plan)]
    assert not learner.sit(item=item).page.says("day 0")
    assert learner.events() == [Enrolled(learner.library.plan)]


def test_what_is_due_is_worked_through_in_order(learner: Learner) -> None:
    sitting = learner.sit(*WRITTEN, *GIVE_UP, *GIVE_UP)
    assert sitting.left is None
    assert [review.task for review in learner.reviews()] == [
        task.id for task in learner.library.plan.checkpoints[0].tasks
    ]
    assert sitting.page.says("That was all for today.")
    assert learner.sit().labels == []


def test_an_item_that_the_plan_asks_for_counts_there(learner: Learner) -> None:
    learner.sit(*GIVE_UP, item=LINE)
    assert [(review.item, review.task) for review in learner.reviews()] == [(LINE, "linear-regression-graph")]
    assert LINE not in [due.item for due in learner.journal().due()]


def test_an_item_that_it_does_not_ask_for_is_free(learner: Learner) -> None:
    learner.sit(*GIVE_UP, item=FAN_OUT)
    assert [(review.item, review.task) for review in learner.reviews()] == [(FAN_OUT, "")]
    assert len(learner.journal().due()) == 3


def test_each_attempt_has_numbers_of_its_own(learner: Learner) -> None:
    for _ in range(4):
        learner.sit(*GIVE_UP, item=LINE)
    seeds = [review.seed for review in learner.reviews()]
    assert seeds == [next_seed(LINE, attempts) for attempts in range(4)]
    assert len({*seeds}) == 4


def test_a_seed_can_be_asked_for(learner: Learner) -> None:
    learner.sit(*GIVE_UP, item=LINE, seed=11)
    assert learner.reviews()[0].seed == 11


def test_two_seeds_of_an_item_are_two_attempts(learner: Learner) -> None:
    learner.sit("6", item=LINE, seed=0)
    assert learner.sit(item=LINE, seed=1).labels == ["mul"]
    assert learner.sit(item=LINE, seed=0).labels == ["add"]


@pytest.mark.parametrize(("ticks", "verdict"), OWN_GRADES)
def test_a_task_without_item_is_graded_by_its_lines(
    learner: Learner, ticks: tuple[str, ...], verdict: str
) -> None:
    drill = learner.library.plan.checkpoints[0].tasks[0].drills[0]
    page = learner.sit("dz/dx = f' g'", *ticks).page
    assert page.says("On paper, without notes, write the chain rule three times:")
    assert drill.lines is not None
    assert page.says(f"Strong Hire: {drill.lines.strong}")
    assert page.says(f"{verdict} (self-graded in part):")
    review = learner.reviews()[0]
    assert (review.verdict, review.self_graded, review.item) == (verdict, True, "")
    assert review.answer["text"] == "dz/dx = f' g'"


def test_a_review_holds_all_that_it_takes_to_mark_it_again(learner: Learner) -> None:
    learner.sit("5", *GIVE_UP, item=LINE)
    (review,) = learner.reviews()
    item = learner.library.bank.get(review.item)
    again = graph_trace.judge(graph_trace.vary(item, review.seed), review.answer)
    assert {judgement.field: judgement.outcome.value for judgement in again} == review.judgements
    assert (review.revision, review.kind_revision, review.hints) == (1, graph_trace.REVISION, 3)
    assert review.judgements["forward.mul"] == "wrong"
    assert review.version == "0.0"


def test_a_broken_item_waits_and_the_others_do_not(reader: Learner, problems: Path) -> None:
    (problems / f"{LINE}.yaml").write_text("id: [", encoding="utf-8")
    sitting = reader.sit(*WRITTEN, *GIVE_UP)
    assert sitting.left is None
    told = [line for line in sitting.page.lines if "has to wait" in line]
    assert len(told) == 1
    assert sitting.page.says(f"problems/{LINE}.yaml:")
    assert [review.task for review in reader.reviews()] == ["chain-rule-forms", "four-backward-rules"]
    assert [due.item for due in reader.journal().due()] == [LINE]


def test_a_broken_item_keeps_what_was_begun(reader: Learner, problems: Path) -> None:
    reader.sit("6", item=LINE)
    whole = (problems / f"{LINE}.yaml").read_text(encoding="utf-8")
    (problems / f"{LINE}.yaml").write_text("id: [", encoding="utf-8")
    assert reader.sit(*WRITTEN, *GIVE_UP).left is None
    (problems / f"{LINE}.yaml").write_text(whole, encoding="utf-8")
    assert reader.sit().labels == ["add"]


def test_a_broken_item_does_not_cost_another_its_draft(reader: Learner, problems: Path) -> None:
    reader.sit("15", item=FAN_OUT)
    reader.sit("6", "7", item=LINE)
    whole = (problems / f"{FAN_OUT}.yaml").read_text(encoding="utf-8")
    (problems / f"{FAN_OUT}.yaml").write_text("id: [", encoding="utf-8")
    assert reader.sit().labels == ["sub"]
    (problems / f"{FAN_OUT}.yaml").write_text(whole, encoding="utf-8")
    assert reader.sit(item=FAN_OUT).labels == ["sq"]
    assert reader.sit(item=LINE).labels == ["sub"]


def test_an_item_asked_by_name_is_begun_anew_at_once_when_revised(reader: Learner, problems: Path) -> None:
    reader.sit("6", item=LINE)
    revise(problems / f"{LINE}.yaml", "revision: 1", "revision: 2")
    assert reader.sit(item=LINE).labels == ["mul"]


def test_where_nothing_is_due_everything_can_be_practised(learner: Learner) -> None:
    learner.sit(*WRITTEN, *RIGHT_LINE, *GIVE_UP)
    page = learner.sit().page
    assert page.says("Nothing is due today. Practise one anyway:  bpdrill practice --item NAME")
    topics = Counter(item.partition("/")[0] for item in open_bank().files)
    assert all(page.says(f"• {topic}: {count}") for topic, count in topics.items())
    assert page.says("Their names:  bpdrill bank list")


def test_the_task_s_time_is_the_limit(learner: Learner) -> None:
    """Day 3 gives five minutes to the estimate; whoever practises it freely has the item's own eight."""
    learner.sit(*WRITTEN, *RIGHT_LINE, *GIVE_UP)
    assert learner.sit(item=DEPTH, seed=1).page.says("(8 min, seed 1)")
    learner.day = 3
    assert learner.sit(item=DEPTH, seed=2).page.says("(5 min, seed 2)")


def test_a_revised_item_is_begun_anew(reader: Learner, problems: Path) -> None:
    reader.sit("6", item=LINE)
    revise(problems / f"{LINE}.yaml", "revision: 1", "revision: 2")
    sitting = reader.sit(*WRITTEN)
    assert sitting.page.says("has been revised since you began it, so it starts anew")
    assert sitting.labels[-1] == "mul"


def test_a_fault_of_ours_bears_the_line_that_shows_it_again(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(*_: object) -> tuple[Judgement, ...]:
        raise ZeroDivisionError

    monkeypatch.setattr(graph_trace, "judge", judge)
    with pytest.raises(ZeroDivisionError) as fault:
        learner.sit(*GIVE_UP, item=LINE, seed=11)
    assert fault.value.__notes__ == [f"bpdrill practice --item {LINE} --seed 11"]


def test_who_leaves_leaves(learner: Learner) -> None:
    sitting = learner.sit(":quit", "yes", "yes")
    assert isinstance(sitting.left, LeftError)
    assert sitting.left.asked
    assert len(sitting.labels) == 1


def test_a_kind_gives_the_item_that_was_tried_least(learner: Learner) -> None:
    for _ in range(3):
        learner.sit(*GIVE_UP, *["yes"] * 5, kind="forward_mode")
    assert {review.item for review in learner.reviews()} == {
        item for item in open_bank().files if item.startswith("forward-mode/")
    }


def test_a_kind_that_is_none_is_refused_with_those_there_are(learner: Learner) -> None:
    with pytest.raises(AuthorError, match="walkthrough"):
        learner.sit(kind="essay")
