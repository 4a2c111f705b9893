"""The derivatives of functions of one number, each as a formula: what ``σ'(z)`` stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from bpdrill.model.tree import Number
from bpdrill.notation.terms import ONE, TWO, ZERO, Builder, Term

Prime = Callable[[Builder, Term], Term]
"""Builder and argument to the derivative there."""

_LEAK = Term(Number(Fraction(1, 100)), ())
"""The slope of a leaky relu below zero, where none is given."""


def sign(build: Builder, term: Term) -> Term:
    """1 above zero, −1 below."""
    return build.apply("sub", _positive(build, term), build.apply("greater", ZERO, term))


def _positive(build: Builder, term: Term) -> Term:
    return build.apply("greater", term, ZERO)


def _logistic(build: Builder, term: Term) -> Term:
    return build.apply("sigmoid", term)


def _sigmoid(build: Builder, term: Term) -> Term:
    sigmoid = _logistic(build, term)
    return build.apply("mul", sigmoid, build.apply("sub", ONE, sigmoid))


def _tanh(build: Builder, term: Term) -> Term:
    return build.apply("sub", ONE, build.apply("power", build.apply("tanh", term), TWO))


def _leaky_relu(build: Builder, term: Term) -> Term:
    """The slope, and what is missing to 1 above zero."""
    inside = _positive(build, term)
    return build.apply("add", inside, build.apply("mul", _LEAK, build.outside(inside)))


def _elu(build: Builder, term: Term) -> Term:
    return build.apply("exp", build.apply("minimum", term, ZERO))


def _silu(build: Builder, term: Term) -> Term:
    sigmoid = _logistic(build, term)
    inner = build.apply("mul", term, build.apply("sub", ONE, sigmoid))
    return build.apply("mul", sigmoid, build.apply("add", ONE, inner))


def _sqrt(build: Builder, term: Term) -> Term:
    return build.apply("div", ONE, build.apply("mul", TWO, build.apply("sqrt", term)))


PRIMES: Mapping[str, Prime] = {
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "relu": _positive,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "silu": _silu,
    "softplus": _logistic,
    "abs": sign,
    "exp": lambda build, term: build.apply("exp", term),
    "log": lambda build, term: build.apply("div", ONE, term),
    "sin": lambda build, term: build.apply("cos", term),
    "cos": lambda build, term: build.apply("neg", build.apply("sin", term)),
    "sqrt": _sqrt,
    "square": lambda build, term: build.apply("mul", TWO, term),
    "logsumexp": lambda build, term: build.apply("softmax", term),
}
"""By the name of the function's op. A softmax has a whole matrix for a derivative, and is not here."""
