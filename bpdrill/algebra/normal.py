"""A normal form that is quick to find: terms and factors in one order, signs and quotients drawn together.

Two trees with one normal form are the same; two without may be the same all the same.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from bpdrill.model.tree import Apply, Array, Number, Symbol, Tree

Normal = tuple[Any, ...]
"""Nested tuples of names, ops and numbers: equal ones are the same mathematics."""

SUM, PRODUCT = "+", "·"
"""Heads that no op has for its name: the op ``sum`` along axis 0 is not an addition of 0."""


def normal(tree: Tree) -> Normal:
    """The normal form of ``tree``; no matrix product is turned round."""
    match tree:
        case Number(value):
            return ("number", value)
        case Symbol(name):
            return ("name", name)
        case Array(items):
            return ("array", *map(normal, items))
        case Apply("add" | "sub" | "neg"):
            return _sum(tree)
        case Apply("mul"):
            return _product(tree)
        case Apply(op, args):
            return (op, *map(normal, args))
    raise TypeError(f"not a node of a tree: {tree!r}")


def _sum(tree: Tree) -> Normal:
    terms: list[Normal] = []
    pending = [(tree, 1)]
    while pending:
        term, sign = pending.pop()
        match term:
            case Apply("add", (a, b)):
                pending += [(a, sign), (b, sign)]
            case Apply("sub", (a, b)):
                pending += [(a, sign), (b, -sign)]
            case Apply("neg", (a,)):
                pending.append((a, -sign))
            case _:
                terms.append(_signed(normal(term), sign))
    return terms[0] if len(terms) == 1 else (SUM, *sorted(terms, key=repr))


def _signed(term: Normal, sign: int) -> Normal:
    """``term`` with its sign drawn into its number."""
    if sign > 0:
        return term
    match term:
        case ("number", value):
            return ("number", -value)
        case (head, ("number", value), *factors) if head == PRODUCT:
            return (PRODUCT, ("number", -value), *factors)
    return (PRODUCT, ("number", Fraction(-1)), *(term[1:] if term[0] == PRODUCT else (term,)))


def _product(tree: Tree) -> Normal:
    """A number first, then the other factors in order."""
    number, factors, pending = Fraction(1), list[Normal](), [tree]
    while pending:
        match pending.pop():
            case Apply("mul", (a, b)):
                pending += [a, b]
            case Apply("neg", (a,)):
                number = -number
                pending.append(a)
            case Number(value):
                number *= value
            case factor:
                factors.append(normal(factor))
    ordered = sorted(factors, key=repr)
    if not ordered:
        return ("number", number)
    if number == 1:
        return ordered[0] if len(ordered) == 1 else (PRODUCT, *ordered)
    return (PRODUCT, ("number", number), *ordered)
