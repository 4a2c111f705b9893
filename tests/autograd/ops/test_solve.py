"""Square matrices undone, and the inner product: by hand, against another engine, singular ones refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import bpdrill.autograd as engine
from bpdrill.autograd import Node, Tape, gradient, named, recorded_gradient
from bpdrill.autograd.ops.solve import elimination

LOWER = ((2, 0), (1, 4))
"""Its inverse is ((1/2, 0), (-1/8, 1/4)), its determinant 8."""

BY_HAND: tuple[tuple[str, tuple[Any, ...], Any, Any, tuple[Any, ...]], ...] = (
    # op, arguments, y, upstream, gradient of each
    ("solve", (LOWER, (2, 9)), (1, 2), (8, 16), (((-2, -4), (-4, -8)), (2, 4))),
    ("solve", (LOWER, ((2,), (9,))), ((1,), (2,)), ((8,), (16,)), (((-2, -4), (-4, -8)), ((2,), (4,)))),
    (
        "solve",
        (LOWER, ((2, 0), (9, 4))),
        ((1, 0), (2, 1)),
        ((8, 0), (16, 8)),
        (((-2, -3), (-4, -10)), ((2, -1), (4, 2))),
    ),
    ("solve", (((4,),), (8,)), (2,), (2,), (((-1,),), (0.5,))),
    ("inverse", (LOWER,), ((0.5, 0), (-0.125, 0.25)), ((8, 0), (0, 0)), (((-2, 0.5), (0, 0)),)),
    ("inverse", (((4,),),), ((0.25,),), ((16,),), (((-1,),),)),
    ("logdet", (LOWER,), np.log(8), 8, (((4, -1), (0, 2)),)),
    ("logdet", (((0, 2), (2, 0)),), np.log(4), 2, (((0, 1), (1, 0)),)),
    ("logdet", (((-4,),),), np.log(4), 8, (((-2,),),)),
    ("dot", ((1, 2), (3, 4)), 11, 2, ((6, 8), (2, 4))),
    ("dot", ((2,), (3,)), 6, 1, ((3,), (2,))),
)


@pytest.mark.parametrize(("op", "given", "y", "upstream", "shares"), BY_HAND)
def test_by_hand(op: str, given: tuple[Any, ...], y: Any, upstream: Any, shares: tuple[Any, ...]) -> None:
    tape = Tape()
    leaves = [tape.leaf(value) for value in given]
    root = tape.apply(op, *leaves)
    assert root.value == pytest.approx(np.asarray(y))
    assert isinstance(root.value, float) == (np.ndim(y) == 0)
    walked = tape.pull_back(root, upstream)
    recorded = recorded_gradient(root, leaves, upstream)
    for leaf, again, share in zip(leaves, recorded, shares, strict=True):
        assert walked.of(leaf) == pytest.approx(np.asarray(share))
        assert again.value == pytest.approx(np.asarray(share))


A = np.array([[3.0, 0.4, -0.6], [0.8, -2.5, 0.5], [-0.3, 1.1, 2.2]])
B = np.array([[1.0, 2.0], [-0.7, 0.4], [0.3, -1.1]])

LOSSES: tuple[tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]], ...] = (
    # ours, and the same in HIPS autograd
    (
        lambda A, B: engine.sum(engine.sin(engine.solve(A, B))),
        lambda A, B: anp.sum(anp.sin(anp.linalg.solve(A, B))),
    ),
    (
        lambda A, B: engine.sum(engine.sin(engine.solve(A, engine.index(B.T, 0)))),
        lambda A, B: anp.sum(anp.sin(anp.linalg.solve(A, B[:, 0]))),
    ),
    (
        lambda A, B: engine.logdet(A @ A.T + B @ B.T),
        lambda A, B: anp.linalg.slogdet(A @ A.T + B @ B.T)[1],
    ),
    (
        lambda A, B: engine.sum(engine.tanh(engine.inverse(A) @ B)),
        lambda A, B: anp.sum(anp.tanh(anp.linalg.inv(A) @ B)),
    ),
    (
        lambda A, B: engine.trace(engine.inverse(A @ A.T)) * engine.sum(B * B),
        lambda A, B: anp.trace(anp.linalg.inv(A @ A.T)) * anp.sum(B * B),
    ),
)


@pytest.mark.parametrize(("ours", "theirs"), LOSSES)
def test_gradients_agree_with_an_independent_engine(
    ours: Callable[[Any, Any], Node], theirs: Callable[[Any, Any], Any]
) -> None:
    for argument, found in enumerate(gradient(ours, A, B)):
        assert found == pytest.approx(autograd.grad(theirs, argument)(A, B), rel=1e-9)


@pytest.mark.parametrize(("ours", "theirs"), LOSSES)
def test_second_order_agrees_with_an_independent_engine(
    ours: Callable[[Any, Any], Node], theirs: Callable[[Any, Any], Any]
) -> None:
    """The gradient of <gradient of A, cos A>, by both arguments."""
    tape = Tape()
    leaves = [tape.leaf(A), tape.leaf(B)]
    (slope,) = recorded_gradient(ours(*leaves), leaves[:1])
    bends = tape.pull_back(engine.sum(slope * np.cos(A)))

    def along(A_moving: Any, B_moving: Any) -> Any:
        return anp.sum(autograd.grad(theirs, 0)(A_moving, B_moving) * np.cos(A))

    for argument, leaf in enumerate(leaves):
        assert bends.of(leaf) == pytest.approx(autograd.grad(along, argument)(A, B), rel=1e-8, abs=1e-12)


FAULTS = (
    # name, argument, op's arguments, upstream, what the mistaken learner gets
    ("solve.transpose-missing", 0, (LOWER, (2, 9)), (8, 16), ((-4, -8), (-3, -6))),
    ("solve.transpose-missing", 1, (LOWER, (2, 9)), (8, 16), (4, 3)),
    ("solve.sign-lost", 0, (LOWER, (2, 9)), (8, 16), ((2, 4), (4, 8))),
    ("solve.swapped", 0, (((2, 0), (1, 4)), (4, 6)), (8, 16), ((-4, -8), (-2, -4))),
    ("solve.multiplied", 1, (LOWER, (2, 9)), (8, 16), (32, 64)),
    ("inverse.transpose-missing", 0, (LOWER,), ((8, 0), (0, 0)), ((-2, 0), (0.5, 0))),
    ("inverse.sign-lost", 0, (LOWER,), ((8, 0), (0, 0)), ((2, -0.5), (0, 0))),
    ("inverse.elementwise", 0, (LOWER,), ((8, 1), (64, 16)), ((-2, 0), (-1, -1))),
    ("logdet.transpose-missing", 0, (LOWER,), 8, ((4, 0), (-1, 2))),
    ("logdet.log-forgotten", 0, (LOWER,), 8, ((32, -8), (0, 16))),
    ("dot.own-value", 0, ((1, 2), (3, 4)), 2, (2, 4)),
    ("dot.own-value", 1, ((1, 2), (3, 4)), 2, (6, 8)),
)


@pytest.mark.parametrize(("name", "argument", "given", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str, argument: int, given: tuple[Any, ...], upstream: Any, wrong: Any
) -> None:
    tape = Tape()
    leaves = [tape.leaf(value) for value in given]
    root = tape.apply(name.split(".", maxsplit=1)[0], *leaves)
    found = tape.pull_back(root, upstream, faults={(root, argument): named(name, root, argument)})
    assert found.of(leaves[argument]) == pytest.approx(np.asarray(wrong))


SINGULAR = (
    ((0,),),
    ((1, 2), (2, 4)),
    ((0.1, 0.2), (0.3, 0.6)),
    ((1, 2, 3), (4, 5, 6), (7, 8, 9)),
)


@pytest.mark.parametrize("matrix", SINGULAR)
@pytest.mark.parametrize("op", ["solve", "inverse", "logdet"])
def test_a_singular_matrix_is_refused(op: str, matrix: Any) -> None:
    leaf = Tape().leaf(matrix)
    others = [[1.0] * len(matrix)] if op == "solve" else []
    with pytest.raises(ValueError, match=f"^{op} = {op}.* has no value: A is singular: one of its rows"):
        leaf.tape.apply(op, leaf, *others)


REFUSED: tuple[tuple[str, tuple[Any, ...], str], ...] = (
    ("solve", (((1, 2, 3), (4, 5, 6)), (1, 2)), r"it takes a square matrix, not array of shape \(2, 3\)"),
    ("solve", (2, 4), "it takes a square matrix, not 2"),
    ("solve", (LOWER, 4), "b must be a vector or a matrix of 2 rows, as A has, not 4"),
    ("solve", (LOWER, (1, 2, 3)), r"b must be .* of 2 rows, as A has, not array of shape \(3,\)"),
    ("inverse", ((1, 2),), r"it takes a square matrix, not array of shape \(2,\)"),
    ("logdet", (3,), "it takes a square matrix, not 3"),
    ("dot", ((1, 2), (3,)), r"it takes two vectors of one length, not shapes \(2,\) and \(1,\)"),
    ("dot", (LOWER, LOWER), r"it takes two vectors of one length, not shapes \(2, 2\) and \(2, 2\)"),
    ("dot", (2, 3), r"it takes two vectors of one length, not shapes \(\) and \(\)"),
)


@pytest.mark.parametrize(("op", "given", "says"), REFUSED)
def test_shapes_that_do_not_fit_are_refused(op: str, given: tuple[Any, ...], says: str) -> None:
    leaf = Tape().leaf(given[0])
    with pytest.raises(ValueError, match=f"^{op} = {op}.* has no value: {says}"):
        leaf.tape.apply(op, leaf, *given[1:])


def test_what_is_not_finite_is_named_on_a_lean_tape() -> None:
    with pytest.raises(ValueError, match="A holds numbers that are not finite"):
        gradient(engine.logdet, np.array([[np.nan, 1.0], [1.0, 2.0]]))


def test_logdet_is_finite_where_the_determinant_is_not() -> None:
    huge = Tape().leaf(np.eye(50) * 1e10)
    assert engine.logdet(huge).value == pytest.approx(500 * np.log(10))


def test_multiplications_of_an_elimination() -> None:
    assert elimination((3, 2), (3, 3), (3, 2)) == 9 + 18
    assert elimination((), (3, 3)) == 9 + 3
