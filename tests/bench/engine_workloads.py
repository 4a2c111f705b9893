"""What the engines are timed on: each workload as a program for any engine, and its gradient by hand.

The gradient by hand is the least work that computes the answer: plain numpy that reuses its
buffers, and floats where the program is of scalars.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, Literal, TypeAlias

import engine_dag
import numpy as np

EPS = 1e-5
"""Of batch norm, the frameworks' usual one."""

UNUSED = np.empty(0)

Run: TypeAlias = Callable[[], tuple[Any, Sequence[Any]]]
"""Forward and backward once: the value, and the gradient, an entry for each parameter."""

Arrays: TypeAlias = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Program:
    """``program(ops, params, consts)`` is a scalar; ``ops`` are an engine's functions by name."""

    kind: Literal["few-nodes", "many-scalar-nodes"]
    program: Callable[[Any, Arrays, Arrays], Any]
    params: Arrays
    consts: Arrays
    by_hand: Run


@dataclass(frozen=True, slots=True)
class Jacobian:
    """All derivatives of ``fun(ops, A, a, b)``, a function of one array, at ``at``, by one mode."""

    fun: Callable[[Any, Any, Any, Any], Callable[[Any], Any]]
    mode: Literal["fwd", "rev"]
    at: Any
    A: Any
    a: Any
    b: Any
    outputs: int
    by_hand: Run
    kind: Literal["jacobian"] = "jacobian"

    def point(self) -> Any:
        return self.at


Workload: TypeAlias = Program | Jacobian


def squared_error() -> Program:
    """(w·x + b − y)², by all four."""
    given = (2.0, 3.0, 1.0, 8.0)

    def program(_ops: Any, params: Arrays, _consts: Arrays) -> Any:
        w, x, b, y = params
        error = w * x + b - y
        return error * error

    def by_hand() -> tuple[float, list[float]]:
        w, x, b, y = given
        error = w * x + b - y
        slope = 2 * error
        return error * error, [slope * x, slope * w, slope, -slope]

    return Program("few-nodes", program, given, (), by_hand)


def dag(count: int) -> Program:
    """A random graph of about ``count`` scalar nodes, with fan-out."""
    drawn = engine_dag.drawn(count, Random(7))
    written, gradient = engine_dag.program(drawn), engine_dag.gradient(drawn)

    def program(ops: Any, params: Arrays, _consts: Arrays) -> Any:
        return written(ops.tanh, ops.exp, *params)

    return Program(
        "many-scalar-nodes", program, drawn.leaves, (), lambda: gradient(math.tanh, math.exp, *drawn.leaves)
    )


def chain(length: int) -> Program:
    """x·w·w·…, with w = 1: ``length`` nodes, each the input of the next."""
    given = (0.5, 1.0)

    def program(_ops: Any, params: Arrays, _consts: Arrays) -> Any:
        y, w = params
        for _ in range(length):
            y = y * w
        return y

    def by_hand() -> tuple[float, list[float]]:
        y, w = given
        values = [y]
        for _ in range(length):
            y = y * w
            values.append(y)
        dy, dw = 1.0, 0.0
        for before in reversed(values[:-1]):
            dw += dy * before
            dy *= w
        return y, [dy, dw]

    return Program("many-scalar-nodes", program, given, (), by_hand)


