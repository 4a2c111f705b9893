"""Whole practices in a real terminal: the real command, real keys, a real kill."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import PseudoTerminal, Terminal

    Practising = Callable[..., AbstractContextManager[Terminal]]

CELLS = (
    ("the graph (1 of 18", "q = x + y; f = q*z"),
    ("q (2 of 18", "3"),
    ("f (3 of 18", "-12"),
    ("f → q: local derivative (4 of 18", "-4, 1, -4"),
    ("f → z: local derivative (7 of 18", "3, 1, 3"),
    ("q → x: local derivative (10 of 18", "1, -4, -4"),
    ("q → y: local derivative (13 of 18", "1, -4, -4"),
    ("check: ∂f/∂x as a formula (16 of 18", "z"),
    ("check: ∂f/∂y as a formula (17 of 18", "z"),
    ("check: ∂f/∂z as a formula (18 of 18", "x + y"),
)
"""Practice 1 of the study page, answered in full."""

WORDS = ":hint :skip :back :solution :quit"
"""Beside the clock in the toolbar."""


@pytest.fixture
def practising(pseudo_terminal: PseudoTerminal, tmp_path: Path) -> Practising:
    """``bpdrill practice`` on one item, in a terminal that does or does not tell where its cursor is."""
    command = ["-m", "bpdrill", "practice", "--item", "graphs/sum-times"]
    return lambda *, answers=True: pseudo_terminal(command, answers=answers, BPDRILL_HOME=str(tmp_path))


def answer(tty: Terminal, cells: tuple[tuple[str, str], ...]) -> None:
    """Wait for each prompt, answer it, and wait until the answer is acknowledged."""
    for prompt, text in cells:
        tty.wait_for(prompt)
        tty.type(f"{text}\r")
        tty.wait_for("I read:")


@pytest.mark.parametrize("answers", [True, False])
def test_a_whole_practice(practising: Practising, *, answers: bool) -> None:
    with practising(answers=answers) as tty:
        tty.wait_for("A sum, then a product")
        answer(tty, CELLS)
        tty.wait_for("Strong Hire")
        tty.wait_for("All 18 answers are right.")
        tty.wait_for("Comes back on")
        assert tty.child.wait(10) == 0


def test_the_clock_is_seen_in_the_toolbar(practising: Practising) -> None:
    with practising() as tty:
        tty.wait_for("the graph (1 of 18) >")
        tty.wait_for(f"  {WORDS}")
        assert re.search(rf"(8:00|7:5\d)  {WORDS}", tty.history)


def test_without_an_answer_the_clock_stands_in_the_prompt_line(practising: Practising) -> None:
    with practising(answers=False) as tty:
        tty.wait_for("the graph (1 of 18) >")
        tty.wait_for("7:5")
        assert f"  {WORDS}" not in tty.history
        tty.type("q = x + y; f = q*z\r")
        tty.wait_for("I read:")
        tty.wait_for("q (2 of 18; 7:")


def test_killed_at_any_prompt_it_goes_on_at_the_same_cell(practising: Practising) -> None:
    for done in range(0, len(CELLS), 3):
        with practising() as tty:
            if done:
                tty.wait_for("Going on with A sum, then a product")
            answer(tty, CELLS[max(0, done - 3) : done])
            tty.wait_for(CELLS[done][0])
            os.kill(tty.child.pid, signal.SIGKILL)
            tty.child.wait()
    with practising() as tty:
        answer(tty, CELLS[done:])
        tty.wait_for("Strong Hire")


def test_ctrl_c_keeps_everything(practising: Practising, tmp_path: Path) -> None:
    with practising() as tty:
        answer(tty, CELLS[:2])
        tty.wait_for(CELLS[2][0])
        tty.type("-1\x03")
        tty.wait_for("everything you answered is kept")
        assert tty.child.wait(10) == 130
    assert due(tmp_path)["draft"]["item"] == "graphs/sum-times"


def test_a_closed_terminal_keeps_everything(practising: Practising, tmp_path: Path) -> None:
    with practising() as tty:
        answer(tty, CELLS[:2])
        tty.wait_for(CELLS[2][0])
        os.kill(tty.child.pid, signal.SIGHUP)
        tty.child.wait(10)
    assert due(tmp_path)["draft"]["item"] == "graphs/sum-times"


def due(home: Path) -> dict[str, dict[str, object]]:
    """What ``bpdrill due --json`` says."""
    command = [sys.executable, "-m", "bpdrill", "due", "--json"]
    environment = {**os.environ, "BPDRILL_HOME": str(home)}
    read: dict[str, dict[str, object]] = json.loads(
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    )
    return read
