"""The tables, built by numbered steps. A step that has shipped is never edited: the next one mends it.

Each step is one transaction with its own record. Before an older file is changed, it is copied
to ``bpdrill-before-NNN.sqlite3`` beside it, NNN being the first step that is new to it.
"""

from __future__ import annotations

import os

from bpdrill import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bpdrill.store.connect import State

    Migration = Callable[[State], None]

APPLICATION_ID = 0x62706472
"""``bpdr``, in the header of each file of ours."""

M001 = (
    "CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL)",
    # The truth. Days are frozen here and never computed again.
    """CREATE TABLE event (
        id INTEGER PRIMARY KEY,
        utc_ms INTEGER NOT NULL,
        zone TEXT NOT NULL,
        offset_minutes INTEGER NOT NULL,
        study_day TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL
    )""",
    """CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
    """CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'events are never removed'); END""",
    # INSERT OR REPLACE removes a row without asking the trigger above.
    """CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
        WHEN EXISTS (SELECT 1 FROM event WHERE id = new.id)
        BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END""",
    # All below follows from the events.
    """CREATE TABLE plan (
        id TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        day0 TEXT NOT NULL
    ) WITHOUT ROWID""",
    # due_day is NULL until the checkpoint before is done: the oldest open one alone has a day.
    """CREATE TABLE checkpoint (
        position INTEGER PRIMARY KEY,
        offset INTEGER NOT NULL,
        title TEXT NOT NULL,
        earliest_day TEXT NOT NULL,
        rest_days INTEGER NOT NULL,
        due_day TEXT,
        done_day TEXT
    )""",
    """CREATE TABLE task (
        id TEXT PRIMARY KEY,
        checkpoint INTEGER NOT NULL,
        position INTEGER NOT NULL,
        title TEXT NOT NULL,
        minutes INTEGER NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE drill (
        task TEXT NOT NULL,
        number INTEGER NOT NULL,
        title TEXT NOT NULL,
        minutes INTEGER NOT NULL,
        item TEXT NOT NULL,
        prompt TEXT NOT NULL,
        strong TEXT,
        lean TEXT,
        no_hire TEXT,
        graded_day TEXT,
        PRIMARY KEY (task, number)
    ) WITHOUT ROWID""",
    # due_day is NULL while the card waits for a checkpoint whose day is not known.
    """CREATE TABLE card (
        item TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        minutes INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        step INTEGER NOT NULL,
        lapses INTEGER NOT NULL,
        reviewed_day TEXT,
        due_day TEXT,
        checkpoint INTEGER
    ) WITHOUT ROWID""",
    "CREATE INDEX card_by_day ON card (due_day)",
    # The unfinished attempts, each with the process that is at it, or was.
    """CREATE TABLE draft (
        pid INTEGER NOT NULL,
        start TEXT NOT NULL,
        title TEXT NOT NULL,
        item TEXT NOT NULL,
        task TEXT NOT NULL,
        drill INTEGER NOT NULL,
        seed INTEGER NOT NULL,
        payload TEXT NOT NULL,
        PRIMARY KEY (pid, start, item, task, drill, seed)
    ) WITHOUT ROWID""",
    f"PRAGMA application_id = {APPLICATION_ID}",
)


def m001_initial(state: State) -> None:
    """The event log, plan, cards and drafts."""
    for statement in M001:
        state.rows(statement)


MIGRATIONS: tuple[Migration, ...] = (m001_initial,)


def migrate(state: State, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Take the file through every step that is new to it, after a copy of what it was."""
    version = state.version()
    if version:
        folder = os.path.dirname(state.path)
        state.copy_to(os.path.join(folder, f"bpdrill-before-{version + 1:03}.sqlite3"))
    for number, migration in enumerate(migrations, 1):
        _apply(state, number, migration)


def _apply(state: State, number: int, migration: Migration) -> None:
    with state.transaction():
        # Asked again inside: another process may have been faster.
        if state.version() < number:
            migration(state)
            record = "INSERT INTO migration (number, name, version) VALUES (?, ?, ?)"
            state.rows(record, number, migration.__name__, __version__)
            state.rows(f"PRAGMA user_version = {number}")
