"""Functions of a float or of an array, element by element where nothing else is said.

``math`` serves floats and numpy arrays, so that a run on scalars never loads numpy.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from bpdrill.autograd.values import Value, described, settled, shape_of, size_of


def _float_or_array(on_float: Callable[[float], float]) -> Callable[[Value], Value]:
    """The function that is ``on_float`` for a float and numpy's function of that name for an array."""

    def function(x: Value) -> Value:
        if isinstance(x, float):
            return on_float(x)
        import numpy as np

        on_array: Callable[[Value], Value] = vars(np)[on_float.__name__]
        return on_array(x)

    return function


exp = _float_or_array(math.exp)
log = _float_or_array(math.log)
sqrt = _float_or_array(math.sqrt)
sin = _float_or_array(math.sin)
cos = _float_or_array(math.cos)
tanh = _float_or_array(math.tanh)
fabs = _float_or_array(math.fabs)


def power(x: Value, n: Value) -> Value:
    """The n-th power of x; never complex, as Python's own ``**`` may be."""
    if isinstance(x, float) and isinstance(n, float):
        return math.pow(x, n)
    return x**n


def sigmoid(x: Value) -> Value:
    """1 / (1 + e^-x), by an exponential that cannot overflow at either end."""
    decay = exp(-fabs(x))
    # The numerator is decay^1 below 0 and decay^0 above: e^x / (1 + e^x), then 1 / (1 + e^-x).
    return power(decay, settled(x < 0)) / (1 + decay)


def relu(x: Value) -> Value:
    """The larger of x and 0."""
    return max(x, 0.0) if isinstance(x, float) else x.clip(min=0.0)


def total(x: Value) -> float:
    """The sum of all elements."""
    return x if isinstance(x, float) else float(x.sum())


def mean(x: Value) -> float:
    """The sum of all elements over their number."""
    return total(x) / size_of(x)


def inner(a: Value, b: Value) -> float:
    """<a, b>: the products of matching elements, summed."""
    return total(a * b)


def transpose(x: Value) -> Value:
    """A matrix with its axes swapped; a vector (n,), which is a column, as the row (1, n).

    Raises ValueError above rank 2.
    """
    if isinstance(x, float):
        return x
    if x.ndim > 2:
        raise ValueError(f"only a vector or a matrix has a transpose, this is an {described(x)}")
    return x[None, :] if x.ndim == 1 else x.T


def matmul(a: Value, b: Value) -> Value:
    """The product a @ b: matrix by matrix, matrix by vector, vector by vector (their inner product).

    A vector (m,) is a column, so (m,) @ (1, n) is the outer product (m, n). A scalar
    scales: the cotangent of an inner product is one.
    """
    if isinstance(a, float) or isinstance(b, float):
        return a * b
    column = a[:, None] if (a.ndim, b.ndim) == (1, 2) else a
    product: Value = column @ b
    return product if shape_of(product) else float(product)


def outer(a: Value, b: Value) -> Value:
    """a_i · b_j in row i and column j, for vectors (m,) and (n,)."""
    return matmul(a, transpose(b))


def softmax(z: Value) -> Value:
    """e^z_i over the sum of all e^z_j, along the last axis."""
    exponentials = exp(_below_largest(z))
    return exponentials / along_last(exponentials)


def log_softmax(z: Value) -> Value:
    """The logarithm of softmax, finite even where softmax itself is 0 in floating point."""
    shifted = _below_largest(z)
    return shifted - log(along_last(exp(shifted)))


def _below_largest(z: Value) -> Value:
    """Logits less the largest: softmax stays the same, and no exponential overflows."""
    largest: Value = z if isinstance(z, float) else z.max(axis=-1, keepdims=True)
    return z - largest


def along_last(x: Value) -> Value:
    """Sums along the last axis, which stays as an axis of length 1."""
    sums: Value = x if isinstance(x, float) else x.sum(axis=-1, keepdims=True)
    return sums
