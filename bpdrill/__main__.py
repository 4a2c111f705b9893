"""``bpdrill`` and ``python -m bpdrill``."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on ``arguments``, or on those of the process; the exit code.

    ``due`` is taken before the others: it may not pay for what they load.
    """
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["due"]:
        from bpdrill.cli.due import main as due

        return due(words[1:])
    from bpdrill.cli.app import main as app

    return app(words)


if __name__ == "__main__":
    sys.exit(main())
