"""What passes a gate: ties, bounds, straight-through, stopped and dropped gradients; and the faults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpdrill.autograd import OPS, Tape
from bpdrill.autograd.values import Given, settled

SHARES: tuple[tuple[str, tuple[Given, ...], tuple[Given, ...]], ...] = (
    # op, arguments and settings, what each argument gets of an upstream of 1
    ("maximum", (2, 1), (1, 0)),
    ("maximum", (1, 1), (0.5, 0.5)),
    ("maximum", ((1, 2, 3), 2), ((0, 0.5, 1), 1.5)),
    ("minimum", (2, 1), (0, 1)),
    ("minimum", ((1, 2, 3), (2, 2, 2)), ((1, 0.5, 0), (0, 0.5, 1))),
    ("where", ((1, 0, -1), (4, 5, 6), 7), ((0, 0, 0), (1, 0, 1), 1)),
    ("where", (0, 4, 5), (0, 0, 1)),
    ("clip", ((-2, -1, 0, 1, 2), -1, 1), ((0, 0, 1, 0, 0),)),
    ("clip", (6, 0, 6), (0,)),
    ("sign", ((-2, 0, 3),), ((0, 0, 0),)),
    ("sign_ste", ((-2, 0, 3),), ((1, 1, 1),)),
    ("round_ste", ((0.5, 1.5, -0.2),), ((1, 1, 1),)),
    ("half", ((1e-9, 0.1),), ((1, 1),)),
    ("stop_gradient", ((1, 2),), ((0, 0),)),
    ("dropout", ((1, 2, 3), (1, 0, 1), 0.8), ((1.25, 0, 1.25), (1.25, 2.5, 3.75))),
    ("dropout", (3, 1), (2, 6)),
)


@pytest.mark.parametrize(("name", "given", "shares"), SHARES)
def test_what_passes_back(name: str, given: tuple[Given, ...], shares: tuple[Given, ...]) -> None:
    tape, count = Tape(), len(OPS[name].vjp)
    leaves = [tape.leaf(value) for value in given[:count]]
    root = tape.apply(name, *leaves, *given[count:])
    found = tape.pull_back(root, np.ones(np.shape(root.value)))
    for leaf, share in zip(leaves, shares, strict=True):
        assert found.of(leaf) == pytest.approx(settled(share))


FORWARD: tuple[tuple[str, tuple[Given, ...], Given], ...] = (
    ("where", ((1, 0, -1), (4, 5, 6), 7), (4, 7, 6)),
    ("clip", ((-2, 0.5, 2), -1, 1), (-1, 0.5, 1)),
    ("clip", (0.5, 1, 2), 1),
    ("sign", ((-2, 0, 3),), (-1, 0, 1)),
    ("round_ste", ((0.5, 1.5, -0.2, 2.6),), (0, 2, 0, 3)),
    ("round_ste", (2.5,), 2),
    ("half", ((1e-9, 6e-8, 1 + 2**-12),), (0, 2**-24, 1)),
    ("dropout", ((1, 2, 3), (1, 0, 1)), (2, 0, 6)),
)


@pytest.mark.parametrize(("name", "given", "value"), FORWARD)
def test_what_passes_forward(name: str, given: tuple[Given, ...], value: Given) -> None:
    arguments = [settled(each) for each in given]
    assert np.array_equal(settled(OPS[name].forward(*arguments)), settled(value))


@pytest.mark.parametrize("name", ["sign_ste", "round_ste", "half", "stop_gradient"])
def test_the_rules_are_those_of_the_surrogate(name: str) -> None:
    row, a, step = OPS[name], np.array([-1.3, 0.2, 2.6]), 1e-6
    surrogate = row.surrogate
    assert surrogate
    slope = (surrogate(a + step) - surrogate(a - step)) / (2 * step)
    assert row.vjp[0](1.0, a, a) * np.ones(3) == pytest.approx(slope)
    assert row.jvp[0](np.ones(3), a, a) == pytest.approx(slope)


def test_a_number_too_large_for_half_is_refused_not_turned_into_infinity() -> None:
    with pytest.raises(ValueError, match="not finite"):
        Tape().leaf(70000).tape.apply("half", 70000)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("clip", 1.0, 2.0, -2.0), "the lower bound 2 lies above the upper one, -2"),
        (("dropout", 1.0, 1.0, 0.0), "the share that is kept lies above 0"),
        (("dropout", 1.0, 1.0, 2.0), "the share that is kept lies above 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(given: tuple[Any, ...], says: str) -> None:
    name, value, *settings = given
    tape = Tape()
    with pytest.raises(ValueError, match=says):
        tape.apply(name, tape.leaf(value), *settings)


FAULTS: tuple[tuple[str, int, tuple[Given, ...], Given, Given], ...] = (
    # name, argument, arguments and settings, upstream, what the mistaken learner gets
    ("maximum.gradient-to-both", 1, (2, 1), 4, 4),
    ("minimum.gradient-to-both", 0, (2, 1), 4, 4),
    ("where.gradient-to-both", 1, (0, 4, 5), 3, 3),
    ("where.swapped", 1, ((1, 0), (4, 5), (6, 7)), (3, 8), (0, 8)),
    ("where.swapped", 2, ((1, 0), (4, 5), (6, 7)), (3, 8), (3, 0)),
    ("clip.passed-through", 0, (9, 0, 6), 4, 4),
    ("dropout.scale-lost", 0, ((1, 2), (1, 0)), (4, 6), (4, 0)),
    ("dropout.fresh-mask", 0, ((1, 2), (1, 0)), (4, 6), (0, 12)),
    ("dropout.mask-forgotten", 0, ((1, 2), (1, 0)), (4, 6), (4, 6)),
    ("sign.passed-through", 0, (2,), 4, 4),
    ("stop_gradient.passed-through", 0, (2,), 4, 4),
    ("round_ste.gradient-stopped", 0, (2,), 4, 0),
)


@pytest.mark.parametrize(("name", "argument", "given", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str,
    argument: int,
    given: tuple[Given, ...],
    upstream: Given,
    wrong: Given,
) -> None:
    op = OPS[name.split(".", maxsplit=1)[0]]
    rule = next(fault.rule for fault in op.faults if (fault.name, fault.argument) == (name, argument))
    arguments = [settled(value) for value in given]
    y = settled(op.forward(*arguments))
    assert rule(settled(upstream), y, *arguments) == pytest.approx(settled(wrong))
