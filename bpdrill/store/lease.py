"""Whose draft is it: a process, named so that no later one can be taken for it.

A process id alone is given out again; together with the start of the process it is not.
"""

from __future__ import annotations

import os


def own() -> tuple[int, str]:
    """The lease of this process: its id and its start."""
    pid = os.getpid()
    return pid, started(pid) or ""


def alive(pid: int, start: str) -> bool:
    """Whether the process that took this lease is still running."""
    return started(pid) == start


def started(pid: int) -> str | None:
    """When process ``pid`` started, in the system's own terms; None if it does not run.

    Without ``/proc`` (macOS, the BSDs) ``ps`` is asked.
    """
    if not os.path.exists("/proc/self/stat"):
        return _started_by_ps(pid)
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            fields = stat.read()
    except OSError:
        return None
    # The second field is the program's name in brackets and may hold blanks: count from its end.
    # A zombie has let go of everything but its number.
    state, *rest = fields.rpartition(")")[2].split()
    return None if state == "Z" else rest[18]


def _started_by_ps(pid: int) -> str | None:
    import subprocess

    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (a number)
    except FileNotFoundError:
        return None
    return answer.stdout.strip() or None
