"""What is left to say when bpdrill itself is at fault: what, how to see it again, where the log is."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from bpdrill.model.errors import BpdrillError, ExitCode
from bpdrill.store.paths import state_folder
from bpdrill.term.cells import visible

LOG = "crash.log"


def tell(error: Exception, environment: Mapping[str, str]) -> ExitCode:
    """Say on stderr what went wrong; the traceback goes into a file beside the state."""
    what = visible(f"{type(error).__name__}: {error}".splitlines()[0])
    lines = [
        f"bpdrill: this is a fault of bpdrill, not of yours ({what}). Everything you answered is kept.",
        *(f"See it again with:  {line}" for line in getattr(error, "__notes__", ())),
        f"Its traceback, for a report:  {written(error, environment)}",
    ]
    sys.stderr.write("\n" + "\n".join(lines) + "\n")
    return ExitCode.DIFFERENT


def written(error: Exception, environment: Mapping[str, str]) -> str:
    """Write the traceback, over the one before; where it is, or why it is nowhere."""
    from traceback import format_exception

    try:
        path = Path(state_folder(environment, sys.platform), LOG)
        path.touch(mode=0o600)
        path.write_text("".join(format_exception(error)), encoding="utf-8", errors="backslashreplace")
    except (OSError, BpdrillError) as trouble:
        return f"could not be written ({trouble})"
    return str(path)
