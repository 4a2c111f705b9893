"""The four nodes: built by operators, walked in order, substituted, read as a graph."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bpdrill.model.tree import (
    Apply,
    Array,
    Line,
    Number,
    Symbol,
    Tree,
    consumers,
    leaves,
    lift,
    names,
    substitute,
    walk,
)

x, y, z = Symbol("x"), Symbol("y"), Symbol("z")
BUILT = [
    (x + 1, "add", (x, lift(1))),
    (1 + x, "add", (lift(1), x)),
    (x - y, "sub", (x, y)),
    (1 - x, "sub", (lift(1), x)),
    (x * y, "mul", (x, y)),
    (2 * x, "mul", (lift(2), x)),
    (x / y, "div", (x, y)),
    (1 / x, "div", (lift(1), x)),
    (x**2, "power", (x, lift(2))),
    (x @ y, "matmul", (x, y)),
    (-x, "neg", (x,)),
    (x > 0, "greater", (x, lift(0))),
    (x.T, "transpose", (x,)),
]
PROGRAM = (Line("q", x + y), Line("r", Symbol("q") * Symbol("q")), Line("f", Symbol("r") + x))


@pytest.mark.parametrize(("tree", "op", "args"), BUILT)
def test_operators_build_what_they_say(tree: Tree, op: str, args: tuple[Tree, ...]) -> None:
    assert tree == Apply(op, args)


def test_numbers_are_lifted_exactly() -> None:
    assert lift(Fraction(1, 3)) == Number(Fraction(1, 3))
    assert lift(0.5) == Number(Fraction(1, 2))
    assert lift(x) is x


def test_a_walk_goes_parents_first_left_to_right() -> None:
    tree = (x + y) * Array((z, x))
    assert list(walk(tree)) == [tree, x + y, x, y, Array((z, x)), z, x]
    assert names(tree) == ("x", "y", "z")


def test_substitution_reaches_every_node_and_only_once() -> None:
    assert substitute(Array((x + y, x)), {"x": y, "y": x}) == Array((y + x, y))
    assert substitute(lift(2), {"x": y}) == lift(2)


def test_a_program_is_a_graph() -> None:
    assert leaves(PROGRAM) == ("x", "y")
    assert {name: consumers(PROGRAM, name) for name in "xyqrf"} == {
        "x": ("q", "f"),
        "y": ("q",),
        "q": ("r", "r"),
        "r": ("f",),
        "f": (),
    }


def test_a_deep_tree_is_walked_without_recursion() -> None:
    tree: Tree = x
    for _ in range(20_000):
        tree = -tree
    assert sum(1 for _ in walk(tree)) == 20_001
