"""What the operating system holds a child to. Where it has no such limit, the parent's clock is left."""

from __future__ import annotations

import time
from math import ceil
from pathlib import Path

ROOM = 512 * 2**20
"""Bytes of memory on top of what the imports took."""


def limit_memory(room: int = ROOM) -> None:
    """Allow this process ``room`` bytes more than it has now.

    To be called after the imports: a library that is refused memory while it loads may hang.
    """
    size = _size()
    if size is None:
        return
    from resource import RLIMIT_AS, getrlimit, setrlimit

    hard = getrlimit(RLIMIT_AS)[1]
    setrlimit(RLIMIT_AS, (size + room if hard < 0 else min(size + room, hard), hard))


def limit_time(seconds: float) -> None:
    """Allow this process about so many seconds of computing from now on.

    It is for a child whose parent is gone while one long step of arithmetic lets no other thread run.
    """
    try:
        from resource import RLIMIT_CPU, getrlimit, setrlimit
    except ImportError:
        return
    hard = getrlimit(RLIMIT_CPU)[1]
    end = ceil(time.process_time() + seconds) + 1
    setrlimit(RLIMIT_CPU, (end if hard < 0 else min(end, hard), hard))


def _size() -> int | None:
    """The size of this process's address space, where the system tells it."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return None
    from resource import getpagesize

    return pages * getpagesize()
