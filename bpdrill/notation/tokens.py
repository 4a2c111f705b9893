"""From text in any notation to at most 500 tokens in one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bpdrill.notation.characters import FRACTIONS
from bpdrill.notation.source import Refusal, Source
from bpdrill.notation.spelling import spell

MOST_CHARACTERS = 2_000
MOST_TOKENS = 500


class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    METHOD = "method"
    """A name behind a dot: ``.T``."""
    TEXT = "text"
    """Letters in quotes, of an einsum."""
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text; ``gap`` says that a space stands before it."""

    kind: Kind
    text: str
    column: int
    gap: bool = False


_DIGITS = r"[0-9]+(?:_[0-9]{3})*"
_DECIMAL = rf"(?:{_DIGITS}(?:\.[0-9]+|\.(?![\w*/^'.]))?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_PATTERNS = {
    Kind.TEXT: r"""(?<=einsum\()["'][A-Za-z ,>-]*["']""",
    Kind.NUMBER: rf"{_DECIMAL}|[{''.join(FRACTIONS)}]",
    Kind.NAME: r"[A-Za-z][A-Za-z0-9]*(?:_+[A-Za-z0-9]+)*(?:_(?![\w{]))?",
    Kind.METHOD: r"\.[A-Za-z_]+",
    Kind.SIGN: r"(?:‖|\|\|)_[12F](?![A-Za-z0-9])|\*\*|\.\*|\./|\.\^|>=|<=|==|\\frac"
    r"|[-+*/^@×·⊙⊗()\[\]{},;:|<>=≥≤'ᵀ√≈%‖⟨⟩\n]",
}
_TOKEN = re.compile(
    "(?P<gap>[ ]*)(?:" + "|".join(f"(?P<{kind.value}>{pattern})" for kind, pattern in _PATTERNS.items()) + ")"
)
_SAME_SIGN = {"**": "^", ".^": "^", ".*": "⊙", "./": "/", ">=": "≥", "<=": "≤"}


def source_of(text: str) -> Source:
    """``text`` in plain spelling; raises Refusal if it is empty or too long."""
    if len(text) > MOST_CHARACTERS:
        raise Refusal(MOST_CHARACTERS, f"At most {MOST_CHARACTERS:,} characters are read at once.")
    if not text.strip():
        raise Refusal(0, "Nothing was typed.")
    return spell(text)


def tokens(source: Source) -> list[Token]:
    """The tokens of ``source``, the end among them; raises Refusal where there is none."""
    text = source.text.rstrip()
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            start = len(text) - len(text[position:].lstrip(" "))
            raise Refusal(source.columns[start], _unknown(text, start))
        found.append(_token(match, source))
        position = match.end()
        limit(len(found), found[-1].column)
    return [*found, Token(Kind.END, "", source.columns[len(text)], gap=True)]


def limit(count: int, column: int) -> None:
    """Raise Refusal if ``count`` tokens are too many."""
    if count > MOST_TOKENS:
        raise Refusal(column, f"At most {MOST_TOKENS} names, numbers and signs are read at once.")


def _token(match: re.Match[str], source: Source) -> Token:
    kind = Kind(match.lastgroup)
    text = match[kind.value]
    column = source.columns[match.start(kind.value)]
    return Token(kind, _plain(kind, text), column, gap=bool(match["gap"]))


def _plain(kind: Kind, text: str) -> str:
    """A sign under one of its spellings, and letters without their quotes."""
    if kind is Kind.TEXT:
        return text[1:-1]
    return _SAME_SIGN.get(text, text.replace("||", "‖"))


def _unknown(text: str, start: int) -> str:
    command = re.compile(r"\\[A-Za-z]*").match(text, start)
    unread = command.group() if command else text[start]
    return f"{unread} cannot be read here: write it with names, numbers, + - * / ^ and brackets."
