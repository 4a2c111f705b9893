"""Every row, against the checker and an independent engine; kinks, edges and faults by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_vjp
from autograd.tracer import getval

from bpdrill.autograd import OPS, Op, Tape, check_op
from bpdrill.autograd.values import Given, settled, sum_to

ROWS = sorted(OPS.values(), key=lambda op: op.name)


def oracle_softmax(z: Any, axis: Any = -1) -> Any:
    exponentials = anp.exp(z - anp.max(z))
    return exponentials / anp.sum(exponentials, axis=int(axis), keepdims=True)


def oracle_softmax_ce(z: Any, y: Any, mean: Any = 0) -> Any:
    loss = -anp.sum(y * anp.log(oracle_softmax(z)))
    return loss / (z.size / z.shape[-1]) if mean else loss


def oracle_bce(p: Any, y: Any) -> Any:
    return -anp.mean(y * anp.log(p) + (1 - y) * anp.log(1 - p))


def oracle_logistic(a: Any) -> Any:
    return 1 / (1 + anp.exp(-a))


def oracle_erf(a: Any) -> Any:
    terms = ((-1) ** n * a ** (2 * n + 1) / (math.factorial(n) * (2 * n + 1)) for n in range(60))
    return sum(terms) * 2 / math.sqrt(math.pi)


def oracle_reduction(reduce: Callable[..., Any]) -> Callable[..., Any]:
    def reduced(a: Any, axis: Any = None, keep: Any = 0, *more: Any) -> Any:
        over = None if axis is None else int(axis)
        return reduce(a, over, *more, keepdims=bool(keep and over is not None))

    return reduced


def oracle_variance(a: Any, over: Any, ddof: Any = 0, *, keepdims: bool) -> Any:
    squares = (a - anp.mean(a, over, keepdims=True)) ** 2
    return (
        anp.mean(squares, over, keepdims=keepdims)
        * (n := a.size if over is None else a.shape[over])
        / (n - ddof)
    )


def oracle_spread(reduced: Any, a: Any, axis: Any = None, keep: Any = 0) -> Any:
    return (reduced if axis is None or keep else anp.expand_dims(reduced, int(axis))) + 0 * a


def straight_through(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a: a + getval(function(a) - a)


def oracle_matmul(a: Any, b: Any) -> Any:
    return anp.matmul(anp.reshape(a, (-1, 1)) if (a.ndim, b.ndim) == (1, 2) else a, b)


def oracle_windows(x: Any, widths: Any, stride: Any = 1, pad: Any = 0, dilation: Any = 1) -> tuple[Any, Any]:
    """Every window (..., *widths) of the last axes, in reading order, and how many there are on each axis."""
    stride, pad, dilation = int(stride), int(pad), int(dilation)
    lead = x.ndim - len(widths)
    padded = anp.pad(x, [(0, 0)] * lead + [(pad, pad)] * len(widths), mode="constant")
    spans = [dilation * (width - 1) + 1 for width in widths]
    stops = [len(range(0, n - span + 1, stride)) for n, span in zip(padded.shape[lead:], spans, strict=True)]
    starts = [[stride * place for place in stop] for stop in np.ndindex(*stops)]
    cells = [[slice(i, i + s, dilation) for i, s in zip(start, spans, strict=True)] for start in starts]
    return [padded[(..., *cell)] for cell in cells], stops


def oracle_convolution(axes: int) -> Callable[..., Any]:
    def convolve(x: Any, kernel: Any, *settings: Any) -> Any:
        filters = anp.reshape(kernel, (1,) * (axes + 2 - kernel.ndim) + kernel.shape)
        images = anp.reshape(x, (1,) * (axes + 2 - x.ndim) + x.shape)
        windows, stops = oracle_windows(images, kernel.shape[-axes:], *settings)
        sums = [
            [anp.sum(window * one, axis=tuple(range(1, axes + 2))) for one in filters] for window in windows
        ]
        output = anp.moveaxis(anp.array(sums), 0, -1)  # (out, n, windows)
        own = (*x.shape[: -axes - 1], *kernel.shape[:-axes][:1], *stops)
        return anp.reshape(anp.moveaxis(output, 0, 1), own)

    return convolve


def oracle_pool(reduce: Callable[..., Any]) -> Callable[..., Any]:
    def pool(x: Any, axes: Any, size: Any, stride: Any = None) -> Any:
        windows, stops = oracle_windows(x, (int(size),) * int(axes), size if stride is None else stride)
        each = [reduce(window, axis=tuple(range(-int(axes), 0))) for window in windows]
        return anp.reshape(anp.stack(each, axis=-1), (*x.shape[: -int(axes)], *stops))

    return pool


def backwards(function: Callable[..., Any], argument: int) -> Callable[..., Any]:
    """The oracle's own pull-back to one argument, as a function of the upstream and of all arguments."""

    def pulled(upstream: Any, *arguments: Any) -> Any:
        gradient = make_vjp(function, argument)(*arguments)[0](upstream)
        return gradient + 0 * arguments[argument]  # or the oracle warns that it does not depend on it

    return pulled


def oracle_pick(values: Any, x: Any, *settings: Any) -> Any:
    """Routing to the largest cells, pulled back."""
    upstream = anp.zeros(oracle_max(x, *settings).shape)
    return make_vjp(backwards(oracle_max, 0), 0)(upstream, x, *settings)[0](values) + 0 * anp.sum(x)


oracle_conv1d, oracle_conv2d = oracle_convolution(1), oracle_convolution(2)
oracle_max, oracle_average = oracle_pool(anp.max), oracle_pool(anp.mean)


def oracle_index(a: Any, i: Any) -> Any:
    return a[np.asarray(i, dtype=int)]


