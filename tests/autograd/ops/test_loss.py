"""Losses: by hand, at extreme logits, as sum and as mean, and as the composition they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from bpdrill.autograd import OPS, Tape
from bpdrill.autograd.values import Given, settled

LOGITS, TARGET = (0, 0), (1, 0)
BATCH, TARGETS = ((0, 0), (0, 0)), ((1, 0), (0, 1))

LOSSES: tuple[tuple[str, tuple[Given, ...], float, Given], ...] = (
    # op, prediction, target and settings, loss, gradient of the prediction
    ("softmax_ce", (LOGITS, TARGET), np.log(2), (-0.5, 0.5)),
    ("softmax_ce", (BATCH, TARGETS), 2 * np.log(2), ((-0.5, 0.5), (0.5, -0.5))),
    ("softmax_ce", (BATCH, TARGETS, True), np.log(2), ((-0.25, 0.25), (0.25, -0.25))),
    ("softmax_ce", (LOGITS, TARGET, True), np.log(2), (-0.5, 0.5)),
    ("softmax_ce", (LOGITS, (0.5, 0.25)), 0.75 * np.log(2), (-0.125, 0.125)),
    ("softmax_ce", ((1000, -1000), (0, 1)), 2000, (1, -1)),
    ("mse", ((1, 2), (0, 4)), 2.5, (1, -2)),
    ("mse", (3, 1), 4, 4),
    ("mse", (BATCH, TARGETS), 0.5, ((-0.5, 0), (0, -0.5))),
    ("bce_with_logits", (0, 1), np.log(2), -0.5),
    ("bce_with_logits", ((1000, -1000), (0, 1)), 1000, (0.5, -0.5)),
    ("bce_with_logits", ((1000, -1000), (1, 0)), 0, (0, 0)),
    ("bce", ((0.5, 0.5), (1, 0)), np.log(2), (-1, 1)),
    ("bce", (0.25, 1), np.log(4), -4),
)


@pytest.mark.parametrize(("name", "given", "loss", "gradient"), LOSSES)
def test_losses_by_hand(name: str, given: tuple[Given, ...], loss: float, gradient: Given) -> None:
    tape = Tape()
    prediction = tape.leaf(given[0])
    root = tape.apply(name, prediction, *given[1:])
    assert root.value == pytest.approx(loss)
    assert type(root.value) is float
    assert tape.pull_back(root).of(prediction) == pytest.approx(settled(gradient))


@pytest.mark.parametrize("name", ["softmax_ce", "mse", "bce_with_logits", "bce"])
@pytest.mark.parametrize("target", [0.5, ((0.5,), (0.5,)), (0.5, 0.5, 0.5)])
def test_prediction_and_target_have_one_shape(name: str, target: Given) -> None:
    tape = Tape()
    with pytest.raises(ValueError, match="must have one shape"):
        tape.apply(name, tape.leaf((0.2, 0.7)), target)


@pytest.mark.parametrize("p", [0, 1, -0.1, 1.1])
def test_a_probability_lies_between_0_and_1(p: float) -> None:
    tape = Tape()
    with pytest.raises(ValueError, match="between 0 and 1"):
        tape.apply("bce", tape.leaf((0.5, p)), (0, 1))


@pytest.mark.parametrize("mean", [False, True])
def test_what_softmax_ce_remembers_changes_no_gradient(mean: bool) -> None:  # noqa: FBT001  a case of two
    z, target = np.cos(np.arange(6.0)).reshape(2, 3), np.eye(3)[:2]
    op = OPS["softmax_ce"]
    assert op.remember is not None
    y, kept = op.remember(z, target, mean)
    assert y == op.forward(z, target, mean)
    for rule in op.vjp:
        assert rule(2.0, y, z, target, mean, kept) == pytest.approx(rule(2.0, y, z, target, mean), rel=1e-14)
    assert kept[0] == pytest.approx(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))


FAULTS: tuple[tuple[str, tuple[Given, ...], Given, Given], ...] = (
    # name, prediction, target and settings, upstream, what the mistaken learner gets
    ("softmax_ce.mean-lost", (BATCH, TARGETS, True), 2, ((-1, 1), (1, -1))),
    ("softmax_ce.mean-twice", (BATCH, TARGETS, True), 2, ((-0.25, 0.25), (0.25, -0.25))),
    ("softmax_ce.reversed", (BATCH, TARGETS, True), 2, ((0.5, -0.5), (-0.5, 0.5))),
    ("softmax_ce.target-lost", (LOGITS, TARGET), 2, (1, 1)),
    ("softmax_ce.derivative-twice", (LOGITS, TARGET), 2, (-0.25, 0.25)),
    ("mse.factor-2-lost", ((1, 2), (0, 4)), 2, (1, -2)),
    ("mse.count-lost", ((1, 2), (0, 4)), 2, (4, -8)),
    ("mse.reversed", ((1, 2), (0, 4)), 2, (-2, 4)),
    ("bce_with_logits.reversed", (LOGITS, TARGET), 2, (0.5, -0.5)),
    ("bce_with_logits.sigmoid-lost", (LOGITS, TARGET), 2, (-1, 0)),
    ("bce_with_logits.derivative-twice", (LOGITS, TARGET), 2, (-0.125, 0.125)),
    ("bce_with_logits.count-lost", (LOGITS, TARGET), 2, (-1, 1)),
    ("bce.reversed", ((0.5, 0.5), TARGET), 2, (2, -2)),
    ("bce.denominator-lost", ((0.5, 0.5), TARGET), 2, (-0.5, 0.5)),
    ("bce.second-term-lost", ((0.5, 0.5), TARGET), 2, (-2, 0)),
    ("bce.count-lost", ((0.5, 0.5), TARGET), 2, (-4, 4)),
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
