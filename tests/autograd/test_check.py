"""The checker is checked: rows wrong in small ways, and each is caught."""
# ruff: noqa: ARG005  all rules of a row take the same arguments, whether they need them or not

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bpdrill.autograd import OPS, Fault, Op, check_op
from bpdrill.autograd import op as op_module
from bpdrill.autograd.arithmetic.elementary import matmul, transpose
from bpdrill.autograd.op import PARTS
from bpdrill.model.tree import Array, Number

WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("sin", {"vjp": (lambda ct, y, a: 1.001 * OPS["sin"].vjp[0](ct, y, a),)}, "vjp against jvp"),
    ("sin", {"jvp": (lambda t, y, a: 1.001 * OPS["sin"].jvp[0](t, y, a),)}, "jvp against central"),
    ("sin", {"symbolic": (lambda ct, y, a: ct * y * a,)}, "symbolic against vjp"),
    ("exp", {"forward": lambda a: a * a}, "jvp against central"),
    ("mul", {"vjp": OPS["mul"].vjp[::-1]}, "vjp against jvp"),
    ("matmul", {"vjp": OPS["matmul"].jvp, "jvp": OPS["matmul"].vjp}, "argument 0"),
    ("matmul", {"vjp": (lambda ct, y, a, b: matmul(ct, b), OPS["matmul"].vjp[1])}, "argument 0"),
    ("matmul", {"vjp": (OPS["matmul"].vjp[0], lambda ct, y, a, b: matmul(a, ct))}, "argument 1"),
    ("outer", {"vjp": (OPS["outer"].vjp[0], lambda ct, y, a, b: matmul(ct, transpose(a)))}, "argument 1"),
    ("softmax", {"vjp": (lambda ct, y, z, axis=-1: ct * y * (1 - y),)}, "vjp against jvp"),
    ("mean", {"vjp": OPS["sum"].vjp}, "vjp against jvp"),
    ("log", {"specimens": ((0.0,),)}, "log-wrong: forward has no value"),
    ("relu", {"faults": (Fault("relu.right", 0, OPS["relu"].vjp[0]),)}, "relu.right of argument 0 never"),
    ("neg", {"symbolic": (lambda ct, y, a: Array((Number(Fraction(1)), ct)),)}, "not of Symbol"),
    ("tanh", {"keeps": ()}, "vjp without what is not kept"),
    ("mul", {"keeps": ("a",)}, "vjp without what is not kept"),
    (
        "softmax",
        {"stacks": True, "vjp": (lambda ct, y, z, axis=-1: y * (ct - np.sum(ct * y)),)},
        "a stack of values",
    ),
    (
        "softmax_ce",
        {"remember": lambda z, y, mean=0: (OPS["softmax_ce"].forward(z, y, mean), (z,))},
        "remembered",
    ),
    (
        "batch_norm",
        {
            "remember": OPS["batch_norm"].remember,
            "together": lambda ct, y, *given, kept: (ct, ct * kept[0], ct),
        },
        "remembered",
    ),
    (
        "sin",  # right where it is looked at, and nowhere else
        {
            "specimens": ((0.7,),),
            "symbolic": (lambda ct, y, a: ct * Number(Fraction(math.cos(0.7))),),
        },
        "second order against central",
    ),
)


def mutant(name: str, changes: dict[str, Any]) -> type[Op]:
    """The row of that name with ``changes``, kept out of the table of ops."""
    row = OPS[name]
    body = {part: getattr(row, part) for part in PARTS} | {"name": f"{name}-wrong"} | changes
    wrong: type[Op] = type("Wrong", (Op,), body)
    op_module._rows.pop(wrong.name)
    return wrong


@pytest.mark.parametrize(("name", "changes", "says"), WRONG)
def test_a_wrong_row_is_caught(name: str, changes: dict[str, Any], says: str) -> None:
    complaints = check_op(mutant(name, changes))
    assert any(says in complaint for complaint in complaints), complaints


FLAT = ("count", "greater", "sign", "stop_gradient")
"""Rows whose gradient is 0 everywhere: a thousandth of nothing is nothing."""

SAYS = {"vjp": "vjp against jvp", "jvp": "jvp against central", "symbolic": "symbolic against vjp"}


@pytest.mark.parametrize("part", SAYS)
@pytest.mark.parametrize("name", sorted(OPS))
def test_a_rule_wrong_by_a_thousandth_is_caught_in_every_row(
    name: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = OPS[name]
    off = tuple(
        lambda *given, rule=rule, **known: rule(*given, **known) * 1.001 for rule in getattr(row, part)
    )
    monkeypatch.setattr(row, part, off)
    caught = any(SAYS[part] in complaint for complaint in check_op(row))
    assert caught is (name not in FLAT)


def test_an_unchanged_copy_passes() -> None:
    assert check_op(mutant("matmul", {})) == []
