"""A tree to a number or an array, through the engine's rows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from math import isfinite
from types import MappingProxyType
from typing import Any

from bpdrill.model.tree import Array, Number, Tree, interpret

Value = Any
"""A float, or a numpy array of float64."""


def evaluate(tree: Tree, values: Mapping[str, Value]) -> Value:
    """The value of ``tree`` where its symbols have ``values``."""
    from bpdrill.autograd import OPS

    def apply(op: str, args: tuple[Value, ...]) -> Value:
        value = OPS[op].forward(*args)
        shape = tidied(op, getattr(value, "shape", ()))
        return value if shape is None else laid_out(value, shape)

    return interpret(tree, values, lambda constant: literal(constant, values), apply)


PRODUCTS = ("matmul", "outer", "transpose")
"""Ops that may leave a column of one column, or a matrix of one entry."""


def tidied(op: str, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape that mathematics gives a product where numpy gives it ``shape``; None where it is that.

    A column of one column is a vector and one entry a number: (aᵀ W)ᵀ is (n,) and aᵀ W b a scalar.
    """
    if op not in PRODUCTS or not shape or shape[-1] != 1:
        return None
    if len(shape) == 1 or shape[0] == 1:
        return ()
    return shape[:1]


def laid_out(value: Value, shape: tuple[int, ...]) -> Value:
    """``value`` in ``shape``, which holds as much; a single number is a float."""
    return value.reshape(shape) if shape else float(value.flat[0])


def value_at(tree: Tree, values: Mapping[str, Value]) -> Value | None:
    """As ``evaluate``, but None where there is no finite value."""
    try:
        with quiet(values):
            value = evaluate(tree, values)
    except (ArithmeticError, ValueError):
        return None
    return value if finite(value) else None


def quiet(values: Mapping[str, Value]) -> AbstractContextManager[object]:
    """Keep numpy from warning about what ``finite`` finds anyway; scalars never load it."""
    if all(isinstance(value, float) for value in values.values()):
        return nullcontext()
    from numpy import errstate

    return errstate(all="ignore")


def finite(value: Value) -> bool:
    """Whether a value, or every cell of it, is a finite number."""
    if isinstance(value, float):
        return isfinite(value)
    from numpy import isfinite as all_finite

    return bool(all_finite(value).all())


def literal(tree: Tree, values: Mapping[str, Value] = MappingProxyType({})) -> Value:
    """The value of a number, or of an array of expressions."""
    if isinstance(tree, Number):
        return float(tree.value)
    assert isinstance(tree, Array)  # noqa: S101  a symbol or an op never gets here
    from numpy import array

    return array([evaluate(item, values) for item in tree.items])
