"""Tape rails: a graph with one row a node, in tape order, and one rail for each value still needed.

    ●        x     (input)
    ├─●      sq    = x²
    │ │ ●    w     (input)
    │ ●─╯    mul   = w·sq
    ●─╯      add   = mul + x

A node stands on the leftmost rail that ends in it, so a chain is one straight line. From the node a
bar runs to each rail it reads: ``├ ┼ ┤`` branches off and goes on, ``┴ ╯`` ends; a rail drawn
``│`` through the bar only passes. Each edge can be followed, and fan-out is a rail with branches.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import count

from bpdrill.model.blocks import Graph
from bpdrill.model.tree import Symbol, leaves, names
from bpdrill.term.cells import columns, width
from bpdrill.term.paper import NARROWEST, Paper
from bpdrill.term.wrap import wrap

_GAP = "    "
_HANG = "  "

Tape = Sequence[Sequence[int]]
"""For each row, the earlier rows it reads."""


@dataclass(frozen=True, slots=True)
class Row:
    """The rails of one node, and the rails that go on beneath it."""

    node: str
    below: str


def draw(tape: Tape) -> list[Row]:
    """The rails of ``tape``, all of one width: two cells a value, for the most values alive at once."""
    last_use = {arg: row for row, args in enumerate(tape) for arg in args}
    column: dict[int, int] = {}
    drawn: list[tuple[str, str]] = []
    barred: set[int] = set()
    for row, args in enumerate(tape):
        tied = {column[arg] for arg in args}
        ending = {column[arg] for arg in args if last_use[arg] == row}
        live = set(column.values())
        place = min(ending, default=_free(live | barred))
        column = {value: rail for value, rail in column.items() if rail not in ending}
        # A value that nobody reads keeps its column empty for one more row:
        # the next node must not stand under it as if it read it.
        if row in last_use:
            column[row], barred = place, set()
        else:
            barred = {place}
        drawn.append((_node(place, live, tied, ending), _passing(set(column.values()))))
    cells = max((len(node) for node, _ in drawn), default=0)
    return [Row(node.ljust(cells), below.ljust(cells)) for node, below in drawn]


def _free(taken: AbstractSet[int]) -> int:
    """The leftmost column that is not taken."""
    return next(column for column in count() if column not in taken)


def _node(place: int, live: AbstractSet[int], tied: AbstractSet[int], ending: AbstractSet[int]) -> str:
    """One row: the node, the bar to the rails it reads, and the rails that pass."""
    bar = range(min(tied | {place}), max(tied | {place}) + 1)
    glyphs = dict.fromkeys(bar, "─") | dict.fromkeys(live, "│")
    glyphs |= {column: _tie(column, bar, ends=column in ending) for column in tied}
    glyphs[place] = "●"
    return "".join(
        glyphs.get(column, " ") + ("─" if column in bar[:-1] else " ") for column in range(max(glyphs) + 1)
    ).rstrip()


def _tie(column: int, bar: range, *, ends: bool) -> str:
    """How a rail meets the bar at its left end, between or at its right end; left, only a node ends one."""
    place = (column > bar[0]) + (column == bar[-1])
    return "●┴╯"[place] if ends else "├┼┤"[place]


def _passing(live: AbstractSet[int]) -> str:
    return " ".join("│" if column in live else " " for column in range(max(live, default=-1) + 1))


def rows(graph: Graph, paper: Paper) -> list[str]:
    """``graph`` in lines of ``paper``; where the rails leave no room for words, the words alone."""
    rails = draw(_tape(graph))
    room = paper.width - len(rails[0].node + _GAP) if rails else 0
    if room < NARROWEST:
        return [
            line for label in _labels(graph, paper, paper.width) for line in wrap(label, paper.width, _HANG)
        ]
    return [
        paper.text(rail) + _GAP + line
        for row, label in zip(rails, _labels(graph, paper, room), strict=True)
        for rail, line in _beside(row, wrap(label, room, _HANG))
    ]


def _beside(row: Row, lines: Sequence[str]) -> list[tuple[str, str]]:
    """A label of several lines, with the rails going on along it."""
    return list(zip((row.node, *[row.below] * (len(lines) - 1)), lines, strict=True))


def _inputs(graph: Graph) -> tuple[str, ...]:
    """The declared inputs, then whatever else the program reads without assigning it."""
    return tuple(dict.fromkeys(graph.inputs + leaves(graph.program)))


def _tape(graph: Graph) -> Tape:
    """Which rows each row reads; a name means its latest row."""
    home = {name: row for row, name in enumerate(_inputs(graph))}
    tape: list[tuple[int, ...]] = [()] * len(home)
    for line in graph.program:
        tape.append(tuple(home[name] for name in names(line.tree) if name in home))
        home[line.name] = len(tape) - 1
    return tape


def _labels(graph: Graph, paper: Paper, room: int) -> list[str]:
    """``mul   = w·x   = 6``: name, what it computes, its value; in columns if these fit ``room``."""
    inputs = [(name, "(input)") for name in _inputs(graph)]
    computed = [(line.name, f"= {paper.tree(line.tree)}") for line in graph.program]
    cells = [(paper.tree(Symbol(name)), text, _value(graph, name, paper)) for name, text in inputs + computed]
    aligned = columns(cells)
    fits = max(map(width, aligned), default=0) <= room
    return aligned if fits else [" ".join(filter(None, row)) for row in cells]


def _value(graph: Graph, name: str, paper: Paper) -> str:
    return f"= {paper.text(graph.values[name])}" if name in graph.values else ""
