"""``len``, ``range``, ``sorted`` and the other names that are there from the start."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from bpdrill.marking.code.arguments import number_of
from bpdrill.marking.code.makers import steps_between
from bpdrill.marking.code.meter import CHARACTERS
from bpdrill.marking.code.methods import in_order
from bpdrill.marking.code.operators import (
    binary,
    dict_views,
    from_numpy,
    is_array,
    kind,
    numeric,
    parts_of,
    truth,
    whole,
)
from bpdrill.marking.code.tables import numpy_table
from bpdrill.marking.code.things import Bound, Builtin, Class, Function, Instance, Module, StudentError

SHOWN = 12
"""Entries of a container that are printed."""
FORMAT = re.compile(r"[<>^]?[+ ]?[0-9]{0,2},?(\.[0-9]{1,2})?[efgdsn%]?")
"""What may stand after the colon of an f-string."""


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


def shown(machine: Any, value: Any, depth: int = 0) -> str:
    """A value as text; objects by their own ``__repr__`` if they have one."""
    machine.meter.spend()
    if isinstance(value, Instance):
        return of_instance(machine, value)
    if is_array(value):
        machine.meter.text(10 * int(value.size))
        return str(value)
    if isinstance(value, list | tuple | set | dict | dict_views()) and depth < 4:
        return of_container(machine, value, depth)
    if isinstance(value, str):
        return value if depth == 0 else f"'{value}'"
    if value is None or numeric(value):
        return str(value)
    return (
        f"<{getattr(value, 'name', '')}>"
        if isinstance(value, Function | Class | Builtin | Module)
        else "<...>"
    )


def of_instance(machine: Any, value: Instance) -> str:
    """What an object says of itself."""
    own = value.kind.members.get("__repr__", value.kind.members.get("__str__"))
    said = machine.call(own, (value,), {}) if own else f"<{value.kind.name}>"
    if not isinstance(said, str):
        raise StudentError("__repr__ has to return text")
    return said


def of_container(machine: Any, value: Any, depth: int) -> str:
    """The first entries, in the brackets of their container."""
    entries = list(value.items() if isinstance(value, dict) else value)[:SHOWN]
    texts = [shown(machine, entry, depth + 1) for entry in entries]
    if isinstance(value, dict):
        texts = [f"{shown(machine, k, depth + 1)}: {shown(machine, v, depth + 1)}" for k, v in entries]
    left, right = BRACKETS.get(type(value), ("[", "]"))
    return left + ", ".join(texts) + (", ..." if len(value) > SHOWN else "") + right


BRACKETS: Mapping[type, tuple[str, str]] = {tuple: ("(", ")"), dict: ("{", "}"), set: ("{", "}")}


def formatted(machine: Any, value: Any, spec: str) -> str:
    """A value in an f-string."""
    if not spec:
        return shown(machine, value)
    if not FORMAT.fullmatch(spec) or (
        not (numeric(value) and not is_array(value)) and not isinstance(value, str)
    ):
        raise StudentError(f"the format {spec[:20]!r} is not run here; .3f and its like are")
    return format(value, spec)


def print_(machine: Any, given: tuple[Any, ...], _named: Mapping[str, Any]) -> None:
    """Kept, up to a limit, and shown with the report."""
    text = " ".join(shown(machine, value) for value in given)
    machine.meter.spend(len(text) // 20)
    if sum(map(len, machine.printed)) < CHARACTERS // 10:
        machine.printed.append(text[:500])


# ── functions ────────────────────────────────────────────────────────────────────────────────────


def length(_machine: Any, value: Any) -> int:
    """``len``."""
    if isinstance(value, list | tuple | dict | set | str | range) or (is_array(value) and value.ndim):
        return len(value)
    raise StudentError(f"{kind(value)} has no length")


def length_of(machine: Any, value: Any) -> Any:
    """``len``, also of a learner's object."""
    if isinstance(value, Instance) and "__len__" in value.kind.members:
        return machine.call(value.kind.members["__len__"], (value,), {})
    return length(machine, value)


def range_(machine: Any, *given: Any) -> range:
    """``range``."""
    limits = [whole(value) for value in given]
    if not limits or None in limits:
        raise StudentError("a range needs whole numbers")
    start, stop, step = (0, limits[0], 1) if len(limits) == 1 else (*limits, 1)[:3]
    machine.meter.entries(steps_between(start, stop, step))
    return range(start, stop, step)


def total(machine: Any, value: Any, start: Any = 0) -> Any:
    """``sum``, by each value's own addition."""
    for part in parts_of(machine, value):
        start = binary(machine, "add", start, part)
    return start


def extreme(pick: Callable[..., Any]) -> Callable[..., Any]:
    """``min`` and ``max``."""

    def call(machine: Any, *given: Any, key: Any = None) -> Any:
        parts = parts_of(machine, given[0]) if len(given) == 1 else given
        by = None if key is None else lambda entry: machine.call(key, (entry,), {})
        return pick(parts, key=by)

    return call


def absolute(machine: Any, value: Any) -> Any:
    """``abs``."""
    return (
        numpy_table().members["abs"].call(machine, (value,), {})
        if from_numpy(value)
        else abs(number_of(value))
    )


