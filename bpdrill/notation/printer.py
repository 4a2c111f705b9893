"""From tree to text in Unicode, ASCII and LaTeX; what is printed reads back as the same tree.

Products tell themselves apart by shape: ``w·x`` of scalars, ``W x`` of matrices,
``a ⊙ b`` entry by entry. Without the declared shapes every ``mul`` is taken for one of scalars.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType

from bpdrill.model.tree import Apply, Array, Number, Shape, Symbol, Symbols, Tree
from bpdrill.notation.characters import GREEK
from bpdrill.notation.figures import numeral
from bpdrill.notation.rules import result, stacked


class Style(Enum):
    """The alphabet of a printed formula."""

    UNICODE = "unicode"
    ASCII = "ascii"
    LATEX = "latex"


class Level(IntEnum):
    """How tightly a text holds together; the reader and the printer climb the same ladder.

    To the reader a quotient is a product. The printer puts it in brackets before a product,
    so that ``1/2x`` comes back as ``(1/2)·x`` and nobody is in doubt how it was read.
    """

    COMPARISON = 1
    SUM = 2
    ENTRYWISE = 3
    QUOTIENT = 4
    PRODUCT = 5
    POWER = 6
    ATOM = 7


@dataclass(frozen=True, slots=True)
class Printed:
    """A part that has been printed; the shape is None where it is not known."""

    text: str
    level: Level
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class _Ink:
    """What differs from style to style."""

    symbol: Callable[[str], str]
    functions: Mapping[str, str]
    minus: str
    product: str
    entrywise: str
    transposed: str
    indicator: str
    brackets: tuple[str, str]
    power: Callable[[str, str], str]
    quotient: Callable[[str, str], str] | None = None


def text(tree: Tree, style: Style = Style.UNICODE, symbols: Symbols = MappingProxyType({})) -> str:
    """``tree`` as a formula with as few brackets as reading it back allows."""
    return _Printer(_INKS[style], symbols).print(tree).text


@dataclass(frozen=True, slots=True)
class _Printer:
    ink: _Ink
    symbols: Symbols

    def print(self, tree: Tree) -> Printed:
        match tree:
            case Number():
                return self._number(numeral(tree))
            case Symbol(name):
                return Printed(self.ink.symbol(name), Level.ATOM, self.symbols.get(name))
            case Array(items):
                return self._array(tuple(self.print(item) for item in items))
            case Apply(op, args):
                return self._apply(op, args)
        raise TypeError(f"not a node of a tree: {tree!r}")

    def _number(self, digits: str) -> Printed:
        level = Level.SUM if digits.startswith("-") else Level.QUOTIENT if "/" in digits else Level.ATOM
        return Printed(digits, level, ())

    def _array(self, items: tuple[Printed, ...]) -> Printed:
        shapes = tuple(item.shape for item in items if item.shape is not None)
        shape = stacked(shapes) if len(shapes) == len(items) else None
        return Printed(f"[{', '.join(item.text for item in items)}]", Level.ATOM, shape)

    def _apply(self, op: str, args: tuple[Tree, ...]) -> Printed:
        if op == "outer":
            return self.print(Apply("matmul", (args[0], Apply("transpose", args[1:]))))
        parts = tuple(self.print(arg) for arg in args)
        shapes = tuple(part.shape for part in parts if part.shape is not None)
        shape = result(op, *shapes) if len(shapes) == len(parts) else None
        written, level = _FORMS.get(op, _Printer._call(op))(self, *parts)
        return Printed(written, level, shape)

    def hold(self, part: Printed, level: Level) -> str:
        """``part`` for a place that holds together at ``level``: in brackets if it is looser."""
        opening, closing = self.ink.brackets
        return part.text if part.level >= level else opening + part.text + closing

    @staticmethod
    def _call(op: str) -> _Form:
        def call(printer: _Printer, *args: Printed) -> tuple[str, Level]:
            opening, closing = printer.ink.brackets
            name = printer.ink.functions.get(op, op)
            return f"{name}{opening}{', '.join(arg.text for arg in args)}{closing}", Level.ATOM

        return call


_Form = Callable[..., tuple[str, Level]]
"""Printer and printed arguments to text and level."""


def _add(printer: _Printer, left: Printed, right: Printed) -> tuple[str, Level]:
    return f"{printer.hold(left, Level.SUM)} + {printer.hold(right, Level.ENTRYWISE)}", Level.SUM


def _sub(printer: _Printer, left: Printed, right: Printed) -> tuple[str, Level]:
    minus = printer.ink.minus
    return f"{printer.hold(left, Level.SUM)} {minus} {printer.hold(right, Level.ENTRYWISE)}", Level.SUM


def _neg(printer: _Printer, inner: Printed) -> tuple[str, Level]:
    return printer.ink.minus + printer.hold(inner, Level.ENTRYWISE), Level.SUM


def _mul(printer: _Printer, left: Printed, right: Printed) -> tuple[str, Level]:
    if left.shape and right.shape:
        signed = printer.hold(left, Level.ENTRYWISE) + printer.ink.entrywise
        return signed + printer.hold(right, Level.PRODUCT), Level.ENTRYWISE
    signed = printer.hold(left, Level.PRODUCT) + printer.ink.product
    return signed + printer.hold(right, Level.POWER), Level.PRODUCT


def _matmul(printer: _Printer, left: Printed, right: Printed) -> tuple[str, Level]:
    sign = " @ " if () in (left.shape, right.shape) else " "
    return printer.hold(left, Level.PRODUCT) + sign + printer.hold(right, Level.POWER), Level.PRODUCT


def _div(printer: _Printer, above: Printed, below: Printed) -> tuple[str, Level]:
    if printer.ink.quotient is not None:
        return printer.ink.quotient(above.text, below.text), Level.POWER
    return f"{printer.hold(above, Level.QUOTIENT)}/{printer.hold(below, Level.POWER)}", Level.QUOTIENT


def _power(printer: _Printer, base: Printed, exponent: Printed) -> tuple[str, Level]:
    return printer.ink.power(printer.hold(base, Level.ATOM), exponent.text), Level.POWER


def _transpose(printer: _Printer, inner: Printed) -> tuple[str, Level]:
    return printer.hold(inner, Level.ATOM) + printer.ink.transposed, Level.POWER


def _greater(printer: _Printer, left: Printed, right: Printed) -> tuple[str, Level]:
    sides = f"{printer.hold(left, Level.SUM)} > {printer.hold(right, Level.SUM)}"
    return f"{printer.ink.indicator}[{sides}]", Level.ATOM


def _abs(_: _Printer, inner: Printed) -> tuple[str, Level]:
    """Bars, unless bars within would make them ambiguous."""
    return (f"abs({inner.text})" if "|" in inner.text else f"|{inner.text}|"), Level.ATOM


_FORMS: dict[str, _Form] = {
    "add": _add,
    "sub": _sub,
    "neg": _neg,
    "mul": _mul,
    "matmul": _matmul,
    "div": _div,
    "power": _power,
    "transpose": _transpose,
    "greater": _greater,
    "abs": _abs,
}
_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
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
        return rf"\mathrm{{{name}}}"
    gradient, letter, mark, index = match.groups()
    named = f"\\{letter}" if letter in _LETTERS else letter
    marked = rf"\{mark}{{{named}}}" if mark else named
    return gradient + marked + (f"_{{{index}}}" if index else "")


def _unicode_power(base: str, exponent: str) -> str:
    """``x²`` where the exponent is a whole number, else ``x^(…)``."""
    if re.fullmatch(r"−?[0-9]+", exponent):
        return base + exponent.translate(_RAISED)
    return _plain_power(base, exponent)


def _plain_power(base: str, exponent: str) -> str:
    return f"{base}^{exponent}" if re.fullmatch(r"\w+", exponent) else f"{base}^({exponent})"


_INKS = {
    Style.UNICODE: _Ink(
        symbol=_unicode_symbol,
        functions={"sigmoid": "σ", "sqrt": "√", "sum": "Σ"},
        minus="−",
        product="·",
        entrywise=" ⊙ ",
        transposed="ᵀ",
        indicator="1",
        brackets=("(", ")"),
        power=_unicode_power,
    ),
    Style.ASCII: _Ink(
        symbol=str,
        functions={},
        minus="-",
        product="*",
        entrywise=" .* ",
        transposed="^T",
        indicator="1",
        brackets=("(", ")"),
        power=_plain_power,
    ),
    Style.LATEX: _Ink(
        symbol=_latex_symbol,
        functions={"sigmoid": r"\sigma", "sqrt": r"\sqrt", "sum": r"\sum"}
        | {op: rf"\{op}" for op in ("exp", "log", "sin", "cos", "tanh")}
        | {op: rf"\mathrm{{{op}}}" for op in ("relu", "softmax", "mean")},
        minus="-",
        product=r" \cdot ",
        entrywise=r" \odot ",
        transposed=r"^\top",
        indicator=r"\mathbb{1}",
        brackets=(r"\left(", r"\right)"),
        power=lambda base, exponent: f"{base}^{{{exponent}}}",
        quotient=lambda above, below: rf"\frac{{{above}}}{{{below}}}",
    ),
}
