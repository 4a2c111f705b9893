"""Ops that undo a square matrix: A x = b solved for x, the inverse, the logarithm of the determinant.

Pulled back, every one of them undoes Aᵀ.
"""

from __future__ import annotations

from math import prod
from typing import Any

from bpdrill.autograd.arithmetic.elementary import inner, matmul, transpose
from bpdrill.autograd.op import Cost, Fault, Op
from bpdrill.autograd.values import Shape, described, is_finite, shape_of
from bpdrill.model.tree import Apply


def elimination(output: Shape, A: Shape, *_rest: Shape) -> int:
    """Multiplications to bring A (n, n) to a triangle, n³/3, and n for each element of the output."""
    return A[0] ** 3 // 3 + A[0] * prod(output)


def square(A: Any, wanted: str = "a square matrix") -> Any:
    """``A`` if it has as many rows as columns; raises ValueError, saying what is ``wanted``, if not."""
    shape = shape_of(A)
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(f"it takes {wanted}, not {described(A)}")
    return A


def regular(A: Any) -> Any:
    """``A`` if it has an inverse; raises ValueError if not, as far as 16 digits can tell."""
    import numpy as np

    if not is_finite(square(A)):
        raise ValueError("A holds numbers that are not finite")
    # Elimination alone hardly ever meets a pivot of exactly 0, and would give out huge numbers.
    if np.linalg.matrix_rank(A) < len(A):
        raise ValueError("A is singular: one of its rows is made of the others, so nothing undoes it")
    return A


def fitting(A: Any, b: Any) -> Any:
    """``b`` if it has a number, or a row, for each row of A; raises ValueError if not."""
    shape = shape_of(b)
    if len(shape) not in {1, 2} or shape[0] != len(A):
        raise ValueError(f"b must be a vector or a matrix of {len(A)} rows, as A has, not {described(b)}")
    return b


def solved(A: Any, b: Any) -> Any:
    """The x of A x = b, for one column b (n,) or for several (n, m)."""
    import numpy as np

    return np.linalg.solve(A, b)


def inverted(A: Any) -> Any:
    """The inverse of A."""
    import numpy as np

    return np.linalg.inv(A)


def log_of_determinant(A: Any) -> float:
    """The logarithm of |det A|, which does not overflow where det A would."""
    import numpy as np

    return float(np.linalg.slogdet(A).logabsdet)


def determinant(A: Any) -> float:
    """The determinant of A."""
    import numpy as np

    return float(np.linalg.det(A))


PAIR = ((2.0, -0.5), (0.7, 1.5))
TRIPLE = ((3.0, 0.4, -0.6), (0.8, -2.5, 0.5), (-0.3, 1.1, 2.2))
"""Far from singular, and not symmetric; the determinant of the second is negative."""

SQUARES = ((PAIR,), (TRIPLE,), (((1.7,),),))


class Solve(Op):
    """The x of A x = b: the gradient g of b solves Aᵀ g = ct, and that of A is -g xᵀ."""

    name = "solve"
    forward = staticmethod(lambda A, b: solved(regular(A), fitting(A, b)))
    vjp = (
        lambda ct, y, A, b: -matmul(solved(A.T, ct), transpose(y)),
        lambda ct, y, A, b: solved(A.T, ct),
    )
    jvp = (
        lambda t, y, A, b: -solved(A, matmul(t, y)),
        lambda t, y, A, b: solved(A, t),
    )
    symbolic = (
        lambda ct, y, A, b: -(Apply("solve", (A.T, ct)) @ y.T),
        lambda ct, y, A, b: Apply("solve", (A.T, ct)),
    )
    keeps = ("y", "A")
    cost = Cost(forward=1, backward=2, per=elimination)
    faults = (
        Fault("solve.transpose-missing", 0, lambda ct, y, A, b: -matmul(solved(A, ct), transpose(y))),
        Fault("solve.transpose-missing", 1, lambda ct, y, A, b: solved(A, ct)),
        Fault("solve.sign-lost", 0, lambda ct, y, A, b: matmul(solved(A.T, ct), transpose(y))),
        Fault("solve.swapped", 0, lambda ct, y, A, b: -matmul(y, transpose(solved(A.T, ct)))),
        Fault("solve.multiplied", 1, lambda ct, y, A, b: matmul(A.T, ct)),
    )
    specimens = (
        (PAIR, (0.5, -2.0)),
        (TRIPLE, (1.2, 0.3, -0.8)),
        (TRIPLE, ((1.0, 2.0), (-0.7, 0.4), (0.3, -1.1))),
        (PAIR, ((0.6, -1.2, 0.9), (1.4, 0.2, -0.8))),
        (((1.7,),), (0.6,)),
    )


class Inverse(Op):
    """A⁻¹: moving A moves it by -A⁻¹ t A⁻¹, so the upstream stands between two A⁻ᵀ, with a minus."""

    name = "inverse"
    forward = staticmethod(lambda A: inverted(regular(A)))
    vjp = (lambda ct, y, A: -(y.T @ ct @ y.T),)
    jvp = (lambda t, y, A: -(y @ t @ y),)
    symbolic = (lambda ct, y, A: -(y.T @ ct @ y.T),)
    keeps = ("y",)
    cost = Cost(forward=1, backward=2, per=elimination)
    faults = (
        Fault("inverse.transpose-missing", 0, lambda ct, y, A: -(y @ ct @ y)),
        Fault("inverse.sign-lost", 0, lambda ct, y, A: y.T @ ct @ y.T),
        Fault("inverse.elementwise", 0, lambda ct, y, A: -ct * y**2, where="where A is not diagonal"),
    )
    specimens = SQUARES


class LogDet(Op):
    """log |det A|: its gradient is A⁻ᵀ, as 1/a is that of log |a|."""

    name = "logdet"
    forward = staticmethod(lambda A: log_of_determinant(regular(A)))
    vjp = (lambda ct, y, A: ct * inverted(A).T,)
    jvp = (lambda t, y, A: inner(inverted(A).T, t),)
    symbolic = (lambda ct, y, A: ct * Apply("inverse", (A,)).T,)
    keeps = ("A",)
    cost = Cost(forward=1, backward=4, per=elimination)
    faults = (
        Fault("logdet.transpose-missing", 0, lambda ct, y, A: ct * inverted(A)),
        Fault("logdet.log-forgotten", 0, lambda ct, y, A: ct * determinant(A) * inverted(A).T),
    )
    specimens = SQUARES
