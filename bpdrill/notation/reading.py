"""Reading what a learner typed: a number, an array, an expression, a program, or why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import pairwise
from typing import ParamSpec, TypeVar

from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Line, Program, Shape, Symbols, Tree, names
from bpdrill.notation import functions
from bpdrill.notation.arrays import fit, is_literal, separate, upright, worked_out
from bpdrill.notation.cursor import CLOSING
from bpdrill.notation.numerals import ungroup, with_points
from bpdrill.notation.reader import Reader
from bpdrill.notation.shapes import Mismatch, infer
from bpdrill.notation.source import Refusal, Source
from bpdrill.notation.spelling import Names, canonical
from bpdrill.notation.tokens import Kind, Token, source_of, tokens

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: its tree and, where the shapes go together, its shape."""

    tree: Tree
    shape: Shape | Mismatch


def _refusing(reads: Callable[Given, Result]) -> Callable[Given, Result | Unreadable]:
    """``reads`` with its Refusal turned into a result."""

    @wraps(reads)
    def reading(*args: Given.args, **kwargs: Given.kwargs) -> Result | Unreadable:
        try:
            return reads(*args, **kwargs)
        except Refusal as refusal:
            return Unreadable(refusal.column, refusal.hint)

    return reading


@_refusing
def read(text: str, symbols: Symbols) -> Reading:
    """One expression in the declared ``symbols``, in any notation, with or without ``dL/dw =`` before it."""
    return _expression(ungroup(_one_line(source_of(text))), symbols)


@_refusing
def read_number(text: str) -> Reading:
    """One number, or arithmetic on numbers: ``-6``, ``2*3``, ``1/256``, ``4 × 10^17``, ``33%``."""
    source = ungroup(_one_line(source_of(text)))
    reading = _expression(source.rewrite(_TIMES, "×").rewrite(_FOLD, ""), {})
    if reading.shape != ():
        raise Refusal(0, "One number is asked for.")
    return reading


@_refusing
def read_array(text: str, shape: Shape) -> Reading:
    """Numbers in rows and columns. A flat list may stand for a row or a column of ``shape``.

    The reading keeps the size that was typed, right or wrong: that is for the marker to judge.
    """
    source = source_of(text)
    reading = _array(source, shape)
    pointed = with_points(source) if shape and reading.shape != shape else None
    if pointed and _has_shape(pointed[0], shape):
        raise pointed[1]
    return reading


def _array(source: Source, shape: Shape) -> Reading:
    line = _right_side(tokens(source))
    term = Reader(separate(line), {}).whole()
    tree = fit(upright(worked_out(term.tree)), shape)
    if not is_literal(tree):
        raise Refusal(line[0].column, "Write the entries one by one: [0.6, 1.2] or [[1, 2], [3, 4]].")
    return Reading(tree, infer(tree, {}))


def _has_shape(source: Source, shape: Shape) -> bool:
    """Whether it reads as an array of that very shape."""
    try:
        return _array(source, shape).shape == shape
    except Refusal:
        return False


@_refusing
def read_program(text: str, inputs: Symbols) -> Program:
    """Assignments between semicolons or on lines of their own: ``q = x + y; f = q*z``.

    A name takes the shape of its right side and is given once.
    """
    symbols = dict(inputs)
    lines = []
    for statement in _statements(tokens(source_of(text))):
        assignment, shape = _assignment(statement, symbols)
        symbols[assignment.name] = shape
        lines.append(assignment)
    return tuple(lines)


@_refusing
def read_names(text: str) -> tuple[str, ...]:
    """The names that a program reads but does not assign, each as it would be declared.

    Names written together count as one: which they are, only declared names can tell.
    """
    statements = [*_statements(tokens(source_of(text)))]
    assigned = Names.of(canonical(statement[0].text) for statement in statements if _assigns(statement))
    free = (token for statement in statements for token in _free(statement))
    return tuple(dict.fromkeys(canonical(token.text) for token in free if not assigned.find(token.text)))


