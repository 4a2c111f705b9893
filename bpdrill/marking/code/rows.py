"""Functions of arrays that read their arguments alike: a row each, with the size of what it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from bpdrill.marking.code.arguments import READERS, as_array, bind
from bpdrill.marking.code.meter import Meter, broadcast, multiplied
from bpdrill.marking.code.operators import is_array, real, shape_of
from bpdrill.marking.code.things import Builtin, StudentError

Options = Mapping[str, Any]
Size = Callable[[Meter, Sequence[Any], Options], None]
"""Asks the meter for what a function is about to make of its arrays and options."""


@dataclass(frozen=True, slots=True)
class Row:
    """A function of arrays: its parameters in order, and what it asks of the meter."""

    function: Callable[..., Any]
    parameters: tuple[str, ...]
    size: Size

    def call(self, machine: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Read the arguments, ask, compute."""
        target = named.get("out")
        arguments = bind(self.parameters, given, {n: v for n, v in named.items() if n != "out"})
        arrays = [as_array(machine, v) for name, v in arguments.items() if name not in READERS]
        needed = [name for name in self.parameters if name not in READERS]
        if len(arrays) < len(needed):
            raise StudentError(f"it lacks its argument {needed[len(arrays)]}")
        options = {name: READERS[name](v) for name, v in arguments.items() if name in READERS}
        self.size(machine.meter, arrays, options)
        return put(real(self.function(*arrays, **options)), target)


def put(result: Any, target: Any) -> Any:
    """``out=target``: the result, in an array that is there already."""
    if target is None:
        return result
    if not is_array(target):
        raise StudentError("out has to be an array")
    target[...] = result
    return target


def together(meter: Meter, arrays: Sequence[Any], _options: Options) -> None:
    """All arrays broadcast."""
    meter.array(broadcast([shape_of(a) for a in arrays]))


def first(meter: Meter, arrays: Sequence[Any], _options: Options) -> None:
    """No more than the first array."""
    meter.array(shape_of(arrays[0]))


def matrix_product(meter: Meter, arrays: Sequence[Any], _options: Options) -> None:
    """A matrix product; of numbers a plain one."""
    shapes = [shape_of(a) for a in arrays]
    shape, work = multiplied(*shapes) if all(shapes) else (broadcast(shapes), 1)
    meter.product(work)
    meter.array(shape)


def all_pairs(meter: Meter, arrays: Sequence[Any], _options: Options) -> None:
    """Every entry with every entry."""
    meter.array([prod(shape_of(a)) for a in arrays])


def stretched(meter: Meter, _arrays: Sequence[Any], options: Options) -> None:
    """The shape that is asked for."""
    meter.array(options.get("shape", ()))


def square(meter: Meter, arrays: Sequence[Any], options: Options) -> None:
    """A diagonal makes a matrix."""
    side = prod(shape_of(arrays[0])) + abs(options.get("k", 0))
    meter.array((side, side))


ONE, TWO = ("a",), ("a", "b")
REDUCED = ("a", "axis", "keepdims")
ROWS: tuple[tuple[str, tuple[str, ...], Size], ...] = (
    ("exp log log2 log10 log1p expm1 sqrt tanh sinh cosh sin cos tan abs absolute fabs sign", ONE, first),
    ("square floor ceil isnan isfinite isinf logical_not negative reciprocal ravel", ONE, first),
    ("copy fliplr flipud flatnonzero", ONE, first),
    (
        "add subtract multiply divide true_divide power maximum minimum floor_divide mod heaviside logaddexp",
        TWO,
        together,
    ),
    ("greater greater_equal less less_equal equal not_equal logical_and logical_or", TWO, together),
    ("sum mean max min amax amin prod any all argmax argmin", REDUCED, first),
    ("var std", ("a", "axis", "ddof", "keepdims"), first),
    ("cumsum argsort sort flip", ("a", "axis"), first),
    ("round", ("a", "decimals"), first),
    ("count_nonzero", ("a", "axis"), first),
    ("matmul dot inner vdot", TWO, matrix_product),
    ("outer kron", TWO, all_pairs),
    ("tensordot", ("a", "b", "axes"), all_pairs),
    ("rot90", ("a", "k"), first),
    ("reshape", ("a", "shape"), first),
    ("squeeze", ("a", "axis"), first),
    ("expand_dims", ("a", "axis"), first),
    ("transpose", ("a", "axes"), first),
    ("swapaxes", ("a", "axis1", "axis2"), first),
    ("broadcast_to", ("a", "shape"), stretched),
    ("full_like", TWO, together),
    ("trace", ONE, first),
    ("diag", ("a", "k"), square),
    ("triu tril", ("a", "k"), first),
    ("atleast_1d atleast_2d", ONE, first),
    ("zeros_like ones_like empty_like", ("a", "dtype"), first),
    ("allclose isclose", ("a", "b", "rtol", "atol", "equal_nan"), together),
    ("array_equal", TWO, first),
)
"""Names as numpy has them, their parameters, and the size of what they make."""


def laid_out(a: Any, shape: tuple[int, ...]) -> Any:
    """``np.reshape``, whose parameters have had several names."""
    from numpy import reshape

    return reshape(a, shape)


def of_pairs(function: Any) -> dict[str, Builtin]:
    """``np.multiply.outer``, ``np.maximum.reduce``: what numpy makes of any function of two numbers."""
    if getattr(function, "nin", 0) != len(TWO):
        return {}
    made = {"outer": Row(function.outer, TWO, all_pairs), "reduce": Row(function.reduce, REDUCED, first)}
    return {name: Builtin(name, row.call) for name, row in made.items()}


def by_rows(np: Any) -> dict[str, Any]:
    """Every function that ``ROWS`` lists; the names are ours."""
    functions = {name: getattr(np, name) for names, _, _ in ROWS for name in names.split()}
    functions["reshape"] = laid_out
    return {
        name: Builtin(name, Row(functions[name], parameters, size).call, members=of_pairs(functions[name]))
        for names, parameters, size in ROWS
        for name in names.split()
    }
