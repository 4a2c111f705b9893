"""The event log: appended to, never changed. Everything else can be rebuilt from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from bpdrill.model.events import Enrolled, Event, Moment, Reviewed
from bpdrill.store.connect import State

KINDS: dict[str, type[Enrolled | Reviewed]] = {"enrolled": Enrolled, "reviewed": Reviewed}
NAMES = {kind: name for name, kind in KINDS.items()}


def append(state: State, moment: Moment, event: Event) -> None:
    """Write ``event`` down, inside the caller's transaction."""
    sql = """INSERT INTO event (utc_ms, zone, offset_minutes, study_day, kind, payload)
        VALUES (?, ?, ?, ?, ?, ?)"""
    when = (moment.utc_ms, moment.zone, moment.offset_minutes, moment.study_day)
    # As ASCII: half a surrogate pair that a terminal let through is kept, not a crash.
    state.rows(sql, *when, NAMES[type(event)], json.dumps(asdict(event)))


def read(state: State) -> Iterator[tuple[Moment, Event]]:
    """Every event, in the order it was written."""
    import msgspec

    sql = "SELECT utc_ms, zone, offset_minutes, study_day, kind, payload FROM event ORDER BY id"
    for *when, kind, payload in state.rows(sql):
        yield Moment(*when), msgspec.convert(json.loads(payload), KINDS[kind])
