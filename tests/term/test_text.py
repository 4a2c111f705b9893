"""The golden renderings are written by hand: a change to one is a change to what every learner sees."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.blocks import (
    Block,
    Bullets,
    Caret,
    Code,
    Formula,
    Graph,
    Heading,
    Note,
    Prose,
    Table,
    Tone,
    Toned,
)
from bpdrill.model.tree import Line, Symbol
from bpdrill.term.cells import width
from bpdrill.term.paper import Paper
from bpdrill.term.text import talk, text

x, w = Symbol("x"), Symbol("w")

PROBLEM: list[Block] = [
    Heading("One weight"),
    Prose("Let ŷ = w·x.\nTrace it — slowly."),
    Graph(("w", "x"), (Line("yhat", w * x),)),
    Formula("dw", x * Symbol("dyhat")),
    Formula("", w * x),
    Bullets(("forward first", "then back")),
    Code("y = w * x\n\tdone\n"),
    Caret("2 +", 3, "A number is missing."),
    Note("Nothing is lost.", Tone.QUIET),
]

UNICODE = """\
One weight
Let ŷ = w·x.
Trace it — slowly.

●      w   (input)
│ ●    x   (input)
●─╯    ŷ   = w·x

    dw = x·dŷ
    w·x

• forward first
• then back

y = w * x
    done
  2 +
     ^
  A number is missing.
Nothing is lost.
"""

ASCII = """\
One weight
Let yhat = w*x.
Trace it -- slowly.

*      w      (input)
| *    x      (input)
*-'    yhat   = w*x

    dw = x*dyhat
    w*x

- forward first
- then back

y = w * x
    done
  2 +
     ^
  A number is missing.
Nothing is lost.
"""


@pytest.mark.parametrize(("paper", "golden"), [(Paper(), UNICODE), (Paper(ascii=True), ASCII)])
def test_a_problem(paper: Paper, golden: str) -> None:
    assert text(PROBLEM, paper) == golden.splitlines()


def test_blocks_part_from_those_shown_before() -> None:
    assert text([Prose("b")], Paper(), previous=Prose("a")) == ["", "b"]
    assert text([Note("b")], Paper(), previous=Prose("a")) == ["b"]
    assert text([], Paper()) == []


def test_talk_is_wrapped_and_ended() -> None:
    assert talk("one two three four five", Paper(20)) == "one two three four\nfive\n"


words = st.text(max_size=60)
papers = st.builds(Paper, st.integers(20, 80), st.booleans())
tones = st.sampled_from(Tone)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, words, tones),
    st.builds(Prose, words),
    st.builds(Note, words, tones),
    st.builds(Caret, words, st.integers(-3, 70), words),
    st.builds(Code, words),
    st.builds(Bullets, st.lists(words, max_size=3).map(tuple)),
    st.builds(lambda a, b: Table(a, (b, "two"), ((a, Toned(b, Tone.BAD)), (b, ""))), words, words),
)


@given(st.lists(blocks, max_size=4), papers)
@settings(deadline=None)
def test_any_text_is_harmless_and_fits(shown: list[Block], paper: Paper) -> None:
    for line in text(shown, paper):
        assert width(line) <= paper.width
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in line)
        assert line.isascii() or not paper.ascii
