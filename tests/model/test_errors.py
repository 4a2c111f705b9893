"""Each way of ending tells the shell its own number."""

from __future__ import annotations

import pytest

from bpdrill.model.errors import (
    AuthorError,
    BankError,
    BpdrillError,
    ExitCode,
    NothingReadableError,
    StateError,
    UsageError,
)

CODES = {
    BpdrillError: 1,
    AuthorError: 1,
    UsageError: 2,
    NothingReadableError: 4,
    BankError: 4,
    StateError: 4,
}


@pytest.mark.parametrize(("error", "code"), CODES.items())
def test_an_error_ends_with_its_code(error: type[BpdrillError], code: int) -> None:
    assert error("what happened").exit_code == code
    assert issubclass(error, BpdrillError)


def test_the_codes_are_a_promise() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "DIFFERENT": 1,
        "USAGE": 2,
        "NOTHING_DUE": 3,
        "NOTHING_READABLE": 4,
        "UNDECIDED": 5,
        "INTERRUPTED": 130,
    }
