"""Each line of a worked derivation is the engine's gradient of that node; the last is what SymPy finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from bpdrill.algebra.evaluate import Value, evaluate
from bpdrill.algebra.graph import one_op_lines
from bpdrill.algebra.program import run
from bpdrill.algebra.proof import Proved, Prover
from bpdrill.algebra.rule_words import RULES
from bpdrill.algebra.solution import Step, at_names, in_inputs, solution
from bpdrill.autograd import OPS
from bpdrill.model.errors import AuthorError
from bpdrill.model.tree import Line, Program, Shape, Symbol, Symbols, leaves, lift, walk
from bpdrill.notation import Style, read_program, text

SCALARS: Symbols = dict.fromkeys("abswxyz", ())
NETWORK: dict[str, Shape] = {
    "x": (2,),
    "W1": (3, 2),
    "b1": (3,),
    "W2": (4, 3),
    "b2": (4,),
    "y": (4,),
    "s": (),
    "X": (5, 2),
    "V": (2, 4),
    "Y": (5, 4),
}

WRITTEN = [
    (
        "L = (w*x + b - y)^2",
        "w",
        [
            ("chain rule through the square: 2x", "dsub = 2*sub"),
            ("difference: upstream itself", "dadd = dsub"),
            ("sum: upstream itself", "dmul = dadd"),
            ("product rule: upstream times the other factor", "dw = dmul*x"),
        ],
    ),
    ("L = w*x + b", "b", [("bias: upstream itself", "db = 1")]),
    ("L = x*x", "x", [("sum of both paths: product rule: upstream times the other factor", "dx = 2*x")]),
    (
        "L = sigmoid(z)^2",
        "z",
        [
            ("chain rule through the square: 2x", "dsigmoid = 2*sigmoid"),
            ("sigmoid: s(1 − s)", "dz = dsigmoid*sigmoid*(1 - sigmoid)"),
        ],
    ),
    ("L = x*y", "z", [("no path leads from z to L", "dz = 0")]),
    ("L = x*y", "L", [("the loss by itself", "dL = 1")]),
    (
        "z2 = W1 x + b1; L = b1^T z2",
        "x",
        [
            ("inner product: upstream times the other, transposed", "dz2 = b1"),
            ("sum: upstream itself", "dmatmul = dz2"),
            ("matmul: transpose times upstream", "dx = W1^T dmatmul"),
        ],
    ),
    (
        "h1 = relu(W1 x); z2 = W2 h1 + b2; L = softmax_ce(z2, y)",
        "W1",
        [
            ("softmax with cross-entropy: ŷ − y", "dz2 = softmax(z2) - y"),
            ("sum: upstream itself", "dmatmul2 = dz2"),
            ("matmul: transpose times upstream", "dh1 = W2^T dmatmul2"),
            ("ReLU: through where x > 0", "dmatmul = dh1 .* 1[matmul > 0]"),
            ("matmul: upstream times transpose", "dW1 = dmatmul x^T"),
        ],
    ),
]
"""Programs, a name, and the derivation as it stands on the whiteboard."""

SCALAR = [
    ("L = (w*x + b - y)^2", "w"),
    ("p = sigmoid(w*x + b); L = -(y*log(p) + (1 - y)*log(1 - p))", "w"),
    ("q = x + y; L = q*z*x", "x"),
    ("L = x*y + sin(x) + x^3", "x"),
    ("L = tanh(w*x)*exp(-x^2)/y", "x"),
    ("L = relu(w*x + b) + abs(x)", "x"),
    ("L = max(x*y, z) - min(x, y)", "x"),
    ("L = sqrt(s)*cos(s) + log(s)/s", "s"),
    ("L = softplus(x)*silu(y)", "y"),
    ("L = elu(x)*x", "x"),
]
ROUNDED = [("L = gelu(x) + leaky_relu(w*x)", "x")]
"""Their rules hold constants that are rounded to floats: nothing exact is to be proved of them."""
ARRAYS = [
    ("z1 = W1 x + b1; h1 = relu(z1); z2 = W2 h1 + b2; L = softmax_ce(z2, y)", ("W1", "b1", "W2", "b2", "x")),
    ("z1 = W1 x + b1; L = sum(z1^2)/2", ("W1", "b1", "x")),
    ("L = mean(sigmoid(W1 x) * b1)", ("W1", "b1", "x")),
    ("p = softmax(W2 b1 + b2); L = -(y^T log(p))", ("W2", "b1", "b2", "y")),
    ("L = sum(s*x + s)", ("s", "x")),
    ("L = sum(W1 x)", ("W1", "x")),
    ("L = sum(gelu(W1 x) + elu(b1)/leaky_relu(b1))", ("W1", "b1")),
    ("L = sum(outer(W1 x, y) ⊙ W2^T)", ("x", "y", "W2")),
    ("L = logsumexp(W1 x) - b1^T (W1 x)", ("W1", "x", "b1")),
    ("L = x^T W1^T W1 x", ("x", "W1")),
    ("L = sum(b1 x^T * W1)", ("b1", "x", "W1")),
    ("L = sum(tanh(X V))", ("X", "V")),
    ("L = sum(log_softmax(W1 x) * b1)", ("b1", "x")),
    ("Z = X V + b2; L = softmax_ce(Z, Y)", ("X", "V", "b2")),
    ("H = softmax(X V + b2); L = mean((H - Y)^2)", ("X", "V", "b2", "Y")),
    ("m = sum(X, axis=0); L = sum(m^2)", ("X",)),
    ("L = sum(mean(X V, axis=1)^2) + max(X V)", ("X", "V")),
]


def program(typed: str, symbols: Symbols) -> Program:
    found = read_program(typed, symbols)
    assert isinstance(found, tuple), found
    return found


def values(symbols: Mapping[str, Any]) -> dict[str, Value]:
    """Positive numbers, where all that is tried has a value; targets are distributions."""
    random = np.random.default_rng(7)
    drawn: dict[str, Value] = {
        name: random.uniform(0.2, 0.9, shape) if shape else float(random.uniform(0.2, 0.9))
        for name, shape in symbols.items()
    }
    targets = {name: drawn[name] for name in ("y", "Y") if np.ndim(drawn.get(name, 0.0))}
    return drawn | {name: target / target.sum(axis=-1, keepdims=True) for name, target in targets.items()}


def gradients(typed: str, symbols: Symbols) -> dict[str, Value]:
    """What the engine says: the value of each node, and under ``dname`` its gradient."""
    ran = run(one_op_lines(program(typed, symbols)), values(symbols))
    return ran.values | {f"d{name}": value for name, value in ran.gradients().items()}


def written(step: Step, shapes: Mapping[str, Shape]) -> str:
    return f"{step.of} = {text(step.tree, Style.ASCII, shapes)}"


@pytest.mark.parametrize(("typed", "name", "lines"), WRITTEN)
def test_a_derivation_as_it_stands_on_the_whiteboard(
    typed: str, name: str, lines: list[tuple[str, str]]
) -> None:
    symbols = SCALARS if "W1" not in typed else NETWORK
    steps = solution(program(typed, symbols), name, symbols)
    shapes = {**symbols, **{name: np.shape(value) for name, value in gradients(typed, symbols).items()}}
    assert [(step.rule, written(step, shapes)) for step in steps] == lines


ALL = [(typed, name, SCALARS) for typed, name in SCALAR + ROUNDED] + [
    (typed, name, NETWORK) for typed, names in ARRAYS for name in names
]


@pytest.mark.parametrize(("typed", "name", "symbols"), ALL)
def test_each_line_is_the_engines_gradient_of_that_node(typed: str, name: str, symbols: Symbols) -> None:
    known = gradients(typed, symbols)
    for step in solution(program(typed, symbols), name, symbols):
        for tree in (step.before, step.tree):
            found = np.broadcast_to(evaluate(tree, known), np.shape(known[step.of]))
            np.testing.assert_allclose(found, known[step.of], rtol=1e-9, atol=1e-12, err_msg=step.of)


@pytest.mark.parametrize(("typed", "name", "symbols"), ALL)
def test_in_the_inputs_alone_it_is_still_the_gradient(typed: str, name: str, symbols: Symbols) -> None:
    asked = program(typed, symbols)
    final = in_inputs(solution(asked, name, symbols), asked, symbols)
    assert {each.name for each in walk(final) if isinstance(each, Symbol)} <= {*leaves(asked)}
    np.testing.assert_allclose(
        evaluate(final, values(symbols)), gradients(typed, symbols)[f"d{name}"], rtol=1e-9, atol=1e-12
    )


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    with Prover() as started:
        yield started


@pytest.mark.parametrize(("typed", "name"), SCALAR)
def test_sympy_finds_the_same(prover: Prover, typed: str, name: str) -> None:
    asked = program(typed, SCALARS)
    final = in_inputs(solution(asked, name, SCALARS), asked, SCALARS)
    domains = {"x": "positive", "s": "positive"}
    assert isinstance(prover.gradient(asked, name, final, SCALARS, domains), Proved)


NAMED: Symbols = {"W": ("d", "c"), "X": ("B", "d"), "b": ("c",), "Y": ("B", "c"), "x": ("d",), "y": ("c",)}
NETWORKS = [
    ("z = W^T x + b; L = sum((z - y)^2)/2", "W", "d = 2, c = 3 and for d = 3, c = 2"),
    ("z = W^T x + b; L = softmax_ce(z, y)", "x", "d = 2, c = 3 and for d = 3, c = 2"),
    ("Z = X W + b; L = softmax_ce(Z, Y)", "b", "B = 2, d = 3, c = 4 and for B = 3, d = 2, c = 5"),
    ("Z = X W + b; L = mean(sum(Z, axis=1)^2)", "W", "B = 2, d = 3, c = 4 and for B = 3, d = 2, c = 5"),
]


@pytest.mark.parametrize(("typed", "name", "sizes"), NETWORKS)
def test_sympy_finds_the_same_for_a_network(prover: Prover, typed: str, name: str, sizes: str) -> None:
    asked = program(typed, NAMED)
    final = in_inputs(solution(asked, name, NAMED), asked, NAMED)
    proof = prover.gradient(asked, name, final, NAMED, {"y": "onehot", "Y": "distribution"})
    assert isinstance(proof, Proved), proof
    assert proof.how.startswith(f"proved for {sizes}: entry by entry")


def test_a_rule_has_words_and_an_op_that_it_is_about() -> None:
    special = {"the square", "a row times a column", "a bias"}
    assert {*RULES} - special <= {*OPS}
    for op in {*RULES} - special:
        assert isinstance(RULES[op], str) or len(RULES[op]) == len(OPS[op].symbolic)


AT_NAMES = [
    (
        "p = softmax(W1 x); L = -sum(b1 * log(p))",
        "W1",
        ["p"],
        ["dp = -b1/p", "dW1 = (p .* (dp - sum(dp .* p))) x^T"],
    ),
    (
        "p = softmax(W1 x); L = -sum(b1 * log(p))",
        "x",
        [],
        ["dx = W1^T (p .* (-b1/p - sum(-b1/p .* p)))"],
    ),
    ("u = 3x + 2; v = u^2; L = sin(v)", "x", ["v"], ["dv = cos(v)", "dx = 6*dv*u"]),
    ("u = 3x + 2; v = u^2; L = sin(v)", "x", [], ["dx = 6*cos(v)*u"]),
]
"""Programs, a name, which gradients are told on the way, and the lines that are left."""


@pytest.mark.parametrize(("typed", "name", "told", "lines"), AT_NAMES)
def test_what_lies_between_the_names_is_put_in(
    typed: str, name: str, told: list[str], lines: list[str]
) -> None:
    symbols = SCALARS if "W1" not in typed else NETWORK
    asked, known = program(typed, symbols), gradients(typed, symbols)
    left = list(at_names(solution(asked, name, symbols), asked, symbols, told))
    assert [written(step, {key: np.shape(value) for key, value in known.items()}) for step in left] == lines
    for step in left:
        np.testing.assert_allclose(evaluate(step.tree, known), known[step.of], rtol=1e-9, atol=1e-12)


def test_the_rules_of_what_is_put_in_are_told_with_it() -> None:
    asked = program("L = log(sin(x))", SCALARS)
    (step,) = at_names(solution(asked, "x", SCALARS), asked, SCALARS, [])
    assert step.rule == "log: 1/x; then sin: cos x"


UNDERIVED = [
    ((Line("L", Symbol("x")),), "L cannot be derived: it computes nothing"),
    ((Line("L", Symbol("W1") @ Symbol("b2")),), "L cannot be derived: W₁ is"),
    ((Line("L", Symbol("u") * 2),), "L cannot be derived: u has no declared shape"),
]


@pytest.mark.parametrize(("lines", "message"), UNDERIVED)
def test_a_line_without_a_meaning_is_told(lines: Program, message: str) -> None:
    with pytest.raises(AuthorError, match="^" + message):
        solution(lines, "x", NETWORK)


def test_a_number_of_entries_that_is_known_is_written_as_a_number() -> None:
    (step,) = solution(program("L = mean(x)", NETWORK), "x", NETWORK)
    assert step.tree == lift(1) / 2


def test_a_size_that_is_a_number_of_the_problem_is_called_by_its_name() -> None:
    symbols: Symbols = {"Z": ("N", "c"), "N": (), "c": ()}
    (step,) = solution(program("L = mean(Z)", symbols), "Z", symbols)
    assert step.tree == lift(1) / (Symbol("N") * Symbol("c"))
