"""Every function people write, and what it stands for in the engine's ops."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from bpdrill.model.tree import Number
from bpdrill.notation.norms import axis_of, norm, one_hot, whole
from bpdrill.notation.primes import PRIMES, Prime, sign
from bpdrill.notation.terms import ONE, TWO, ZERO, Builder, Term, compared, is_indicator
from bpdrill.notation.views import View, column, row

Meaning = Callable[..., Term | None]
"""Builder, arguments and settings to a term; None if these are not read."""


@dataclass(frozen=True, slots=True)
class Function:
    """How many arguments a function takes and what it makes of them; ``usage`` shows one call."""

    arity: int
    meaning: Meaning
    usage: str
    bare: bool = False
    """May stand before its argument without brackets: ``cos x``."""
    settings: tuple[str, ...] = ()
    """What may follow the arguments, in this order or by name: ``sum(A, 0)``, ``sum(A, axis=0)``."""


def find(name: str) -> Function | None:
    """The function called ``name``, if there is one."""
    return _FUNCTIONS.get(name) or _FUNCTIONS.get(name.lower())


_RUNNING = re.compile("(?:sum|prod)_[a-z](?:_[0-9]+_[A-Za-z0-9]+)?")
_RESERVED = frozenset(("e", "True", "False", "einsum"))


def is_taken(name: str) -> bool:
    """Whether ``name`` means something already: a function, Euler's number, a sum over an index."""
    return name in _RESERVED or find(name) is not None or _RUNNING.fullmatch(name) is not None


def names() -> tuple[str, ...]:
    """All that ``find`` finds."""
    return tuple(_FUNCTIONS)


def prime(name: str) -> Prime | None:
    """The derivative of the function called ``name``, if it has one here."""
    return PRIMES.get(_OPS.get(name.lower(), name.lower()))


_OPS = {
    name: op
    for op, names in {
        "exp": "exp",
        "log": "log ln",
        "sqrt": "sqrt √",
        "sin": "sin",
        "cos": "cos",
        "tanh": "tanh",
        "sigmoid": "sigmoid sigma logistic expit",
        "relu": "relu",
        "leaky_relu": "leaky_relu leakyrelu",
        "elu": "elu",
        "gelu": "gelu",
        "silu": "silu swish",
        "softplus": "softplus",
        "abs": "abs",
    }.items()
    for name in names.split()
}
_WHOLE = {"trace": "trace", "tr": "trace", "diag": "diag"}
"""Ops that look at an array as a whole; each wants brackets around it."""
_REDUCTIONS = {
    "sum": "sum",
    "mean": "mean",
    "average": "mean",
    "logsumexp": "logsumexp",
    "amax": "max",
}


def _op(op: str) -> Meaning:
    return lambda build, *args: build.apply(op, *args)


def _reduction(op: str) -> Meaning:
    """Over everything, or along an axis, which stays with length 1 where it is kept."""

    def reduced(build: Builder, term: Term, axis: Term | None = None, keep: Term = ZERO) -> Term | None:
        if axis is None or term.shape == ():
            return build.apply(op, term) if axis is None else None
        place = axis_of(term, axis)
        if place is None or keep not in (ZERO, ONE):
            return None
        if isinstance(term.shape, tuple) and len(term.shape) == 1:
            return build.apply(op, term)
        return build.apply(op, term, _number(place), *((ONE,) if keep == ONE else ()))

    return reduced


def _number(whole: int) -> Term:
    return Term(Number(Fraction(whole)), ())


def _scores(op: str) -> Meaning:
    """A softmax runs along the last axis, unless another is given."""

    def scored(build: Builder, term: Term, axis: Term | None = None) -> Term | None:
        if axis is None:
            return build.apply(op, term)
        place = axis_of(term, axis)
        if place is None or not isinstance(term.shape, tuple):
            return None
        return build.apply(op, term, *(() if place == len(term.shape) - 1 else (_number(place),)))

    return scored


def _transpose(build: Builder, term: Term, *axes: Term) -> Term | None:
    """The transpose; the axes to exchange may be told, and must be both."""
    exchanged = {axis_of(term, axis) for axis in axes}
    return build.apply("transpose", term) if not axes or exchanged == {0, 1} else None


def _maximum(build: Builder, left: Term, right: Term) -> Term:
    """The larger of two; beside 0 it is a relu."""
    if left == ZERO:
        return build.apply("relu", right)
    return build.apply("relu", left) if right == ZERO else build.apply("maximum", left, right)


def _max(build: Builder, left: Term, right: Term | None = None) -> Term | None:
    """The larger of two, or the largest entry of an array."""
    if right is not None:
        return _maximum(build, left, right)
    return None if left.shape == () else build.apply("max", left)


def _where(build: Builder, condition: Term, chosen: Term, other: Term) -> Term | None:
    """One value where the condition holds, another where it does not."""
    if not is_indicator(condition.tree):
        return None
    inside = _masked(build, chosen, condition)
    outside = _masked(build, other, build.outside(condition))
    if inside is None or outside is None:
        return inside or outside or ZERO
    return build.apply("add", inside, outside)


