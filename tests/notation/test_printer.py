"""What is printed is what one would write by hand, and reads back as the same tree."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.tree import Apply, Array, Number, Shape, Symbol, Tree, lift
from bpdrill.notation import Reading, Style, infer, read, text

SYMBOLS: dict[str, Shape] = {
    "w": (),
    "lambda": (),
    "t": (),
    "v12": (),
    "x": ("d",),
    "z1": ("h",),
    "h1": ("h",),
    "dh1": ("h",),
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
}
w, x, z1, h1, dh1, yhat, y, W1, W2, A = map(
    Symbol, ("w", "x", "z1", "h1", "dh1", "yhat", "y", "W1", "W2", "A")
)
rate = Symbol("lambda")


def op(name: str, *args: Tree) -> Apply:
    return Apply(name, args)


PRINTED: tuple[tuple[Tree, str, str, str], ...] = (
    (2 * (w * rate - 1) * w, "2·(w·λ − 1)·w", "2*(w*lambda - 1)*w",
     r"2 \cdot \left(w \cdot \lambda - 1\right) \cdot w"),
    (W2.T @ (yhat - y), "W₂ᵀ (ŷ − y)", "W2^T (yhat - y)", r"W_{2}^\top \left(\hat{y} - y\right)"),
    (op("outer", dh1, x), "dh₁ xᵀ", "dh1 x^T", r"dh_{1} x^\top"),
    (op("mul", dh1, z1 > 0), "dh₁ ⊙ 1[z₁ > 0]", "dh1 .* 1[z1 > 0]", r"dh_{1} \odot \mathbb{1}[z_{1} > 0]"),
    (op("sigmoid", w) * (1 - op("sigmoid", w)), "σ(w)·(1 − σ(w))", "sigmoid(w)*(1 - sigmoid(w))",
     r"\sigma\left(w\right) \cdot \left(1 - \sigma\left(w\right)\right)"),
    (-op("sum", op("mul", y, op("log", yhat))), "−Σ(y ⊙ log(ŷ))", "-sum(y .* log(yhat))",
     r"-\sum\left(y \odot \log\left(\hat{y}\right)\right)"),
    (lift(1) / 2 * w, "(1/2)·w", "(1/2)*w", r"\frac{1}{2} \cdot w"),
    (w**2 / (w - 1), "w²/(w − 1)", "w^2/(w - 1)", r"\frac{w^{2}}{w - 1}"),
    (-(lift(2) ** 2), "−2²", "-2^2", "-2^{2}"),
    ((-lift(2)) ** 2, "(−2)²", "(-2)^2", r"\left(-2\right)^{2}"),
    (w - (rate - 1), "w − (λ − 1)", "w - (lambda - 1)", r"w - \left(\lambda - 1\right)"),
    (w ** -lift(1), "w⁻¹", "w^(-1)", "w^{-1}"),
    (op("abs", op("abs", w)), "abs(|w|)", "abs(|w|)", "abs(|w|)"),
    (Array((lift(1), w)), "[1, w]", "[1, w]", "[1, w]"),
)  # fmt: skip


@pytest.mark.parametrize(("tree", "unicode", "ascii_", "latex"), PRINTED)
def test_formulas_look_as_written_by_hand(tree: Tree, unicode: str, ascii_: str, latex: str) -> None:
    printed = {style: text(tree, style, SYMBOLS) for style in Style}
    assert printed == {Style.UNICODE: unicode, Style.ASCII: ascii_, Style.LATEX: latex}


NAMES = {
    "W1": ("W₁", "W_{1}"),
    "h12": ("h₁₂", "h_{12}"),
    "yhat": ("ŷ", r"\hat{y}"),
    "dxhat": ("dx\u0302", r"d\hat{x}"),
    "delta2": ("δ₂", r"\delta_{2}"),
    "dlambda": ("dλ", r"d\lambda"),
    "loss": ("loss", "loss"),
    "loss_a": ("loss_a", r"\mathrm{loss_a}"),
}


@pytest.mark.parametrize(("name", "printed"), NAMES.items())
def test_names_look_as_on_paper_and_read_back(name: str, printed: tuple[str, str]) -> None:
    symbols: dict[str, Shape] = {name: ()}
    assert tuple(text(Symbol(name), style) for style in (Style.UNICODE, Style.LATEX)) == printed
    assert all(read(typed, symbols) == Reading(Symbol(name), ()) for typed in printed)


def test_without_shapes_a_product_is_taken_for_one_of_scalars() -> None:
    assert text(dh1 * z1) == "dh₁·z₁"


def test_ascii_is_ascii() -> None:
    assert all(text(tree, Style.ASCII, SYMBOLS).isascii() for tree, *_ in PRINTED)


ENTRYWISE = ("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "gelu", "elu", "abs", "softmax")
DECIMALS = st.integers(0, 9999).map(lambda digits: Number(Fraction(digits, 100), Fraction(1, 100)))
POWERS = st.integers(1, 3).map(lift) | st.integers(1, 3).map(lambda whole: -lift(whole))
LITERALS = st.integers(0, 99).map(lift) | DECIMALS


@st.composite
def trees(draw: Any, shape: Shape, depth: int = 3) -> Tree:
    """A tree of ``shape``, as a learner might have written it."""
    named = st.sampled_from([Symbol(name) for name, declared in SYMBOLS.items() if declared == shape])
    leaf: Tree = draw(LITERALS | named if shape == () else named)
    if depth == 0:
        return leaf
    alike, scalar = trees(shape, depth - 1), trees((), depth - 1)
    grown = draw(st.sampled_from(sorted(_GROWN | _GROWN_BY_RANK[len(shape)])))
    makers: dict[str, Callable[[], Tree]] = {
        "leaf": lambda: leaf,
        "add": lambda: draw(alike) + draw(alike),
        "sub": lambda: draw(scalar) - draw(alike),
        "neg": lambda: -draw(alike),
        "scale": lambda: draw(scalar) * draw(alike),
        "entries": lambda: draw(alike) * draw(alike),
        "div": lambda: draw(alike) / draw(scalar),
        "greater": lambda: draw(alike) > draw(scalar),
        "entrywise": lambda: op(draw(st.sampled_from(ENTRYWISE)), draw(alike)),
        "power": lambda: draw(alike) ** draw(POWERS if len(shape) < 2 else st.just(lift(2))),
        "tower": lambda: draw(scalar) ** draw(scalar),
        "sum": lambda: op("sum", draw(trees(("h",), depth - 1))),
        "inner": lambda: draw(trees(("c",), depth - 1)).T @ draw(trees(("c",), depth - 1)),
        "column": lambda: draw(trees((*shape, "c"), depth - 1)) @ draw(trees(("c",), depth - 1)),
        "outer": lambda: draw(trees(shape[:1], depth - 1)) @ draw(trees(shape[1:], depth - 1)).T,
        "matmul": lambda: draw(trees((shape[0], "h"), depth - 1)) @ draw(trees(("h", shape[1]), depth - 1)),
        "turn": lambda: draw(trees(shape[::-1], depth - 1)).T,
    }
    return makers[grown]()


_GROWN = {"add", "sub", "neg", "scale", "entries", "div", "greater", "entrywise", "power"}
_GROWN_BY_RANK = ({"tower", "sum", "inner", "leaf"}, {"column", "leaf"}, {"outer", "matmul", "turn"})
SHAPES = st.sampled_from([(), ("h",), ("c",), ("h", "d"), ("c", "h"), ("d", "d")])


@given(SHAPES.flatmap(trees), st.sampled_from(Style))
@settings(deadline=None, max_examples=400)
def test_what_is_printed_reads_back_as_the_same_tree(tree: Tree, style: Style) -> None:
    printed = text(tree, style, SYMBOLS)
    if len(printed) > 2_000:
        return
    assert read(printed, SYMBOLS) == Reading(tree, infer(tree, SYMBOLS))
