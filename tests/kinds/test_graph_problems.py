"""The graphs of the bank, seed by seed: each gradient at an input is that of plain calculus."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, exp, sin
from typing import Any

import pytest

from bpdrill.model.items import next_seed
from bpdrill.model.marks import Verdict

Attempts = Callable[..., Any]


def neuron(w: float, x: float, b: float, y: float) -> dict[str, float]:
    a = 1 / (1 + exp(-(w * x + b)))
    dz = 2 * (a - y) * a * (1 - a)
    return {"w": dz * x, "x": dz * w, "b": dz, "y": -2 * (a - y)}


def quotient(x: float, y: float, z: float, w: float) -> dict[str, float]:
    below = z - w
    return {"x": y / below, "y": x / below, "z": -x * y / below**2, "w": x * y / below**2}


def long_trace(x1: float, x2: float, x3: float) -> dict[str, float]:
    first = x1 * x2 + sin(x1)
    return {"x1": (x2 + cos(x1)) * (x2 - x3), "x2": x1 * (x2 - x3) + first, "x3": -first}


GRADIENTS: dict[str, Callable[..., dict[str, float]]] = {
    "graphs/sigmoid-neuron": neuron,
    "graphs/quotient": quotient,
    "graphs/adjoint-trace-long": long_trace,
    "graphs/adjoint-trace": lambda x1, x2: {"x1": x2 + cos(x1), "x2": x1},
    "graphs/three-consumers": lambda x, y: {"x": y + 2 * x - 1, "y": x},
    "graphs/two-paths": lambda x, y: {"x": x * y + (x + y) * y, "y": x * y + (x + y) * x},
    "graphs/composition-at-a-point": lambda x: {"x": 6 * (3 * x + 2)},
    "graphs/square": lambda a, x: {"a": x * x, "x": 2 * a * x},
}
# The last number on the way to each input: an edge's gradient, or the sum of its paths.
CELLS = {
    "graphs/sigmoid-neuron": {"w": "edge.p.0.gradient", "b": "edge.z.1.gradient", "y": "edge.d.1.gradient"},
    "graphs/quotient": {"x": "edge.a.0.gradient", "z": "edge.b.0.gradient", "w": "edge.b.1.gradient"},
    "graphs/adjoint-trace-long": {"x1": "total.x1", "x2": "total.x2", "x3": "edge.v4.1.gradient"},
    "graphs/adjoint-trace": {"x1": "total.x1", "x2": "edge.v1.1.gradient"},
    "graphs/three-consumers": {"x": "total.x", "y": "edge.p.1.gradient"},
    "graphs/two-paths": {"x": "total.x", "y": "total.y"},
    "graphs/composition-at-a-point": {"x": "edge.u.1.gradient"},
    "graphs/square": {"a": "edge.p.0.gradient", "x": "total.x"},
}
CHECKS = [
    ("graphs/sigmoid-neuron", "check.b", "2 (a - y) a (1 - a)"),
    ("graphs/quotient", "check.z", "-x y / (z - w)^2"),
    ("graphs/adjoint-trace", "check.x1", "x2 + cos x1"),
    ("graphs/composition-at-a-point", "check.x", "6(3x + 2)"),
    ("graphs/square", "check.x", "2 a x"),
]


@pytest.mark.parametrize(("item", "count"), [(item, count) for item in GRADIENTS for count in range(4)])
def test_gradients_are_those_of_plain_calculus(attempt: Attempts, item: str, count: int) -> None:
    begun = attempt(item, next_seed(item, count))
    gradient = GRADIENTS[item](**begun.variant.values["trace"].at)
    for name, cell in CELLS[item].items():
        assert float(begun.right[cell]) == pytest.approx(gradient[name])


@pytest.mark.parametrize(("item", "field", "formula"), CHECKS)
def test_the_check_is_a_formula_in_any_writing(
    attempt: Attempts, item: str, field: str, formula: str
) -> None:
    assert attempt(item).judge({field: formula}).verdict is Verdict.STRONG_HIRE


def test_the_usual_example_has_its_usual_derivative(attempt: Attempts) -> None:
    assert float(attempt("graphs/adjoint-trace").right["total.x1"]) == pytest.approx(2.584, abs=5e-4)
