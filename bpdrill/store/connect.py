"""Opening the state file, or refusing to; and the one door through which all SQL goes.

A file that is not ours is told by its first bytes, before SQLite has touched it. Ours is in
WAL mode: readers never wait, and two writers take turns (``BEGIN IMMEDIATE``: a plain ``BEGIN``
loses the slower one's work).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager

from bpdrill.model.errors import StateError
from bpdrill.store.migrations import APPLICATION_ID, MIGRATIONS, migrate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

DURABLE = "PRAGMA synchronous = FULL"
"""One flush a transaction: it outlives a power cut."""
QUICK = "PRAGMA synchronous = NORMAL"
"""No flush: it outlives a killed process, and is fast enough for every cell."""

BUSY_SECONDS = 5

CAUSES = {
    sqlite3.SQLITE_BUSY: "another bpdrill keeps it busy. Let that one finish, then run again.",
    sqlite3.SQLITE_FULL: "the disk is full. Make room, then run again.",
    sqlite3.SQLITE_READONLY: "it may not be written to. Mend the rights of the file and its folder.",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened. Mend the rights of the file and its folder.",
    sqlite3.SQLITE_IOERR: "the disk reports an error. Copy the folder to a sound disk.",
}
DAMAGED = "it is damaged ({}). Put a backup in its place, or move it away to begin anew."


class State:
    """An open state file. Each of SQLite's errors leaves here as a StateError that says what to do."""

    def __init__(self, path: str) -> None:
        self.path = path
        with _explained(path):
            self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement; every row of its result, as tuples."""
        with _explained(self.path):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """Run one statement; the first row of its result, or None."""
        return next(iter(self.rows(sql, *values)), None)

    def version(self) -> int:
        """How many migrations the file has been through."""
        return int(self.rows("PRAGMA user_version")[0][0])

    @contextmanager
    def transaction(self, flush: str = DURABLE) -> Iterator[None]:
        """All or nothing, and one writer at a time."""
        self.rows(flush)
        self.rows("BEGIN IMMEDIATE")
        try:
            yield
            self.rows("COMMIT")
        finally:
            if self._connection.in_transaction:
                self.rows("ROLLBACK")

    def copy_to(self, path: str) -> None:
        """A whole copy at ``path``, which appears at once or not at all."""
        partial = f"{path}.partial"
        _create(partial)
        with _explained(partial):
            copy = sqlite3.connect(partial)
            self._connection.backup(copy)
            copy.close()
        os.replace(partial, path)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def connect(path: str) -> State:
    """The state file at ``path``, created (file 0600, folder 0700) if it is not there.

    Raises StateError if it is not ours, newer than we are, or damaged; then nothing is changed.
    """
    _create(path)
    return _opened(path)


def connect_existing(path: str) -> State | None:
    """The state file at ``path``, or None if there is none yet."""
    return _opened(path) if os.path.exists(path) else None


def _create(path: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise _refusal(path, f"it cannot be written: {error.strerror}.") from error


def _opened(path: str) -> State:
    _refuse_foreign(path)
    state = State(path)
    try:
        _bring_up(state)
    except BaseException:
        state.close()
        raise
    return state


def _refuse_foreign(path: str) -> None:
    """Read the header ourselves: SQLite would replay a foreign file's journal."""
    try:
        with open(path, "rb") as file:
            header = file.read(72)
    except OSError as error:
        raise _refusal(path, f"it cannot be read: {error.strerror}.") from error
    ours = header.startswith(b"SQLite format 3\0") and header[68:] == APPLICATION_ID.to_bytes(4)
    if header and not ours:
        raise _refusal(
            path, "it is no state file of bpdrill. Move it, or set BPDRILL_HOME to another folder."
        )


def _bring_up(state: State) -> None:
    version = state.version()
    if version > len(MIGRATIONS):
        raise _refusal(state.path, "a newer bpdrill wrote it. Upgrade bpdrill.")
    if version < len(MIGRATIONS):
        migrate(state)
    # Only now: the first transaction must reach the file itself, whose header says that it is ours.
    state.rows("PRAGMA journal_mode = WAL")


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise _refusal(path, CAUSES.get(code, DAMAGED.format(error))) from error


def _refusal(path: str, cause: str) -> StateError:
    return StateError(f"Your state in {path} cannot be used, and was left as it is: {cause}")
