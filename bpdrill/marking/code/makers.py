"""Functions of arrays that read their arguments in their own way: they make, join, repeat, clip."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import product
from math import prod
from typing import Any

from bpdrill.marking.code.arguments import as_array, bind, number_of, shape_from, type_of
from bpdrill.marking.code.indices import array_key, item, picked
from bpdrill.marking.code.meter import broadcast
from bpdrill.marking.code.operators import binary, is_array, parts_of, real, shape_of, whole
from bpdrill.marking.code.rows import Row, first, together
from bpdrill.marking.code.things import StudentError


def filled(value: float) -> Callable[..., Any]:
    """``np.zeros((3, 4))`` and ``torch.zeros(3, 4)``."""

    def make(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        from numpy import full

        lengths = given if len(given) > 1 and all(isinstance(n, int) for n in given) else given[:1]
        shape = shape_from(named.get("shape", lengths[0] if len(lengths) == 1 else lengths))
        dtype = type_of(named.get("dtype", given[1] if len(given) > len(lengths) else "float"))
        machine.meter.array(shape)
        return full(shape, value, dtype=dtype)

    return make


def full(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.full((3, 4), 0.5)``."""
    arguments = bind(("shape", "fill_value"), given, named)
    return filled(float(number_of(arguments["fill_value"])))(machine, (arguments["shape"],), {})


