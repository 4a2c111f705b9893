"""The lean tape: the same gradients as a trace, from less, and refusals that still name the node."""

from __future__ import annotations

import gc
import sys
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpdrill.autograd as engine
from bpdrill.autograd import Given, Node, Tape, gradient, value_and_gradient

CASES: tuple[tuple[Callable[..., Node], tuple[Given, ...], tuple[Given, ...]], ...] = (
    (lambda w, b: (w * 3 + b - 8) ** 2, (2, 1), (-6, -2)),
    (lambda x: x * x * x, (2.0,), (12,)),
    (lambda x: 3 / x + 2 ** (x - x), (2.0,), (-0.75,)),
    (lambda x, _: x + 1, (2.0, (1.0, 2.0)), (1, (0, 0))),
    (lambda x: engine.sum(x * x), ((1.0, 2.0),), ((2, 4),)),
    (
        lambda x, b: engine.sum((x + b) * x),
        (((1.0, 2.0), (3.0, 4.0)), (1.0, 1.0)),
        (((3, 5), (7, 9)), (4, 6)),
    ),
    (lambda x, b: engine.sum(x * b), ((1.0, 2.0), 3.0), ((3, 3), 3)),
    (lambda a: engine.sum(a @ a), (((1.0, 2.0), (3.0, 4.0)),), (((7, 11), (9, 13)),)),
)


@pytest.mark.parametrize(("function", "at", "slope"), CASES)
def test_gradients_by_hand(
    function: Callable[..., Node], at: tuple[Given, ...], slope: tuple[Given, ...]
) -> None:
    for found, expected in zip(gradient(function, *at), slope, strict=True):
        assert np.array_equal(found, np.asarray(expected, dtype=float))


def test_the_value_comes_with_the_gradient() -> None:
    assert value_and_gradient(lambda w, b: (w * 3 + b - 8) ** 2, 2, 1) == (1.0, (-6.0, -2.0))


def network(x: Node, W: Node, b: Node, V: Node) -> Node:
    """Broadcasting, fan-out, a product of matrices and a fused loss."""
    h = engine.tanh(x @ W + b)
    return engine.softmax_ce((h + h * h) @ V, np.eye(3)[[0, 2, 1, 1]])


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6))
def test_lean_and_trace_agree(seed: int) -> None:
    draw = np.random.default_rng(seed)
    at = [draw.normal(size=shape) for shape in ((4, 2), (2, 5), (5,), (5, 3))]
    tape = Tape()
    leaves = [tape.leaf(value) for value in at]
    traced = tape.pull_back(network(*leaves))
    for lean, leaf in zip(gradient(network, *at), leaves, strict=True):
        assert np.allclose(lean, traced.of(leaf), rtol=1e-12)


