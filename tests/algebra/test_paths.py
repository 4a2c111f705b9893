"""Slopes along paths are multiplied and paths added, with a learner's own slopes among them."""

from __future__ import annotations

from math import cos, exp, sin

import pytest

from bpdrill.algebra.paths import along_paths, slope
from bpdrill.algebra.program import run
from bpdrill.model.tree import Program
from bpdrill.notation import read_program

X = 0.7
TWO_PATHS = "u = x^2; v = sin(x); L = u*v"
CHAIN = "u = 3x + 2; v = exp(u); L = sin(v)"


def program(typed: str) -> Program:
    found = read_program(typed, {"x": ()})
    assert isinstance(found, tuple), found
    return found


V = exp(3 * X + 2)
CASES = [
    (TWO_PATHS, {}, {}, 2 * X * sin(X) + X**2 * cos(X)),
    (TWO_PATHS, {("u", "x"): 5.0}, {}, 5 * sin(X) + X**2 * cos(X)),
    (TWO_PATHS, {}, {"v": 10.0}, 2 * X * sin(X) + 10 * cos(X)),
    (CHAIN, {}, {}, 3 * V * cos(V)),
    (CHAIN, {("v", "u"): 2.0}, {}, 3 * 2 * cos(V)),
    (CHAIN, {("u", "x"): 1.0}, {"v": -4.0}, -4 * V),
]
"""A program, a learner's own slopes, gradients that are given, and what follows at x."""


@pytest.mark.parametrize(("typed", "own", "given", "expected"), CASES)
def test_own_slopes_are_followed(
    typed: str, own: dict[tuple[str, str], float], given: dict[str, float], expected: float
) -> None:
    lines = program(typed)
    values = run(lines, {"x": X}).values
    assert along_paths(lines, "x", values, own, given) == pytest.approx(expected, rel=1e-12)


def test_without_any_it_is_the_engines_gradient() -> None:
    lines = program("u = x^2; v = u + x; w = u*v; L = w + tanh(v)")
    ran = run(lines, {"x": X})
    for name, gradient in ran.gradients().items():
        assert along_paths(lines, name, ran.values, {}, {}) == pytest.approx(gradient, rel=1e-12)


def test_a_slope_holds_all_else_fast() -> None:
    (_, _, last) = lines = program("u = x^2; v = u + x; L = u*v")
    values = run(lines, {"x": X}).values
    assert slope(last, "u", values) == pytest.approx(X**2 + X)
