"""Vector functions: both sweeps against the matrix, the matrix against differences, clamps and kinks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpdrill.algebra.vector import VectorFunction
from bpdrill.notation import read_program

CASES: dict[str, tuple[str, dict[str, Any], tuple[str, ...], tuple[str, ...]]] = {
    "names": (
        "y1 = a^2 * b; y2 = sin(b) - 3*a; y3 = a*b",
        {"a": 2.0, "b": -1.5},
        ("a", "b"),
        ("y1", "y2", "y3"),
    ),
    "arrays": (
        "z = W x; h = relu(z); y = softmax(h)",
        {"W": np.array([[1.0, -2.0], [0.5, 1.0], [-1.0, 0.2]]), "x": np.array([0.7, 0.3])},
        ("x",),
        ("y",),
    ),
    "both": ("y = c x; s = sum(x)*c", {"c": 3.0, "x": np.array([1.0, 2.0])}, ("c", "x"), ("y", "s")),
    "a line": (
        "z = log(q); p = softmax(z)",
        {"q": np.array([0.2, 0.3, 0.5])},
        ("z",),
        ("p",),
    ),
}


def build(name: str) -> VectorFunction:
    lines, at, inputs, outputs = CASES[name]
    program = read_program(lines, {name: getattr(value, "shape", ()) for name, value in at.items()})
    assert isinstance(program, tuple)
    return VectorFunction(program, at, inputs, outputs)


@pytest.mark.parametrize("name", CASES)
def test_both_modes_and_differences_agree(name: str) -> None:
    function = build(name)
    rows, columns = function.shape
    assert function.matrix.shape == (rows, columns)
    assert function.slopes() == pytest.approx(function.matrix, abs=1e-7)
    v, u = np.arange(1.0, rows + 1), np.arange(2.0, columns + 2)
    assert function.pull_back(v, function.inputs) == pytest.approx(v @ function.matrix)
    assert function.push_forward(u, function.outputs) == pytest.approx(function.matrix @ u)


def test_own_lines_replace_the_true_ones_in_both_sweeps() -> None:
    function = build("arrays")
    own = np.array([1.0, 2.0, 3.0])
    weights = function.at["W"]
    assert function.pull_back(np.ones(3), ("x",), {"z": own}) == pytest.approx(weights.T @ own)
    followed = function.push_forward(np.ones(2), ("h",), {"z": own})
    assert followed == pytest.approx(own * (weights @ function.at["x"] > 0))


def test_a_line_held_still_passes_nothing_on() -> None:
    function = build("a line")
    assert not function.matrix_with(held=["p"]).any()


def test_faults_of_what_leads_to_an_input_are_none_of_its_own() -> None:
    assert {name.split(".")[0] for name, _ in build("a line").faults()} == {"softmax"}


@pytest.mark.parametrize(("x", "kink"), [([2.0, 1.0], True), ([2.0, 1.5], False)])
def test_a_gate_at_its_edge_is_a_kink(x: list[float], kink: bool) -> None:  # noqa: FBT001
    program = read_program("h = relu(W x)", {"W": (1, 2), "x": (2,)})
    assert isinstance(program, tuple)
    at = {"W": np.array([[1.0, -2.0]]), "x": np.array(x)}
    assert VectorFunction(program, at, ("x",), ("h",)).on_a_kink is kink