def mlp(n_in: int, hidden: int, n_out: int, batch: int) -> Program:
    """Two layers with ReLU between, softmax cross-entropy averaged over the batch."""
    random = np.random.default_rng(3)
    params = (*layer(random, n_in, hidden), *layer(random, hidden, n_out))
    x, target = random.normal(size=(batch, n_in)), np.eye(n_out)[random.integers(0, n_out, batch)]

    def program(ops: Any, params: Arrays, consts: Arrays) -> Any:
        (W1, b1, W2, b2), (x, target) = params, consts
        return ops.softmax_ce(ops.relu(x @ W1 + b1) @ W2 + b2, target)

    def by_hand() -> tuple[float, list[Any]]:
        W1, b1, W2, b2 = params
        z1 = x @ W1
        z1 += b1
        h = np.maximum(z1, 0.0)
        z2 = h @ W2
        z2 += b2
        z2 -= z2.max(axis=1, keepdims=True)
        softmax = np.exp(z2)
        sums = softmax.sum(axis=1, keepdims=True)
        loss = (np.log(sums).sum() - (target * z2).sum()) / batch
        softmax /= sums
        dz2 = np.subtract(softmax, target, out=softmax)
        dz2 /= batch
        dz1 = dz2 @ W2.T
        dz1 *= z1 > 0
        return loss, [x.T @ dz1, dz1.sum(axis=0), h.T @ dz2, dz2.sum(axis=0)]

    return Program("few-nodes", program, params, (x, target), by_hand)


def layer(random: np.random.Generator, n_in: int, n_out: int, gain: float = 1.0) -> tuple[Any, Any]:
    """Weights of variance gain²/n_in, and a small bias."""
    return random.normal(size=(n_in, n_out)) * gain / math.sqrt(n_in), random.normal(size=n_out) * 0.1


def deep(layers: int, width: int) -> Program:
    """Sigmoid layers of one width, one example; the loss is the sum of the last."""
    random = np.random.default_rng(5)
    params = [entry for _ in range(layers) for entry in layer(random, width, width, gain=3.0)]
    x = random.normal(size=(1, width))

    def program(ops: Any, params: Arrays, consts: Arrays) -> Any:
        (h,) = consts
        for W, b in zip(params[::2], params[1::2], strict=True):
            h = ops.sigmoid(h @ W + b)
        return ops.sum(h)

    def by_hand() -> tuple[float, list[Any]]:
        weights, biases, states = params[::2], params[1::2], [x]
        for W, b in zip(weights, biases, strict=True):
            z = states[-1] @ W
            z += b
            np.exp(np.negative(z, out=z), out=z)
            z += 1.0
            states.append(np.reciprocal(z, out=z))
        upstream, gradients = np.ones_like(x), list[Any]()
        for W, s, h in zip(reversed(weights), reversed(states), reversed(states[:-1]), strict=False):
            dz = upstream * s
            dz *= 1.0 - s
            gradients += (dz.sum(axis=0), h.T @ dz)
            upstream = dz @ W.T
        return states[-1].sum(), gradients[::-1]

    return Program("few-nodes", program, params, (x,), by_hand)


def rnn(steps: int, batch: int, hidden: int = 32, n_in: int = 16) -> Program:
    """A plain recurrent network through time; the loss is the sum of the last state's squares."""
    random = np.random.default_rng(11)
    (Wh, _), (Wx, b) = layer(random, hidden, hidden), layer(random, n_in, hidden)
    inputs = [*random.normal(size=(steps, batch, n_in))]
    start = np.zeros((batch, hidden))

    def program(ops: Any, params: Arrays, consts: Arrays) -> Any:
        (Wh, Wx, b), (h, *inputs) = params, consts
        for x in inputs:
            h = ops.tanh(h @ Wh + x @ Wx + b)
        return ops.sum(h * h)

    def by_hand() -> tuple[float, list[Any]]:
        states = [start]
        for x in inputs:
            z = states[-1] @ Wh
            z += x @ Wx
            z += b
            states.append(np.tanh(z, out=z))
        last = states.pop()
        dWh, dWx, db = np.zeros_like(Wh), np.zeros_like(Wx), np.zeros_like(b)
        h, dh = last, 2.0 * last
        for x, before in zip(reversed(inputs), reversed(states), strict=True):
            dz = h * h
            np.subtract(1.0, dz, out=dz)
            dz *= dh
            dWh += before.T @ dz
            dWx += x.T @ dz
            db += dz.sum(axis=0)
            h, dh = before, dz @ Wh.T
        return (last * last).sum(), [dWh, dWx, db]

    return Program("few-nodes", program, (Wh, Wx, b), (start, *inputs), by_hand)


