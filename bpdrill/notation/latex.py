r"""LaTeX, as far as people type it, rewritten in the plain alphabet: ``\hat{y}`` is ``yhat``.

``\frac`` stays a command, since only the reader knows where its two groups end.
"""

from __future__ import annotations

import re

from bpdrill.notation.characters import GREEK
from bpdrill.notation.source import Replacement, Source

_COMMANDS = {
    "cdot": "·",
    "times": "×",
    "odot": "⊙",
    "circ": "⊙",
    "otimes": "⊗",
    "ast": "*",
    "div": "/",
    "partial": "∂",
    "nabla": "∇",
    "top": "ᵀ",
    "intercal": "ᵀ",
    "prime": "'",
    "sum": "Σ",
    "sqrt": "√",
    "approx": "≈",
    "gt": ">",
    "lt": "<",
    "ge": "≥",
    "geq": "≥",
    "le": "≤",
    "leq": "≤",
    "lvert": "|",
    "rvert": "|",
    "vert": "|",
    "mid": "|",
    "ell": "l",
    "lbrace": "{",
    "rbrace": "}",
    "varepsilon": "ε",
    "varphi": "φ",
    "dfrac": "\\frac",
    "tfrac": "\\frac",
} | {name: letter for letter, name in GREEK.items() if letter != "Σ"}
_FUNCTIONS = frozenset(("exp", "log", "ln", "sin", "cos", "tanh", "max"))
_FONT = r"\\(?:math(?:bf|rm|it|sf|cal|bb|bbm|ds)|boldsymbol|bm|vec|text|textbf|operatorname\*?)"
_SPACE = (
    r"\$+|\\[()\[\],;:!> ]|\\q?quad(?![A-Za-z])"
    r"|\\(?:left|right|middle|[bB]igg?[lrm]?|displaystyle|limits)(?![A-Za-z])"
)
_LIMIT = r"(?:\s*\^\s*(?:\{[^{}]*\}|\w))"


def _command(match: re.Match[str]) -> str:
    name = match[1]
    if name in _FUNCTIONS:
        follows = match.string[match.end() : match.end() + 1]
        return f" {name} " if follows.isalnum() else f" {name}"
    return _COMMANDS.get(name, match.group())


def _unfont(match: re.Match[str]) -> str:
    inside = match[1].strip()
    return f" {inside}" if len(inside) > 1 else inside


_NESTED: tuple[tuple[str, Replacement], ...] = (
    (r"_\s*\{\s*([A-Za-z0-9]+)\s*\}", r"_\1"),
    (_FONT + r"\s*\{([^{}\\]*)\}", _unfont),
    (r"\\(?:wide)?(hat|bar|tilde)\s*\{\s*([A-Za-zα-ω]+)((?:_[A-Za-z0-9]+)*)\s*\}", r"\2\1\3"),
)
_PASSES: tuple[tuple[str, Replacement], ...] = (
    (r"\\\\(?:\[[^\]]*\])?", ";"),
    (r"\\begin\s*\{(?:[pbB]?matrix|smallmatrix)\}", "["),
    (r"\\end\s*\{(?:[pbB]?matrix|smallmatrix)\}", "]"),
    (r"\\begin\s*\{array\}\s*\{[clr]*\}", "["),
    (r"\\end\s*\{array\}", "]"),
    (r"(?<!\\)&", ","),
    (r"\\([{}|])", r"\1"),
    (_SPACE, " "),
    (r"\\(?!sqrt\s*\[)([A-Za-z]+)", _command),
    *_NESTED * 3,
    (_FONT + r"\s+([A-Za-z0-9])", r"\1"),
    (r"\\(?:wide)?(hat|bar|tilde)\s+([A-Za-zα-ω])", r"\2\1"),
    (r"\^\s*(?:\{\s*[Tᵀ]\s*\}|ᵀ)", "ᵀ"),
    (r"\^\s*(?:\{\s*('+)\s*\}|('))", r"\1\2"),
    (r"\\frac\s*([0-9])\s*([0-9])", r"(\1/\2)"),
    (r"Σ\s*_\s*\{\s*([a-z])\s*=[^{}]*\}" + _LIMIT + "?", r" Σ_\1 "),
    (r"Σ\s*_\s*([a-z])(?![a-z])" + _LIMIT + "?", r" Σ_\1 "),
    (r"(?<![A-Za-z0-9_])1_\s*\{", "1{"),
)
_TABLE = tuple((re.compile(pattern), replacement) for pattern, replacement in _PASSES)


def plain(source: Source) -> Source:
    """``source`` without LaTeX; a command that is not known stays, for the reader to refuse."""
    for pattern, replacement in _TABLE:
        source = source.rewrite(pattern, replacement)
    return source
