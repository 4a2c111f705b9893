"""Operators, comparisons and truth, each asked of the meter before anything is made."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bpdrill.marking.code.meter import Meter, bits, broadcast, multiplied, words
from bpdrill.marking.code.things import Instance, StudentError

BINARY: Mapping[type[ast.operator], str] = MappingProxyType(
    {
        ast.Add: "add",
        ast.Sub: "sub",
        ast.Mult: "mul",
        ast.Div: "truediv",
        ast.FloorDiv: "floordiv",
        ast.Mod: "mod",
        ast.Pow: "pow",
        ast.MatMult: "matmul",
        ast.BitAnd: "and",
        ast.BitOr: "or",
        ast.BitXor: "xor",
    }
)
"""Operators by the name that their methods have."""
COMPUTE: Mapping[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = MappingProxyType(
    {
        "add": (operator.add, operator.iadd),
        "sub": (operator.sub, operator.isub),
        "mul": (operator.mul, operator.imul),
        "truediv": (operator.truediv, operator.itruediv),
        "floordiv": (operator.floordiv, operator.ifloordiv),
        "mod": (operator.mod, operator.imod),
        "pow": (operator.pow, operator.ipow),
        "matmul": (operator.matmul, operator.matmul),
        "and": (operator.and_, operator.iand),
        "or": (operator.or_, operator.ior),
        "xor": (operator.xor, operator.ixor),
    }
)
"""How each is computed: anew, and in place."""
UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = MappingProxyType(
    {ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert}
)
COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.Is: operator.is_,
        ast.IsNot: operator.is_not,
    }
)
IDENTITY = (ast.Is, ast.IsNot)


def from_numpy(value: Any) -> bool:
    """Whether a value is an array or one of its cells."""
    return type(value).__module__ == "numpy"


def is_array(value: Any) -> bool:
    """Whether a value is an array."""
    return from_numpy(value) and hasattr(value, "flags") and type(value).__name__ == "ndarray"


def numeric(value: Any) -> bool:
    """Whether arithmetic may be done with a value by numpy or by Python itself."""
    return isinstance(value, int | float) or from_numpy(value)


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of a number or an array."""
    return value.shape if from_numpy(value) else ()


def kind(value: Any) -> str:
    """What a value is, in a learner's words."""
    if is_array(value):
        return f"an array of shape {words(value.shape)}"
    return "None (does a function lack its return?)" if value is None else f"a {type(value).__name__.lower()}"


# ── arithmetic ───────────────────────────────────────────────────────────────────────────────────


def binary(machine: Any, name: str, a: Any, b: Any, *, in_place: bool = False) -> Any:
    """``a name b``: by a learner's own method, of numbers and arrays, or of containers."""
    if isinstance(a, Instance) or isinstance(b, Instance):
        return by_method(machine, name, a, b)
    if numeric(a) and numeric(b):
        return arithmetic(machine.meter, name, a, b, in_place=in_place)
    if name == "mod" and isinstance(a, str):
        filled: str = machine.filled_by_percent(a, b)
        return filled
    if (joined := JOINS.get((name, type(a), type(b)))) is not None:
        return joined(machine.meter, a, b, in_place)
    raise StudentError(f"{kind(a)} and {kind(b)} cannot be combined by {SIGNS[name]}")


SIGNS = dict(zip(BINARY.values(), ("+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^"), strict=True))


def by_method(machine: Any, name: str, a: Any, b: Any) -> Any:
    """What the method of a learner's class says."""
    for own, other, method in ((a, b, f"__{name}__"), (b, a, f"__r{name}__")):
        if isinstance(own, Instance) and method in own.kind.members:
            return machine.call(own.kind.members[method], (own, other), {})
    owner = a if isinstance(a, Instance) else b
    raise StudentError(f"{owner.kind.name} has no method for {SIGNS[name]} here")


def arithmetic(meter: Meter, name: str, a: Any, b: Any, *, in_place: bool) -> Any:
    """Of numbers and arrays, once the size of the result is known."""
    if name == "matmul":
        shape, work = multiplied(shape_of(a), shape_of(b))
        meter.product(work)
        meter.array(shape)
    elif from_numpy(a) or from_numpy(b):
        fit_in_place(a, meter, broadcast([shape_of(a), shape_of(b)]), in_place=in_place)
    elif name in LENGTHS and isinstance(a, int) and isinstance(b, int):
        meter.whole(LENGTHS[name](a, b))
    anew, in_its_place = COMPUTE[name]
    return real(in_its_place(a, b) if in_place and is_array(a) else anew(a, b))


def fit_in_place(a: Any, meter: Meter, shape: tuple[int, ...], *, in_place: bool) -> None:
    """The result is a new array, or must fit where ``a`` is."""
    if not (in_place and is_array(a)):
        meter.array(shape)
    elif shape != a.shape:
        raise StudentError(f"the shape {words(shape)} does not fit into {words(a.shape)}")


