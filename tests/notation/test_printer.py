"""What is printed is what one would write by hand."""

from __future__ import annotations

import pytest

from bpdrill.model.tree import Apply, Array, Shape, Symbol, Tree, lift
from bpdrill.notation import Reading, Style, read, text

SYMBOLS: dict[str, Shape] = {
    "a": (),
    "b": (),
    "c": (),
    "w": (),
    "lambda": (),
    "x": ("d",),
    "z1": ("h",),
    "h1": ("h",),
    "dh1": ("h",),
    "dz2": ("c",),
    "yhat": ("c",),
    "y": ("c",),
    "W1": ("h", "d"),
    "W2": ("c", "h"),
    "A": ("h", "h"),
    "B": ("h", "h"),
}
a, b, c, w, x, z1, h1, dh1 = map(Symbol, ("a", "b", "c", "w", "x", "z1", "h1", "dh1"))
dz2, yhat, y, W1, W2, A, B = map(Symbol, ("dz2", "yhat", "y", "W1", "W2", "A", "B"))
rate = Symbol("lambda")
zero, one, two = lift(0), lift(1), lift(2)


def op(name: str, *args: Tree) -> Apply:
    return Apply(name, args)


SCALARS: tuple[tuple[Tree, str, str, str, str], ...] = (
    (2 * (w * rate - 1) * w, "2·(w·λ − 1)·w", "2*(w*lambda - 1)*w",
     r"2 \cdot \left(w \cdot \lambda - 1\right) \cdot w", "2 * (w * lambda_ - 1) * w"),
    (a - (b - c), "a − (b − c)", "a - (b - c)", r"a - \left(b - c\right)", "a - (b - c)"),
    (a - b - c, "a − b − c", "a - b - c", "a - b - c", "a - b - c"),
    (a / (b / c), "a/(b/c)", "a/(b/c)", r"\frac{a}{\frac{b}{c}}", "a / (b / c)"),
    (a * b / c, "a·b/c", "a*b/c", r"\frac{a \cdot b}{c}", "a * b / c"),
    (a * (b / c), "a·(b/c)", "a*(b/c)", r"a \cdot \frac{b}{c}", "a * (b / c)"),
    (a / (b * c), "a/(b·c)", "a/(b*c)", r"\frac{a}{b \cdot c}", "a / (b * c)"),
    (one / 2 * w, "(1/2)·w", "(1/2)*w", r"\frac{1}{2} \cdot w", "(1 / 2) * w"),
    (w**2 / (w - 1), "w²/(w − 1)", "w^2/(w - 1)", r"\frac{w^{2}}{w - 1}", "w**2 / (w - 1)"),
    (-(w**2), "−w²", "-w^2", "-w^{2}", "-w**2"),
    ((-w) ** 2, "(−w)²", "(-w)^2", r"\left(-w\right)^{2}", "(-w)**2"),
    (-(two**2), "−2²", "-2^2", "-2^{2}", "-2**2"),
    ((-two) ** 2, "(−2)²", "(-2)^2", r"\left(-2\right)^{2}", "(-2)**2"),
    ((a * b) ** 2, "(a·b)²", "(a*b)^2", r"\left(a \cdot b\right)^{2}", "(a * b)**2"),
    (a ** (b**c), "a^(b^c)", "a^(b^c)", "a^{b^{c}}", "a**(b**c)"),
    ((a**b) ** c, "(a^b)^c", "(a^b)^c", r"\left(a^{b}\right)^{c}", "(a**b)**c"),
    (w**-one, "w⁻¹", "w^(-1)", "w^{-1}", "w**(-1)"),
    (-(a * b), "−a·b", "-a*b", r"-a \cdot b", "-a * b"),
    ((-a) * b, "(−a)·b", "(-a)*b", r"\left(-a\right) \cdot b", "(-a) * b"),
    (a - (-b), "a − (−b)", "a - (-b)", r"a - \left(-b\right)", "a - (-b)"),
    (op("sigmoid", w) * (1 - op("sigmoid", w)), "σ(w)·(1 − σ(w))", "sigmoid(w)*(1 - sigmoid(w))",
     r"\sigma\left(w\right) \cdot \left(1 - \sigma\left(w\right)\right)", "sigmoid(w) * (1 - sigmoid(w))"),
    (1 / (1 + op("exp", -w)), "1/(1 + exp(−w))", "1/(1 + exp(-w))",
     r"\frac{1}{1 + \exp\left(-w\right)}", "1 / (1 + np.exp(-w))"),
    (op("tanh", w) ** 2, "tanh(w)²", "tanh(w)^2", r"\tanh\left(w\right)^{2}", "np.tanh(w)**2"),
    (op("sqrt", w + 1), "√(w + 1)", "sqrt(w + 1)", r"\sqrt{w + 1}", "np.sqrt(w + 1)"),
    (op("abs", op("abs", w)), "abs(|w|)", "abs(|w|)", r"\mathrm{abs}\left(|w|\right)", "np.abs(np.abs(w))"),
    (op("maximum", a, b), "max(a, b)", "max(a, b)", r"\max\left(a, b\right)", "np.maximum(a, b)"),
    (op("minimum", a, b), "min(a, b)", "min(a, b)", r"\min\left(a, b\right)", "np.minimum(a, b)"),
    (b * (w > 0), "b·1[w > 0]", "b*1[w > 0]", r"b \cdot \mathbb{1}[w > 0]", "b * (w > 0)"),
    ((a > 0) - (b > 0), "1[a > 0] − 1[b > 0]", "1[a > 0] - 1[b > 0]",
     r"\mathbb{1}[a > 0] - \mathbb{1}[b > 0]", "float(a > 0) - float(b > 0)"),
)  # fmt: skip
ARRAYS: tuple[tuple[Tree, str, str, str, str], ...] = (
    (W2.T, "W₂ᵀ", "W2^T", r"W_{2}^\top", "W2.T"),
    (W2.T @ dz2, "W₂ᵀ dz₂", "W2^T dz2", r"W_{2}^\top dz_{2}", "W2.T @ dz2"),
    ((yhat - y) @ h1.T, "(ŷ − y) h₁ᵀ", "(yhat - y) h1^T", r"\left(\hat{y} - y\right) h_{1}^\top",
     "np.outer(yhat - y, h1)"),
    (op("outer", dh1, x), "dh₁ xᵀ", "dh1 x^T", r"dh_{1} x^\top", "np.outer(dh1, x)"),
    (op("mul", W2.T @ (yhat - y), z1 > 0), "W₂ᵀ (ŷ − y) ⊙ 1[z₁ > 0]", "W2^T (yhat - y) .* 1[z1 > 0]",
     r"W_{2}^\top \left(\hat{y} - y\right) \odot \mathbb{1}[z_{1} > 0]", "W2.T @ (yhat - y) * (z1 > 0)"),
    ((z1 > 0) * (h1 > 0), "1[z₁ > 0] ⊙ 1[h₁ > 0]", "1[z1 > 0] .* 1[h1 > 0]",
     r"\mathbb{1}[z_{1} > 0] \odot \mathbb{1}[h_{1} > 0]", "(z1 > 0).astype(float) * (h1 > 0).astype(float)"),
    (2 * (z1 > 0), "2·1[z₁ > 0]", "2*1[z1 > 0]", r"2 \cdot \mathbb{1}[z_{1} > 0]",
     "2 * (z1 > 0).astype(float)"),
    ((A @ B).T, "(A B)ᵀ", "(A B)^T", r"\left(A B\right)^\top", "(A @ B).T"),
    (A @ B.T, "A Bᵀ", "A B^T", r"A B^\top", "A @ B.T"),
    (A @ (B @ z1), "A (B z₁)", "A (B z1)", r"A \left(B z_{1}\right)", "A @ (B @ z1)"),
    (A * B, "A ⊙ B", "A .* B", r"A \odot B", "np.multiply(A, B)"),
    (dh1 * h1, "dh₁ ⊙ h₁", "dh1 .* h1", r"dh_{1} \odot h_{1}", "dh1 * h1"),
    (w * A @ z1, "w·A z₁", "w*A z1", r"w \cdot A z_{1}", "w * A @ z1"),
    (h1.T @ z1, "h₁ᵀ z₁", "h1^T z1", r"h_{1}^\top z_{1}", "h1 @ z1"),
    (h1.T @ A @ z1, "h₁ᵀ A z₁", "h1^T A z1", r"h_{1}^\top A z_{1}", "(h1[None, :] @ A @ z1).item()"),
    ((h1.T @ A).T, "(h₁ᵀ A)ᵀ", "(h1^T A)^T", r"\left(h_{1}^\top A\right)^\top", "(h1[None, :] @ A)[0]"),
    (op("sum", W2, zero), "Σ(W₂, 0)", "sum(W2, 0)", r"\sum\left(W_{2}, 0\right)", "np.sum(W2, axis=0)"),
    (op("max", x), "amax(x)", "amax(x)", r"\mathrm{amax}\left(x\right)", "np.amax(x)"),
    (op("diag", x), "diag(x)", "diag(x)", r"\mathrm{diag}\left(x\right)", "np.diag(x)"),
    (dh1 / dh1, "divide(dh₁, dh₁)", "divide(dh1, dh1)", r"\mathrm{divide}\left(dh_{1}, dh_{1}\right)",
     "np.divide(dh1, dh1)"),
    (h1.T @ A, "h₁ᵀ A", "h1^T A", r"h_{1}^\top A", "h1[None, :] @ A"),
    (z1 @ (x.T @ W1.T), "z₁ (xᵀ W₁ᵀ)", "z1 (x^T W1^T)", r"z_{1} \left(x^\top W_{1}^\top\right)",
     "z1[:, None] @ (x[None, :] @ W1.T)"),
    (-op("sum", y * op("log", yhat)), "−Σ(y ⊙ log(ŷ))", "-sum(y .* log(yhat))",
     r"-\sum\left(y \odot \log\left(\hat{y}\right)\right)", "-np.sum(y * np.log(yhat))"),
    (op("relu", W1 @ x), "relu(W₁ x)", "relu(W1 x)", r"\mathrm{relu}\left(W_{1} x\right)",
     "np.maximum(W1 @ x, 0)"),
    (op("softmax_ce", yhat, y), "softmax_ce(ŷ, y)", "softmax_ce(yhat, y)",
     r"\mathrm{softmax\_ce}\left(\hat{y}, y\right)", "softmax_ce(yhat, y)"),
    (Array((one, -w)), "[1, −w]", "[1, -w]", r"\begin{bmatrix} 1 \\ -w \end{bmatrix}", "np.array([1, -w])"),
    (Array((Array((one, two)), Array((w, a + b)))), "[[1, 2], [w, a + b]]", "[[1, 2], [w, a + b]]",
     r"\begin{bmatrix} 1 & 2 \\ w & a + b \end{bmatrix}", "np.array([[1, 2], [w, a + b]])"),
    (Array((Array((one, two)),)), "[[1, 2]]", "[[1, 2]]", "[[1, 2]]", "np.array([[1, 2]])"),
)  # fmt: skip


