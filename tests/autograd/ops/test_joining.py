"""Joined along an axis and cut again: each part and its gradient, where they belong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bpdrill.autograd as engine
from bpdrill.autograd import Node, Tape, applicable, gradient, jacobian_matrix, named, recorded_gradient
from bpdrill.autograd.values import settled

SQUARE = ((1, 2), (3, 4))
FLAT = ((5, 6),)
COLUMN = ((7,), (8,))

BY_HAND: tuple[tuple[str, tuple[Any, ...], Any, Any, tuple[Any, Any]], ...] = (
    # op, its two arguments and settings, y, upstream, gradients of both
    ("concatenate", ((1,), (2, 3)), (1, 2, 3), (10, 20, 30), ((10,), (20, 30))),
    ("concatenate", (SQUARE, FLAT), (*SQUARE, *FLAT), ((1, 2), (3, 4), (5, 6)), (SQUARE, FLAT)),
    (
        "concatenate",
        (SQUARE, COLUMN, 1),
        ((1, 2, 7), (3, 4, 8)),
        ((0, 1, 2), (3, 4, 5)),
        (((0, 1), (3, 4)), ((2,), (5,))),
    ),
    (
        "concatenate",
        (SQUARE, COLUMN, -1.0),
        ((1, 2, 7), (3, 4, 8)),
        ((0, 0, 2), (0, 0, 5)),
        (((0, 0), (0, 0)), ((2,), (5,))),
    ),
    ("concatenate_head", ((1, 2, 3), (0, 0)), (1, 2), (10, 20), ((10, 20, 0), (0, 0))),
    ("concatenate_head", (SQUARE, COLUMN, 1), ((1,), (3,)), COLUMN, (((7, 0), (8, 0)), ((0,), (0,)))),
    ("concatenate_tail", ((1, 2, 3), (0, 0)), (3,), (10,), ((0, 0, 10), (0, 0))),
    ("concatenate_tail", (SQUARE, COLUMN, 1), ((2,), (4,)), COLUMN, (((0, 7), (0, 8)), ((0,), (0,)))),
    ("concatenate_tail", ((1, 2), (0, 0)), (), (), ((0, 0), (0, 0))),
)


@pytest.mark.parametrize(("op", "given", "y", "upstream", "shares"), BY_HAND)
def test_by_hand(op: str, given: tuple[Any, ...], y: Any, upstream: Any, shares: tuple[Any, Any]) -> None:
    tape = Tape()
    leaves = [tape.leaf(value) for value in given[:2]]
    root = tape.apply(op, *leaves, *given[2:])
    assert np.array_equal(root.value, y)
    walked = tape.pull_back(root, upstream)
    recorded = recorded_gradient(root, leaves, upstream)
    for leaf, again, share in zip(leaves, recorded, shares, strict=True):
        assert np.array_equal(walked.of(leaf), share)
        assert np.array_equal(again.value, share)


def test_a_lean_run_says_the_same() -> None:
    def function(a: Node, b: Node) -> Node:
        return engine.sum(engine.concatenate(a, b, axis=1) * settled(((1, 2, 3), (4, 5, 6))))

    of_a, of_b = gradient(function, settled(SQUARE), settled(COLUMN))
    assert np.array_equal(of_a, ((1, 2), (4, 5)))
    assert np.array_equal(of_b, ((3,), (6,)))


def test_what_is_joined_to_itself_gets_both_parts() -> None:
    x = Tape().leaf((1, 2))
    assert np.array_equal(x.tape.pull_back(engine.concatenate(x, x), (1, 2, 10, 20)).of(x), (11, 22))


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_the_jacobian_holds_the_identity_once_for_each_part(mode: Any) -> None:
    found = jacobian_matrix(lambda x: engine.concatenate(x, x * 2), settled((1, 2)), mode)
    assert np.array_equal(found, ((1, 0), (0, 1), (2, 0), (0, 2)))


def test_second_order_through_a_joint() -> None:
    """Of Σ x_i³ over (a, b) the Hessian is 6x: what is joined does not mix."""
    tape = Tape()
    a, b = tape.leaf((1, 2)), tape.leaf((3,))
    slopes = recorded_gradient(engine.sum(engine.concatenate(a, b) ** 3), [a, b])
    bends = [tape.pull_back(engine.sum(slope)) for slope in slopes]
    assert np.array_equal(bends[0].of(a), (6, 12))
    assert np.array_equal(bends[0].of(b), (0,))
    assert np.array_equal(bends[1].of(b), (18,))


FAULTS = (
    # name, argument, op's arguments and settings, upstream, what the mistaken learner gets
    ("concatenate.parts-swapped", 0, ((1, 2), (3, 4)), (1, 2, 10, 20), (10, 20)),
    ("concatenate.parts-swapped", 1, ((1, 2), (3, 4)), (1, 2, 10, 20), (1, 2)),
    ("concatenate.parts-swapped", 1, (COLUMN, COLUMN, 1), SQUARE, ((1,), (3,))),
    ("concatenate_head.zeros-first", 0, ((1, 2, 3), (0, 0)), (10, 20), (0, 10, 20)),
    ("concatenate_tail.zeros-last", 0, ((1, 2, 3), (0, 0)), (10,), (10, 0, 0)),
)


@pytest.mark.parametrize(("name", "argument", "given", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str, argument: int, given: tuple[Any, ...], upstream: Any, wrong: Any
) -> None:
    tape = Tape()
    leaves = [tape.leaf(value) for value in given[:2]]
    root = tape.apply(name.split(".", maxsplit=1)[0], *leaves, *given[2:])
    fault = named(name, root, argument)
    found = tape.pull_back(root, upstream, faults={(root, argument): fault})
    assert np.array_equal(found.of(leaves[argument]), wrong)


def test_parts_of_unequal_lengths_are_not_suspected_of_being_swapped() -> None:
    tape = Tape()
    root = engine.concatenate(tape.leaf((1,)), tape.leaf((2, 3)))
    for argument in (0, 1):
        assert "concatenate.parts-swapped" not in [fault.name for fault in applicable(root, argument)]


REFUSED: tuple[tuple[str, tuple[Any, ...], str], ...] = (
    ("concatenate", (SQUARE, COLUMN), r"along axis 0 \(2, 2\) and \(2, 1\) cannot be joined"),
    ("concatenate", (SQUARE, (1, 2)), r"along axis 0 \(2, 2\) and \(2,\) cannot be joined"),
    ("concatenate", (SQUARE, SQUARE, 2), "there is no axis 2 in an array of rank 2"),
    ("concatenate", (SQUARE, SQUARE, 0.5), "there is no axis 0.5 in an array of rank 2"),
    ("concatenate", (1, 2), r"a number has no axis to join along: reshape it to \(1,\) first"),
    ("concatenate", ((1, 2), 2), "a number has no axis to join along"),
    ("concatenate_head", ((1, 2), (1, 2, 3)), r"along axis 0 \(2,\) does not begin with \(3,\)"),
    ("concatenate_tail", (SQUARE, COLUMN), r"along axis 0 \(2, 2\) does not begin with \(2, 1\)"),
)


@pytest.mark.parametrize(("op", "given", "says"), REFUSED)
def test_what_does_not_fit_is_refused(op: str, given: tuple[Any, ...], says: str) -> None:
    leaf = Tape().leaf(given[0])
    with pytest.raises(ValueError, match=f"^{op} = {op}.* has no value: {says}"):
        leaf.tape.apply(op, leaf, *given[1:])
