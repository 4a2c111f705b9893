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
_GROUPED = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:(?:,[0-9]{3})+(?:\.[0-9]+)?|(?: [0-9]{3})+)(?![\w.,])")
_COMMA = re.compile(r"(?<![\w.])(?<![0-9],)[0-9]+,[0-9]+(?![\w.]|,[0-9])")
"""A comma within a number, or between two that touch it."""


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
    grouped = source.rewrite(_GROUPED, lambda match: _ungroup(match, source.columns[match.start()]))
    for match in _COMMA.finditer(grouped.text):
        if not _is_within(match):
            raise Refusal(grouped.columns[match.start()], _comma_hint(match.group()))
    return grouped


def _is_within(match: re.Match[str]) -> bool:
    """Whether a bracket stands open before ``match``."""
    before = match.string[: match.start()]
    return any(before.count(opening) > before.count(closing) for opening, closing in ("()", "[]", "{}"))


def _ungroup(match: re.Match[str], column: int) -> str:
    text = match.group()
    if _is_within(match):
        return text
    first, *groups = re.split("[, ]", text)
    is_decimal = first.startswith("0") or (len(groups) == 1 and groups[0] != "000")
    if is_decimal and "," in text and "." not in text:
        raise Refusal(column, _comma_hint(text))
    return first + "".join(groups)


def _comma_hint(text: str) -> str:
    """What to write for a number with a comma in it."""
    whole, _, decimals = text.partition(",")
    if len(decimals) == 3 and not whole.startswith("0"):
        return f"Two ways to read this: write {whole}.{decimals} or {whole}{decimals}."
    return f"A decimal comma is not read: write {text.replace(',', '.')}."


def with_points(source: Source) -> tuple[Source, Refusal] | None:
    """``source`` with its commas for decimal points, and what there is to say of them; None without any."""
    match = _COMMA.search(source.text)
    if match is None:
        return None
    pointed = source.rewrite(_COMMA, lambda comma: comma.group().replace(",", "."))
    return pointed, Refusal(source.columns[match.start()], _comma_hint(match.group()))


def _limit(digits: int, power: str, column: int) -> None:
    if digits > MOST_DIGITS:
        raise Refusal(column, f"A number may have at most {MOST_DIGITS} digits.")
    if len(power) > len(str(LARGEST_EXPONENT)) or int(power or 0) > LARGEST_EXPONENT:
        raise Refusal(column, f"The exponent of a number may be at most {LARGEST_EXPONENT:,}.")
