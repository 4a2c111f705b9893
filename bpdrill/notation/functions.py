"""Every function people write, what it stands for in the engine's ops, and what its prime is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpdrill.notation.terms import ONE, TWO, ZERO, Builder, Term, is_indicator

Meaning = Callable[..., Term | None]
"""Builder and arguments to a term; None if these arguments are not read."""


@dataclass(frozen=True, slots=True)
class Function:
    """How many arguments a function takes and what it makes of them; ``usage`` shows one call."""

    arity: int
    meaning: Meaning
    usage: str
    bare: bool = False
    """May stand before its argument without brackets: ``cos x``."""


def find(name: str) -> Function | None:
    """The function called ``name``, if there is one."""
    return _FUNCTIONS.get(name) or _FUNCTIONS.get(name.lower())


def is_taken(name: str) -> bool:
    """Whether ``name`` means something already: a function, Euler's number, a sum over an index."""
    return name == "e" or find(name) is not None or (name.startswith("sum_") and len(name) == len("sum_k"))


def names() -> tuple[str, ...]:
    """All that ``find`` finds."""
    return tuple(_FUNCTIONS)


def prime(name: str) -> Meaning | None:
    """The derivative of the function called ``name``, if it has one here."""
    return _PRIMES.get(_OPS.get(name.lower(), ""))


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
        "abs": "abs",
        "softmax": "softmax",
        "log_softmax": "log_softmax",
        "logsumexp": "logsumexp",
        "sum": "sum",
        "mean": "mean average",
        "transpose": "transpose",
    }.items()
    for name in names.split()
}
_WHOLE = frozenset(("sum", "mean", "transpose", "softmax", "log_softmax", "logsumexp"))
"""Ops that look at an array as a whole; each wants brackets around it."""


def _op(op: str) -> Meaning:
    return lambda build, *args: build.apply(op, *args)


def _maximum(build: Builder, left: Term, right: Term) -> Term:
    """The larger of two; beside 0 it is a relu."""
    if left == ZERO:
        return build.apply("relu", right)
    return build.apply("relu", left) if right == ZERO else build.apply("maximum", left, right)


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


def _softplus(build: Builder, term: Term) -> Term:
    return build.apply("log", build.apply("add", ONE, build.apply("exp", term)))


def _sigmoid_prime(build: Builder, term: Term) -> Term:
    sigmoid = build.apply("sigmoid", term)
    return build.apply("mul", sigmoid, build.apply("sub", ONE, sigmoid))


def _tanh_prime(build: Builder, term: Term) -> Term:
    return build.apply("sub", ONE, build.apply("power", build.apply("tanh", term), TWO))


_PRIMES: Mapping[str, Meaning] = {
    "sigmoid": _sigmoid_prime,
    "tanh": _tanh_prime,
    "relu": lambda build, term: build.apply("greater", term, ZERO),
    "exp": lambda build, term: build.apply("exp", term),
    "log": lambda build, term: build.apply("div", ONE, term),
    "sin": lambda build, term: build.apply("cos", term),
    "cos": lambda build, term: build.apply("neg", build.apply("sin", term)),
    "sqrt": lambda build, term: build.apply("div", ONE, build.apply("mul", TWO, build.apply("sqrt", term))),
}

_FUNCTIONS: Mapping[str, Function] = {
    name: Function(1, _op(op), f"{name}(z)", bare=op not in _WHOLE) for name, op in _OPS.items()
} | {
    "outer": Function(2, _op("outer"), "outer(a, b)"),
    "matmul": Function(2, _op("matmul"), "matmul(A, x)"),
    "mm": Function(2, _op("matmul"), "mm(A, B)"),
    "multiply": Function(2, _op("mul"), "multiply(a, b)"),
    "power": Function(2, _op("power"), "power(x, 2)"),
    "dot": Function(2, Builder.dot, "dot(a, b)"),
    "max": Function(2, _maximum, "max(0, z)"),
    "maximum": Function(2, _maximum, "maximum(0, z)"),
    "min": Function(2, _op("minimum"), "min(a, b)"),
    "minimum": Function(2, _op("minimum"), "minimum(a, b)"),
    "softmax_ce": Function(2, _op("softmax_ce"), "softmax_ce(z, y)"),
    "where": Function(3, _where, "where(z > 0, a, 0)"),
    "I": Function(1, _indicator, "I[z > 0]"),
    "indicator": Function(1, _indicator, "indicator(z > 0)"),
    "float": Function(1, _indicator, "float(z > 0)"),
    "int": Function(1, _indicator, "int(z > 0)"),
    "step": Function(1, lambda build, term: build.apply("greater", term, ZERO), "step(z)"),
    "square": Function(1, lambda build, term: build.apply("power", term, TWO), "square(x)"),
    "softplus": Function(1, _softplus, "softplus(z)"),
    "array": Function(1, lambda _, term: term, "array([1, 2])"),
    "tensor": Function(1, lambda _, term: term, "tensor([1, 2])"),
}
