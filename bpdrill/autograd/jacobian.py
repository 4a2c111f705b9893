"""The whole Jacobian of R^n -> R^m, by either mode, with its sweeps counted.

Forward mode fills one column a sweep, reverse mode one row: count inputs and outputs to
choose. All tangents (or cotangents) of unit length travel in one stack; each counts as a
sweep, however many of them share a walk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, prod
from types import MappingProxyType
from typing import Any, Literal

from bpdrill.autograd.arithmetic.elementary import total
from bpdrill.autograd.dual import push_forward, push_stack
from bpdrill.autograd.lean import no_result, use_up
from bpdrill.autograd.node import Node
from bpdrill.autograd.reverse import pull_back
from bpdrill.autograd.tape import WORTH_FREEING, Tape
from bpdrill.autograd.values import Given, Shape, Value, numpys, shape_of, silenced, zeros

Mode = Literal["forward", "reverse"]

Lines = tuple[tuple[float, ...], ...]
"""The rows of a matrix, or its columns."""


@dataclass(frozen=True, slots=True)
class Jacobian:
    """``matrix[i][j]`` is the derivative of output i by input j."""

    matrix: Lines
    sweeps: int
    """Passes along the tape after it was recorded."""
    evaluations: int
    """How often the function itself was called."""


def jacobian(
    function: Callable[[list[Node]], Sequence[Node | float]],
    inputs: Sequence[float],
    mode: Mode = "reverse",
) -> Jacobian:
    """Record ``function`` of scalar nodes once at ``inputs``; then n sweeps forward or m in reverse."""
    tape = Tape()
    leaves = [tape.leaf(value) for value in inputs]
    outputs = [given if isinstance(given, Node) else tape.leaf(given) for given in function(leaves)]
    if mode not in MODES:
        raise _unknown(mode)
    return {"forward": _by_columns, "reverse": _by_rows}[mode](leaves, outputs)


def jacobian_matrix(function: Callable[[Node], Node], at: Given, mode: Mode = "reverse") -> Value:
    """The derivative of a function of one array: an array of the output's shape, then the input's.

    Forward mode pushes one unit tangent for each element of ``at``, reverse mode pulls back
    one unit cotangent for each element of the output, all in one stack.
    """
    if mode not in MODES:
        raise _unknown(mode)
    work, worth_freeing = MODES[mode]
    tape = Tape(lean=True, worth_freeing=worth_freeing)
    tape.locks = []
    try:
        (x,) = tape.leaves((at,))
        found: Value = silenced(work)(function, x)
    finally:
        tape.release()
    return found


def _pushed(function: Callable[[Node], Node], x: Node) -> Value:
    y = _recorded(function, x)
    columns: Any = push_stack(y, {x: units(shape_of(x.value))})
    by_column: Value = columns.reshape(len(columns), -1).T.reshape(shape_of(y.value) + shape_of(x.value))
    return by_column


def _pulled(function: Callable[[Node], Node], x: Node) -> Value:
    y = _recorded(function, x)
    if isinstance(y.value, float):
        (row,) = use_up(x.tape, y, 1.0, 1)
        return zeros(shape_of(x.value)) if row is None else row
    inner, outer = shape_of(x.value), shape_of(y.value)
    (rows,) = use_up(x.tape, y, units(outer), 1, stack=True)
    return zeros(outer + inner) if rows is None else rows.reshape(outer + inner)


def _recorded(function: Callable[[Node], Node], x: Node) -> Node:
    y = function(x)
    if y.__class__ is not Node or y.tape is not x.tape:
        raise no_result(y)
    return y


def _unknown(mode: str) -> ValueError:
    return ValueError(f"The modes are {' and '.join(MODES)}, not {mode!r}.")


MODES: Mapping[Mode, tuple[Callable[[Callable[[Node], Node], Node], Value], float]] = MappingProxyType(
    {"forward": (_pushed, inf), "reverse": (_pulled, WORTH_FREEING)}
)
"""How it is done, and what is freed meanwhile: a tape that is replayed must keep all."""


def units(shape: Shape) -> Value:
    """The unit values of ``shape``, stacked: a 1 in each place in turn."""
    count = prod(shape)
    ones_apart: Any = numpys("zeros")(count * count)
    ones_apart[:: count + 1] = 1
    stack: Value = ones_apart.reshape((count, *shape))
    return stack


def _by_columns(leaves: list[Node], outputs: list[Node]) -> Jacobian:
    columns = [[total(tangent) for tangent in push_forward(outputs, {leaf: 1.0})] for leaf in leaves]
    rows = tuple(tuple(column[i] for column in columns) for i in range(len(outputs)))
    return Jacobian(rows, sweeps=len(columns), evaluations=1)


def _by_rows(leaves: list[Node], outputs: list[Node]) -> Jacobian:
    found = [pull_back(output) for output in outputs]
    rows = tuple(tuple(total(gradients.of(leaf)) for leaf in leaves) for gradients in found)
    return Jacobian(rows, sweeps=len(rows), evaluations=1)
