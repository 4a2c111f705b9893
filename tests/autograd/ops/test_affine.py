"""The affine row: by hand for one example and for a batch, what does not fit, and the faults."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from bpdrill.autograd import OPS, Given, Tape, applicable, jacobian_matrix, named
from bpdrill.autograd import affine as affine_of
from bpdrill.autograd.values import settled

W, B = ((1, 2, 0), (0, 1, -1)), (10, 20, 30)
"""Two numbers in, three out."""

ONE, UP = (3, 4), (1, 10, 100)
TWO, UPS = ((3, 4), (1, 2)), ((1, 10, 100), (1, 0, 2))

SQUARE = ((1, 2), (3, 4))

BY_HAND: tuple[tuple[tuple[Given, ...], Given, Given, tuple[Given, ...]], ...] = (
    # x, W and b, y, upstream, gradient of each
    ((ONE, W, B), (13, 30, 26), UP, ((21, -90), ((3, 30, 300), (4, 40, 400)), UP)),
    (
        (TWO, W, B),
        ((13, 30, 26), (11, 24, 28)),
        UPS,
        (((21, -90), (1, -2)), ((4, 30, 302), (6, 40, 404)), (2, 10, 102)),
    ),
    ((ONE, W, 1), (4, 11, -3), UP, ((21, -90), ((3, 30, 300), (4, 40, 400)), 111)),
    ((TWO, W, UPS), ((4, 20, 96), (2, 4, 0)), UPS, (((21, -90), (1, -2)), ((4, 30, 302), (6, 40, 404)), UPS)),
    (((ONE,), W, B), ((13, 30, 26),), (UP,), (((21, -90),), ((3, 30, 300), (4, 40, 400)), UP)),
)


@pytest.mark.parametrize(("given", "y", "upstream", "gradients"), BY_HAND)
def test_by_hand(given: tuple[Given, ...], y: Given, upstream: Given, gradients: tuple[Given, ...]) -> None:
    tape = Tape()
    leaves = [tape.leaf(value) for value in given]
    root = affine_of(*leaves)
    assert np.array_equal(settled(y), root.value)
    found = tape.pull_back(root, upstream)
    for leaf, gradient in zip(leaves, gradients, strict=True):
        assert np.array_equal(found.of(leaf), settled(gradient))


def test_the_row_layout_is_the_column_layout_transposed() -> None:
    tape = Tape()
    x, weights = tape.leaf(ONE), tape.leaf(W)
    row, column = affine_of(x, weights, 0.0), weights.T @ x
    assert np.array_equal(row.value, column.value)
    for leaf in (x, weights):
        assert np.array_equal(tape.pull_back(row, UP).of(leaf), tape.pull_back(column, UP).of(leaf))


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_the_jacobian_of_a_layer_is_its_matrix_transposed(mode: Literal["forward", "reverse"]) -> None:
    found = jacobian_matrix(lambda x: affine_of(x, W, B), ONE, mode)
    assert np.array_equal(found, np.transpose(W))


REFUSED: tuple[tuple[str, tuple[Given, ...], str], ...] = (
    ("affine", (3, W, B), r"x must be one example \(n,\) or a batch \(B, n\), not 3"),
    ("affine", ((TWO,), W, B), r"or a batch \(B, n\), not array of shape \(1, 2, 2\)"),
    ("affine", (ONE, ONE, B), r"W must be a matrix \(n, m\), not array of shape \(2,\)"),
    ("affine", (UP, W, B), r"x of shape \(3,\) needs a W with 3 rows, not one of shape \(2, 3\)"),
    ("affine", (TWO, W, (1, 2)), r"W of shape \(2, 3\) needs a b of shape \(3,\), not \(2,\)"),
    ("affine_weights", (TWO, UP), r"x \(2, 2\) and the upstream gradient \(3,\) must hold the same examples"),
    ("affine_weights", ((TWO,), UP), "x must be one example"),
)


@pytest.mark.parametrize(("op", "given", "says"), REFUSED)
def test_what_does_not_fit_is_named(op: str, given: tuple[Given, ...], says: str) -> None:
    tape = Tape()
    with pytest.raises(ValueError, match=says):
        tape.apply(op, tape.leaf(given[0]), *given[1:])


FAULTS: tuple[tuple[str, int, tuple[Given, ...], Given, Given], ...] = (
    # name, argument, x, W and b, upstream, what the mistaken learner gets
    ("affine.transpose-missing", 0, (SQUARE, SQUARE, (0, 0)), ((1, 10), (100, 0)), ((31, 42), (100, 200))),
    ("affine.transpose-missing", 1, (SQUARE, SQUARE, (0, 0)), ((1, 10), (100, 0)), ((201, 10), (403, 30))),
    ("affine.swapped", 0, (SQUARE, SQUARE, (0, 0)), ((1, 10), (100, 0)), ((21, 100), (43, 300))),
    ("affine.swapped", 1, (SQUARE, SQUARE, (0, 0)), ((1, 10), (100, 0)), ((301, 402), (10, 20))),
    ("affine.swapped", 1, (ONE, SQUARE, (0, 0)), (1, 10), ((3, 4), (30, 40))),
    ("affine.batch-not-summed", 2, (TWO, W, B), UPS, UPS),
    ("affine.batch-averaged", 2, (TWO, W, B), UPS, (1, 5, 51)),
    ("affine.batch-averaged", 1, (TWO, W, B), UPS, ((2, 15, 151), (3, 20, 202))),
    ("affine_weights.transpose-missing", 0, (SQUARE, SQUARE), ((1, 10), (100, 0)), ((201, 10), (403, 30))),
    ("affine_weights.transpose-added", 1, (SQUARE, SQUARE), ((1, 10), (100, 0)), ((21, 100), (43, 300))),
)


@pytest.mark.parametrize(("name", "argument", "given", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str, argument: int, given: tuple[Given, ...], upstream: Given, wrong: Given
) -> None:
    tape = Tape()
    leaves = [tape.leaf(value) for value in given]
    root = tape.apply(name.split(".", maxsplit=1)[0], *leaves)
    fault = named(name, root, argument)
    edge = next(
        edge
        for edge in tape.pull_back(root, upstream, faults={(root, argument): fault}).edges
        if edge.argument == argument
    )
    assert np.array_equal(edge.contribution, settled(wrong))


SHAPED: tuple[tuple[Given, Given, set[str], set[str]], ...] = (
    # x, W, which faults of x and of W give a gradient of the right shape
    (ONE, W, set(), set()),
    (TWO, W, {"affine.swapped"}, {"affine.transpose-missing", "affine.batch-averaged"}),
    (
        SQUARE,
        SQUARE,
        {"affine.transpose-missing", "affine.swapped"},
        {"affine.transpose-missing", "affine.swapped", "affine.batch-averaged"},
    ),
)


@pytest.mark.parametrize(("x", "weights", "of_x", "of_weights"), SHAPED)
def test_only_faults_that_fit_are_offered(
    x: Given, weights: Given, of_x: set[str], of_weights: set[str]
) -> None:
    tape = Tape()
    root = affine_of(tape.leaf(x), tape.leaf(weights), tape.leaf(np.zeros(np.shape(settled(weights))[1])))
    for argument, names in enumerate((of_x, of_weights)):
        assert {fault.name for fault in applicable(root, argument) if fault in OPS["affine"].faults} == names
