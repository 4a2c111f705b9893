"""A tree as a SymPy object, built node by node: no text is ever parsed there.

A vector is a matrix of one column, a matrix of one entry a scalar, as in ``notation.rules``. To be
imported where SymPy may be loaded: in the child that proves, and where the bank is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import prod
from typing import Any

from bpdrill.algebra.derive import unfold
from bpdrill.model.tree import Array, Number, Program, Tree, interpret

Meanings = Mapping[str, Any]
"""The SymPy object, a scalar or a matrix, that each name stands for."""

ASSUMPTIONS: Mapping[str, Mapping[str, bool]] = {
    "real": {},
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "negative": {"negative": True},
    "nonzero": {"nonzero": True},
    "unit": {"positive": True},
    "distribution": {"positive": True},
    "onehot": {"nonnegative": True},
}
"""What SymPy may assume of a name, or of an entry, in each domain; all that is said here is true there."""


class FormlessError(ValueError):
    """SymPy has nothing that an op, or these arguments of it, could become."""


def symbol(name: str, domain: str = "real") -> Any:
    """A SymPy symbol for a number in ``domain``."""
    import sympy

    return sympy.Symbol(name, real=True, **ASSUMPTIONS[domain])


def sympy_gradients(program: Program, at: Mapping[str, float]) -> dict[str, float]:
    """The gradient of a scalar program's root at ``at`` by SymPy, which shares no rule with the engine.

    Raises:
        FormlessError: the program uses an op that SymPy has no form for.

    """
    import sympy

    names = {name: symbol(name) for name in at}
    point = {names[name]: value for name, value in at.items()}
    root = to_sympy(unfold(program)[program[-1].name], names)
    return {name: float(sympy.diff(root, names[name]).subs(point)) for name in at}


def to_sympy(tree: Tree, meanings: Meanings) -> Any:
    """``tree`` as a SymPy object; raises FormlessError, naming the op that has no form."""
    return interpret(tree, meanings, lambda node: _constant(node, meanings), _applied)


def _constant(tree: Tree, meanings: Meanings) -> Any:
    import sympy

    if isinstance(tree, Number):
        return sympy.Rational(tree.value.numerator, tree.value.denominator)
    assert isinstance(tree, Array)  # noqa: S101  a symbol or an op never gets here
    rows = [to_sympy(item, meanings) for item in tree.items]
    if any(isinstance(row, sympy.MatrixBase) for row in rows):
        return sympy.ImmutableMatrix([list(row) for row in rows])
    return sympy.ImmutableMatrix(rows)


def _applied(op: str, args: tuple[Any, ...]) -> Any:
    if op in whole_forms():
        return _scalar_if_single(whole_forms()[op](*args))
    if op in entry_forms():
        return _entrywise(entry_forms()[op], args)
    raise FormlessError(f"SymPy has no form for {op}")


def is_matrix(value: Any) -> bool:
    """Whether it has entries."""
    import sympy

    return isinstance(value, sympy.MatrixBase)


def entries(value: Any) -> list[Any]:
    """All entries, row by row; a scalar is the only one of its own."""
    return list(value) if is_matrix(value) else [value]


def _scalar_if_single(value: Any) -> Any:
    return value[0] if is_matrix(value) and value.shape == (1, 1) else value


def _entrywise(form: Callable[..., Any], args: Sequence[Any]) -> Any:
    """``form`` of each entry; a scalar goes with every entry of the others."""
    import sympy

    matrices = [arg for arg in args if is_matrix(arg)]
    if not matrices:
        return form(*args)
    shape = max((matrix.shape for matrix in matrices), key=prod)
    return sympy.ImmutableMatrix(
        *shape, lambda row, column: form(*(_entry(arg, row, column, shape) for arg in args))
    )


def _entry(value: Any, row: int, column: int, shape: tuple[int, int]) -> Any:
    """The entry of ``value`` that goes to this place of an array of ``shape``, where it is repeated.

    A vector as long as the rows goes to each row, one as long as the columns to each column.
    """
    rows, columns = shape
    if not is_matrix(value):
        return value
    if value.shape == shape:
        return value[row, column]
    if value.shape == (1, columns) or (value.shape == (columns, 1) and rows != columns):
        return value[column]
    if value.shape == (rows, 1) and rows != columns:
        return value[row]
    raise FormlessError("SymPy works entry by entry on one shape only")


@cache
def entry_forms() -> Mapping[str, Callable[..., Any]]:
    """What each op makes of numbers, one by one."""
    import sympy

    leak = sympy.Rational(1, 100)

    def where(condition: Any, a: Any, b: Any) -> Any:
        return sympy.Piecewise((a, condition), (b, True))

    def sigmoid(a: Any) -> Any:
        return 1 / (1 + sympy.exp(-a))

    return {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "neg": lambda a: -a,
        "power": lambda a, b: a**b,
        "exp": sympy.exp,
        "log": sympy.log,
        "sqrt": sympy.sqrt,
        "sin": sympy.sin,
        "cos": sympy.cos,
        "tanh": sympy.tanh,
        "sigmoid": sigmoid,
        "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
        "silu": lambda a: a * sigmoid(a),
        "erf": sympy.erf,
        "gelu": lambda a: a * (1 + sympy.erf(a / sympy.sqrt(2))) / 2,
        "abs": sympy.Abs,
        "relu": lambda a: where(a > 0, a, 0),
        "leaky_relu": lambda a, slope=leak: where(a > 0, a, slope * a),
        "elu": lambda a, alpha=1: where(a > 0, a, alpha * (sympy.exp(a) - 1)),
        "maximum": lambda a, b: where(a > b, a, b),
        "minimum": lambda a, b: where(a > b, b, a),
        "greater": lambda a, b: where(a > b, 1, 0),
    }


@cache
def whole_forms() -> Mapping[str, Callable[..., Any]]:
    """What each op makes of whole vectors and matrices."""
    import sympy

    def total(numbers: Sequence[Any]) -> Any:
        return sympy.Add(*numbers)

    def logsumexp(numbers: Sequence[Any]) -> Any:
        return sympy.log(total([sympy.exp(number) for number in numbers]))

    def log_softmax(z: Any) -> Any:
        return _by_rows(z, lambda row: row.applyfunc(lambda entry: entry - logsumexp(row)))

    def dot(a: Any, b: Any) -> Any:
        return total(entries(_entrywise(lambda x, y: x * y, (a, b))))

    return {
        "transpose": lambda a: a.T if is_matrix(a) else a,
        "matmul": _product,
        "outer": lambda a, b: _product(_column(a), _column(b).T),
        "dot": dot,
        "sum": lambda a, *axis: _reduced(total, a, *axis),
        "mean": lambda a, *axis: _reduced(lambda numbers: total(numbers) / len(numbers), a, *axis),
        "count": lambda a, *axis: sympy.Integer(len(_groups(a, *axis)[0])),
        "logsumexp": lambda a, *axis: _reduced(logsumexp, a, *axis),
        "spread_over": _spread_over,
        "softmax": lambda z: _by_rows(
            z, lambda row: row.applyfunc(sympy.exp) / total(row.applyfunc(sympy.exp))
        ),
        "log_softmax": log_softmax,
        "softmax_ce": lambda z, y: -dot(y, log_softmax(z)),
    }


def _groups(a: Any, axis: Any = None, keep: Any = 0) -> list[list[Any]]:  # noqa: ARG001  a setting of the op
    """The numbers that a reduction takes together: all of them, or each column, or each row."""
    if axis is None or not is_matrix(a) or a.shape[1] == 1:
        return [entries(a)]
    lines = a.T if int(axis) % 2 == 0 else a
    return [list(lines.row(index)) for index in range(lines.shape[0])]


def _reduced(form: Callable[[Sequence[Any]], Any], a: Any, axis: Any = None, keep: Any = 0) -> Any:
    """``form`` of all numbers, or a vector of what it makes of each column or row."""
    made = _column([form(group) for group in _groups(a, axis)])
    return made.T if keep and axis is not None and int(axis) % 2 == 0 else made


def _spread_over(reduced: Any, a: Any, axis: Any = None, keep: Any = 0) -> Any:  # noqa: ARG001  as above
    """What was reduced along an axis of ``a``, repeated along it."""
    import sympy

    if axis is None or not is_matrix(reduced):
        return _entrywise(lambda number, _: number, (reduced, a))
    along_columns = int(axis) % 2 == 0
    return sympy.ImmutableMatrix(*a.shape, lambda row, column: reduced[column if along_columns else row])


def _product(a: Any, b: Any) -> Any:
    if not (is_matrix(a) and is_matrix(b)) or a.shape[1] != b.shape[0]:
        raise FormlessError("SymPy has no matrix product of these shapes")
    return a * b


def _column(a: Any) -> Any:
    import sympy

    return sympy.ImmutableMatrix(entries(a) if is_matrix(a) else a)


def _by_rows(z: Any, form: Callable[[Any], Any]) -> Any:
    """``form`` of a vector as a whole, or of each row of a matrix."""
    import sympy

    if not is_matrix(z):
        raise FormlessError("SymPy has no form for the softmax of a single number")
    if z.shape[1] == 1:
        return form(z)
    return sympy.ImmutableMatrix.vstack(*(form(z.row(index)) for index in range(z.shape[0])))
