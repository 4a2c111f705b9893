"""Numbers and arrays against their keys: tolerance edges, the digits written, witnesses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bpdrill.algebra.equal import BY_HAND, EXACT, Tolerance, compare_values, unit_of
from bpdrill.algebra.evaluate import Value, evaluate
from bpdrill.model.marks import Different, Equal
from bpdrill.model.tree import Tree
from bpdrill.notation import Reading, read_array, read_number

# What is typed, the key, the tolerance, whether it passes.
NUMBERS = [
    ("0.25", 0.25, EXACT, True),
    ("1/4", 0.25, EXACT, True),
    ("25%", 0.25, EXACT, True),
    ("0.24", 0.25, EXACT, False),
    ("-6", -6.0, EXACT, True),
    ("6", -6.0, EXACT, False),
    ("-6.0000001", -6.0, EXACT, False),
    ("2.584", 2.583853, EXACT, True),  # half a unit of the last digit written
    ("2.58", 2.583853, EXACT, True),
    ("2.585", 2.583853, EXACT, False),
    ("2.6", 2.583853, EXACT, True),  # 0.0161 off: within half of 0.1, and within 1 % of the key
    ("3", 2.583853, EXACT, False),  # a whole number is exact
    ("0.667", 2 / 3, EXACT, True),
    ("0.67", 2 / 3, EXACT, True),
    ("0.7", 2 / 3, EXACT, False),  # half of 0.1 would allow it; 1 % of the key does not
    ("0.666", 2 / 3, EXACT, False),
    ("0.0039", 0.00390625, EXACT, True),
    ("1/3", 1 / 3, EXACT, True),
    ("0.889", 0.88926, BY_HAND, True),
    ("0.88", 0.88926, BY_HAND, False),
    ("0.881", 0.88926, BY_HAND, True),
    ("0.003", 0.0012, BY_HAND, True),  # two in the third decimal
    ("0.0033", 0.0012, BY_HAND, False),
    ("0", 0.0, EXACT, True),
    ("0.001", 0.0, EXACT, False),
    ("0", 0.001, EXACT, False),
]
KEY = "[[1, 2, 3], [4, 5, 6]]"
ARRAYS = {
    KEY: "",
    "[[1, 2, 3], [4, 5, 7]]": "row 2, column 3, yours is 7, expected 6",
    "[[0, 2, 3], [0, 5, 6]]": "row 1, column 1, yours is 0, expected 1 (2 of 6 cells are off)",
    "[[-1, -2, -3], [-4, -5, -6]]": "every sign is the other way round",
    "[[2, 4, 6], [8, 10, 12]]": "yours is twice the expected",
    "[[0.5, 1, 1.5], [2, 2.5, 3]]": "yours is half the expected",
    "[[1, 4], [2, 5], [3, 6]]": "yours is (3, 2), expected (2, 3); transpose it",
    "[1, 2, 3]": "yours is (3,), expected (2, 3)",
}
UNITS = {
    "6": 0,
    "1/3": 0,
    "0.411": 1e-3,
    "-0.50": 1e-2,
    "[0.5, 0.411]": 1e-1,
    "2*0.3": 0,
    "3e2": 100,
}


def number(text: str) -> Tree:
    reading = read_number(text)
    assert isinstance(reading, Reading), reading
    return reading.tree


def array(text: str) -> Value:
    reading = read_array(text, ())
    assert isinstance(reading, Reading), reading
    return evaluate(reading.tree, {})


@pytest.mark.parametrize(("text", "key", "tolerance", "passes"), NUMBERS)
def test_a_number_passes_up_to_the_edge(text: str, key: float, tolerance: Tolerance, *, passes: bool) -> None:
    told = compare_values(evaluate(number(text), {}), key, tolerance, unit_of(number(text)))
    assert isinstance(told, Equal if passes else Different)


@pytest.mark.parametrize(("text", "witness"), ARRAYS.items())
def test_an_array_is_compared_cell_by_cell(text: str, witness: str) -> None:
    told = compare_values(array(text), array(KEY), EXACT)
    assert (told.witness if isinstance(told, Different) else "") == witness


@pytest.mark.parametrize("text", ["[1, 2]", "[[1, 2]]", "[[1], [2]]"])
def test_a_vector_may_lie_or_stand(text: str) -> None:
    assert isinstance(compare_values(array(text), array("[1, 2]"), EXACT), Equal)


def test_a_square_transposed_is_told() -> None:
    key = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert compare_values(key.T, key, EXACT) == Different("yours is the transpose of the expected")


WHOLE = np.array([[1.0, 2.0, -4.0], [3.0, 4.0, 5.5]])
RELATED = [
    (WHOLE * 3, "every cell is 3 times the expected"),
    (WHOLE / 6, "every cell is 0.1667 times the expected"),
    (WHOLE[::-1], "yours has the expected rows in another order"),
    (WHOLE[:, [1, 0, 2]], "yours has the expected columns in another order"),
    (-WHOLE, "every sign is the other way round"),
    (WHOLE + np.eye(2, 3), "row 1, column 1, yours is 2, expected 1 (2 of 6 cells are off)"),
]


@pytest.mark.parametrize(("given", "witness"), RELATED)
def test_a_relation_of_the_whole_is_told(given: Value, witness: str) -> None:
    assert getattr(compare_values(given, WHOLE, EXACT), "witness", "") == witness


def test_a_vector_in_another_order_is_told() -> None:
    told = compare_values(np.array([2.0, 1.0, 3.0]), np.array([1.0, 2.0, 3.0]), EXACT)
    assert told == Different("yours has the expected entries in another order")


def test_an_array_of_one_cell_is_not_its_negative_by_symmetry() -> None:
    assert isinstance(compare_values(np.zeros(2), np.zeros(2), EXACT), Equal)
    assert isinstance(compare_values(np.zeros(2), np.ones(2), EXACT), Different)


@pytest.mark.parametrize(("text", "unit"), UNITS.items())
def test_the_last_digit_written_has_a_place(text: str, unit: float) -> None:
    reading = read_array(text, (2,)) if text.startswith("[") else read_number(text)
    assert isinstance(reading, Reading), reading
    assert unit_of(reading.tree) == pytest.approx(unit)


@given(st.floats(1e-6, 1e6), st.integers(3, 12))
def test_a_rounded_key_always_passes(key: float, digits: int) -> None:
    text = f"{key:.{digits}g}"
    assume("." in text)  # whole numbers are exact
    assert EXACT.allows(float(text), key, unit_of(number(text)))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_an_exact_number_passes_only_if_it_is_the_key(a: float, b: float) -> None:
    assert EXACT.allows(a, b) == (abs(a - b) <= max(1e-9 * abs(b), 1e-12))
