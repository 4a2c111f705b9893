"""Number literals, exactly: their value, and the place of the last digit that was written."""

from __future__ import annotations

import re
from fractions import Fraction

from bpdrill.model.tree import Number
from bpdrill.notation.characters import FRACTIONS
from bpdrill.notation.source import Refusal, Source

MOST_DIGITS = 40
LARGEST_EXPONENT = 10_000
_LITERAL = re.compile(r"([0-9]*)(\.[0-9]*)?(?:[eE]([+-]?)([0-9]+))?")
_GROUPED = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})+(?![\w.,])")


def literal(text: str, column: int) -> Number:
    """The number that ``text`` writes; raises Refusal before a number too large for memory is built."""
    if text in FRACTIONS:
        return Number(Fraction(FRACTIONS[text]))
    match = _LITERAL.fullmatch(text.replace("_", ""))
    assert match is not None, text  # noqa: S101 - the tokens come from a narrower pattern
    whole, point, sign, power = (part or "" for part in match.groups())
    decimals = point[1:]
    _limit(len(whole + decimals), power.lstrip("0"), column)
    place = Fraction(10) ** (int(sign + power if power else 0) - len(decimals))
    exact = not decimals and not power
    return Number(int(whole + decimals or 0) * place, Fraction(0) if exact else place)


def percent(number: Number) -> Number:
    """``number`` hundredths."""
    return Number(number.value / 100, number.unit / 100)


def ungroup(source: Source) -> Source:
    """``1,000,000`` as one number; raises Refusal where a comma could also be a decimal point."""
    return source.rewrite(_GROUPED, lambda match: _ungroup(match, source.columns[match.start()]))


def _ungroup(match: re.Match[str], column: int) -> str:
    text = match.group()
    before = match.string[: match.start()]
    if any(before.count(opening) > before.count(closing) for opening, closing in ("()", "[]", "{}")):
        return text
    first, *groups = text.split(",")
    if first.startswith("0"):
        raise Refusal(column, f"A decimal comma is not read: write {text.replace(',', '.')}.")
    if len(groups) == 1 and groups[0] != "000":
        raise Refusal(column, f"Two ways to read this: write {first}.{groups[0]} or {first}{groups[0]}.")
    return text.replace(",", "")


def _limit(digits: int, power: str, column: int) -> None:
    if digits > MOST_DIGITS:
        raise Refusal(column, f"A number may have at most {MOST_DIGITS} digits.")
    if len(power) > len(str(LARGEST_EXPONENT)) or int(power or 0) > LARGEST_EXPONENT:
        raise Refusal(column, f"The exponent of a number may be at most {LARGEST_EXPONENT:,}.")
