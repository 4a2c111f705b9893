"""What people type, line by line: it is read and means what the table says, or is refused with a caret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from bpdrill.algebra.arrays import draws
from bpdrill.algebra.evaluate import value_at
from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Shape, Symbols
from bpdrill.notation import Mismatch, Reading, read, read_array, read_number

TABLE = yaml.safe_load(Path(__file__).with_name("typed.yaml").read_text(encoding="utf-8"))
Read = Callable[[str], Reading | Unreadable]


@dataclass(frozen=True)
class Case:
    """One line as typed, and how to read it; ``means`` is None where it is to be refused."""

    typed: str
    means: Any
    symbols: Symbols
    read: Read


def _reader(group: dict[str, Any], symbols: Symbols) -> Read:
    kind = group.get("kind", "expression")
    if kind == "array":
        return partial(read_array, shape=tuple(group["shape"]))
    return read_number if kind == "number" else partial(read, symbols=symbols)


def _cases(group: dict[str, Any]) -> list[Case]:
    symbols: dict[str, Shape] = {name: tuple(sizes) for name, sizes in group.get("symbols", {}).items()}
    reader = _reader(group, symbols)
    return [Case(case["typed"], case.get("means"), symbols, reader) for case in group["cases"]]


CASES = [case for group in TABLE for case in _cases(group)]
READ = [case for case in CASES if case.means is not None]
REFUSED = [case for case in CASES if case.means is None]


def test_no_line_is_there_twice() -> None:
    lines = [(case.typed, tuple(case.symbols.items()), str(case.read)) for case in CASES]
    assert len(set(lines)) == len(lines) > 300


@pytest.mark.parametrize("case", READ, ids=lambda case: case.typed)
def test_what_is_typed_means_what_was_meant(case: Case) -> None:
    reading = case.read(case.typed)
    assert isinstance(reading, Reading), reading
    assert not isinstance(reading.shape, Mismatch), reading.shape
    agreed = 0
    for values in (drawn.values for drawn in draws(case.symbols)):
        own, meant = value_at(reading.tree, values), _meant(case, values)
        assert (own is None) == (meant is None)
        if own is not None:
            np.testing.assert_allclose(own, meant, rtol=1e-9, atol=1e-12)
            assert np.shape(own) == np.shape(meant)
            agreed += 1
    assert agreed


def _meant(case: Case, values: Mapping[str, Any]) -> Any:
    """The value of what was meant: numbers as they are, a formula by its own reading."""
    if not isinstance(case.means, str):
        return np.asarray(case.means, dtype=float)
    reading = read(case.means, case.symbols)
    assert isinstance(reading, Reading), reading
    return value_at(reading.tree, values)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.typed)
def test_what_cannot_be_settled_is_refused_with_a_caret(case: Case) -> None:
    outcome = case.read(case.typed)
    if isinstance(outcome, Reading):
        assert isinstance(outcome.shape, Mismatch), outcome
        return
    assert 0 <= outcome.column <= len(case.typed)
    assert outcome.hint.endswith((".", "?"))
