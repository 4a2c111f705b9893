"""What the child is asked for: whether two trees are the same, shown by SymPy.

What is shown holds wherever both sides have a value. Arrays are written out entry by entry at small
sizes, so a proof about them is a proof for these sizes, and says so. Importing this module loads SymPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

from bpdrill.algebra.derive import unfold
from bpdrill.algebra.domains import ARRAYS, Domains
from bpdrill.algebra.symbolic import FormlessError, Meanings, entries, is_matrix, symbol, to_sympy
from bpdrill.model.tree import Program, Shape, Symbols, Tree, names, substitute
from bpdrill.notation import Mismatch, infer

SIZES = ((2, 3, 4, 5), (3, 2, 5, 4))
"""Two draws of pairwise distinct sizes: what only holds for squares is not shown by them."""
LARGEST_ARRAY = 60
"""Entries: with more, nothing ends in time."""
MOST_KINKS = 5
"""Places where the two sides bend: with more, there are too many cases."""

Signs = tuple[int, ...]
EVERYWHERE: Signs = (1, -1, 0)
OFF_KINKS: Signs = (1, -1)
"""Where a comparison is looked at: in a kink itself there is no derivative to be right about."""

Sides = Callable[[Meanings], tuple[Any, Any]]
"""What the names mean to the two that are compared."""

Told = dict[str, str]
"""``{"how": …}`` if it was shown, ``{"open": …}`` if not."""


class UnshownError(Exception):
    """No rung of the ladder holds."""


def equal(a: Tree, b: Tree, symbols: Symbols, domains: Domains) -> Told:
    """Whether ``a`` is ``b``."""
    used = {name: symbols[name] for name in dict.fromkeys(names(a) + names(b))}

    def sides(meanings: Meanings) -> tuple[Any, Any]:
        written_out = to_sympy(a, meanings), to_sympy(b, meanings)
        for side in (a, b) if any(used.values()) else ():
            _meant(side, used)
        return written_out

    return _told(used, domains, EVERYWHERE, sides)


def _meant(side: Tree, symbols: Symbols) -> None:
    """Raise FormlessError for what fits at some sizes only, and so means nothing."""
    shape = infer(side, symbols)
    if isinstance(shape, Mismatch):
        raise FormlessError(f"a side has no meaning: {shape.explanation}")


def gradient(program: Program, name: str, tree: Tree, symbols: Symbols, domains: Domains) -> Told:
    """Whether ``tree`` is the gradient of the last line by ``name``; it may use the names of the lines."""
    lines = unfold(program)
    root, given = lines[program[-1].name], substitute(tree, lines)
    used = {each: symbols[each] for each in dict.fromkeys((*names(root), *names(given), name))}

    def sides(meanings: Meanings) -> tuple[Any, Any]:
        return to_sympy(given, meanings), _slope(to_sympy(root, meanings), meanings[name])

    return _told(used, domains, OFF_KINKS, sides)


def _slope(root: Any, by: Any) -> Any:
    """The derivative of ``root`` by a symbol, or by every entry of a matrix of symbols."""
    if is_matrix(root):
        raise FormlessError("a gradient is of one number")
    if not all(entry.is_Symbol for entry in entries(by)):
        raise FormlessError("a gradient is by numbers that are free")
    return by.applyfunc(root.diff) if is_matrix(by) else root.diff(by)


def _told(symbols: Symbols, domains: Domains, signs: Signs, sides: Sides) -> Told:
    sizes: list[str] = []
    ways: list[int] = []
    try:
        for lengths in _draws(symbols):
            ways.append(_way(*sides(_meanings(symbols, domains, lengths)), signs))
            sizes.append(", ".join(f"{name} = {length}" for name, length in lengths.items()))
    except (FormlessError, UnshownError) as error:
        return {"open": str(error)}
    return {"how": _how(max(ways), sizes, symbols)}


def _how(way: int, sizes: list[str], symbols: Symbols) -> str:
    words = f"the difference {LADDER[way][0]}"
    if not any(symbols.values()):
        return f"proved: {words}"
    named = f" for {' and for '.join(sizes)}" if any(sizes) else ""
    return f"proved{named}: entry by entry, {words}"


def _draws(symbols: Symbols) -> Iterator[dict[str, int]]:
    """Lengths for the sizes that have names."""
    named = dict.fromkeys(size for shape in symbols.values() for size in shape if isinstance(size, str))
    for sizes in SIZES if named else SIZES[:1]:
        yield {name: (*sizes, *range(6, 40))[place] for place, name in enumerate(named)}


def _meanings(symbols: Symbols, domains: Domains, lengths: Mapping[str, int]) -> Meanings:
    shapes = {name: tuple(lengths.get(str(size), size) for size in shape) for name, shape in symbols.items()}
    return {name: _meaning(name, shape, domains.get(name, "real")) for name, shape in shapes.items()}


def _meaning(name: str, shape: Shape, domain: str) -> Any:
    """A symbol, or a matrix of symbols; in a distribution the last is what the others leave of 1."""
    import sympy

    if not shape:
        return symbol(name, domain)
    if prod(size for size in shape if isinstance(size, int)) > LARGEST_ARRAY:
        raise FormlessError(f"{name} is too large to be written out entry by entry")
    rows, columns = (*shape, 1)[:2]
    made = sympy.Matrix(rows, columns, lambda row, column: symbol(f"{name}_{row}_{column}", domain))
    if domain in ARRAYS:
        groups = made.T if columns == 1 else made
        for row in range(groups.shape[0]):
            groups[row, -1] = 1 - sum(groups[row, :-1])
        made = groups.T if columns == 1 else groups
    return sympy.ImmutableMatrix(made)


def _way(a: Any, b: Any, signs: Signs) -> int:
    """The last rung of the ladder that all entries of ``a - b`` need; UnshownError if one falls through."""
    if is_matrix(a) != is_matrix(b) or (is_matrix(a) and a.shape != b.shape):
        raise FormlessError("the two have different shapes")
    return max(_rung(ours - theirs, signs) for ours, theirs in zip(entries(a), entries(b), strict=True))


def _rung(difference: Any, signs: Signs) -> int:
    found = next((rung for rung, (_, vanishes) in enumerate(LADDER) if vanishes(difference, signs)), None)
    if found is None:
        raise UnshownError("it could not be shown")
    return found


def _requests() -> Mapping[str, Callable[..., Told]]:
    """All that may be asked for; SymPy is loaded before the first request."""
    import sympy  # noqa: F401  ahead of any limit

    return {"equal": equal, "gradient": gradient}


def _cancels(difference: Any, _: Signs = ()) -> bool:
    import sympy

    return bool(sympy.cancel(sympy.together(difference)) == 0)


def _vanishes_case_by_case(difference: Any, signs: Signs) -> bool:
    """On either side of every kink, and in it; a case that cannot be may keep it from being shown."""
    import sympy

    if not difference.has(sympy.Piecewise, sympy.Abs, sympy.sign):
        return False
    folded = sympy.piecewise_fold(difference.rewrite(sympy.Piecewise))
    comparisons = folded.atoms(sympy.core.relational.Relational)
    kinks = {_upright(comparison.lhs - comparison.rhs) for comparison in comparisons}
    return len(kinks) <= MOST_KINKS and all(
        case.expand() == 0 or _cancels(case) for case in _cases(folded, comparisons, kinks, signs)
    )


def _cases(folded: Any, comparisons: Iterable[Any], kinks: Iterable[Any], signs: Signs) -> Iterator[Any]:
    """What ``folded`` is where each kink's expression is positive, negative, or zero."""
    ordered = tuple(kinks)
    for chosen in product(*(OFF_KINKS if kink.is_zero is False else signs for kink in ordered)):
        sign_of = dict(zip(ordered, chosen, strict=True))
        case = folded.xreplace({each: each.func(_sign(each, sign_of), 0) for each in comparisons})
        for kink, sign in sign_of.items():
            case = case if sign else _where_zero(case, kink)
        yield case


