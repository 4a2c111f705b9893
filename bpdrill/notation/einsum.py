"""``einsum`` of one or two arrays, as the products and sums that it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from bpdrill.model.tree import Number, Shape
from bpdrill.notation.terms import Builder, Term, is_vector

_SUBSCRIPTS = re.compile(r"([A-Za-z]{0,2})(?:,([A-Za-z]{0,2}))?(?:->([A-Za-z]{0,2}))?")


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A term with a letter for each of its axes."""

    term: Term
    letters: str


def einsum(build: Builder, subscripts: str, operands: tuple[Term, ...]) -> Term | None:
    """The term that ``einsum(subscripts, *operands)`` stands for; None if it is not read."""
    match = _SUBSCRIPTS.fullmatch(re.sub(r"\s", "", subscripts))
    if match is None:
        return None
    inputs = tuple(letters for letters in match.groups()[:2] if letters is not None)
    output = match[3] if match[3] is not None else _unrepeated("".join(inputs))
    if len(set(output)) != len(output) or not set(output) <= set("".join(inputs)):
        return None
    if not _fit(inputs, operands):
        return None
    left, *right = (_Labelled(term, letters) for term, letters in zip(operands, inputs, strict=True))
    made = _two(build, left, right[0], output) if right else _one(build, left, output)
    return None if made is None else _arranged(build, made, output).term


def _unrepeated(letters: str) -> str:
    """The output where none is written: the letters that occur once, in order."""
    return "".join(sorted(letter for letter in letters if letters.count(letter) == 1))


def _fit(inputs: tuple[str, ...], operands: tuple[Term, ...]) -> bool:
    """Whether each array has an axis a letter, and each letter one size."""
    shapes = [term.shape for term in operands if isinstance(term.shape, tuple)]
    if not len(shapes) == len(operands) == len(inputs):
        return False
    axes = {axis for pair in zip(inputs, shapes, strict=True) for axis in _sizes(*pair)}
    ranks = all(len(letters) == len(shape) for letters, shape in zip(inputs, shapes, strict=True))
    return ranks and len({letter for letter, _ in axes}) == len(axes)


def _sizes(letters: str, shape: Shape) -> Iterable[tuple[str, object]]:
    return zip(letters, shape, strict=False)


def _one(build: Builder, given: _Labelled, kept: str) -> _Labelled:
    """One array with only the axes in ``kept``: a diagonal, or sums along the others."""
    term, letters = given.term, given.letters
    if len(set(letters)) < len(letters):
        if not set(letters) & set(kept):
            return _Labelled(build.apply("trace", term), "")
        term, letters = build.apply("diag", term), letters[0]
    gone = [axis for axis, letter in enumerate(letters) if letter not in kept]
    if not gone:
        return _Labelled(term, letters)
    if len(gone) == len(letters):
        return _Labelled(build.apply("sum", term), "")
    axis = Term(Number(Fraction(gone[0])), ())
    return _Labelled(build.apply("sum", term, axis), letters[1 - gone[0]])


def _two(build: Builder, left: _Labelled, right: _Labelled, output: str) -> _Labelled | None:
    """The product of two arrays; None if it had three axes."""
    left = _one(build, left, right.letters + output)
    right = _one(build, right, left.letters + output)
    shared = [letter for letter in left.letters if letter in right.letters]
    contracted = [letter for letter in shared if letter not in output]
    if len(shared) == 2 or (shared and left.letters == right.letters):
        return _one(build, _entrywise(build, left, right), output)
    if contracted:
        return _contracted(build, left, right, contracted[0])
    if shared:
        return _scaled(build, left, right, shared[0])
    return _outer(build, left, right)


def _entrywise(build: Builder, left: _Labelled, right: _Labelled) -> _Labelled:
    turned = _arranged(build, right, left.letters)
    return _Labelled(build.apply("mul", left.term, turned.term), left.letters)


def _contracted(build: Builder, left: _Labelled, right: _Labelled, letter: str) -> _Labelled:
    """The matrix product over ``letter``, of two of which one is no vector or both are matrices."""
    if is_vector(left.term):
        left, right = right, left
    rows, columns = left.letters.replace(letter, ""), right.letters.replace(letter, "")
    tall = _arranged(build, left, rows + letter)
    wide = _arranged(build, right, letter + columns)
    return _Labelled(build.apply("matmul", tall.term, wide.term), rows + columns)


def _scaled(build: Builder, left: _Labelled, right: _Labelled, letter: str) -> _Labelled | None:
    """A matrix with each row, or each column, times an entry of a vector."""
    matrix, vector = (right, left) if is_vector(left.term) else (left, right)
    if len(vector.letters) > 1:
        return None
    diagonal = build.apply("diag", vector.term)
    sides = (diagonal, matrix.term) if matrix.letters[0] == letter else (matrix.term, diagonal)
    return _Labelled(build.apply("matmul", *sides), matrix.letters)


def _outer(build: Builder, left: _Labelled, right: _Labelled) -> _Labelled | None:
    letters = left.letters + right.letters
    if "" in (left.letters, right.letters):
        return _Labelled(build.apply("mul", left.term, right.term), letters)
    return _Labelled(build.apply("outer", left.term, right.term), letters) if len(letters) == 2 else None


def _arranged(build: Builder, given: _Labelled, letters: str) -> _Labelled:
    """``given`` with its axes in the order of ``letters``."""
    if given.letters == letters:
        return given
    return _Labelled(build.apply("transpose", given.term), letters)
