"""The error tree, and what each way of ending tells the shell.

BpdrillError            something the user can mend; its text says how
├── UsageError          the command's words are off                        exit 2
├── NothingReadableError no item or no state can be read                    exit 4
│   ├── BankError       the bank holds no item that can be used
│   └── StateError      the state file is not ours, newer, or damaged
└── AuthorError         an item asks for what its kind cannot do           exit 1

A learner's unreadable answer is no exception: it is ``marks.Unreadable``.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    OK = 0
    """Done; a practice ends so whatever the verdict."""
    DIFFERENT = 1
    """The answers differ, or a check found faults."""
    USAGE = 2
    """Wrong usage, or an answer that cannot be read."""
    NOTHING_DUE = 3
    """Nothing is due (only with ``--exit-code``)."""
    NOTHING_READABLE = 4
    """No item or no state can be read."""
    UNDECIDED = 5
    """Could not be decided."""
    INTERRUPTED = 130
    """Interrupted, after saving."""


class BpdrillError(Exception):
    """Something the user can mend; the message says what, why, and what to do."""

    exit_code = ExitCode.DIFFERENT


class UsageError(BpdrillError):
    """The command's words, or a variable of the environment, are off."""

    exit_code = ExitCode.USAGE


class NothingReadableError(BpdrillError):
    """No item, or no state, can be read."""

    exit_code = ExitCode.NOTHING_READABLE


class BankError(NothingReadableError):
    """The bank holds no item that can be used for this."""


class StateError(NothingReadableError):
    """The state file is not ours, comes from a newer version, or is damaged."""


class AuthorError(BpdrillError):
    """An item asks for what its kind cannot do; found when the bank is checked."""
