from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from bpdrill.laboratory.trace.computation import Computation, computation, run
from bpdrill.model.errors import UsageError
from bpdrill.model.tree import Line, Symbol

MATRICES = "W=[[1,2],[3,4]],x=[1,2]"

COMPUTED: list[tuple[str, str, dict[str, Any]]] = [
    ("L = (w*x + b - y)^2", "w=2,x=3,b=1,y=8", {"mul": 6.0, "add": 7.0, "sub": -1.0, "L": 1.0}),
    ("wx", "w=2,x=3", {"f": 6.0}),
    ("f*x", "f=2,x=3", {"g": 6.0}),
    ("f*g*loss", "f=2,g=3,loss=1", {"mul": 6.0, "f2": 6.0}),
    ("w = 2; x = 1/2\nL = w*x", "", {"L": 1.0}),
    ("a = W x; L = sum(a)", MATRICES, {"a": [5.0, 11.0], "L": 16.0}),
    ("x^T W x", MATRICES, {"xT": [[1.0, 2.0]], "matmul": [[7.0, 10.0]], "f": 27.0}),
    ("(x^T W)^T", MATRICES, {"xT": [[1.0, 2.0]], "matmul": [[7.0, 10.0]], "f": [7.0, 10.0]}),
    ("2*(1/3)*x", "x=3", {"f": 2.0}),
    ("sum([1,2]*x)", "x=[3,4]", {"mul": [3.0, 8.0], "f": 11.0}),
]


def plain(found: Computation, name: str) -> Any:
    value = found.value(name)
    return value if isinstance(value, float) else value.tolist()


@pytest.mark.parametrize(("typed", "at", "lines"), COMPUTED)
def test_every_operation_has_its_value(typed: str, at: str, lines: dict[str, Any]) -> None:
    found = computation(typed, at)
    assert {name: plain(found, name) for name in found.lines} == lines


def test_what_is_known_of_it() -> None:
    found = computation("a = W x; L = sum(a)", MATRICES)
    assert (found.inputs, found.root, found.is_scalar) == (("W", "x"), "L", False)
    assert found.shapes == {"W": (2, 2), "x": (2,), "a": (2,), "L": ()}
    assert computation("x^2", "x=1").is_scalar


REFUSED = [
    ("W x", "W=[[1,2,3],[4,5,6]],x=[1,2]", "W is (2, 3) and x is (2,): the inner sizes 3 and 2 differ"),
    ("softmax_ce(z, y)", "z=[1,2],y=[1,0,0]", "z is (2,) and y is (3,)"),
    ("x + y", "x=[1,2],y=[1,2,3]", "needs the same shape on both sides"),
    ("x", "x=2", "f = x is no operation: use x itself."),
    ("sum([x, y])", "x=1,y=2", "f makes an array out of names"),
]


@pytest.mark.parametrize(("typed", "at", "complaint"), REFUSED)
def test_what_has_no_meaning_or_no_value_is_said_in_one_line(
    typed: str, at: str, complaint: str, refuses: Callable[[str], AbstractContextManager[None]]
) -> None:
    with refuses(complaint):
        computation(typed, at)


def test_a_long_chain_is_no_deep_one() -> None:
    lines = [Line("a0", Symbol("x") * 2), *(Line(f"a{n}", Symbol(f"a{n - 1}") + 1) for n in range(1, 3000))]
    found = run(tuple(lines), {"x": 1.0})
    assert found.value(found.root) == 3001


def test_shapes_that_do_not_fit_a_program_are_refused() -> None:
    with pytest.raises(UsageError, match="inner sizes"):
        run((Line("a", Symbol("W") @ Symbol("x")),), {"W": [[1.0, 2.0]], "x": [1.0, 2.0, 3.0]})
