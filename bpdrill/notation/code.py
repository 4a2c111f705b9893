"""Formulas as numpy code that runs: a vector is an array (n,), its transpose an array (1, n).

Whole numbers stay integers, so numpy refuses what it refuses of them: negative powers of an
array of nothing else, and numbers from 2**63.
"""

from __future__ import annotations

from keyword import iskeyword

from bpdrill.notation import paper
from bpdrill.notation.parts import Form, Ink, Level, Printed, listed
from bpdrill.notation.rules import result


def _neg(ink: Ink, inner: Printed) -> tuple[str, Level]:
    """``-a``; around a product that begins with a mask in brackets, since numpy negates no booleans."""
    if _begins_with_mask(inner):
        return ink.minus + ink.bracket(inner.text), Level.SUM
    return paper.neg(ink, inner)


def _begins_with_mask(part: Printed) -> bool:
    """Whether a mask is what stands at the left end of a product or a quotient."""
    if part.op in {"mul", "div"}:
        return _begins_with_mask(part.args[0])
    return part.op == "greater"


def _mul(ink: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    """``a * b``, but in a call where the sign would be read as a matrix product."""
    if not _star_is_entrywise(left, right):
        return f"np.multiply({listed((left, right))})", Level.ATOM
    sides = (_factor(ink, left, right), _factor(ink, right, left))
    return paper.product(ink, ink.product, *sides)


def _star_is_entrywise(left: Printed, right: Printed) -> bool:
    if not (left.shape and right.shape):
        return True
    fits = left.is_vector or not (left.is_row or result("matmul", left.shape, right.shape))
    return left.shape == right.shape and fits


def _factor(ink: Ink, part: Printed, other: Printed) -> Printed:
    """A mask as the booleans it is beside floats, where they count as 0 and 1."""
    if part.op != "greater" or other.op == "greater" or _is_literal(other):
        return part
    return Printed(ink.bracket(_comparison(ink, *part.args)), Level.ATOM, part.shape)


def _is_literal(part: Printed) -> bool:
    """Whether this is made of numbers alone, and so of integers perhaps, which overflow in an array."""
    return part.op == "number" or (bool(part.args) and all(map(_is_literal, part.args)))


def _comparison(ink: Ink, left: Printed, right: Printed) -> str:
    return f"{ink.hold(left, Level.SUM)} > {ink.hold(right, Level.SUM)}"


def _greater(ink: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    """A mask as numbers: numpy can neither subtract nor negate booleans, and adds them as a logical or."""
    comparison = ink.bracket(_comparison(ink, left, right))
    is_array = bool(left.shape or right.shape)
    return f"{comparison}.astype(float)" if is_array else f"float{comparison}", Level.ATOM


def _matmul(ink: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    """``a @ b`` is aᵀ b of two vectors; a column by a row is an outer product."""
    if left.is_vector and _column(right):
        return _outer(ink, left, _column(right) or right)
    if left.is_vector:
        left = Printed(f"{ink.hold(left, Level.ATOM)}[:, None]", Level.POWER, left.shape)
    column = _column(left)
    if column is not None and column.shape == right.shape:
        return paper.product(ink, " @ ", column, right)
    product, level = paper.product(ink, " @ ", left, right)
    if right.is_vector and left.is_row:
        return ink.bracket(product) + ".item()", Level.ATOM
    return product, level


def _column(part: Printed) -> Printed | None:
    """The vector that was laid on its side to make ``part``."""
    return part.args[0] if part.op == "transpose" and part.args[0].is_vector else None


def _outer(_: Ink, left: Printed, right: Printed) -> tuple[str, Level]:
    return f"np.outer({listed((left, right))})", Level.ATOM


def _transpose(ink: Ink, inner: Printed) -> tuple[str, Level]:
    """A vector is laid on its side by an index, since its ``.T`` is itself; a row has a vector in it."""
    if inner.shape == ():
        return f"np.transpose({inner.text})", Level.ATOM
    turned = "[None, :]" if inner.is_vector else "[0]" if inner.is_row else ".T"
    return ink.hold(inner, Level.ATOM) + turned, Level.POWER


def _reduction(name: str) -> Form:
    """``np.sum(A, axis=0, keepdims=True)``."""

    def form(_: Ink, array: Printed, *settings: Printed) -> tuple[str, Level]:
        named = (f"{key}={setting.text}" for key, setting in zip(_SETTINGS, settings, strict=False))
        return f"{name}({', '.join((array.text, *named))})", Level.ATOM

    return form


_SETTINGS = ("axis", "keepdims")


def _relu(_: Ink, inner: Printed) -> tuple[str, Level]:
    return f"np.maximum({inner.text}, 0)", Level.ATOM


def _array(_: Ink, *items: Printed) -> tuple[str, Level]:
    return f"np.array({_nested(items)})", Level.ATOM


def _nested(items: tuple[Printed, ...]) -> str:
    """Lists within a list; only the outermost becomes an array."""
    return f"[{', '.join(_nested(item.args) if item.op == 'array' else item.text for item in items)}]"


_NUMPY = frozenset(
    (
        "exp",
        "log",
        "sqrt",
        "power",
        "sin",
        "cos",
        "tanh",
        "abs",
        "maximum",
        "minimum",
        "divide",
        "trace",
        "diag",
    )
)
"""What numpy has under the name of the op; the rest stands as a helper of that name."""
_REDUCTIONS = {"sum": "np.sum", "mean": "np.mean", "max": "np.amax", "logsumexp": "logsumexp"}


def _symbol(name: str) -> str:
    """``lambda`` and other words of Python with an underscore behind."""
    return f"{name}_" if iskeyword(name) else name


def _function(op: str) -> str:
    return f"np.{op}" if op in _NUMPY else op


_FORMS: dict[str, Form] = {
    "add": paper.add,
    "sub": paper.sub,
    "neg": _neg,
    "mul": _mul,
    "matmul": _matmul,
    "outer": _outer,
    "div": paper.div,
    "power": paper.power,
    "transpose": _transpose,
    "greater": _greater,
    "relu": _relu,
    "array": _array,
    **{op: _reduction(name) for op, name in _REDUCTIONS.items()},
}
NUMPY = Ink(symbol=_symbol, function=_function, forms=_FORMS, product=" * ", over=" / ", raised="**")
