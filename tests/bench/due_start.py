"""What a shell's start pays for ``bpdrill due``: whole-process CPU, as a multiple of ``python -c pass``.

    python tests/bench/due_start.py

The two are run in turn, so that a busy machine slows both alike; the goal is a median of at most 4.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from bpdrill.model.events import Enrolled, Moment
from bpdrill.model.plan import Checkpoint, Drill, Lines, Plan, Task
from bpdrill.store.connect import connect
from bpdrill.store.journal import SqliteJournal
from bpdrill.store.paths import state_file

PAIRS = 30
GOAL = 4.0

PASS = (sys.executable, "-c", "pass")
COMMANDS = {
    "python -m bpdrill due": (sys.executable, "-m", "bpdrill", "due"),
    "bpdrill due": (str(Path(sys.executable).with_name("bpdrill")), "due"),
}


def plan() -> Plan:
    """Five checkpoints of three self-graded tasks each."""
    lines = Lines("all of it", "most of it", "none of it")
    drill = Drill("Explain it", 5, prompt="Explain it.", lines=lines)
    tasks = {
        day: tuple(Task(f"{day}-{n}", "Explain it", 5, (drill,)) for n in range(3))
        for day in (0, 3, 7, 14, 21)
    }
    return Plan("bench", 1, tuple(Checkpoint(day, f"Day {day}", some) for day, some in tasks.items()))


def cpu_seconds(command: tuple[str, ...], environment: dict[str, str]) -> float:
    """CPU time of one run, in user and kernel, from start to end."""
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(command[0], command, environment, file_actions=silent)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Print the median ratio of each way to start; 1 if one misses the goal."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BPDRILL_HOME": folder}
        moment = Moment(0, "UTC", 0, "2026-10-05")
        SqliteJournal(connect(state_file(folder)), lambda: moment).record(Enrolled(plan()))
        medians = {name: _median_ratio(command, environment) for name, command in COMMANDS.items()}
    for name, ratio in medians.items():
        sys.stdout.write(f"{ratio:5.2f}  {name}\n")
    return int(max(medians.values()) > GOAL)


def _median_ratio(command: tuple[str, ...], environment: dict[str, str]) -> float:
    return statistics.median(
        cpu_seconds(command, environment) / cpu_seconds(PASS, environment) for _ in range(PAIRS)
    )


if __name__ == "__main__":
    sys.exit(main())
