"""How students write: every style runs and is right, on inputs that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bpdrill import kinds
from bpdrill.bank.bank import open_bank
from bpdrill.marking.code import runner
from bpdrill.model.marks import Outcome
from bpdrill.sandbox import Worker

HEAD = "def backward(x, y, W1, b1, W2, b2):\n"
FORWARD = """    z1 = W1 @ x + b1
    h1 = np.maximum(0, z1)
    z2 = W2 @ h1 + b2
    e = np.exp(z2 - np.max(z2))
    p = e / e.sum()
"""
BACK = """    dz2 = p - y
    dW2 = np.outer(dz2, h1)
    dh1 = W2.T @ dz2
    dz1 = dh1 * (z1 > 0)
    dW1 = np.outer(dz1, x)
    return dW1, dz1, dW2, dz2
"""
PLAIN = HEAD + FORWARD + BACK


def forward(text: str) -> str:
    """A whole program with another forward pass."""
    return HEAD + text + BACK


def back(text: str) -> str:
    """A whole program with another backward pass."""
    return HEAD + FORWARD + text


STYLES = {
    "plain": PLAIN,
    "imports": "from __future__ import annotations\nimport numpy as np\nimport math\n" + PLAIN,
    "numpy by its name": "import numpy\n" + PLAIN.replace("np.", "numpy."),
    "names imported": "from numpy import exp, maximum as rectified, outer\n"
    + PLAIN.replace("np.exp", "exp").replace("np.maximum", "rectified").replace("np.outer", "outer"),
    "torch": "import torch\n"
    + PLAIN.replace("np.maximum(0, z1)", "torch.relu(z1)")
    .replace("(z1 > 0)", "(z1 > 0).float()")
    .replace("np.", "torch."),
    "torch.nn.functional": "import torch.nn.functional as F\n"
    + PLAIN.replace("np.maximum(0, z1)", "F.relu(z1)"),
    "docstring, comments, hints": HEAD.replace("x, y,", "x: np.ndarray, y: 'array',").replace(
        "):", ") -> tuple:"
    )
    + '    """Backward.\n\n    Slow."""\n    # forward\n'
    + FORWARD
    + BACK,
    "tabs": PLAIN.replace("    ", "\t"),
    "indented whole": "\n".join("    " + line for line in PLAIN.splitlines()),
    "pasted with its dot": PLAIN + ".\n\nyes\n",
    "windows line ends": PLAIN.replace("\n", "\r\n"),
    "main guard": PLAIN + "if __name__ == '__main__':\n    print(backward(1, 2, 3, 4, 5, 6))\n",
    "dict": back(
        BACK.split("    return", maxsplit=1)[0]
        + "    return {'dW1': dW1, 'db1': dz1, 'dW2': dW2, 'db2': dz2}\n"
    ),
    "dict by bare names": back(
        BACK.split("    return", maxsplit=1)[0] + "    return dict(W1=dW1, b1=dz1, W2=dW2, b2=dz2)\n"
    ),
    "dict by long names": back(
        BACK.split("    return", maxsplit=1)[0]
        + "    return {'grad_W1': dW1, 'dL_db1': dz1, 'dW_2': dW2, 'grad_b2': dz2}\n"
    ),
    "dict filled": back(
        "    grads = {}\n"
        + BACK.split("    return", maxsplit=1)[0]
        + "    grads['W1'], grads['b1'] = dW1, dz1\n    grads.update({'W2': dW2})\n"
        "    grads['b2'] = dz2\n    return grads\n"
    ),
    "list": back(BACK.replace("return dW1, dz1, dW2, dz2", "return [dW1, dz1, dW2, dz2]")),
    "asserts": back(
        BACK.replace(
            "    return",
            "    assert dW1.shape == W1.shape, f'{dW1.shape}'\n    assert dW2.ndim == 2\n    return",
        )
    ),
    "prints": back(
        BACK.replace(
            "    return", "    print('dW1', dW1, dW1.shape, f'{dW1.sum():.3f} {len(x)!r}')\n    return"
        )
    ),
    "np.dot": PLAIN.replace("W1 @ x", "np.dot(W1, x)").replace("W2.T @ dz2", "np.dot(W2.T, dz2)"),
    "methods": PLAIN.replace("W1 @ x", "W1.dot(x)")
    .replace("W2.T @", "W2.transpose() @")
    .replace("np.max(z2)", "z2.max()"),
    "np.where": PLAIN.replace("np.maximum(0, z1)", "np.where(z1 > 0, z1, 0)").replace(
        "dh1 * (z1 > 0)", "np.where(z1 > 0, dh1, 0.0)"
    ),
    "clip": PLAIN.replace("np.maximum(0, z1)", "np.clip(z1, 0, None)"),
    "a product with the mask": PLAIN.replace("np.maximum(0, z1)", "z1 * (z1 > 0)").replace(
        "(z1 > 0)\n    dW1", "(h1 > 0).astype(float)\n    dW1"
    ),
    "astype": PLAIN.replace("dh1 * (z1 > 0)", "dh1 * (z1 > 0).astype(np.float64)"),
    "float of torch": PLAIN.replace("dh1 * (z1 > 0)", "dh1 * (h1 > 0).float()"),
    "sign": PLAIN.replace("dh1 * (z1 > 0)", "dh1 * np.sign(h1)"),
    "mask assigned": PLAIN.replace("dh1 * (z1 > 0)", "dh1.copy()\n    dz1[z1 <= 0] = 0"),
    "mask of a copy": PLAIN.replace("dh1 * (z1 > 0)", "np.array(dh1, copy=True)\n    dz1[h1 == 0] *= 0"),
    "None axes": PLAIN.replace("np.outer(dz2, h1)", "dz2[:, None] * h1[None, :]").replace(
        "np.outer(dz1, x)", "dz1[:, np.newaxis] @ x[np.newaxis]"
    ),
    "columns": PLAIN.replace("np.outer(dz2, h1)", "dz2.reshape(-1, 1) @ h1.reshape((1, -1))").replace(
        "np.outer(dz1, x)", "np.expand_dims(dz1, 1) * x"
    ),
    "einsum": PLAIN.replace("np.outer(dz2, h1)", "np.einsum('i,j->ij', dz2, h1)").replace(
        "W2.T @ dz2", "np.einsum('ci,c->i', W2, dz2)"
    ),
    "minus at the label": PLAIN.replace("dz2 = p - y", "dz2 = p.copy()\n    dz2[np.argmax(y)] -= 1"),
    "minus in place": PLAIN.replace("dz2 = p - y", "dz2 = p\n    dz2 -= y"),
    "softmax by itself": "def softmax(z):\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n"
    "    return e / e.sum(-1, keepdims=True)\n"
    + forward("    z1 = W1 @ x + b1\n    h1 = np.maximum(0, z1)\n    p = softmax(W2 @ h1 + b2)\n"),
    "softmax within": forward(
        "    def softmax(z, axis=None, *, stable=True):\n        z = z - z.max() if stable else z\n"
        "        return np.exp(z) / np.sum(np.exp(z), axis=axis)\n"
        "    relu = lambda z: np.maximum(z, 0)\n    z1 = W1 @ x + b1\n    h1 = relu(z1)\n"
        "    p = softmax(W2 @ h1 + b2, stable=True)\n"
    ),
    "softmax by its Jacobian": PLAIN.replace(
        "dz2 = p - y", "J = np.diag(p) - np.outer(p, p)\n    dz2 = J.T @ (-y / p)"
    ),
    "log-softmax": PLAIN.replace("e = np.exp(z2 - np.max(z2))", "s = z2 - z2.max()").replace(
        "p = e / e.sum()", "p = np.exp(s - np.log(np.sum(np.exp(s))))"
    ),
    "loss too": PLAIN.replace("    dz2 =", "    loss = -np.sum(y * np.log(p + 1e-12))\n    dz2 ="),
    "loops": HEAD
    + """    h, d, c = len(b1), len(x), len(b2)
    z1 = [sum(W1[i][j] * x[j] for j in range(d)) + b1[i] for i in range(h)]
    h1 = [max(0.0, z) for z in z1]
    z2 = []
    for k in range(c):
        total = b2[k]
        for i in range(h):
            total += W2[k, i] * h1[i]
        z2.append(total)
    m = max(z2)
    e = [np.exp(z - m) for z in z2]
    dz2 = [ek / sum(e) - yk for ek, yk in zip(e, y)]
    dW2 = [[dk * hi for hi in h1] for dk in dz2]
    dh1 = [0.0] * h
    for k, dk in enumerate(dz2):
        for i in range(h):
            dh1[i] += W2[k][i] * dk
    dz1 = [g if z > 0 else 0.0 for g, z in zip(dh1, z1)]
    dW1 = np.zeros((h, d))
    i = 0
    while i < h:
        for j in range(d):
            if z1[i] <= 0:
                continue
            dW1[i, j] = dz1[i] * x[j]
        i += 1
    return dW1, dz1, dW2, np.array(dz2)
