"""``bpdrill`` and ``python -m bpdrill``."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on ``arguments``, or on those of the process; the exit code.

    Whatever goes wrong ends in a few lines, never in a traceback.
    """
    if arguments is None:
        _end_with_the_reader()
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except Exception as error:  # noqa: BLE001  nothing is left above to catch it
        from bpdrill.cli.crash import tell

        return tell(error, os.environ)


def _run(words: Sequence[str]) -> int:
    """``due`` is taken before the others: it may not pay for what they load."""
    if words[:1] == ["due"]:
        from bpdrill.cli.due import main as due

        return due(words[1:])
    from bpdrill.cli.app import main as app

    return app(words)


def _end_with_the_reader() -> None:
    """``bpdrill plan | head -1`` ends as quietly as ``cat`` does; every answer is on the disk by then."""
    import signal

    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(main())
