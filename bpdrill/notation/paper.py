"""Formulas as on paper: in Unicode, in ASCII and in LaTeX."""

from __future__ import annotations

import re

from bpdrill.notation.characters import GREEK
from bpdrill.notation.parts import Form, Ink, Level, Printed, listed
from bpdrill.notation.rules import is_square_by_name


def add(ink: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    """``a + b``."""
    return f"{ink.hold(left, Level.SUM)} + {ink.hold(right, Level.ENTRYWISE)}", Level.SUM


def sub(ink: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    """``a − b``."""
    return f"{ink.hold(left, Level.SUM)} {ink.minus} {ink.hold(right, Level.ENTRYWISE)}", Level.SUM


def neg(ink: Ink, inner: Printed) -> tuple[str, Level]:
    """``−a``; it reaches over a product and stops before a sum."""
    return ink.minus + ink.hold(inner, Level.ENTRYWISE), Level.SUM


def product(ink: Ink, sign: str, left: Printed, right: Printed) -> tuple[str, Level]:
    """Two factors with ``sign`` between."""
    return ink.hold(left, Level.PRODUCT) + sign + ink.hold(right, Level.POWER), Level.PRODUCT


def div(ink: Ink, above: Printed, below: Printed) -> tuple[str, Level]:
    """``a/b``."""
    return ink.hold(above, Level.QUOTIENT) + ink.over + ink.hold(below, Level.POWER), Level.QUOTIENT


def power(ink: Ink, base: Printed, exponent: Printed) -> tuple[str, Level]:
    """``a^b``; of a square matrix a call, since its power on paper is a matrix product."""
    if _is_square(base):
        return ink.call("power", (base, exponent)), Level.ATOM
    simple = re.fullmatch(r"\w+", exponent.text)
    raised = exponent.text if simple else ink.bracket(exponent.text)
    return ink.hold(base, Level.ATOM) + ink.raised + raised, Level.POWER


def array(_: Ink, *items: Printed) -> tuple[str, Level]:
    """``[a, b]``."""
    return f"[{listed(items)}]", Level.ATOM


def _mul(ink: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    if not (left.shape and right.shape):
        return product(ink, ink.product, left, right)
    return ink.hold(left, Level.ENTRYWISE) + ink.entrywise + ink.hold(right, Level.PRODUCT), Level.ENTRYWISE


def _matmul(ink: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    return product(ink, " @ " if () in (left.shape, right.shape) else " ", left, right)


def _outer(ink: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    """``a bᵀ``; of rows a call, since the transpose of a row is none."""
    if any(part.shape is not None and not part.is_vector for part in (left, right)):
        return ink.call("outer", (left, right)), Level.ATOM
    return product(ink, " ", left, Printed(*_transpose(ink, right), shape=None))


def _transpose(ink: Ink, inner: Printed) -> tuple[str, Level]:
    return ink.hold(inner, Level.ATOM) + ink.transposed, Level.POWER


def _greater(ink: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    sides = f"{ink.hold(left, Level.SUM)} > {ink.hold(right, Level.SUM)}"
    return f"{ink.indicator}[{sides}]", Level.ATOM


def _abs(ink: Ink, inner: Printed) -> tuple[str, Level]:
    """Bars, unless bars within would make them ambiguous."""
    return (ink.call("abs", (inner,)) if "|" in inner.text else f"|{inner.text}|"), Level.ATOM


def _raise(ink: Ink, base: Printed, exponent: Printed) -> tuple[str, Level]:
    """``x²`` where the exponent is a whole number, else ``x^(…)``."""
    if re.fullmatch(r"−?[0-9]+", exponent.text) and not _is_square(base):
        return ink.hold(base, Level.ATOM) + exponent.text.translate(_RAISED), Level.POWER
    return power(ink, base, exponent)


def _superscript(ink: Ink, base: Printed, exponent: Printed) -> tuple[str, Level]:
    if _is_square(base):
        return power(ink, base, exponent)
    return f"{ink.hold(base, Level.ATOM)}^{{{exponent.text}}}", Level.POWER


def _is_square(part: Printed) -> bool:
    return part.shape is not None and is_square_by_name(part.shape)


def _fraction(_: Ink, above: Printed, below: Printed) -> tuple[str, Level]:
    return rf"\frac{{{above.text}}}{{{below.text}}}", Level.POWER


def _root(_: Ink, inner: Printed) -> tuple[str, Level]:
    return rf"\sqrt{{{inner.text}}}", Level.ATOM


def _entries(item: Printed) -> tuple[Printed, ...]:
    """A row of a matrix entry by entry; an entry of a vector is a row of its own."""
    return item.args if item.op == "array" else (item,)


def _matrix(_: Ink, *items: Printed) -> tuple[str, Level]:
    """A vector as a column, a matrix row by row; but a single row would read as a column."""
    rows = [_entries(item) for item in items]
    if len(rows) == 1:
        return f"[[{listed(rows[0])}]]", Level.ATOM
    cells = r" \\ ".join(" & ".join(cell.text for cell in row) for row in rows)
    return rf"\begin{{bmatrix}} {cells} \end{{bmatrix}}", Level.ATOM


_RAISED = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
_LETTERS = {name: letter for letter, name in GREEK.items() if letter != "Σ"}
_LETTERED = re.compile(rf"(d??)({'|'.join(_LETTERS)}|[A-Za-z])(hat|bar|tilde|)([0-9]*)")
_WORDED = re.compile(r"()([A-Za-z]+)()([0-9]*)")


def _unicode_symbol(name: str) -> str:
    """``dz2`` as dz₂, ``yhat`` as ŷ, ``lambda`` as λ; any other name as it is."""
    from unicodedata import normalize

    match = _LETTERED.fullmatch(name) or _WORDED.fullmatch(name)
    if match is None:
        return name
    gradient, letter, mark, index = match.groups()
    marked = normalize("NFC", _LETTERS.get(letter, letter) + _MARKS.get(mark, ""))
    return gradient + marked + index.translate(_LOWERED)


def _latex_symbol(name: str) -> str:
    match = _LETTERED.fullmatch(name) or _WORDED.fullmatch(name)
    if match is None:
        return _upright(name)
    gradient, letter, mark, index = match.groups()
    named = f"\\{letter}" if letter in _LETTERS else letter
    marked = rf"\{mark}{{{named}}}" if mark else named
    return gradient + marked + (f"_{{{index}}}" if index else "")


_SHORT = {"maximum": "max", "minimum": "min", "max": "amax"}
"""The larger of two is ``max`` on paper, so that the largest of an array is not."""
_UNICODE_FUNCTIONS = _SHORT | {"sigmoid": "σ", "sqrt": "√", "sum": "Σ"}
_LATEX_FUNCTIONS = {"sigmoid": r"\sigma", "sum": r"\sum", "maximum": r"\max", "minimum": r"\min"} | {
    op: rf"\{op}" for op in ("exp", "log", "sin", "cos", "tanh")
}


def _upright(name: str) -> str:
    r"""A name of several letters, ``\mathrm{leaky\_relu}``."""
    return r"\mathrm{" + name.replace("_", r"\_") + "}"


def _ascii_function(op: str) -> str:
    return _SHORT.get(op, op)


def _unicode_function(op: str) -> str:
    return _UNICODE_FUNCTIONS.get(op, op)


def _latex_function(op: str) -> str:
    return _LATEX_FUNCTIONS.get(op) or _upright(_SHORT.get(op, op))


_FORMS: dict[str, Form] = {
    "add": add,
    "sub": sub,
    "neg": neg,
    "mul": _mul,
    "matmul": _matmul,
    "outer": _outer,
    "div": div,
    "power": power,
    "transpose": _transpose,
    "greater": _greater,
    "abs": _abs,
    "array": array,
}
ASCII = Ink(symbol=str, function=_ascii_function, forms=_FORMS)
UNICODE = Ink(
    symbol=_unicode_symbol,
    function=_unicode_function,
    forms=_FORMS | {"power": _raise},
    minus="−",
    product="·",
    entrywise=" ⊙ ",
    transposed="ᵀ",
)
LATEX = Ink(
    symbol=_latex_symbol,
    function=_latex_function,
    forms=_FORMS | {"power": _superscript, "div": _fraction, "sqrt": _root, "array": _matrix},
    product=r" \cdot ",
    entrywise=r" \odot ",
    transposed=r"^\top",
    indicator=r"\mathbb{1}",
    brackets=(r"\left(", r"\right)"),
)