def oracle_cut(x: Any, a: Any, axis: Any) -> Any:
    return anp.split(x, [a.shape[int(axis)]], axis=int(axis))


def oracle_norm(axis: int) -> Callable[..., Any]:
    def norm(x: Any, gamma: Any, beta: Any, eps: Any = 1e-5) -> Any:
        variance = anp.var(x, axis=axis, keepdims=True)
        return gamma * (x - anp.mean(x, axis=axis, keepdims=True)) / anp.sqrt(variance + eps) + beta

    return norm


def oracle_rms_norm(x: Any, gamma: Any, eps: Any = 1e-6) -> Any:
    return gamma * x / anp.sqrt(anp.mean(x**2, axis=-1, keepdims=True) + eps)


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
    "sigmoid": oracle_logistic,
    "relu": lambda a: anp.maximum(a, 0.0),
    "abs": anp.abs,
    "greater": lambda a, b: (a > b) + 0 * a + 0 * b,
    "matmul": oracle_matmul,
    "outer": anp.outer,
    "transpose": lambda a: anp.reshape(a, (1, -1)) if a.ndim == 1 else anp.transpose(a),
    "leaky_relu": lambda a, slope=0.01: anp.where(a > 0, a, slope * a),
    "elu": lambda a, alpha=1.0: anp.where(a > 0, a, alpha * (anp.exp(a) - 1)),
    "softplus": lambda a: anp.log(1 + anp.exp(a)),
    "silu": lambda a: a * oracle_logistic(a),
    "erf": oracle_erf,
    "gelu": lambda a: a * (1 + oracle_erf(a / math.sqrt(2))) / 2,
    "maximum": anp.maximum,
    "minimum": anp.minimum,
    "where": lambda condition, a, b: (condition != 0) * a + (condition == 0) * b + 0 * condition,
    "clip": anp.clip,
    "dropout": lambda x, mask, keep=0.5: x * mask / keep,
    "sign": lambda a: anp.sign(a) + 0 * a,
    "sign_ste": straight_through(anp.sign),
    "round_ste": straight_through(anp.rint),
    "half": straight_through(lambda a: np.asarray(getval(a), np.float16).astype(np.float64)),
    "stop_gradient": lambda a: getval(a) + 0 * a,
    "sum": oracle_reduction(anp.sum),
    "mean": oracle_reduction(anp.mean),
    "max": oracle_reduction(anp.max),
    "var": oracle_reduction(oracle_variance),
    "logsumexp": oracle_reduction(
        lambda a, over, *, keepdims: anp.log(anp.sum(anp.exp(a), over, keepdims=keepdims))
    ),
    "spread_over": oracle_spread,
    "count": lambda a, axis=None: (a.size if axis is None else a.shape[int(axis)]) + 0 * anp.sum(a),
    "softmax": oracle_softmax,
    "log_softmax": lambda z, axis=-1: anp.log(oracle_softmax(z, axis)),
    "softmax_ce": oracle_softmax_ce,
    "mse": lambda p, y: anp.mean((p - y) ** 2),
    "bce_with_logits": lambda z, y: oracle_bce(oracle_logistic(z), y),
    "bce": oracle_bce,
    "batch_norm": oracle_norm(0),
    "batch_norm_eval": lambda x, gamma, beta, mean, variance, eps=1e-5: (
        gamma * (x - mean) / anp.sqrt(variance + eps) + beta
    ),
    "layer_norm": oracle_norm(-1),
    "rms_norm": oracle_rms_norm,
    "affine": lambda x, W, b: anp.dot(x, W) + b,
    "affine_weights": lambda x, upstream: anp.einsum("bn,bm->nm", *map(anp.atleast_2d, (x, upstream))),
    "conv1d": oracle_conv1d,
    "conv1d_input": lambda upstream, kernel, x, *settings: backwards(oracle_conv1d, 0)(
        upstream, x, kernel, *settings
    ),
    "conv1d_kernel": backwards(oracle_conv1d, 1),
    "conv2d": oracle_conv2d,
    "conv2d_input": lambda upstream, kernel, x, *settings: backwards(oracle_conv2d, 0)(
        upstream, x, kernel, *settings
    ),
    "conv2d_kernel": backwards(oracle_conv2d, 1),
    "maxpool1d": lambda x, *settings: oracle_max(x, 1, *settings),
    "maxpool2d": lambda x, *settings: oracle_max(x, 2, *settings),
    "maxpool_pick": oracle_pick,
    "maxpool_route": backwards(oracle_max, 0),
    "avgpool1d": lambda x, *settings: oracle_average(x, 1, *settings),
    "avgpool2d": lambda x, *settings: oracle_average(x, 2, *settings),
    "avgpool_average": oracle_average,
    "avgpool_share": backwards(oracle_average, 0),
    "dot": lambda a, b: anp.sum(a * b),
    "reshape": lambda a, shape: anp.reshape(a, np.asarray(shape, dtype=int)),
    "reshape_like": lambda a, like: anp.reshape(a, like.shape) + 0 * like,
    "index": oracle_index,
    "scatter_add": backwards(oracle_index, 0),
    "concatenate": lambda a, b, axis=0: anp.concatenate((a, b), int(axis)),
    "concatenate_head": lambda x, a, axis=0: oracle_cut(x, a, axis)[0] + 0 * a,
    "concatenate_tail": lambda x, a, axis=0: oracle_cut(x, a, axis)[1] + 0 * anp.sum(a),
    "diag": anp.diag,
    "trace": anp.trace,
    "solve": anp.linalg.solve,
    "inverse": anp.linalg.inv,
    "logdet": lambda A: anp.linalg.slogdet(A)[1],
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
