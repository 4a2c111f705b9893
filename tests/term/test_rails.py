from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.blocks import Graph
from bpdrill.model.tree import Line, Symbol
from bpdrill.term.ascii import transliterate
from bpdrill.term.cells import width
from bpdrill.term.paper import Paper
from bpdrill.term.rails import Tape, draw, rows

DRAWN = [
    ("fan-out, interleaved", [(), (0,), (), (2, 1), (3, 0)], ["●", "├─●", "│ │ ●", "│ ●─╯", "●─╯"]),
    ("a chain is one line", [(), (0,), (1,), (2,)], ["●", "●", "●", "●"]),
    ("x·x", [(), (0, 0)], ["●", "●"]),
    ("an unused value", [(), (), (1,)], ["●", "  ●", "  ●"]),
    ("two unused values", [(), (), ()], ["●", "  ●", "●"]),
    ("a rail that only passes", [(), (), (0,), (1, 2, 0)], ["●", "│ ●", "├─│─●", "●─┴─╯"]),
    (
        "all five joints",
        [(), (), (), (0, 1, 2), (2, 0, 3)],
        ["●", "│ ●", "│ │ ●", "├─●─┤", "●─┴─╯"],
    ),
    (
        "a branch between",
        [(), (), (), (0, 1, 2), (0, 1, 2, 3)],
        ["●", "│ ●", "│ │ ●", "├─┼─┼─●", "●─┴─┴─╯"],
    ),
    ("nothing", [], []),
]


@pytest.mark.parametrize(("tape", "drawn"), [case[1:] for case in DRAWN], ids=[case[0] for case in DRAWN])
def test_drawing(tape: Tape, drawn: list[str]) -> None:
    assert [row.node.rstrip() for row in draw(tape)] == drawn


# What a reader knows of the glyphs, and nothing of how they were drawn.
UNICODE = {"node": "●", "passes": "│", "branches": "├┼┤", "ends": "┴╯", "bar": "─"}
ASCII = {"node": "*", "passes": "|", "branches": "+", "ends": "'", "bar": "-"}


def trace(lines: Sequence[str], glyphs: dict[str, str]) -> list[set[int]]:
    """The rows each row reads, followed from the characters alone; a rail from nowhere raises KeyError."""
    reads: list[set[int]] = []
    rails: dict[int, int] = {}
    for row, line in enumerate(lines):
        at = dict(enumerate(line[::2]))
        (place,) = (column for column, glyph in at.items() if glyph == glyphs["node"])
        tied = {c for c, glyph in at.items() if glyph in glyphs["branches"] + glyphs["ends"]}
        assert all(on_bar(line, column, place, glyphs["bar"]) for column in tied)
        reads.append({rails[column] for column in tied} | {rails[c] for c in {place} & set(rails)})
        going = {c for c, glyph in at.items() if glyph in glyphs["passes"] + glyphs["branches"]}
        rails = {column: rails[column] for column in going} | {place: row}
    return reads


def on_bar(line: str, column: int, place: int, bar: str) -> bool:
    """Whether the bar runs all the way between the two columns."""
    low, high = sorted((column, place))
    return set(line[2 * low + 1 : 2 * high : 2]) == {bar}


@st.composite
def tapes(draw_: st.DrawFn) -> list[list[int]]:
    size = draw_(st.integers(0, 14))
    return [draw_(st.lists(st.integers(0, row - 1), max_size=4)) if row else [] for row in range(size)]


@given(tapes())
@settings(deadline=None, max_examples=300)
def test_every_edge_can_be_followed_from_the_drawing_alone(tape: list[list[int]]) -> None:
    lines = [row.node for row in draw(tape)]
    edges = [set(args) for args in tape]
    assert trace(lines, UNICODE) == edges
    assert trace([transliterate(line) for line in lines], ASCII) == edges


@given(tapes())
@settings(deadline=None)
def test_what_passes_beneath_a_row_arrives_in_the_next(tape: list[list[int]]) -> None:
    drawn = draw(tape)
    for row, following in pairwise(drawn):
        rails = {column for column, glyph in enumerate(row.below[::2]) if glyph == "│"}
        assert all(following.node[2 * column] in "│├┼┤┴╯●" for column in rails)


x, w, sq, mul = map(Symbol, ("x", "w", "sq", "mul"))
PROGRAM = (Line("sq", x**2), Line("mul", w * sq), Line("add", mul + x))
VALUES = {"x": "2", "w": "3", "sq": "4", "mul": "12", "add": "14"}

ROWS = [
    (
        Graph(("x", "w"), PROGRAM),
        Paper(),
        [
            "●        x     (input)",
            "│ ●      w     (input)",
            "├─│─●    sq    = x²",
            "│ ●─╯    mul   = w·sq",
            "●─╯      add   = mul + x",
        ],
    ),
    (
        Graph(("x", "w"), PROGRAM, VALUES),
        Paper(ascii=True),
        [
            "*        x     (input)     = 2",
            "| *      w     (input)     = 3",
            "+-|-*    sq    = x^2       = 4",
            "| *-'    mul   = w*sq      = 12",
            "*-'      add   = mul + x   = 14",
        ],
    ),
    (
        Graph(("x",), (Line("long", sum([x] * 6, x)), Line("end", Symbol("long") * x))),
        Paper(27),
        [
            "●      x (input)",
            "├─●    long = x + x + x + x",
            "│ │      + x + x + x",
            "●─╯    end = long·x",
        ],
    ),
    (
        Graph(("x", "w"), PROGRAM, VALUES),
        Paper(21),
        ["x (input) = 2", "w (input) = 3", "sq = x² = 4", "mul = w·sq = 12", "add = mul + x = 14"],
    ),
    (Graph((), (Line("y", x + 1),)), Paper(), ["●    x   (input)", "●    y   = x + 1"]),
    (Graph((), ()), Paper(), []),
]


@pytest.mark.parametrize(("graph", "paper", "lines"), ROWS)
def test_rows(graph: Graph, paper: Paper, lines: list[str]) -> None:
    assert rows(graph, paper) == lines


@given(st.integers(20, 60), st.integers(0, 30))
@settings(deadline=None)
def test_rows_fit_the_paper(cells: int, inputs: int) -> None:
    symbols = [Symbol(f"x{number}") for number in range(inputs)]
    graph = Graph(tuple(s.name for s in symbols), (Line("loss", sum(symbols, x)),))
    lines = rows(graph, Paper(cells))
    assert all(width(line) <= cells for line in lines)
    assert all(any(f"x{subscript(n)}" in line for line in lines) for n in range(inputs))


def subscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
