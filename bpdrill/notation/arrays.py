"""Arrays as people type them: commas, spaces, semicolons, lines, with brackets or without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bpdrill.model.tree import Apply, Array, Shape, Tree, walk
from bpdrill.notation.cursor import CLOSING
from bpdrill.notation.tokens import Kind, Token

_TRANSPOSES = frozenset(("", "ᵀ", "'", "^T", ".T"))
_ENTRYWISE = frozenset(("neg", "add", "sub", "mul", "div"))
_MAKERS = frozenset(("array", "tensor"))
_ENDS_ENTRY = frozenset(CLOSING.values()) | {"%", "ᵀ", "'"}
_STARTS_ENTRY = frozenset(CLOSING) | {"√", "\\frac"}


def separate(line: Sequence[Token]) -> list[Token]:
    """``line`` with the commas, semicolons and outer brackets that were meant; spaces part entries."""
    separated = list(_comma_gaps(list(_rows(line))))
    return separated if _is_one_group(separated) else _bracketed(separated)


def upright(tree: Tree) -> Tree:
    """An array that was typed transposed, as it is meant: ``[1, 2]^T`` is the column of 1 and 2."""
    match tree:
        case Apply("transpose", (Array(items) as array,)):
            rows = [row.items for row in items if isinstance(row, Array)]
            alike = len({len(row) for row in rows}) == 1
            return Array(tuple(map(Array, zip(*rows, strict=True)))) if alike else array
    return tree


def fit(tree: Tree, shape: Shape) -> Tree:
    """A number as a list, a list as a row or a column, a row or a column as a list, as ``shape`` asks."""
    match tree, shape:
        case Array((Array() as row,)), (_,):
            return row
        case Array(items), (_,) if all(isinstance(row, Array) and len(row.items) == 1 for row in items):
            return Array(tuple(row.items[0] for row in items if isinstance(row, Array)))
        case Array(items), (_, columns) if not any(isinstance(item, Array) for item in items):
            return Array(tuple(Array((item,)) for item in items)) if columns == 1 else Array((tree,))
        case Array(), _:
            return tree
    return fit(Array((tree,)), shape) if shape else tree


def is_literal(tree: Tree) -> bool:
    """Whether no op works on a whole array in ``tree``."""
    ops = (node for node in walk(tree) if isinstance(node, Apply))
    return not any(isinstance(arg, Array) for node in ops for arg in node.args)


def worked_out(tree: Tree) -> Tree:
    """``2*[1, 2]``, ``-[1, 2]``, ``[1, 2] + [3, 4]``: what was done to whole arrays, done to each entry."""
    if not isinstance(tree, Apply):
        return tree
    args = tuple(map(worked_out, tree.args))
    arrays = [arg.items for arg in args if isinstance(arg, Array)]
    if tree.op == "outer" and len(arrays) == 2:
        return Array(tuple(Array(tuple(left * right for right in arrays[1])) for left in arrays[0]))
    alike = len({(len(items), isinstance(items[0], Array)) for items in arrays}) == 1
    if tree.op not in _ENTRYWISE or not alike:
        return Apply(tree.op, args)
    columns = zip(
        *(arg.items if isinstance(arg, Array) else (arg,) * len(arrays[0]) for arg in args), strict=True
    )
    return Array(tuple(worked_out(Apply(tree.op, column)) for column in columns))


def _rows(line: Sequence[Token]) -> Iterator[Token]:
    """A line break between two entries as a semicolon; any other left out."""
    before = ""
    for token, following in zip(line, [*line[1:], line[-1]], strict=True):
        if token.text != "\n":
            before = token.text
            yield token
        elif before not in {"", ",", ";", *CLOSING} and _begins_row(following):
            before = ";"
            yield replace(token, text=before)


def _begins_row(token: Token) -> bool:
    return token.kind is not Kind.END and token.text not in {"\n", ",", ";", *CLOSING.values()}


def _comma_gaps(line: Sequence[Token]) -> Iterator[Token]:
    """A comma in each gap that parts two entries."""
    for index, token in enumerate(line):
        if (
            index
            and token.gap
            and _parts_entries(line[index - 1], token, line[min(index + 1, len(line) - 1)])
        ):
            yield replace(token, kind=Kind.SIGN, text=",")
        yield token


def _parts_entries(before: Token, token: Token, after: Token) -> bool:
    """Between ``1`` and ``-2`` in ``1 -2``, but not in ``1 - 2``."""
    ends = before.kind is Kind.NUMBER or before.text in _ENDS_ENTRY
    signed = token.text in {"+", "-"} and not after.gap
    return ends and (token.kind in (Kind.NUMBER, Kind.NAME) or token.text in _STARTS_ENTRY or signed)


def _is_one_group(line: Sequence[Token]) -> bool:
    """Whether one pair of brackets, perhaps transposed or made by ``np.array``, holds it all."""
    if line[0].text in _MAKERS:
        return True
    depth = 0
    for index, token in enumerate(line):
        depth += (token.text in CLOSING) - (token.text in CLOSING.values())
        if depth == 0:
            behind = "".join(after.text for after in line[index + 1 :])
            return token.text in CLOSING.values() and behind in _TRANSPOSES
    return False


def _bracketed(line: Sequence[Token]) -> list[Token]:
    *inner, end = line
    opening = Token(Kind.SIGN, "[", line[0].column)
    return [opening, *inner, replace(end, kind=Kind.SIGN, text="]"), end]