@pytest.mark.parametrize(("tree", "unicode", "ascii_", "latex", "numpy"), SCALARS + ARRAYS)
def test_formulas_look_as_written_by_hand(
    tree: Tree, unicode: str, ascii_: str, latex: str, numpy: str
) -> None:
    assert [text(tree, style, SYMBOLS) for style in Style] == [unicode, ascii_, latex, numpy]


NAMES = {
    "W1": ("W₁", "W_{1}"),
    "h12": ("h₁₂", "h_{12}"),
    "yhat": ("ŷ", r"\hat{y}"),
    "dxhat": ("dx\u0302", r"d\hat{x}"),
    "delta2": ("δ₂", r"\delta_{2}"),
    "dlambda": ("dλ", r"d\lambda"),
    "loss": ("loss", "loss"),
    "loss_a": ("loss_a", r"\mathrm{loss\_a}"),
}


@pytest.mark.parametrize(("name", "printed"), NAMES.items())
def test_names_look_as_on_paper_and_read_back(name: str, printed: tuple[str, str]) -> None:
    symbols: dict[str, Shape] = {name: ()}
    assert tuple(text(Symbol(name), style) for style in (Style.UNICODE, Style.LATEX)) == printed
    assert all(read(typed, symbols) == Reading(Symbol(name), ()) for typed in printed)


def test_without_shapes_a_product_is_taken_for_one_of_scalars() -> None:
    assert text(dh1 * z1) == "dh₁·z₁"


def test_ascii_and_code_are_ascii() -> None:
    plain = (Style.ASCII, Style.NUMPY)
    assert all(text(tree, style, SYMBOLS).isascii() for tree, *_ in SCALARS + ARRAYS for style in plain)
