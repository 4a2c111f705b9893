"""Formulas with literal vectors and matrices over several lines, each array in tall brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bpdrill.model.tree import Apply, Array, Symbol, Symbols, Tree
from bpdrill.notation.printer import Style, text
from bpdrill.notation.shapes import Mismatch, infer

Block = tuple[str, ...]
"""Lines of one width that stand beside others."""

_PLAIN = ("[[[", "]]]")
_BRACKETS = {Style.UNICODE: ("⎡⎢⎣", "⎤⎥⎦"), Style.ASCII: _PLAIN}
"""Top, middle and bottom of the left bracket and of the right one."""
_FIRST_PLACE = 0xE000
"""The first character of private use: each stands for an array in a formula that is yet on one line."""
_PLACE = re.compile("([\ue000-\uf8ff])")
_MARK = re.compile(r"\A(?:ᵀ|\^T|\^[0-9]+|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_DECIMAL = re.compile(r"[−-]?[0-9]+(\.[0-9]+)?")


def lines(
    tree: Tree, style: Style = Style.UNICODE, symbols: Symbols = MappingProxyType({}), width: int = 80
) -> tuple[str, ...]:
    """``tree`` with its literal arrays in two dimensions where that fits ``width``, else on one line."""
    places = _places(tree, symbols) if style in _BRACKETS else {}
    laid_out = _beside(tuple(_blocks(tree, places, style, symbols))) if places else ()
    fits = laid_out and max(map(len, laid_out)) <= width
    return laid_out if fits else (text(tree, style, symbols),)


def _places(tree: Tree, symbols: Symbols) -> dict[Array, str]:
    """A character for each array that can be laid out."""
    arrays = dict.fromkeys(array for array in _outermost(tree) if _is_grid(array, symbols))
    return {array: chr(_FIRST_PLACE + count) for count, array in enumerate(arrays)}


def _is_grid(array: Array, symbols: Symbols) -> bool:
    """Whether its cells are written one by one, in rows of one length."""
    shape = infer(array, symbols)
    if isinstance(shape, Mismatch):
        return False
    return len(shape) == 1 or all(isinstance(row, Array) for row in array.items)


def _outermost(tree: Tree) -> Iterator[Array]:
    match tree:
        case Array():
            yield tree
        case Apply(_, args):
            for arg in args:
                yield from _outermost(arg)


def _with_places(tree: Tree, places: Mapping[Array, str]) -> Tree:
    match tree:
        case Array() if tree in places:
            return Symbol(places[tree])
        case Apply(op, args):
            return Apply(op, tuple(_with_places(arg, places) for arg in args))
    return tree


def _blocks(tree: Tree, places: Mapping[Array, str], style: Style, symbols: Symbols) -> Iterator[Block]:
    """The formula piece by piece; what is raised behind an array stands at its upper corner."""
    shapes = {place: infer(array, symbols) for array, place in places.items()}
    known = {place: shape for place, shape in shapes.items() if not isinstance(shape, Mismatch)}
    line = text(_with_places(tree, places), style, {**symbols, **known})
    arrays = {place: _array(array, style, symbols) for array, place in places.items()}
    before, *pieces = _PLACE.split(line)
    yield (before,)
    for place, piece in zip(pieces[::2], pieces[1::2], strict=True):
        rest = _MARK.sub("", piece, count=1)
        raised = piece.removesuffix(rest)
        yield arrays[place]
        yield (raised, *[" " * len(raised)] * (len(arrays[place]) - 1))
        yield (rest,)


def _array(array: Array, style: Style, symbols: Symbols) -> Block:
    rows = [item.items if isinstance(item, Array) else (item,) for item in array.items]
    columns = [[text(cell, style, symbols) for cell in column] for column in zip(*rows, strict=True)]
    return _bracketed(tuple("  ".join(row) for row in zip(*map(_aligned, columns), strict=True)), style)


def _aligned(cells: Sequence[str]) -> list[str]:
    """A column of one width: numbers by their decimal points, anything else to the right."""
    if not all(map(_DECIMAL.fullmatch, cells)):
        return [cell.rjust(max(map(len, cells))) for cell in cells]
    wholes = [cell.partition(".")[0] for cell in cells]
    ends = [cell[len(whole) :] for cell, whole in zip(cells, wholes, strict=True)]
    before, behind = (max(map(len, part)) for part in (wholes, ends))
    return [whole.rjust(before) + end.ljust(behind) for whole, end in zip(wholes, ends, strict=True)]


def _bracketed(rows: Block, style: Style) -> Block:
    """Rows between tall brackets; a single row has the plain ones."""
    left, right = (_edge(signs, len(rows)) for signs in (_BRACKETS[style] if len(rows) > 1 else _PLAIN))
    pad = " " if style is Style.ASCII else ""
    return tuple(
        opening + pad + row + pad + closing for opening, row, closing in zip(left, rows, right, strict=True)
    )


def _edge(signs: str, height: int) -> str:
    top, middle, bottom = iter(signs)
    return top + middle * (height - 2) + bottom if height > 1 else top


def _beside(blocks: Sequence[Block]) -> Block:
    """Blocks side by side, each centred on the line that the text stands on."""
    height = max(map(len, blocks))
    tall = [_tall(block, height) for block in blocks]
    return tuple("".join(parts).rstrip() for parts in zip(*tall, strict=True))


def _tall(block: Block, height: int) -> Block:
    blank = " " * len(block[0])
    above = (height - 1) // 2 - (len(block) - 1) // 2
    return (*[blank] * above, *block, *[blank] * (height - above - len(block)))