LENGTHS: Mapping[str, Callable[[int, int], int]] = MappingProxyType(
    {
        "add": lambda a, b: max(bits(a), bits(b)) + 1,
        "mul": lambda a, b: bits(a) + bits(b),
        "pow": lambda a, b: bits(a) * max(b, 0),
    }
)
"""How many bits a whole number will have."""


def real(value: Any) -> Any:
    """``value``, if it is a real number or an array of them."""
    if isinstance(value, complex) or (from_numpy(value) and value.dtype.kind not in "biuf"):
        raise StudentError("only real numbers are computed with here (a root of a negative number?)")
    return value


def joined_texts(meter: Meter, a: str, b: str, _in_place: bool) -> str:  # noqa: FBT001  a row of JOINS
    """Two texts, one after the other."""
    meter.text(len(a) + len(b))
    return a + b


def joined_rows(meter: Meter, a: Any, b: Any, in_place: bool) -> Any:  # noqa: FBT001  a row of JOINS
    """Two lists or tuples, one after the other."""
    meter.entries(len(a) + len(b))
    return COMPUTE["add"][in_place](a, b)


def repeated(meter: Meter, a: Any, b: Any, _in_place: bool) -> Any:  # noqa: FBT001  a row of JOINS
    """A list, tuple or text, so many times."""
    times = max(a if isinstance(a, int) else b, 0)
    length = len(b if isinstance(a, int) else a)
    (meter.text if str in (type(a), type(b)) else meter.entries)(times * length)
    return a * b


def combined(compute: Callable[[Any, Any], Any]) -> Callable[[Meter, Any, Any, bool], Any]:
    """Two sets or dicts made one."""

    def join(meter: Meter, a: Any, b: Any, _in_place: bool) -> Any:  # noqa: FBT001  a row of JOINS
        meter.entries(len(a) + len(b))
        return compute(a, b)

    return join


JOINS: Mapping[tuple[str, type, type], Callable[[Meter, Any, Any, bool], Any]] = MappingProxyType(
    {
        ("add", str, str): joined_texts,
        ("add", list, list): joined_rows,
        ("add", tuple, tuple): joined_rows,
        **{("mul", row, int): repeated for row in (list, tuple, str)},
        **{("mul", int, row): repeated for row in (list, tuple, str)},
        ("or", set, set): combined(operator.or_),
        ("and", set, set): combined(operator.and_),
        ("sub", set, set): combined(operator.sub),
        ("or", dict, dict): combined(operator.or_),
    }
)
"""What else may be combined, and how."""


def unary(machine: Any, name: type[ast.unaryop], value: Any) -> Any:
    """``-value`` and its kin."""
    if name is ast.Not:
        return not truth(value)
    if isinstance(value, Instance) and "__neg__" in value.kind.members and name is ast.USub:
        return machine.call(value.kind.members["__neg__"], (value,), {})
    if not numeric(value):
        raise StudentError(f"there is no minus of {kind(value)}")
    machine.meter.array(shape_of(value))
    return UNARY[name](value)


# ── truth and comparison ─────────────────────────────────────────────────────────────────────────


def truth(value: Any) -> bool:
    """Whether a value counts as true."""
    if is_array(value) and value.size != 1:
        raise StudentError(
            f"an array of shape {words(value.shape)} is neither true nor false; use np.where or a mask"
        )
    return bool(value)


def compare(meter: Meter, name: type[ast.cmpop], a: Any, b: Any) -> Any:
    """One comparison."""
    if name in (ast.In, ast.NotIn):
        return contains(meter, b, a) == (name is ast.In)
    if (is_array(a) or is_array(b)) and name not in IDENTITY and numeric(a) and numeric(b):
        meter.array(broadcast([shape_of(a), shape_of(b)]))
    elif isinstance(a, list | tuple | set | dict | str):
        meter.entries(len(a))
    return COMPARE[name](a, b)


def contains(meter: Meter, container: Any, value: Any) -> bool:
    """Whether a container holds ``value``."""
    if not isinstance(container, list | tuple | set | dict | str | range | dict_views()):
        raise StudentError(f"{kind(container)} cannot be searched with in")
    meter.entries(len(container) if isinstance(container, list | tuple | str) else 1)
    return value in container


def dict_views() -> Any:
    """Keys, values and pairs of a dict."""
    return type({}.keys()) | type({}.values()) | type({}.items())


# ── parts ────────────────────────────────────────────────────────────────────────────────────────


def whole(value: Any) -> Any:
    """A whole number, or None in a slice."""
    if value is None:
        return None
    if not isinstance(value, int) and not (
        from_numpy(value) and value.dtype.kind in "iu" and value.size == 1
    ):
        raise StudentError(f"an index is a whole number, not {kind(value)}")
    return int(value)


def parts_of(machine: Any, value: Any) -> Sequence[Any]:
    """What a loop over ``value`` goes through."""
    if is_array(value) and value.ndim:
        machine.meter.entries(len(value))
        return list(value)
    if isinstance(value, list | tuple | range | str | dict | set | dict_views()):
        machine.meter.entries(len(value))
        return list(value)
    raise StudentError(f"{kind(value)} cannot be gone through")