def test_twice_gives_the_same_and_changes_nothing() -> None:
    x = np.array([[0.3, -1.0], [2.0, 0.5]])
    before = x.copy()
    first, second = (gradient(lambda a: engine.sum(engine.exp(a) * a), x)[0] for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(x, before)
    assert x.flags.writeable


def test_an_input_cannot_be_overwritten_while_it_is_needed() -> None:
    x = np.array([1.0, 2.0])

    def meddler(a: Node) -> Node:
        squares = a * a
        x[0] = 100.0
        return engine.sum(squares)

    with pytest.raises(ValueError, match="read-only"):
        gradient(meddler, x)
    x[0] = 3.0  # and afterwards it is its owner's again
    assert x[0] == 3.0


def test_a_constant_cannot_be_overwritten_while_it_is_needed() -> None:
    buffer = np.zeros(3)

    def meddler(w: Node) -> Node:
        total = engine.sum(w * buffer)
        buffer[:] = 1.0
        return total

    with pytest.raises(ValueError, match="read-only"):
        gradient(meddler, np.ones(3))
    buffer[:] = 2.0  # and afterwards it is its owner's again
    assert np.array_equal(gradient(lambda w: engine.sum(w * buffer), np.ones(3))[0], [2, 2, 2])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_view_and_its_owner_are_both_given_back(order: tuple[int, int]) -> None:
    owner = np.arange(4.0)
    both = (owner, owner[:3])
    _, found = value_and_gradient(
        lambda p, q: engine.sum(p) * engine.sum(q), *(both[place] for place in order)
    )
    assert [np.shape(each) for each in found] == [both[place].shape for place in order]
    assert owner.flags.writeable
    assert both[1].flags.writeable


def test_the_owner_of_a_view_cannot_be_written_to_either() -> None:
    owner = np.arange(4.0)

    def meddler(p: Node) -> Node:
        squares = p * p
        owner[:] = 7.0
        return engine.sum(squares)

    with pytest.raises(ValueError, match="read-only"):
        gradient(meddler, owner[:3])
    assert owner.flags.writeable


def test_a_leaf_made_on_the_way_is_a_constant() -> None:
    assert gradient(lambda p: p * p.tape.leaf(5.0), 2.0) == (5.0,)


def test_a_gradient_inside_a_function_is_a_constant_and_leaves_numpys_warnings_on() -> None:
    before = np.geterr()
    inner = gradient(
        lambda p: engine.sum(p * gradient(lambda q: engine.sum(q * q), np.ones(2))[0]), np.ones(2)
    )
    assert np.array_equal(inner[0], [2, 2])
    assert np.geterr() == before


def test_two_gradients_never_share_memory_that_can_be_written() -> None:
    both: Any = gradient(lambda a, b: engine.sum(a + b), (1.0, 2.0), (3.0, 4.0))
    for one in both:
        with pytest.raises(ValueError, match="read-only"):
            one[0] = 5.0


REFUSALS: tuple[tuple[Callable[..., Any], tuple[Given, ...], str], ...] = (
    (lambda x: engine.log(x - x), (2.0,), r"log = log\(0\) has no value"),
    (lambda x: 1 / (x - x), (2.0,), r"div = div\(1, 0\) has no value"),
    (lambda x: x * 2, ((1.0, 2.0),), r"mul1 has shape \(2,\), and only a scalar has a gradient"),
    (
        lambda x: engine.sum(engine.exp(x)),
        ((1.0, 1000.0),),
        r"exp\(argument 0 of shape \(2,\)\) has no value: the result is",
    ),
    (
        lambda x: x @ np.ones((3, 2)),
        (np.ones((2, 2)),),
        r"matmul\(array of shape \(2, 2\), array of shape \(3, 2\)\)",
    ),
    (lambda _, y: Tape().leaf(1.0) * y, (1.0, 2.0), "is on another tape"),
    (lambda x: x.tape.apply("mul", x), (1.0,), "mul takes 2 arguments, not 1"),
    (lambda _: 3.0, (1.0,), "must give one node, made of its arguments; it gave a float"),
    (lambda x: engine.sqrt(engine.sum(x * x)), ((0.0, 0.0),), "sqrt.* has no derivative by argument 0 here"),
    (lambda x: x**0.5, (0.0,), "power.* has no derivative by argument 0 here"),
)


@pytest.mark.parametrize(("function", "at", "says"), REFUSALS)
def test_refusals_name_op_and_shapes(function: Callable[..., Any], at: tuple[Given, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        gradient(function, *at)
    assert gc.isenabled()


def test_a_column_with_a_vector_is_warned_of() -> None:
    column, vector = np.ones((3, 1)), np.ones(3)
    with pytest.warns(UserWarning, match=r"sub of \(3, 1\) and \(3,\) made \(3, 3\)"):
        gradient(lambda a, b: engine.sum(a - b), column, vector)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gradient(lambda a, b: engine.sum(a - b), np.ones((4, 3)), vector)
        gradient(lambda a, b: engine.sum(a - b), np.ones((1, 3)), vector)


def test_a_chain_of_100_000_nodes_at_the_usual_recursion_limit() -> None:
    def chain(x: Node) -> Node:
        y = x
        for _ in range(100_000):
            y = y + x * 1e-5
        return y

    assert sys.getrecursionlimit() <= 1000
    assert gradient(chain, 1.0)[0] == pytest.approx(2.0)


def test_what_no_rule_reads_is_freed() -> None:
    """A sum of arrays keeps none of them: only what the rules read is held until the walk back."""

    def adding(x: Node) -> Node:
        y = x
        for _ in range(50):
            y = y + x
        return engine.sum(y)

    x = np.ones(20_000)
    gradient(adding, x)
    tracemalloc.start()
    gradient(adding, x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * x.nbytes


def test_what_a_rule_does_not_keep_it_does_not_get() -> None:
    tape = Tape(lean=True)
    _ = engine.tanh(tape.leaf(np.ones(1000)))
    (argument,) = tape.records[-1][2]
    assert np.isnan(argument).all()
    assert argument.shape == (1000,)


def test_a_view_and_its_base_cannot_be_written_to() -> None:
    """Two arrays, one memory: to write to either would change the other."""
    whole, flat = gradient(
        lambda a, b: engine.sum(a + engine.reshape(b, (2, 2))), np.ones((2, 2)), np.ones(4)
    )
    assert isinstance(whole, np.ndarray)
    assert isinstance(flat, np.ndarray)
    assert np.shares_memory(whole, flat)
    assert not whole.flags.writeable
    assert not flat.flags.writeable