def batch_norm(batch: int, features: int) -> Program:
    """Batch norm in training, with each output weighed by a given number."""
    random = np.random.default_rng(13)
    x, upstream = random.normal(size=(2, batch, features))
    gamma, beta = random.normal(size=(2, features))

    def program(ops: Any, params: Arrays, consts: Arrays) -> Any:
        return ops.sum(ops.batch_norm(*params) * consts[0])

    def by_hand() -> tuple[float, list[Any]]:
        hat = x - x.sum(axis=0) / batch
        inverse = 1.0 / np.sqrt((hat * hat).sum(axis=0) / batch + EPS)
        hat *= inverse
        y = hat * gamma
        y += beta
        y *= upstream
        loss = y.sum()
        dbeta, dgamma = upstream.sum(axis=0), np.multiply(upstream, hat, out=y).sum(axis=0)
        dx = upstream - dbeta / batch
        hat *= dgamma / batch
        dx -= hat
        dx *= gamma * inverse
        return loss, [dx, dgamma, dbeta]

    return Program("few-nodes", program, (x, gamma, beta), (upstream,), by_hand)


def many_to_one(mode: Literal["fwd", "rev"], n: int = 100) -> Jacobian:
    """Of R^n → R: the sum of tanh(A x + b)², with n/2 hidden."""
    random = np.random.default_rng(17)
    x, b, A = random.normal(size=n), random.normal(size=n // 2), random.normal(size=(n // 2, n)) / n**0.5

    def fun(ops: Any, A: Any, _a: Any, b: Any) -> Callable[[Any], Any]:
        def function(x: Any) -> Any:
            h = ops.tanh(A @ x + b)
            return ops.sum(h * h)

        return function

    def by_hand() -> tuple[float, list[Any]]:
        h = np.tanh(A @ x + b)
        return h @ h, [(2.0 * h * (1.0 - h * h)) @ A]

    return Jacobian(fun, mode, x, A, UNUSED, b, 1, by_hand)


def one_to_many(mode: Literal["fwd", "rev"], n: int = 100) -> Jacobian:
    """Of R → R^n: tanh(a·t + b)·t."""
    random = np.random.default_rng(19)
    a, b = random.normal(size=(2, n))
    t = np.array([0.7])

    def fun(ops: Any, _A: Any, a: Any, b: Any) -> Callable[[Any], Any]:
        return lambda t: ops.tanh(a * t + b) * t

    def by_hand() -> tuple[Any, list[Any]]:
        h = np.tanh(a * t + b)
        return h * t, [((1.0 - h * h) * a * t + h).reshape(n, 1)]

    return Jacobian(fun, mode, t, UNUSED, a, b, n, by_hand)


WORKLOADS: Mapping[str, Callable[[], Workload]] = {
    "scalar": squared_error,
    "dag-1000": partial(dag, 1_000),
    "dag-20000": partial(dag, 20_000),
    "mlp-2-2-2": partial(mlp, 2, 2, 2, batch=1),
    "mlp-784-256-10": partial(mlp, 784, 256, 10, batch=1),
    "mlp-784-256-10-batch-64": partial(mlp, 784, 256, 10, batch=64),
    "deep-100": partial(deep, layers=100, width=32),
    "rnn-256": partial(rnn, steps=256, batch=1),
    "batchnorm-64-128": partial(batch_norm, 64, 128),
    "jacobian-100-1-reverse": partial(many_to_one, "rev"),
    "jacobian-100-1-forward": partial(many_to_one, "fwd"),
    "jacobian-1-100-reverse": partial(one_to_many, "rev"),
    "jacobian-1-100-forward": partial(one_to_many, "fwd"),
}
"""Each by its name; made only when it is run, for to write out 20,000 nodes takes a second."""
