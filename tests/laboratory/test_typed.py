from __future__ import annotations

from math import cos, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.autograd import Tape
from bpdrill.laboratory.typed import count, function, point
from bpdrill.model.errors import UsageError

COUNTS = [
    ("96", 96),
    ("1,000,000", 10**6),
    ("1_000_000", 10**6),
    ("1e6", 10**6),
    ("10^6", 10**6),
    ("8*12", 96),
    ("1,001", 1001),
    (" 12_288 ", 12288),
    ("2 048", 2048),
]

NO_COUNTS = [
    "",
    "0",
    "-3",
    "1.5",
    "1/3",
    "101",
    "1e400",
    "1/0",
    "nan",
    "inf",
    "abc",
    "x=3",
    "1 2",
    "\x1b[31m",
    "9" * 99,
]

POINTS = {
    "x=2": {"x": 2.0},
    "x=2,y=3": {"x": 2.0, "y": 3.0},
    " x_1 = 1/2 , w=-1e3": {"x1": 0.5, "w": -1000.0},
}

NO_POINTS = [
    "",
    "x",
    "x=",
    "=3",
    "x=2,,y=3",
    "x=2,5",
    "x=[1,2]",
    "x=y",
    "x=1,x=2",
    "x1=1,x_1=2",
    "2=2",
    "x=1/0",
    "x=2;y=3",
    "x=y=3",
]

FUNCTIONS = [
    ("f = sin(x1*x2) + x1", "x1=2,x2=3", "", {"f": sin(6) + 2}),
    ("sin(x1*x2) + x1", "x1=2,x2=3", "", {"f": sin(6) + 2}),
    ("a = x*y; b = x+y", "x=2,y=3", "", {"a": 6, "b": 5}),
    ("a = x*y\nb = x+y", "x=2,y=3", "b", {"b": 5}),
    ("a = x*y; b = x+y", "x=2,y=3", "b, a", {"b": 5, "a": 6}),
    ("q = x+y; f = q*z", "x=-2,y=5,z=-4", "", {"f": -12}),
    ("q = x+y; f = q*z", "x=-2,y=5,z=-4", "q,f", {"q": 3, "f": -12}),
    ("z_1 = cos(x); g = z_1^2", "x=1", "z1", {"z1": cos(1)}),
    ("a = x; b = 2; c = x", "x=7", "", {"a": 7, "b": 2, "c": 7}),
]

NO_FUNCTIONS = [
    ("x*y", "x=1", "reading stops at character 3: y is not a name"),
    ("f = x*y", "x=1", "reading stops at character 7: y is not a name"),
    ("sin(", "x=1", "Something is missing"),
    ("", "x=1", "reading stops at character 1"),
    ("a = x; a = 2", "x=1", "a has its value already"),
    ("f = [x, x]", "x=1", "f holds an array"),
    ("x", "x=1,z=2", "z has a value, but the formula does not use it"),
    ("2", "x=1", "x has a value, but the formula does not use it"),
    ("__import__('os')", "x=1", "reading stops at character 1"),
]


@pytest.mark.parametrize(("text", "meant"), COUNTS)
def test_a_count_in_any_spelling(text: str, meant: int) -> None:
    assert count("--n", text, 10**6) == meant


@pytest.mark.parametrize("text", NO_COUNTS)
def test_what_is_no_count_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--n must be a whole number from 1 to 100, not '.*'\.$"):
        count("--n", text, 100)


@given(st.integers(1, 10**12))
@settings(deadline=None)
def test_a_count_is_exact(whole: int) -> None:
    assert count("--n", f"{whole:,}", 10**12) == whole


@pytest.mark.parametrize("text", POINTS)
def test_a_point(text: str) -> None:
    assert point(text) == POINTS[text]


@pytest.mark.parametrize("text", NO_POINTS)
def test_what_is_no_point_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--at gives"):
        point(text)


@pytest.mark.parametrize(("text", "at", "of", "values"), FUNCTIONS)
def test_a_function_has_the_outputs_that_are_named_or_that_nobody_uses(
    text: str, at: str, of: str, values: dict[str, float]
) -> None:
    typed, tape = function(text, at, of), Tape()
    nodes = typed([tape.leaf(value) for value in typed.point.values()])
    found = dict(zip(typed.outputs, (node.value for node in nodes), strict=True))
    assert [*found] == [*values]
    assert found == pytest.approx(values, rel=1e-12)


@pytest.mark.parametrize(("text", "at", "says"), NO_FUNCTIONS)
def test_what_is_no_function_is_refused(text: str, at: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        function(text, at)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_output_that_is_no_line_is_refused() -> None:
    with pytest.raises(UsageError, match=r"lines of the formula, a, b; not 'x'\.$"):
        function("a = x; b = x", "x=1", "x")
