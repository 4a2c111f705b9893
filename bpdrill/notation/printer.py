"""From tree to text in Unicode, ASCII, LaTeX and numpy code; what is printed reads back as the same tree.

Products tell themselves apart by shape: ``w·x`` of scalars, ``W x`` of matrices,
``a ⊙ b`` entry by entry. Without the declared shapes every ``mul`` is taken for one of scalars.

A few trees come back as the spelling they share with another: ``outer(a, b)`` of two columns is ``a bᵀ``,
the larger of a number and 0 its relu, a negative literal a minus before a positive one, and a literal
that is an exact fraction a decimal or a quotient. All else comes back as it was.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType

from bpdrill.model.tree import Apply, Array, Number, Shape, Symbol, Symbols, Tree
from bpdrill.notation import code, paper
from bpdrill.notation.figures import numeral
from bpdrill.notation.parts import GRADIENT, Ink, Level, Printed
from bpdrill.notation.rules import made, stacked

__all__ = ["Level", "Style", "text"]


class Style(Enum):
    """The alphabet of a printed formula."""

    UNICODE = "unicode"
    ASCII = "ascii"
    LATEX = "latex"
    NUMPY = "numpy"


_INKS = {
    Style.UNICODE: paper.UNICODE,
    Style.ASCII: paper.ASCII,
    Style.LATEX: paper.LATEX,
    Style.NUMPY: code.NUMPY,
}


def text(tree: Tree, style: Style = Style.UNICODE, symbols: Symbols = MappingProxyType({})) -> str:
    """``tree`` as a formula with as few brackets as reading it back allows."""
    return _print(tree, _INKS[style], symbols).text


def _print(tree: Tree, ink: Ink, symbols: Symbols) -> Printed:
    match tree:
        case Number():
            return _number(numeral(tree), ink)
        case Symbol(name):
            return Printed(ink.symbol(name), Level.ATOM, symbols.get(name))
        case Array(items):
            return _array(tuple(_print(item, ink, symbols) for item in items), ink)
        case Apply(_, args):
            return _apply(tree, tuple(_print(arg, ink, symbols) for arg in args), ink)
    raise TypeError(f"not a node of a tree: {tree!r}")


def _number(digits: str, ink: Ink) -> Printed:
    if digits.startswith("-"):
        return Printed(ink.minus + digits[1:], Level.SUM, (), "number")
    return Printed(digits, Level.QUOTIENT if "/" in digits else Level.ATOM, (), "number")


def _array(parts: tuple[Printed, ...], ink: Ink) -> Printed:
    shapes = _shapes(parts)
    shape = None if shapes is None else stacked(shapes)
    return Printed(*ink.write("array", parts), shape, "array", parts)


def _apply(tree: Apply, parts: tuple[Printed, ...], ink: Ink) -> Printed:
    shapes = _shapes(parts)
    written = ink.write("divide" if _looks_like_derivative(tree) else tree.op, parts)
    shape = None if shapes is None else made(tree.op, tree.args, shapes)
    return Printed(*written, shape, tree.op, parts)


def _shapes(parts: tuple[Printed, ...]) -> tuple[Shape, ...] | None:
    """The shapes of all parts, if they are known."""
    shapes = tuple(part.shape for part in parts if part.shape is not None)
    return shapes if len(shapes) == len(parts) else None


def _looks_like_derivative(tree: Apply) -> bool:
    """Whether this is one gradient over another: only a call can say that their quotient is meant."""
    gradients = [arg for arg in tree.args if isinstance(arg, Symbol) and GRADIENT.fullmatch(arg.name)]
    return tree.op == "div" and len(gradients) == len(tree.args)
