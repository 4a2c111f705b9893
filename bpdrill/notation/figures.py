"""Numbers as people write them."""

from __future__ import annotations

from fractions import Fraction
from math import log10
from typing import Any

from bpdrill.model.tree import Number

_PLAIN_WHOLE = 1e12
"""Whole numbers are written out below this."""
_PLAIN_DECIMAL = 1e7
_MOST_DECIMALS = 12
_SMALL_DENOMINATOR = 1_000_000


def number(value: float, digits: int = 4) -> str:
    """``value`` with ``digits`` significant digits and no trailing zeros: 6, −0.5889, 4.07e17."""
    return ("−" if value < 0 else "") + _size(abs(float(value)), digits)


def _size(value: float, digits: int) -> str:
    """A number without its sign."""
    if value.is_integer() and value < _PLAIN_WHOLE:
        return str(int(value))
    if 10**digits <= value < _PLAIN_DECIMAL:
        return f"{value:.0f}"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def value(shown: Any, digits: int = 4) -> str:
    """A scalar or a nested list of them, arrays included: ``[0.6, 1.2]``, ``[[1, 2], [3, 4]]``."""
    entries = shown.tolist() if hasattr(shown, "tolist") else shown
    if isinstance(entries, list | tuple):
        return f"[{', '.join(value(entry, digits) for entry in entries)}]"
    return number(entries, digits)


def numeral(written: Number) -> str:
    """A literal with the digits its writer vouched for: ``0.50`` stays ``0.50``, a third is ``1/3``."""
    if written.unit:
        return _rounded(written)
    if written.value.denominator == 1:
        return str(written.value.numerator)
    return _exact(written.value)


def _rounded(written: Number) -> str:
    """The digits down to the unit, and the unit's place."""
    sign = "-" if written.value < 0 else ""
    digits = str(round(abs(written.value) / written.unit))
    place = _place(written.unit)
    if -_MOST_DECIMALS <= place < 0:
        padded = digits.rjust(1 - place, "0")
        return f"{sign}{padded[:place]}.{padded[place:]}"
    point = "." if digits[1:] else ""
    return f"{sign}{digits[0]}{point}{digits[1:]}e{place + len(digits) - 1}"


def _place(unit: Fraction) -> int:
    """The exponent of a power of ten."""
    return round(log10(unit.numerator) - log10(unit.denominator))


def _exact(value: Fraction) -> str:
    decimals = next((count for count in range(7) if (value * 10**count).denominator == 1), None)
    if decimals is not None:
        return f"{float(value):.{decimals}f}"
    return str(value) if value.denominator <= _SMALL_DENOMINATOR else repr(float(value))
