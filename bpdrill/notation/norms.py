"""Norms, and what else is built from several ops: a one-hot vector, an axis counted from the end."""

from __future__ import annotations

from bpdrill.model.tree import Apply, Array, Number
from bpdrill.notation.terms import ONE, TWO, ZERO, Builder, Term

LONGEST_ONE_HOT = 64


def norm(build: Builder, term: Term, kind: str = "") -> Term | None:
    """The Euclidean norm, of a matrix over all its entries; ``1`` asks for the sum of sizes.

    ``‖W‖₁`` and ``‖W‖₂`` of a matrix are other norms than these, and not read.
    """
    if term.shape == ():
        return build.apply("abs", term)
    if isinstance(term.shape, tuple) and 1 not in (len(term.shape), *term.shape) and kind in {"1", "2"}:
        return None
    if kind == "1":
        return build.apply("sum", build.apply("abs", term))
    return build.apply("sqrt", build.apply("sum", build.apply("power", term, TWO)))


def one_hot(_: Builder, place: Term, length: Term) -> Term | None:
    """Zeros, and a one at ``place``, counted from 0 as in code."""
    where, size = whole(place), whole(length)
    if where is None or size is None or not 0 <= where < size <= LONGEST_ONE_HOT:
        return None
    entries = (ONE.tree if entry == where else ZERO.tree for entry in range(size))
    return Term(Array(tuple(entries)), (size,), 2, 1 + size)


def whole(term: Term) -> int | None:
    """The whole number that ``term`` is, if it is one."""
    match term.tree:
        case Number(value) if value.denominator == 1:
            return int(value)
        case Apply("neg", (Number(value),)) if value.denominator == 1:
            return -int(value)
    return None


def axis_of(term: Term, axis: Term) -> int | None:
    """``axis`` counted from 0, if ``term`` has it."""
    rank, place = len(term.shape) if isinstance(term.shape, tuple) else 0, whole(axis)
    return place % rank if place is not None and -rank <= place < rank else None