""",
    "one line each": HEAD.strip()
    + """
    z1 = W1@x+b1; h1 = np.maximum(z1, 0); z2 = W2@h1+b2
    p = np.exp(z2)/np.exp(z2).sum(); d2 = p-y; d1 = (W2.T@d2)*(z1>0)
    return np.outer(d1, x), d1, np.outer(d2, h1), d2
""",
    "a cache": "def forward(x, W1, b1, W2, b2):\n"
    + FORWARD
    + "    cache = (x, z1, h1, p, W2)\n    return p, cache\n"
    "def backward(x, y, W1, b1, W2, b2):\n    _, (x, z1, h1, p, W2) = forward(x, W1, b1, W2, b2)\n" + BACK,
    "a cache in a dict": "def forward(x, params):\n"
    "    W1, b1, W2, b2 = (params[k] for k in ['W1', 'b1', 'W2', 'b2'])\n"
    + FORWARD
    + "    return {'z1': z1, 'h1': h1, 'p': p}\n"
    + HEAD
    + "    cache = forward(x, {'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2})\n"
    "    z1, h1, p = cache['z1'], cache.get('h1'), cache['p']\n" + BACK,
    "helpers": "def linear_backward(dz, h, W):\n    return np.outer(dz, h), dz, W.T @ dz\n"
    "def relu_backward(dh, z):\n    mask = z > 0\n    return mask * dh\n"
    + HEAD
    + FORWARD
    + "    dW2, db2, dh1 = linear_backward(p - y, h1, W2)\n"
    "    dW1, db1, *_ = linear_backward(relu_backward(dh1, z1), x, W1)\n"
    "    return dW1, db1, dW2, db2\n",
    "a class with layers": """
