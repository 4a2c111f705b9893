"""What is printed in any style reads back as the same tree; numpy code means what the engine makes of it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st

from bpdrill.algebra.evaluate import value_at
from bpdrill.autograd import OPS
from bpdrill.model.tree import Apply, Array, Number, Shape, Size, Symbol, Tree, lift, names, substitute, walk
from bpdrill.notation import Mismatch, Reading, Style, functions, infer, read, rules, text

SYMBOLS: dict[str, Shape] = {
    "w": (),
    "lambda": (),
    "t": (),
    "v12": (),
    "x": ("d",),
    "z1": ("h",),
    "h1": ("h",),
    "dh1": ("h",),
    "dz1": ("h",),
    "yhat": ("c",),
    "y": ("c",),
    "W1": ("h", "d"),
    "W2": ("c", "h"),
    "A": ("h", "h"),
    "B": ("d", "h"),
    "C": ("h", "c"),
    "D": ("d", "d"),
    "K": ("c", "c"),
    "P": ("d", "c"),
    "Q": ("c", "d"),
    "u": (2,),
    "M": (2, 2),
}
SIZES: dict[Size, int] = {2: 2, "d": 5, "h": 3, "c": 4}
SHAPES: st.SearchStrategy[Shape] = st.sampled_from(
    [(), ("h",), ("c",), (2,), ("h", "d"), ("c", "h"), ("d", "d"), (2, 2)]
)
SCORED = ("softmax", "log_softmax")
FUNCTIONS = (*(op for op in rules.ENTRYWISE if op not in ("neg", *SCORED)), "softplus")

DECIMALS = st.integers(0, 9999).map(lambda digits: Number(Fraction(digits, 100), Fraction(1, 100)))
LITERALS = st.integers(-9, 99).map(lift) | DECIMALS
EXPONENTS = st.integers(1, 3).map(lift)


def op(name: str, *args: Tree) -> Apply:
    return Apply(name, args)


@st.composite
def trees(draw: Any, shape: Shape, depth: int = 4) -> Tree:
    """A tree of ``shape``, as a learner might have written it."""

    def grown(inner: Shape = shape) -> Tree:
        tree: Tree = draw(trees(inner, depth - 1))
        return tree

    def one_of(names: tuple[str, ...]) -> str:
        return str(draw(st.sampled_from(names)))

    makers: dict[str, Callable[[], Tree]] = {
        "leaf": lambda: draw(leaves(shape)),
        "add": lambda: grown() + grown(),
        "sub": lambda: grown(()) - grown(),
        "neg": lambda: -grown(),
        "scale": lambda: grown(()) * grown(),
        "entries": lambda: grown() * grown(),
        "div": lambda: grown() / grown(()),
        "quotients": lambda: grown() / grown(),
        "greater": lambda: grown() > grown(()),
        "function": lambda: op(one_of(FUNCTIONS), grown()),
        "extreme": lambda: op(one_of(("maximum", "minimum")), grown(), grown()),
        "power": lambda: grown() ** draw(EXPONENTS),
        "inverse": lambda: draw(leaves(shape)) ** -draw(EXPONENTS),
        "tower": lambda: grown(()) ** grown(()),
        "reduce": lambda: op(one_of(rules.REDUCTIONS), grown(("h",))),
        "score": lambda: op("softmax_ce", grown(("c",)), grown(("c",))),
        "inner": lambda: grown(("c",)).T @ grown(("c",)),
        "form": lambda: (grown(("c",)).T @ grown(("c", "h"))) @ grown(("h",)),
        "softmax": lambda: op(one_of(SCORED), grown()),
        "column": lambda: grown((*shape, "c")) @ grown(("c",)),
        "outer": lambda: op("outer", grown(shape[:1]), grown(shape[1:])),
        "column_by_row": lambda: grown(shape[:1]) @ (grown(("h",)).T @ grown(("h", shape[1]))),
        "matmul": lambda: grown((shape[0], "h")) @ grown(("h", shape[1])),
        "trace": lambda: op("trace", grown(("h", "h"))),
        "diagonal": lambda: op("diag", grown(shape * 2)),
        "along": lambda: op(one_of(rules.REDUCTIONS), grown(("c", *shape)), lift(0)),
        "stood_up": lambda: (grown(("c",)).T @ grown(("c", *shape))).T,
        "diag_or_bias": lambda: (
            op("diag", grown(shape[:1])) if shape[0] == shape[1] else grown() + grown(shape[1:])
        ),
        "kept": lambda: grown() - op(one_of(rules.REDUCTIONS), grown(), lift(0), lift(1)),
        "turn": lambda: grown(shape[::-1]).T,
    }
    branches = sorted(EVERYWHERE | BY_RANK[len(shape)] if 2 not in shape else EVERYWHERE - {"inverse"})
    return makers[draw(st.sampled_from(branches)) if depth else "leaf"]()


EVERYWHERE = {"leaf", "add", "sub", "neg", "scale", "entries", "div", "quotients", "power", "greater"}
EVERYWHERE |= {"function", "extreme"}
BY_RANK = (
    {"tower", "inverse", "reduce", "score", "inner", "form", "trace"},
    {"inverse", "softmax", "column", "diagonal", "along", "stood_up"},
    {"outer", "column_by_row", "matmul", "turn", "diag_or_bias", "kept"},
)


def leaves(shape: Shape) -> st.SearchStrategy[Tree]:
    """Declared names; numbers where a scalar may stand, and literal arrays where two are wanted."""
    symbols = [Symbol(name) for name, declared in SYMBOLS.items() if declared == shape]
    named: st.SearchStrategy[Tree] = st.sampled_from(symbols)
    if shape == ():
        return named | LITERALS
    return named | st.tuples(*[leaves(shape[1:])] * 2).map(Array) if shape[0] == 2 else named


def normal(tree: Tree) -> Tree:
    """``tree`` in the spelling it is printed in, where two trees are spelled alike."""
    match tree:
        case Number(value, unit) if value < 0:
            return -Number(-value, unit)
        case Apply("outer", (left, right)):
            return normal(left) @ normal(right).T
        case Apply("maximum", (Number(value=0, unit=0), other) | (other, Number(value=0, unit=0))):
            return op("relu", normal(other))
        case Apply(name, args):
            return Apply(name, tuple(map(normal, args)))
        case Array(items):
            return Array(tuple(map(normal, items)))
    return tree


@pytest.mark.parametrize("style", Style)
@given(tree=SHAPES.flatmap(trees))
@settings(deadline=None, max_examples=200)
def test_what_is_printed_reads_back_as_the_same_tree(style: Style, tree: Tree) -> None:
    printed = text(tree, style, SYMBOLS)
    assume(len(printed) <= 2_000)
    again = read(printed, SYMBOLS)
    assert isinstance(again, Reading)
    assert (normal(again.tree), again.shape) == (normal(tree), infer(tree, SYMBOLS))


SAMPLES = (*map(Symbol, ("w", "x", "yhat", "y", "W1", "A")), Symbol("x").T)
ARITIES = {"neg": 1, "max": 1, "add": 2, "sub": 2, "div": 2, "mul": 2, "greater": 2}


def _fits(name: str, args: tuple[Tree, ...]) -> bool:
    return not isinstance(infer(Apply(name, args), SYMBOLS), Mismatch)


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("name", sorted(rules._RULES))
def test_every_op_is_printed_and_read_back_on_all_that_fits_it(name: str, style: Style) -> None:
    function = functions.find(name)
    arity = ARITIES.get(name) or (function.arity if function else 0)
    fitting = [Apply(name, args) for args in product(SAMPLES, repeat=arity) if _fits(name, args)]
    assert fitting
    for tree in fitting:
        again = read(text(tree, style, SYMBOLS), SYMBOLS)
        assert isinstance(again, Reading)
        assert (normal(again.tree), again.shape) == (normal(tree), infer(tree, SYMBOLS))


HELPERS = ("sigmoid", "leaky_relu", "elu", "gelu", "silu", "softplus", "softmax_ce", *SCORED)
LARGE = 1e100
LARGEST_INTEGER = 2**62


def _logsumexp(array: Any, axis: int | None = None, keepdims: int = 0) -> Any:
    """With the settings of numpy's own reductions."""
    return OPS["logsumexp"].forward(array, *(() if axis is None else (axis, keepdims)))


