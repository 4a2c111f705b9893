"""What is laid out anew or picked: where each element goes, and where its gradient comes back to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpdrill.autograd as engine
from bpdrill.autograd import Node, Tape, applicable, gradient, jacobian_matrix, named, recorded_gradient
from bpdrill.autograd.values import settled

TABLE = ((1, 2), (3, 4), (5, 6))
WIDE = ((1, 2, 3), (4, 5, 6))

BY_HAND: tuple[tuple[str, tuple[Any, ...], Any, Any, Any], ...] = (
    # op, a and settings, y, upstream, gradient of a
    ("reshape", (TABLE, (2, 3)), WIDE, ((7, 8, 9), (10, 11, 12)), ((7, 8), (9, 10), (11, 12))),
    ("reshape", (TABLE, (-1,)), (1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12), ((7, 8), (9, 10), (11, 12))),
    ("reshape", (TABLE, (2, -1)), WIDE, ((0, 0, 1), (2, 0, 0)), ((0, 0), (1, 2), (0, 0))),
    ("reshape", ((1, 2), 2), (1, 2), (3, 4), (3, 4)),
    ("reshape", ((1, 2), (2.0, 1.0)), ((1,), (2,)), ((3,), (4,)), (3, 4)),
    ("reshape", ((1, 2), np.array([1, 2])), ((1, 2),), ((3, 4),), (3, 4)),
    ("reshape", (5, (1,)), (5,), (3,), 3),
    ("reshape", (5, ()), 5, 3, 3),
    ("reshape", ((5,), ()), 5, 3, (3,)),
    ("reshape", (((5,),), ()), 5, 3, ((3,),)),
    ("index", (TABLE, 2), (5, 6), (1, 10), ((0, 0), (0, 0), (1, 10))),
    ("index", (TABLE, -1), (5, 6), (1, 10), ((0, 0), (0, 0), (1, 10))),
    ("index", (TABLE, (1, 1)), ((3, 4), (3, 4)), ((1, 10), (100, 1000)), ((0, 0), (101, 1010), (0, 0))),
    ("index", (TABLE, [2.0, 0.0]), ((5, 6), (1, 2)), ((1, 2), (3, 4)), ((3, 4), (0, 0), (1, 2))),
    ("index", ((7, 8), 0), 7, 3, (3, 0)),
    ("index", ((7, 8), ((0, 1), (1, 1))), ((7, 8), (8, 8)), ((1, 2), (3, 4)), (1, 9)),
    ("index", ((7, 8), np.array([1])), (8,), (3,), (0, 3)),
    ("diag", ((7, 8),), ((7, 0), (0, 8)), ((1, 2), (3, 4)), (1, 4)),
    ("diag", (((1, 2), (3, 4)),), (1, 4), (5, 6), ((5, 0), (0, 6))),
    ("diag", (((7,),),), (7,), (3,), ((3,),)),
    ("trace", (((1, 2), (3, 4)),), 5, 3, ((3, 0), (0, 3))),
    ("trace", (((7,),),), 7, 3, ((3,),)),
)


@pytest.mark.parametrize(("op", "given_", "y", "upstream", "share"), BY_HAND)
def test_by_hand(op: str, given_: tuple[Any, ...], y: Any, upstream: Any, share: Any) -> None:
    leaf = Tape().leaf(given_[0])
    root = leaf.tape.apply(op, leaf, *given_[1:])
    assert np.array_equal(root.value, y)
    assert isinstance(root.value, float) == isinstance(y, int)
    found = leaf.tape.pull_back(root, upstream).of(leaf)
    (recorded,) = recorded_gradient(root, [leaf], upstream)
    for gradient_of_a in (found, recorded.value):
        assert np.array_equal(gradient_of_a, share)
        assert np.shape(gradient_of_a) == np.shape(share)


@pytest.mark.parametrize(("op", "given_", "y", "upstream", "share"), BY_HAND)
def test_a_lean_run_says_the_same(
    op: str, given_: tuple[Any, ...], y: Any, upstream: Any, share: Any
) -> None:
    def function(x: Node) -> Node:
        found = x.tape.apply(op, x, *given_[1:])
        assert np.array_equal(found.value, y)
        return engine.sum(found * settled(upstream))

    assert np.array_equal(gradient(function, settled(given_[0]))[0], share)


HELPERS: tuple[tuple[str, tuple[Any, ...], Any, Any, Any], ...] = (
    # op, arguments and settings, y, upstream, gradient of the first argument
    ("reshape_like", (TABLE, WIDE), WIDE, ((0, 0, 1), (2, 0, 0)), ((0, 0), (1, 2), (0, 0))),
    ("reshape_like", ((5,), 1), 5, 3, (3,)),
    (
        "scatter_add",
        (TABLE, ((0, 0), (0, 0)), (1, 0, 1)),
        ((3, 4), (6, 8)),
        ((1, 2), (3, 4)),
        ((3, 4), (1, 2), (3, 4)),
    ),
    ("scatter_add", (7, (0, 0, 0), 1), (0, 7, 0), (1, 2, 3), 2),
)


@pytest.mark.parametrize(("op", "given_", "y", "upstream", "share"), HELPERS)
def test_helpers_by_hand(op: str, given_: Any, y: Any, upstream: Any, share: Any) -> None:
    first, like, *told = given_
    tape = Tape()
    leaf, shape_giver = tape.leaf(first), tape.leaf(like)
    root = tape.apply(op, leaf, shape_giver, *told)
    found = tape.pull_back(root, upstream)
    assert np.array_equal(root.value, y)
    assert np.array_equal(found.of(leaf), share)
    assert np.array_equal(found.of(shape_giver), np.zeros(np.shape(like)))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-4, 3), min_size=1, max_size=9), st.integers(0, 99))
def test_an_embedding_is_a_product_with_one_hot_rows(picks: list[int], seed: int) -> None:
    table = np.random.default_rng(seed).normal(size=(4, 3))
    hot = np.eye(4)[picks]

    def loss(rows: Node) -> Node:
        return engine.sum(engine.tanh(rows) * rows)

    looked_up = gradient(lambda a: loss(engine.index(a, picks)), table)
    multiplied = gradient(lambda a: loss(hot @ a), table)
    assert looked_up[0] == pytest.approx(multiplied[0])


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_jacobians_are_permutations_and_picks(mode: Any) -> None:
    a = np.arange(6.0).reshape(2, 3)
    reshaped = jacobian_matrix(lambda x: engine.reshape(x, (3, -1)), a, mode)
    assert np.array_equal(np.reshape(reshaped, (6, 6)), np.eye(6))
    looked_up = jacobian_matrix(lambda x: engine.index(x, ((1, 0), (1, 1))), a[0], mode)
    assert np.array_equal(np.reshape(looked_up, (4, 3)), np.eye(3)[[1, 0, 1, 1]])
    traced = jacobian_matrix(lambda x: engine.trace(engine.diag(x)), a[0], mode)
    assert np.array_equal(traced, [1, 1, 1])


def test_settings_by_name() -> None:
    x = Tape().leaf(TABLE)
    assert np.array_equal(engine.reshape(x, shape=(2, -1)).value, WIDE)
    assert np.array_equal(engine.index(x, i=(0, 0)).value, ((1, 2), (1, 2)))


FAULTS = (
    # name, a and settings, upstream, what the mistaken learner gets
    ("reshape.column-order", (TABLE, (6,)), (1, 2, 3, 4, 5, 6), ((1, 4), (2, 5), (3, 6))),
    ("reshape.transposed", (TABLE, (2, 3)), WIDE, ((1, 4), (2, 5), (3, 6))),
    ("index.repeated-overwritten", (TABLE, (1, 1)), ((1, 10), (100, 1000)), ((0, 0), (100, 1000), (0, 0))),
    ("index.gradient-to-all", (TABLE, 1), (1, 10), ((1, 10), (1, 10), (1, 10))),
    ("index.gradient-to-all", ((7, 8), (0, 0)), (1, 10), (11, 11)),
    ("diag.off-diagonal-kept", ((7, 8),), ((1, 2), (3, 4)), (3, 7)),
    ("diag.off-diagonal-kept", (((1, 2), (3, 4)),), (5, 6), ((5, 5), (6, 6))),
    ("trace.gradient-to-all", (((1, 2), (3, 4)),), 3, ((3, 3), (3, 3))),
)


@pytest.mark.parametrize(("name", "given_", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str, given_: tuple[Any, ...], upstream: Any, wrong: Any
) -> None:
    leaf = Tape().leaf(given_[0])
    root = leaf.tape.apply(name.split(".", maxsplit=1)[0], leaf, *given_[1:])
    found = leaf.tape.pull_back(root, upstream, faults={(root, 0): named(name, root, 0)})
    assert np.array_equal(found.of(leaf), wrong)


def test_a_transpose_is_not_suspected_where_its_shape_does_not_fit() -> None:
    square = Tape().leaf(((1, 2), (3, 4)))
    flat = engine.reshape(engine.reshape(square, (4, 1)), (2, 2))
    names = [fault.name for fault in applicable(flat, 0)]
    assert "reshape.column-order" in names
    assert "reshape.transposed" not in names


REFUSED: tuple[tuple[str, tuple[Any, ...], str], ...] = (
    ("reshape", (TABLE, (4,)), r"6 elements do not fill the shape \(4,\): the product .* must be 6"),
    ("reshape", (TABLE, (4, -1)), r"6 elements do not fill the shape \(4, -1\)"),
    ("reshape", (TABLE, (0, -1)), r"6 elements do not fill the shape \(0, -1\)"),
    ("reshape", (TABLE, (-1, -1)), r"only one length of \(-1, -1\) can be -1"),
    ("reshape", (TABLE, (1.5, 4)), "a length must be a whole number from -1 on, not 1.5"),
    ("reshape", (TABLE, (-2, -3)), "a length must be a whole number from -1 on, not -2"),
    ("reshape", (TABLE, ()), r"6 elements do not fill the shape \(\)"),
    ("index", (TABLE, 3), "there is no row 3: the 3 rows are numbered from 0 to 2"),
    ("index", (TABLE, (0, -4)), "there is no row -4"),
    ("index", (TABLE, (0, 1.5)), r"rows are picked by whole numbers, not by \[0.0, 1.5\]"),
    ("index", (TABLE, float("nan")), "rows are picked by whole numbers, not by nan"),
    ("index", (TABLE, float("inf")), "there is no row inf"),
    ("index", (3, 0), "a number has no rows to pick from"),
    (
        "scatter_add",
        ((1, 2), TABLE, (0, 1)),
        r"the rows for \[0, 1\] must have the shape \(2, 2\), not \(2,\)",
    ),
    ("diag", (TABLE,), r"it takes a vector or a square matrix, not array of shape \(3, 2\)"),
    ("diag", (3,), "it takes a vector or a square matrix, not 3"),
    ("trace", (TABLE,), r"it takes a square matrix, not array of shape \(3, 2\)"),
    ("trace", ((1, 2),), r"it takes a square matrix, not array of shape \(2,\)"),
)


@pytest.mark.parametrize(("op", "given_", "says"), REFUSED)
def test_what_cannot_be_is_refused_with_what_to_change(op: str, given_: tuple[Any, ...], says: str) -> None:
    leaf = Tape().leaf(given_[0])
    with pytest.raises(ValueError, match=f"^{op} = {op}.* has no value: .*{says}"):
        leaf.tape.apply(op, leaf, *given_[1:])


def test_second_order_through_a_lookup_and_a_reshape() -> None:
    """Σ over picked rows of x³ has the Hessian 6x, times how often each row was picked."""
    x = Tape().leaf(TABLE)
    rows = engine.reshape(engine.index(x, (2, 0, 2)), (-1,))
    (slope,) = recorded_gradient(engine.sum(rows**3), [x])
    bend = x.tape.pull_back(engine.sum(slope)).of(x)
    assert np.array_equal(bend, np.multiply(TABLE, 6) * [[1], [0], [2]])


def test_the_recorded_backward_pass_reshapes_where_broadcasting_added_an_axis() -> None:
    x = Tape().leaf((1, 2))
    (slope,) = recorded_gradient(x * ((3, 4),), [x], ((1, 10),))
    assert slope.op == "reshape"
    assert np.array_equal(slope.value, (3, 40))
