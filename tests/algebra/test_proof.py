"""What SymPy proves in its child, what it leaves open and why, and that this process never loads it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from bpdrill.algebra.domains import Domains
from bpdrill.algebra.proof import Open, Proved, Prover
from bpdrill.model.tree import Apply, Line, Number, Program, Symbols, Tree, lift
from bpdrill.notation import Reading, read, read_program

SCALARS: Symbols = dict.fromkeys("abcuvwxyz", ())
NETWORK: Symbols = {
    "W1": ("h", "d"),
    "W2": ("c", "h"),
    "A": ("h", "h"),
    "x": ("d",),
    "h1": ("h",),
    "z1": ("h",),
    "z2": ("c",),
    "y": ("c",),
    "s": (),
    "P": (2, 3),
    "q": (3,),
    "big": (784,),
}

PROVED = [
    ("2*(x+1)", "2x + 2", {}, "expands to 0"),
    ("sigmoid(z)*(1 - sigmoid(z))", "exp(-z)/(1 + exp(-z))^2", {}, "cancels to 0"),
    ("1 - sigmoid(z)", "sigmoid(-z)", {}, "cancels to 0"),
    ("1 - tanh(z)^2", "4/(exp(z) + exp(-z))^2", {}, "simplifies to 0"),
    ("tanh(z)", "2 sigmoid(2z) - 1", {}, "simplifies to 0 in exponentials"),
    ("softplus(z)", "z + softplus(-z)", {}, "simplifies to 0"),
    ("-log(sigmoid(z))", "softplus(-z)", {}, ""),
    ("2 cos(x) sin(x)", "sin(2x)", {}, "simplifies to 0"),
    ("0.1 x + 0.2 x", "0.3 x", {}, "expands to 0"),
    ("sqrt(x^2)", "abs(x)", {}, ""),
    ("sqrt(x^2)", "x", {"x": "nonnegative"}, ""),
    ("abs(x)", "-x", {"x": "negative"}, ""),
    ("x/abs(x)", "1[x > 0] - 1[x < 0]", {"x": "nonzero"}, "is 0 in each case"),
    ("log(a^2)", "2 log(a)", {"a": "positive"}, ""),
    ("log(a b)", "log(a) + log(b)", {"a": "unit", "b": "positive"}, ""),
    ("relu(x)", "x 1[x > 0]", {}, "is 0 in each case"),
    ("relu(x) - relu(-x)", "x", {}, "is 0 in each case"),
    ("relu(x)", "(x + abs(x))/2", {}, "is 0 in each case"),
    ("max(x, y)", "(x + y + abs(x - y))/2", {}, "is 0 in each case"),
    ("max(x, y) + min(x, y)", "x + y", {}, "is 0 in each case"),
    ("1[x > y] + 1[x <= y]", "1", {}, "expands to 0"),
    ("relu(relu(x))", "relu(x)", {}, "is 0 in each case"),
]
"""Two sides, domains, and what the difference is seen by."""

OPEN: list[tuple[str, str, Domains, str]] = [
    ("x", "x + 1", {}, "it could not be shown"),
    ("sqrt(x^2)", "x", {}, "it could not be shown"),
    ("log(a^2)", "2 log(a)", {}, "it could not be shown"),
    ("1[x > y] + 1[x < y]", "1", {}, "it could not be shown"),
    ("relu(x)", "x", {}, "it could not be shown"),
    ("max(x, y)", "x", {}, "it could not be shown"),
    ("softmax(x)", "x", {}, "SymPy has no form for the softmax of a single number"),
    ("(x + y)^60 (a + b)^60 (w + z)^60", "x", {}, "it did not end in 2 s"),
]

MATRICES = [
    ("(z2 - y) h1^T", "z2 h1^T - y h1^T", {}, "c = 2, h = 3 and for c = 3, h = 2"),
    ("(W2 W1)^T", "W1^T W2^T", {}, "c = 2, h = 3, d = 4 and for c = 3, h = 2, d = 5"),
    ("W2^T (z2 - y) ⊙ 1[z1 > 0]", "W2^T z2 ⊙ 1[z1 > 0] - W2^T y ⊙ 1[z1 > 0]", {}, "c = 2"),
    ("sum(softmax(z2))", "1", {}, "c = 2 and for c = 3"),
    ("log(softmax(z2))", "log_softmax(z2)", {}, "c = 2 and for c = 3"),
    ("softmax(z2) sum(y)", "softmax(z2)", {"y": "onehot"}, "c = 2 and for c = 3"),
    ("sum(y)", "1", {"y": "distribution"}, "c = 2 and for c = 3"),
    ("relu(z1)", "z1 ⊙ 1[z1 > 0]", {}, "h = 2 and for h = 3"),
    ("outer(z2, h1)", "z2 h1^T", {}, "c = 2, h = 3"),
    ("x^T W1^T W1 x", "sum((W1 x) ⊙ (W1 x))", {}, "d = 2, h = 3"),
    ("mean(s x)", "s mean(x)", {}, "d = 2 and for d = 3"),
    ("P [1, 2, 3]", "P ([1, 0, 3] + [0, 2, 0])", {}, "proved: entry by entry"),
    ("(P q)^T", "q^T P^T", {}, "proved: entry by entry"),
]
MATRICES_OPEN: list[tuple[str, str, Domains, str]] = [
    ("A A^T", "A^T A", {}, "it could not be shown"),
    ("A h1", "A^T h1", {}, "it could not be shown"),
    ("sum(y)", "1", {}, "it could not be shown"),
    ("sum(big)", "big^T big", {}, "big is too large to be written out entry by entry"),
    ("h1", "x", {}, "the two have different shapes"),
    ("W1 + h1", "h1 + W1", {}, "a side has no meaning: W₁ is (h, d) and h₁ is (h,)"),
    ("h1", "h1^T", {}, "the two have different shapes"),
]

GRADIENTS = [
    ("L = (w x - y)^2", "w", "2(w x - y) x", SCALARS),
    ("u = w x; L = (u - y)^2", "x", "2(u - y) w", SCALARS),
    ("L = relu(w x)", "w", "x 1[w x > 0]", SCALARS),
    ("L = max(x, y)", "x", "1[x > y]", SCALARS),
    ("L = sum((W1 x - h1)^2)", "W1", "2 (W1 x - h1) x^T", NETWORK),
    ("z1 = W1 x; L = h1^T relu(z1)", "x", "W1^T (h1 ⊙ 1[z1 > 0])", {**NETWORK, "z1": ("h",)}),
]
NO_GRADIENTS = [
    (("L = (w x - y)^2", "w", "(w x - y) x"), SCALARS, "it could not be shown"),
    (("L = x w", "x", "x"), SCALARS, "it could not be shown"),
    (("L = sum(W1 x)", "x", "h1"), NETWORK, "the two have different shapes"),
    (("L = W1 x", "x", "x"), NETWORK, "a gradient is of one number"),
]

PARENT = """
import sys
from bpdrill.algebra.domains import Domains
from bpdrill.algebra.proof import Prover
from bpdrill.model.tree import Symbol
x = Symbol("x")
with Prover() as prover:
    told = prover.prove(2 * (x + 1), 2 * x + 2, {"x": ()})
