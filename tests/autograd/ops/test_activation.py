"""Activations at their kinks and far out, in both modes and by the symbolic rule; and their faults."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from bpdrill.autograd import OPS
from bpdrill.autograd.second import constant
from bpdrill.autograd.values import Value, settled
from bpdrill.model.tree import Symbol, interpret

SLOPES = (
    # op, a, setting, derivative
    ("relu", 0.0, (), 0.0),
    ("leaky_relu", 0.0, (), 0.01),
    ("leaky_relu", 0.0, (0.25,), 0.25),
    ("leaky_relu", -1000.0, (0.25,), 0.25),
    ("elu", 0.0, (), 1.0),
    ("elu", 0.0, (0.5,), 0.5),
    ("elu", 1000.0, (0.5,), 1.0),
    ("elu", -1000.0, (0.5,), 0.0),
    ("sigmoid", 0.0, (), 0.25),
    ("sigmoid", 1000.0, (), 0.0),
    ("sigmoid", -1000.0, (), 0.0),
    ("softplus", 0.0, (), 0.5),
    ("softplus", 1000.0, (), 1.0),
    ("softplus", -1000.0, (), 0.0),
    ("silu", 0.0, (), 0.5),
    ("silu", 1000.0, (), 1.0),
    ("silu", -1000.0, (), 0.0),
    ("gelu", 0.0, (), 0.5),
    ("gelu", 1000.0, (), 1.0),
    ("gelu", -1000.0, (), 0.0),
    ("erf", 0.0, (), 2 / math.sqrt(math.pi)),
    ("erf", 1000.0, (), 0.0),
)


def written(name: str, y: Value, a: Value, settings: tuple[float, ...]) -> Value:
    values = {"ct": 1.0, "y": y, "a": a} | {f"s{place}": value for place, value in enumerate(settings)}
    tree = OPS[name].symbolic[0](*map(Symbol, values))
    found: Value = interpret(tree, values, constant, lambda op, args: OPS[op].forward(*args))
    return found


@pytest.mark.parametrize(("name", "at", "settings", "slope"), SLOPES)
def test_slopes_at_kinks_and_far_out(
    name: str,
    at: float,
    settings: tuple[float, ...],
    slope: float,
) -> None:
    op = OPS[name]
    for a in (at, np.array([at, at])):
        y = op.forward(a, *settings)
        for found in (
            op.vjp[0](1.0, y, a, *settings),
            op.jvp[0](1.0, y, a, *settings),
            written(name, y, a, settings),
        ):
            assert found == pytest.approx(np.full(np.shape(a), slope), abs=0)


@pytest.mark.parametrize("a", [-30.0, -3.0, -1e-9, 0.0, 0.4, 5.0, 30.0])
def test_values_agree_with_mpmath(a: float) -> None:
    x = mpmath.mpf(a)
    exact = {
        "gelu": x * mpmath.ncdf(x),
        "silu": x / (1 + mpmath.exp(-x)),
        "softplus": mpmath.log1p(mpmath.exp(x)),
        "elu": x if a > 0 else mpmath.expm1(x),
        "leaky_relu": x if a > 0 else x / 100,
    }
    for name, value in exact.items():
        assert OPS[name].forward(a) == pytest.approx(float(value), rel=1e-13, abs=1e-16)
        assert OPS[name].forward(np.array([a, a])) == pytest.approx([float(value)] * 2, rel=1e-13, abs=1e-16)


S = 1 / (1 + math.exp(-2))
"""The sigmoid of 2."""

FAULTS = (
    # name, a, setting, upstream, what the mistaken learner gets
    ("leaky_relu.slope-lost", (-1, 2), (0.1,), (3, 5), (0, 5)),
    ("leaky_relu.mask-forgotten", (-1, 2), (0.1,), (3, 5), (3, 5)),
    ("elu.alpha-lost", (-1, 2), (2.0,), (1, 5), (2 * math.exp(-1) - 2, 5)),
    ("elu.negative-side-lost", (-1, 2), (2.0,), (1, 5), (0, 5)),
    ("softplus.inner-lost", 2, (), 4, 4 * (1 - S)),
    ("softplus.derivative-twice", 2, (), 4, 4 * S * (1 - S)),
    ("silu.gate-constant", 2, (), 4, 4 * S),
    ("silu.input-constant", 2, (), 4, 8 * S * (1 - S)),
    ("gelu.gate-constant", 0, (), 4, 2),
    ("gelu.input-constant", 0, (), 4, 0),
    ("erf.factor-lost", 0, (), 4, 4),
)


@pytest.mark.parametrize(("name", "a", "setting", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str,
    a: float,
    setting: tuple[float, ...],
    upstream: float,
    wrong: float,
) -> None:
    op = OPS[name.split(".", maxsplit=1)[0]]
    rule = next(fault.rule for fault in op.faults if fault.name == name)
    given = settled(a)
    y = settled(op.forward(given, *setting))
    assert rule(settled(upstream), y, given, *setting) == pytest.approx(settled(wrong))
