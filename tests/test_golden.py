"""What a learner sees, to the letter: an item's question, and the report on an answer with one slip.

Of each kind some items are held so; of all, that nothing is wider than the paper.

A change to a file in ``golden/`` is a change on every learner's screen. Look at it by eye, at both
widths, before it is kept; then write the files anew with ``python tests/test_golden.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bpdrill import kinds
from bpdrill.bank.bank import open_bank
from bpdrill.bank.tables import open_misconceptions
from bpdrill.marking.rubric import TICK, decide, mark_criteria
from bpdrill.model.blocks import Block
from bpdrill.model.marks import Outcome, Report, Specimen
from bpdrill.practice.report import report_blocks, worked_out
from bpdrill.term.cells import width
from bpdrill.term.paper import Paper
from bpdrill.term.text import text

FOLDER = Path(__file__).parent / "golden"
PAPERS = {"60": Paper(60), "100": Paper(100), "60-ascii": Paper(60, ascii=True)}
LOOKED_AT = (
    "bugs/two-layer-network",
    "code/two-layer-backward",
    "derivations/two-layer-network",
    "drawing/sum-times",
    "estimates/sigmoid-depth",
    "explain/sixty-seconds",
    "forward-mode/dual-trace",
    "graphs/fan-out",
    "graphs/linear-regression-loss",
    "graphs/sum-times",
    "jacobians/softmax",
    "jacobians/vjp",
    "memory/transformer-activations",
    "networks/walkthrough",
    "normalisation/batch-norm-by-hand",
    "passes/million-inputs",
    "regimes/per-layer-factor",
    "rules/local-derivatives",
    "shapes/two-layer",
)
CASES = [(item, paper) for item in LOOKED_AT for paper in PAPERS]


def blocks(name: str) -> Iterator[Block]:
    """All that is shown of an item's own numbers, from the question to the report on a slip."""
    item = open_bank().get(name)
    kind = kinds.load(item.kind)
    variant = kind.vary(item, 0)
    yield from kind.present(variant).blocks
    slip = next(specimen for specimen in kind.specimens(variant) if has_slip(specimen))
    judged = tuple(kind.judge(variant, slip.answer))
    ticks = {TICK + criterion.id: "yes" for criterion in item.rubric.criteria}
    marks = mark_criteria(item.rubric, judged, ticks)
    verdict, because = decide(marks, 0, 60, item.minutes * 60)
    solution = tuple(kind.solution(variant))
    report = Report(variant, judged, marks, verdict, because, solution, 60)
    yield from report_blocks(report, open_misconceptions())
    yield from worked_out(variant, solution)


def has_slip(specimen: Specimen) -> bool:
    return Outcome.WRONG in specimen.outcomes.values()


def rendered(name: str, paper: str) -> str:
    return "\n".join(line.rstrip() for line in text(list(blocks(name)), PAPERS[paper])) + "\n"


def file(name: str, paper: str) -> Path:
    return FOLDER / f"{name.replace('/', '.')}.{paper}.txt"


@pytest.mark.parametrize(("name", "paper"), CASES)
def test_a_learner_sees_what_was_looked_at(name: str, paper: str) -> None:
    assert rendered(name, paper) == file(name, paper).read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.glob("*.txt")} == {file(*case).name for case in CASES}


def test_every_kind_was_looked_at() -> None:
    bank = open_bank()
    assert {bank.get(item).kind for item in LOOKED_AT} == {*kinds.kind_names()}


@pytest.mark.parametrize("name", open_bank().files)
def test_nothing_is_wider_than_the_paper(name: str) -> None:
    shown = list(blocks(name))
    for paper in PAPERS.values():
        assert max(map(width, text(shown, paper))) <= paper.width


if __name__ == "__main__":
    for case in CASES:
        file(*case).write_text(rendered(*case), encoding="utf-8")
