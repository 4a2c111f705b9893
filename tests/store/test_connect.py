from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bpdrill.model.errors import ExitCode, StateError
from bpdrill.store.connect import BUSY_SECONDS, State, connect, connect_existing
from bpdrill.store.migrations import APPLICATION_ID

if TYPE_CHECKING:
    from tests.store.conftest import Learner

ADD_MANY = """
import sys
from bpdrill.model.events import Moment, Reviewed
from bpdrill.store.connect import connect
from bpdrill.store.journal import SqliteJournal
journal = SqliteJournal(connect(sys.argv[1]), lambda: Moment(0, "UTC", 0, "2026-10-05"))
for number in range(100):
    journal.record(Reviewed(sys.argv[2], 1, "Lean Hire", number, item="graphs/sums"))
"""


ADD_PLAN = "INSERT INTO plan VALUES ('p', 1, '2026-10-05')"

# What a writer meets, and what it is told.
TROUBLES = [
    ("PRAGMA query_only = ON", "rights of the file"),
    ("PRAGMA max_page_count = 1", "disk is full"),
]


def other_application(path: Path) -> None:
    """A database of some other program, in WAL mode, with its journal still beside it."""
    other = sqlite3.connect(path)
    other.executescript("PRAGMA application_id = 7; PRAGMA journal_mode = WAL; CREATE TABLE theirs (x); ")
    other.close()


def newer(path: Path) -> None:
    ours(path)
    file = sqlite3.connect(path)
    file.execute("PRAGMA user_version = 999")
    file.close()


def torn(path: Path) -> None:
    ours(path)
    os.truncate(path, path.stat().st_size // 2)


def scribbled(path: Path) -> None:
    ours(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:200] + b"\xff" * (len(whole) - 200))


def ours(path: Path) -> None:
    connect(str(path)).close()


REFUSED: list[tuple[str, Callable[[Path], object], str]] = [
    ("a text file", lambda path: path.write_text("dear diary\n" * 50), "no state file"),
    ("a few bytes", lambda path: path.write_bytes(b"SQLite"), "no state file"),
    ("a header and no more", lambda path: path.write_bytes(b"SQLite format 3\0"), "no state file"),
    ("another program's", other_application, "no state file"),
    ("a newer version's", newer, "Upgrade bpdrill"),
    ("torn in the middle", torn, "damaged"),
    ("scribbled over", scribbled, "damaged"),
    ("a folder", lambda path: path.mkdir(), "directory"),
]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(("make", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
@pytest.mark.parametrize("opened", [connect, connect_existing])
def test_what_is_not_ours_to_use_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], object], says: str, opened: Callable[[str], object]
) -> None:
    path = tmp_path / "bpdrill.sqlite3"
    make(path)
    before = contents(tmp_path)
    with pytest.raises(StateError, match=says) as refusal:
        opened(str(path))
    assert str(path) in str(refusal.value)
    assert refusal.value.exit_code == ExitCode.NOTHING_READABLE
    assert contents(tmp_path) == before


def test_damage_that_shows_later_is_said_in_the_same_words(learner: Learner) -> None:
    learner.enrol()
    learner.state.rows("DROP TABLE card")
    with pytest.raises(StateError, match=r"no such table: card.*begin anew"):
        learner.journal.due()


def test_a_new_file_is_for_its_owner_only(path: str) -> None:
    connect(path).rows(ADD_PLAN)
    folder = Path(path).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_it_is_ours_in_wal_and_flushed(path: str) -> None:
    state = connect(path)
    assert state.row("PRAGMA application_id") == (APPLICATION_ID,)
    assert state.row("PRAGMA journal_mode") == ("wal",)
    with state.transaction():
        assert state.row("PRAGMA synchronous") == (2,)
    assert state.row("PRAGMA busy_timeout") == (BUSY_SECONDS * 1000,)


def test_looking_does_not_create(path: str) -> None:
    assert connect_existing(path) is None
    assert not Path(path).parent.exists()


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "bpdrill.sqlite3"
    path.touch()
    assert connect(str(path)).version() == 1


def test_a_transaction_is_all_or_nothing(path: str) -> None:
    def interrupted(state: State) -> None:
        with state.transaction():
            state.rows(ADD_PLAN)
            raise KeyboardInterrupt

    state = connect(path)
    with pytest.raises(KeyboardInterrupt):
        interrupted(state)
    assert state.rows("SELECT * FROM plan") == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="cannot be written"):
        connect(str(tmp_path / "file" / "bpdrill.sqlite3"))


@pytest.mark.parametrize(("trouble", "says"), TROUBLES)
def test_the_cause_is_told_with_what_to_do(path: str, trouble: str, says: str) -> None:
    state = connect(path)
    state.rows(trouble)
    with pytest.raises(StateError, match=says):
        state.rows("INSERT INTO plan VALUES (?, 1, '2026-10-05')", "long" * 100_000)


def test_a_writer_that_does_not_finish_is_named(path: str) -> None:
    busy, waiting = connect(path), connect(path)
    waiting.rows("PRAGMA busy_timeout = 0")
    busy.rows("BEGIN IMMEDIATE")
    with pytest.raises(StateError, match="another bpdrill keeps it busy"):
        waiting.rows(ADD_PLAN)


def test_two_that_create_and_write_at_once_lose_nothing(path: str) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", ADD_MANY, path, name]) for name in ("one", "two")]
    assert [writer.wait() for writer in writers] == [0, 0]
    state = connect(path)
    assert state.row("SELECT count(*), count(DISTINCT payload) FROM event") == (200, 200)
    assert state.row("SELECT attempts FROM card") == (200,)
