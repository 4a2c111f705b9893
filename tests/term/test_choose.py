from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper

import pytest

from bpdrill.term.choose import Options, is_plain, paper, terminal_width
from bpdrill.term.paper import Paper


class Stream(TextIOWrapper):
    """A text stream that may claim to be a terminal."""

    def __init__(self, encoding: str = "utf-8", *, tty: bool = True) -> None:
        super().__init__(BytesIO(), encoding)
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


TTY, PIPE = Stream(), Stream(tty=False)
WANTED = Options()

PLAIN = [
    ({}, PIPE, TTY, WANTED),
    ({}, TTY, PIPE, WANTED),
    ({}, TTY, TTY, Options(plain=True)),
    ({"ACCESSIBLE": "1"}, TTY, TTY, WANTED),
    ({"TERM": "dumb"}, TTY, TTY, WANTED),
]


@pytest.mark.parametrize(("environment", "stdin", "stdout", "options"), PLAIN)
def test_is_plain(environment: dict[str, str], stdin: Stream, stdout: Stream, options: Options) -> None:
    assert is_plain(environment, stdin, stdout, options)


@pytest.mark.parametrize("environment", [{}, {"TERM": "xterm", "ACCESSIBLE": "0"}])
def test_a_terminal_is_not_plain(environment: dict[str, str]) -> None:
    assert not is_plain(environment, TTY, TTY, WANTED)


PAPERS = [
    ("utf-8", WANTED, Paper(80)),
    ("ascii", WANTED, Paper(80, ascii=True)),
    ("latin-1", WANTED, Paper(80, ascii=True)),
    ("cp437", WANTED, Paper(80, ascii=True)),
    ("utf-16", WANTED, Paper(80)),
    ("utf-8", Options(ascii=True), Paper(80, ascii=True)),
    ("utf-8", Options(width=60), Paper(60)),
    ("utf-8", Options(width=3), Paper(20)),
]


@pytest.mark.parametrize(("encoding", "options", "sheet"), PAPERS)
def test_paper(encoding: str, options: Options, sheet: Paper) -> None:
    assert paper(Stream(encoding), options) == sheet


def test_the_terminal_sets_the_width() -> None:
    import pty
    from termios import tcsetwinsize

    master, slave = pty.openpty()
    tcsetwinsize(slave, (24, 61))
    with os.fdopen(slave, "w") as stdout:
        assert terminal_width(stdout) == 61
        assert paper(stdout, Options()).width == 61
    os.close(master)


LOADED = """
import os, sys
from bpdrill.model.blocks import Heading, Table, Tone
from bpdrill.practice.ports import Question
from bpdrill.term.choose import Options, front
ask, show = front(os.environ, sys.stdin, sys.stdout, Options())
show.show([Heading("No Hire", Tone.BAD), Table("t", ("a",), (("1",),))])
print(ask.ask(Question("dw")))
print(sorted({name.split(".")[0] for name in sys.modules} & {"rich", "prompt_toolkit", "numpy", "sympy"}))
"""


def test_a_plain_front_end_loads_neither_rich_nor_prompt_toolkit() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], input="2\n", capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-2:] == ["2", "[]"]
    assert "\x1b" not in done.stdout
