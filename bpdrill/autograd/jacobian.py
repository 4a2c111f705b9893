"""The whole Jacobian of R^n -> R^m, by either mode, with its sweeps counted.

Forward mode fills one column a sweep, reverse mode one row: count inputs and outputs to choose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bpdrill.autograd.dual import push_forward
from bpdrill.autograd.elementary import total
from bpdrill.autograd.node import Node
from bpdrill.autograd.reverse import pull_back
from bpdrill.autograd.tape import Tape

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
    mode: Literal["forward", "reverse"] = "reverse",
) -> Jacobian:
    """Record ``function`` of scalar nodes once at ``inputs``; then n sweeps forward or m in reverse."""
    tape = Tape()
    leaves = [tape.leaf(value) for value in inputs]
    outputs = [given if isinstance(given, Node) else tape.leaf(given) for given in function(leaves)]
    return {"forward": _by_columns, "reverse": _by_rows}[mode](leaves, outputs)


def _by_columns(leaves: list[Node], outputs: list[Node]) -> Jacobian:
    columns = [[total(tangent) for tangent in push_forward(outputs, {leaf: 1.0})] for leaf in leaves]
    rows = tuple(tuple(column[i] for column in columns) for i in range(len(outputs)))
    return Jacobian(rows, sweeps=len(columns), evaluations=1)


def _by_rows(leaves: list[Node], outputs: list[Node]) -> Jacobian:
    found = [pull_back(output) for output in outputs]
    rows = tuple(tuple(total(gradients.of(leaf)) for leaf in leaves) for gradients in found)
    return Jacobian(rows, sweeps=len(rows), evaluations=1)
