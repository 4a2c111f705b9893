from __future__ import annotations

from typing import Any

import pytest

from bpdrill.laboratory.computation import Computation, computation, laid_out, run
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
    ("W x", "W=[[1,2,3],[4,5,6]],x=[1,2]", "W is (2, 3) and x is (2,): the inner sizes 3 and 2 differ"),
    ("softmax_ce(z, y)", "z=[1,2],y=[1,0,0]", "z is (2,) and y is (3,)"),
    ("x^n", "x=-2,n=2000", "f = x^n has no value where x = −2, n = 2000: the result is too large"),
    ("x + y", "x=[1,2],y=[1,2,3]", "needs the same shape on both sides"),
    ("log(x)", "x=0", "f = log(x) has no value where x = 0: a logarithm needs numbers above 0."),
    ("log(x)", "x=[1,-2]", "f = log(x) has no value where x = [1, −2]: a logarithm"),
    ("sqrt(x - 2)", "x=1", "f = √(sub) has no value where sub = −1: a root"),
    ("x/y", "x=0,y=0", "f = x/y has no value where x = 0, y = 0: nothing can be divided by 0."),
    ("1/x", "x=[1,0]", "nothing can be divided by 0."),
    ("L = exp(x)", "x=1000", "L = exp(x) has no value where x = 1000: the result is too large"),
    ("sum(exp(x))", "x=[1,1000]", "exp = exp(x) has no value where x = [1, 1000]: the result is too large"),
    ("x^n", "x=-8,n=1/3", "a negative number has whole powers only."),
    ("x^n", "x=0,n=-1", "0 has no negative power."),
    ("x*1e308*10", "x=2", "mul = x·1e308 has no value where x = 2: the result is too large"),
    ("x*log(0)", "x=2", "log(0) has no finite value: write another number."),
    ("x", "x=2", "f = x is no operation: use x itself."),
    ("3", "", "The expression has no input"),
    ("sum([x, y])", "x=1,y=2", "f makes an array out of names"),
    ("x" + "+x" * 100, "x=1", "This formula is too large"),
    ("x" + "+x" * 1_000_000, "x=1", "at most 2,000 characters"),
    ("x\x1b[31m", "x=1", "a character here that cannot be seen"),
    ("__import__('os').system('ls')", "x=1", "At character 1 of the expression: _ cannot be read here"),
]


@pytest.mark.parametrize(("typed", "at", "complaint"), REFUSED)
def test_what_has_no_meaning_or_no_value_is_said_in_one_line(typed: str, at: str, complaint: str) -> None:
    with pytest.raises(UsageError) as refused:
        computation(typed, at)
    assert complaint in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_long_chain_is_no_deep_one() -> None:
    lines = [Line("a0", Symbol("x") * 2), *(Line(f"a{n}", Symbol(f"a{n - 1}") + 1) for n in range(1, 3000))]
    found = run(tuple(lines), {"x": 1.0})
    assert found.value(found.root) == 3001


def test_a_shape_without_room_is_left_alone() -> None:
    assert laid_out(2.0, (3,)) == 2.0
    one = laid_out(2.0, (1, 1))
    assert not isinstance(one, float)
    assert one.tolist() == [[2.0]]


def test_shapes_that_do_not_fit_a_program_are_refused() -> None:
    with pytest.raises(UsageError, match="inner sizes"):
        run((Line("a", Symbol("W") @ Symbol("x")),), {"W": [[1.0, 2.0]], "x": [1.0, 2.0, 3.0]})
