"""A trace as it is shown: the expression, its graph, values forward, edges backward, gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpdrill import notation
from bpdrill.laboratory.trace.backward import Link, Trace
from bpdrill.laboratory.trace.computation import Computation
from bpdrill.laboratory.trace.rules import gradient_name, local, rule
from bpdrill.laboratory.trace.view import computes, opening, shown, symbol
from bpdrill.model.blocks import Block, Bullets, Cell, Heading, Note, Prose, Table, Tone

_DRILLS = {True: "graphs/linear-regression-loss", False: "networks/walkthrough"}
"""What to practise after a trace of numbers, or of arrays."""


def trace_blocks(found: Trace) -> list[Block]:
    """What the learner is shown."""
    run = found.computation
    return [
        *opening(run, f"Trace of {symbol(run.root)}"),
        forward_table(run),
        backward_table(found),
        Heading("Gradients"),
        Bullets(tuple(sums(found))),
        Note(*_agreement(found)),
        Prose(_next(run)),
    ]


def forward_table(run: Computation) -> Table:
    """Node, what it computes, value."""
    rows = tuple((symbol(name), computes(run, name), shown(run.value(name))) for name in run.lines)
    return Table("Forward", ("node", "computes", "value"), rows)


def backward_table(found: Trace) -> Table:
    """A row an edge, from the root back, and a row where paths have met."""
    run = found.computation
    header = _NUMBERS if run.is_scalar else _ARRAYS
    rows = (row for link in found.links for row in (_row(run, link), *_total(found, link, len(header))))
    return Table(f"Backward, from {gradient_name(run.root, run.root)} = 1", header, tuple(rows))


_NUMBERS = ("from → to", "local", "· upstream", "= gradient")
_ARRAYS = ("from → to", "rule", "= gradient")


def _row(run: Computation, link: Link) -> tuple[Cell, ...]:
    if run.is_scalar:
        return arrow(link), local_cell(run, link), shown(link.upstream), shown(link.contribution)
    return arrow(link), rule(run, link.consumer, link.argument), shown(link.contribution)


def _total(found: Trace, link: Link, cells: int) -> Iterator[tuple[Cell, ...]]:
    """The row of the sum, after the last of several paths."""
    name, paths = link.producer, found.arriving[link.producer]
    if len(paths) > 1 and link is paths[-1]:
        yield f"all → {symbol(name)}", "sum of paths", *[""] * (cells - 3), shown(found.gradient(name))


def arrow(link: Link) -> str:
    """``L → sub``."""
    return f"{symbol(link.consumer)} → {symbol(link.producer)}"


def local_cell(run: Computation, link: Link) -> str:
    """``2·sub = −2``; the value alone if the formula is the value, or long."""
    assert link.local is not None  # noqa: S101  asked of edges between numbers only
    formula = local(run, link.consumer, link.argument)
    figure = notation.number(link.local)
    return f"{formula} = {figure}" if formula not in {"", figure} else figure


def sums(found: Trace) -> Iterator[str]:
    """The gradient of each input, and of each node where paths meet, with what was summed."""
    run = found.computation
    for name, paths in found.arriving.items():
        if name not in run.inputs and len(paths) < 2:
            continue
        parts = " + ".join(f"{shown(link.contribution)} (via {_via(link, paths)})" for link in paths)
        summed = f"{parts} = " if len(paths) > 1 else ""
        yield f"{gradient_name(run.root, name)} = {summed}{shown(found.gradient(name))}{_remark(found, name)}"


def _via(link: Link, paths: Sequence[Link]) -> str:
    """The node that sent it back; which of its operands, where it has the name twice."""
    twice = [path for path in paths if path.consumer == link.consumer]
    place = f", operand {link.argument + 1}" if len(twice) > 1 else ""
    return symbol(link.consumer) + place


def _remark(found: Trace, name: str) -> str:
    """The shape of an array, or that nothing flows."""
    run = found.computation
    if not found.arriving[name]:
        return f"; {symbol(run.root)} does not depend on it"
    shape = run.shapes[name]
    return f"; {notation.describe(shape)}, as {symbol(name)}" if shape else ""


def _agreement(found: Trace) -> tuple[str, Tone]:
    if found.modes_agree:
        return "Checked: forward mode, along one direction of all inputs, gives the same.", Tone.GOOD
    return "Forward mode gives something else: a fault of bpdrill, please report it.", Tone.BAD


def _next(run: Computation) -> str:
    return (
        "Next: --steps walks through it, --fault list shows what mistakes would make of it; "
        f"drill it: bpdrill practice --item {_DRILLS[run.is_scalar]}"
    )
