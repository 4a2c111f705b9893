"""Norms: x normalised to hat, then gamma · hat + beta. See ``normalising`` for hat and its Jacobian."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from bpdrill.autograd.arithmetic.normalising import (
    BATCH,
    FEATURES,
    Normalised,
    by_root_mean_square,
    centred,
    features_of,
    features_of_batch,
    fit,
    inverse_of,
    over,
    over_batch,
    over_features,
    scaled,
    standardised,
    three_terms,
    tree_over,
    two_terms,
)
from bpdrill.autograd.op import Cost, Fault, Op, Rule
from bpdrill.autograd.ops.loss import smallest
from bpdrill.autograd.values import Shape, Value, shape_of
from bpdrill.model.tree import Operand, Tree

EPS = 1e-5
"""Of batch norm and layer norm, as frameworks have it."""

RMS_EPS = 1e-6


def batch_norm(x: Value, gamma: Value, beta: Value, eps: float = EPS) -> tuple[Value, tuple[Value, ...]]:
    """Batch norm of a batch (B, F), or (B,) of one feature; and hat and inverse, needed again."""
    features, norm = features_of_batch(x), over_batch(x, eps)
    return stretched(norm.hat, gamma, beta, features), norm[:2]


def layer_norm(x: Value, gamma: Value, beta: Value, eps: float = EPS) -> tuple[Value, tuple[Value, ...]]:
    """Layer norm of an example (n,), or of each one (B, n); and hat and inverse, needed again."""
    features, norm = features_of(x), over_features(x, eps)
    return stretched(norm.hat, gamma, beta, features), norm[:2]


def rms_norm(x: Value, gamma: Value, eps: float = RMS_EPS) -> tuple[Value, tuple[Value, ...]]:
    """RMS norm of an example (n,), or of each one (B, n); and hat and inverse, needed again."""
    fit(features_of(x), gamma=gamma)
    norm = by_root_mean_square(x, eps)
    return norm.hat * gamma, norm[:2]


def stretched(hat: Value, gamma: Value, beta: Value, features: Shape) -> Value:
    """The hat times gamma, plus beta; raises ValueError for more of them than there are features."""
    fit(features, gamma=gamma, beta=beta)
    y: Value = hat * gamma
    y += beta
    return y


def in_use(x: Value, mean: Value, variance: Value, eps: float) -> Value:
    """The hat of batch norm in use, by a mean and a variance that are given.

    Raises ValueError for a variance below 0, and for more than one number for a feature.
    """
    fit(shape_of(x)[FEATURES:], mean=mean, variance=variance)
    if smallest(variance) < 0:
        raise ValueError("a variance is a mean of squares, and never below 0")
    hat: Value = (x - mean) * inverse_of(variance, eps)
    return hat


def through_batch(v: Value, gamma: Value, norm: Normalised) -> Value:
    """``v`` through the Jacobian of batch norm by x; gamma, one for all of a batch, is taken in passing."""
    found: Value = three_terms(v, Normalised(norm.hat, norm.inverse * gamma, norm.mean))
    return found


def all_of_batch_norm(
    ct: Any, _y: Value, _x: Value, gamma: Value, _beta: Value, _eps: float = EPS, *, kept: tuple[Any, ...]
) -> tuple[Value, Value, Value]:
    """The three gradients of batch norm: those of gamma and beta are the very sums that x's needs.

    dx = gamma · inverse · (ct - dbeta / B - hat · dgamma / B)
    """
    hat, inverse = kept
    terms = ct * hat
    dgamma, dbeta = terms.sum(axis=BATCH), ct.sum(axis=BATCH)
    dx = ct - dbeta / len(hat)
    dx -= hat * (dgamma / len(hat))
    dx *= inverse * gamma
    return dx, dgamma, dbeta


def as_in_training(ct: Value, x: Value, gamma: Value, eps: float) -> Value:
    """What batch norm sends back where it takes its own means; raises ValueError unless x is a batch."""
    fit(features_of_batch(x), gamma=gamma)
    return through_batch(ct, gamma, over_batch(x, eps))


def tree_along(axis: int, x: Tree, eps: Operand) -> Normalised:
    """``x`` normalised along ``axis``, as trees."""
    return standardised(x, tree_over(axis), eps)


def tree_by_root_mean_square(x: Tree, eps: Operand) -> Normalised:
    """``by_root_mean_square``, as trees."""
    return scaled(x, tree_over(FEATURES), eps)


Terms: TypeAlias = Callable[[Any, Normalised], Any]

WRONG_TERMS: Mapping[str, Terms] = MappingProxyType(
    {
        "mean-path-lost": two_terms,
        "variance-path-lost": lambda g, norm: centred(g, norm.mean) * norm.inverse,
        "as-if-constant": lambda g, norm: g * norm.inverse,
        "mean-subtracted-twice": lambda g, norm: three_terms(g, norm) - norm.mean(g) * norm.inverse,
    }
)
"""How people get the three terms wrong, whatever they normalise over."""


def slips(op: str, along: Callable[[Value, float], Normalised], other: int) -> tuple[Fault, ...]:
    """The faults that batch norm and layer norm have in common; ``other`` is the axis left alone."""

    def wrongly(terms: Terms) -> Rule:
        return lambda ct, y, x, gamma, beta, eps=EPS: terms(ct * gamma, along(x, eps))

    def swapped(g: Value, norm: Normalised) -> Any:
        return three_terms(g, norm._replace(mean=over(norm.hat, other)))

    return (
        *(Fault(f"{op}.{name}", 0, wrongly(terms)) for name, terms in WRONG_TERMS.items()),
        Fault(f"{op}.axis-swapped", 0, wrongly(swapped), where="where x is a batch of several features"),
        Fault(
            f"{op}.gamma-lost",
            0,
            lambda ct, y, x, gamma, beta, eps=EPS: three_terms(ct, along(x, eps)),
            where="where gamma is not 1",
        ),
        Fault(f"{op}.dgamma-raw-input", 1, lambda ct, y, x, gamma, beta, eps=EPS: ct * x),
    )


SINGLE = (0.5, -1.2, 2.0, 0.3)
TABLE = ((0.5, -1.2, 2.0), (1.4, 0.2, -0.8), (-0.3, 0.9, 1.7), (0.8, -0.5, 0.4))
GAMMA, BETA = (1.5, -0.7, 0.4), (0.2, -0.1, 0.6)
MEANS, VARIANCES = (0.4, -0.3, 0.9), (0.6, 1.7, 0.3)


class BatchNorm(Op):
    """Each feature normalised over the batch, as in training: mean and variance move with every example."""

    name = "batch_norm"
    forward = staticmethod(lambda *given: batch_norm(*given)[0])
    remember = staticmethod(batch_norm)
    together = staticmethod(all_of_batch_norm)
    vjp = (
        lambda ct, y, x, gamma, beta, eps=EPS, kept=None: through_batch(ct, gamma, over_batch(x, eps, kept)),
        lambda ct, y, x, gamma, beta, eps=EPS, kept=None: ct * (kept or over_batch(x, eps))[0],
        lambda ct, y, x, gamma, beta, eps=EPS, kept=None: ct,
    )
    jvp = (
        lambda t, y, x, gamma, beta, eps=EPS: through_batch(t, gamma, over_batch(x, eps)),
        lambda t, y, x, gamma, beta, eps=EPS: t * over_batch(x, eps).hat,
        lambda t, y, x, gamma, beta, eps=EPS: t,
    )
    symbolic = (
        lambda ct, y, x, gamma, beta, eps=EPS: three_terms(ct * gamma, tree_along(BATCH, x, eps)),
        lambda ct, y, x, gamma, beta, eps=EPS: ct * tree_along(BATCH, x, eps).hat,
        lambda ct, y, x, gamma, beta, eps=EPS: ct,
    )
    keeps = ("x", "gamma")
    stacks = True
    cost = Cost(forward=3, backward=5)
    faults = slips("batch_norm", over_batch, other=1)
    specimens = ((TABLE, GAMMA, BETA), (TABLE, 1.3, -0.4, 0.1), (SINGLE, 1.3, -0.4))


class LayerNorm(Op):
    """Each example normalised over its own features: batch norm along the other axis."""

    name = "layer_norm"
    forward = staticmethod(lambda *given: layer_norm(*given)[0])
    remember = staticmethod(layer_norm)
    vjp = (
        lambda ct, y, x, gamma, beta, eps=EPS, kept=None: three_terms(
            ct * gamma, over_features(x, eps, kept)
        ),
        lambda ct, y, x, gamma, beta, eps=EPS, kept=None: ct * (kept or over_features(x, eps))[0],
        lambda ct, y, x, gamma, beta, eps=EPS, kept=None: ct,
    )
    jvp = (
        lambda t, y, x, gamma, beta, eps=EPS: gamma * three_terms(t, over_features(x, eps)),
        lambda t, y, x, gamma, beta, eps=EPS: t * over_features(x, eps).hat,
        lambda t, y, x, gamma, beta, eps=EPS: t,
    )
    symbolic = (
        lambda ct, y, x, gamma, beta, eps=EPS: three_terms(ct * gamma, tree_along(FEATURES, x, eps)),
        lambda ct, y, x, gamma, beta, eps=EPS: ct * tree_along(FEATURES, x, eps).hat,
        lambda ct, y, x, gamma, beta, eps=EPS: ct,
    )
    keeps = ("x", "gamma")
    stacks = True
    cost = Cost(forward=3, backward=5)
    faults = slips("layer_norm", over_features, other=-2)
    specimens = (
        (TABLE, GAMMA, BETA),
        (TABLE, 1.3, -0.4, 0.1),
        (TABLE[0], GAMMA, BETA),
        (SINGLE, 1.3, -0.4),
    )


class RMSNorm(Op):
    """Each example over the root of its mean square: no mean is taken off, so no term comes by it."""

    name = "rms_norm"
    forward = staticmethod(lambda *given: rms_norm(*given)[0])
    remember = staticmethod(rms_norm)
    vjp = (
        lambda ct, y, x, gamma, eps=RMS_EPS, kept=None: two_terms(
            ct * gamma, by_root_mean_square(x, eps, kept)
        ),
        lambda ct, y, x, gamma, eps=RMS_EPS, kept=None: ct * (kept or by_root_mean_square(x, eps))[0],
    )
    jvp = (
        lambda t, y, x, gamma, eps=RMS_EPS: gamma * two_terms(t, by_root_mean_square(x, eps)),
        lambda t, y, x, gamma, eps=RMS_EPS: t * by_root_mean_square(x, eps).hat,
    )
    symbolic = (
        lambda ct, y, x, gamma, eps=RMS_EPS: two_terms(ct * gamma, tree_by_root_mean_square(x, eps)),
        lambda ct, y, x, gamma, eps=RMS_EPS: ct * tree_by_root_mean_square(x, eps).hat,
    )
    keeps = ("x", "gamma")
    stacks = True
    cost = Cost(forward=3, backward=5)
    faults = (
        Fault(
            "rms_norm.second-path-lost",
            0,
            lambda ct, y, x, gamma, eps=RMS_EPS: ct * gamma * by_root_mean_square(x, eps).inverse,
        ),
        Fault(
            "rms_norm.mean-subtracted",
            0,
            lambda ct, y, x, gamma, eps=RMS_EPS: three_terms(ct * gamma, by_root_mean_square(x, eps)),
        ),
        Fault(
            "rms_norm.gamma-lost",
            0,
            lambda ct, y, x, gamma, eps=RMS_EPS: two_terms(ct, by_root_mean_square(x, eps)),
            where="where gamma is not 1",
        ),
        Fault("rms_norm.dgamma-raw-input", 1, lambda ct, y, x, gamma, eps=RMS_EPS: ct * x),
    )
    specimens = ((TABLE, GAMMA), (TABLE, 1.3, 0.1), (TABLE[0], GAMMA), (SINGLE, 1.3))


class BatchNormEval(Op):
    """Batch norm in use: mean and variance are given, so every example stands alone.

    All is done element by element, so a tangent goes through a rule as a cotangent does;
    and the rules are arithmetic alone, so they are their own trees.
    """

    name = "batch_norm_eval"
    forward = staticmethod(
        lambda x, gamma, beta, mean, variance, eps=EPS: stretched(
            in_use(x, mean, variance, eps), gamma, beta, shape_of(x)[FEATURES:]
        )
    )
    vjp = (
        lambda ct, y, x, gamma, beta, mean, variance, eps=EPS: ct * (gamma * inverse_of(variance, eps)),
        lambda ct, y, x, gamma, beta, mean, variance, eps=EPS: ct * ((x - mean) * inverse_of(variance, eps)),
        lambda ct, y, x, gamma, beta, mean, variance, eps=EPS: ct,
        lambda ct, y, x, gamma, beta, mean, variance, eps=EPS: -ct * (gamma * inverse_of(variance, eps)),
        lambda ct, y, x, gamma, beta, mean, variance, eps=EPS: (
            -ct * (x - mean) * (gamma * inverse_of(variance, eps) ** 3 / 2)
        ),
    )
    jvp = vjp
    symbolic = vjp
    keeps = ("x", "gamma", "mean", "variance")
    stacks = True
    cost = Cost(forward=2, backward=6)
    faults = (
        Fault(
            "batch_norm_eval.statistics-of-batch",
            0,
            lambda ct, y, x, gamma, beta, mean, variance, eps=EPS: as_in_training(ct, x, gamma, eps),
            where="where x is a batch",
        ),
        Fault(
            "batch_norm_eval.gamma-lost",
            0,
            lambda ct, y, x, gamma, beta, mean, variance, eps=EPS: ct * inverse_of(variance, eps),
            where="where gamma is not 1",
        ),
        Fault(
            "batch_norm_eval.dgamma-raw-input",
            1,
            lambda ct, y, x, gamma, beta, mean, variance, eps=EPS: ct * x,
        ),
    )
    specimens = (
        (TABLE, GAMMA, BETA, MEANS, VARIANCES),
        (TABLE, 1.3, -0.4, MEANS, 0.8, 0.1),
        (0.5, 1.3, -0.4, 0.2, 0.8),
    )
