"""Forward mode as it is shown: beside each value its tangent, and every share of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from bpdrill import notation
from bpdrill.algebra.evaluate import Value
from bpdrill.autograd.arithmetic.elementary import inner
from bpdrill.autograd.values import size_of
from bpdrill.laboratory.trace.computation import Computation
from bpdrill.laboratory.trace.forward import Dual, Share, Sweep
from bpdrill.laboratory.trace.rules import gradient_name
from bpdrill.laboratory.trace.view import computes, opening, shown, symbol
from bpdrill.laboratory.words import many
from bpdrill.model.blocks import Block, Bullets, Cell, Heading, Prose, Table


def forward_blocks(found: Dual) -> list[Block]:
    """What the learner is shown."""
    run = found.computation
    return [
        *opening(run, f"Forward mode: {symbol(run.root)} by {_listed(found)}"),
        Prose(_seeds(found)),
        _tangents(found),
        *(_shares(run, sweep) for sweep in found.sweeps.values() if len(found.sweeps) == 1),
        Heading("Derivatives"),
        Bullets(tuple(_results(found))),
        Prose(_count(found)),
        Prose("The same by one walk back: leave out --mode forward. To count passes: bpdrill passes"),
    ]


def _listed(found: Dual) -> str:
    return ", ".join(map(symbol, found.sweeps))


def _seeds(found: Dual) -> str:
    """What moves, and how."""
    if len(found.sweeps) > 1:
        return "One sweep each: in it that input has tangent 1 and every other input stands still, at 0."
    ((name, sweep),) = found.sweeps.items()
    return f"{symbol(name)} has tangent {shown(sweep.along[name])}; every other input stands still, at 0."


def _tangents(found: Dual) -> Table:
    """Inputs and lines: value, and a tangent for each sweep."""
    run = found.computation
    rows: list[tuple[Cell, ...]] = [
        (
            symbol(name),
            computes(run, name) if name in run.lines else "(input)",
            shown(run.value(name)),
            *(shown(sweep.tangents[name]) for sweep in found.sweeps.values()),
        )
        for name in run.nodes
    ]
    header = [f"tangent by {symbol(name)}" for name in found.sweeps]
    return Table("Values and tangents", ("node", "computes", "value", *header), tuple(rows))


def _shares(run: Computation, sweep: Sweep) -> Table:
    """A row an operand that moves, and a row where several are summed."""
    moving = [share for share in sweep.shares if _moves(share)]
    rows = (
        row
        for consumer, shares in groupby(moving, key=attrgetter("consumer"))
        for row in _rows(run, sweep.tangents[consumer], [*shares])
    )
    header = _NUMBERS if run.is_scalar else _ARRAYS
    return Table("How each tangent comes about, of what moves", header, tuple(rows))


_NUMBERS = ("from → to", "local", "· tangent", "= share")
_ARRAYS = ("from → to", "tangent", "becomes")


def _moves(share: Share) -> bool:
    return inner(share.tangent, share.tangent) > 0


def _rows(run: Computation, tangent: Value, shares: list[Share]) -> Iterator[tuple[Cell, ...]]:
    for share in shares:
        arrow = f"{symbol(share.producer)} → {symbol(share.consumer)}"
        local = [] if share.local is None or not run.is_scalar else [notation.number(share.local)]
        yield arrow, *local, shown(share.tangent), shown(share.share)
    if len(shares) > 1:
        yield f"all → {symbol(shares[0].consumer)}", *["sum"] * run.is_scalar, "", shown(tangent)


def _results(found: Dual) -> Iterator[str]:
    run = found.computation
    for name, sweep in found.sweeps.items():
        along = f" along {shown(sweep.along[name])}" if run.shapes[name] else ""
        yield f"{gradient_name(run.root, name)}{along} = {shown(sweep.tangents[run.root])}"


def _count(found: Dual) -> str:
    """Sweeps done, and how many a whole gradient takes: one for each number among the inputs."""
    run, done = found.computation, len(found.sweeps)
    numbers = sum(size_of(run.value(name)) for name in run.inputs)
    sweeps = f"{many(done, 'forward sweep')} of {numbers}" if done < numbers else f"{done} forward sweeps"
    backward = (
        f"; one backward sweep gives {'it' if numbers == 1 else 'them all'}"
        if run.shapes[run.root] == ()
        else ""
    )
    return f"{sweeps}: one for each number among the inputs{backward}."
