from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bpdrill import __version__
from bpdrill.store import derive
from bpdrill.store.connect import State, connect
from bpdrill.store.migrations import MIGRATIONS, m001_initial, migrate

if TYPE_CHECKING:
    from tests.store.conftest import Learner

FIXTURES = Path(__file__).with_name("fixtures")

# What each published schema left behind on day 5 of the small plan, and what is due then.
PUBLISHED = [("version_1.sql", ["remedies", "*sums", "*Free passes/more"])]


def m002_colour(state: State) -> None:
    """A step that a later version might take."""
    state.rows("ALTER TABLE card ADD COLUMN colour TEXT")


def m002_breaks(state: State) -> None:
    """A step that fails half-way."""
    state.rows("ALTER TABLE card ADD COLUMN colour TEXT")
    raise RuntimeError("half-way")


def restore(path: str, fixture: str) -> None:
    Path(path).parent.mkdir()
    file = sqlite3.connect(path)
    file.executescript((FIXTURES / fixture).read_text(encoding="utf-8"))
    file.close()


@pytest.mark.parametrize(("fixture", "expected"), PUBLISHED)
def test_every_published_file_still_opens_to_the_same_list(
    path: str, open_learner: Callable[..., Learner], fixture: str, expected: list[str]
) -> None:
    restore(path, fixture)
    learner = open_learner(day=5)
    assert learner.titles() == expected
    draft = learner.journal.draft()
    assert draft is not None
    assert draft.answer == {"text": "ReLU"}


@pytest.mark.parametrize("fixture", [row[0] for row in PUBLISHED])
def test_every_published_log_replays_to_its_tables(
    path: str, dump: Callable[[State], Sequence[str]], fixture: str
) -> None:
    restore(path, fixture)
    state = connect(path)
    before = dump(state)
    derive.rebuild(state)
    assert dump(state) == before


def test_the_newest_published_file_is_what_a_new_one_looks_like(path: str, tmp_path: Path) -> None:
    restore(path, PUBLISHED[-1][0])
    tables = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
    assert connect(path).rows(tables) == connect(str(tmp_path / "new.sqlite3")).rows(tables)


def test_each_step_has_its_record(path: str) -> None:
    state = connect(path)
    steps = [(number, step.__name__, __version__) for number, step in enumerate(MIGRATIONS, 1)]
    assert state.rows("SELECT number, name, version FROM migration") == steps
    assert [name[:4] for _, name, _ in steps] == [f"m{number:03}" for number, _, _ in steps]


def test_a_new_file_needs_no_backup(learner: Learner, path: str) -> None:
    learner.enrol()
    assert not list(Path(path).parent.glob("*before*"))


def test_an_older_file_is_copied_before_it_is_changed(
    learner: Learner, path: str, dump: Callable[[State], Sequence[str]]
) -> None:
    learner.enrol()
    before = dump(learner.state)
    migrate(learner.state, (m001_initial, m002_colour))
    assert learner.state.version() == 2
    backup = Path(path).with_name("bpdrill-before-002.sqlite3")
    assert dump(connect(str(backup))) == before
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_step_that_fails_leaves_the_file_as_it_was(
    learner: Learner, dump: Callable[[State], Sequence[str]]
) -> None:
    learner.enrol()
    before = dump(learner.state)
    with pytest.raises(RuntimeError, match="half-way"):
        migrate(learner.state, (m001_initial, m002_breaks))
    assert (learner.state.version(), dump(learner.state)) == (1, before)


def test_a_step_is_taken_once(learner: Learner) -> None:
    for _ in range(2):
        migrate(learner.state, (m001_initial, m002_colour))
    assert learner.state.row("SELECT count(*) FROM migration") == (2,)
