"""The engine as a comparison of autograd engines calls it: a program, its parameters, its constants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import bpdrill
from bpdrill import autograd
from bpdrill.autograd import Node, jacobian_matrix, value_and_gradient
from bpdrill.autograd.jacobian import Mode


def mean_softmax_ce(z: Node, target: Any) -> Node:
    """Softmax cross-entropy, averaged over the rows."""
    return autograd.softmax_ce(z, target, True)  # noqa: FBT003  a setting, as a formula gives it


OPS = SimpleNamespace(
    tanh=autograd.tanh,
    exp=autograd.exp,
    sigmoid=autograd.sigmoid,
    relu=autograd.relu,
    sum=autograd.sum,
    softmax_ce=mean_softmax_ce,
    batch_norm=autograd.batch_norm,
)


class BpdrillAdapter:
    """What such a comparison needs of an engine."""

    name = "bpdrill"
    tol = 1e-8

    def load(self) -> None:
        """Nothing to prepare."""

    def version(self) -> str:
        return bpdrill.__version__

    def prepare(self, workload: Any) -> Callable[[], tuple[Any, Sequence[Any]]]:
        """A function of nothing that gives the loss and its gradients, the graph built anew each time."""
        if workload.kind == "jacobian":
            return self.jacobian(workload)
        program, params, consts = workload.program, workload.params, workload.consts

        def function(*nodes: Node) -> Node:
            loss: Node = program(OPS, nodes, consts)
            return loss

        return lambda: value_and_gradient(function, *params)

    def jacobian(self, workload: Any) -> Callable[[], tuple[Any, Sequence[Any]]]:
        """The whole Jacobian, by the workload's mode."""
        function = workload.fun(OPS, workload.A, workload.a, workload.b)
        mode: Mode = "reverse" if workload.mode == "rev" else "forward"
        return lambda: (None, [jacobian_matrix(function, workload.point(), mode)])