class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b
    def __call__(self, x):
        self.x = x
        return self.W @ x + self.b
    def backward(self, g):
        self.dW = np.outer(g, self.x)
        self.db = g
        return self.W.T @ g
class Relu(object):
    def __call__(self, z):
        self.on = z > 0
        return z * self.on
    def backward(self, g):
        return g * self.on
def backward(x, y, W1, b1, W2, b2):
    layers = [Linear(W1, b1), Relu(), Linear(W2, b2)]
    out = x
    for layer in layers:
        out = layer(out)
    g = np.exp(out) / np.sum(np.exp(out)) - y
    for layer in reversed(layers):
        g = layer.backward(g)
    first, _, last = layers
    return first.dW, first.db, last.dW, last.db
""",
    "star arguments": "def backward(*args):\n    x, y, W1, b1, W2, b2 = args\n" + FORWARD + BACK,
    "defaults": HEAD.replace("b2):", "b2, eps=1e-12, verbose=False):")
    + FORWARD
    + BACK.replace("    return", "    if verbose:\n        print(dW1)\n    return"),
    "shape checks that raise": PLAIN.replace(
        "    z1 =",
        "    if x.ndim != 1 or not len(x) == W1.shape[1]:\n        raise ValueError('x')\n    z1 =",
    ),
    "walrus and ternary": PLAIN.replace(
        "np.maximum(0, z1)", "np.array([v if (v := float(z)) > 0 else 0 for z in z1])"
    ),
    "zeros and fill": PLAIN.replace(
        "np.outer(dz1, x)",
        "np.zeros_like(W1)\n    for i in range(W1.shape[0]):\n        dW1[i, :] = dz1[i] * x",
    ),
    "add.at": PLAIN.replace(
        "np.outer(dz1, x)",
        "np.zeros(W1.shape)\n    np.add.at(dW1, slice(None), dz1[:, None] * x)".replace(
            "slice(None)", "np.arange(len(dz1))"
        ),
    ),
    "stack": PLAIN.replace("np.outer(dz1, x)", "np.stack([g * x for g in dz1], axis=0)"),
    "named functions in a dict": "act = {'relu': lambda z: np.maximum(z, 0)}\n"
    + PLAIN.replace("np.maximum(0, z1)", "act['relu'](z1)"),
    "a global eps": "EPS = 1e-30\n" + PLAIN.replace("e.sum()", "(e.sum() + EPS)"),
    "numbers with units": PLAIN.replace("maximum(0,", "maximum(0.,").replace("z1 > 0", "0 < z1"),
    "chained comparison": PLAIN.replace(
        "    z1 =", "    assert 0 < len(x) <= 1_000 and x is not None and 'a' not in ('b',)\n    z1 ="
    ),
    "matmul by name": PLAIN.replace("W1 @ x", "np.matmul(W1, x)").replace("W2.T @ dz2", "dz2 @ W2"),
    "unbatched as a batch of one": HEAD
    + """    X, Y = x[None], y[None, ...]
    Z1 = X @ W1.T + b1
    H1 = np.maximum(Z1, 0)
    E = np.exp(H1 @ W2.T + b2)
    D2 = (E / E.sum(axis=1, keepdims=True) - Y) / X.shape[0]
    D1 = (D2 @ W2) * (Z1 > 0)
    return D1.T @ X, D1.sum(0), D2.T @ H1, D2.sum(axis=0)
