"""What may stand after a dot: attributes and methods by the type of what stands before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from bpdrill.marking.code.arguments import as_array, shape_from, type_of
from bpdrill.marking.code.classes import bound, of_above, of_instance
from bpdrill.marking.code.operators import (
    from_numpy,
    is_array,
    kind,
    numeric,
    parts_of,
    shape_of,
    truth,
    whole,
)
from bpdrill.marking.code.tables import member, numpy_table, torch_table
from bpdrill.marking.code.things import Above, Builtin, Class, Instance, Module, StudentError

Method = Callable[..., Any]
"""Machine, the object, then the arguments."""


def attribute(value: Any, name: str, *, called: bool = False) -> Any:
    """``value.name``, out of a table; nothing is ever looked up on the object itself."""
    if isinstance(value, Instance):
        return of_instance(value, name)
    if isinstance(value, Above):
        return of_above(value, name)
    if isinstance(value, Module | Builtin):
        return member(value, name)
    if isinstance(value, Class) and name in value.members:
        return bound(value.members[name], value, value)
    if numeric(value):
        return of_numeric(value, name, called=called)
    method = METHODS.get(type(value), {}).get(name)
    if method is None:
        raise StudentError(f"{kind(value)} has no {name} here")
    return Builtin(name, lambda m, given, named: method(m, value, *given, **named))


def of_numeric(value: Any, name: str, *, called: bool) -> Any:
    """Of an array, or of a number as an array without axes."""
    if name in PROPERTIES and not (called and name in ARRAY_METHODS):
        return PROPERTIES[name](value)
    if name in ARRAY_METHODS:
        own = ARRAY_METHODS[name]
        return Builtin(name, lambda m, given, named: own(m, value, *given, **named))
    if name in FROM_TABLE:
        row = torch_table().members[FROM_TABLE[name]]
        return Builtin(name, lambda m, given, named: row.call(m, (value, *given), named))
    raise StudentError(f"{kind(value)} has no {name} here")


def transposed(value: Any) -> Any:
    """``a.T``: a view; a vector stays as it is, as in numpy."""
    return value.T if is_array(value) else value


def cells_of(value: Any) -> str:
    """The name of the type of an array's numbers."""
    letter = value.dtype.kind if from_numpy(value) else "i" if isinstance(value, int) else "f"
    return {"b": "bool_", "f": "float64"}.get(letter, "int64")


PROPERTIES: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "T": transposed,
        "mT": transposed,
        "shape": shape_of,
        "ndim": lambda value: len(shape_of(value)),
        "size": lambda value: int(value.size) if is_array(value) else 1,
        "data": lambda value: value,
        "dtype": lambda value: numpy_table().members[cells_of(value)],
    }
)
FROM_TABLE: Mapping[str, str] = MappingProxyType(
    {
        name: name
        for name in (
            *("sum", "mean", "max", "min", "prod", "any", "all", "argmax", "argmin", "var", "std", "cumsum"),
            *("dot", "matmul", "clip", "round", "ravel", "squeeze", "outer", "exp", "log", "sqrt", "tanh"),
            *("trace", "argsort", "repeat", "abs", "square", "sign", "nonzero", "swapaxes"),
            *("relu", "sigmoid", "softmax", "log_softmax"),
        )
    }
    | {"mm": "matmul", "mv": "matmul", "clamp": "clip", "unsqueeze": "expand_dims"}
    | {"add": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "pow": "power"}
)
"""Methods that are the function of the same name, or of another."""


def copied(machine: Any, value: Any, *_: Any) -> Any:
    """A new array."""
    machine.meter.array(shape_of(value))
    return value.copy() if is_array(value) else value


def flattened(machine: Any, value: Any) -> Any:
    """A new array in one row."""
    return copied(machine, as_array(machine, value)).reshape(-1)


def cast_to(dtype: type) -> Method:
    """``.float()`` and its kin."""
    return lambda machine, value: as_type(machine, value, Builtin(dtype.__name__, lambda *_: None))


def as_type(machine: Any, value: Any, dtype: Any, **_named: Any) -> Any:
    """``.astype(float)``."""
    machine.meter.array(shape_of(value))
    meant = type_of(dtype)
    return value.astype(meant) if is_array(value) else meant(value)


def reshaped(machine: Any, value: Any, *shape: Any) -> Any:
    """``.reshape(-1, 1)``, ``.reshape((3, 4))``."""
    machine.meter.array(shape_of(value))
    return as_array(machine, value).reshape(shape_from(shape[0] if len(shape) == 1 else shape))


def permuted(machine: Any, value: Any, *axes: Any) -> Any:
    """``.transpose()``, ``.transpose(1, 0)``, ``.transpose((1, 0))``."""
    given = axes[0] if len(axes) == 1 and isinstance(axes[0], tuple | list) else axes
    machine.meter.array(shape_of(value))
    return value.transpose(*map(whole, given)) if is_array(value) else value


def the_number(_machine: Any, value: Any) -> Any:
    """``.item()``."""
    if is_array(value) and value.size != 1:
        raise StudentError("item() is for an array of one number")
    return value.item() if is_array(value) else value


def as_list(machine: Any, value: Any) -> Any:
    """``.tolist()``."""
    machine.meter.entries(int(value.size) if is_array(value) else 1)
    return value.tolist() if is_array(value) else value


