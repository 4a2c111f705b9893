"""What all tests share: which of them need the repository around them, and a tidy end."""

from __future__ import annotations

import os
import pty
import re
import select
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from termios import tcsetwinsize
from time import monotonic
from typing import Any

import pytest

PATIENCE_S = 20
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")
WHERE_IS_THE_CURSOR = "\x1b[6n"

IN_CHECKOUT = (Path(__file__).parents[1] / "pyproject.toml").is_file()
"""False where the suite runs against an installed wheel, with nothing beside ``tests/``."""

collect_ignore = [] if IN_CHECKOUT else ["checkout"]


@pytest.fixture(autouse=True)
def _connections_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test may leave its connections open; from Python 3.13 on, a forgotten one warns."""
    connect = sqlite3.connect
    with ExitStack() as opened:

        def remembered(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*args, **kwargs)
            return opened.enter_context(closing(connection))

        monkeypatch.setattr(sqlite3, "connect", remembered)
        yield


@dataclass(slots=True)
class Terminal:
    """A real pseudo-terminal: the test plays the terminal, a child process runs in it."""

    child: subprocess.Popen[bytes]
    fd: int
    answers: bool
    """Whether it tells where the cursor is."""
    history: str = ""
    read_to: int = 0

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.fd, text.encode())

    def wait_for(self, text: str) -> None:
        """Read on until ``text`` is drawn; what stands on the screen already is not drawn again."""
        until = monotonic() + PATIENCE_S
        while (found := (drawn := ESCAPE.sub("", self.history)).find(text, self.read_to)) < 0:
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


@pytest.fixture(scope="session")
def pseudo_terminal() -> PseudoTerminal:
    """Run python on some arguments in a terminal of 24 lines by 80 columns."""

    @contextmanager
    def opened(arguments: Sequence[str], *, answers: bool = True, **environment: str) -> Iterator[Terminal]:
        master, slave = pty.openpty()
        tcsetwinsize(slave, (24, 80))
        usual = {"TERM": "xterm", "ACCESSIBLE": "0", "PYTHONIOENCODING": "utf-8"}
        child = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, **usual, **environment},
            start_new_session=True,
        )
        os.close(slave)
        try:
            yield Terminal(child, master, answers)
        finally:
            child.kill()
            child.wait()
            os.close(master)

    return opened


PseudoTerminal = Callable[..., AbstractContextManager[Terminal]]