def _masked(build: Builder, term: Term, indicator: Term) -> Term | None:
    """``term`` where the indicator is one; None for a term that is zero anyway."""
    if term == ZERO:
        return None
    return indicator if term == ONE else build.apply("mul", term, indicator)


def _indicator(_: Builder, condition: Term) -> Term | None:
    return condition if is_indicator(condition.tree) else None


def _norm(build: Builder, term: Term, order: Term | None = None) -> Term | None:
    """Of order 2, or 1."""
    kind = "" if order is None else str(whole(order))
    return norm(build, term, kind) if kind in {"", "1", "2"} else None


def _inner(build: Builder, left: Term, right: Term) -> Term | None:
    return build.dot(left, right) if left.shape == right.shape and left.shape else None


def _heaviside(build: Builder, term: Term, at_zero: Term) -> Term | None:
    """A step, told which side zero is on."""
    if at_zero not in (ZERO, ONE):
        return None
    return compared(build, ">" if at_zero == ZERO else "≥", term, ZERO)


def _clamp(build: Builder, term: Term, low: Term | None = None) -> Term | None:
    return None if low is None else _maximum(build, term, low)


def _expand(build: Builder, term: Term, axis: Term | None = None) -> Term | None:
    """A vector as a row, or as a column."""
    view = _EXPANDED.get(whole(axis)) if axis is not None else None
    return view and view(build, term)


_EXPANDED: dict[int | None, View] = {0: row, 1: column, -1: column}


def _log1p(build: Builder, term: Term) -> Term:
    return build.apply("log", build.apply("add", ONE, term))


def _expm1(build: Builder, term: Term) -> Term:
    return build.apply("sub", build.apply("exp", term), ONE)


def _zeros(build: Builder, term: Term) -> Term:
    return build.apply("mul", ZERO, term)


def _ones(build: Builder, term: Term) -> Term:
    return build.apply("add", ONE, _zeros(build, term))


def _two(meaning: Meaning, *usages: str) -> dict[str, Function]:
    """Functions of two arguments that all mean the same."""
    return {usage.partition("(")[0]: Function(2, meaning, usage) for usage in usages}


def _one(meaning: Meaning, *names: str, of: str = "z") -> dict[str, Function]:
    """Functions of one argument that all mean the same."""
    return {name: Function(1, meaning, f"{name}({of})") for name in names}


_FUNCTIONS: Mapping[str, Function] = (
    {name: Function(1, _op(op), f"{name}(z)", bare=True) for name, op in _OPS.items()}
    | {name: Function(1, _op(op), f"{name}(A)") for name, op in _WHOLE.items()}
    | {
        name: Function(1, _reduction(op), f"{name}(z), {name}(A, axis=0)", settings=("axis", "keep"))
        for name, op in _REDUCTIONS.items()
    }
    | {
        name: Function(1, _scores(name), f"{name}(z), {name}(Z, axis=0)", settings=("axis",))
        for name in ("softmax", "log_softmax")
    }
    | _two(_op("outer"), "outer(a, b)")
    | _two(Builder.product, "matmul(A, x)", "mm(A, B)", "mv(A, x)", "dot(a, b)")
    | _two(_inner, "inner(a, b)", "vdot(a, b)")
    | _two(_op("mul"), "multiply(a, b)")
    | _two(_op("div"), "divide(a, b)")
    | _two(_op("sub"), "subtract(a, b)")
    | _two(_op("power"), "power(x, 2)", "pow(x, 2)")
    | _two(_op("greater"), "greater(z, 0)")
    | _two(_maximum, "maximum(0, z)")
    | _two(_op("minimum"), "minimum(a, b)", "min(a, b)")
    | _two(_op("softmax_ce"), "softmax_ce(z, y)")
    | _two(one_hot, "onehot(2, 5)", "one_hot(2, 5)")
    | _one(_op("neg"), "negative")
    | _one(_indicator, "I", "indicator", "float", "int", of="z > 0")
    | _one(lambda build, term: build.apply("greater", term, ZERO), "step")
    | _one(lambda build, term: build.apply("power", term, TWO), "square")
    | _one(lambda build, term: build.apply("div", ONE, term), "reciprocal")
    | _one(sign, "sign", "sgn")
    | _one(_log1p, "log1p", of="x")
    | _one(_expm1, "expm1", of="x")
    | _two(_heaviside, "heaviside(z, 0)")
    | _one(_zeros, "zeros_like")
    | _one(_ones, "ones_like")
    | _one(lambda _, term: term, "array", "tensor", of="[1, 2]")
    | {
        "transpose": Function(1, _transpose, "transpose(A)", settings=("first", "second")),
        "norm": Function(1, _norm, "norm(x)", settings=("order",)),
        "clamp": Function(1, _clamp, "clamp(z, min=0)", settings=("low",)),
        "expand_dims": Function(1, _expand, "expand_dims(x, axis=1)", settings=("axis",)),
        "max": Function(1, _max, "max(0, z)", settings=("other",)),
        "where": Function(3, _where, "where(z > 0, a, 0)"),
    }
)
