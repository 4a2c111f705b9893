"""Lines that keep formulas whole: a sum is broken before its operators, and only if it has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from bpdrill.term.cells import chunks, width

_OPERATORS = frozenset("=+-−·⋅*/⊙×∘@^<>≤≥≠≈~≡∈→±") | {".*", "<=", ">=", "==", "!=", "~=", "->", ":="}

Joins = Callable[[Sequence[str], str], bool]
"""Whether a word belongs to the words before it."""


def wrap(text: str, room: int, hang: str = "") -> list[str]:
    """``text``, one paragraph, in lines of at most ``room`` cells.

    Later lines keep the indentation of the first and add ``hang`` to it.
    """
    if width(text) <= room:
        return [text]
    indent = " " * min(len(text) - len(text.lstrip()), room // 2)
    space = room - len(indent)
    first, *later = _packed(_broken(text.split(), space - len(hang), _LADDER), space, len(hang))
    return [indent + first, *(indent + hang + line for line in later)]


def _packed(tokens: Iterable[str], space: int, hang: int) -> list[str]:
    """As many tokens on a line as it has space for; all lines but the first lose ``hang`` cells of it."""
    lines = [""]
    for token in tokens:
        longer = f"{lines[-1]} {token}".lstrip()
        if width(longer) <= space - hang * (len(lines) > 1):
            lines[-1] = longer
        else:
            lines.append(token)
    return lines


def _broken(words: Sequence[str], space: int, ladder: Sequence[Joins]) -> Iterator[str]:
    """``words`` in tokens that fit ``space``, each as long as the ladder's first joins make it."""
    joins, *lower = ladder
    for phrase in _phrases(words, joins):
        token = " ".join(phrase)
        if width(token) <= space:
            yield token
        elif lower:
            yield from _broken(phrase, space, lower)
        else:
            yield from chunks(token, space)


def _phrases(words: Sequence[str], joins: Joins) -> list[list[str]]:
    phrases: list[list[str]] = [[]]
    for word in words:
        if phrases[-1] and not joins(phrases[-1], word):
            phrases.append([])
        phrases[-1].append(word)
    return phrases


def _formula(phrase: Sequence[str], word: str) -> bool:
    """``dz = (a - y) * w``: operators and open brackets hold their neighbours."""
    return word in _OPERATORS or _operand(phrase, word) or _open(phrase)


def _operand(phrase: Sequence[str], _word: str) -> bool:
    """An operator keeps the word after it: a line of a sum starts with its sign."""
    return phrase[-1] in _OPERATORS


def _word(_phrase: Sequence[str], _word: str) -> bool:
    """Nothing holds together but the word itself."""
    return False


def _open(phrase: Sequence[str]) -> bool:
    """Whether a list or the arguments of a call are still open; a remark in brackets is prose."""
    return _unclosed(phrase, "[", "]") or (not phrase[0].startswith("(") and _unclosed(phrase, "(", ")"))


def _unclosed(phrase: Sequence[str], left: str, right: str) -> bool:
    return sum(word.count(left) - word.count(right) for word in phrase) > 0


_LADDER: tuple[Joins, ...] = (_formula, _operand, _word)
