"""The little of ``collections`` and ``itertools`` that graphs and loops are written with."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod
from typing import Any

from bpdrill.marking.code.operators import parts_of, whole
from bpdrill.marking.code.things import Builtin, Module


def deque(machine: Any, given: tuple[Any, ...], _named: Mapping[str, Any]) -> list[Any]:
    """``deque([a])``: a list, whose methods have ``popleft`` among them."""
    return [part for value in given[:1] for part in parts_of(machine, value)]


def every_pair(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> list[Any]:
    """``product(a, b)``, ``product(a, repeat=2)``."""
    times = whole(named.get("repeat", 1))
    parts = [parts_of(machine, value) for value in given]
    machine.meter.entries(prod(map(len, parts)) ** min(max(times, 0), 99))
    return list(product(*parts, repeat=times))


COLLECTIONS = Module("collections", {"deque": Builtin("deque", deque)})
ITERTOOLS = Module("itertools", {"product": Builtin("product", every_pair)})
