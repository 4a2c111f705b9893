"""Central differences find what the engine finds, for inputs and for lines on the way."""

from __future__ import annotations

import numpy as np
import pytest

from bpdrill.algebra.differences import oblique, slope_along
from bpdrill.algebra.program import run
from bpdrill.notation import read_program

SHAPES = {"x": (3,), "W": (4, 3), "s": ()}


@pytest.mark.parametrize("name", ["x", "W", "s", "z", "h"])
def test_differences_agree_with_the_engine(name: str) -> None:
    program = read_program("z = W x; h = tanh(z); L = sum(h*h) + s^2*sum(z)", SHAPES)
    assert isinstance(program, tuple)
    random = np.random.default_rng(3)
    point = {"x": random.normal(size=3), "W": random.normal(size=(4, 3)), "s": 0.8}
    gradient = run(program, point).gradients()[name]
    direction = oblique(gradient)
    expected = float(np.vdot(gradient, direction))
    assert slope_along(program, name, point, direction) == pytest.approx(expected, rel=1e-7)


def test_no_two_entries_of_a_direction_are_alike() -> None:
    direction = oblique(np.zeros((4, 5)))
    assert direction.shape == (4, 5)
    assert len({*direction.flat}) == direction.size