def eye(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.eye(c)``, ``np.eye(n, m)``."""
    from numpy import eye as made

    lengths = shape_from(tuple(bind(("N", "M"), given, named).values()))
    machine.meter.array((lengths[0], lengths[-1]))
    return made(lengths[0], lengths[-1])


def arange(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.arange(n)``, ``np.arange(start, stop, step)``."""
    from numpy import arange as made

    limits = [number_of(value) for value in bind(("start", "stop", "step"), given, named).values()]
    start, stop, step = (0, limits[0], 1) if len(limits) == 1 else (*limits, 1)[:3]
    machine.meter.array((steps_between(start, stop, step),))
    return made(start, stop, step)


def steps_between(start: float, stop: float, step: float) -> int:
    """How many numbers a range holds."""
    if not step or not all(map(math.isfinite, (start, stop, step))):
        raise StudentError("a range needs finite ends and a step other than 0")
    count = (stop - start) / step
    return max(math.ceil(min(count, 1e15)), 0)


def linspace(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.linspace(0, 1, 5)``."""
    from numpy import linspace as made

    found = bind(("start", "stop", "num"), given, named)
    (count,) = shape_from(found.get("num", 50))
    machine.meter.array((count,))
    return made(number_of(found["start"]), number_of(found["stop"]), count)


def array(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.array([[1, 2], [3, 4]], dtype=float)``: always a new one."""
    from numpy import array as made

    found = bind(("a", "dtype"), given, named)
    value = as_array(machine, found.get("a"))
    machine.meter.array(shape_of(value))
    return made(value, dtype=type_of(found["dtype"]) if "dtype" in found else None)


def joined(name: str) -> Callable[..., Any]:
    """``concatenate``, ``stack`` and their kin: a list of arrays and an axis."""

    def join(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        import numpy as np

        makes: Mapping[str, Callable[..., Any]] = {
            "concatenate": np.concatenate,
            "stack": np.stack,
            "hstack": np.hstack,
            "vstack": np.vstack,
            "column_stack": np.column_stack,
        }
        found = bind(("arrays", "axis"), given, named)
        arrays = [as_array(machine, part) for part in parts_of(machine, found.get("arrays"))]
        machine.meter.array((sum(prod(shape_of(a)) for a in arrays),))
        return makes[name](arrays, **({"axis": whole(found["axis"])} if "axis" in found else {}))

    return join


def repeats(name: str) -> Callable[..., Any]:
    """``tile`` and ``repeat``."""

    def repeat(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        import numpy as np

        found = bind(("a", "reps", "axis") if name == "tile" else ("a", "repeats", "axis"), given, named)
        value, times = as_array(machine, found["a"]), shape_from(found.get("reps", found.get("repeats")))
        machine.meter.array((prod(shape_of(value)) * max(prod(times), 1),))
        if name == "tile":
            return np.tile(value, times)
        return np.repeat(value, times, axis=whole(found.get("axis")))

    return repeat


def einsum(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.einsum('i,j->ij', a, b)``, of three arrays at most."""
    from numpy import einsum as made

    if named or not given or not isinstance(given[0], str) or not 2 <= len(given) <= 4:
        raise StudentError("write einsum('i,j->ij', a, b)")
    text, arrays = given[0].replace(" ", ""), [as_array(machine, value) for value in given[1:]]
    sides = text.split("->")
    groups = sides[0].split(",")
    if not text.replace("->", "").replace(",", "").isalpha() or len(groups) != len(arrays) or len(sides) > 2:
        raise StudentError(f"einsum cannot be read for {len(arrays)} arrays; write 'i,j->ij'")
    lengths = {
        letter: size
        for g, a in zip(groups, arrays, strict=True)
        for letter, size in zip(g, shape_of(a), strict=False)
    }
    machine.meter.product(prod(lengths.values()))
    machine.meter.array([lengths.get(letter, 1) for letter in sides[-1] if letter != ","])
    return real(made(text, *arrays))


def at(sign: int) -> Callable[..., Any]:
    """``np.add.at(a, key, b)``: every repetition counts."""

    def add_at(machine: Any, given: tuple[Any, ...], _named: Mapping[str, Any]) -> None:
        import numpy as np

        if len(given) != 3 or not is_array(given[0]):
            raise StudentError("write np.add.at(array, indices, values)")
        key = array_key(machine, given[1])
        machine.meter.array(picked(given[0].shape, key))
        (np.add if sign > 0 else np.subtract).at(given[0], key, as_array(machine, given[2]))

    return add_at


def clip(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.clip(a, 0, None)``."""
    from numpy import clip as made

    found = bind(("a", "a_min", "a_max"), given, named)
    limits = [None if found.get(n) is None else as_array(machine, found[n]) for n in ("a_min", "a_max")]
    value = as_array(machine, found.get("a"))
    machine.meter.array(broadcast([shape_of(v) for v in (value, *limits) if v is not None]))
    return made(value, *limits)


def norm(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.linalg.norm(a)``."""
    from numpy.linalg import norm as made

    return Row(made, ("a", "ord", "axis", "keepdims"), first).call(machine, given, named)


def multi_dot(machine: Any, given: tuple[Any, ...], _named: Mapping[str, Any]) -> Any:
    """``np.linalg.multi_dot([A, B, c])``."""
    return reduce(lambda a, b: binary(machine, "matmul", a, b), parts_of(machine, *given))


def where(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.where(mask, a, b)``, and ``np.where(mask)`` for the places where it is true."""
    from numpy import where as made

    if len(given) != 1 or named:
        return Row(made, ("condition", "a", "b"), together).call(machine, given, named)
    mask = as_array(machine, given[0])
    machine.meter.array((len(shape_of(mask)), *shape_of(mask)))
    return made(mask)


def pad(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``np.pad(a, 1)``, ``np.pad(a, ((1, 1), (2, 2)), mode="constant")``: with zeros."""
    from numpy import broadcast_to
    from numpy import pad as made

    found = bind(("a", "pad_width", "mode", "constant_values"), given, named)
    if found.get("mode", "constant") != "constant" or found.get("constant_values", 0) != 0:
        raise StudentError("pad adds zeros here")
    value, widths = as_array(machine, found.get("a")), as_array(machine, found.get("pad_width"))
    ends = broadcast_to(widths, (len(shape_of(value)), 2)).astype(int).tolist()
    machine.meter.array(
        [size + max(a, 0) + max(b, 0) for size, (a, b) in zip(shape_of(value), ends, strict=True)]
    )
    return made(value, ends)


def places(machine: Any, given: tuple[Any, ...], _named: Mapping[str, Any]) -> list[tuple[int, ...]]:
    """``np.ndindex(2, 3)``: every index of an array of this shape."""
    shape = shape_from(given[0] if len(given) == 1 else given)
    machine.meter.entries(prod(max(size, 1) for size in shape))
    return list(product(*map(range, shape)))


def one_hot(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """``torch.nn.functional.one_hot(labels, num_classes=c)``."""
    found = bind(("a", "num_classes"), given, named)
    labels = array(machine, (found.get("a"),), {"dtype": "int"})
    return item(machine, eye(machine, (found.get("num_classes", int(labels.max()) + 1),), {}), labels)


def scalar(function: Callable[[float], float]) -> Callable[..., Any]:
    """A function of ``math``: of one number, not of an array."""

    def call(_machine: Any, given: tuple[Any, ...], _named: Mapping[str, Any]) -> float:
        if len(given) != 1:
            raise StudentError("it takes one number")
        return function(float(number_of(given[0])))

    return call


def of_torch(name: str) -> Callable[..., Any]:
    """``torch.relu`` and its kin, which numpy lacks."""

    def call(machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        import numpy as np

        found = bind(("a", "axis"), given, named)
        value = as_array(machine, found.get("a"))
        machine.meter.array(shape_of(value))
        axis = whole(found.get("axis", -1))
        if name == "log_softmax":
            return value - np.logaddexp.reduce(value, axis=axis, keepdims=True)
        if name == "relu":
            return np.maximum(value, 0)
        if name == "sigmoid":
            return 1 / (1 + np.exp(-value))
        exponentials = np.exp(value - np.max(value, axis=axis, keepdims=True))
        return exponentials / np.sum(exponentials, axis=axis, keepdims=True)

    return call


OWN: Mapping[str, Callable[..., Any]] = {
    "zeros": filled(0.0),
    "ones": filled(1.0),
    "empty": filled(0.0),
    "full": full,
    "eye": eye,
    "identity": eye,
    "arange": arange,
    "linspace": linspace,
    "array": array,
    "asarray": array,
    "einsum": einsum,
    "clip": clip,
    "where": where,
    "nonzero": where,
    "pad": pad,
    "ndindex": places,
    "tile": repeats("tile"),
    "repeat": repeats("repeat"),
    **{name: joined(name) for name in ("concatenate", "stack", "hstack", "vstack", "column_stack")},
}
