"""What is typed behind ``--at``: a value for each input, a number or an array."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bpdrill.algebra.evaluate import Value, value_at
from bpdrill.laboratory.words import quoted
from bpdrill.model.errors import UsageError
from bpdrill.model.marks import Unreadable
from bpdrill.notation import Mismatch, functions, read_array, read_number, read_program
from bpdrill.notation.spelling import Names

EXAMPLE = "w=2,x=[1,2],W=[[1,2],[3,4]]"

Values = Mapping[str, Value]

_OPENING, _CLOSING, _SEPARATORS = "([{", ")]}", ",;\n"


def values(text: str) -> Values:
    """``w=2, x=[1, 2]`` by name: numbers in any notation, columns, matrices.

    Raises UsageError for a name without a value or with two, and for what is no finite value.
    """
    found: dict[str, Value] = {}
    for entry in filter(str.strip, split(text)):
        name, equals, said = entry.partition("=")
        if not (equals and said.strip()) or "=" in said:
            raise UsageError(
                f"--at gives each name a value, as in --at {EXAMPLE}; not {quoted(entry.strip())}."
            )
        key = _key(name.strip())
        if Names.of(found).find(key) is not None:
            raise UsageError(f"--at gives {key} twice.")
        found[key] = value(f"--at {key}", said.strip())
    return found


def split(text: str) -> Iterator[str]:
    """``text`` at the separators that stand outside all brackets."""
    depth = start = 0
    for place, character in enumerate(text):
        depth += (character in _OPENING) - (character in _CLOSING)
        if character in _SEPARATORS and depth <= 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def value(label: str, text: str) -> Value:
    """The number, column or matrix that ``text`` says; UsageError, under ``label``, if it says none."""
    reading = read_array(text, ()) if text.startswith("[") else read_number(text)
    if isinstance(reading, Unreadable):
        raise UsageError(f"{label}: {reading.hint} It says {quoted(text)}.")
    if isinstance(reading.shape, Mismatch):
        raise UsageError(f"{label}: {reading.shape.explanation}.")
    found = None if "=" in text else value_at(reading.tree, {})
    if found is None:
        raise UsageError(f"{label} must be a finite value, as in {EXAMPLE}; not {quoted(text)}.")
    return _upright(found)


def _upright(found: Value) -> Value:
    """A column [[1], [2]] is a vector."""
    is_column = not isinstance(found, float) and found.ndim == 2 and found.shape[1] == 1
    return found[:, 0] if is_column else found


def _key(name: str) -> str:
    """``z_1`` as z1, ``ŷ`` as yhat: the name that a line would assign."""
    read = read_program(f"{name} = 0", {})
    if isinstance(read, Unreadable):
        if functions.is_taken(name):
            raise UsageError(f"{name} is a function: give the input another name.")
        raise UsageError(f"--at gives values to names, as in --at {EXAMPLE}; {quoted(name)} is no name.")
    return read[0].name
