"""The same matrix by either mode, at the price each mode asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import pytest

from bpdrill.autograd import Node, exp, jacobian, sin

Function = Callable[[list[Node]], Sequence[Node | float]]

CASES: tuple[tuple[str, Function, tuple[float, ...], tuple[tuple[float, ...], ...]], ...] = (
    ("product and sum", lambda x: [x[0] * x[1], x[0] + x[1]], (2, 3), ((3, 2), (1, 1))),
    ("R^3 -> R", lambda x: [x[0] * x[1] * x[2]], (2, 3, 4), ((12, 8, 6),)),
    ("R -> R^3", lambda x: [x[0] ** 2, exp(x[0] * 0), sin(x[0] * 0)], (3,), ((6,), (0,), (0,))),
    ("a constant and an input", lambda x: [5.0, x[1]], (2, 3), ((0, 0), (0, 1))),
    ("no input", lambda _: [5.0, 6.0], (), ((), ())),
)


@pytest.mark.parametrize(("_says", "function", "inputs", "matrix"), CASES)
def test_both_modes_give_the_matrix(
    _says: str,
    function: Function,
    inputs: tuple[float, ...],
    matrix: tuple[tuple[float, ...], ...],
) -> None:
    assert jacobian(function, inputs, mode="forward").matrix == matrix
    assert jacobian(function, inputs, mode="reverse").matrix == matrix


COUNTS: tuple[tuple[int, int, Literal["forward", "reverse"], int], ...] = (
    (5, 1, "forward", 5),
    (5, 1, "reverse", 1),
    (1, 7, "forward", 1),
    (1, 7, "reverse", 7),
)


@pytest.mark.parametrize(("n", "m", "mode", "sweeps"), COUNTS)
def test_forward_sweeps_once_per_input_and_reverse_once_per_output(
    n: int,
    m: int,
    mode: Literal["forward", "reverse"],
    sweeps: int,
) -> None:
    calls = []

    def function(x: list[Node]) -> list[Node]:
        calls.append(x)
        return [sum(x, start=x[0]) * i for i in range(m)]

    found = jacobian(function, [1.0] * n, mode)
    assert (found.sweeps, found.evaluations) == (sweeps, len(calls))
