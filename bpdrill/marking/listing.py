"""Reads lists without mathematics in them: the sizes of a shape, some of the names of a graph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Shape, Size, Symbols
from bpdrill.notation.spelling import Names

LONGEST = 300
"""Characters that a list can need."""
MOST_AXES = 4
BETWEEN = re.compile(r"\bby\b|[×*·,;\s]+")
"""What may stand between two sizes or two names."""
SPACE = re.compile(r"(?:R|ℝ)\s*\^\s*")
"""Begins ``R^{h x d}``, where the sizes are an exponent."""
BRACKETS = "()[]{} \t,"
SCALAR = ("scalar", "a scalar", "number", "a number", "()", "[]")
"""What people write for the shape of a single number."""
NO_NAMES = ("none", "no", "nothing", "-", "–")
WORD = re.compile(r"\w+")
DIGITS = re.compile("[0-9]{1,9}")


def read_shape(text: str, sizes: Symbols) -> Shape | Unreadable:
    """``(h, d)``, ``h x d``, ``[h,d]``, ``h,d``; ``()`` and the word scalar for a single number."""
    typed = text.strip()[:LONGEST]
    if typed.casefold() in SCALAR:
        return ()
    inner = SPACE.sub("", typed, count=1).strip(BRACKETS)
    words = [word for part in BETWEEN.split(inner) if part for word in apart(part, sizes)]
    unknown = next((word for word in words if size(word, sizes) is None), "")
    shape = tuple(known for word in words if (known := size(word, sizes)) is not None)
    if not unknown and 0 < len(shape) <= MOST_AXES:
        return shape
    names = f"in the sizes {', '.join(sizes)}" if sizes else "in numbers"
    hint = f"write a shape {names}, such as (a, b), (a,) or scalar"
    return Unreadable(max(text.find(unknown), 0), hint)


def apart(word: str, sizes: Symbols) -> Iterator[str]:
    """``hxd`` as h and d, a single x as nothing: between two sizes it says times."""
    parts = [part for part in word.split("x") if part]
    if size(word, sizes) is None and all(size(part, sizes) is not None for part in parts):
        yield from parts
    else:
        yield word


def size(word: str, sizes: Symbols) -> Size | None:
    """A length: a number, or one of the declared names, in another case if only one fits."""
    if DIGITS.fullmatch(word):
        return int(word)
    alike = [name for name in sizes if name.casefold() == word.casefold()]
    return word if word in sizes else alike[0] if len(alike) == 1 else None


def read_list(text: str, symbols: Symbols) -> tuple[str, ...] | Unreadable:
    """Some of ``symbols`` in the order that was typed, each once; ``none`` for none of them."""
    typed = text.strip()[:LONGEST]
    if typed.casefold() in NO_NAMES:
        return ()
    known = Names.of(symbols)
    words = [word for word in BETWEEN.split(typed.strip(BRACKETS)) if word and word != "and"]
    for word in words:
        if not WORD.fullmatch(word) or known.find(word) is None:
            return Unreadable(max(text.find(word), 0), f"this is no name here. {known.advise(word)}")
    found = tuple(dict.fromkeys(str(known.find(word)) for word in words))
    return found or Unreadable(0, "type names with commas between them, or none")
