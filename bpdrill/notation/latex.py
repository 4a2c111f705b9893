r"""LaTeX, as far as people type it, rewritten in the plain alphabet: ``\hat{y}`` is ``yhat``.

``\frac`` stays a command, since only the reader knows where its two groups end.
"""

from __future__ import annotations

import re

from bpdrill.notation.characters import GREEK, SUPERSCRIPTS
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
    "prod": "Π",
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
    "lVert": "‖",
    "rVert": "‖",
    "Vert": "‖",
    "langle": "⟨",
    "rangle": "⟩",
    "ell": "l",
    "lbrace": "{",
    "rbrace": "}",
    "varepsilon": "ε",
    "varphi": "φ",
    "dfrac": "\\frac",
    "tfrac": "\\frac",
} | {name: letter for letter, name in GREEK.items() if letter not in "ΣΠ"}
_FUNCTIONS = frozenset(("exp", "log", "ln", "sin", "cos", "tanh", "max", "min"))
_FONT = r"\\(?:math(?:bf|rm|it|sf|cal|bb|bbm|ds)|boldsymbol|bm|vec|text|textbf|operatorname\*?)"
_SPACE = (
    r"\$+|\\[()\[\],;:!> ]|\\q?quad(?![A-Za-z])"
    r"|\\(?:left|right|middle|[bB]igg?[lrm]?|displaystyle|limits)(?![A-Za-z])"
)
_RUN = r"([ΣΠ]|(?<![A-Za-z_])(?:sum|prod)(?=\s*_\s*\{))\s*"
"""A sum or a product, before what it runs over."""
_LIMIT = r"\s*\^\s*(?:\{\s*([A-Za-z0-9]+)\s*\}|([A-Za-z0-9]))"


def _command(match: re.Match[str]) -> str:
    name = match[1]
    if name in _FUNCTIONS:
        follows = match.string[match.end() : match.end() + 1]
        return f" {name} " if follows.isalnum() else f" {name}"
    return _COMMANDS.get(name, match.group())


def _unfont(match: re.Match[str]) -> str:
    inside = match[1].strip()
    return f" {inside}" if len(inside) > 1 else inside


def _run(match: re.Match[str]) -> str:
    """A sum or product with its index and both limits, as one word: ``sum_i_1_3``."""
    kind, index, first, *last = (group for group in match.groups() if group is not None)
    limits = first.replace("_", "") or "1", last[0].translate(SUPERSCRIPTS)
    return f" {kind}_{index}_{'_'.join(limits)} "


_NESTED: tuple[tuple[str, Replacement], ...] = (
    (r"_\s*\{\s*([A-Za-z0-9]+)\s*\}", r"_\1"),
    (_FONT + r"\s*\{([^{}\\]*)\}", _unfont),
    (r"\\(?:wide)?(hat|bar|tilde)\s*\{\s*([A-Za-zα-ω]+)((?:_[A-Za-z0-9]+)*)\s*\}", r"\2\1\3"),
)
_PASSES: tuple[tuple[str, Replacement], ...] = (
    (r"\\\\(?:\[[^\]]*\])?", ";"),
    (r"\\begin\s*\{pmatrix\}", "("),
    (r"\\end\s*\{pmatrix\}", ")"),
    (r"\\begin\s*\{(?:[bB]?matrix|smallmatrix)\}", "["),
    (r"\\end\s*\{(?:[bB]?matrix|smallmatrix)\}", "]"),
    (r"\\begin\s*\{array\}\s*\{[clr]*\}", "["),
    (r"\\end\s*\{array\}", "]"),
    (r"(?<!\\)&", ","),
    (r"\\([_%])", r"\1"),
    (r"(?<=[0-9])\{,\}(?=[0-9])", ","),
    (r"\\\|", "‖"),
    (r"\\([{}])", r"\1"),
    (_SPACE, " "),
    (r"\\(?!sqrt\s*\[)([A-Za-z]+)", _command),
    *_NESTED * 3,
    (_FONT + r"\s+([A-Za-z0-9])", r"\1"),
    (r"\\(?:wide)?(hat|bar|tilde)\s+([A-Za-zα-ω])", r"\2\1"),
    (r"\^\s*(?:\{\s*[Tᵀ]\s*\}|ᵀ)", "ᵀ"),
    (r"\^\s*(?:\{\s*('+)\s*\}|('))", r"\1\2"),
    (r"\\frac(?:\s*([0-9])|\s+([A-Za-z]))\s*([A-Za-z0-9])", r"(\1\2/\3)"),
    (_RUN + r"_([a-z])_=((?:_[0-9])+)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", _run),
    (_RUN + r"_\s*\{\s*([a-z])\s*=\s*([0-9]+)\s*\}" + _LIMIT, _run),
    (_RUN + r"_\s*\{\s*([a-z])\s*=\s*0\s*\}\s*\^\s*\{\s*([A-Za-z])\s*-\s*1\s*\}", r" \1_\2_1_\3 "),
    (_RUN + r"_\s*([a-z])()" + _LIMIT, _run),
    (_RUN + r"_\s*([a-z])(?![a-z=])(?!\s*[_^])", r" \1_\2 "),
    (r"_\s*\{\s*([a-z])\s*\+\s*([0-9])\s*\}", r"_\1_plus_\2"),
    (r"_\s*\{\s*([a-z])\s*-\s*([0-9])\s*\}", r"_\1_minus_\2"),
    (r"(?<![A-Za-z0-9_])1_\s*\{", "1{"),
)
_TABLE = tuple((re.compile(pattern), replacement) for pattern, replacement in _PASSES)


def plain(source: Source) -> Source:
    """``source`` without LaTeX; a command that is not known stays, for the reader to refuse."""
    for pattern, replacement in _TABLE:
        source = source.rewrite(pattern, replacement)
    return source
