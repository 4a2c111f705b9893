"""Shapes over sizes with names, and in a learner's words why two of them do not go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bpdrill.model.tree import Apply, Array, Number, Shape, Symbol, Symbols, Tree, names
from bpdrill.notation.printer import Style, text
from bpdrill.notation.rules import REDUCTIONS, made, result, stacked


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two shapes that do not go together; the first one met in reading order counts."""

    explanation: str


def infer(tree: Tree, symbols: Symbols) -> Shape | Mismatch:
    """The shape of ``tree`` where its names have the declared shapes."""
    match tree:
        case Symbol(name):
            return symbols.get(name, Mismatch(f"{name} has no declared shape"))
        case Array(items):
            return of_array([infer(item, symbols) for item in items])
        case Apply(op, args):
            return of_op(op, args, [infer(arg, symbols) for arg in args], symbols)
        case Number():
            return ()
    raise TypeError(f"not a node of a tree: {tree!r}")


def of_op(
    op: str, args: Sequence[Tree], shapes: Sequence[Shape | Mismatch], symbols: Symbols
) -> Shape | Mismatch:
    """The shape ``op`` makes of ``args``, whose shapes are known."""
    fitting = _fitting(shapes)
    if isinstance(fitting, Mismatch):
        return fitting
    shape = made(op, args, fitting)
    return _Clash(op, tuple(args), fitting, symbols).mismatch() if shape is None else shape


def of_array(shapes: Sequence[Shape | Mismatch]) -> Shape | Mismatch:
    """The shape of an array of items of these shapes."""
    fitting = _fitting(shapes)
    if isinstance(fitting, Mismatch):
        return fitting
    shape = stacked(fitting)
    sizes = ", ".join(describe(item) for item in fitting)
    return Mismatch(f"the rows of an array must be alike, and these are {sizes}") if shape is None else shape


def describe(shape: Shape) -> str:
    """``(h,)``, ``(h, d)``, or the word scalar."""
    if shape == ():
        return "a scalar"
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(str(size) for size in shape)})"


def _fitting(shapes: Sequence[Shape | Mismatch]) -> tuple[Shape, ...] | Mismatch:
    """The shapes, unless one of them is a mismatch already."""
    mismatch = next((shape for shape in shapes if isinstance(shape, Mismatch)), None)
    return mismatch or tuple(shape for shape in shapes if not isinstance(shape, Mismatch))


@dataclass(frozen=True, slots=True)
class _Clash:
    """Arguments that an op cannot take together."""

    op: str
    args: tuple[Tree, ...]
    shapes: tuple[Shape, ...]
    symbols: Symbols

    def mismatch(self) -> Mismatch:
        explain = _EXPLANATIONS.get(self.op, _entrywise if len(self.args) == 2 else _other)
        return Mismatch(f"{self._facts()}: {explain(self)}")

    def _facts(self) -> str:
        return " and ".join(
            f"{self.write(arg)} is {describe(shape)}"
            for arg, shape in zip(self.args, self.shapes, strict=True)
        )

    def write(self, tree: Tree) -> str:
        return text(tree, Style.UNICODE, self.symbols)

    def alternatives(self) -> tuple[str, ...]:
        """The products with one side transposed that do have a shape."""
        (left, right), (rows, columns) = self.args, self.shapes
        tries = (
            (_product(_turn(left), right), result("matmul", _turned(rows), columns)),
            (_product(left, _turn(right)), result("matmul", rows, _turned(columns))),
        )
        return tuple(
            f"{self.write(tree)} is {self.sized(shape)}" for tree, shape in tries if shape is not None
        )

    def sized(self, shape: Shape, verb: str = "is") -> str:
        """``(h, d), as W₁ is``: a shape, and a declared name that has it too, a parameter before others."""
        alike = [
            name for name, own in self.symbols.items() if own == shape != () and name not in self._used()
        ]
        told = f", as {self.write(Symbol(min(alike, key=_is_no_parameter)))} {verb}" if alike else ""
        return describe(shape) + told

    def _used(self) -> set[str]:
        return {name for arg in self.args for name in names(arg)}


def _is_no_parameter(name: str) -> bool:
    return name[:1] not in _PARAMETERS


def _product(left: Tree, right: Tree) -> Tree:
    return Apply("matmul", (left, right))


def _turned(shape: Shape) -> Shape:
    return result("transpose", shape) or ()


def _turn(tree: Tree) -> Tree:
    match tree:
        case Apply("transpose", (turned,)):
            return turned
    return Apply("transpose", (tree,))


def _matmul(clash: _Clash) -> str:
    """Why a matrix product has no meaning, and which one near by has."""
    left, right = clash.shapes
    if len(left) == len(right) == 1:
        return _two_columns(clash)
    if left == () or right == ():
        return "a matrix product needs no scalar; write * to scale"
    inner = f"the inner sizes {(*left, 1)[1]} and {right[0]} differ"
    return "; ".join((inner, *clash.alternatives()))


def _two_columns(clash: _Clash) -> str:
    left, right = (clash.write(arg) for arg in clash.args)
    (rows,), (columns,) = clash.shapes
    outer = clash.write(Apply("outer", clash.args))
    if rows == columns:
        inner = clash.write(_product(_turn(clash.args[0]), clash.args[1]))
        return (
            f"column times column has no meaning; {inner} is a scalar, "
            f"{left} ⊙ {right} works entry by entry, {outer} is {clash.sized((rows, columns))}"
        )
    return (
        f"{left}·{right} has no meaning unless {rows} = {columns}; "
        f"the outer product {outer} has shape {clash.sized((rows, columns), 'has')}"
    )


def _outer(_: _Clash) -> str:
    return "an outer product takes two vectors"


def _trace(_: _Clash) -> str:
    return "a trace is that of a square matrix"


def _diag(_: _Clash) -> str:
    return "a diagonal is made of a vector, or read off a square matrix"


def _reduction(_: _Clash) -> str:
    return "there is no such axis"


def _other(clash: _Clash) -> str:
    return f"{clash.op} does not take this"


def _entrywise(clash: _Clash) -> str:
    left, right = clash.shapes
    if result("transpose", left) == right:
        return f"one of them lies on its side; {clash.write(_turn(clash.args[0]))} is {describe(right)}"
    return f"{_SIGNS.get(clash.op, clash.op)} works entry by entry and needs the same shape on both sides"


_SIGNS = {"add": "+", "sub": "−", "mul": "⊙", "div": "/", "power": "^", "greater": ">"}
_PARAMETERS = frozenset("WwUVb")
"""What the names of weights and biases begin with."""
_EXPLANATIONS: dict[str, Callable[[_Clash], str]] = {
    "matmul": _matmul,
    "outer": _outer,
    "trace": _trace,
    "diag": _diag,
} | dict.fromkeys(REDUCTIONS, _reduction)
