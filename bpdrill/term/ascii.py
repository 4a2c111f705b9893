"""Unicode mathematics in ASCII, for terminals and files that can hold no more. Nothing is ever refused."""

from __future__ import annotations

import re
from unicodedata import category, name, normalize

_PAIRS = """
    ∂ d      ∇ grad   √ sqrt   ∞ inf    ∑ sum    ∏ prod   ∫ int    ∈ in     ∀ all    ∝ ~
    · *      ⋅ *      ∗ *      • -      ⊙ .*     ∘ .*     ⊗ (x)    × x      ÷ /      ∕ /      ⁄ /
    − -      ‐ -      ‑ -      ‒ -      – -      — --     ― --     ± +-
    ≤ <=     ≥ >=     ≠ !=     ≈ ~=     ≡ ==     ≔ :=     ≪ <<     ≫ >>
    → ->     ← <-     ↔ <->    ⇒ =>     ⇐ <=     ⇔ <=>    ↦ ->     ↑ ^      ↓ v      ⟶ ->
    ✓ ok     ✔ ok     ✗ x      ✘ x      ● *      ○ o      ▸ >      ► >
    ‘ '      ’ '      “ "      ” "      „ "      ′ '      ″ ''     « <<     » >>
    ‖ ||     ∥ ||     ⟨ <      ⟩ >      ⌊ floor( ⌋ )      ⌈ ceil(  ⌉ )      … ...
    ─ -      ━ -      ═ -      │ |      ┃ |      ║ |
    ╯ '      ╰ '      ┘ '      └ '      ┴ '      ╮ .      ╭ .      ┐ .      ┌ .
    λ lambda Λ Lambda
    ß ss     æ ae     ø o      ł l      ı i
"""

_TABLE = dict(zip(_PAIRS.split()[::2], _PAIRS.split()[1::2], strict=True))

_MARKS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot"}
"""Over a letter of mathematics these are part of its name: ``ŷ`` is ``yhat``."""

_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᴬ-ᵛⁱⁿ]+")
_ROOT_OF_A_WORD = re.compile(r"√(\w+)")
_LOWERED_LETTER = re.compile("(?=[ₐ-ₜᵢ-ᵪⱼ])")


def transliterate(text: str) -> str:
    """``text`` in printable ASCII and line breaks; what has no spelling becomes ``?``.

    >>> transliterate("∂L/∂W₁ = δ·xᵀ − ŷ²")
    'dL/dW1 = delta*x^T - yhat^2'
    """
    bracketed = _ROOT_OF_A_WORD.sub(r"√(\1)", text)
    marked = _LOWERED_LETTER.sub("_", _RAISED.sub(r"^\g<0>", bracketed))
    return "".join(character if character < "\x7f" else _spelled(character) for character in marked)


def _spelled(character: str) -> str:
    """``character`` by the table, else by what it is made of, else by its Greek or box-drawing name."""
    if character in _TABLE:
        return _TABLE[character]
    parts = normalize("NFKD", character)
    if parts != character:
        return transliterate(parts)
    return _named(character)


def _named(character: str) -> str:
    """The spelling that a character's Unicode category or name gives away."""
    if category(character).startswith("M"):
        return _MARKS.get(character, "")
    match name(character, "").split():
        case ["GREEK", size, "LETTER", *_, letter]:
            return letter.capitalize() if size == "CAPITAL" else letter.lower()
        case ["BOX", "DRAWINGS", *_]:
            return "+"
    return "?"
