"""Programs on the tape: values, gradients, and a learner's own values put in on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpdrill.algebra.program import Run, run
from bpdrill.model.tree import Program
from bpdrill.notation import read_program

INPUTS = {"w": 2.0, "x": 3.0, "b": 1.0, "y": 8.0}
small = st.integers(-9, 9).map(float)


def line_error(**clamped: float) -> Run:
    program = read_program("mul = w*x; add = mul + b; sub = add - y; L = sub^2", dict.fromkeys("wxby", ()))
    assert isinstance(program, tuple)
    return run(program, INPUTS, clamped)


def test_the_squared_error_of_a_line() -> None:
    ran = line_error()
    assert ran.values == {**INPUTS, "mul": 6, "add": 7, "sub": -1, "L": 1}
    assert ran.gradients() == {"L": 1, "sub": -2, "add": -2, "mul": -2, "y": 2, "b": -2, "w": -6, "x": -4}


@given(small)
def test_a_value_put_in_is_gone_on_from(mul: float) -> None:
    ran = line_error(mul=mul)
    sub = mul + 1 - 8
    assert ran.values["L"] == sub**2
    assert ran.gradients()["w"] == 2 * sub * 3


@given(small)
def test_a_gradient_put_in_is_gone_on_from(at_sub: float) -> None:
    found = line_error().gradients({"sub": at_sub})
    assert [found[name] for name in "wxby"] == [at_sub * 3, at_sub * 2, at_sub, -at_sub]


def test_a_line_may_do_more_than_one_operation() -> None:
    program: Program | object = read_program("f = (x + y) * z + x^2", dict.fromkeys("xyz", ()))
    assert isinstance(program, tuple)
    found = run(program, {"x": 3.0, "y": 1.0, "z": 5.0}).gradients()
    assert [found[name] for name in "xyz"] == [5 + 2 * 3, 5, 4]


def test_a_line_without_a_value_says_which() -> None:
    program = read_program("a = x - x; f = 1/a", {"x": ()})
    assert isinstance(program, tuple)
    with pytest.raises(ValueError, match="f = div"):
        run(program, {"x": 2.0})
