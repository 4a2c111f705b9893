"""Gradients held against central differences: a second opinion that knows no rule."""

from __future__ import annotations

from collections.abc import Iterator

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.points import as_value
from bpdrill.algebra.program import Named, run
from bpdrill.model.tree import Program, leaves

STEP = 1e-6
"""Central differences in double precision are most exact at about the cube root of its unit."""


def no_slopes(program: Program, point: Named) -> Iterator[str]:
    """Inputs whose gradient is not the slope of the loss."""
    gradients = run(program, point).gradients()
    for name in leaves(program):
        if abs(slope(program, point, name) - gradients[name]).max() > 1e-6:
            yield name


def slope(program: Program, point: Named, name: str) -> Value:
    """How the last line changes with each cell of one input."""
    from numpy import asarray, ndindex, zeros

    value = asarray(point[name])
    found = zeros(value.shape)
    for cell in ndindex(value.shape):
        nudge = zeros(value.shape)
        nudge[cell] = STEP
        up, down = (loss(program, {**point, name: as_value(value + sign * nudge)}) for sign in (1, -1))
        found[cell] = (up - down) / (2 * STEP)
    return found


def loss(program: Program, point: Named) -> float:
    """What the last line comes to."""
    value: float = run(program, point).values[program[-1].name]
    return value
