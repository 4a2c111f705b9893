from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.blocks import Bar, Bars, Scale, Tone
from bpdrill.notation.figures import number
from bpdrill.term.bars import rows
from bpdrill.term.cells import width
from bpdrill.term.paper import Paper
from bpdrill.term.spans import written
from bpdrill.term.text import text

DYING = Bars(
    "Norms",
    ("layer", "measured", "cap"),
    (Bar("10", 0.22, 0.25, Tone.GOOD), Bar("9", 0.05, 0.0625), Bar("1", 0.011, 0.0156), Bar("0", 0.0)),
    Scale.LOGARITHMIC,
)
CLIPPED = Bars("", ("", "norm"), (Bar("before", 4.0), Bar("after", 1.0)))

DRAWN = [
    (
        DYING,
        Paper(43),
        [
            "Norms",
            "layer  measured  cap ┆   1e-3   log    0.25",
            "─────  ────────  ──────  ──────────────────",
            "   10  0.22      0.25    █████████████████┆",
            "    9  0.05      0.0625  ████████████┆",
            "    1  0.011     0.0156  ████████┆",
            "    0  0",
        ],
    ),
    (
        DYING,
        Paper(43, ascii=True),
        [
            "Norms",
            "layer  measured  cap |   1e-3   log    0.25",
            "-----  --------  ------  ------------------",
            "   10  0.22      0.25    #################|",
            "    9  0.05      0.0625  ############|",
            "    1  0.011     0.0156  ########|",
            "    0  0",
        ],
    ),
    (
        CLIPPED,
        Paper(34),
        [
            "        norm  0                  4",
            "──────  ────  ────────────────────",
            "before  4     ████████████████████",
            " after  1     █████",
        ],
    ),
    (
        DYING,
        Paper(30),
        [
            "Norms",
            "layer  measured  cap",
            "─────  ────────  ──────",
            "10     0.22      0.25",
            "9      0.05      0.0625",
            "1      0.011     0.0156",
            "0      0",
        ],
    ),
    (
        Bars("Nothing", ("", "norm"), ()),
        Paper(20),
        ["Nothing", "  norm  0          1", "  ────  ────────────"],
    ),
]


@pytest.mark.parametrize(("block", "paper", "drawn"), DRAWN)
def test_drawing(block: Bars, paper: Paper, drawn: list[str]) -> None:
    assert text([block], paper) == drawn


def test_a_mark_inside_a_bar_leaves_the_bar_its_length() -> None:
    below, above = Bar("a", 8.0, 4.0), Bar("b", 4.0, 8.0)
    lines = text([Bars("", ("", "norm", "cap"), (below, above))], Paper(40))
    assert lines[-2].split()[-1] == "█" * 11 + "┆" + "█" * 12
    assert lines[-1].endswith(" " + "█" * 12 + " " * 11 + "┆")


def test_a_bar_has_its_tone_and_its_mark_has_none() -> None:
    (_, before, mark, _) = rows(DYING, Paper(43))[3]
    assert (before.tone, mark.tone) == (Tone.GOOD, Tone.PLAIN)


sizes = st.one_of(st.just(0.0), st.floats(1e-300, 1e300))
labels = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=4)
bars = st.builds(Bar, labels, sizes, st.one_of(st.none(), sizes), st.sampled_from(Tone))
blocks = st.builds(
    Bars,
    labels,
    st.just(("layer", "size", "cap")),
    st.lists(bars, max_size=8).map(tuple),
    st.sampled_from(Scale),
)


@pytest.mark.parametrize("size", [2405000000001.0, 2.405e-300, 1.0, 9.99e99])
def test_the_ends_of_a_short_ruler_stay_within_it(size: float) -> None:
    bars = (Bar("a" * 20, size),)
    for columns in range(20, 60):
        lines = text([Bars("", ("layer", "size"), bars, Scale.LOGARITHMIC)], Paper(columns))
        assert all(width(line) <= columns for line in lines)


@settings(deadline=None)
@given(blocks, st.integers(20, 120), st.booleans())
def test_no_line_is_too_long_and_ascii_is_ascii(block: Bars, columns: int, ascii_only: bool) -> None:  # noqa: FBT001  hypothesis draws it
    lines = text([block], Paper(columns, ascii_only))
    assert all(width(line) <= columns for line in lines)
    assert not ascii_only or all(line.isascii() for line in lines)


@settings(deadline=None)
@given(blocks)
def test_every_number_can_be_read_out(block: Bars) -> None:
    lines = text([Bars("", block.header, block.bars, block.scale)], Paper(80))[2:]
    assert len(lines) == len(block.bars)
    for line, bar in zip(lines, block.bars, strict=True):
        assert number(bar.value, 3) in line
        assert bar.mark is None or number(bar.mark, 3) in line


@settings(deadline=None)
@given(st.lists(sizes, min_size=2, max_size=8), st.sampled_from(Scale))
def test_a_larger_size_is_never_shorter_and_only_nothing_has_no_bar(
    values: list[float], scale: Scale
) -> None:
    block = Bars("", ("", "size"), tuple(Bar(str(n), size) for n, size in enumerate(values)), scale)
    lengths = [written(line).count("█") for line in rows(block, Paper(80))[2:]]
    pairs = sorted(zip(values, lengths, strict=True))
    assert [length for _, length in pairs] == sorted(lengths)
    assert all((length == 0) == (size == 0) for size, length in pairs)


@settings(deadline=None)
@given(st.integers(-50, 50), st.integers(1, 20))
def test_each_factor_of_ten_is_one_length_on_a_logarithmic_scale(start: int, decades: int) -> None:
    block = Bars(
        "",
        ("", "size"),
        tuple(Bar("", 10.0**n) for n in range(start, start + decades + 1)),
        Scale.LOGARITHMIC,
    )
    lengths = [written(line).count("█") for line in rows(block, Paper(80))[2:]]
    steps = [after - before for before, after in pairwise(lengths)]
    assert max(steps) - min(steps) <= 1
