"""Numbers as people write them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.tree import Number
from bpdrill.notation import Reading, number, read_number, text, value

NUMBERS = {
    6.0: "6",
    -0.0: "0",
    -0.5889: "−0.5889",
    0.10000000000000001: "0.1",
    1 / 3: "0.3333",
    4.07e17: "4.07e17",
    1e-7: "1e-7",
    -0.000123456: "−0.0001235",
    12345.678: "12346",
    68_719_476_736.0: "68719476736",
    1e300: "1e300",
}
VALUES: tuple[tuple[object, str], ...] = (
    (0.5, "0.5"),
    ([0.6, 1.2], "[0.6, 1.2]"),
    ([[1.0, -0.0], [0.25, 4.0]], "[[1, 0], [0.25, 4]]"),
    (np.array([[1.0, 2.5]]), "[[1, 2.5]]"),
    (np.float64(2.0), "2"),
    ([], "[]"),
)
NUMERALS = (
    (Number(Fraction(1, 3)), "1/3"),
    (Number(Fraction(1, 4)), "0.25"),
    (Number(Fraction(0.1)), "0.1"),
    (Number(Fraction(1, 2), Fraction(1, 100)), "0.50"),
    (Number(Fraction(-1, 2), Fraction(1, 10)), "−0.5"),
    (Number(Fraction(41 * 10**16), Fraction(10**16)), "4.1e17"),
    (Number(Fraction(10**17), Fraction(10**17)), "1e17"),
    (Number(Fraction(3, 10**20), Fraction(1, 10**20)), "3e-20"),
)


@pytest.mark.parametrize(("figure", "written"), NUMBERS.items())
def test_a_number_is_written_as_by_hand(figure: float, written: str) -> None:
    assert number(figure) == written


@pytest.mark.parametrize(("figures", "written"), VALUES)
def test_nested_values(figures: object, written: str) -> None:
    assert value(figures) == written


def test_more_digits_on_request() -> None:
    assert (number(1 / 3, digits=6), value([1 / 3], digits=2)) == ("0.333333", "[0.33]")


@pytest.mark.parametrize(("literal", "written"), NUMERALS)
def test_a_literal_keeps_the_digits_its_writer_vouched_for(literal: Number, written: str) -> None:
    assert text(literal).replace("-", "−") == written.replace("-", "−")


@given(st.floats(-1e300, 1e300))
@settings(deadline=None)
def test_four_digits_are_kept(figure: float) -> None:
    assert float(number(figure).replace("−", "-")) == pytest.approx(figure, rel=5.1e-4)


@given(st.integers(0, 10**9), st.integers(-30, 30))
@settings(deadline=None)
def test_value_and_unit_survive_printing(digits: int, place: int) -> None:
    literal = Number(digits * Fraction(10) ** place, Fraction(10) ** place)
    assert read_number(text(literal)) == Reading(literal, ())
