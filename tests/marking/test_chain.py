"""A network's steps: the fused end is recognised, faults that numbers hide are found."""

from __future__ import annotations

import numpy as np
import pytest

from bpdrill.marking.chain import Chain, hidden_faults
from bpdrill.marking.mistakes import softmax_then_cross_entropy
from bpdrill.marking.telling import hidden_in
from bpdrill.model.tree import Program
from bpdrill.notation import read_program

ENDINGS = {
    "p = softmax(z); L = -sum(y .* log(p))": ("p", "y"),
    "p = sigmoid(z); L = -sum(y .* log(p))": None,
    "p = softmax(z); L = sum(y .* log(p))": None,
    "p = softmax(z); L = -sum(log(p))": None,
}


def program(text: str) -> Program:
    read = read_program(text, {"z": ("c",), "y": ("c",)})
    assert isinstance(read, tuple), read
    return read


def chain(*z: float) -> Chain:
    lines = program("h = relu(z); p = softmax(h); L = -sum(y .* log(p))")
    point = {"z": np.array(z), "y": np.eye(len(z))[0]}
    return Chain(lines, (point,), ("p", "h", "z"))


@pytest.mark.parametrize(("text", "found"), ENDINGS.items())
def test_softmax_then_cross_entropy_is_one_step(text: str, found: tuple[str, str] | None) -> None:
    assert softmax_then_cross_entropy(program(text)) == found


def test_active_units_hide_a_forgotten_mask_and_a_dead_one_shows_it() -> None:
    assert "relu.mask-forgotten" in hidden_faults(chain(0.5, 1.0, 2.0))
    assert "relu.mask-forgotten" not in hidden_faults(chain(0.5, -1.0, 2.0))


def test_numbers_that_others_would_tell_apart_are_drawn_again() -> None:
    assert "relu.mask-forgotten" in hidden_in(chain(0.5, 1.0, 2.0))
    assert "relu.mask-forgotten" not in hidden_in(chain(0.5, -1.0, 2.0))


def test_a_gradient_goes_on_from_the_one_that_was_given() -> None:
    steps = chain(0.5, -1.0, 2.0)
    (found,) = steps.gradient("z", {"gradient.h": (np.array([1.0, 2.0, 3.0]),)})
    assert found.tolist() == [1, 0, 3]


def test_a_value_goes_on_from_the_one_that_was_given() -> None:
    (found,) = chain(0.5, -1.0, 2.0).value("p", {"forward.h": (np.array([1.0, 1.0, 1.0]),)})
    assert found == pytest.approx([1 / 3] * 3)


def test_faults_of_the_fused_step_come_by_name() -> None:
    named = dict(chain(0.5, 1.0, 2.0).mistaken("h", {}))
    truth = chain(0.5, 1.0, 2.0).gradient("h", {})[0]
    assert named["softmax_ce.reversed"][0] == pytest.approx(-truth)
