"""Derivatives by the rows' symbolic rules, held against SymPy, the engine and plain calculus."""

from __future__ import annotations

from math import isclose, isfinite

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bpdrill.algebra.derive import derivative, tidy, unfold
from bpdrill.algebra.evaluate import value_at
from bpdrill.algebra.probe import compare_expressions
from bpdrill.algebra.program import run
from bpdrill.algebra.symbolic import FormlessError, symbol, sympy_gradients, to_sympy
from bpdrill.model.marks import Equal
from bpdrill.model.tree import Apply, Line, Program, Symbol, Tree, lift
from bpdrill.notation import Reading, read, read_program

NAMES = dict.fromkeys("wxbyz", ())
x, y, z = map(Symbol, "xyz")

CALCULUS = [
    ("(w x + b - y)^2", "w", "2(wx + b - y)x"),
    ("(w x + b - y)^2", "y", "-2(wx + b - y)"),
    ("(3x + 2)^2", "x", "6(3x + 2)"),
    ("(x + y) z", "z", "x + y"),
    ("x y + x^2", "x", "y + 2x"),
    ("x * x", "x", "2x"),
    ("x y + sin(x)", "x", "y + cos(x)"),
    ("sigmoid(z)", "z", "sigmoid(z) (1 - sigmoid(z))"),
    ("tanh(z)", "z", "1 - tanh(z)^2"),
    ("log(x)", "x", "1/x"),
    ("sqrt(x)", "x", "1/(2 sqrt(x))"),
    ("x / y", "y", "-x/y^2"),
    ("exp(-x^2)", "x", "-2x exp(-x^2)"),
    ("x^3", "x", "3x^2"),
    ("y", "x", "0"),
]
TIDIED = [
    (x * 1, x),
    (1 * x, x),
    (0 * x, lift(0)),
    (x + 0, x),
    (0 + x, x),
    (x - 0, x),
    (x**1, x),
    (x**0, lift(1)),
    (lift(2) * 3 + 1, lift(7)),
    (-lift(2), lift(-2)),
    ((x * 1 + 0) ** 1 * (y + lift(0)), x * y),
    (x - y, x - y),
    (0 - x, -x),
    (Apply("neg", (-x,)), x),
    (x + x, 2 * x),
    (lift(2) * (lift(1) / 2) * x, x),
    (lift(-1) / x, -(1 / x)),
    (2 * x + x * 2, 4 * x),
    (x + -y, x - y),
    (-x + y, y - x),
    (x - -y, x + y),
    (-1 * x, -x),
    (x * -1, -x),
    (-x * y, -(x * y)),
    (x * -y, -(x * y)),
    (-x * -y, x * y),
    (x * 2, 2 * x),
    (x * 2 * (y * 3), 6 * x * y),
    (x * 2 * -(y * 3), -(6 * x * y)),
    (-(lift(-2) * x), 2 * x),
    (x * (y * 2) * z, 2 * x * y * z),
    (3 * (2 * x), 6 * x),
    (x / 1, x),
    (lift(0) / x, lift(0)),
    (-x / y, -(x / y)),
    (x.T.T, x),
    (lift(1).T, lift(1)),
    (lift(1) @ x.T, x.T),
    (x @ lift(2), 2 * x),
    (x @ y.T, x @ y.T),
    (Apply("relu", (x * 1,)), Apply("relu", (x,))),
]


def tree(text: str) -> Tree:
    reading = read(text, NAMES)
    assert isinstance(reading, Reading), reading
    return reading.tree


@pytest.mark.parametrize(("text", "name", "slope"), CALCULUS)
def test_the_derivatives_of_the_textbook(text: str, name: str, slope: str) -> None:
    assert isinstance(compare_expressions(derivative(tree(text), name), tree(slope)), Equal)


@pytest.mark.parametrize(("cluttered", "plain"), TIDIED)
def test_what_says_nothing_is_dropped(cluttered: Tree, plain: Tree) -> None:
    assert tidy(cluttered) == plain


def test_a_line_unfolds_into_the_inputs() -> None:
    program = read_program("q = x + y; f = q*z; g = f^2", dict.fromkeys("xyz", ()))
    assert isinstance(program, tuple)
    assert unfold(program)["g"] == ((x + y) * z) ** 2


def test_a_matrix_product_by_a_scalar_is_a_plain_one() -> None:
    assert tidy(x @ y.T, {"x": (), "y": ("n",)}) == x * y.T
    assert tidy(x @ y.T, {"x": ("m",), "y": ("n",)}) == x @ y.T


def test_an_op_without_a_form_in_sympy_is_named() -> None:
    with pytest.raises(FormlessError, match="no form for batch_norm"):
        to_sympy(Apply("batch_norm", (x,)), {"x": symbol("x")})


UNARY = ["neg", "exp", "sin", "cos", "tanh", "sigmoid"]
BINARY = ["add", "sub", "mul"]
trees = st.recursive(
    st.sampled_from([x, y, z]) | st.integers(-3, 3).map(lift),
    lambda inner: st.one_of(
        st.builds(lambda op, a: Apply(op, (a,)), st.sampled_from(UNARY), inner),
        st.builds(lambda op, a, b: Apply(op, (a, b)), st.sampled_from(BINARY), inner, inner),
        st.builds(lambda a, n: a**n, inner, st.integers(2, 3)),
    ),
    max_leaves=6,
)
points = st.fixed_dictionaries({name: st.integers(-15, 15).map(lambda n: n / 10) for name in "xyz"})


@settings(deadline=None, max_examples=40)
@given(trees, points)
def test_sympy_finds_the_same_slope(grown: Tree, point: dict[str, float]) -> None:
    ours = slope(grown, point)
    names = {name: symbol(name) for name in point}
    at = {names[name]: value for name, value in point.items()}
    theirs = float(sympy.diff(to_sympy(grown, names), names["x"]).subs(at))
    assume(isfinite(theirs))
    assert isclose(ours, theirs, rel_tol=1e-7, abs_tol=1e-7)


@settings(deadline=None, max_examples=80)
@given(trees, points)
def test_the_engine_finds_the_same_slope(grown: Tree, point: dict[str, float]) -> None:
    program: Program = (Line("f", grown * x + y * z),)
    expected = slope(program[0].tree, point)
    assert isclose(run(program, point).gradients()["x"], expected, rel_tol=1e-9, abs_tol=1e-9)


def slope(grown: Tree, point: dict[str, float]) -> float:
    """The derivative by x as a tree, at a point where it has a humane value."""
    found = value_at(derivative(grown, "x"), point)
    assume(found is not None and abs(found) < 1e6)
    return float(found or 0)


def test_sympy_denies_a_program_that_is_another() -> None:
    program = read_program("q = x*y; f = q^2", {"x": (), "y": ()})
    assert isinstance(program, tuple)
    assert sympy_gradients(program, {"x": 2.0, "y": 3.0}) == {"x": 36.0, "y": 24.0}


@pytest.mark.parametrize("loss", ["sum(sum(A, 0)^2)", "sum(mean(A, 1)^2)"])
def test_sums_along_an_axis_have_a_derivative(loss: str) -> None:
    values = {"A": np.arange(6.0).reshape(2, 3) / 7}
    reading = read(loss, {"A": (2, 3)})
    assert isinstance(reading, Reading), reading
    found = value_at(derivative(reading.tree, "A"), values)
    assert found is not None
    expected = run((Line("L", reading.tree),), values).gradients()["A"]
    np.testing.assert_allclose(np.broadcast_to(found, expected.shape), expected, rtol=1e-12)
