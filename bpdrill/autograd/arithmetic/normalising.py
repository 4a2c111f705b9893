"""Normalising: x to a mean of 0 and a mean square of 1 along one axis.

    hat = (x - mean of x) · inverse,    inverse = 1 / √(mean of (x - mean of x)² + eps)

Batch norm takes the means over the batch, layer norm over the features of each example; RMS
norm does without taking the mean off. What is said of hat, inverse and means alone holds for
values and for trees: both are added and multiplied alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from bpdrill.autograd.arithmetic.along import axes, count
from bpdrill.autograd.values import Shape, Value, shape_of
from bpdrill.model.tree import Apply, lift

Mean: TypeAlias = Callable[[Any], Any]
"""Averages along the axis, which stays with length 1."""

Kept: TypeAlias = "tuple[Value, ...] | None"
"""hat and inverse, where forward remembered them."""

BATCH, FEATURES = 0, -1
"""The axis of the examples, and the axis of an example's own numbers."""


class Normalised(NamedTuple):
    """What became of x, what it was multiplied by, and the means that were taken."""

    hat: Any
    inverse: Any
    mean: Mean


def over(x: Value, axis: int) -> Mean:
    """Means along ``axis`` of x, of arrays that may carry the axis of a stack ahead of theirs."""
    n, place = count(x, axis), axes(len(shape_of(x)), axis)
    return lambda array: array.sum(axis=place, keepdims=True) / n


def tree_over(axis: int) -> Mean:
    """``over``, for trees."""
    return lambda tree: Apply("mean", (tree, lift(axis), lift(1)))


def inverse_of(variance: Any, eps: Any) -> Any:
    """1 / √(variance + eps), which eps keeps finite where nothing varies."""
    return (variance + eps) ** -0.5


def scaled(v: Any, mean: Mean, eps: Any) -> Normalised:
    """``v`` over the root of its mean square."""
    inverse = inverse_of(mean(v**2), eps)
    return Normalised(v * inverse, inverse, mean)


def centred(v: Any, mean: Mean) -> Any:
    """``v`` less its mean."""
    return v - mean(v)


def across(g: Any, norm: Normalised) -> Any:
    """``g`` less its part along hat: what moves x along itself changes the deviation, not the result."""
    return g - norm.hat * norm.mean(g * norm.hat)


def three_terms(g: Any, norm: Normalised) -> Any:
    """The Jacobian of hat by x, times g: g itself, less what comes by the mean, less what by the variance.

    It is symmetric, so a tangent of x goes through it as a cotangent of hat does.
    """
    return (across(g, norm) - norm.mean(g)) * norm.inverse


def two_terms(g: Any, norm: Normalised) -> Any:
    """``three_terms`` where no mean was taken off."""
    return across(g, norm) * norm.inverse


def over_batch(x: Value, eps: float, kept: Kept = None) -> Normalised:
    """Each feature of x normalised over the examples."""
    return standardised(x, over(x, BATCH), eps, kept)


def over_features(x: Value, eps: float, kept: Kept = None) -> Normalised:
    """Each example of x normalised over its features."""
    return standardised(x, over(x, FEATURES), eps, kept)


def standardised(x: Any, mean: Mean, eps: Any, kept: Kept = None) -> Normalised:
    """``x`` less its mean, over its deviation."""
    return Normalised(kept[0], kept[1], mean) if kept else scaled(centred(x, mean), mean, eps)


def by_root_mean_square(x: Value, eps: float, kept: Kept = None) -> Normalised:
    """Each example of x over the root of its mean square, its mean left where it is."""
    mean = over(x, FEATURES)
    return Normalised(kept[0], kept[1], mean) if kept else scaled(x, mean, eps)


def features_of(x: Value) -> Shape:
    """The shape of one number for each feature; raises ValueError for a single number."""
    if not shape_of(x):
        raise ValueError("a single number has nothing to be normalised over: take a vector or a batch")
    return shape_of(x)[FEATURES:]


def features_of_batch(x: Value) -> Shape:
    """``features_of`` for a batch (B, F), or (B,) of one feature.

    Raises ValueError for another shape, and for a batch of one, of which nothing would be left.
    """
    shape = shape_of(x)
    if len(shape) not in {1, 2}:
        raise ValueError(f"batch norm takes a batch (B, F), or (B,) of one feature, not {shape}")
    if shape[BATCH] == 1:
        raise ValueError("in a batch of 1 each feature is its own mean, so hat is 0: take 2 examples or more")
    return shape[1:]


def fit(features: Shape, **parameters: Value) -> None:
    """Raises ValueError, naming it, for a parameter that is neither one number nor one for each feature."""
    for name, value in parameters.items():
        shape = shape_of(value)
        if shape and shape != features:
            raise ValueError(
                f"{name} {shape_of(value)} must be one number, or one for each feature {features}"
            )
