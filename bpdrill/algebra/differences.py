"""Slopes by central differences, which share no rule with the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named, run
from bpdrill.model.tree import Program, leaves

STEP = 1e-5
"""Its own error is then near 1e-10."""
APART = 1e-6
"""So far from the slope a gradient is wrong."""


def no_slopes(program: Program, point: Named) -> Iterator[str]:
    """Inputs whose gradient is not the slope of the root."""
    gradients = run(program, point).gradients()
    for name in leaves(program):
        if abs(slopes(program, name, point) - gradients[name]).max() > APART:
            yield name


def slopes(program: Program, name: str, point: Named) -> Any:
    """How fast the root changes with each cell of an input."""
    from numpy import array, eye, shape, size

    along = eye(size(point[name])).reshape(-1, *shape(point[name]))
    found = [slope_along(program, name, point, direction if direction.shape else 1.0) for direction in along]
    return array(found).reshape(shape(point[name]))


def slope_along(program: Program, name: str, point: Named, direction: Any) -> float:
    """How fast the root changes as ``name``, an input or a line, moves in ``direction``."""
    value = point[name] if name in point else run(program, point).values[name]
    ahead, behind = (root_at(program, name, point, value + step * direction) for step in (STEP, -STEP))
    return float(ahead - behind) / (2 * STEP)


def root_at(program: Program, name: str, point: Named, value: Value) -> Value:
    """The root where ``name`` has this ``value`` instead of its own."""
    moved = {name: value}
    ran = run(program, {**point, **moved}) if name in point else run(program, point, moved)
    return ran.values[ran.root]


def oblique(value: Value) -> Any:
    """A direction that is along no axis, no two of its entries alike: cosines of whole numbers."""
    from numpy import arange, cos, shape, size

    return cos(1.0 + arange(size(value))).reshape(shape(value))
