"""The normal form: terms and factors in any order, signs anywhere, and nothing that is not the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.algebra.normal import normal
from bpdrill.algebra.probe import compare_expressions
from bpdrill.model.marks import Different
from bpdrill.model.tree import Apply, Shape, Symbol, Tree, lift
from bpdrill.notation import Reading, read

SYMBOLS: dict[str, Shape] = {"a": (), "b": (), "c": (), "A": ("n", "n"), "B": ("n", "n"), "v": ("n",)}

ONE_FORM = [
    ("a + b", "b + a"),
    ("a - b", "-b + a"),
    ("a - (b - c)", "c + a - b"),
    ("2 a b", "b * 2 * a"),
    ("-a b", "a * (-b)"),
    ("-(2 a)", "a * (-2)"),
    ("a * (b + c)", "(c + b) a"),
    ("exp(a + b)", "exp(b + a)"),
    ("-(-a)", "a"),
    ("A B + v", "v + A B"),
]
TWO_FORMS = [
    ("sum(exp(sum(A, 1)))", "sum(exp(A + 1))"),
    ("sum(A, 0)", "A + 0"),
    ("a - b", "b - a"),
    ("a/b", "b/a"),
    ("A B", "B A"),
    ("a^b", "b^a"),
    ("a + b", "a b"),
    ("2a", "a"),
]


def tree(text: str) -> Tree:
    reading = read(text, SYMBOLS)
    assert isinstance(reading, Reading), reading
    return reading.tree


@pytest.mark.parametrize(("a", "b"), ONE_FORM)
def test_order_and_signs_do_not_matter(a: str, b: str) -> None:
    assert normal(tree(a)) == normal(tree(b))


@pytest.mark.parametrize(("a", "b"), TWO_FORMS)
def test_what_is_not_the_same_has_another_form(a: str, b: str) -> None:
    assert normal(tree(a)) != normal(tree(b))


scalars = st.recursive(
    st.sampled_from([Symbol(name) for name in "abc"]) | st.integers(-3, 3).map(lift),
    lambda inner: st.builds(
        lambda op, a, b: Apply(op, (a, b)), st.sampled_from(["add", "sub", "mul"]), inner, inner
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=300)
@given(scalars, scalars)
def test_one_form_is_one_function(a: Tree, b: Tree) -> None:
    if normal(a) == normal(b):
        assert not isinstance(compare_expressions(a, b), Different)
