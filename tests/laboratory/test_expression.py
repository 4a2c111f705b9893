from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from bpdrill.laboratory.expression import read
from bpdrill.laboratory.given import values
from bpdrill.model.tree import Line, Symbol

w, x = Symbol("w"), Symbol("x")

READ = [
    ("w*x", "w=2,x=3", (Line("f", w * x),)),
    ("wx", "w=2,x=3", (Line("f", w * x),)),
    ("x > w", "w=2,x=3", (Line("f", x > w),)),
    ("f*x", "f=2,x=3", (Line("g", Symbol("f") * x),)),
    ("f*g*loss", "f=2,g=3,loss=1", (Line("f2", Symbol("f") * Symbol("g") * Symbol("loss")),)),
    ("a = w*x; L = a*x", "w=2,x=3", (Line("a", w * x), Line("L", Symbol("a") * x))),
]

REFUSED = [
    ("w*x + b", "w=2,x=3", "b has no value: add b=1 to --at"),
    ("w*x + b", "", "w, x and b have no value: add w=1,x=1,b=1 to --at"),
    ("f*x", "x=3", "f has no value: add f=1 to --at."),
    ("w1*x", "w2=2,x=3", "w1 has no value. Did you mean w2? If not, add w1=1 to --at."),
    ("softmx(z)", "z=[1,2]", "Did you mean softmax?"),
    ("w*x", "w=2,x=3,q=1", "q has a value, but nothing uses it"),
    ("w*(x", "w=2,x=3", "At character 3 of the expression: This ( is never closed."),
    ("L = w*x)", "w=2,x=3", "At character 8 of the expression: This bracket closes nothing."),
    ("", "x=3", "At character 1 of the expression"),
    ("sin = x^2", "x=3", "sin is a function: choose another name."),
    ("x = 2*x", "x=3", "x has its value already"),
    ("3", "", "The expression has no input"),
    ("x" + "+x" * 100, "x=1", "This formula is too large"),
    ("x" + "+x" * 1_000_000, "x=1", "most 2,000 characters"),
    ("x\x1b[31m", "x=1", "a character here that cannot be seen"),
    ("__import__('os').system('ls')", "x=1", "At character 1 of the expression: _ cannot be read here"),
]


@pytest.mark.parametrize(("typed", "at", "program"), READ)
def test_lines_and_a_formula_without_a_name(typed: str, at: str, program: tuple[Line, ...]) -> None:
    assert read(typed, values(at)) == program


@pytest.mark.parametrize(("typed", "at", "complaint"), REFUSED)
def test_what_cannot_be_read_or_lacks_a_value_is_said_in_one_line(
    typed: str, at: str, complaint: str, refuses: Callable[[str], AbstractContextManager[None]]
) -> None:
    with refuses(complaint):
        read(typed, values(at))


def test_a_hint_follows_a_missing_value(
    refuses: Callable[[str], AbstractContextManager[None]],
) -> None:
    with refuses("b has no value: add b=1 to --at. A matrix is [[1,2],[3,4]]."):
        read("x + b", {"x": 1.0}, " A matrix is [[1,2],[3,4]].")
