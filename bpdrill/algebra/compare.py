"""The ladder: is an answer the same mathematics as its reference? Cheapest rung first.

The same expression; the same but for the order of terms and factors; shapes; numbers at a tolerance;
values at points or at drawn arrays; and, where somebody is there to prove, a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bpdrill.algebra.arrays import CLOSE, as_floats_tell, compare_arrays, meaning, too_large
from bpdrill.algebra.domains import REALS, Domains
from bpdrill.algebra.equal import Tolerance, compare_values, misfit, unit_of
from bpdrill.algebra.evaluate import value_at
from bpdrill.algebra.normal import normal
from bpdrill.algebra.probe import EXACTLY, compare_expressions
from bpdrill.model.marks import Comparison, Different, Equal, Undecided
from bpdrill.model.tree import Apply, Array, Number, Shape, Symbols, Tree, names, walk
from bpdrill.notation import Mismatch, describe, infer, rules

Prove = Callable[[Tree, Tree, Symbols, Domains], "str | None"]
"""Answer and reference to how they were proved to be the same; None if they were not."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What an answer is held against, and what its names stand for."""

    tree: Tree
    symbols: Symbols
    domains: Domains = field(default_factory=dict)
    tolerance: Tolerance = EXACTLY


def compare(given: Tree, reference: Reference, prove: Prove | None = None) -> Comparison:
    """Equal, Different with a witness, or Undecided."""
    told = _compare(given, reference)
    if prove is None or isinstance(told, Different) or told == _SAME:
        return told
    proof = prove(given, reference.tree, reference.symbols, reference.domains)
    return told if proof is None else Equal(proof)


_SAME = Equal("the same expression")


def _compare(given: Tree, reference: Reference) -> Comparison:
    if given == reference.tree:
        return _SAME
    used = {name: reference.symbols[name] for name in (*names(given), *names(reference.tree))}
    is_scalar = not any(used.values()) and _is_of_numbers(given) and _is_of_numbers(reference.tree)
    if not is_scalar and (off := _shape_fault(given, reference)):
        return Different(off)
    if _is_written_out(given) and not names(reference.tree):
        return _compare_numbers(given, reference)
    if normal(given) == normal(reference.tree):
        return Equal("the same but for the order of terms and factors")
    if is_scalar:
        return compare_expressions(given, reference.tree, reference.domains, reference.tolerance)
    return _compare_arrays(given, reference, used)


ENTRYWISE = frozenset((*rules.ENTRYWISE, *rules.ENTRYWISE_PAIRS, "softplus")) - {"softmax", "log_softmax"}
"""Ops that mean something of single numbers."""


def _is_of_numbers(tree: Tree) -> bool:
    """Whether it holds no array, and no op that wants one."""
    return all(
        node.op in ENTRYWISE if isinstance(node, Apply) else not isinstance(node, Array)
        for node in walk(tree)
    )


def _shape_fault(given: Tree, reference: Reference) -> str:
    """What is off about the shape; a row for a column is, in a formula, and not in numbers that are typed."""
    own, key = (infer(tree, reference.symbols) for tree in (given, reference.tree))
    if isinstance(own, Mismatch) or isinstance(key, Mismatch):
        return own.explanation if isinstance(own, Mismatch) else ""
    lies = (1, *key) == own or (1, *own) == key
    if lies and own and key and not _is_written_out(given):
        return f"yours is {describe(own)}, expected {describe(key)}; transpose it"
    return misfit(own, key)


def _is_written_out(tree: Tree) -> bool:
    """Whether it is a number, or an array of numbers, as people write them down."""
    return all(isinstance(node, Number | Array) or _is_sign(node) for node in walk(tree))


def _is_sign(node: Tree) -> bool:
    return isinstance(node, Apply) and node.op in ("neg", "transpose")


def _compare_numbers(given: Tree, reference: Reference) -> Comparison:
    """Numbers at the digits that were written; very large and very small ones, and fractions, exactly."""
    own, key = value_at(given, {}), value_at(reference.tree, {})
    unit = unit_of(given)
    if own is None or key is None:
        return compare_expressions(given, reference.tree, REALS, reference.tolerance)
    if isinstance(own, float) and isinstance(key, float) and not unit and not reference.tolerance.rel:
        return compare_expressions(given, reference.tree, REALS, reference.tolerance)
    return compare_values(own, key, _rounded(reference.tolerance), unit)


def _rounded(tolerance: Tolerance) -> Tolerance:
    """Floats are as exact as this: 0.1 + 0.2 in a reference is 0.3."""
    return Tolerance(max(tolerance.rel, CLOSE.rel), tolerance.abs, tolerance.written)


def _compare_arrays(given: Tree, reference: Reference, used: dict[str, Shape]) -> Comparison:
    if large := too_large(used, given, reference.tree):
        return Undecided(large)
    close = as_floats_tell(reference.tolerance)
    return compare_arrays(meaning(given), meaning(reference.tree), used, reference.domains, close)