def fill(_machine: Any, value: Any, number: Any) -> None:
    """``.fill(0)``, ``.fill_(0)``."""
    value[...] = float(number)


def sized(_machine: Any, value: Any, axis: Any = None) -> Any:
    """``.size()`` and ``.size(0)``, as torch has them."""
    return shape_of(value) if axis is None else shape_of(value)[whole(axis)]


ARRAY_METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "copy": copied,
        "clone": copied,
        "detach": lambda _machine, value: value,
        "numpy": lambda _machine, value: value,
        "flatten": flattened,
        "float": cast_to(float),
        "double": cast_to(float),
        "int": cast_to(int),
        "long": cast_to(int),
        "bool": cast_to(bool),
        "astype": as_type,
        "to": as_type,
        "reshape": reshaped,
        "view": reshaped,
        "transpose": permuted,
        "permute": permuted,
        "t": lambda _machine, value: transposed(value),
        "item": the_number,
        "tolist": as_list,
        "fill": fill,
        "fill_": fill,
        "size": sized,
        "dim": lambda _machine, value: len(shape_of(value)),
        "zero_": lambda machine, value: fill(machine, value, 0),
    }
)
"""Methods of arrays that read their arguments in their own way."""


# ── containers and text ──────────────────────────────────────────────────────────────────────────


def grown(machine: Any, container: Any, by: int = 1) -> None:
    """A container is about to grow."""
    if len(container) + by > 100_000:
        machine.meter.entries(len(container) + by)
    machine.meter.entries(by)


def append(machine: Any, value: list[Any], entry: Any) -> None:
    """``.append``."""
    grown(machine, value)
    value.append(entry)


def extend(machine: Any, value: list[Any], entries: Any) -> None:
    """``.extend``."""
    parts = parts_of(machine, entries)
    grown(machine, value, len(parts))
    value.extend(parts)


def insert(machine: Any, value: list[Any], at: Any, entry: Any) -> None:
    """``.insert``."""
    grown(machine, value)
    value.insert(whole(at), entry)


def in_order(machine: Any, value: Any, key: Any = None, reverse: Any = False) -> list[Any]:  # noqa: FBT002  Python's own
    """``sorted``."""
    parts = parts_of(machine, value)
    by = None if key is None else lambda entry: machine.call(key, (entry,), {})
    return sorted(parts, key=by, reverse=truth(reverse))


def sort(machine: Any, value: list[Any], **named: Any) -> None:
    """``.sort()``."""
    value[:] = in_order(machine, value, **named)


def add(machine: Any, value: set[Any], entry: Any) -> None:
    """``.add``."""
    grown(machine, value)
    value.add(entry)


def update(machine: Any, value: Any, other: Any) -> None:
    """``.update`` of a dict or a set."""
    grown(machine, value, len(other))
    value.update(other)


def set_default(machine: Any, value: dict[Any, Any], key: Any, default: Any = None) -> Any:
    """``.setdefault``."""
    grown(machine, value)
    return value.setdefault(key, default)


def join(machine: Any, value: str, parts: Any) -> str:
    """``.join``."""
    texts = parts_of(machine, parts)
    machine.meter.text(sum(len(text) + len(value) for text in texts))
    return value.join(texts)


def split(machine: Any, value: str, by: Any = None) -> list[str]:
    """``.split``."""
    machine.meter.entries(len(value))
    return value.split(by)


def plain(method: Callable[..., Any]) -> Method:
    """A method of Python's own that makes nothing large."""

    def call(machine: Any, value: Any, *given: Any) -> Any:
        machine.meter.entries(len(value))
        return method(value, *given)

    return call


METHODS: Mapping[type, Mapping[str, Method]] = MappingProxyType(
    {
        list: {
            "append": append,
            "extend": extend,
            "insert": insert,
            "sort": sort,
            **{n: plain(m) for n, m in (("pop", list.pop), ("reverse", list.reverse), ("copy", list.copy))},
            **{n: plain(m) for n, m in (("index", list.index), ("count", list.count), ("clear", list.clear))},
            "remove": plain(list.remove),
            "popleft": plain(lambda value: value.pop(0)),
            "appendleft": lambda machine, value, entry: insert(machine, value, 0, entry),
        },
        tuple: {"index": plain(tuple.index), "count": plain(tuple.count)},
        dict: {
            "update": update,
            "setdefault": set_default,
            **{n: plain(m) for n, m in (("get", dict.get), ("items", dict.items), ("keys", dict.keys))},
            **{n: plain(m) for n, m in (("values", dict.values), ("pop", dict.pop), ("copy", dict.copy))},
            "clear": plain(dict.clear),
        },
        set: {
            "add": add,
            "update": update,
            **{
                n: plain(m) for n, m in (("discard", set.discard), ("remove", set.remove), ("copy", set.copy))
            },
            "union": plain(set.union),
            "pop": plain(set.pop),
        },
        str: {
            "join": join,
            "split": split,
            "format": lambda machine, value, *given, **named: machine.filled_by_braces(value, given, named),
            **{n: plain(m) for n, m in (("lower", str.lower), ("upper", str.upper), ("strip", str.strip))},
            "startswith": plain(str.startswith),
        },
    }
)
"""Methods of everything else, by its type."""
