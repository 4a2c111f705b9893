"""``bpdrill due``: what is to be done today, so lightly that a shell can say it at each start."""

from __future__ import annotations

import os
import sys
from datetime import date

from bpdrill.cli.now import clock
from bpdrill.model.errors import BpdrillError, ExitCode, UsageError
from bpdrill.schedule.day import study_day
from bpdrill.store import due
from bpdrill.store.connect import connect_existing
from bpdrill.store.paths import state_file, state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from bpdrill.store.connect import State

OPTIONS = ("--json", "--exit-code", "--help")

HELP = """Usage: bpdrill due [--json] [--exit-code]

What is due today, and what comes next.
A study day ends at 04:00.

  --json       the same as one line of JSON
  --exit-code  end with 3 if nothing is due
  --help       this text

`bpdrill practice` works through it."""

NOT_ENROLLED: dict[str, Any] = {"enrolled": False, "checkpoint": None, "due": [], "next": None, "draft": None}


def main(arguments: Sequence[str]) -> int:
    """Run the command; the exit code."""
    try:
        return _run(arguments)
    except BpdrillError as error:
        sys.stderr.write(f"bpdrill due: {error}\n")
        return error.exit_code


def reading(environment: Mapping[str, str]) -> dict[str, Any]:
    """All that is said of today, as the plain values of ``--json``."""
    day = study_day(clock(environment)()).isoformat()
    state = connect_existing(state_file(state_folder(environment, sys.platform)))
    if state is None:
        return {"schema": 1, "today": day, "minutes": 0, **NOT_ENROLLED}
    try:
        return _reading(state, due.today(state, day))
    finally:
        state.close()


def text(read: Mapping[str, Any]) -> str:
    """A reading, in lines of at most 60 columns but for long titles."""
    parts = (_checkpoint(read), _drills(read), _cards(read), _total(read), _draft(read), _next(read))
    return "\n\n".join([part for part in parts if part] + [_command(read)])


def _run(arguments: Sequence[str]) -> int:
    unknown = [argument for argument in arguments if argument not in OPTIONS]
    if unknown:
        raise UsageError(f"{unknown[0]!r} is not known here. It takes {', '.join(OPTIONS)}.")
    if "--help" in arguments:
        _say(HELP)
        return ExitCode.OK
    read = reading(os.environ)
    _say(_json(read) if "--json" in arguments else text(read))
    nothing = "--exit-code" in arguments and not read["due"]
    return ExitCode.NOTHING_DUE if nothing else ExitCode.OK


def _reading(state: State, day: str) -> dict[str, Any]:
    rows = due.due(state, day)
    return {
        "schema": 1,
        "today": day,
        "enrolled": due.enrolled(state),
        "checkpoint": _named(("offset", "title", "due", "late_days"), _offered(state, day)),
        "minutes": sum(row[1] for row in rows),
        "due": [
            _named(("title", "minutes", "item", "task", "drill", "checkpoint", "returning"), row)
            for row in rows
        ],
        "next": _named(("day", "title"), due.upcoming(state, day)),
        "draft": _named(("title", "item", "task", "drill", "running"), next(iter(due.drafts(state)), None)),
    }


def _offered(state: State, day: str) -> tuple[Any, ...] | None:
    checkpoint = due.offered(state, day)
    if checkpoint is None:
        return None
    _position, offset, title, due_day = checkpoint
    return offset, title, due_day, (date.fromisoformat(day) - date.fromisoformat(due_day)).days


def _named(names: Sequence[str], row: Sequence[Any] | None) -> dict[str, Any] | None:
    return None if row is None else dict(zip(names, row, strict=True))


def _checkpoint(read: Mapping[str, Any]) -> str:
    if not read["enrolled"]:
        return "No plan is under way yet."
    checkpoint = read["checkpoint"]
    if checkpoint is None:
        return "" if read["due"] else "Nothing is due today."
    late = checkpoint["late_days"]
    since = f"\nDue since {checkpoint['due']}: {_days(late)} late, and nothing is lost." if late else ""
    return f"Day {checkpoint['offset']}: {checkpoint['title']}{since}"


def _drills(read: Mapping[str, Any]) -> str:
    return "\n".join(_line(entry) for entry in read["due"] if not entry["returning"])


def _cards(read: Mapping[str, Any]) -> str:
    cards = [_line(entry) for entry in read["due"] if entry["returning"]]
    return "\n".join(["Coming back, with new numbers:", *cards]) if cards else ""


def _line(entry: Mapping[str, Any]) -> str:
    return f"{entry['minutes']:4} min  {entry['title']}"


def _total(read: Mapping[str, Any]) -> str:
    return f"{read['minutes']:4} min in all." if len(read["due"]) > 1 else ""


def _draft(read: Mapping[str, Any]) -> str:
    draft = read["draft"]
    if draft is None:
        return ""
    where = "at work in another terminal" if draft["running"] else "unfinished; its answers are kept"
    return f"{draft['title']}:\n{where}."


def _next(read: Mapping[str, Any]) -> str:
    then = read["next"]
    return f"Next: {then['title']}\non {then['day']} at the earliest." if then else ""


def _command(read: Mapping[str, Any]) -> str:
    if not read["enrolled"]:
        return "Begin with: bpdrill practice"
    return (
        "Go on with: bpdrill practice"
        if read["due"] or read["draft"]
        else "To practise anyway: bpdrill practice"
    )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _json(read: Mapping[str, Any]) -> str:
    import json

    return json.dumps(read)


def _say(message: str) -> None:
    """A character that the terminal cannot show becomes a question mark, not a crash."""
    encoding = sys.stdout.encoding or "utf-8"
    shown = message.encode(encoding, "replace").decode(encoding)
    sys.stdout.write(f"{shown}\n")
