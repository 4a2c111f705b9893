"""What the tests of the laboratory share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from bpdrill.model.errors import UsageError


@pytest.fixture
def refuses() -> Callable[[str], AbstractContextManager[None]]:
    """``with refuses("x has no value"):`` the body ends in a UsageError of one line that says so."""

    @contextmanager
    def body(complaint: str) -> Iterator[None]:
        with pytest.raises(UsageError) as refused:
            yield
        assert complaint in str(refused.value)
        assert str(refused.value).isprintable()

    return body
