from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pytest

from bpdrill.bank.tables import open_misconceptions
from bpdrill.laboratory.trace.backward import Trace, trace
from bpdrill.laboratory.trace.computation import computation
from bpdrill.laboratory.trace.fault import as_record, differ, every_wrong, possible, wrong
from bpdrill.laboratory.trace.fault_blocks import fault_blocks, list_blocks, relation
from bpdrill.model.errors import UsageError
from bpdrill.term.paper import Paper
from bpdrill.term.text import text

LINE = ("L = (w*x + b - y)^2", "w=2,x=3,b=1,y=8")
FORK = ("L = x*y + x^2", "x=3,y=5")
UNITS = ("L = sum(relu(W x)^2)", "W=[[1,2],[3,-4]],x=[1,2]")
NETWORK = (
    "z1 = W1 x + b1; h1 = relu(z1); z2 = W2 h1 + b2; L = softmax_ce(z2, y)",
    "W1=[[0.1,0.2],[0.3,0.4]],x=[1,2],b1=[0.1,0.1],W2=[[0.5,0.6],[0.7,0.8]],b2=[0.1,0.1],y=[1,0]",
)


def right(case: tuple[str, str]) -> Trace:
    return trace(computation(*case))


MADE = [
    (LINE, "power.factor-lost", ["L → sub"], {"w": -3, "x": -2, "b": -1, "y": 1}),
    (LINE, "sub.second-sign-lost", ["sub → y"], {"y": -2}),
    (LINE, "mul.own-value", ["mul → w", "mul → x"], {"w": -4, "x": -6}),
    (LINE, "edge.local-lost", ["L → sub", "sub → y"], {"w": 1, "y": 1}),
    (FORK, "path.dropped", ["mul → x"], {"x": 6, "y": 3}),
]


@pytest.mark.parametrize(("case", "name", "arrows", "gradients"), MADE)
def test_a_mistake_is_made_wherever_it_can_be(
    case: tuple[str, str], name: str, arrows: list[str], gradients: dict[str, float]
) -> None:
    found = wrong(right(case), name)
    assert {*arrows} <= {f"{link.consumer} → {link.producer}" for link in found.links}
    assert {each: found.wrong.gradient(each) for each in gradients} == gradients


def test_a_mask_forgotten_on_a_dead_unit() -> None:
    found = wrong(right(UNITS), "relu.mask-forgotten")
    assert found.changed == []  # the square sends nothing back to a unit that is off
    live = wrong(right(("L = sum(relu(W x))", UNITS[1])), "relu.mask-forgotten")
    assert live.changed == ["W", "x"]
    assert np.array_equal(live.wrong.gradient("W"), [[1, 2], [1, 2]])


def test_what_the_study_pages_network_cannot_show() -> None:
    changed = {found.name: found.changed for found in every_wrong(right(NETWORK))}
    assert changed["relu.mask-forgotten"] == changed["relu.mask-on-upstream"] == []
    assert changed["softmax_ce.reversed"] == ["W1", "x", "b1", "W2", "b2"]


@pytest.mark.parametrize("case", [LINE, FORK, UNITS, NETWORK])
def test_every_mistake_that_is_listed_can_be_shown_and_has_words(case: tuple[str, str]) -> None:
    found, said = right(case), open_misconceptions()
    for each in every_wrong(found):
        assert each.name in said
        assert text(fault_blocks(wrong(found, each.name), said), Paper(60))


REFUSED = [
    (
        "relu.mask-forgotten",
        "relu.mask-forgotten cannot happen in this expression; --fault list shows what can.",
    ),
    ("path.dropped", "path.dropped cannot happen in this expression"),
    (
        "pwer.factor-lost",
        "There is no fault 'pwer.factor-lost'. Did you mean power.factor-lost? --fault list",
    ),
    ("\x1b[31m", "There is no fault '\\x1b[31m'. --fault list shows"),
]


