"""Slopes by central differences, which share no rule with the engine."""

from __future__ import annotations

from typing import Any

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named, run
from bpdrill.model.tree import Program

STEP = 1e-5
"""Its own error is then near 1e-10."""


def slope_along(program: Program, name: str, point: Named, direction: Any) -> float:
    """How fast the root changes as ``name``, an input or a line, moves in ``direction``."""
    value = run(program, point).values[name]
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
