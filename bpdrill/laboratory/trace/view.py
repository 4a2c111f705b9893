"""What every view of a computation shows: its opening; names, operations and values in writing."""

from __future__ import annotations

from collections.abc import Iterator

from bpdrill import notation
from bpdrill.algebra.evaluate import Value
from bpdrill.autograd.arithmetic.elementary import inner
from bpdrill.autograd.values import shape_of, size_of
from bpdrill.laboratory.trace.computation import Computation
from bpdrill.laboratory.words import many
from bpdrill.model.blocks import Block, Formula, Graph, Heading, Note, Tone
from bpdrill.model.tree import Symbol

_MOST_IN_FULL = 16
"""Numbers of an array that is written out."""
_MOST_DRAWN = 60
"""Nodes of a graph that an eye can follow."""


def opening(run: Computation, title: str) -> Iterator[Block]:
    """The heading, the expression as it was read, its graph."""
    yield Heading(f"{title}: {many(len(run.inputs), 'input')}, {many(len(run.program), 'operation')}")
    yield from (Formula(line.name, line.tree, run.shapes) for line in run.written)
    if len(run.nodes) > _MOST_DRAWN:
        yield Note(f"The graph has {len(run.nodes)} nodes and is not drawn; --dot exports it.", Tone.QUIET)
        return
    yield Graph(run.inputs, run.program, {name: _beside(run.value(name)) for name in run.nodes})


def computes(run: Computation, name: str) -> str:
    """The operation of a line, as the shapes have it written."""
    return notation.text(run.lines[name], symbols=run.shapes)


def shown(value: Value) -> str:
    """A number, or an array in full if it is small, else its shape and its norm."""
    if size_of(value) <= _MOST_IN_FULL:
        return notation.value(value)
    return f"{notation.describe(shape_of(value))} of norm {notation.number(inner(value, value) ** 0.5)}"


def symbol(name: str) -> str:
    """``z1`` as z₁."""
    return notation.text(Symbol(name))


def _beside(value: Value) -> str:
    """What stands beside a node of the graph: a number, or the shape of an array."""
    return shown(value) if isinstance(value, float) else f"shape {notation.describe(shape_of(value))}"
