"""A practice that is killed at any moment has lost nothing, and goes on where it was.

Day 0 of the plan is typed into a real process, which is killed with SIGKILL after a random number of
acknowledgements and a few random milliseconds. What it has acknowledged must be in the draft or in the
log, nothing else may be there, and a second process must go on at the same cell, to the end of the day.

Ten kills by default; ``BPDRILL_KILLS=50 pytest tests/test_kill.py`` for fifty.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import accumulate, islice
from pathlib import Path
from random import Random

import pytest

from bpdrill.model.events import Reviewed
from bpdrill.store import log
from bpdrill.store.connect import connect

KILLS = int(os.environ.get("BPDRILL_KILLS", "10"))
COMMAND = (sys.executable, "-m", "bpdrill", "practice", "--plain")

Step = tuple[tuple[str, ...], tuple[str, ...]]
"""The lines of one answer, and the cells they fill."""

WRITTEN: tuple[Step, ...] = ((("on paper", "."), ("on paper",)), (("yes",), ("yes",)), (("yes",), ("yes",)))
"""A task that is graded by oneself."""

TRACE: tuple[Step, ...] = tuple(
    ((line,), tuple(line.split(",")) if "x" not in line else (line,))
    for line in (
        *("6", "7", "-1", "1"),
        *("-2, 1, -2", "1, -2, -2", "-1, -2, 2", "1, -2, -2", "1, -2, -2", "3, -2, -6", "2, -2, -4"),
        "2(wx+b-y)x",
    )
)

RULES: tuple[Step, ...] = tuple(
    ((line,), (line,)) for line in ("dZ X^T", "W^T dZ", "dh * (z > 0)", "da*a*(1 - a)", "p - y")
)

STEPS = (*WRITTEN, *TRACE, *RULES)
CELLS = [cell for _, cells in STEPS for cell in cells]
ECHOED = [lines[0] != "on paper" for lines, _ in STEPS]
"""Prose is not read, so it is not acknowledged by itself."""


def acknowledged(echoes: int) -> int:
    """How many cells are filled once that many steps have been echoed."""
    filled = accumulate((len(cells) for _, cells in STEPS), initial=0)
    last = [at for at, echoed in enumerate(ECHOED, 1) if echoed][:echoes]
    return list(filled)[last[-1] if last else 0]


def start(home: Path, steps: Sequence[Step]) -> subprocess.Popen[str]:
    """A practice with all of ``steps`` typed ahead."""
    typed, ends = os.pipe()
    os.write(ends, "".join(f"{line}\n" for lines, _ in steps for line in lines).encode())
    os.close(ends)
    try:
        return subprocess.Popen(
            COMMAND,
            env={**os.environ, "BPDRILL_HOME": str(home), "BPDRILL_NOW": "2026-10-05T12:00+02:00"},
            stdin=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
    finally:
        os.close(typed)


def killed_at_random(home: Path, chance: Random) -> int:
    """Kill a practice; how many steps it had echoed by then."""
    with start(home, STEPS) as process:
        assert process.stdout is not None
        echoes = (line for line in process.stdout if line.startswith("I read:"))
        seen = len(list(islice(echoes, chance.randint(0, sum(ECHOED)))))
        time.sleep(chance.random() * (0.5 if seen == 0 else 0.02))
        process.send_signal(signal.SIGKILL)
        return seen + len(list(echoes))


def saved(home: Path) -> list[str]:
    """Every cell that is in the log, then every cell that is in the draft."""
    state = connect(str(home / "bpdrill.sqlite3"))
    reviews = [event.answer for _, event in log.read(state) if isinstance(event, Reviewed)]
    drafts = [json.loads(payload)["answer"] for (payload,) in state.rows("SELECT payload FROM draft")]
    state.close()
    return [text for answer in (*reviews, *drafts) for text in answer.values()]


def steps_after(count: int) -> Sequence[Step]:
    """What is still to be typed once ``count`` cells are filled; a line is kept whole or not at all."""
    filled = list(accumulate((len(cells) for _, cells in STEPS), initial=0))
    return STEPS[filled.index(count) :]


@pytest.mark.parametrize("number", range(KILLS))
def test_a_kill_loses_nothing(tmp_path: Path, number: int) -> None:
    echoes = killed_at_random(tmp_path, Random(number))
    kept = saved(tmp_path)
    assert kept == CELLS[: len(kept)]
    assert len(kept) >= acknowledged(echoes)

    with start(tmp_path, steps_after(len(kept))) as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    ended = ("That was all for today.", *(["Nothing is due today."] if kept == CELLS else []))
    assert any(words in out for words in ended)
    assert saved(tmp_path) == CELLS


def test_what_has_been_echoed_is_counted_rightly() -> None:
    assert [acknowledged(echoes) for echoes in (0, 1, 2, 3, 7)] == [0, 2, 3, 4, 10]
    assert acknowledged(sum(ECHOED)) == len(CELLS) == 3 + 26 + 5