""",
}

WRONG: dict[str, tuple[str, set[str], str]] = {
    "mask lost": (PLAIN.replace(" * (z1 > 0)", ""), {"dW1", "db1"}, "relu.mask-forgotten"),
    "mask on the upstream": (PLAIN.replace("z1 > 0", "dh1 > 0"), {"dW1", "db1"}, "relu.mask-on-upstream"),
    "target lost": (PLAIN.replace("p - y", "p"), {"dW1", "db1", "dW2", "db2"}, "softmax_ce.target-lost"),
    "reversed": (PLAIN.replace("p - y", "y - p"), {"dW1", "db1", "dW2", "db2"}, "code.sign-reversed"),
    "derivative twice": (
        PLAIN.replace("p - y", "(p - y) * p * (1 - p)"),
        {"dW1", "db1", "dW2", "db2"},
        "softmax_ce.derivative-twice",
    ),
    "transposed": (PLAIN.replace("np.outer(dz1, x)", "np.outer(x, dz1)"), {"dW1"}, "code.transposed"),
    "both transposed": (
        PLAIN.replace("np.outer(dz1, x)", "np.outer(x, dz1)").replace("outer(dz2, h1)", "outer(h1, dz2)"),
        {"dW1", "dW2"},
        "code.transposed",
    ),
    "pre-activation for activation": (PLAIN.replace("np.outer(dz2, h1)", "np.outer(dz2, z1)"), {"dW2"}, ""),
    "no number": (PLAIN.replace("return dW1,", "return None,"), {"dW1"}, ""),
    "constant": (PLAIN.replace("return dW1,", "return W1 * 0,"), {"dW1"}, ""),
    "numbers of one input": (PLAIN.replace("return dW1,", "return np.ones((5, 2)),"), {"dW1"}, ""),
    "infinite": (PLAIN.replace("return dW1,", "return dW1 / 0,"), {"dW1"}, ""),
    "nan": (PLAIN.replace("return dW1,", "return dW1 * np.nan,"), {"dW1"}, ""),
    "one name missing": (
        PLAIN.replace("return dW1, dz1, dW2, dz2", "return {'W1': dW1, 'b1': dz1, 'W2': dW2}"),
        {"db2"},
        "",
    ),
}
"""Programs with one mistake: what is then wrong, and what it is called."""

BROKEN: dict[str, tuple[str, str]] = {
    "transpose lost": (PLAIN.replace("W2.T @", "W2 @"), "line 9: a product of shapes ("),
    "elementwise for outer": (PLAIN.replace("np.outer(dz1, x)", "dz1 * x"), "line 11: the shapes "),
    "misspelled": (PLAIN.replace("dW1 = np.outer", "dw1 = np.outer"), "line 12: dW1 has no value here"),
    "another function": (PLAIN.replace("backward", "grads"), "there is no backward in it"),
    "no return": (PLAIN.split("    return")[0], "it returns one thing; asked are dW1, db1, dW2, db2"),
    "three results": (PLAIN.replace(", dz2\n", "\n"), "it returns 3 values; asked are 4"),
    "division": (PLAIN.replace("p - y", "p - y + 1 / 0"), "a division by 0"),
    "index": (PLAIN.replace("p - y", "p - y[9]"), "an index beyond the end"),
    "unknown function": (
        PLAIN.replace("np.outer(dz1", "np.outr(dz1"),
        "np has no outr here; did you mean outer?",
    ),
    "an assertion": (
        PLAIN.replace("    return", "    assert dW1.shape == x.shape\n    return"),
        "your assertion fails",
    ),
    "no end": (PLAIN.replace("    return", "    while True: pass\n    return"), "does a loop never end?"),
}
"""Programs that do not come to their end, and what is said."""


@pytest.fixture(scope="module")
def judged() -> Iterator[Callable[[str], dict[str, Any]]]:
    """Judgements of a program for two layers, by field; one child for all, since nothing here is hostile."""
    kind, item = kinds.load("code"), open_bank().get("code/two-layer-backward")
    variant = kind.vary(item, 0)
    with pytest.MonkeyPatch.context() as patch, Worker("bpdrill.marking.code.running") as worker:
        patch.setattr(runner, "worker", lambda: worker)
        runner.asked.cache_clear()
        yield lambda text: {j.field: j for j in kind.judge(variant, {"code": text})}
    runner.asked.cache_clear()


def test_there_are_enough_of_them() -> None:
    assert len(STYLES) >= 45
    assert len(set(STYLES.values())) == len(STYLES)


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES)
def test_an_ordinary_style_runs_and_is_right(judged: Callable[[str], dict[str, Any]], text: str) -> None:
    assert {
        f: (j.outcome, j.because) for f, j in judged(text).items() if j.outcome is not Outcome.RIGHT
    } == {}


@pytest.mark.parametrize(("text", "wrong", "named"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_and_named(
    judged: Callable[[str], dict[str, Any]], text: str, wrong: set[str], named: str
) -> None:
    found = judged(text)
    amiss = {field for field, j in found.items() if j.outcome is not Outcome.RIGHT}
    assert amiss == {f"code.{name}" for name in wrong}
    names = {name for field in amiss for name in found[field].misconceptions}
    assert names == ({named} if named else names)


@pytest.mark.parametrize(("text", "words"), BROKEN.values(), ids=BROKEN)
def test_what_does_not_run_is_told_with_its_line(
    judged: Callable[[str], dict[str, Any]], text: str, words: str
) -> None:
    found = judged(text)
    assert words in found["code"].because
    assert {j.outcome for j in found.values()} == {Outcome.WRONG}