def _upright(expression: Any) -> Any:
    """The one of ``expression`` and its negative that both stand for."""
    expanded = expression.expand()
    return -expanded if expanded.could_extract_minus_sign() else expanded


def _sign(comparison: Any, sign_of: Mapping[Any, int]) -> int:
    side = (comparison.lhs - comparison.rhs).expand()
    return sign_of[side] if side in sign_of else -sign_of[-side]


def _where_zero(case: Any, kink: Any) -> Any:
    """``case`` where ``kink`` is 0, if that can be solved for a name."""
    solved = {name: name - kink / kink.diff(name) for name in kink.free_symbols if kink.diff(name).is_Number}
    return case.subs(dict(tuple(solved.items())[:1]))


def _simplifies(difference: Any, _: Signs = ()) -> bool:
    import sympy

    return bool(sympy.simplify(difference) == 0)


def _simplifies_as_exponentials(difference: Any, _: Signs) -> bool:
    import sympy

    return _simplifies(difference.rewrite(sympy.exp))


LADDER: tuple[tuple[str, Callable[[Any, Signs], bool]], ...] = (
    ("expands to 0", lambda difference, _: difference.expand() == 0),
    ("cancels to 0", _cancels),
    ("is 0 in each case", _vanishes_case_by_case),
    ("comes to 0", lambda difference, _: difference.doit() == 0),
    ("simplifies to 0", _simplifies),
    ("simplifies to 0 in exponentials", _simplifies_as_exponentials),
)
"""What it may be seen by, the quickest first."""

REQUESTS = _requests()
