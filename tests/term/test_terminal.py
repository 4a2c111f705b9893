"""A real pseudo-terminal: the test plays the terminal, a child process asks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import PseudoTerminal, Terminal

    Asked = Callable[..., AbstractContextManager[Terminal]]

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

WHERE_IS_THE_CURSOR = "\x1b[6n"


@pytest.fixture
def terminal(pseudo_terminal: PseudoTerminal) -> Callable[..., AbstractContextManager[Terminal]]:
    """A child that asks ``questions``: 0 for one line, 1 for several."""
    return lambda questions, *, answers=True: pseudo_terminal(["-c", CHILD, questions], answers=answers)


def test_the_clock_ticks_in_the_toolbar_and_leaves_the_line_alone(terminal: Asked) -> None:
    with terminal("0") as tty:
        tty.wait_for("dL/dw (7 of 25) >")
        tty.type("w*")
        tty.wait_for("1111  :hint :skip :back :solution :quit")
        tty.wait_for("2222")
        tty.wait_for("3333")
        tty.type("x\r")
        tty.wait_for("ANSWER 'w*x'")


def test_a_silent_terminal_gets_the_clock_in_the_prompt_and_no_warning(terminal: Asked) -> None:
    with terminal("0", answers=False) as tty:
        tty.wait_for("dL/dw (7 of 25) >")
        tty.type("w*")
        tty.wait_for("3333) > w*")
        tty.wait_for("1111")
        tty.type("x\r")
        tty.wait_for("ANSWER 'w*x'")
        assert ":hint" not in tty.history


def test_a_terminal_that_did_not_answer_is_not_asked_again(terminal: Asked) -> None:
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
def test_an_answer_is_one_answer(terminal: Asked, keys: str, questions: str, answer: str) -> None:
    with terminal(questions) as tty:
        tty.wait_for(">")
        tty.type(keys)
        tty.wait_for(f"ANSWER {answer}")


def test_ctrl_c_interrupts(terminal: Asked) -> None:
    with terminal("0") as tty:
        tty.wait_for(">")
        tty.type("2\x03")
        tty.wait_for("INTERRUPTED")
