from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from bpdrill.model.events import Draft, Enrolled, Moment, Reviewed
from bpdrill.model.plan import Checkpoint, Drill, Lines, Plan, Task
from bpdrill.store.connect import connect
from bpdrill.store.journal import SqliteJournal

DAY0 = date(2026, 10, 5)

SUMS = Drill("Gradients of a sum of products", 7, "graphs/sums")
RULES = Drill("Four backward rules", 4, prompt="Write them.", lines=Lines("all", "three", "fewer"))

PLAN = Plan(
    "small",
    1,
    (
        Checkpoint(
            0, "After the first read", (Task("a", "Sums", 7, (SUMS,)), Task("b", "Rules", 4, (RULES,)))
        ),
        Checkpoint(3, "First review", (Task("c", "Rules again", 4, (RULES,)),)),
    ),
)

ENROLLED = """\
Day 0: After the first read

   7 min  Gradients of a sum of products
   4 min  Four backward rules

  11 min in all.

Next: First review
on 2026-10-08 at the earliest.

Go on with: bpdrill practice
"""

LATE = """\
Day 3: First review
Due since 2026-10-08: 2 days late, and nothing is lost.

   4 min  Four backward rules

Coming back, with new numbers:
   7 min  Gradients of a sum of products

  11 min in all.

Go on with: bpdrill practice
"""

WAITING = """\
Nothing is due today.

Next: First review
on 2026-10-08 at the earliest.

To practise anyway: bpdrill practice
"""

NOBODY = """\
No plan is under way yet.

Begin with: bpdrill practice
"""

HEAVY = ("argparse", "dataclasses", "json", "numpy", "pathlib", "rich", "sympy", "typer", "typing", "yaml")

LOADED = """
import sys
from bpdrill.__main__ import main
code = main(["due"])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> Run:
    """``bpdrill due`` as a process, on a day of the plan."""

    def due(*words: str, day: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        now = f"{DAY0 + timedelta(days=day)}T12:00+02:00"
        environment = {**os.environ, "BPDRILL_HOME": str(home), "BPDRILL_NOW": now, **variables}
        command = [sys.executable, "-m", "bpdrill", "due", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return due


@pytest.fixture
def journal(home: Path) -> SqliteJournal:
    """The journal of a learner who enrols on day 0."""
    moment = Moment(0, "UTC", 0, DAY0.isoformat())
    journal = SqliteJournal(connect(str(home / "bpdrill.sqlite3")), lambda: moment)
    journal.record(Enrolled(PLAN))
    return journal


def work_through(journal: SqliteJournal) -> None:
    for due in journal.due():
        journal.record(Reviewed(due.title, due.minutes, "Lean Hire", 60, due.item, due.task, due.drill))


def test_who_has_not_begun_is_told_how(run: Run, home: Path) -> None:
    assert run().stdout == NOBODY
    assert json.loads(run("--json").stdout) == {
        "schema": 1,
        "today": "2026-10-05",
        "enrolled": False,
        "checkpoint": None,
        "minutes": 0,
        "due": [],
        "next": None,
        "draft": None,
    }
    assert not home.exists()


@pytest.mark.usefixtures("journal")
def test_a_checkpoint_with_its_tasks(run: Run) -> None:
    assert run().stdout == ENROLLED


def test_a_day_with_nothing_to_do(run: Run, journal: SqliteJournal) -> None:
    work_through(journal)
    assert run(day=1).stdout == WAITING


def test_a_late_checkpoint_with_a_card_that_returns(run: Run, journal: SqliteJournal) -> None:
    work_through(journal)
    assert run(day=5).stdout == LATE
    assert json.loads(run("--json", day=5).stdout) == {
        "schema": 1,
        "today": "2026-10-10",
        "enrolled": True,
        "checkpoint": {"offset": 3, "title": "First review", "due": "2026-10-08", "late_days": 2},
        "minutes": 11,
        "due": [
            {
                "title": "Four backward rules",
                "minutes": 4,
                "item": "",
                "task": "c",
                "drill": 0,
                "checkpoint": 3,
                "returning": False,
            },
            {
                "title": "Gradients of a sum of products",
                "minutes": 7,
                "item": "graphs/sums",
                "task": "",
                "drill": 0,
                "checkpoint": 3,
                "returning": True,
            },
        ],
        "next": None,
        "draft": None,
    }


@pytest.mark.usefixtures("journal")
def test_before_the_rollover_it_is_still_yesterday(run: Run) -> None:
    read = json.loads(run("--json", BPDRILL_NOW="2026-10-06T03:59+02:00").stdout)
    assert (read["today"], read["checkpoint"]["late_days"]) == ("2026-10-05", 0)


def test_an_unfinished_attempt_is_mentioned(run: Run, journal: SqliteJournal) -> None:
    journal.keep(Draft("Gradients of a sum of products", "graphs/sums", "a"))
    assert "Gradients of a sum of products:\nat work in another terminal." in run().stdout
    assert json.loads(run("--json").stdout)["draft"] == {
        "title": "Gradients of a sum of products",
        "item": "graphs/sums",
        "task": "a",
        "drill": 0,
        "running": True,
    }


def test_a_dead_attempt_can_be_taken_up(run: Run, journal: SqliteJournal, home: Path) -> None:
    dead = SqliteJournal(connect(str(home / "bpdrill.sqlite3")), journal._now, (2**22 + 1, "long ago"))
    dead.keep(Draft("Four backward rules", task="b"))
    assert "Four backward rules:\nunfinished; its answers are kept." in run().stdout


def test_exit_codes(run: Run, journal: SqliteJournal, home: Path) -> None:
    assert run("--exit-code").returncode == 0
    work_through(journal)
    assert run("--exit-code", day=1).returncode == 3
    assert run("--json", "--exit-code", day=1).returncode == 3
    assert run(day=1).returncode == 0
    (home / "bpdrill.sqlite3").write_text("no state")
    assert run().returncode == 4


REFUSED = [
    (["--jsn"], {}, "'--jsn' is not known here. It takes --json, --exit-code, --help."),
    (["extra"], {}, "'extra' is not known here."),
    ([], {"BPDRILL_NOW": "noon"}, "no time with an offset"),
    ([], {"BPDRILL_HOME": ""}, "set BPDRILL_HOME"),
]


@pytest.mark.parametrize(("words", "variables", "says"), REFUSED)
def test_wrong_usage_is_one_line(run: Run, words: list[str], variables: dict[str, str], says: str) -> None:
    ended = run(*words, **variables)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert says in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_help_fits_and_names_every_option(run: Run) -> None:
    shown = run("--help").stdout
    assert all(option in shown for option in ("--json", "--exit-code", "--help", "bpdrill practice"))
    assert max(map(len, shown.splitlines())) <= 60


@pytest.mark.usefixtures("journal")
def test_a_terminal_without_unicode_gets_its_list(run: Run, home: Path) -> None:
    state = connect(str(home / "bpdrill.sqlite3"))
    state.rows("UPDATE drill SET title = '∂L/∂x' WHERE task = 'a'")
    ended = run(PYTHONIOENCODING="ascii")
    assert (ended.returncode, "   7 min  ?L/?x" in ended.stdout) == (0, True)


@pytest.mark.usefixtures("journal")
def test_it_loads_nothing_heavy(home: Path) -> None:
    environment = {**os.environ, "BPDRILL_HOME": str(home)}
    environment.pop("BPDRILL_NOW", None)
    ended = subprocess.run(
        [sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=True
    )
    loaded = set(ended.stderr.split())
    assert "sqlite3" in loaded
    assert loaded.isdisjoint(HEAVY)