def rounded(machine: Any, value: Any, digits: Any = None) -> Any:
    """``round``."""
    if is_array(value):
        return numpy_table().members["round"].call(machine, (value, digits or 0), {})
    return round(number_of(value), digits)


def number(kind_: type) -> Callable[..., Any]:
    """``float(x)``, ``int(x)``."""

    def call(_machine: Any, value: Any = 0) -> Any:
        if isinstance(value, str) and len(value) > 40:
            raise StudentError("this text is no number")
        return kind_(
            value if isinstance(value, str) else value.item() if is_array(value) else number_of(value)
        )

    return call


def collected(container: type) -> Callable[..., Any]:
    """``list(x)``, ``tuple(x)``, ``set(x)``."""
    return lambda machine, value=(): container(parts_of(machine, value))


def dict_(machine: Any, value: Any = (), **named: Any) -> dict[Any, Any]:
    """``dict(a=1)``, ``dict(pairs)``."""
    machine.meter.entries(len(value) + len(named))
    return {**dict(value), **named}


def enumerated(machine: Any, value: Any, start: Any = 0) -> list[Any]:
    """``enumerate``."""
    return list(enumerate(parts_of(machine, value), whole(start)))


def zipped(machine: Any, *given: Any, strict: Any = False) -> list[Any]:
    """``zip``."""
    return list(zip(*(parts_of(machine, value) for value in given), strict=truth(strict)))


def mapped(machine: Any, function: Any, *given: Any) -> list[Any]:
    """``map``."""
    return [machine.call(function, parts, {}) for parts in zipped(machine, *given)]


def filtered(machine: Any, function: Any, value: Any) -> list[Any]:
    """``filter``."""
    return [part for part in parts_of(machine, value) if truth(machine.call(function, (part,), {}))]


def is_instance(_machine: Any, value: Any, of: Any) -> bool:
    """``isinstance``, of the learner's classes and of plain types."""
    wanted = of if isinstance(of, tuple) else (of,)
    if not all(isinstance(one, Class | Builtin) and (isinstance(one, Class) or one.types) for one in wanted):
        raise StudentError("isinstance needs a class, or a type such as int or float")
    own = isinstance(value, Instance) and any(one in wanted for one in (value.kind, *value.kind.line))
    return own or any(isinstance(one, Builtin) and isinstance(value, one.types) for one in wanted)


def is_callable(_machine: Any, value: Any) -> bool:
    """``callable``."""
    return isinstance(value, Function | Builtin | Bound | Class)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "len": length_of,
    "range": range_,
    "sum": total,
    "min": extreme(min),
    "max": extreme(max),
    "abs": absolute,
    "round": rounded,
    "enumerate": enumerated,
    "zip": zipped,
    "map": mapped,
    "filter": filtered,
    "sorted": in_order,
    "reversed": lambda machine, value: list(reversed(parts_of(machine, value))),
    "any": lambda machine, value: any(map(truth, parts_of(machine, value))),
    "all": lambda machine, value: all(map(truth, parts_of(machine, value))),
    "isinstance": is_instance,
    "callable": is_callable,
    "id": lambda _machine, value: id(value),
    "pow": lambda machine, a, b: binary(machine, "pow", a, b),
}
CONSTRUCTORS: Mapping[str, tuple[Callable[..., Any], tuple[type, ...]]] = {
    "float": (number(float), (float,)),
    "int": (number(int), (int,)),
    "bool": (lambda _machine, value=False: truth(value), (bool,)),
    "str": (lambda machine, value="": shown(machine, value), (str,)),
    "list": (collected(list), (list,)),
    "tuple": (collected(tuple), (tuple,)),
    "set": (collected(set), (set,)),
    "dict": (dict_, (dict,)),
}
RAISED = (
    *("ValueError", "TypeError", "AssertionError", "RuntimeError", "NotImplementedError", "Exception"),
    *("ZeroDivisionError", "KeyError", "IndexError"),
)
"""May be raised; the text is shown."""


@cache
def names_at_start() -> Mapping[str, Any]:
    """Every name that stands for something before the first line."""
    functions = {name: Builtin(name, spread(call)) for name, call in FUNCTIONS.items()}
    types = {name: Builtin(name, spread(call), kinds) for name, (call, kinds) in CONSTRUCTORS.items()}
    errors = {name: Builtin(name, lambda machine, given, _named: said(machine, given)) for name in RAISED}
    return {
        **functions,
        **types,
        **errors,
        "print": Builtin("print", print_),
        "object": Builtin("object", lambda *_: None),
        "NotImplemented": None,
        "np": numpy_table(),
        "numpy": numpy_table(),
        "__name__": "answer",
    }


def said(machine: Any, given: tuple[Any, ...]) -> str:
    """What an error that is raised says."""
    return " ".join(shown(machine, value) for value in given)


def spread(call: Callable[..., Any]) -> Callable[..., Any]:
    """A plain function as ``Builtin`` calls it."""
    return lambda machine, given, named: call(machine, *given, **named)
