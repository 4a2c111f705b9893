"""Literal matrices stand in two dimensions where there is room, and nowhere else."""

from __future__ import annotations

import pytest

from bpdrill.model.tree import Shape
from bpdrill.notation import Reading, Style, read, text
from bpdrill.notation.layout import lines

SYMBOLS: dict[str, Shape] = {"w": (), "u": (2,), "x": (3,), "M": (2, 2)}

UNICODE = (
    ("M u", """
M u"""),
    ("[[1, 2], [3, 4]] [0.5, -10.25]", """
⎡1  2⎤ ⎡  0.5 ⎤
⎣3  4⎦ ⎣−10.25⎦"""),
    ("M [[1, 2], [3, -4]]^T u", """
M ⎡1   2⎤ᵀ u
  ⎣3  −4⎦"""),
    ("[[1, 0, 0], [0, 2, 0], [0, 0, 3]]^T x", """
⎡1  0  0⎤ᵀ
⎢0  2  0⎥  x
⎣0  0  3⎦"""),
    ("[[w + 1, 2.5, 30], [1, 2, -3.25]] x + [1, 2]", """
⎡w + 1  2.5  30   ⎤ x + ⎡1⎤
⎣    1  2    −3.25⎦     ⎣2⎦"""),
    ("sum([1, 2, 3, 4] .* [w, 2, 3, 4])", """
  ⎡1⎤   ⎡w⎤
Σ(⎢2⎥ ⊙ ⎢2⎥)
  ⎢3⎥   ⎢3⎥
  ⎣4⎦   ⎣4⎦"""),
    ("[1, 2, 3] [4, 5]^T", """
⎡1⎤
⎢2⎥ ⎡4⎤ᵀ
⎣3⎦ ⎣5⎦"""),
    ("2 [0.5, 1.25]^2", """
2·⎡0.5 ⎤²
  ⎣1.25⎦"""),
    ("[[1, 2, 3]] x", """
[1  2  3] x"""),
)  # fmt: skip
ASCII = (
    ("M [[1, 2], [3, -4]]^T u", """
M [ 1   2 ]^T u
  [ 3  -4 ]"""),
    ("[[1.5, 20], [3, 4]] u - [0.25, 0]", """
[ 1.5  20 ] u - [ 0.25 ]
[ 3     4 ]     [ 0    ]"""),
)  # fmt: skip
CASES = [(Style.UNICODE, *case) for case in UNICODE] + [(Style.ASCII, *case) for case in ASCII]


@pytest.mark.parametrize(("style", "typed", "drawn"), CASES)
def test_arrays_stand_in_two_dimensions(style: Style, typed: str, drawn: str) -> None:
    reading = read(typed, SYMBOLS)
    assert isinstance(reading, Reading)
    assert lines(reading.tree, style, SYMBOLS) == tuple(drawn.split("\n")[1:])


ON_ONE_LINE = (
    ("[[1, 2], [3, 4]] u", Style.UNICODE, 7),
    ("[[1, 2], [3, 4]] u", Style.LATEX, 80),
    ("[[1, 2], [3, 4]] u", Style.NUMPY, 80),
    ("M u", Style.UNICODE, 1),
    ("[[1, 2], [3]]", Style.UNICODE, 80),
    ("[u, [1, 2]] u", Style.UNICODE, 80),
)


@pytest.mark.parametrize(("typed", "style", "width"), ON_ONE_LINE)
def test_what_does_not_fit_stays_on_one_line(typed: str, style: Style, width: int) -> None:
    reading = read(typed, SYMBOLS)
    assert isinstance(reading, Reading)
    assert lines(reading.tree, style, SYMBOLS, width) == (text(reading.tree, style, SYMBOLS),)


def test_a_width_that_just_fits_is_used() -> None:
    reading = read("[[1, 2], [3, 4]] u", SYMBOLS)
    assert isinstance(reading, Reading)
    assert [len(lines(reading.tree, Style.UNICODE, SYMBOLS, width)) for width in (7, 8)] == [1, 2]
