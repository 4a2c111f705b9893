"""From what keyboards, web pages and PDFs produce to a small plain alphabet.

An own table, character by character: compatibility normalisation would turn x² into x2.
"""

from __future__ import annotations

import re
import unicodedata

from bpdrill.notation.source import Refusal, Source

_SPELLINGS = {
    "-": "−–—‐‑﹣",
    "·": "⋅∙•‧",
    "*": "∗",
    "×": "✕✖⨯",
    "/": "÷∕⁄⊘",
    "⊙": "∘○⨀",
    "ᵀ": "⊤⟙",
    "'": "′’‘´`",
    "≈": "~≃≅∼",
    "≥": "⩾",
    "≤": "⩽",
    "|": "∣",
    "‖": "∥",
    "Σ": "∑",
    "Π": "∏",
    "_=": "₌",
    "μ": "µ",
    "ε": "ϵ",
    "φ": "ϕ",
    "h": "ℎ",
    "l": "ℓ",
    "L": "ℒ",
    " ": "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "": "\u200b\u2060\u2061\u2062\ufeff",
    "\n": "\r\u2028\u2029",
    "inf": "∞",
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
}
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
PLAIN = {char: plain for plain, chars in _SPELLINGS.items() for char in chars} | {
    char: f"_{plain}" for char, plain in _SUBSCRIPTS.items()
}
"""How a character is spelled in the plain alphabet."""

GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "ν": "nu",
    "ξ": "xi",
    "π": "pi",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
    "φ": "phi",
    "χ": "chi",
    "ψ": "psi",
    "ω": "omega",
    "Γ": "Gamma",
    "Δ": "Delta",
    "Θ": "Theta",
    "Λ": "Lambda",
    "Φ": "Phi",
    "Ψ": "Psi",
    "Ω": "Omega",
    "Σ": "sum",
    "Π": "prod",
}
"""Greek letters by the names they have in plain text; a capital sigma is a sum, a capital pi a product."""

FRACTIONS = dict(zip("½⅓⅔¼¾⅕⅛", ("1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "1/8"), strict=True))
"""Fractions that are one character."""

_ALIKE = {
    "асеорхуѕіјԁһԛԝԍьАВЕКМНОРСТХУЅІЈԌԜЗб": "aceopxysijdhqwgbABEKMHOPCTXYSIJGW36",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοιυϲϳ": "ABEZHIKMNOPTYXoiucj",
    "օոսցհԼՕՏՍ": "onughLOSU",
    "ıɑɡℓ": "iagl",
}
_LOOK_ALIKES = {
    char: letter for chars, letters in _ALIKE.items() for char, letter in zip(chars, letters, strict=True)
}
"""Letters of other alphabets, and the Latin ones that they are taken for."""
_FULL_WIDTH = range(0xFF01, 0xFF5F)
"""Letters and signs as wide as Chinese ones, in the order of ASCII."""
_RAISED_SIGNS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_SIGNS = frozenset("×·⊙⊗ᵀ√≈≥≤∂∇‖⟨⟩") | GREEK.keys() | FRACTIONS.keys() | frozenset(_RAISED_SIGNS)
SUPERSCRIPTS = str.maketrans(_RAISED_SIGNS, "0123456789+-()abcdehijklmnoprstuvwxyz")
"""Raised digits and signs, as they stand on the line."""
_MATHEMATICAL = range(0x1D400, 0x1D800)
"""The block of letters that PDFs use for bold and italic mathematics."""


def plain(text: str) -> Source:
    """``text`` in the plain alphabet; raises Refusal at a character that has no place in it."""
    spelled = [_spell(column, char) for column, char in enumerate(text)]
    columns = [column for column, word in enumerate(spelled) for _ in word]
    return Source("".join(spelled), (*columns, len(text)))


def name_greek(source: Source) -> Source:
    """Greek letters by name, kept apart from what stands beside them; superscripts as powers."""
    return source.rewrite(_GREEK_LETTER, _name).rewrite(_RAISED, _raise)


_GREEK_LETTER = re.compile(f"[{''.join(GREEK)}]")
_RAISED = re.compile(f"[{_RAISED_SIGNS}]+")
_APART = re.compile("[A-Za-z0-9]$(?<![^A-Za-z0-9]d)(?<!^d)")
"""Behind a letter or digit, but not behind the d of a gradient: ``dλ`` is one name."""
_LETTER_FOLLOWS = re.compile("(?!hat|bar|tilde)[A-Za-z]")


def _name(match: re.Match[str]) -> str:
    before = " " if _APART.search(match.string, 0, match.start()) else ""
    after = " " if _LETTER_FOLLOWS.match(match.string, match.end()) else ""
    return before + GREEK[match.group()] + after


def _raise(match: re.Match[str]) -> str:
    return f"^({match.group().translate(SUPERSCRIPTS)})"


def _spell(column: int, char: str) -> str:
    if " " <= char <= "~" and char not in PLAIN:
        return char
    if char in PLAIN or char in _SIGNS or char == "\n":
        return PLAIN.get(char, char)
    if ord(char) in _MATHEMATICAL:
        return _spell(column, unicodedata.normalize("NFKD", char))
    return _unmark(column, char)


def _unmark(column: int, char: str) -> str:
    """A letter with a hat, bar or tilde, as the two words it is made of."""
    letter, *marks = list(unicodedata.normalize("NFD", char))
    if marks and letter.isascii() and all(mark in PLAIN for mark in marks):
        return letter + "".join(PLAIN[mark] for mark in marks)
    raise Refusal(column, _complaint(char))


def _complaint(char: str) -> str:
    if looks_like := _looks_like(char):
        script = unicodedata.name(char).split()[0].capitalize()
        return f"This {char} is a {script} letter that looks like {looks_like}: type the Latin one."
    if char.isdigit():
        return "Write numbers with the digits 0 to 9."
    if not char.isprintable():
        return "There is a character here that cannot be seen: type the line again by hand."
    return f"The character {char} has no meaning here."


def _looks_like(char: str) -> str:
    """The letter of ASCII that ``char`` is taken for, if there is one."""
    wide = chr(ord(char) - _FULL_WIDTH[0] + ord("!")) if ord(char) in _FULL_WIDTH else ""
    return _LOOK_ALIKES.get(char, wide if wide.isalpha() else "")
