"""What an edge does, in the words of a whiteboard: its local derivative, or what becomes of the upstream."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from bpdrill.algebra.derive import ONE, tidy
from bpdrill.algebra.evaluate import Value
from bpdrill.autograd import OPS
from bpdrill.autograd.arithmetic.along import summed
from bpdrill.autograd.arithmetic.elementary import total
from bpdrill.autograd.values import size_of
from bpdrill.laboratory.trace.computation import Computation
from bpdrill.model.tree import Apply, Symbol, Symbols, Tree, lift, substitute
from bpdrill.notation import Style, text

LONGEST = 24
"""Characters of a local derivative that still say more than its value."""


def gradient_name(root: str, name: str, style: Style = Style.UNICODE) -> str:
    """``∂L/∂z₁``."""
    d = "d" if style is Style.ASCII else "∂"
    return f"{d}{text(Symbol(root), style)}/{d}{text(Symbol(name), style)}"


def local(run: Computation, consumer: str, argument: int, style: Style = Style.UNICODE) -> str:
    """The local derivative between two numbers, as a formula; empty if that is long."""
    formula = _written(tidy(_symbolic(run, consumer, argument, ONE)), style)
    return formula if len(formula) <= LONGEST else ""


def rule(run: Computation, consumer: str, argument: int, style: Style = Style.UNICODE) -> str:
    """What becomes of the upstream gradient on an edge: ``W₂ᵀ ∂L/∂z₂``; at the root that gradient is 1."""
    upstream = Symbol(gradient_name(run.root, consumer, style))
    shapes: Symbols = {**run.shapes, upstream.name: run.shapes[consumer]}
    arriving = ONE if consumer == run.root else upstream
    tree = _apart(tidy(_symbolic(run, consumer, argument, arriving)), upstream)
    fitted = _of("sum", tree) if _was_stretched(run, consumer, argument) else tree
    return _TRANSPOSED.sub(r"(\1)\2", _written(fitted, style, shapes))


def _was_stretched(run: Computation, consumer: str, argument: int) -> bool:
    """Whether the operand is one number that met every entry of an array: what comes back is summed."""
    operand = run.lines[consumer].args[argument]
    return isinstance(operand, Symbol) and run.shapes[operand.name] == () != run.shapes[consumer]


def _written(tree: Tree, style: Style, shapes: Symbols = MappingProxyType({})) -> str:
    """``tree`` as a formula; a number's own sign is no hyphen."""
    formula = text(tree, style, shapes)
    return formula if style is Style.ASCII else formula.replace("-", "−")


def _symbolic(run: Computation, consumer: str, argument: int, upstream: Tree) -> Tree:
    """The row's rule on the names of the graph, the output by its own name."""
    tree, y, node = run.lines[consumer], Symbol(consumer), run.nodes[consumer]
    case = _case(run, consumer)
    if case not in _SPOKEN:
        return OPS[tree.op].symbolic[argument](upstream, y, *tree.args)
    n = lift(size_of(node.arguments[0]))
    letters = {"ct": upstream, "y": y, "a": tree.args[0], "b": tree.args[-1], "n": n}
    return substitute(_SPOKEN[case][argument], letters)


def _case(run: Computation, consumer: str) -> str:
    """The op, as a key to what is said; or what is special about it here."""
    node = run.nodes[consumer]
    if node.op == "matmul" and run.shapes[consumer] == ():
        return _INNER
    if node.op == "softmax_ce" and _is_no_share(node.arguments[1]):
        return _ANY_TARGET
    if node.op in {"maximum", "minimum"} and _is_anywhere(node.arguments[0] == node.arguments[1]):
        return _TIE
    return node.op


def _is_anywhere(found: Any) -> bool:
    return bool(found) if isinstance(found, bool) else bool(found.any())


def _is_no_share(target: Value) -> bool:
    """Whether the target of a cross-entropy does not sum to 1, row by row."""
    return total((summed(target, target, -1) - 1.0) ** 2) > _ROUNDING


def _apart(tree: Tree, upstream: Symbol) -> Tree:
    """A quotient of the upstream gradient, itself written with a stroke, as a product."""
    match tree:
        case Apply("div", (above, below)) if above == upstream:
            return upstream * (ONE / below)
    return tree


def _of(op: str, *args: Tree) -> Apply:
    return Apply(op, args)


_TRANSPOSED = re.compile(r"([d∂]\w+/[d∂]\w+)(ᵀ|\^T)")
"""A gradient on its side: without brackets the sign would belong to the name below the stroke."""

_INNER, _ANY_TARGET = "a row times a column", "a cross-entropy with any target"
_TIE = "two that are equally large"
"""Nothing shorter is said of it than the row itself says."""

_ROUNDING = 1e-12

_ct, _y, _a, _b, _n = map(Symbol, ("ct", "y", "a", "b", "n"))
"""The letters of the engine's rows; n is how many numbers the first argument holds."""

_SPOKEN: Mapping[str, tuple[Tree, ...]] = {
    "sum": (_ct,),
    "mean": (_ct / _n,),
    "softmax": (_y * (_ct - _of("sum", _ct * _y)),),
    "log_softmax": (_ct - _of("softmax", _a) * _of("sum", _ct),),
    "logsumexp": (_ct * _of("softmax", _a),),
    "softmax_ce": (_ct * (_of("softmax", _a) - _b), -(_ct * _of("log_softmax", _a))),
    _ANY_TARGET: (_ct * (_of("softmax", _a) * _of("sum", _b) - _b), -(_ct * _of("log_softmax", _a))),
    _INNER: (_ct * _b.T, _ct * _a.T),
    "gelu": (_ct * (_of("Φ", _a) + _a * _of("φ", _a)),),
    "maximum": (_ct * (_a > _b), _ct * (_b > _a)),
    "minimum": (_ct * (_b > _a), _ct * (_a > _b)),
    "leaky_relu": (_ct * ((_a > 0) + lift(Fraction(1, 100)) * _of("greater", lift(0), _a)),),
}
"""Rules as they are said aloud, where the rows' own spell out axes and ties."""
