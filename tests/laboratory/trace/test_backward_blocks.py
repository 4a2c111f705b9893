"""A trace as it is read: key lines, and every page within its paper."""

from __future__ import annotations

import pytest

from bpdrill.laboratory.trace.backward import trace
from bpdrill.laboratory.trace.backward_blocks import trace_blocks
from bpdrill.laboratory.trace.computation import computation
from bpdrill.term.paper import Paper
from bpdrill.term.text import text

LINE = ("L = (w*x + b - y)^2", "w=2,x=3,b=1,y=8")
NETWORK = (
    "z1 = W1 x + b1; h1 = relu(z1); z2 = W2 h1 + b2; L = softmax_ce(z2, y)",
    "W1=[[0.1,0.2],[0.3,0.4]],x=[1,2],b1=[0.1,0.1],W2=[[0.5,0.6],[0.7,0.8]],b2=[0.1,0.1],y=[1,0]",
)
FORK = ("L = x*y + x^2", "x=3,y=5")
CHAIN = ("a0=x*y;" + ";".join(f"a{n}=a{n - 1}+x" for n in range(1, 70)), "x=1,y=2")
LARGE = ("sum(x*x)", f"x=[{','.join('1' * 30)}]")


def page(case: tuple[str, str], width: int = 80, *, ascii_only: bool = False) -> list[str]:
    return text(trace_blocks(trace(computation(*case))), Paper(width, ascii_only))


SAYS = [
    (LINE, "Trace of L: 4 inputs, 4 operations"),
    (LINE, "    L = (w·x + b − y)²"),
    (LINE, "●─────╯    sub   = add − y   = −1"),
    (LINE, "sub   add − y   −1"),
    (LINE, "Backward, from ∂L/∂L = 1"),
    (LINE, "L → sub    2·sub = −2  1           −2"),
    (LINE, "sub → y    −1          −2          2"),
    (LINE, "mul → w    x = 3       −2          −6"),
    (LINE, "• ∂L/∂w = −6"),
    (FORK, "all → x    sum of paths              11"),
    (FORK, "• ∂L/∂x = 6 (via sq) + 5 (via mul) = 11"),
    (("L = x*x", "x=3"), "• ∂L/∂x = 3 (via L, operand 1) + 3 (via L, operand 2) = 6"),
    (("a = x*y; L = x^2", "x=3,y=5"), "• ∂L/∂y = 0; L does not depend on it"),
    (NETWORK, "L → z₂        softmax(z₂) − y     [−0.589, 0.589]"),
    (NETWORK, "matmul → W₁   ∂L/∂matmul xᵀ       [[0.1178, 0.2356], [0.1178, 0.2356]]"),
    (NETWORK, "• ∂L/∂W₁ = [[0.1178, 0.2356], [0.1178, 0.2356]]; (2, 2), as W₁"),
    (NETWORK, "●─────────╯    L         = softmax_ce(z₂, y)   = 0.8893"),
    (CHAIN, "The graph has 72 nodes and is not drawn; --dot exports it."),
    (LARGE, "mul   x ⊙ x     (30,) of norm 5.477"),
]


@pytest.mark.parametrize(("case", "line"), SAYS)
def test_a_page_says(case: tuple[str, str], line: str) -> None:
    assert line in page(case)


@pytest.mark.parametrize("case", [LINE, NETWORK, FORK, CHAIN, LARGE])
@pytest.mark.parametrize("width", [20, 40, 60, 100])
def test_a_page_holds_to_its_columns_and_to_ascii(case: tuple[str, str], width: int) -> None:
    for ascii_only in (False, True):
        lines = page(case, width, ascii_only=ascii_only)
        assert max(map(len, lines)) <= width
        assert not ascii_only or "".join(lines).isascii()
