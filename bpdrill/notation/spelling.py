r"""One name, many spellings: ``y_hat``, ``ŷ``, ``\hat{y}`` are what was declared as ``yhat``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bpdrill.notation import latex
from bpdrill.notation.characters import name_greek, plain
from bpdrill.notation.source import Source

_LOSS = r"(?:L|J|E|C|l|[Ll]oss|[Cc]ost)"
_WORD = r"([A-Za-z][A-Za-z0-9_]*)"
_GRADIENTS = (
    (rf"\\frac\s*\{{\s*[d∂]\s*{_LOSS}\s*\}}\s*\{{\s*[d∂]\s*{_WORD}\s*\}}", r" d\1 "),
    (rf"(?:∂\s*|(?<![A-Za-z_])d){_LOSS}\s*/\s*(?:∂\s*|d)(?=[A-Za-zα-ω])", " d"),
    (rf"∇\s*_\s*\{{?\s*{_WORD}\s*\}}?\s*{_LOSS}?(?![A-Za-z0-9_])", r" d\1 "),
    (rf"{_WORD}\.grad(?![A-Za-z])", r"d\1"),
    (r"[∂∇]\s*(?=[A-Za-zα-ω])", "d"),
    (r"δ(?=[A-Za-z])", "d"),
)
_NAMESPACE = (
    r"(?<![\w.])(?:(?:np|numpy|jnp|torch)(?:\.linalg|\.nn\.functional)?|math|jax\.nn|nn\.functional"
    r"|F(?=\.[a-z]{2}))\."
)
_CODE = ((_NAMESPACE + r"max(?![A-Za-z0-9_])", "amax"), (_NAMESPACE + r"(?=[A-Za-z])", ""))
"""What stands before a function in code; numpy's ``max`` takes an axis where others take a number."""
_TABLE = tuple((re.compile(pattern), new) for pattern, new in (*_GRADIENTS, *_CODE))
_GRADIENT_PREFIX = re.compile(r"(?:grad|delta|d[LJEC]d|d[Ll]ossd)(?=.)")
_LONGEST_PIECE = 24
_LONGEST_WORD = 64


def spell(text: str) -> Source:
    """``text`` of any notation in plain spelling; raises Refusal at a character without a place."""
    source = latex.plain(plain(text))
    for pattern, new in _TABLE:
        source = source.rewrite(pattern, new)
    return name_greek(source)


def canonical(word: str) -> str:
    """How a new name is written down: ``z_1`` is ``z1``, ``y_hat`` is ``yhat``."""
    return re.sub(r"_+(?=[0-9]|hat|bar|tilde)", "", word)


def _key(word: str) -> str:
    return re.sub(r"([0-9]+)(hat|bar|tilde)$", r"\2\1", word.replace("_", "").replace("epsilon", "eps"))


@lru_cache(maxsize=1024)
def _declared_key(name: str) -> str:
    return _key(spell(name).text.strip())


@dataclass(frozen=True, slots=True)
class Names:
    """The declared names of an item, found under any spelling."""

    declared: Mapping[str, str]

    @classmethod
    def of(cls, names: Iterable[str]) -> Names:
        """Index ``names`` by what their spellings have in common; an exact spelling comes first."""
        exact = {name: name for name in names}
        return cls({_declared_key(name): name for name in exact} | exact)

    def find(self, word: str) -> str | None:
        """The declared name that ``word`` spells, a gradient's longer names included."""
        key = _key(word)
        gradient = _GRADIENT_PREFIX.sub("d", key, count=1)
        spellings = (self.declared.get(spelling) for spelling in (word, key, gradient))
        return next((name for name in spellings if name is not None), None)

    def splits(self, word: str) -> tuple[tuple[str, ...], ...]:
        """The ways to read ``word`` as names side by side, ``wx`` as ``w x``; two are enough."""
        if len(word) > _LONGEST_WORD:
            return ()
        ways: list[tuple[tuple[str, ...], ...]] = [((),)]
        for end in range(1, len(word) + 1):
            starts = range(max(0, end - _LONGEST_PIECE), end)
            found = [
                (*way, word[start:end])
                for start in starts
                if ways[start] and self.find(word[start:end]) is not None
                for way in ways[start]
            ]
            ways.append(tuple(found[:2]))
        return ways[-1]

    def advise(self, word: str) -> str:
        """What to write instead of the unknown ``word``."""
        from difflib import get_close_matches

        known = tuple(dict.fromkeys(self.declared.values()))
        lowered = {name.lower(): name for name in known}
        close = get_close_matches(word.lower()[:_LONGEST_PIECE], lowered, n=1)
        if close:
            return f"Did you mean {lowered[close[0]]}?"
        return f"The names here are {', '.join(known)}." if known else "Write a number."
