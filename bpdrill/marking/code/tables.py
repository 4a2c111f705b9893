"""The tables ``np``, ``torch`` and ``math``.

A program never meets the modules themselves: who holds numpy holds files and processes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from bpdrill.marking.code.makers import OWN, array, at, multi_dot, norm, of_torch, one_hot, scalar
from bpdrill.marking.code.rows import by_rows
from bpdrill.marking.code.things import Builtin, Module, StudentError

CONSTANTS: Mapping[str, Any] = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None}
TYPES = ("float64", "float32", "int64", "int32", "bool_")


@cache
def numpy_table() -> Module:
    """What ``np`` stands for."""
    import numpy as np

    rows = by_rows(np)
    for name, sign in (("add", 1), ("subtract", -1)):
        members = {**rows[name].members, "at": Builtin(f"{name}.at", at(sign))}
        rows[name] = Builtin(name, rows[name].call, members=members)
    own = {name: Builtin(name, call) for name, call in OWN.items()}
    cells = {name: Builtin(name, converted(name)) for name in TYPES}
    cells["ndarray"] = Builtin("ndarray", no_constructor, types=(np.ndarray,))
    linalg = Module(
        "np.linalg", {"norm": Builtin("norm", norm), "multi_dot": Builtin("multi_dot", multi_dot)}
    )
    return Module("np", {**rows, **own, **cells, **CONSTANTS, "linalg": linalg})


def converted(name: str) -> Callable[..., Any]:
    """``np.float64(x)``."""
    return lambda machine, given, _named: array(machine, given[:1], {"dtype": name})[()]


def no_constructor(*_: Any) -> Any:
    """Arrays are made by ``np.array`` and ``np.zeros``."""
    raise StudentError("make arrays by np.array or np.zeros")


@cache
def torch_table() -> Module:
    """What ``torch`` stands for: the same arrays, under the names people know from there."""
    known = numpy_table().members
    renamed = {
        **dict.fromkeys(("tensor", "as_tensor", "from_numpy"), known["array"]),
        "clamp": known["clip"],
        "ger": known["outer"],
        "mm": known["matmul"],
        "mv": known["matmul"],
        "cat": known["concatenate"],
        **{name: Builtin(name, of_torch(name)) for name in ("relu", "sigmoid", "softmax", "log_softmax")},
        "one_hot": Builtin("one_hot", one_hot),
        "Tensor": known["ndarray"],
        "float": known["float64"],
    }
    return Module("torch", {**known, **renamed})


@cache
def math_table() -> Module:
    """What ``math`` stands for."""
    names = ("exp", "log", "sqrt", "tanh", "sin", "cos", "fabs", "isnan", "isfinite", "floor", "ceil")
    rows = {name: Builtin(name, scalar(getattr(math, name))) for name in names}
    return Module("math", {**rows, **CONSTANTS})


def member(table: Module | Builtin, name: str) -> Any:
    """What a table has under ``name``."""
    if name in table.members:
        return table.members[name]
    from difflib import get_close_matches

    near = get_close_matches(name, table.members, 1)
    more = f"; did you mean {near[0]}?" if near else ""
    raise StudentError(f"{table.name} has no {name} here{more}")
