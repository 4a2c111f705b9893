"""What square brackets pick, and what may be put there."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from types import EllipsisType
from typing import Any

from bpdrill.marking.code.meter import broadcast
from bpdrill.marking.code.operators import from_numpy, is_array, kind, whole
from bpdrill.marking.code.things import Instance, StudentError


def item(machine: Any, value: Any, key: Any) -> Any:
    """``value[key]``."""
    if from_numpy(value):
        key = array_key(machine, key)
        machine.meter.array(picked(value.shape, key))
        return value[key]
    if isinstance(value, Instance) and "__getitem__" in value.kind.members:
        return machine.call(value.kind.members["__getitem__"], (value, key), {})
    if isinstance(value, list | tuple | str | range) and isinstance(key, slice):
        machine.meter.entries(len(value))
        return value[slice(*map(whole, (key.start, key.stop, key.step)))]
    if isinstance(value, list | tuple | str | range):
        return value[whole(key)]
    if isinstance(value, dict):
        if key not in value:
            raise StudentError(
                f"the dict has no key {key!r:.40}" if isinstance(key, str | int) else "no such key"
            )
        return value[key]
    raise StudentError(f"{kind(value)} has no entries to pick")


def set_item(machine: Any, container: Any, key: Any, value: Any) -> None:
    """``container[key] = value``."""
    if is_array(container):
        key, new = array_key(machine, key), machine.as_array(value)
        machine.meter.array(picked(container.shape, key))
        container[key] = new
    elif isinstance(container, dict):
        machine.meter.entries(1)
        machine.meter.text(0 if key in container else len(container) // 8)
        container[key] = value
    elif isinstance(container, list):
        container[whole(key)] = value
    else:
        raise StudentError(f"entries of {kind(container)} cannot be set")


def array_key(machine: Any, key: Any) -> Any:
    """An index as numpy takes it: whole numbers, slices, None, ``...``, arrays of numbers or of truth."""
    if isinstance(key, tuple):
        return tuple(array_key(machine, part) for part in key)
    if isinstance(key, slice):
        return slice(*map(whole, (key.start, key.stop, key.step)))
    if key is None or isinstance(key, EllipsisType | bool):
        return key
    if isinstance(key, list | range):
        key = machine.as_array(key)
    if is_array(key) and key.dtype.kind in "iub":
        return key
    return whole(key)


def picked(shape: Sequence[int], key: Any) -> tuple[int, ...]:
    """At most this shape is picked out of ``shape`` by ``key``."""
    parts = key if isinstance(key, tuple) else (key,)
    lists = [part for part in parts if is_array(part)]
    masks = sum(part.ndim for part in lists if part.dtype.kind == "b")
    axes = sum(1 for part in parts if isinstance(part, int) and not isinstance(part, bool)) + masks
    axes += sum(1 for part in lists if part.dtype.kind != "b")
    kept = sorted(shape)[axes:] if axes else list(shape)
    numbers = broadcast([part.shape for part in lists if part.dtype.kind != "b"])
    return (prod(numbers) * prod(shape if masks else kept),)
