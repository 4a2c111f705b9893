"""What time it is: the system's clock, or one that ``BPDRILL_NOW`` set, to rehearse or to test."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic

from bpdrill.model.errors import UsageError
from bpdrill.schedule.day import study_day

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bpdrill.model.events import Moment


def clock(environment: Mapping[str, str]) -> Callable[[], datetime]:
    """Local time with its offset, at each call; a given time goes on from where it was set.

    Raises UsageError if ``BPDRILL_NOW`` cannot be read, has no offset, or would reach the
    state you really use.
    """
    text = environment.get("BPDRILL_NOW", "")
    if not text:
        return lambda: datetime.now().astimezone()
    given, start = _given(text, environment), monotonic()
    return lambda: given + timedelta(seconds=monotonic() - start)


def moments(environment: Mapping[str, str]) -> Callable[[], Moment]:
    """The same clock, as what the log keeps of it."""
    now = clock(environment)
    zone = str(now().tzinfo) if environment.get("BPDRILL_NOW") else _zone()
    return lambda: moment(now(), zone)


def moment(local: datetime, zone: str) -> Moment:
    """What the log keeps of ``local``, a time with its offset."""
    from bpdrill.model.events import Moment

    offset = local.utcoffset() or timedelta()
    utc_ms = round(local.timestamp() * 1000)
    return Moment(utc_ms, zone, offset // timedelta(minutes=1), study_day(local).isoformat())


def _given(text: str, environment: Mapping[str, str]) -> datetime:
    if not environment.get("BPDRILL_HOME"):
        raise UsageError("BPDRILL_NOW is for rehearsals: set BPDRILL_HOME to a folder for them as well.")
    given = _read(text)
    if given is None or given.tzinfo is None:
        raise UsageError(
            f"BPDRILL_NOW={text!r} is no time with an offset. Write it like 2026-10-05T09:00+02:00."
        )
    return given


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _zone() -> str:
    """The zone's name, such as ``Europe/Vienna``."""
    from tzlocal import get_localzone_name

    return get_localzone_name()
