"""Scalar expressions that are the same, that are not, and that cannot be told apart here."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.algebra.digits import precise
from bpdrill.algebra.probe import compare_expressions, points
from bpdrill.autograd import OPS
from bpdrill.model.marks import Comparison, Different, Equal, Undecided
from bpdrill.model.tree import Apply, Symbol, Tree, lift
from bpdrill.notation import Reading, read

NAMES = dict.fromkeys("wxbyzn", ())

SAME = [
    ("2(wx+b-y)x", "2wx^2 + 2bx - 2xy"),
    ("(x+y)^2", "x^2 + 2xy + y^2"),
    ("sigmoid'(z)", "exp(-z)/(1+exp(-z))^2"),
    ("tanh(z)", "2 sigmoid(2z) - 1"),
    ("sin(x)^2 + cos(x)^2", "1"),
    ("x^2/x", "x"),
    ("((x + 1)^2 (x - 1) - (x - 1)^2 (x + 1))/(x^2 - 1)", "2"),
    ("y (1 - tanh(30 x)^2)", "4y/(exp(30x) + exp(-30x))^2"),
    ("relu(z)", "z * (z > 0)"),
    ("abs(x)", "relu(x) + relu(-x)"),
    ("x/3", "x * (1/3)"),
]
NOT_THE_SAME = [
    ("x", "y"),
    ("2x", "2x + 1e-12"),
    ("0.1 x", "0.1000000000001 x"),
    ("abs(x)", "x"),
    ("sqrt(x^2)", "x"),
    ("relu(x - 50)", "0"),
    ("exp(-10 x^2)/10^60", "0"),
    ("sqrt(-1 - x^2)", "x"),
    ("sin(x)", "x - x^3/6"),
    ("1.0000001^x", "1"),
    ("relu(z)", "z"),
    ("z > 0", "1"),
    ("x^2", "2^x"),
    ("tanh(z)", "sigmoid(z)"),
]
WHERE_POSITIVE = [
    ("sqrt(x)^2", "x"),
    ("exp(log(x))", "x"),
    ("log(x y)", "log(x) + log(y)"),
    ("log(x^2)", "2 log(x)"),
    ("sqrt(x^2)", "x"),
    ("sqrt(x) sqrt(y)", "sqrt(x y)"),
]
UNTOLD = [
    ("sqrt(-1 - x^2)", "log(-1 - x^2)"),
    ("log(-exp(x))", "log(-exp(x)) + 1"),
    ("x^1000000", "x^1000001"),
]


def tree(text: str) -> Tree:
    reading = read(text, NAMES)
    assert isinstance(reading, Reading), reading
    return reading.tree


def compared(a: str, b: str) -> Comparison:
    return compare_expressions(tree(a), tree(b))


@pytest.mark.parametrize(("a", "b"), SAME)
def test_the_same_is_equal_both_ways(a: str, b: str) -> None:
    assert isinstance(compared(a, b), Equal)
    assert isinstance(compared(b, a), Equal)


@pytest.mark.parametrize(("a", "b"), NOT_THE_SAME)
def test_a_difference_comes_with_a_point_where_it_is_seen(a: str, b: str) -> None:
    told = compared(a, b)
    assert isinstance(told, Different)
    assert " = " in told.witness


@pytest.mark.parametrize(("a", "b"), WHERE_POSITIVE)
def test_a_domain_decides(a: str, b: str) -> None:
    positive = dict.fromkeys(NAMES, "positive")
    assert isinstance(compared(a, b), Different)
    assert isinstance(compare_expressions(tree(a), tree(b), positive), Equal)


def test_where_only_one_has_a_value_the_witness_says_so() -> None:
    told = compared("2 log(x)", "log(x^2)")
    assert isinstance(told, Different)
    assert "yours has no value, expected" in told.witness


def test_what_cancels_is_computed_with_more_digits() -> None:
    assert isinstance(compared("(10^40 + x) - 10^40", "x"), Equal)
    assert isinstance(compared("(10^40 + x) - 10^40", "x + 10^-60"), Different)


@pytest.mark.parametrize(("a", "b"), UNTOLD)
def test_where_nothing_has_a_value_nothing_is_said(a: str, b: str) -> None:
    assert isinstance(compared(a, b), Undecided)


def test_probing_is_the_same_every_time() -> None:
    assert compared("x y", "x + y") == compared("x y", "x + y")
    assert list(points(("x", "y"))) == list(points(("x", "y")))


def test_points_hold_both_signs_and_none_repeats() -> None:
    drawn = [point["x"] for point in points(("x",))]
    assert min(drawn) < 0 < max(drawn)
    assert len(set(drawn)) > 30


def test_one_part_in_ten_to_the_thirty_is_seen() -> None:
    x = tree("x")
    assert isinstance(compare_expressions(x, x * (1 + lift(10) ** -30)), Different)


NO_REAL_VALUE = [
    "1/0",
    "log(0)",
    "9^9^9",
    "exp(exp(exp(9)))",
    "log(-1)",
    "sqrt(-4)^2",
    "abs(sqrt(-4))",
    "relu(log(-1))",
    "1[log(-1) > 0]",
    "sin((9999^9999)^9999)",  # a sine of this would need a billion digits of pi
    "exp(exp(exp(exp(exp(9)))))",
]


@pytest.mark.parametrize("text", NO_REAL_VALUE)
def test_what_has_no_real_value_gives_none_and_at_once(text: str) -> None:
    assert precise(tree(text), {}) is None


OPS_OF_NUMBERS = (
    "relu leaky_relu elu gelu silu sigmoid tanh exp logsumexp abs sum mean",
    "maximum minimum mul greater",
)


@pytest.mark.parametrize("at", [(0.7, -1.3), (-1.3, 0.7)])
def test_fifty_digits_and_the_engine_mean_the_same(at: tuple[float, float]) -> None:
    for ops, args in zip(OPS_OF_NUMBERS, (at[:1], at), strict=True):
        for op in ops.split():
            tree_of_op = Apply(op, (Symbol("x"), Symbol("y"))[: len(args)])
            found = precise(tree_of_op, dict(zip("xy", at, strict=True)))
            assert float(found) == pytest.approx(OPS[op].forward(*args), abs=1e-15), op


@pytest.mark.parametrize("typed", ["softmax(x)", "log_softmax(x)", "softmax_ce(x, y)"])
def test_an_op_of_arrays_has_no_value_of_numbers(typed: str) -> None:
    assert precise(tree(typed), {"x": 1.0, "y": 2.0}) is None


scalars = st.recursive(
    st.sampled_from([tree(name) for name in "xyz"]) | st.integers(-9, 9).map(lift),
    lambda inner: st.builds(
        lambda op, a, b: Apply(op, (a, b)), st.sampled_from(["add", "sub", "mul"]), inner, inner
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60)
@given(scalars, scalars, scalars)
def test_the_distributive_law_holds_for_all_trees(a: Tree, b: Tree, c: Tree) -> None:
    assert isinstance(compare_expressions(a * (b + c), c * a + b * a), Equal)


@settings(deadline=None, max_examples=60)
@given(scalars, st.sampled_from([1, -1, lift(1) / 1000, lift(10) ** -15]))
def test_a_tree_is_never_itself_and_more(a: Tree, more: int | Tree) -> None:
    assert isinstance(compare_expressions(a, a + more), Different)
