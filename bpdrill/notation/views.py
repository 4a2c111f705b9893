"""A vector seen as a column, as a row, or flat again, as code asks for it by an index or a method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bpdrill.notation.terms import Builder, Term, is_row, is_vector

View = Callable[[Builder, Term], Term | None]
"""Builder and term to what it is seen as; None if it cannot be."""


def column(_: Builder, term: Term) -> Term | None:
    """A vector that stands, whatever is beside it."""
    return replace(term, upright=True) if is_vector(term) else None


def row(build: Builder, term: Term) -> Term | None:
    """A vector that lies."""
    return replace(build.apply("transpose", term), upright=True) if is_vector(term) else None


def _only_row(build: Builder, term: Term) -> Term | None:
    """A row as a vector."""
    return build.apply("transpose", term) if is_row(term) else None


def _flat(build: Builder, term: Term) -> Term | None:
    """A vector, whether it stands or lies; a number is flat."""
    return replace(term, upright=False) if is_vector(term) or term.shape == () else _only_row(build, term)


INDICES: Mapping[str, View] = {
    ":": _flat,
    ":,None": column,
    ":,newaxis": column,
    "None": row,
    "None,:": row,
    "newaxis,:": row,
    "0": _only_row,
    "0,:": _only_row,
}
"""By what stands between index brackets."""
_RESHAPED = {"-1,1": column, "1,-1": row, "-1": _flat}
METHODS: Mapping[str, Mapping[str, View]] = {
    ".reshape": _RESHAPED,
    ".view": _RESHAPED,
    ".unsqueeze": {"1": column, "-1": column, "0": row},
    ".flatten": {"": _flat},
    ".ravel": {"": _flat},
    ".squeeze": {"": _flat},
}
"""By the name of a method and what stands between its brackets."""
