"""Where a learner's state lives."""

from __future__ import annotations

import os

from bpdrill.model.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "darwin": (("HOME", "/Library/Application Support/bpdrill"),),
    "win32": (("LOCALAPPDATA", "\\bpdrill"),),
}
"""By platform: variables that lead to the folder, and the way on from there."""

ELSEWHERE: tuple[tuple[str, str], ...] = (("XDG_DATA_HOME", "/bpdrill"), ("HOME", "/.local/share/bpdrill"))


def state_folder(environment: Mapping[str, str], platform: str) -> str:
    """The state folder for ``sys.platform`` and its environment; ``BPDRILL_HOME`` overrides all.

    Raises UsageError if the environment leads nowhere.
    """
    ways = (("BPDRILL_HOME", ""), *PLACES.get(platform, ELSEWHERE))
    for variable, rest in ways:
        start = environment.get(variable, "")
        if start and _usable(variable, start):
            return start + rest
    raise UsageError(
        "There is no home folder to keep your state in. Set BPDRILL_HOME to a folder and run again."
    )


def state_file(folder: str) -> str:
    """The one file in ``folder`` that holds everything."""
    return os.path.join(folder, "bpdrill.sqlite3")


def _usable(variable: str, start: str) -> bool:
    """The XDG rules say to pass over a relative path."""
    return variable != "XDG_DATA_HOME" or start.startswith("/")
