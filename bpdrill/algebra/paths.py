"""The chain rule along the paths of a program of numbers: slopes multiplied along, paths added up.

The engine gives the slopes; a learner's own may stand in for some of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named, run
from bpdrill.model.tree import Line, Program, names

Slopes = Mapping[tuple[str, str], Value]
"""By the line, and the name that it reads: ``("u", "x")`` for du/dx."""


def slope(line: Line, name: str, values: Named) -> Value:
    """How fast ``line`` changes with ``name`` by itself, all else that it reads held fast."""
    return run((line,), values).gradients()[name]


def along_paths(program: Program, name: str, values: Named, own: Slopes, given: Named) -> Value:
    """The slope of the root along all paths that lead to it from ``name``.

    ``own`` slopes replace true ones; ``given`` are slopes of the root that are not to be worked out.
    """
    if name == program[-1].name:
        return 1.0
    if name in given:
        return given[name]
    return sum(
        along_paths(program, line.name, values, own, given)
        * (own[line.name, name] if (line.name, name) in own else slope(line, name, values))
        for line in program
        if name in names(line.tree)
    )
