from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from math import cos, sin

import pytest

from bpdrill.autograd import Tape
from bpdrill.laboratory.passes.function import Function, function

FUNCTIONS = [
    ("f = sin(x1*x2) + x1", "x1=2,x2=3", "", {"f": sin(6) + 2}),
    ("sin(x1*x2) + x1", "x1=2,x2=3", "", {"f": sin(6) + 2}),
    ("f*x", "f=2,x=3", "", {"g": 6}),
    ("a = x*y; b = x+y", "x=2,y=3", "", {"a": 6, "b": 5}),
    ("a = x*y\nb = x+y", "x=2;y=3", "b", {"b": 5}),
    ("a = x*y; b = x+y", "x=2,y=3", "b, a", {"b": 5, "a": 6}),
    ("q = x+y; f = q*z", "x=-2,y=5,z=-4", "", {"f": -12}),
    ("q = x+y; f = q*z", "x=-2,y=5,z=-4", "q,f", {"q": 3, "f": -12}),
    ("z_1 = cos(x); g = z_1^2", "x=1", "z1", {"z1": cos(1)}),
    ("a = x; b = 2; c = x", "x=7", "", {"a": 7, "b": 2, "c": 7}),
    ("a = x; b = 2*3; c = a*b", "x=7", "a,c", {"a": 7, "c": 42}),
]

REFUSED = [
    ("x*y", "x=1", "", "y has no value: add y=1 to --at."),
    ("x*y", ",", "", "x and y have no value: add x=1,y=1 to --at."),
    ("2", "x=1", "", "The expression has no input"),
    ("b = 2; c = b*b", ",", "", "b and c read nothing from --at: give an input, as in --at x=2,y=3."),
    ("x", "x=1,z=2", "", "z has a value, but nothing uses it"),
    ("sum(x)", "x=[1,2]", "", "x is an array; here each input is one number, as in --at x=2,y=3."),
    ("f = [x, x]", "x=1", "", "f holds an array"),
    ("a = x; b = x", "x=1", "c", "--of names lines of the expression, a, b; not 'c'."),
    ("a = x; b = x", "x=1", "x", "--of names lines of the expression, a, b; not 'x'."),
]

NO_VALUES = [
    ("log(x)", "x=-1", "f = log(x) has no value where x = −1: a logarithm needs numbers above 0."),
    (
        "a = x - 2; b = x/(a + 0)",
        "x=2",
        "b = x/add has no value where x = 2, add = 0: nothing can be divided",
    ),
    ("a = x; b = log(0)", "x=2", "log(0) has no finite value: write another number."),
]


def outputs(typed: Function) -> dict[str, object]:
    """Each output at the function's own point, by name."""
    tape = Tape()
    nodes = typed([tape.leaf(value) for value in typed.point.values()])
    return {name: node.value for name, node in zip(typed.outputs, nodes, strict=True)}


@pytest.mark.parametrize(("text", "at", "of", "values"), FUNCTIONS)
def test_a_function_has_the_outputs_that_are_named_or_that_nobody_uses(
    text: str, at: str, of: str, values: dict[str, float]
) -> None:
    found = outputs(function(text, at, of))
    assert [*found] == [*values]
    assert found == pytest.approx(values, rel=1e-12)


def test_inputs_come_in_the_order_of_the_point() -> None:
    assert [*function("x*y", "y=1,x=2").point] == ["y", "x"]


@pytest.mark.parametrize(("text", "at", "of", "complaint"), REFUSED)
def test_what_is_no_function_is_refused(
    text: str, at: str, of: str, complaint: str, refuses: Callable[[str], AbstractContextManager[None]]
) -> None:
    with refuses(complaint):
        function(text, at, of)


@pytest.mark.parametrize(("text", "at", "complaint"), NO_VALUES)
def test_where_it_has_no_value_is_said(
    text: str, at: str, complaint: str, refuses: Callable[[str], AbstractContextManager[None]]
) -> None:
    with refuses(complaint):
        outputs(function(text, at))
