"""Reductions and softmax: ties, one element, extreme logits, every axis of a batch; and their faults."""

from __future__ import annotations

from itertools import starmap

import numpy as np
import pytest

from bpdrill.autograd import OPS, Tape, applicable
from bpdrill.autograd.values import Given, settled

ROWS = ((1, 4, 4), (2, 2, 8))

GRADIENTS: tuple[tuple[str, tuple[Given, ...], Given, Given], ...] = (
    # op, argument and settings, upstream, gradient
    ("sum", (ROWS,), 2, ((2, 2, 2), (2, 2, 2))),
    ("sum", (ROWS, 0), (1, 2, 3), ((1, 2, 3), (1, 2, 3))),
    ("sum", (ROWS, 1, True), ((5,), (6,)), ((5, 5, 5), (6, 6, 6))),
    ("mean", (ROWS, 1), (3, 6), ((1, 1, 1), (2, 2, 2))),
    ("max", (ROWS,), 2, ((0, 0, 0), (0, 0, 2))),
    ("max", (ROWS, 1), (2, 3), ((0, 1, 1), (0, 0, 3))),
    ("max", (5,), 2, 2),
    ("var", ((1, 3),), 1, (-1, 1)),
    ("var", ((1, 3), 0, False, 1), 1, (-2, 2)),
    ("var", (5,), 1, 0),
    ("var", ((5,),), 1, (0,)),
    ("logsumexp", ((1000, 1000),), 1, (0.5, 0.5)),
    ("logsumexp", ((1000, -1000),), 1, (1, 0)),
    ("logsumexp", ((-1000, -1000),), 1, (0.5, 0.5)),
    ("softmax", ((1000, -1000),), (3, 4), (0, 0)),
    ("log_softmax", ((1000, -1000),), (3, 4), (-4, 4)),
    ("count", (ROWS,), 1, ((0, 0, 0), (0, 0, 0))),
)


@pytest.mark.parametrize(("name", "given", "upstream", "gradient"), GRADIENTS)
def test_gradients_by_hand(name: str, given: tuple[Given, ...], upstream: Given, gradient: Given) -> None:
    tape = Tape()
    a = tape.leaf(given[0])
    found = tape.pull_back(tape.apply(name, a, *given[1:]), upstream).of(a)
    assert found == pytest.approx(settled(gradient))


def test_a_variance_that_divides_by_0_is_refused() -> None:
    with pytest.raises(ValueError, match="ddof 1 needs at least 2 elements"):
        Tape().apply("var", (5,), ddof=1)


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_along_any_axis_it_is_the_vectors_turned(name: str, axis: int) -> None:
    z, ct = np.cos(np.arange(24.0)).reshape(2, 3, 4), np.sin(np.arange(24.0)).reshape(2, 3, 4)
    op = OPS[name]
    whole = np.asarray(op.vjp[0](ct, op.forward(z, axis), z, axis))
    lines = (np.moveaxis(array, axis, -1).reshape(-1, z.shape[axis]) for array in (z, ct))
    each = starmap(lambda line, sent: op.vjp[0](sent, op.forward(line), line), zip(*lines, strict=True))
    assert np.moveaxis(whole, axis, -1).reshape(-1, z.shape[axis]) == pytest.approx(np.array(list(each)))


FAULTS: tuple[tuple[str, tuple[Given, ...], Given, Given], ...] = (
    # name, argument and settings, upstream, what the mistaken learner gets
    ("sum.shared-out", ((1, 2),), 4, (2, 2)),
    ("mean.count-lost", ((1, 2),), 4, (4, 4)),
    ("mean.count-lost", (ROWS, 0), (1, 2, 3), ((1, 2, 3), (1, 2, 3))),
    ("max.gradient-to-all", ((1, 2),), 4, (4, 4)),
    ("var.factor-2-lost", ((1, 3),), 4, (-2, 2)),
    ("var.count-lost", ((1, 3),), 4, (-8, 8)),
    ("var.mean-not-subtracted", ((1, 3),), 4, (4, 12)),
    ("logsumexp.sum-lost", ((0, 0),), 4, (4, 4)),
    ("logsumexp.gradient-to-all", ((0, 0),), 3, (3, 3)),
    ("log_softmax.sum-constant", ((0, 0),), (4, 8), (4, 8)),
    ("log_softmax.diagonal-only", ((0, 0),), (4, 8), (2, 4)),
    ("softmax.diagonal-only", ((0, 0),), (4, 8), (1, 2)),
)


@pytest.mark.parametrize(("name", "given", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str,
    given: tuple[Given, ...],
    upstream: Given,
    wrong: Given,
) -> None:
    op = OPS[name.split(".", maxsplit=1)[0]]
    rule = next(fault.rule for fault in op.faults if fault.name == name)
    arguments = [settled(value) for value in given]
    y = settled(op.forward(*arguments))
    assert rule(settled(upstream), y, *arguments) == pytest.approx(settled(wrong))


ALONE = ("sum.shared-out", "mean.count-lost", "max.gradient-to-all", "var.count-lost")


@pytest.mark.parametrize("name", ALONE)
def test_a_fault_of_many_elements_is_not_blamed_on_one(name: str) -> None:
    tape = Tape()
    one = tape.apply(name.split(".", maxsplit=1)[0], tape.leaf((3,)))
    assert name not in {fault.name for fault in applicable(one, 0)}
