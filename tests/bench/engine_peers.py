"""The engines that are timed, ours and others: how each is loaded, and how it runs a workload.

An engine has a ``name``; ``load`` raises ImportError where it is not installed; ``prepare`` gives
what is timed, a function that builds the graph anew each time and differentiates it, or raises
Unsupported.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module, metadata
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol

import numpy as np
from engine_adapter import OPS, BpdrillAdapter
from engine_workloads import EPS, Jacobian, Program, Run, Workload

from bpdrill.autograd import Tape

MOST_SCALARS = 200
"""So many parameters at most for an engine that makes a node of each number."""


class Unsupported(Exception):  # noqa: N818  a limit of the engine, not an error
    """The engine has no way to run this workload; says why."""


class Engine(Protocol):
    """What the benchmark asks of an engine."""

    name: str
    native: bool
    """Whether its arrays are where Python's own account of memory does not look."""

    def load(self) -> None: ...
    def version(self) -> str: ...
    def prepare(self, workload: Any) -> Run: ...


class Bpdrill(BpdrillAdapter):
    """Our engine on a lean tape, by ``value_and_gradient`` and ``jacobian_matrix``."""

    native = False


class BpdrillTrace(Bpdrill):
    """Our engine with every node and gradient kept, as for the eyes of a learner."""

    name = "bpdrill-trace"

    def prepare(self, workload: Any) -> Run:
        if workload.kind == "jacobian":
            raise Unsupported("a trace shows one gradient")

        def run() -> tuple[Any, Sequence[Any]]:
            tape = Tape()
            leaves = [tape.leaf(value) for value in workload.params]
            loss = workload.program(OPS, leaves, workload.consts)
            gradients = tape.pull_back(loss)
            return loss.value, [gradients.of(leaf) for leaf in leaves]

        return run


class Peer(ABC):
    """Another engine, under the name of its package."""

    name: str
    package: ClassVar[str]
    native = False

    def load(self) -> None:
        self.engine: Any = import_module(self.package)

    def version(self) -> str:
        return metadata.version(self.package)

    def prepare(self, workload: Workload) -> Run:
        return self.jacobian(workload) if workload.kind == "jacobian" else self.gradient(workload)

    @abstractmethod
    def gradient(self, workload: Program) -> Run: ...

    def jacobian(self, _workload: Jacobian) -> Run:
        raise Unsupported("it has no Jacobians")


def numpy_like(np: Any) -> SimpleNamespace:
    """The ops of an engine that differentiates functions of a numpy."""

    def softmax_ce(z: Any, target: Any) -> Any:
        z = z - np.max(z, axis=1, keepdims=True)
        return np.sum(target * (np.log(np.sum(np.exp(z), axis=1, keepdims=True)) - z)) / len(target)

    def batch_norm(x: Any, gamma: Any, beta: Any) -> Any:
        centred = x - np.mean(x, axis=0)
        return centred / np.sqrt(np.mean(centred * centred, axis=0) + EPS) * gamma + beta

    return SimpleNamespace(
        tanh=np.tanh,
        exp=np.exp,
        sum=np.sum,
        relu=lambda z: np.maximum(z, 0.0),
        sigmoid=lambda z: 1.0 / (1.0 + np.exp(-z)),
        softmax_ce=softmax_ce,
        batch_norm=batch_norm,
    )


class Hips(Peer):
    """HIPS autograd."""

    name, package = "hips", "autograd"

    def gradient(self, workload: Program) -> Run:
        ops = numpy_like(import_module("autograd.numpy"))
        run = self.engine.value_and_grad(lambda params: workload.program(ops, params, workload.consts))
        return partial(run, [*workload.params])

    def jacobian(self, workload: Jacobian) -> Run:
        function = workload.fun(
            numpy_like(import_module("autograd.numpy")), workload.A, workload.a, workload.b
        )
        if workload.mode == "rev":
            by = self.engine.grad if workload.outputs == 1 else self.engine.jacobian
            return lambda: (None, [by(function)(workload.at)])
        push, units = self.engine.make_jvp(function)(workload.at), np.eye(len(workload.at))
        return lambda: (None, [np.stack([push(unit)[1] for unit in units], axis=-1)])


class Torch(Peer):
    """PyTorch on one thread."""

    name, package, native = "torch", "torch", True

    def load(self) -> None:
        super().load()
        self.engine.set_num_threads(1)
        functional = self.engine.nn.functional
        self.ops = SimpleNamespace(
            tanh=self.engine.tanh,
            exp=self.engine.exp,
            sum=self.engine.sum,
            relu=self.engine.relu,
            sigmoid=self.engine.sigmoid,
            softmax_ce=functional.cross_entropy,
            batch_norm=lambda x, gamma, beta: functional.batch_norm(
                x, None, None, gamma, beta, training=True, eps=EPS
            ),
        )

    def tensors(self, arrays: Sequence[Any], *, by: bool = False) -> list[Any]:
        """Tensors of float64; ``by`` which to differentiate, or not."""
        return [self.engine.tensor(a, dtype=self.engine.float64, requires_grad=by) for a in arrays]

    def gradient(self, workload: Program) -> Run:
        params, consts = self.tensors(workload.params, by=True), self.tensors(workload.consts)

        def run() -> tuple[Any, Sequence[Any]]:
            loss = workload.program(self.ops, params, consts)
            return loss, self.engine.autograd.grad(loss, params)

        return run

    def jacobian(self, workload: Jacobian) -> Run:
        function = workload.fun(self.ops, *self.tensors((workload.A, workload.a, workload.b)))
        (at,) = self.tensors([workload.at], by=workload.mode == "rev" and workload.outputs == 1)
        if at.requires_grad:
            return lambda: (None, self.engine.autograd.grad(function(at), at))
        by = self.engine.func.jacrev if workload.mode == "rev" else self.engine.func.jacfwd
        return lambda: (None, [by(function)(at)])


