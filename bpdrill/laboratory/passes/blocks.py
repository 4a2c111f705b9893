"""Passes as they are shown: the counts by both conventions, who wins, what was run, what to remember."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from bpdrill.laboratory.passes.function import Function
from bpdrill.laboratory.passes.passes import FORWARD_PRICE, MOST_RUN, REVERSE_PRICE, Measured, Passes
from bpdrill.laboratory.words import many
from bpdrill.model.blocks import Block, Bullets, Formula, Heading, Note, Prose, Table, Tone
from bpdrill.notation.figures import number

_MOST_COLUMNS = 6
"""Of a Jacobian that is shown; a larger one is only compared."""
_SAYS = {
    "forward": "forward mode",
    "reverse": "reverse mode",
    "one-sided": "finite differences",
    "central": "central differences",
}
NOTES = (
    "A forward sweep is a JVP, J·v: one direction of the inputs, its effect on all outputs. A column of J.",
    "A backward sweep is a VJP, vᵀ·J: one weighting of the outputs, its gradient at all inputs. A row of J.",
    "Many seeds stacked into one sweep count one each: stacking saves time, not passes.",
    "Reverse mode pays in memory: it keeps what the backward rules will read. See bpdrill memory.",
    "Forward mode keeps nothing. For one directional derivative J·v it takes 1 sweep whatever n is.",
)


def passes_blocks(found: Passes, function: Function | None = None) -> list[Block]:
    """What the learner is shown; of a ``function`` that was typed also its lines and its Jacobian."""
    shown: list[Block] = [Heading(_title(found)), *(_lines(function) if function else ())]
    shown += [Note(_verdict(found), Tone.GOOD), Prose(_from_which_ratio())]
    shown += [_counts(found), Prose(_conventions(found)), Prose(_prices())]
    shown += _run(found, function)
    return [
        *shown,
        Bullets(NOTES),
        Note("Drill it: bpdrill practice --item passes/million-inputs"),
    ]


def _title(found: Passes) -> str:
    n, m = found.inputs, found.outputs
    return f"{many(n, 'input')}, {many(m, 'output')}: the whole Jacobian is {m:,} × {n:,}"


def _lines(function: Function) -> Iterator[Block]:
    """The function as it was read, and where."""
    for line in function.program:
        yield Formula(line.name, line.tree)
    at = ", ".join(f"{name} = {number(value)}" for name, value in function.point.items())
    yield Prose(f"At {at}; outputs: {', '.join(function.outputs)}.")


def _counts(found: Passes) -> Table:
    rows = tuple(
        (_SAYS[way.name], f"{way.sweeps:,}" if way.sweeps else "none", f"{way.passes:,}", _range(way.cost))
        for way in found.ways
    )
    return Table("Passes", ("", "sweeps", "with evaluation", "cost"), rows)


def _conventions(found: Passes) -> str:
    m = found.outputs
    repeated = f" Evaluating anew before every backward sweep makes 2m = {2 * m:,}." if m > 1 else ""
    return (
        "Two conventions: sweeps alone (forward n, reverse m), or with the one evaluation that all sweeps "
        f"share (n + 1, m + 1).{repeated} Differences only evaluate: n + 1 times, central ones 2n times, and "
        "are inexact. In an interview, say which you count."
    )


def _prices() -> str:
    forward, reverse = ((1 + least, 1 + most) for least, most in (FORWARD_PRICE, REVERSE_PRICE))
    return (
        f"Cost in evaluations: one evaluation with one forward sweep takes {_range(forward)}, with one "
        f"backward sweep {_range(reverse)}, however many inputs there are (upper ends: Griewank & "
        "Walther, Evaluating Derivatives, 2008, chapter 3). A dense layer makes 3: one product forward, "
        "two back."
    )


def _verdict(found: Passes) -> str:
    wins, by = found.fewer_sweeps, found.cheaper
    if wins is None:
        return f"By sweeps neither mode wins: {many(found.inputs, 'sweep')} each."
    fewer, more = sorted((found.inputs, found.outputs))
    surely = "" if by == wins else "; which is cheaper depends on the function"
    return f"{_SAYS[wins.name].capitalize()} wins: {many(fewer, 'sweep')} against {more:,}{surely}."


def _from_which_ratio() -> str:
    reverse_from, forward_from = REVERSE_PRICE[1] / FORWARD_PRICE[0], FORWARD_PRICE[1] / REVERSE_PRICE[0]
    return (
        "By sweeps the smaller of n and m decides. But a backward sweep can be dearer than a forward one: by "
        f"cost, reverse mode wins where n > {_figure(reverse_from)}·m and forward mode where "
        f"m > {_figure(forward_from)}·n; between the two it depends on the function."
    )


def _run(found: Passes, function: Function | None) -> Iterator[Block]:
    if found.measured is None:
        yield Prose(f"Counted, not run: the engine runs Jacobians of at most {MOST_RUN} entries here.")
        return
    if function and found.inputs <= _MOST_COLUMNS:
        yield _jacobian(found.measured, function)
    yield _measured(found, found.measured)
    yield Note(*_agreement(found, found.measured))


def _jacobian(measured: Measured, function: Function) -> Table:
    """A row an output: what one backward sweep finds; a column an input: what one forward sweep finds."""
    rows = tuple(
        (f"∂{name}", *map(number, row))
        for name, row in zip(function.outputs, measured.reverse.matrix, strict=True)
    )
    return Table("Jacobian", ("", *(f"/∂{name}" for name in function.point)), rows)


def _measured(found: Passes, measured: Measured) -> Table:
    rows = tuple(
        (_SAYS[way.name], f"{way.sweeps:,}", f"{run.sweeps:,}", f"{run.sweeps + run.evaluations:,}")
        for way, run in ((found.forward, measured.forward), (found.reverse, measured.reverse))
    )
    return Table("Run on the engine: sweeps", ("", "counted", "measured", "with evaluation, measured"), rows)


def _agreement(found: Passes, measured: Measured) -> tuple[str, Tone]:
    if not found.as_counted:
        return f"The two modes differ by {number(measured.deviation, 2)} of the largest entry.", Tone.BAD
    rounding = (
        f" to rounding ({number(measured.deviation, 1)})" if measured.deviation else " to the last digit"
    )
    return f"Counted as measured, and both modes give the same Jacobian{rounding}.", Tone.GOOD


def _range(cost: tuple[Fraction, Fraction]) -> str:
    least, most = map(_figure, cost)
    return least if least == most else f"{least} to {most}"


def _figure(value: Fraction) -> str:
    """Halves are written out: 1,500,001, 2.5."""
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.1f}"
