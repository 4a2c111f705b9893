"""The engine: records a computation on a tape and differentiates it in both modes.

    >>> from bpdrill.autograd import Tape
    >>> tape = Tape()
    >>> w, b = tape.leaf(2, "w"), tape.leaf(1, "b")
    >>> gradients = tape.pull_back((w * 3 + b - 8) ** 2)
    >>> gradients.of(w), gradients.of(b)
    (-6.0, -2.0)

values      floats and arrays, their shapes, un-broadcasting
elementary  functions of either
op          what a row is; ops/ holds the rows
node, tape  the recorded computation
reverse     pull back: gradients of every node, edge by edge, with faults and clamps
dual        push forward: tangents by replay
jacobian    whole Jacobians, with sweeps counted
faults      wrong rules that fit any op
check       holds a row against itself

Each op is a function of nodes as well: ``from bpdrill.autograd import relu``.
Nothing here loads numpy before the first array.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bpdrill.autograd.check import check_op
from bpdrill.autograd.faults import DROPPED, applicable
from bpdrill.autograd.jacobian import Jacobian, jacobian
from bpdrill.autograd.node import Node
from bpdrill.autograd.op import OPS, Cost, Fault, Op, Rule
from bpdrill.autograd.reverse import Edge, Gradients
from bpdrill.autograd.tape import Tape, apply, gradient
from bpdrill.autograd.values import Given, Value

__all__ = [
    "DROPPED",
    "OPS",
    "Cost",
    "Edge",
    "Fault",
    "Given",
    "Gradients",
    "Jacobian",
    "Node",
    "Op",
    "Rule",
    "Tape",
    "Value",
    "applicable",
    "apply",
    "check_op",
    "gradient",
    "jacobian",
]


def __getattr__(name: str) -> Callable[..., Node]:
    """The op of that name, as a function of nodes and constants."""
    if name in OPS:
        return partial(apply, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
