from __future__ import annotations

from bpdrill.laboratory.trace.backward import trace
from bpdrill.laboratory.trace.computation import computation
from bpdrill.laboratory.trace.steps import steps
from bpdrill.term.paper import Paper
from bpdrill.term.text import text


def walked(typed: str, at: str) -> list[list[str]]:
    return [text(step, Paper(60)) for step in steps(trace(computation(typed, at)))]


FORK = walked("L = x*y - x^2", "x=3,y=-5")


def test_one_step_a_node_then_one_an_edge() -> None:
    assert len(FORK) == 1 + 3 + 1 + 5 + 1
    assert FORK[1] == ["Forward, 1 of 9", "mul = x·y = 3·(−5) = −15"]
    assert FORK[4] == ["Backward, 4 of 9", "It starts at the root: ∂L/∂L = 1."]
    assert FORK[6] == [
        "Backward, 6 of 9",
        "L → sq",
        "upstream: ∂L/∂L = 1",
        "local: ∂L/∂sq = −1",
        "∂L/∂sq = (−1)·1 = −1",
    ]


def test_paths_are_counted_and_summed() -> None:
    assert FORK[7][-1] == "path 1 of 2 into x brings 6·(−1) = −6"
    assert FORK[8][-2:] == ["path 2 of 2 into x brings (−5)·1 = −5", "∂L/∂x = (−6) + (−5) = −11"]
    assert FORK[-1] == ["Gradients", "• ∂L/∂x = −6 (via sq) + −5 (via mul) = −11", "• ∂L/∂y = 3"]


def test_arrays_are_put_through_their_rule() -> None:
    found = walked("L = sum(W x)", "W=[[1,2],[3,4]],x=[1,2]")
    assert found[1][1] == "matmul = W x = [5, 11]"
    assert found[-2][1:] == [
        "matmul → x",
        "upstream: ∂L/∂matmul = [1, 1]",
        "rule: Wᵀ ∂L/∂matmul",
        "∂L/∂x = [4, 6]",
    ]
