"""Bias gradients: what is stretched on the way forward is summed on the way back, and how that goes wrong."""

from __future__ import annotations

import numpy as np
import pytest

from bpdrill.autograd import OPS, Tape, applicable
from bpdrill.autograd.values import Given, settled

BATCH, BIAS, UPSTREAM = ((1, 2), (3, 4), (5, 6)), (10, 20), ((1, 10), (2, 20), (3, 60))

FAULTS = (
    ("add.batch-not-summed", UPSTREAM),
    ("add.batch-averaged", ((1 / 3, 10 / 3), (2 / 3, 20 / 3), (1, 20))),
)


@pytest.mark.parametrize(("name", "sent"), FAULTS)
@pytest.mark.parametrize("argument", [0, 1])
def test_a_bias_is_stretched_over_the_batch(name: str, sent: object, argument: int) -> None:
    fault = next(each for each in OPS["add"].faults if (each.name, each.argument) == (name, argument))
    given = tuple(settled(value) for value in ((BATCH, BIAS), (BIAS, BATCH))[1 - argument])
    assert fault.rule(settled(UPSTREAM), settled(OPS["add"].forward(*given)), *given) == pytest.approx(
        np.array(sent)
    )
    assert fault.summed is (name != "add.batch-not-summed")


PAIRS: tuple[tuple[Given, Given, set[str]], ...] = (
    (1, 2, set()),
    ((1, 2), (3, 4), set()),
    (BATCH, BIAS, {name for name, _ in FAULTS}),
)


@pytest.mark.parametrize(("a", "b", "named"), PAIRS)
def test_the_faults_of_a_batch_are_there_only_with_a_batch(a: Given, b: Given, named: set[str]) -> None:
    tape = Tape()
    added = tape.leaf(a) + tape.leaf(b)
    found = {fault.name for fault in applicable(added, 1)}
    assert {name for name in found if name.startswith("add.batch")} == named


def test_at_0_the_power_0_has_slope_0_and_the_power_1_slope_1() -> None:
    rule = OPS["power"].vjp[0]
    assert (rule(1.0, 1.0, 0.0, 0.0), rule(1.0, 0.0, 0.0, 1.0)) == (0.0, 1.0)
    assert np.array_equal(rule(np.ones(2), np.ones(2), np.zeros(2), 0.0), [0, 0])
