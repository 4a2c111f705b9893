"""Functions of a float or of an array, element by element where nothing else is said.

``math`` serves floats and numpy arrays, so that a run on scalars never loads numpy.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

from bpdrill.autograd.values import Value, numpys


def _float_or_array(on_float: Callable[[float], float], on_array: str) -> Callable[[Value], Value]:
    """The function that is ``on_float`` for a float and numpy's ``on_array`` for an array."""
    whole: Any = None

    def function(x: Value) -> Value:
        nonlocal whole
        if isinstance(x, float):
            return on_float(x)
        whole = whole or numpys(on_array)
        value: Value = whole(x)
        return value

    return function


def _floats_or_arrays(
    on_floats: Callable[[float, float], float], on_arrays: str
) -> Callable[[Value, Value], Value]:
    """The function that is ``on_floats`` for two floats, and numpy's ``on_arrays`` where one is an array."""
    whole: Any = None

    def function(a: Value, b: Value) -> Value:
        nonlocal whole
        if isinstance(a, float) and isinstance(b, float):
            return on_floats(a, b)
        whole = whole or numpys(on_arrays)
        value: Value = whole(a, b)
        return value

    return function


exp = _float_or_array(math.exp, "exp")
log = _float_or_array(math.log, "log")
sqrt = _float_or_array(math.sqrt, "sqrt")
sin = _float_or_array(math.sin, "sin")
cos = _float_or_array(math.cos, "cos")
tanh = _float_or_array(math.tanh, "tanh")
fabs = _float_or_array(math.fabs, "fabs")
expm1 = _float_or_array(math.expm1, "expm1")
log1p = _float_or_array(math.log1p, "log1p")
nearest = _float_or_array(lambda x: float(round(x)), "rint")
"""The nearest whole number; of two that are equally near, the even one."""
maximum = _floats_or_arrays(max, "maximum")
"""The larger of each two."""
minimum = _floats_or_arrays(min, "minimum")
"""The smaller of each two."""
sign = _float_or_array(lambda x: float((x > 0) - (x < 0)), "sign")
"""-1, 0 or 1."""


def erf(x: Value) -> Value:
    """The error function, 2/√π times the integral of e^(-s²) from 0 to x."""
    if isinstance(x, float):
        return math.erf(x)
    import numpy as np

    # Numpy has none of its own, and math's is right to the last digit.
    return np.asarray(np.frompyfunc(math.erf, 1, 1)(x), dtype=np.float64)


def power(x: Value, n: Value) -> Value:
    """The n-th power of x; never complex, as Python's own ``**`` may be."""
    if isinstance(x, float) and isinstance(n, float):
        return math.pow(x, n)
    return x**n


def sigmoid(x: Value) -> Value:
    """1 / (1 + e^-x), to the last digit at both ends: it is 1 in floating point from 40 on."""
    growth = exp(minimum(x, 40.0))
    if isinstance(growth, float):
        return growth / (1 + growth)
    below = growth + 1
    growth /= below
    return growth


def softplus(x: Value) -> Value:
    """log(1 + e^x), by an exponential that cannot overflow."""
    return log1p(exp(-fabs(x))) + relu(x)


def relu(x: Value) -> Value:
    """The larger of x and 0."""
    return maximum(x, 0.0)


def above_zero(x: Value) -> Value:
    """1 where x is above 0, and 0 elsewhere: as numbers, for which products are quicker than for truths."""
    if isinstance(x, float):
        return float(x > 0)
    mask: Any = x > 0
    numbers: Value = mask.astype(float)
    return numbers


def choose(condition: Any, a: Value, b: Value) -> Value:
    """``a`` where ``condition`` is anything but 0, else ``b``."""
    if isinstance(condition, float | bool) and isinstance(a, float) and isinstance(b, float):
        return a if condition else b
    chosen: Value = numpys("where")(condition, a, b)
    return chosen


def half(x: Value) -> Value:
    """The nearest number of 16 bits (11 of them significant): 0 below 3e-8, infinite from 65520 on."""
    if isinstance(x, float):
        return _half_of_float(x)
    import numpy as np

    return x.astype(np.float16).astype(np.float64)


def _half_of_float(x: float) -> float:
    try:
        rounded: float = struct.unpack("e", struct.pack("e", x))[0]
    except OverflowError:
        return math.copysign(math.inf, x)
    return rounded


def total(x: Value) -> float:
    """The sum of all elements."""
    return x if isinstance(x, float) else float(x.sum())


def inner(a: Value, b: Value) -> float:
    """<a, b>: the products of matching elements, summed, for two of one shape."""
    if isinstance(a, float) or isinstance(b, float):
        return total(a * b)
    return float(numpys("vdot")(a, b))


def transpose(x: Value) -> Value:
    """A matrix, or each of a stack, with its axes swapped; a vector (n,), which is a column, as (1, n)."""
    if isinstance(x, float):
        return x
    if x.ndim == 2:
        return x.T
    return x[None, :] if x.ndim == 1 else x.swapaxes(-1, -2)


def matmul(a: Value, b: Value) -> Value:
    """The product a @ b: matrix by matrix, matrix by vector, vector by vector (their inner product).

    A vector (m,) is a column, so (m,) @ (1, n) is the outer product (m, n). Stacks of
    matrices are multiplied matrix by matrix. A scalar scales: the cotangent of an inner
    product is one. Raises ValueError where sizes do not fit.

    Where no stack is met, ``dot`` says the same as ``@`` for a third of its price in small.
    """
    if isinstance(a, float) or isinstance(b, float):
        return a * b
    try:
        product: Any = a.dot(b) if a.ndim == 2 == b.ndim else _other_product(a, b)
    except ValueError as error:
        raise ValueError(_misfit(a, b)) from error
    return product if product.ndim else float(product)


def _other_product(a: Any, b: Any) -> Any:
    """``matmul`` of stacks of matrices, or with a vector."""
    if a.ndim > 1 and b.ndim > 1:
        return a @ b
    if a.ndim > 2 or b.ndim > 2:
        raise ValueError(_misfit(a, b))
    return (a[:, None] if a.ndim == 1 and b.ndim == 2 else a).dot(b)


def _misfit(a: Any, b: Any) -> str:
    """Why two arrays have no product."""
    if min(a.ndim, b.ndim) == 1 and max(a.ndim, b.ndim) > 2:
        return "a vector goes with one matrix, not with a stack of them"
    left = 1 if a.ndim == 1 and b.ndim == 2 else a.shape[-1]
    right = b.shape[-2] if b.ndim > 1 else len(b)
    if left != right:
        return f"the inner sizes {left} and {right} differ"
    return f"the stacks {a.shape[:-2]} and {b.shape[:-2]} do not go together"


def outer(a: Value, b: Value) -> Value:
    """a_i · b_j in row i and column j, for vectors (m,) and (n,)."""
    return matmul(a, transpose(b))
