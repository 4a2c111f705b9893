"""The derivatives of a matrix product, of one upstream or tangent or of a stack of them.

In words all four are matrix products again: ct bᵀ, aᵀ ct, t b and a t. What they take into
account is that a vector (n,) is a column, that an inner product has a scalar cotangent, and
that a stack has one more axis, ahead of the value's own.
"""

from __future__ import annotations

from typing import Any


def ct_by_transposed(ct: Any, b: Any, a: Any) -> Any:
    """What ``a`` gets of a @ b: ct bᵀ."""
    if a.__class__ is float or b.__class__ is float or ct.__class__ is float:
        return ct * b
    if b.ndim == 1:
        return ct[..., None] * b
    if a.ndim == 2 == b.ndim == ct.ndim:
        return ct.dot(b.T)
    share = ct @ swapped(b)
    return share[..., 0] if a.ndim == 1 else share


def transposed_by_ct(a: Any, ct: Any, b: Any) -> Any:
    """What ``b`` gets of a @ b: aᵀ ct."""
    if a.__class__ is float or b.__class__ is float or ct.__class__ is float:
        return ct * a
    if a.ndim == 1:
        return ct[..., None] * a if b.ndim == 1 else a[None, :] @ ct
    if b.ndim == 1:
        return ct.dot(a)
    return a.T.dot(ct) if a.ndim == 2 == ct.ndim else swapped(a) @ ct


def tangent_by_right(t: Any, b: Any, a: Any) -> Any:
    """How a @ b moves when ``a`` moves along t: t b."""
    if a.__class__ is float or b.__class__ is float:
        return t * b
    if a.ndim == 1 and b.ndim > 1:
        return (t[:, None] if t.ndim == 1 else t.reshape(len(t), -1, 1)) @ b
    return t @ b


def left_by_tangent(a: Any, t: Any, b: Any) -> Any:
    """How a @ b moves when ``b`` moves along t: a t. A stack of columns is a matrix on its side."""
    if a.__class__ is float or b.__class__ is float:
        return a * t
    if b.ndim == 1:
        return a.dot(t.T).T
    return (a[:, None] if a.ndim == 1 else a) @ t


def swapped(x: Any) -> Any:
    """Each matrix of a stack transposed."""
    return x.swapaxes(-1, -2)
