from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from math import cos

import numpy as np
import pytest

from bpdrill.laboratory.trace.backward import trace
from bpdrill.laboratory.trace.computation import computation
from bpdrill.laboratory.trace.forward import Dual, as_record, dual
from bpdrill.laboratory.trace.forward_blocks import forward_blocks
from bpdrill.term.paper import Paper
from bpdrill.term.text import text

STUDY_PAGE = ("x1*x2 + sin(x1)", "x1=2,x2=3")
MATRIX = ("x^T A x", "x=[1,2],A=[[1,2],[3,4]]")


def moved(case: tuple[str, str], wrt: str = "", along: str = "") -> Dual:
    return dual(computation(*case), wrt, along)


def test_the_tangents_of_the_study_page() -> None:
    sweep = moved(STUDY_PAGE, "x_1").sweeps["x1"]
    assert sweep.tangents == {"x1": 1, "x2": 0, "mul": 3, "sin": cos(2), "f": 3 + cos(2)}
    assert sweep.tangents["f"] == pytest.approx(2.584, abs=5e-4)
    assert [(s.producer, s.consumer, s.local, s.share) for s in sweep.shares[:2]] == [
        ("x1", "mul", 3, 3),
        ("x2", "mul", 2, 0),
    ]


DIRECTIONS = [
    (STUDY_PAGE, "x2", ""),
    (MATRIX, "x", "[1,-2]"),
    (MATRIX, "A", "[[1,0],[2,-1]]"),
    (("sum(((x^T A)^T)^2)", "x=[1,2],A=[[1,2],[3,4]]"), "x", "[1,2]"),
    (("softmax_ce(z, y)", "z=[1,2,3],y=[0,1,0]"), "z", "[1,0,2]"),
    (("x^3", "x=2"), "", ""),
    (("x^3", "x=2"), "x", "5"),
]


@pytest.mark.parametrize(("case", "wrt", "along"), DIRECTIONS)
def test_a_tangent_is_the_gradient_along_the_direction(case: tuple[str, str], wrt: str, along: str) -> None:
    found = moved(case, wrt, along)
    ((name, sweep),) = found.sweeps.items()
    gradient = trace(found.computation).gradient(name)
    assert sweep.tangents[found.computation.root] == pytest.approx(np.sum(gradient * sweep.along[name]))


def test_the_root_may_be_an_array() -> None:
    found = moved(("A x", "A=[[1,2],[3,4]],x=[1,2]"), "x", "[1,0]")
    assert np.array_equal(found.sweeps["x"].tangents["f"], [1, 3])
    assert "1 forward sweep of 6: one for each number among the inputs." in page(found)


REFUSED = [
    (STUDY_PAGE, "", "", "say which, --wrt x1 of x1, x2."),
    (STUDY_PAGE, "q", "", "There is no input 'q'."),
    (STUDY_PAGE, "x1,mul", "", "There is no input 'mul'."),
    (STUDY_PAGE, "x1,x2", "2", "--along is the direction of one input"),
    (MATRIX, "x", "", "x is (2,): say in which direction it moves, --wrt x --along [1,0]."),
    (MATRIX, "A", "", "--wrt A --along [[1,0],[0,0]]."),
    (MATRIX, "x", "[1,2,3]", "--along must have the shape of x, (2,)"),
    (MATRIX, "x", "north", "--along"),
    (("sqrt(x)", "x=0"), "x", "", "f = √(x) has no derivative by x where x = 0"),
    (("x*1e308 + x*1e308", "x=0.1"), "x", "", "The tangent of f is too large"),
    (("1/x", "x=1e-200"), "x", "", "f = 1/x has no derivative by x"),
]


@pytest.mark.parametrize(("case", "wrt", "along", "complaint"), REFUSED)
def test_what_does_not_move_is_said_in_one_line(
    case: tuple[str, str],
    wrt: str,
    along: str,
    complaint: str,
    refuses: Callable[[str], AbstractContextManager[None]],
) -> None:
    with refuses(complaint):
        moved(case, wrt, along)


def page(found: Dual, width: int = 80) -> list[str]:
    return text(forward_blocks(found), Paper(width))


def test_a_page_with_one_sweep_shows_where_it_comes_from() -> None:
    lines = page(moved(STUDY_PAGE, "x1"))
    assert "Forward mode: f by x₁: 2 inputs, 3 operations" in lines
    assert "x₁    (input)    2       1" in lines
    assert "sin   sin(x₁)    0.9093  −0.4161" in lines
    assert "x₁ → sin   −0.4161  1          −0.4161" in lines
    assert "all → f    sum                 2.584" in lines
    assert "• ∂f/∂x₁ = 2.584" in lines


def test_a_page_with_two_sweeps_shows_them_side_by_side() -> None:
    lines = page(moved(STUDY_PAGE, "x1,x2"))
    assert "f     mul + sin  6.909   2.584          2" in lines
    assert "2 forward sweeps: one for each number among the inputs; one backward sweep gives" in lines


def test_arrays_move_along_a_direction() -> None:
    lines = page(moved(MATRIX, "x", "[1,0]"))
    assert "• ∂f/∂x along [1, 0] = 12" in lines
    assert "all → f                12" in lines


@pytest.mark.parametrize("width", [20, 40, 60])
def test_pages_hold_to_their_columns(width: int) -> None:
    for found in (moved(STUDY_PAGE, "x1,x2"), moved(MATRIX, "x", "[1,0]")):
        assert max(map(len, page(found, width))) <= width


def test_all_of_it_is_json() -> None:
    record = json.loads(json.dumps(as_record(moved(MATRIX, "x", "[1,0]")), allow_nan=False))
    assert (record["mode"], record["sweeps"][0]["wrt"], record["sweeps"][0]["along"]) == (
        "forward",
        "x",
        [1, 0],
    )
    assert record["sweeps"][0]["tangents"]["f"] == 12
    assert record["sweeps"][0]["shares"][0]["share"] == [[1, 0]]