_NEWLINE = re.compile(r"\n")
_TIMES = re.compile(r"(?<=[0-9])(?<!\b0)\s*x(?=\s*[0-9])")
"""``4x10^17``, but not the ``0x`` of a hexadecimal number."""
_FOLD = re.compile(r"(?<=[0-9])\s*[x×]\s*$")
"""The sign behind a factor: ``256x``."""
_EQUALS = frozenset("=≈:")
_LABEL_SIGNS = frozenset("/'()[]{},:ᵀ") | {"\\frac"}


def _one_line(source: Source) -> Source:
    return source.rewrite(_NEWLINE, " ")


def _expression(source: Source, symbols: Symbols) -> Reading:
    line = tokens(source)
    term = Reader(_right_side(line), symbols).whole()
    _check_given(line, term.tree, symbols)
    return Reading(term.tree, term.shape)


def _check_given(line: Sequence[Token], tree: Tree, symbols: Symbols) -> None:
    """A given name may stand before the equals sign of a formula for it, and not of an equation."""
    first = line[0]
    given = Names.of(symbols).find(first.text) if line[1].text in _EQUALS else None
    if given is not None and (given in names(tree) or not names(tree)):
        raise Refusal(
            first.column, f"{first.text} is given here: write only the expression that is asked for."
        )


def _right_side(line: Sequence[Token]) -> Sequence[Token]:
    """``line`` without ``≈`` or a label such as ``dL/dw =`` before it."""
    *labels, right = _parts(line, _EQUALS)
    for label in labels:
        _check_label(label)
    return right


def _check_label(label: Sequence[Token]) -> None:
    """What stands before an equals sign must name what is asked for, and be no value itself."""
    if not label:
        return
    first = label[0]
    signs = {token.text for token in label if token.kind is Kind.SIGN}
    words = any(a.kind is b.kind is Kind.NAME for a, b in pairwise(label))
    if not (first.text == "\\frac" or first.kind is Kind.NAME) or signs - _LABEL_SIGNS or words:
        raise Refusal(first.column, "Write one expression: only a name may stand before the =.")


def _parts(line: Sequence[Token], signs: frozenset[str]) -> Iterator[list[Token]]:
    """The pieces of ``line`` between ``signs`` that stand outside all brackets."""
    part: list[Token] = []
    depth = 0
    for token in line:
        depth += (token.text in CLOSING) - (token.text in CLOSING.values())
        if depth == 0 and token.text in signs:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _statements(line: Sequence[Token]) -> Iterator[list[Token]]:
    """The statements of a program, each with an end of its own."""
    *inner, end = line
    return ([*statement, end] for statement in _parts(inner, frozenset(";\n")) if statement)


def _assigns(statement: Sequence[Token]) -> bool:
    return len(statement) > 2 and statement[0].kind is Kind.NAME and statement[1].text == "="


def _free(statement: Sequence[Token]) -> Iterator[Token]:
    """The names on the right side that are no function, no axis and no sign of a transpose."""
    right = statement[2:] if _assigns(statement) else statement
    for before, token, after in zip([right[-1], *right], right, right[1:], strict=False):
        lies = (before.text, token.text) == ("^", "T")
        if token.kind is Kind.NAME and not (functions.is_taken(token.text) or lies or after.text == "="):
            yield token


def _assignment(statement: Sequence[Token], symbols: Symbols) -> tuple[Line, Shape]:
    """One statement, with the shape of its right side."""
    first, equals, *right = statement if len(statement) > 2 else (*statement, statement[-1])
    if first.kind is not Kind.NAME or equals.text != "=":
        raise Refusal(first.column, "Each line gives a name its value: q = x + y.")
    name = _new_name(first, symbols)
    term = Reader([token for token in right if token.text != "\n"], symbols).whole()
    if isinstance(term.shape, Mismatch):
        raise Refusal(first.column, f"{term.shape.explanation}.")
    return Line(name, term.tree), term.shape


def _new_name(token: Token, symbols: Symbols) -> str:
    name = canonical(token.text)
    if Names.of(symbols).find(token.text) is not None:
        raise Refusal(token.column, f"{name} has its value already: choose another name.")
    if functions.is_taken(name):
        raise Refusal(token.column, f"{name} is a function: choose another name.")
    return name
