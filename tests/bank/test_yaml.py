from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.bank.yaml import Fault, FaultyYamlError, Steps, load

SCALARS: list[tuple[str, Any]] = [
    ("7", 7),
    ("-7", -7),
    ("+7", 7),
    ("007", 7),
    ("0.5", 0.5),
    ("1e3", 1000.0),
    ("1e-6", 1e-06),
    ("2.5e-3", 0.0025),
    (".5", 0.5),
    ("1e999", "1e999"),
    (".", "."),
    ("1.2.3", "1.2.3"),
    ("true", True),
    ("False", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("'7'", "7"),
    ('"true"', "true"),
    ("yes", "yes"),
    ("no", "no"),
    ("on", "on"),
    ("2026-10-05", "2026-10-05"),
    ("12:30", "12:30"),
    ("0x1F", "0x1F"),
    ("1_000", "1_000"),
    ("٣", "٣"),
    ("9" * 400, "9" * 400),
    ("1e9999", "1e9999"),
]
"""YAML 1.1 would make times, octal numbers and truths of the words."""

TEXT = """\
id: a
spec:
  graph:
    - one
    - two
  at: {w: 2}
"""

PLACES: list[tuple[Steps, tuple[int, int]]] = [
    (("id",), (1, 1)),
    (("spec", "graph"), (3, 3)),
    (("spec", "graph", 1), (5, 7)),
    (("spec", "at", "w"), (6, 8)),
    (("spec", "at", "v"), (6, 3)),
    (("spec", "gone", 3, "deep"), (2, 1)),
    (("gone",), (1, 1)),
]

words = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=10,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "item.yaml"


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_plain_words_are_what_they_look_like(file: Path, text: str, value: Any) -> None:
    file.write_text(f"a: {text}\n", encoding="utf-8")
    assert load(file).value == {"a": value}


@pytest.mark.parametrize(("path", "place"), PLACES)
def test_each_value_knows_its_place_or_what_is_around_it(
    file: Path, path: Steps, place: tuple[int, int]
) -> None:
    file.write_text(TEXT, encoding="utf-8")
    assert load(file).place(path) == place


@settings(deadline=None, max_examples=50)
@given(value=st.dictionaries(words, values, max_size=3))
def test_json_is_read_as_what_it_is(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    file = tmp_path_factory.mktemp("yaml") / "any.yaml"
    file.write_text(json.dumps(value, indent=1), encoding="utf-8")
    assert load(file).value == value


@settings(deadline=None, max_examples=100)
@given(noise=st.text("abc: -[]{}#&*!|>'\"%@`\n\t,?0", max_size=30))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, noise: str) -> None:
    file = tmp_path_factory.mktemp("yaml") / "any.yaml"
    file.write_text(noise, encoding="utf-8")
    with suppress(FaultyYamlError):
        load(file)


def test_a_fault_is_written_as_compilers_do() -> None:
    assert str(Fault("problems/a/b.yaml", 3, 7, "mend it")) == "problems/a/b.yaml:3:7: mend it"
