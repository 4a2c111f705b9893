"""The engine: records a computation on a tape and differentiates it in both modes.

    >>> from bpdrill.autograd import Tape
    >>> tape = Tape()
    >>> w, b = tape.leaf(2, "w"), tape.leaf(1, "b")
    >>> gradients = tape.pull_back((w * 3 + b - 8) ** 2)
    >>> gradients.of(w), gradients.of(b)
    (-6.0, -2.0)

values      floats and arrays, their shapes, un-broadcasting
arithmetic/ functions of either, that know no node and no tape
op          what a row is
ops/        the rows
node, tape  the recorded computation: a trace that shows all, or a lean tape that is fast
reverse     pull back on a trace: gradients of every node, edge by edge, with faults and clamps
lean        pull back on a lean tape: gradients of a function
dual        push forward: tangents by replay, one or a stack of them
jacobian    whole Jacobians, with sweeps counted
second      the backward pass recorded, so that a gradient has a gradient
checkpoint  less memory for one more forward pass, both counted
faults      wrong rules that fit any op
cells       recurrent cells and attention, composed of rows
check       holds a row against itself
agreement   holds both modes against each other

Each op is a function of nodes as well: ``from bpdrill.autograd import relu``.
Nothing here loads numpy before the first array.
"""

from __future__ import annotations

from collections.abc import Callable

from bpdrill.autograd.agreement import modes_agree
from bpdrill.autograd.cells import GRU, LSTM, Weights, attention, gru_cell, lstm_cell, rnn_cell
from bpdrill.autograd.check import check_op
from bpdrill.autograd.checkpoint import Checkpointed, Segment, checkpointed
from bpdrill.autograd.faults import DROPPED, applicable, named
from bpdrill.autograd.jacobian import Jacobian, jacobian, jacobian_matrix
from bpdrill.autograd.lean import gradient, value_and_gradient
from bpdrill.autograd.node import Node, function_of
from bpdrill.autograd.op import OPS, Cost, Fault, Op, Rule
from bpdrill.autograd.reverse import Edge, Gradients
from bpdrill.autograd.second import recorded_gradient
from bpdrill.autograd.tape import Tape
from bpdrill.autograd.values import Given, Value

__all__ = [
    "DROPPED",
    "GRU",
    "LSTM",
    "OPS",
    "Checkpointed",
    "Cost",
    "Edge",
    "Fault",
    "Given",
    "Gradients",
    "Jacobian",
    "Node",
    "Op",
    "Rule",
    "Segment",
    "Tape",
    "Value",
    "Weights",
    "applicable",
    "attention",
    "check_op",
    "checkpointed",
    "gradient",
    "gru_cell",
    "jacobian",
    "jacobian_matrix",
    "lstm_cell",
    "modes_agree",
    "named",
    "recorded_gradient",
    "rnn_cell",
    "value_and_gradient",
]


def __getattr__(name: str) -> Callable[..., Node]:
    """The op of that name, as a function of nodes, constants and settings."""
    if name in OPS:
        function = globals()[name] = function_of(OPS[name])
        return function
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
