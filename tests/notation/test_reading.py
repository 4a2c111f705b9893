"""What people type, and the tree that was meant. Trees are built with the model's own operators."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Apply, Array, Line, Number, Shape, Symbol, Tree, lift
from bpdrill.notation import Mismatch, Reading, infer, read, read_array, read_names, read_number, read_program

SCALARS: dict[str, Shape] = dict.fromkeys(("w", "x", "b", "y", "z"), ())
NETWORK: dict[str, Shape] = {
    "W1": ("h", "d"),
    "W2": ("c", "h"),
    "x": ("d",),
    "z1": ("h",),
    "h1": ("h",),
    "dh1": ("h",),
    "dz1": ("h",),
    "y": ("c",),
    "yhat": ("c",),
    "dz2": ("c",),
    "a": ("h", "h"),
    "n": (),
}


def op(name: str, *args: Tree) -> Apply:
    return Apply(name, args)


def literal(value: str, unit: str = "0") -> Number:
    return Number(Fraction(value), Fraction(unit))


w, x, b, y, z = map(Symbol, "wxbyz")
sigma = op("sigmoid", z)
RESIDUAL = 2 * (w * x + b - y) * x
SCALAR_CASES: dict[str, Tree] = {
    "2(wx+b-y)x": RESIDUAL,
    "2*(w*x + b − y)*x": RESIDUAL,
    "2·(w·x + b − y)·x": RESIDUAL,
    "dL/dw = 2(wx+b-y)x": RESIDUAL,
    "∂L/∂w = 2(wx+b-y)x": RESIDUAL,
    "$2\\left(wx + b - y\\right)x$": RESIDUAL,
    "= 2 [w x + b - y] x": RESIDUAL,
    "σ(z)(1−σ(z))": sigma * (1 - sigma),
    "sigmoid'(z)": sigma * (1 - sigma),
    "σ′(z)": sigma * (1 - sigma),
    "\\sigma(z)\\,(1-\\sigma(z))": sigma * (1 - sigma),
    "tanh'(z)": 1 - op("tanh", z) ** 2,
    "1 - \\tanh^2(z)": 1 - op("tanh", z) ** 2,
    "1 - tanh²z": 1 - op("tanh", z) ** 2,
    "relu'(z)": z > 0,
    "max(0, z)": op("relu", z),
    "np.maximum(z, 0)": op("relu", z),
    "max(x, y)": op("maximum", x, y),
    "min(x, y)": op("minimum", x, y),
    "gelu(z) + swish(z)": op("gelu", z) + op("silu", z),
    "F.leaky_relu(z)": op("leaky_relu", z),
    "x cos x": x * op("cos", x),
    "xσ(z)": x * sigma,
    "σz x": sigma * x,
    "sin 2x": op("sin", 2 * x),
    "sin wx": op("sin", w * x),
    "ln x": op("log", x),
    "|x|": op("abs", x),
    "|x||y|": op("abs", x) * op("abs", y),
    "√x": op("sqrt", x),
    "√(x + y)": op("sqrt", x + y),
    "\\sqrt{x}": op("sqrt", x),
    "1/(2√x)": 1 / (2 * op("sqrt", x)),
    "sqrt'(x)": 1 / (2 * op("sqrt", x)),
    "e^{-z}": op("exp", -z),
    "e^-z": op("exp", -z),
    "exp(-z)": op("exp", -z),
    "np.exp(-z)": op("exp", -z),
    "\\frac{1}{1 + e^{-z}}": 1 / (1 + op("exp", -z)),
    "1/2x": lift(1) / 2 * x,
    "x/2y": x / 2 * y,
    "-2^2": -(lift(2) ** 2),
    "2^3^2": lift(2) ** (lift(3) ** 2),
    "x**2": x**2,
    "x² y": x**2 * y,
    "2x⁻¹": 2 * x ** -lift(1),
    "x^2y": x**2 * y,
    "-x y": -(x * y),
    "x - -y": x - -y,
    "x ÷ y": x / y,
    "x × y": x * y,
    "xy": x * y,
    "softplus(z)": op("softplus", z),
    "np.where(z > 0, w, 0)": w * (z > 0),
    "where(z > 0, 1, 0)": z > 0,
    "where(z > 0, w, x)": w * (z > 0) + x * (1 - (z > 0)),
    "w·1[z > 0]": w * (z > 0),
    "(z ≥ 0) w": (1 - (lift(0) > z)) * w,
    "z < x": x > z,
    "50% x": literal("1/2") * x,
}

W1, W2, X, z1, h1, dh1, dz1 = map(Symbol, ("W1", "W2", "x", "z1", "h1", "dh1", "dz1"))
Y, yhat, dz2, a, n = map(Symbol, ("y", "yhat", "dz2", "a", "n"))
BACK = W2.T @ (yhat - Y)
OUTER = dz2 @ h1.T
MASKED = op("mul", dh1, z1 > 0)
CROSS_ENTROPY = -op("sum", op("mul", Y, op("log", yhat)))
NETWORK_CASES: dict[str, Tree] = {
    "W2^T (yhat - y)": BACK,
    "W₂ᵀ(ŷ − y)": BACK,
    "W2.T @ (y_hat - y)": BACK,
    "W2'*(yhat-y)": BACK,
    "W_2^\\top (\\hat{y} - y)": BACK,
    "\\mathbf{W}_2^T(\\hat{\\mathbf{y}} - \\mathbf{y})": BACK,
    "𝐖₂ᵀ (ŷ − 𝐲)": BACK,
    "np.dot(W2.T, yhat - y)": BACK,
    "W2.T.dot(yhat - y)": BACK,
    "matmul(transpose(W2), yhat - y)": BACK,
    "dz2 h1^T": OUTER,
    "dz₂h₁ᵀ": OUTER,
    "dz2[:, None] @ h1[None, :]": OUTER,
    "dz2[:, None] * h1[None, :]": OUTER,
    "dz2[:, None] * h1": OUTER,
    "h1[None, :] * dz2[:, None]": OUTER,
    "h1 * dz2[:, np.newaxis]": OUTER,
    "dz2 @ W2": W2.T @ dz2,
    "(dz2 @ W2) * (z1 > 0)": op("mul", W2.T @ dz2, z1 > 0),
    "y @ yhat": Y.T @ yhat,
    "dL/dz2 h1'": OUTER,
    "∂L/∂z₂ h_1^T": OUTER,
    "\\frac{\\partial L}{\\partial z_2} h_1^\\top": OUTER,
    "\\nabla_{z_2} L h_1^{T}": OUTER,
    "grad_z2 h1^T": OUTER,
    "δz2 h1^T": OUTER,
    "z2.grad @ h1.T": OUTER,
    "np.outer(dz2, h1)": op("outer", dz2, h1),
    "dz2 ⊗ h1": op("outer", dz2, h1),
    "dh1 ⊙ 1[z₁ > 0]": MASKED,
    "dh1 ∘ 𝟙[z_1>0]": MASKED,
    "dh1 * (z1 > 0)": MASKED,
    "dh1 * (z1 > 0).astype(float)": MASKED,
    "dh1 * (z1 > 0).float()": MASKED,
    "dh1 .* 1(z1>0)": MASKED,
    "dh1 * 1{z1>0}": MASKED,
    "dh1 * I[z1 > 0]": MASKED,
    "dh1 ⊙ [z1 > 0]": MASKED,
    "dh_1 \\odot \\mathbb{1}[z_1 > 0]": MASKED,
    "dh_1 \\odot \\mathbf{1}_{z_1 > 0}": MASKED,
    "dh1 ⊙ relu'(z1)": MASKED,
    "np.where(z1 > 0, dh1, 0)": MASKED,
    "1[z1 > 0] ⊙ W2^T dz2": op("mul", z1 > 0, W2.T @ dz2),
    "W₂ᵀ(ŷ − y) ⊙ 1[z₁ > 0]": op("mul", BACK, z1 > 0),
    "y yhat^T": Y @ yhat.T,
    "y^T yhat": Y.T @ yhat,
    "y · yhat": Y.T @ yhat,
    "y * yhat": op("mul", Y, yhat),
    "W1x": W1 @ X,
    "W1*x": W1 @ X,
    "W1·x": W1 @ X,
    "a*a": a @ a,
    "2 y": 2 * Y,
    "n*y": n * Y,
    "y/n": Y / n,
    "softmax(z1)": op("softmax", z1),
    "logsumexp(z1)": op("logsumexp", z1),
    "softmax_ce(z1, h1)": op("softmax_ce", z1, h1),
    "F.softmax(z1, dim=-1)": op("softmax", z1),
    "dz2.sum(axis=0)": op("sum", dz2),
    "-sum(y*log(yhat))": CROSS_ENTROPY,
    "-np.sum(y * np.log(yhat))": CROSS_ENTROPY,
    "-Σ_k y_k log ŷ_k": CROSS_ENTROPY,
    "-\\sum_{k=1}^{K} y_k \\log \\hat{y}_k": CROSS_ENTROPY,
    "Σ_k (ŷ_k − y_k)²": op("sum", (yhat - Y) ** 2),
    "\\begin{bmatrix} 1 & n \\\\ n & 2 \\end{bmatrix}": Array((Array((lift(1), n)), Array((n, lift(2))))),
}

B: dict[str, Shape] = {
    "X": ("B", "d"),
    "W": ("d", "h"),
    "b": ("h",),
    "v": ("B",),
    "q": ("h",),
    "A": ("h", "h"),
}
BX, BW, bias, v, q, A = map(Symbol, B)
zero, one = lift(0), lift(1)
BATCH_CASES: dict[str, Tree] = {
    "X @ W + b": BX @ BW + bias,
    "b + X W": bias + BX @ BW,
    "X.mm(W)": BX @ BW,
    "torch.matmul(X, W)": BX @ BW,
    "X.t() @ v": BX.T @ v,
    "np.dot(v, X)": BX.T @ v,
    "X.transpose(0, 1) v": BX.T @ v,
    "X.sum(0)": op("sum", BX, zero),
    "X.sum(axis=0)": op("sum", BX, zero),
    "np.sum(X, axis=0)": op("sum", BX, zero),
    "sum(X, -2)": op("sum", BX, zero),
    "X.mean(dim=1)": op("mean", BX, one),
    "b.sum(axis=0)": op("sum", bias),
    "np.sum(X, axis=None)": op("sum", BX),
    "X - X.mean(axis=0)": BX - op("mean", BX, zero),
    "X - np.max(X, axis=1, keepdims=True)": BX - op("max", BX, one, one),
    "X.max(1)": op("max", BX, one),
    "softmax(X, axis=1)": op("softmax", BX),
    "softmax(X, axis=0)": op("softmax", BX, zero),
    "logsumexp(X, axis=1)": op("logsumexp", BX, one),
    "trace(A)": op("trace", A),
    "\\mathrm{tr}(A)": op("trace", A),
    "diag(b) A": op("diag", bias) @ A,
    "np.linalg.norm(b)": op("sqrt", op("sum", bias**2)),
    "‖b‖²": op("sqrt", op("sum", bias**2)) ** 2,
    "||b||": op("sqrt", op("sum", bias**2)),
    "\\|X\\|_F^2": op("sqrt", op("sum", BX**2)) ** 2,
    "‖b‖_1": op("sum", op("abs", bias)),
    "onehot(1, 3)": Array((zero, one, zero)),
    "⟨b, q⟩": bias.T @ q,
    "b.pow(2).sum()": op("sum", bias**2),
    "b.reshape(-1, 1) @ q.reshape(1, -1)": bias @ q.T,
    "b.unsqueeze(1) * q": bias @ q.T,
    "A * b[:, None]": op("diag", bias) @ A,
    "b[:, None] * A": op("diag", bias) @ A,
    "X * v[:, None]": op("diag", v) @ BX,
    "b[None, :] * A": op("mul", bias.T, A),
    "A * b[None, :]": op("mul", A, bias.T),
    "(b[None, :] @ A)[0]": (bias.T @ A).T,
    "(b @ q).item()": bias.T @ q,
    "np.einsum('ij,jk->ik', X, W)": BX @ BW,
    "einsum('ij,jk', X, W)": BX @ BW,
    "einsum('ij,jk->ki', X, W)": (BX @ BW).T,
    'einsum("ji,j->i", X, v)': BX.T @ v,
    "einsum('i,j->ij', v, b)": op("outer", v, bias),
    "einsum('i,j->ji', v, b)": op("outer", v, bias).T,
    "einsum('i,i->', b, q)": op("sum", op("mul", bias, q)),
    "einsum('i,i->i', b, q)": op("mul", bias, q),
    "einsum('ij,ij->i', X, X)": op("sum", op("mul", BX, BX), one),
    "einsum('ij,ji->', A, A)": op("sum", op("mul", A, A.T)),
    "einsum('ij,i->ij', X, v)": op("diag", v) @ BX,
    "einsum('ij->j', X)": op("sum", BX, zero),
    "einsum('ij->ji', X)": BX.T,
    "einsum('ii', A)": op("trace", A),
    "einsum('ii->i', A)": op("diag", A),
    "einsum('ij,k->k', X, b)": op("mul", op("sum", BX), bias),
}
BATCH_REFUSED: dict[str, tuple[int, str]] = {
    "A² b": (1, "write A A, or power(A, 2)"),
    "1^T X": (2, "sum(A, axis=0)"),
    "X.sum(axis=2)": (1, "sum(A, axis=0)"),
    "X.sum(where=b)": (6, "where is not read"),
    "‖X‖_1": (0, "‖W‖_F"),
    "onehot(3, 3)": (0, "onehot(2, 5)"),
    "einsum('ij,jk->ik', X, W, b)": (0, "einsum is read like this"),
    "einsum('ij,jk->ijk', X, W)": (0, "einsum is read like this"),
    "einsum('ij,jk->ik', W, X)": (0, "einsum is read like this"),
    "einsum(X, W)": (0, "einsum is read like this"),
    "\\sum_{i=1}^{3} b_i": (15, "other limits"),
    "\\sum_{i=1}^{B} b_i": (15, "other limits"),
    "\\sum_{i=2}^{h} b_i": (15, "other limits"),
    "\\sum_{i=1}^{h-1} b_i": (4, "cannot be read"),
    "\\sum_i b^T q": (7, "write it with matrix"),
    "\\prod_{i=1}^{h} b_i": (0, "product of entries"),
}
FAMILY: dict[str, Shape] = dict.fromkeys(("w1", "w2", "w3", "z1", "z2", "x"), ()) | {"u": (3,)}
w1, w2, w3, u = map(Symbol, ("w1", "w2", "w3", "u"))
FAMILY_CASES: dict[str, Tree] = {
    "\\prod_{i=1}^{3} w_i": w1 * w2 * w3,
    "∏_{i=2}^3 w_i": w2 * w3,
    "∏ᵢ₌₁³ wᵢ": w1 * w2 * w3,
    "prod_{i=1}^{2} w_{i+1}": w2 * w3,
    "\\prod_{i=2}^{3} w_i σ'(z_{i-1})": (
        w2 * (op("sigmoid", Symbol("z1")) * (1 - op("sigmoid", Symbol("z1"))))
    )
    * (w3 * (op("sigmoid", Symbol("z2")) * (1 - op("sigmoid", Symbol("z2"))))),
    "\\prod_{i=2}^{5} 0.25": literal("0.25", "0.01") ** 4,
    "\\prod_{i=2}^{5} x": x**4,
    "\\sum_{i=1}^{3} w_i": w1 + w2 + w3,
    "\\sum_{i=1}^{2} i x": lift(1) * x + lift(2) * x,
    "\\sum_{i=1}^{3} 2 x": 3 * (2 * x),
    "\\sum_{i=1}^{3} u_i": op("sum", u),
    "\\sum_{i=0}^{2} u_i^2": op("sum", u**2),
}
FAMILY_REFUSED: dict[str, tuple[int, str]] = {
    "\\prod_{i=1}^{4} w_i": (16, "w_4 is not a name"),
    "\\prod_{i=1}^{3} w_i · x": (22, "Put brackets"),
    "\\prod_{i=1}^{3} w_i / 2": (20, "Put brackets"),
    "\\prod_{i=3}^{1} w_i": (0, "below the lower"),
    "\\prod_{i=1}^{2} u": (0, "Only numbers"),
    "\\sum_{i=1}^{4} u_i": (15, "other limits"),
    "\\sum_{i=1}^{99} i": (0, "too many terms"),
    "\\sum_{i=1}^{3} \\sum_{j=1}^{3} x": (15, "within another"),
    "Σ_k x": (0, "has the index k"),
}
PRIMES: dict[str, Tree] = {
    "leaky_relu'(z)": (z > 0) + literal("0.01") * (1 - (z > 0)),
    "elu'(z)": op("exp", op("minimum", z, zero)),
    "silu'(z)": sigma * (1 + z * (1 - sigma)),
    "softplus'(z)": sigma,
    "abs'(z)": (z > 0) - (zero > z),
    "square'(z)": 2 * z,
    "exp'(z)": op("exp", z),
    "sign(z)": (z > 0) - (zero > z),
    "log1p(z)": op("log", 1 + z),
}

NUMBERS: dict[str, Tree] = {
    "-6": -lift(6),
    "−6": -lift(6),
    "+6": lift(6),
    "2*3": lift(2) * 3,
    "2(-1)": lift(2) * -lift(1),
    "1/256": lift(1) / 256,
    "\\frac12": lift(1) / 2,
    "33%": literal("33/100"),
    "0.39%": literal("39/10000", "1/10000"),
    "4 × 10^17": lift(4) * lift(10) ** 17,
    "4x10^17": lift(4) * lift(10) ** 17,
    "4e17": literal("4e17", "1e17"),
    "4.1e17": literal("4.1e17", "1e16"),
    "1e-6": literal("1e-6", "1e-6"),
    "1,000,000": lift(1_000_000),
    "10,000": lift(10_000),
    "1_000_000": lift(1_000_000),
    "max(0, 100)": op("relu", lift(100)),
    "0.411": literal("0.411", "0.001"),
    ".5": literal("0.5", "0.1"),
    "0.250": literal("0.25", "0.001"),
    "6.": lift(6),
    "0.25^4": literal("0.25", "0.01") ** 4,
    "0.25**4": literal("0.25", "0.01") ** 4,
    "½": literal("1/2"),
    "√2": op("sqrt", lift(2)),
    "≈ 3": lift(3),
    "~3": lift(3),
    "= 3": lift(3),
    "dL/dw = -6": -lift(6),
    "dL/dW1[0,0] ≈ -6": -lift(6),
    "\\frac{\\partial L}{\\partial w} = -6": -lift(6),
    "f'(2) = 6": lift(6),
    "256x": lift(256),
    "10x3": lift(10) * 3,
    "10^-6": lift(10) ** -lift(6),
    "e": op("exp", lift(1)),
}


def vector(*items: Tree | float) -> Array:
    return Array(tuple(map(lift, items)))


SQUARE = Array((vector(1, 2), vector(3, 4)))
ARRAYS: dict[tuple[str, Shape], tuple[Tree, Shape]] = {
    ("[1, 2]", (2,)): (vector(1, 2), (2,)),
    ("1, 2", (2,)): (vector(1, 2), (2,)),
    ("1 2", (2,)): (vector(1, 2), (2,)),
    ("(1, 2)", (2,)): (vector(1, 2), (2,)),
    ("1; 2", (2,)): (vector(1, 2), (2,)),
    ("[1, 2]^T", (2,)): (vector(1, 2), (2,)),
    ("[[1], [2]]", (2,)): (vector(1, 2), (2,)),
    ("[[1, 2]]", (2,)): (vector(1, 2), (2,)),
    ("dz1 = np.array([1, 2])", (2,)): (vector(1, 2), (2,)),
    ("1 -2", (2,)): (vector(1, -lift(2)), (2,)),
    ("1 - 2", (1,)): (vector(lift(1) - 2), (1,)),
    ("1/2 2(3)", (2,)): (vector(lift(1) / 2, lift(2) * 3), (2,)),
    ("5", (1,)): (vector(5), (1,)),
    ("1, 2", (1, 2)): (Array((vector(1, 2),)), (1, 2)),
    ("1, 2", (2, 1)): (Array((vector(1), vector(2))), (2, 1)),
    ("1, 2, 3", (2,)): (vector(1, 2, 3), (3,)),
    ("[[1,2],[3,4]]", (2, 2)): (SQUARE, (2, 2)),
    ("[1 2; 3 4]", (2, 2)): (SQUARE, (2, 2)),
    ("1 2\n3 4", (2, 2)): (SQUARE, (2, 2)),
    ("[[1. 2.]\n [3. 4.]]", (2, 2)): (SQUARE, (2, 2)),
    ("[[1, 2],\r\n [3, 4]]", (2, 2)): (SQUARE, (2, 2)),
    ("[1,2], [3,4]", (2, 2)): (SQUARE, (2, 2)),
    ("[[1,3],[2,4]].T", (2, 2)): (SQUARE, (2, 2)),
    ("\\begin{bmatrix}1 & 2 \\\\ 3 & 4\\end{bmatrix}", (2, 2)): (SQUARE, (2, 2)),
    ("1 2; 3 4; 5 6", (2, 2)): (Array((vector(1, 2), vector(3, 4), vector(5, 6))), (3, 2)),
}

REFUSED: dict[str, tuple[int, str]] = {
    "": (0, "Nothing"),
    "q + x": (0, "names here are"),
    "x + hcat": (4, "not a name"),
    "2*X": (2, "Did you mean x?"),
    "x2": (0, "Did you mean x?"),
    "x + х": (4, "Cyrillic"),
    "(x + y": (0, "never closed"),
    "x + y)": (5, "closes nothing"),
    "(x + y]": (6, "expected )"),
    "x +": (3, "missing at the end"),
    "x + * y": (4, "missing here"),
    "x 2": (2, "number cannot follow"),
    "2½": (1, "number cannot follow"),
    "0,411 x": (0, "decimal comma is not read: write 0.411"),
    "1,234": (0, "1.234 or 1234"),
    "x = 3": (0, "x is given"),
    "2*3 = 6": (0, "one expression"),
    "x, y": (1, "One expression"),
    "nan": (0, "finite"),
    "∞": (0, "finite"),
    "cos": (3, "missing at the end"),
    "sum x": (4, "brackets after sum"),
    "max(x)": (0, "max(0, z)"),
    "sin(x, y)": (0, "sin(z)"),
    "dz/dw": (0, "dz is not a name"),
    "dw": (0, "dw is not a name"),
    "x' + y": (1, "prime"),
    "gelu'(x)": (0, "no short form"),
    "softmax'(x)": (0, "no short form"),
    "sin^-1(x)": (0, "power of sin"),
    "0 < x < 1": (6, "brackets"),
    "w*x > 0": (7, "brackets"),
    "x == y": (2, "not an equation"),
    "x!": (1, "!"),
    "\\foo{x}": (0, "\\foo"),
    "\\sqrt[3]{x}": (0, "\\sqrt"),
    "٣x": (0, "digits 0 to 9"),
    "x\u202ey": (1, "cannot be seen"),
    "x\0": (1, "cannot be seen"),
    "1" * 41: (0, "40 digits"),
    "1e10001": (0, "10,000"),
    "__import__('os')": (0, "cannot be read"),
    "(" * 65 + "x" + ")" * 65: (64, "64 deep"),
    "-" * 65 + "x": (64, "64 deep"),
    "+".join("x" * 65): (129, "too large"),
    "σ'(" * 12 + "x" + ")" * 12: (46, "too large"),
    "x " * 501: (1000, "most 500"),
    "x" * 2001: (2000, "2,000 characters"),
}

NETWORK_REFUSED: dict[str, tuple[int, str]] = {
    "z1[0]": (2, "Single entries"),
    "W1.sum(axis=2)": (2, "sum(A, axis=0)"),
    "dh1/dz1": (7, "local derivative"),
    "W2^-1 dz2": (2, "inverse"),
    "W2^{-1}": (2, "inverse"),
    "Σ_k W2_k y_k": (4, "sum over an index"),
    "x.reshape(2)": (1, ".reshape"),
    "dz1.astype(float)": (3, "behind a comparison"),
    "q1.grad": (0, "not a name"),
}


@pytest.mark.parametrize(("typed", "meant"), SCALAR_CASES.items())
def test_scalar_expressions_read_as_meant(typed: str, meant: Tree) -> None:
    assert read(typed, SCALARS) == Reading(meant, ())


@pytest.mark.parametrize(("typed", "meant"), NETWORK_CASES.items())
def test_matrix_expressions_read_as_meant(typed: str, meant: Tree) -> None:
    reading = read(typed, NETWORK)
    assert isinstance(reading, Reading)
    assert reading.tree == meant
    assert reading.shape == infer(meant, NETWORK)
    assert not isinstance(reading.shape, Mismatch)


@pytest.mark.parametrize(("typed", "meant"), BATCH_CASES.items())
def test_batches_read_as_meant(typed: str, meant: Tree) -> None:
    reading = read(typed, B)
    assert reading == Reading(meant, infer(meant, B))
    assert not isinstance(reading.shape, Mismatch)


@pytest.mark.parametrize(("typed", "meant"), FAMILY_CASES.items())
def test_sums_and_products_over_numbers_are_written_out(typed: str, meant: Tree) -> None:
    assert read(typed, FAMILY) == Reading(meant, ())


@pytest.mark.parametrize(("typed", "meant"), PRIMES.items())
def test_a_prime_is_the_derivative_written_out(typed: str, meant: Tree) -> None:
    assert read(typed, SCALARS) == Reading(meant, ())


@pytest.mark.parametrize(("typed", "meant"), NUMBERS.items())
def test_numbers_read_as_meant(typed: str, meant: Tree) -> None:
    assert read_number(typed) == Reading(meant, ())


@pytest.mark.parametrize(("typed", "meant"), ARRAYS.items())
def test_arrays_read_as_meant(typed: tuple[str, Shape], meant: tuple[Tree, Shape]) -> None:
    assert read_array(*typed) == Reading(*meant)


def test_a_ragged_array_is_read_and_its_rows_compared() -> None:
    reading = read_array("[[1, 2, 3], [4, 5]]", (2, 2))
    assert isinstance(reading, Reading)
    assert reading.shape == Mismatch("the rows of an array must be alike, and these are (3,), (2,)")


@pytest.mark.parametrize("typed", ["[x, 2]", "[1,, 2]", "[1, 2", "sum([1, 2])", "[1, 2] + [1, 2, 3]"])
def test_an_array_is_written_entry_by_entry(typed: str) -> None:
    assert isinstance(read_array(typed, (2,)), Unreadable)


@pytest.mark.parametrize(("typed", "refusal"), REFUSED.items())
def test_scalar_refusals_point_and_help(typed: str, refusal: tuple[int, str]) -> None:
    check_refusal(read(typed, SCALARS), *refusal)


@pytest.mark.parametrize(("typed", "refusal"), NETWORK_REFUSED.items())
def test_matrix_refusals_point_and_help(typed: str, refusal: tuple[int, str]) -> None:
    check_refusal(read(typed, NETWORK), *refusal)


@pytest.mark.parametrize(("typed", "refusal"), BATCH_REFUSED.items())
def test_what_cannot_be_settled_of_batches_is_refused(typed: str, refusal: tuple[int, str]) -> None:
    check_refusal(read(typed, B), *refusal)


@pytest.mark.parametrize(("typed", "refusal"), FAMILY_REFUSED.items())
def test_what_cannot_be_settled_of_sums_is_refused(typed: str, refusal: tuple[int, str]) -> None:
    check_refusal(read(typed, FAMILY), *refusal)


def check_refusal(outcome: Reading | Unreadable, column: int, words: str) -> None:
    assert isinstance(outcome, Unreadable)
    assert outcome.column == column
    assert words in outcome.hint


def test_a_caret_stands_in_the_text_as_it_was_typed() -> None:
    typed = "\\frac{1}{2}·ŷ₁ + \\mathbf{q}"
    outcome = read(typed, {"yhat1": ()})
    assert isinstance(outcome, Unreadable)
    assert outcome.column == typed.index("\\mathbf")


def test_greek_letters_stand_side_by_side() -> None:
    symbols: dict[str, Shape] = {"lambda": (), "x": ()}
    product = Symbol("lambda") * x
    assert [read(typed, symbols) for typed in ("λx", "λ x", "\\lambda x")] == [Reading(product, ())] * 3
    assert read("xλ", symbols) == Reading(x * Symbol("lambda"), ())


def test_one_number_is_asked_for() -> None:
    assert isinstance(read_number("[1, 2]"), Unreadable)
    assert isinstance(read_number("x"), Unreadable)


PROGRAMS: dict[str, tuple[Line, ...]] = {
    "q = x + y; f = q*z": (Line("q", x + y), Line("f", Symbol("q") * z)),
    "q = x + y\n\nf = q z\n": (Line("q", x + y), Line("f", Symbol("q") * z)),
    "z_1 = w x\nâ = z₁^2": (Line("z1", w * x), Line("ahat", Symbol("z1") ** 2)),
    "s = σ(x);": (Line("s", op("sigmoid", x)),),
}
REFUSED_PROGRAMS: dict[str, tuple[int, str]] = {
    "q": (0, "q = x + y"),
    "q = x; q = y": (7, "its value already"),
    "x = y": (0, "its value already"),
    "exp = y": (0, "a function"),
    "q = v": (4, "not a name"),
    "q = f; f = x": (4, "not a name"),
    "q =": (3, "missing at the end"),
    "q = x; = y": (7, "q = x + y"),
}


@pytest.mark.parametrize(("typed", "meant"), PROGRAMS.items())
def test_programs_read_as_meant(typed: str, meant: tuple[Line, ...]) -> None:
    assert read_program(typed, SCALARS) == meant


@pytest.mark.parametrize(("typed", "refusal"), REFUSED_PROGRAMS.items())
def test_program_refusals_point_and_help(typed: str, refusal: tuple[int, str]) -> None:
    outcome = read_program(typed, SCALARS)
    assert isinstance(outcome, Unreadable)
    assert (outcome.column, refusal[1] in outcome.hint) == (refusal[0], True)


def test_an_assigned_name_has_the_shape_of_its_right_side() -> None:
    program = read_program("p = W1 x; q = p p^T", NETWORK)
    assert program == (Line("p", W1 @ X), Line("q", Symbol("p") @ Symbol("p").T))
    assert isinstance(read_program("p = W1 x; q = p x", NETWORK), Unreadable)


OPERATORS: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "power": operator.pow,
    "neg": operator.neg,
}
SUMS = st.recursive(
    st.integers(1, 9).map(str),
    lambda inner: (
        st.tuples(inner, st.sampled_from((" + ", " - ", "*", " / ")), inner).map("".join)
        | st.tuples(inner, st.just("**"), st.sampled_from("123")).map("".join)
        | inner.map("({})".format)
        | inner.map("-{}".format)
    ),
    max_leaves=12,
)


def evaluate(tree: Tree) -> float:
    match tree:
        case Number(value):
            return float(value)
        case Apply(name, args):
            return float(OPERATORS[name](*map(evaluate, args)))
    raise AssertionError(tree)


@given(SUMS)
@settings(deadline=None)
def test_arithmetic_means_what_python_says(typed: str) -> None:
    code = compile(ast.parse(typed, mode="eval"), "<sum>", "eval")
    try:
        expected = float(eval(code, {"__builtins__": {}}))  # noqa: S307 - digits and signs we drew ourselves
    except (ZeroDivisionError, OverflowError):
        return
    reading = read_number(typed)
    assert isinstance(reading, Reading)
    assert evaluate(reading.tree) == pytest.approx(expected)


NAMES: dict[str, tuple[str, ...]] = {
    "L = (w*x + b - y)^2": ("w", "x", "b", "y"),
    "a = w*x\nL = a^2 + sin(q)": ("w", "x", "q"),
    "x^T A x + W.T": ("x", "A", "W"),
    "z_1 + ŷ": ("z1", "yhat"),
    "sum_k y log p + e^x": ("y", "p", "x"),
    "sum(h, axis=0)": ("h",),
    "W1x + 1": ("W1x",),
    "2 +": (),
}


@pytest.mark.parametrize(("typed", "found"), NAMES.items())
def test_the_names_that_a_program_reads(typed: str, found: tuple[str, ...]) -> None:
    assert read_names(typed) == found


def test_names_of_nothing() -> None:
    assert isinstance(read_names(""), Unreadable)