print(told)
print("sympy" in sys.modules, "mpmath" in sys.modules)
"""


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    with Prover() as started:
        yield started


def tree(text: str, symbols: Symbols) -> Tree:
    reading = read(text, symbols)
    assert isinstance(reading, Reading), reading
    return reading.tree


def program(typed: str, symbols: Symbols) -> Program:
    """The lines of ``typed``, whose names the symbols may hold already."""
    assigned = {line.split("=")[0].strip() for line in typed.split(";")}
    found = read_program(typed, {name: shape for name, shape in symbols.items() if name not in assigned})
    assert isinstance(found, tuple), found
    return found


@pytest.mark.parametrize(("a", "b", "domains", "seen_by"), PROVED)
def test_what_is_the_same_is_proved(prover: Prover, a: str, b: str, domains: Domains, seen_by: str) -> None:
    proof = prover.equal(tree(a, SCALARS), tree(b, SCALARS), SCALARS, domains)
    assert isinstance(proof, Proved), proof
    assert proof.how.startswith("proved: the difference ")
    assert proof.how.endswith(seen_by)


@pytest.mark.parametrize(("a", "b", "domains", "because"), OPEN)
def test_what_is_not_proved_is_open_and_says_why(
    prover: Prover, a: str, b: str, domains: Domains, because: str
) -> None:
    assert prover.equal(tree(a, SCALARS), tree(b, SCALARS), SCALARS, domains) == Open(because)
    assert prover.prove(tree("a + a", SCALARS), tree("2a", SCALARS), SCALARS)


@pytest.mark.parametrize(("a", "b", "domains", "sizes"), MATRICES)
def test_arrays_are_proved_at_sizes_that_are_named(
    prover: Prover, a: str, b: str, domains: Domains, sizes: str
) -> None:
    proof = prover.equal(tree(a, NETWORK), tree(b, NETWORK), NETWORK, domains)
    assert isinstance(proof, Proved), proof
    assert sizes in proof.how


@pytest.mark.parametrize(("a", "b", "domains", "because"), MATRICES_OPEN)
def test_arrays_that_are_not_proved(prover: Prover, a: str, b: str, domains: Domains, because: str) -> None:
    proof = prover.equal(tree(a, NETWORK), tree(b, NETWORK), NETWORK, domains)
    assert isinstance(proof, Open), proof
    assert proof.because.startswith(because)


@pytest.mark.parametrize(("loss", "name", "found", "symbols"), GRADIENTS)
def test_a_gradient_is_proved(prover: Prover, loss: str, name: str, found: str, symbols: Symbols) -> None:
    proof = prover.gradient(program(loss, symbols), name, tree(found, symbols), symbols)
    assert isinstance(proof, Proved), proof


@pytest.mark.parametrize(("asked", "symbols", "because"), NO_GRADIENTS)
def test_a_gradient_that_is_none(
    prover: Prover, asked: tuple[str, str, str], symbols: Symbols, because: str
) -> None:
    loss, name, found = asked
    assert prover.gradient(program(loss, symbols), name, tree(found, symbols), symbols) == Open(because)


HOSTILE: list[Tree] = [
    lift(9) ** (lift(9) ** (lift(9) ** lift(9))),
    lift(10) ** lift(10**10),
    Apply("__import__", (lift(1),)),
    Apply("batch_norm", (lift(1), lift(2), lift(3))),
    Apply("sum", (lift(1), lift(0), lift(0), lift(0))),
    Apply("exp", (lift(1), lift(2), lift(3))),
    lift(1) / 0,
    Apply("log", (lift(0),)),
    Number(Fraction(1, 3)) ** Number(Fraction(1, 7)),
]


@pytest.mark.parametrize("grown", HOSTILE)
def test_whatever_it_is_asked_it_answers_and_goes_on(prover: Prover, grown: Tree) -> None:
    told = prover.equal(grown, lift(1), {})
    assert isinstance(told, Open)
    assert told.because
    assert isinstance(prover.equal(lift(1) + 1, lift(2), {}), Proved)


def test_this_process_never_loads_sympy(tmp_path: Path) -> None:
    """Not even where the folder it runs in has modules of such names."""
    (tmp_path / "sympy.py").write_text("raise SystemExit", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-P", "-c", PARENT], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines() == ["proved: the difference expands to 0", "False False"]
    assert not ended.stderr


def test_a_line_may_be_named_as_a_program(prover: Prover) -> None:
    x = tree("x", SCALARS)
    assert isinstance(prover.gradient((Line("L", x * x),), "x", 2 * x, SCALARS), Proved)