@pytest.mark.parametrize(("name", "complaint"), REFUSED)
def test_a_mistake_that_cannot_be_made(
    name: str, complaint: str, refuses: Callable[[str], AbstractContextManager[None]]
) -> None:
    with refuses(complaint):
        wrong(right(LINE), name)


def test_one_that_cannot_go_on_is_left_out_of_the_list() -> None:
    found = right(("c = x^T z; L = sum(c + v)", "x=[1,2],z=[3,4],v=[1,2,3]"))
    assert "add.batch-not-summed" in possible(found)
    assert "add.batch-not-summed" not in [each.name for each in every_wrong(found)]
    with pytest.raises(UsageError, match=r"With add\.batch-not-summed the backward pass cannot go on: c: "):
        wrong(found, "add.batch-not-summed")


def test_a_mistake_without_words_is_shown_without() -> None:
    lines = text(fault_blocks(wrong(right(LINE), "power.factor-lost"), {}), Paper(80))
    assert not [line for line in lines if line.startswith("The mistake")]


RELATIONS = [
    (2.0, 2.0, "the same"),
    (2.0, 2.0 + 1e-15, "the same"),
    (2.0, 0.0, "lost"),
    (2.0, -2.0, "turned round"),
    (2.0, 1.0, "half of right"),
    (2.0, 4.0, "twice right"),
    (2.0, 3.0, "1.5 times right"),
    (0.0, 3.0, "3 off"),
    (np.array([1.0, 2.0]), np.array([3.0, 6.0]), "3 times right"),
    (np.array([1.0, 2.0]), np.array([1.0, 2.5]), "up to 0.5 off"),
    (np.array([0.0, 0.0]), np.array([1.0, -2.0]), "up to 2 off"),
    (2.0, np.array([1.0, 1.0]), "(2,), not a scalar"),
]


@pytest.mark.parametrize(("own", "other", "said"), RELATIONS)
def test_what_the_wrong_is_to_the_right(own: float, other: float, said: str) -> None:
    assert relation(own, other) == said
    assert differ(own, other) == (said != "the same")


def page(case: tuple[str, str], name: str, width: int = 80) -> list[str]:
    return text(fault_blocks(wrong(right(case), name), open_misconceptions()), Paper(width))


def test_the_wrong_run_stands_beside_the_right_one() -> None:
    lines = page(LINE, "power.factor-lost")
    assert "power.factor-lost in L: 4 inputs, 4 operations" in lines
    assert "The mistake: the exponent did not come down as a factor." in lines
    assert "L → sub    −2     −1" in lines
    assert "∂L/∂w  −6     −3     half of right" in lines
    assert "4 of 4 gradients are wrong: ∂L/∂w, ∂L/∂x, ∂L/∂b, ∂L/∂y." in lines
    assert "mul → x    5      nothing" in page(FORK, "path.dropped")
    assert "Every gradient comes out right: the mistake cannot be seen with these numbers;" in page(
        NETWORK, "relu.mask-forgotten"
    )


def test_the_list_says_what_each_would_change() -> None:
    found = right(FORK)
    lines = text(list_blocks(found, every_wrong(found)), Paper(80))
    assert "• path.dropped (without mul → x)" in lines
    assert "  ∂L/∂x: 6, not 11" in lines
    lines = text(list_blocks(right(NETWORK), every_wrong(right(NETWORK))), Paper(60))
    assert "  changes nothing: it shows only where the loss is the mean" in lines
    assert max(map(len, lines)) <= 60


def test_all_of_it_is_json() -> None:
    record = json.loads(json.dumps(as_record(wrong(right(UNITS), "edge.upstream-lost")), allow_nan=False))
    assert record["fault"] == "edge.upstream-lost"
    assert record["gradients"]["x"]["right"] != record["gradients"]["x"]["wrong"]
    assert {"from": "L", "to": "sq", "argument": 0} in record["edges"]