NAMESPACE: dict[str, Any] = {"np": np, "__builtins__": {"float": float}, "logsumexp": _logsumexp} | {
    name: OPS[name].forward for name in HELPERS
}


def _values(seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    lengths = {name: tuple(SIZES[size] for size in shape) for name, shape in SYMBOLS.items()}
    drawn = {name: random.uniform(-2, 2, shape) for name, shape in lengths.items()}
    return {name: value if value.shape else float(value) for name, value in drawn.items()}


def _literal(value: Any) -> Tree:
    """A value written out: the engine takes arrays of numbers and none of names."""
    return lift(float(value)) if np.ndim(value) == 0 else Array(tuple(map(_literal, value)))


def _has_large_integers(tree: Tree) -> bool:
    """Whether numbers alone make one that numpy, which keeps whole numbers as integers, has no room for."""
    literal = (node for node in walk(tree) if isinstance(node, Apply) and not names(node))
    with np.errstate(all="ignore"):
        numbers = [value_at(node, {}) for node in literal]
    return any(value is None or np.max(np.abs(value)) > LARGEST_INTEGER for value in numbers)


@given(
    SHAPES.flatmap(trees).filter(lambda tree: not _has_large_integers(tree)),
    st.integers(0, 9),
)
@settings(deadline=None, max_examples=200)
@example(Array((lift(1), lift(3))) * (Symbol("w") > lift(0)), 0)
@example(-(Symbol("z1") > Symbol("h1")) - (Symbol("w") > lift(0)), 0)
@example(-((Symbol("u") > Symbol("w")) * Symbol("u")), 0)
@example(-((Symbol("u") > Symbol("w")) * Symbol("u") / Symbol("u") * Symbol("w")), 0)
def test_numpy_code_comes_to_what_the_engine_makes_of_the_tree(tree: Tree, seed: int) -> None:
    values = _values(seed)
    written = {name: _literal(value) for name, value in values.items()}
    expected: Any = value_at(substitute(tree, written), values)
    assume(expected is not None and np.max(np.abs(expected)) < LARGE)
    values["lambda_"] = values["lambda"]
    try:
        with np.errstate(all="ignore", invalid="raise", divide="raise"):
            value = eval(text(tree, Style.NUMPY, SYMBOLS), NAMESPACE, values)  # noqa: S307  no learner's text
    except FloatingPointError:
        reject()  # a part without a value, which a mask or a larger neighbour then hid
    np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-12)
