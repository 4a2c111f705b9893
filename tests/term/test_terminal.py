"""A real pseudo-terminal: the test plays the terminal, a child process asks."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

import pytest

CHILD = """
import os, sys, time
from bpdrill.practice.ports import Question
from bpdrill.term.choose import Options, front
ask, show = front(os.environ, sys.stdin, sys.stdout, Options())
began = time.monotonic()
clock = lambda: ("1111", "2222", "3333")[int(time.monotonic() - began) % 3]
for lines in map(int, sys.argv[1]):
    question = Question("dL/dw", "7 of 25", lines=bool(lines), clock=clock)
    try:
        print("ANSWER", ascii(ask.ask(question)), flush=True)
    except KeyboardInterrupt:
        print("INTERRUPTED", flush=True)
"""

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")
WHERE_IS_THE_CURSOR = "\x1b[6n"
PATIENCE_S = 10


@dataclass(slots=True)
class Terminal:
    """The other side of a pseudo-terminal."""

    fd: int
    answers: bool
    """Whether it tells where the cursor is."""
    history: str = ""
    read_to: int = 0

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def wait_for(self, text: str) -> None:
        """Read on until ``text`` is drawn; what stands on the screen already is not drawn again."""
        until = monotonic() + PATIENCE_S
        while (found := (drawn := _ESCAPE.sub("", self.history)).find(text, self.read_to)) < 0:
            assert monotonic() < until, f"no {text!r} in {drawn[self.read_to :]!r}"
            self._read()
        self.read_to = found + len(text)

    def _read(self) -> None:
        if not select.select([self.fd], [], [], 0.1)[0]:
            return
        piece = os.read(self.fd, 65536).decode(errors="replace")
        if self.answers and WHERE_IS_THE_CURSOR in piece:
            self.type("\x1b[1;1R")
        self.history += piece
        assert "WARNING" not in self.history


@contextmanager
def terminal(questions: str, *, answers: bool = True) -> Iterator[Terminal]:
    """A child that asks ``questions``: 0 for one line, 1 for several."""
    from termios import tcsetwinsize

    master, slave = pty.openpty()
    tcsetwinsize(slave, (24, 80))
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, questions],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "ACCESSIBLE": "0", "PYTHONIOENCODING": "utf-8"},
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(master, answers)
    finally:
        child.kill()
        child.wait()
        os.close(master)


def test_the_clock_ticks_in_the_toolbar_and_leaves_the_line_alone() -> None:
    with terminal("0") as tty:
        tty.wait_for("dL/dw (7 of 25) >")
        tty.type("w*")
        tty.wait_for("1111  :hint :skip :back :solution :quit")
        tty.wait_for("2222")
        tty.wait_for("3333")
        tty.type("x\r")
        tty.wait_for("ANSWER 'w*x'")


def test_a_silent_terminal_gets_the_clock_in_the_prompt_and_no_warning() -> None:
    with terminal("0", answers=False) as tty:
        tty.wait_for("dL/dw (7 of 25) >")
        tty.type("w*")
        tty.wait_for("3333) > w*")
        tty.wait_for("1111")
        tty.type("x\r")
        tty.wait_for("ANSWER 'w*x'")
        assert ":hint" not in tty.history


def test_a_terminal_that_did_not_answer_is_not_asked_again() -> None:
    with terminal("00", answers=False) as tty:
        tty.wait_for("dL/dw (7 of 25) >")
        tty.type("1\r")
        tty.wait_for("ANSWER '1'")
        tty.wait_for("dL/dw (7 of 25; ")
        assert tty.history.count(WHERE_IS_THE_CURSOR) == 1


LINES = [
    ("2\r", "0", "'2'"),
    ("\x04", "0", "':quit'"),
    ("\x04", "1", "':quit'"),
    (":hint\r", "1", "':hint'"),
    ("one\rtwo\r.\r", "1", r"'one\ntwo'"),
    ("one\rtwo\x1b\r", "1", r"'one\ntwo'"),
    ("\x1b[200~one\ntwo\nthree\x1b[201~\r.\r", "1", r"'one\ntwo\nthree'"),
    ("\x1b[200~p = x\rq = p\x1b[201~\r", "0", r"'p = x\nq = p'"),
    ("one\r.\x1b[A\r\x1b[B\r", "1", r"'o\nne'"),
]


@pytest.mark.parametrize(("keys", "questions", "answer"), LINES)
def test_an_answer_is_one_answer(keys: str, questions: str, answer: str) -> None:
    with terminal(questions) as tty:
        tty.wait_for(">")
        tty.type(keys)
        tty.wait_for(f"ANSWER {answer}")


def test_ctrl_c_interrupts() -> None:
    with terminal("0") as tty:
        tty.wait_for(">")
        tty.type("2\x03")
        tty.wait_for("INTERRUPTED")
