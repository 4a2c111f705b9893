"""Arguments of functions, read: arrays, axes, shapes, types; whatever else is given is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

from bpdrill.marking.code.operators import kind, numeric, real, shape_of, whole
from bpdrill.marking.code.things import Builtin, StudentError


def as_array(machine: Any, value: Any) -> Any:
    """A number or an array as it is; lists of lists as an array of their numbers."""
    if numeric(value):
        return value
    if isinstance(value, list | tuple | range):
        from numpy import array

        machine.meter.array((leaves(value),))
        try:
            return real(array(list(value) if isinstance(value, range) else value))
        except ValueError:
            raise StudentError("these rows have different lengths, so they are no array") from None
    raise StudentError(f"numbers or an array are needed, not {kind(value)}")


def leaves(value: Any, depth: int = 0) -> int:
    """How many numbers nested lists hold; whatever else they hold is refused."""
    if numeric(value):
        return prod(shape_of(value)) or 1
    if depth > 6 or not isinstance(value, list | tuple | range):
        raise StudentError(f"an array is made of numbers, not of {kind(value)}")
    return len(value) if isinstance(value, range) else sum(leaves(part, depth + 1) for part in value)


def axis_of(value: Any) -> Any:
    """An axis, several, or None."""
    return tuple(map(whole, value)) if isinstance(value, tuple | list) else whole(value)


def number_of(value: Any) -> Any:
    """A plain number."""
    if value is None or (numeric(value) and not shape_of(value)):
        return value
    raise StudentError(f"a number is needed, not {kind(value)}")


def type_of(value: Any) -> type:
    """The kind of cells that is meant."""
    name = value.name if isinstance(value, Builtin) else value
    for known, prefixes in ((float, "float"), (int, "int"), (bool, "bool")):
        if isinstance(name, str) and name.startswith(prefixes):
            return known
    raise StudentError("a dtype here is float, int or bool")


def shape_from(value: Any) -> tuple[int, ...]:
    """A shape: a whole number or several."""
    lengths = tuple(map(whole, value)) if isinstance(value, tuple | list) else (whole(value),)
    if None in lengths or min(lengths, default=0) < -1:
        raise StudentError("a shape is made of whole numbers, none below 0")
    return lengths


READERS: Mapping[str, Callable[[Any], Any]] = {
    "axis": axis_of,
    "axes": axis_of,
    "axis1": whole,
    "axis2": whole,
    "keepdims": bool,
    "ddof": number_of,
    "ord": number_of,
    "rtol": number_of,
    "atol": number_of,
    "k": whole,
    "dtype": type_of,
    "shape": shape_from,
    "decimals": whole,
    "equal_nan": bool,
}
"""Parameters that are no arrays, and how each is read."""
ALIASES = {"dim": "axis", "keepdim": "keepdims", "newshape": "shape", "min": "a_min", "max": "a_max"}
"""Other people's words."""
IGNORED = frozenset({"copy", "order", "requires_grad", "device"})
"""May be said, and changes nothing here."""


def bind(parameters: Sequence[str], given: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by name, in the order of ``parameters``."""
    if len(given) > len(parameters):
        raise StudentError(f"it takes {len(parameters)} arguments at most, not {len(given)}")
    found = dict(zip(parameters, given, strict=False))
    for name, value in named.items():
        meant = name if name in parameters else ALIASES.get(name, name)
        if meant in IGNORED or (meant == "dtype" and meant not in parameters):
            continue
        if meant not in parameters:
            raise StudentError(f"it has no argument {name}")
        found[meant] = value
    return {name: found[name] for name in parameters if name in found}
