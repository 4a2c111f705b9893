"""Every row, against the checker and an independent engine; kinks, edges and faults by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_vjp

from bpdrill.autograd import OPS, Op, Tape, check_op
from bpdrill.autograd.values import Given, settled, sum_to

ROWS = sorted(OPS.values(), key=lambda op: op.name)


def oracle_softmax(z: Any) -> Any:
    exponentials = anp.exp(z - anp.max(z))
    return exponentials / anp.sum(exponentials, axis=-1, keepdims=True)


def oracle_matmul(a: Any, b: Any) -> Any:
    return anp.matmul(anp.reshape(a, (-1, 1)) if (a.ndim, b.ndim) == (1, 2) else a, b)


ORACLES: dict[str, Callable[..., Any]] = {
    "add": anp.add,
    "sub": anp.subtract,
    "mul": anp.multiply,
    "div": anp.divide,
    "neg": anp.negative,
    "power": anp.power,
    "exp": anp.exp,
    "log": anp.log,
    "sqrt": anp.sqrt,
    "sin": anp.sin,
    "cos": anp.cos,
    "tanh": anp.tanh,
    "sigmoid": lambda a: 1 / (1 + anp.exp(-a)),
    "relu": lambda a: anp.maximum(a, 0.0),
    "abs": anp.abs,
    "greater": lambda a, b: (a > b) + 0 * a + 0 * b,
    "matmul": oracle_matmul,
    "outer": anp.outer,
    "transpose": lambda a: anp.reshape(a, (1, -1)) if a.ndim == 1 else anp.transpose(a),
    "sum": anp.sum,
    "mean": anp.mean,
    "softmax": oracle_softmax,
    "softmax_ce": lambda z, y: -anp.sum(y * anp.log(oracle_softmax(z))),
}

BATCH = ((0.3, -1.2, 2.0), (1.0, 0.5, -0.4))
TARGETS = ((0.0, 1.0, 0.0), (0.2, 0.5, 0.3))

CASES = [(op, specimen) for op in ROWS for specimen in op.specimens] + [
    (OPS["softmax"], (BATCH,)),
    (OPS["softmax_ce"], (BATCH, TARGETS)),
]


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_every_row_is_sound(op: type[Op]) -> None:
    assert check_op(op) == []


@pytest.mark.parametrize(("op", "specimen"), CASES, ids=lambda given: getattr(given, "name", None))
def test_every_row_agrees_with_an_independent_engine(op: type[Op], specimen: tuple[Given, ...]) -> None:
    arguments = tuple(settled(given) for given in specimen)
    y = settled(op.forward(*arguments))
    ct = settled(np.cos(np.arange(1.0, 1.0 + np.size(y))).reshape(np.shape(y)))
    for argument, rule in enumerate(op.vjp):
        vjp, output = make_vjp(ORACLES[op.name], argument)(*(np.asarray(value) for value in arguments))
        assert y == pytest.approx(np.asarray(output))
        share = sum_to(settled(rule(ct, y, *arguments)), np.shape(arguments[argument]))
        assert share == pytest.approx(np.asarray(vjp(np.asarray(ct))))


KINKS = (
    ("relu", 0.0, 0.0),
    ("abs", 0.0, 0.0),
    ("sigmoid", -1000.0, 0.0),
    ("sigmoid", 1000.0, 0.0),
    ("sigmoid", 0.0, 0.25),
    ("tanh", 1000.0, 0.0),
)


@pytest.mark.parametrize(("op", "at", "slope"), KINKS)
def test_slopes_at_kinks_and_far_out(op: str, at: float, slope: float) -> None:
    tape = Tape()
    x, xs = tape.leaf(at), tape.leaf((at, at))
    assert tape.pull_back(tape.apply(op, x)).of(x) == slope
    assert np.array_equal(tape.pull_back(tape.apply(op, xs), (1, 1)).of(xs), [slope, slope])


@pytest.mark.parametrize(("n", "slope"), [(0, 0.0), (1, 1.0), (2, 0.0)])
def test_powers_have_their_slope_at_0(n: int, slope: float) -> None:
    tape = Tape()
    x = tape.leaf(0)
    assert tape.pull_back(x**n).of(x) == slope


def test_softmax_ce_at_extreme_logits() -> None:
    tape = Tape()
    z = tape.leaf((1000, -1000))
    loss = tape.apply("softmax_ce", z, (0, 1))
    assert loss.value == 2000.0
    assert np.array_equal(tape.pull_back(loss).of(z), [1.0, -1.0])


def test_softmax_ce_demands_equal_shapes() -> None:
    tape = Tape()
    with pytest.raises(ValueError, match="must have one shape"):
        tape.apply("softmax_ce", tape.leaf((1, 2, 3)), (0, 1))


LOGITS, TARGET, SHARES = (0.0, 0.0), (1.0, 0.0), (0.5, 0.5)

FAULTS = (
    # name, argument, values of the op's arguments, upstream, what the mistaken learner gets
    ("add.split", 0, (2, 3), 4, 2),
    ("sub.second-sign-lost", 1, (2, 3), 4, 4),
    ("mul.own-value", 0, (2, 3), 4, 8),
    ("mul.own-value", 1, (2, 3), 4, 12),
    ("div.sign-lost", 1, (6, 2), 4, 6),
    ("div.square-lost", 1, (6, 2), 4, -12),
    ("power.factor-lost", 0, (5, 2), -2, -10),
    ("power.exponent-kept", 0, (5, 2), -2, -100),
    ("exp.input-for-output", 0, (0.5,), 4, 2),
    ("log.output-for-input", 0, (np.e**2,), 4, 2),
    ("tanh.square-lost", 0, (0,), 4, 4),
    ("sigmoid.one-minus-lost", 0, (0,), 4, 2),
    ("sigmoid.input-for-output", 0, (3,), 4, -24),
    ("sigmoid.derivative-of-output", 0, (0,), 4, 0.940014848806378),
    ("relu.mask-forgotten", 0, ((-1, 2),), (3, -5), (3, -5)),
    ("relu.mask-on-upstream", 0, ((-1, 2),), (3, -5), (3, 0)),
    ("mean.count-lost", 0, ((1, 2),), 4, (4, 4)),
    ("softmax.diagonal-only", 0, (LOGITS,), (4, 8), (1, 2)),
    ("softmax_ce.reversed", 0, (LOGITS, TARGET), 2, (1, -1)),
    ("softmax_ce.target-lost", 0, (LOGITS, TARGET), 2, (1, 1)),
    ("softmax_ce.derivative-twice", 0, (LOGITS, TARGET), 2, (-0.25, 0.25)),
    ("matmul.transpose-missing", 1, (((1, 2), (3, 4)), (5, 6)), (1, 10), (21, 43)),
    ("matmul.swapped", 0, (((1, 2), (3, 4)), (5, 6)), (1, 10), ((5, 50), (6, 60))),
    ("outer.elementwise", 0, ((1, 2), (3, 4)), ((1, 10), (100, 1000)), (3, 4000)),
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
    arguments = tuple(settled(value) for value in given)
    y = settled(op.forward(*arguments))
    assert rule(settled(upstream), y, *arguments) == pytest.approx(settled(wrong))


@pytest.mark.parametrize("op", ROWS, ids=lambda op: op.name)
def test_faults_are_named_after_their_op_and_once_per_argument(op: type[Op]) -> None:
    keys = [(fault.name, fault.argument) for fault in op.faults]
    assert all(name.startswith(f"{op.name}.") and argument < len(op.vjp) for name, argument in keys)
    assert len(set(keys)) == len(keys)