class Mygrad(Peer):
    """MyGrad, in reverse only."""

    name, package = "mygrad", "mygrad"

    def load(self) -> None:
        super().load()
        nnet = import_module("mygrad.nnet")
        self.ops = SimpleNamespace(
            tanh=self.engine.tanh,
            exp=self.engine.exp,
            sum=self.engine.sum,
            relu=nnet.activations.relu,
            sigmoid=nnet.activations.sigmoid,
            softmax_ce=lambda z, target: nnet.losses.softmax_crossentropy(z, target.argmax(axis=1)),
            batch_norm=lambda x, gamma, beta: nnet.layers.batchnorm(x, gamma=gamma, beta=beta, eps=EPS),
        )

    def gradient(self, workload: Program) -> Run:
        def run() -> tuple[Any, Sequence[Any]]:
            params = [self.engine.tensor(value, copy=False) for value in workload.params]
            loss = workload.program(self.ops, params, workload.consts)
            loss.backward()
            return loss, [param.grad for param in params]

        return run

    def jacobian(self, workload: Jacobian) -> Run:
        if workload.mode == "fwd":
            raise Unsupported("it has no forward mode")
        function = workload.fun(self.ops, workload.A, workload.a, workload.b)

        def row(unit: Any) -> Any:
            """The graph is gone after each walk back: every row needs its own."""
            at = self.engine.tensor(workload.at, copy=False)
            function(at).backward(unit)
            return at.grad

        if workload.outputs == 1:
            return lambda: (None, [row(None)])
        units = np.eye(workload.outputs)
        return lambda: (None, [np.stack([row(unit) for unit in units])])


class Micrograd(Peer):
    """micrograd, a node for each number; arrays are numpy's, of its values. What it lacks is written here."""

    name, package = "micrograd", "micrograd"

    def load(self) -> None:
        self.engine = import_module("micrograd.engine")
        tanh = self.unary(math.tanh, lambda _, y: 1 - y * y)
        exp, log = self.unary(math.exp, lambda _, y: y), self.unary(math.log, lambda x, _: 1 / x)
        relu, exps, logs = (np.frompyfunc(f, 1, 1) for f in (lambda x: x.relu(), exp, log))

        def softmax_ce(z: Any, target: Any) -> Any:
            sums = np.sum(exps(z), axis=1, keepdims=True)
            return np.sum(target * (logs(sums) - z)) / len(target)

        self.ops = SimpleNamespace(tanh=tanh, exp=exp, relu=relu, softmax_ce=softmax_ce)

    def unary(self, function: Callable[[float], float], slope: Callable[[float, float], float]) -> Any:
        """A function of one value, by ``slope(x, y)``."""

        def applied(x: Any) -> Any:
            y = self.engine.Value(function(x.data), (x,))

            def backward() -> None:
                x.grad += slope(x.data, y.data) * y.grad

            y._backward = backward
            return y

        return applied

    def gradient(self, workload: Program) -> Run:
        if sum(map(np.size, workload.params)) > MOST_SCALARS:
            raise Unsupported("it makes a node of each number")
        values = np.frompyfunc(self.engine.Value, 1, 1)
        gradients = np.frompyfunc(lambda value: value.grad, 1, 1)

        def run() -> tuple[Any, Sequence[Any]]:
            params = [values(param) for param in workload.params]
            loss = workload.program(self.ops, params, workload.consts)
            loss.backward()
            return loss, [gradients(param) for param in params]

        return run


class Jax(Peer):
    """JAX, op by op."""

    name, package, native = "jax", "jax", True

    def load(self) -> None:
        super().load()
        self.engine.config.update("jax_enable_x64", True)  # noqa: FBT003  as JAX has it
        self.ops = numpy_like(self.engine.numpy)

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: nothing is compiled."""
        return function

    def arrays(self, given: Sequence[Any]) -> list[Any]:
        return [self.engine.numpy.asarray(value, dtype=float) for value in given]

    def gradient(self, workload: Program) -> Run:
        if workload.kind == "many-scalar-nodes":
            raise Unsupported("it takes seconds to minutes for thousands of scalar nodes")
        params, consts = self.arrays(workload.params), self.arrays(workload.consts)
        run = self.compiled(
            self.engine.value_and_grad(lambda params: workload.program(self.ops, params, consts))
        )
        return lambda: self.engine.block_until_ready(run(params))

    def jacobian(self, workload: Jacobian) -> Run:
        function = workload.fun(self.ops, *self.arrays((workload.A, workload.a, workload.b)))
        reverse = self.engine.grad if workload.outputs == 1 else self.engine.jacrev
        run = self.compiled((reverse if workload.mode == "rev" else self.engine.jacfwd)(function))
        (at,) = self.arrays([workload.at])
        return lambda: (None, [self.engine.block_until_ready(run(at))])


class JaxJit(Jax):
    """JAX, compiled ahead; the compiling is not timed."""

    name = "jax-jit"

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        compiled: Callable[..., Any] = self.engine.jit(function)
        return compiled


ENGINES: tuple[type[Engine], ...] = (Bpdrill, BpdrillTrace, Hips, Torch, Mygrad, Micrograd, Jax, JaxJit)
