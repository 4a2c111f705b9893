"""What all tests share: which of them need the repository around them, and a tidy end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

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
