from __future__ import annotations

import re
from io import StringIO

import pytest

from bpdrill.model.blocks import Block, Heading, Note, Prose, Table, Tone, Toned
from bpdrill.term.paper import Paper
from bpdrill.term.screen import ScreenShow, console
from bpdrill.term.text import text

_STYLING = re.compile(r"\x1b\[[0-9;]*m")
COLOR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|9[0-7]|38)[;m]")


def shown(*blocks: Block, paper: Paper | None = None, color: bool = True) -> str:
    sheet, stdout = paper or Paper(40), StringIO()
    ScreenShow(console(stdout, sheet, color=color), StringIO(), sheet).show(blocks)
    return stdout.getvalue()


def bare(drawn: str) -> list[str]:
    return [line.rstrip() for line in _STYLING.sub("", drawn).splitlines()]


TONES = [(Tone.GOOD, "\x1b[32m"), (Tone.FAIR, "\x1b[33m"), (Tone.BAD, "\x1b[31m"), (Tone.QUIET, "\x1b[2m")]


@pytest.mark.parametrize(("tone", "code"), TONES)
def test_a_tone_has_its_style(tone: Tone, code: str) -> None:
    assert shown(Note("so", tone)) == f"{code}so\x1b[0m\n"


LITERAL = ["[z]", "[bold]x[/bold]", ":smile:", "http://a.b 'x' 12 None", "[/]", "x" * 39 + " [0]"]


@pytest.mark.parametrize("words", LITERAL)
def test_nothing_is_taken_for_markup(words: str) -> None:
    assert shown(Prose(words), paper=Paper(60)) == f"{words}\n"


BLOCKS: tuple[Block, ...] = (
    Heading("Forward"),
    Prose("A paragraph that has to be wrapped at forty cells, with ŷ − y in it."),
    Table("T", ("a", "b"), (("1", Toned("✗ wrong", Tone.BAD)), ("日本", "4"))),
    Note("done", Tone.GOOD),
)


def test_the_screen_says_what_the_plain_text_says() -> None:
    assert bare(shown(*BLOCKS)) == text(BLOCKS, Paper(40))
    assert bare(shown(*BLOCKS, color=False)) == text(BLOCKS, Paper(40))


def test_without_colour_no_colour_is_sent() -> None:
    assert COLOR.search(shown(*BLOCKS)) is not None
    assert COLOR.search(shown(*BLOCKS, Heading("No Hire", Tone.BAD), color=False)) is None


FRAMES = [
    (Paper(40), ["╭────────────────╮", "│ Strong Hire: ŷ │", "╰────────────────╯"]),
    (Paper(40, ascii=True), ["+-------------------+", "| Strong Hire: yhat |", "+-------------------+"]),
]


@pytest.mark.parametrize(("paper", "frame"), FRAMES)
def test_a_verdict_stands_in_a_frame(paper: Paper, frame: list[str]) -> None:
    assert bare(shown(Heading("Strong Hire: ŷ", Tone.GOOD), paper=paper)) == frame


def test_a_long_verdict_stays_on_the_paper() -> None:
    drawn = bare(shown(Heading("No Hire: " + "word " * 20, Tone.BAD)))
    assert max(map(len, drawn)) <= 40
    assert len(drawn) > 4


def test_blocks_of_two_calls_are_parted() -> None:
    stdout, stderr = StringIO(), StringIO()
    show = ScreenShow(console(stdout, Paper(), color=False), stderr, Paper())
    show.show([Prose("a")])
    show.show([Prose("b")])
    show.aside("kept")
    assert stdout.getvalue() == "a\n\nb\n"
    assert stderr.getvalue() == "kept\n"
