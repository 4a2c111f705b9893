"""What the tests ask a child for."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def talk() -> str:
    """Print and read as if there were a terminal."""
    print("{}")  # noqa: T201  that is what is tested
    print("{}", file=sys.stderr)  # noqa: T201
    return sys.stdin.read()


def has_terminal() -> bool:
    try:
        Path("/dev/tty").read_bytes()
    except OSError:
        return False
    return True


def hold(path: str) -> int:
    """Lock a file for as long as this process lives."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def spin() -> None:
    while True:
        pass


def grind() -> None:
    """One step of arithmetic that lets no other thread run."""
    pow(7, 10**9)


REQUESTS: Mapping[str, Callable[..., Any]] = {
    "double": lambda value: 2 * value,
    "pid": os.getpid,
    "spin": spin,
    "grind": grind,
    "sleep": lambda: time.sleep(60),
    "eat": lambda: len(bytearray(2**31)),
    "end": lambda: os._exit(3),
    "break": lambda: 1 / 0,
    "object": object,
    "long": lambda: "x" * 2_000_000,
    "talk": talk,
    "has_terminal": has_terminal,
    "hold": hold,
    "modules": lambda: sorted(sys.modules),
}
