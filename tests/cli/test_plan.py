from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bpdrill.bank.tables import open_plan

if TYPE_CHECKING:
    from tests.cli.conftest import Learner

LINE = "graphs/linear-regression-loss"
DAYS = (0, 3, 7, 14, 21)
RULES = "*Backward rules: matmul, ReLU, sigmoid, softmax+CE"
SQUARE = "*Graph of L = (w x + b - y)^2, both passes"
BY_HAND = "*Forward and backward through a network, by hand"
DEPTH = "*How fast sigmoid layers lose the gradient"
CHECKPOINTS = "*Gradient checkpointing, with numbers"
RETURNING = {
    0: [],
    3: [SQUARE, RULES],
    7: ["*Derive the gradients of a two-layer network", DEPTH, SQUARE, RULES],
    14: [DEPTH, SQUARE, CHECKPOINTS, BY_HAND, RULES],
    21: [
        *("*Two-layer network at the whiteboard, 10 minutes", "*Backward through a graph with fan-out"),
        *(SQUARE, CHECKPOINTS, BY_HAND, RULES),
    ],
}
"""The cards that come back with each checkpoint, unless it asks for them anyway; as they were last called."""

NEVER_BEGUN = """\
No plan is under way yet.

Begin with: bpdrill practice
"""

BEGUN = """\
Day 0: After the first read
  open 2026-10-05
  [ ] The chain rule, three times, 5 min (self-graded)
  [x] Graph of a squared error, 7 min
  [ ] Four backward rules, 4 min

Day 3: First review
  waiting, at the earliest 2026-10-08
  [ ] Two layers, derived without notes, 10 min
"""


def titles(offset: int) -> list[str]:
    """The drills of a checkpoint, as the plan has them."""
    (checkpoint,) = [entry for entry in open_plan().checkpoints if entry.offset == offset]
    return [drill.title for task in checkpoint.tasks for drill in task.drills]


def test_the_whole_plan_over_a_pipe(learner: Learner) -> None:
    """Day by day to its end: what is due, all of it right, and then nothing until the next checkpoint."""
    learner.run("practice", "--plain")
    for day in DAYS:
        learner.day = day
        assert learner.titles() == titles(day) + RETURNING[day]
        assert learner.due()["checkpoint"]["offset"] == day
        ended = learner.run("practice", "--plain", typed=learner.right_lines())
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "That was all for today." in ended.stdout
        assert learner.due()["due"] == []
    reviews = learner.reviews()
    assert {review.verdict for review in reviews} == {"Strong Hire"}
    assert len({(review.item, review.seed) for review in reviews if review.item}) == len(
        [review for review in reviews if review.item]
    )
    plan = json.loads(learner.run("plan", "--json").stdout)
    assert [entry["done_day"] for entry in plan["checkpoints"]] == [
        "2026-10-05",
        "2026-10-08",
        "2026-10-12",
        "2026-10-19",
        "2026-10-26",
    ]
    assert "Day 21: Final calibration\n  done 2026-10-26\n" in learner.run("plan").stdout


def test_what_is_due_before_after_and_three_days_later(learner: Learner) -> None:
    assert (learner.due()["enrolled"], learner.titles()) == (False, [])
    assert learner.run("plan").stdout == NEVER_BEGUN
    learner.run("practice", "--plain", "--item", LINE, typed=learner.lines_for(LINE))
    left = titles(0)
    left.remove("Graph of L = (w x + b - y)^2, both passes")
    assert (learner.due()["enrolled"], learner.titles()) == (True, left)
    assert learner.run("plan").stdout.startswith(BEGUN)
    learner.run("practice", "--plain", typed=learner.right_lines())
    assert learner.titles() == []
    learner.day = 3
    assert learner.titles() == titles(3) + RETURNING[3]
    before = learner.reviews()
    ended = learner.run("practice", "--plain", "--item", LINE, typed=learner.lines_for(LINE))
    assert "All 26 answers are right." in ended.stdout
    assert learner.reviews()[-1].seed not in [review.seed for review in before]


def test_a_missed_day_loses_nothing(learner: Learner) -> None:
    learner.run("practice", "--plain")
    learner.day = 5
    assert learner.titles() == titles(0)
    assert learner.due()["checkpoint"]["late_days"] == 5


def test_who_has_not_passed_meets_it_again_the_next_day(learner: Learner) -> None:
    learner.run("practice", "--plain", "--item", LINE, typed=[":solution"])
    learner.day = 1
    assert "*Graph of L = (w x + b - y)^2, both passes" in learner.titles()
    assert "seed 0)" not in learner.run("practice", "--plain", "--item", LINE).stdout


@pytest.mark.parametrize("words", [("due",), ("due", "--json"), ("practice", "--plain")])
def test_a_set_clock_without_a_folder_of_its_own_is_refused(learner: Learner, words: tuple[str, ...]) -> None:
    learner.variables = {"BPDRILL_HOME": "", "HOME": str(learner.home)}
    ended = learner.run(*words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "BPDRILL_NOW is for rehearsals" in ended.stderr
    assert not learner.home.exists()
