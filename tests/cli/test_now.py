from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from bpdrill.cli.now import clock, moment, moments
from bpdrill.model.errors import ExitCode, UsageError
from bpdrill.model.events import Moment

HOME = {"BPDRILL_HOME": "/rehearsal"}

REFUSED = [
    ({"BPDRILL_NOW": "2026-10-05T09:00+02:00"}, "BPDRILL_HOME"),
    ({"BPDRILL_NOW": "2026-10-05T09:00", **HOME}, "offset"),
    ({"BPDRILL_NOW": "2026-10-05", **HOME}, "offset"),
    ({"BPDRILL_NOW": "tomorrow", **HOME}, "offset"),
    ({"BPDRILL_NOW": "9999-99-99T00:00Z", **HOME}, "offset"),
]

GIVEN = [
    ("2026-10-05T09:00+02:00", "2026-10-05", "UTC+02:00", 120),
    ("2026-10-05T03:59+02:00", "2026-10-04", "UTC+02:00", 120),
    ("2026-10-05T09:00Z", "2026-10-05", "UTC", 0),
    ("2026-10-05T01:00-09:30", "2026-10-04", "UTC-09:30", -570),
    ("2026-10-05T23:00+05:45", "2026-10-05", "UTC+05:45", 345),
]


@pytest.mark.parametrize(("environment", "says"), REFUSED)
def test_a_time_that_cannot_be_meant_is_refused(environment: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says) as refusal:
        clock(environment)
    assert refusal.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize(("text", "day", "zone", "minutes"), GIVEN)
def test_a_given_time_is_local_where_it_says(text: str, day: str, zone: str, minutes: int) -> None:
    said = moments({"BPDRILL_NOW": text, **HOME})()
    assert (said.study_day, said.zone, said.offset_minutes) == (day, zone, minutes)
    assert said.utc_ms == pytest.approx(datetime.fromisoformat(text).timestamp() * 1000, abs=5000)


def test_a_given_time_goes_on() -> None:
    now = clock({"BPDRILL_NOW": "2026-10-05T09:00+02:00", **HOME})
    before = now()
    time.sleep(0.01)
    assert timedelta(seconds=0.01) <= now() - before < timedelta(seconds=5)


def test_otherwise_it_is_the_systems_clock() -> None:
    assert abs(clock({})() - datetime.now(UTC)) < timedelta(seconds=5)
    said = moments({})()
    assert said.utc_ms == pytest.approx(time.time() * 1000, abs=5000)
    assert said.zone


def test_a_moment_keeps_utc_and_what_the_wall_showed() -> None:
    local = datetime.fromisoformat("2026-10-05T02:00:00.250+02:00")
    assert moment(local, "Europe/Vienna") == Moment(1_791_158_400_250, "Europe/Vienna", 120, "2026-10-04")
