"""Every number of the study page that the drill quotes, worked out again; each with its place there."""

from __future__ import annotations

from math import cos, exp, log, prod, sin, sqrt
from typing import Any

import numpy as np
import pytest

from bpdrill.algebra.derive import derivative
from bpdrill.algebra.probe import compare_expressions
from bpdrill.algebra.program import Run, run
from bpdrill.autograd import OPS, Tape, check_op
from bpdrill.autograd.arithmetic.elementary import sigmoid, tanh
from bpdrill.bank.bank import open_bank
from bpdrill.bank.tables import open_plan, open_skills
from bpdrill.kinds import load
from bpdrill.model.marks import Equal
from bpdrill.model.tree import Tree
from bpdrill.notation import Reading, read, read_program


def worked(lines: str, **inputs: Any) -> Run:
    """A program run on ``inputs``."""
    shapes = {name: np.shape(value) for name, value in inputs.items()}
    program = read_program(lines, shapes)
    assert isinstance(program, tuple), program
    return run(program, {name: np.array(v, float) if np.ndim(v) else float(v) for name, v in inputs.items()})


def formula(text: str) -> Tree:
    reading = read(text, dict.fromkeys("xyzw", ()))
    assert isinstance(reading, Reading)
    return reading.tree


# ── Parts 1 and 2: scalars ───────────────────────────────────────────────────────────────────────


def test_a_square_of_a_line() -> None:  # Part 1, scalar chain rule
    slope = derivative(formula("(3x + 2)^2"), "x")
    assert isinstance(compare_expressions(slope, formula("6(3x + 2)")), Equal)


LINE = worked("mul = w*x; add = mul + b; sub = add - y; L = sub^2", w=2, x=3, b=1, y=8)


def test_the_values_of_a_squared_error() -> None:  # Part 2, forward
    assert [LINE.values[name] for name in ("mul", "add", "sub", "L")] == [6, 7, -1, 1]


def test_the_gradients_of_a_squared_error() -> None:  # Part 2, backward; x and y not printed there
    found = LINE.gradients()
    assert [found[name] for name in ("sub", "add", "mul", "b", "w")] == [-2, -2, -2, -2, -6]
    assert [found[name] for name in "xy"] == [-4, 2]


def test_a_product_with_itself() -> None:  # Part 2, fan-out
    for x in (-2.0, 0.5, 3.0):
        ran = worked("L = x*x", x=x)
        assert ran.gradients()["x"] == 2 * x
        assert [edge.contribution for edge in ran.pull_back().edges] == [x, x]


def test_a_sum_times() -> None:  # Practice 1
    ran = worked("q = x + y; f = q*z", x=-2, y=5, z=-4)
    assert (ran.values["q"], ran.values["f"]) == (3, -12)
    assert [ran.gradients()[name] for name in "qxyz"] == [-4, -4, -4, 3]


def test_forward_mode_by_hand() -> None:  # Part 5, forward mode
    tape = Tape()
    x1, x2 = tape.leaf(2), tape.leaf(3)
    product, sine = tape.apply("mul", x1, x2), tape.apply("sin", x1)
    root = tape.apply("add", product, sine)
    moved = [tape.push_forward(node, {x1: 1}) for node in (x1, x2, product, sine, root)]
    assert [node.value for node in (product, sine, root)] == pytest.approx([6, 0.909, 6.909], abs=5e-4)
    assert moved == pytest.approx([1, 0, 3, -0.416, 2.584], abs=5e-4)
    assert moved[-1] == pytest.approx(3 + cos(2))


def test_degrees_would_show() -> None:  # Part 5: the sine is of radians
    assert 3 + cos(2 * 3.14159265 / 180) == pytest.approx(3.999, abs=5e-4)
    assert sin(2) == pytest.approx(0.909, abs=5e-4)


# ── Part 7: the network ──────────────────────────────────────────────────────────────────────────

NETWORK = worked(
    "z1 = W1 x + b1; h1 = relu(z1); z2 = W2 h1 + b2; yhat = softmax(z2); L = -sum(y .* log(yhat))",
    x=[1, 2],
    W1=[[0.1, 0.2], [0.3, 0.4]],
    b1=[0.1, 0.1],
    W2=[[0.5, 0.6], [0.7, 0.8]],
    b2=[0.1, 0.1],
    y=[1, 0],
)
VALUES: dict[str, Any] = {
    "z1": [0.6, 1.2],
    "h1": [0.6, 1.2],
    "z2": [1.12, 1.48],
    "yhat": [0.411, 0.589],
    "L": 0.889,
}
GRADIENTS: dict[str, Any] = {
    "z2": [-0.589, 0.589],
    "W2": [[-0.353, -0.707], [0.353, 0.707]],
    "b2": [-0.589, 0.589],  # printed as a formula only
    "h1": [0.118, 0.118],
    "z1": [0.118, 0.118],
    "W1": [[0.118, 0.236], [0.118, 0.236]],
    "b1": [0.118, 0.118],  # not printed; as long as b1, whatever the table of shapes says
}


@pytest.mark.parametrize("name", VALUES)
def test_the_values_of_the_network(name: str) -> None:  # Part 7, forward
    assert np.allclose(NETWORK.values[name], VALUES[name], atol=5e-4)


@pytest.mark.parametrize("name", GRADIENTS)
def test_the_gradients_of_the_network(name: str) -> None:  # Part 7, backward
    found = NETWORK.gradients()[name]
    assert np.allclose(found, GRADIENTS[name], atol=5e-4)
    assert found.shape == NETWORK.values[name].shape  # Part 3, shapes


def test_the_exponentials_of_the_network() -> None:  # Part 7, softmax
    assert [exp(1.12), exp(1.48), exp(1.12) + exp(1.48)] == pytest.approx([3.065, 4.393, 7.458], abs=5e-4)
    assert -log(0.411) == pytest.approx(0.889, abs=5e-4)


# ── Part 4 and Practice 2: depth ─────────────────────────────────────────────────────────────────

SPREAD = np.linspace(-8, 8, 1601)
SIGMOID_SLOPES = sigmoid(SPREAD) * (1 - sigmoid(SPREAD))
TANH_SLOPES = 1 - tanh(SPREAD) ** 2

# Layers between the two gradients, the factor of each, what comes out.
DEPTHS = [
    (4, 0.25, 0.0039),  # Practice 2: from layer 5 to layer 1
    (10, 0.25, 9.54e-7),  # Part 4: ten sigmoids, the output's own among them
    (9, 0.25, 3.81e-6),  # the same, from layer 10 to layer 1
    (100, 1.5, 4.07e17),  # Part 4: a hundred layers
    (99, 1.5, 2.71e17),  # the product there has one factor fewer
    (99, 0.375, 6.8e-43),  # with the sigmoid's slope beside it nothing explodes
]


@pytest.mark.parametrize(("factors", "factor", "ratio"), DEPTHS)
def test_a_factor_a_layer(factors: int, factor: float, ratio: float) -> None:
    assert prod([factor] * factors) == pytest.approx(ratio, rel=0.01)


def test_the_ratio_the_other_way_round() -> None:  # Practice 2
    assert 1 / 0.25**4 == 256


@pytest.mark.parametrize(("slopes", "cap"), [(SIGMOID_SLOPES, 0.25), (TANH_SLOPES, 1.0)])
def test_the_steepest_slope_is_at_zero(slopes: Any, cap: float) -> None:  # Parts 4, 6 and 8
    assert slopes.max() == pytest.approx(cap)
    assert abs(SPREAD[slopes.argmax()]) < 1e-9


def test_variances_at_the_start() -> None:  # Part 4, initialisation, for a layer from 784 to 256
    n_in, n_out = 784, 256
    xavier, he = 2 / (n_in + n_out), 2 / n_in
    assert xavier == pytest.approx(0.00192, abs=5e-6)
    assert xavier == pytest.approx(2 / (1 / (1 / n_in) + 1 / (1 / n_out)))  # harmonic mean of the two
    assert (1 / n_in + 1 / n_out) / 2 == pytest.approx(0.00259, abs=5e-6)  # not the arithmetic one
    assert he / xavier == pytest.approx(1 + n_out / n_in)  # a factor of 2 only where the sizes are equal


def test_relu_halves_the_second_moment() -> None:  # Part 4: why the 2
    z = np.random.default_rng(0).standard_normal(400_000)
    h = z.clip(min=0)
    assert (h**2).mean() == pytest.approx(0.5, abs=0.01)
    assert h.var() == pytest.approx(0.341, abs=0.01)


def test_the_identity_path_may_cancel() -> None:  # Part 4, skip connections: 1 is a path, not a bound
    assert worked("f = s * x; out = x + f", s=-0.9, x=1).gradients()["x"] == pytest.approx(0.1)


# ── Part 5: passes and memory ────────────────────────────────────────────────────────────────────

BATCH, LENGTH, WIDTH, LAYERS, BYTES = 32, 2048, 12288, 96, 4


def test_the_memory_of_a_large_model() -> None:  # Part 5, one saved tensor a layer
    layer = BATCH * LENGTH * WIDTH * BYTES
    assert layer == 3 * 2**30
    assert layer / 1e9 == pytest.approx(3.22, abs=5e-3)
    assert LAYERS * layer == 288 * 2**30
    assert LAYERS * layer / 1e9 == pytest.approx(309, abs=0.5)


def test_checkpoints_at_about_the_root() -> None:  # Part 5: O(sqrt N)
    kept = {every: -(-LAYERS // every) + every for every in range(1, LAYERS + 1)}
    best = min(kept.values())
    assert best == 20
    assert [every for every, tensors in kept.items() if tensors == best] == [8, 9, 10, 11, 12]
    assert best == pytest.approx(2 * sqrt(LAYERS), abs=0.5)


@pytest.mark.parametrize(("backward", "extra"), [(2, 1 / 3), (1, 1 / 2)])
def test_one_forward_pass_more(backward: int, extra: float) -> None:  # Part 5: about a third
    assert 1 / (1 + backward) == pytest.approx(extra)


def test_passes_of_both_modes() -> None:  # Practice 4
    kind = load("pass_count")
    functions = kind.vary(open_bank().get("passes/million-inputs"), 0).values["functions"]
    sizes = {name: (function.inputs, function.outputs) for name, function in functions.items()}
    assert sizes == {"f": (1_000_000, 1), "g": (1, 1000)}


# ── Part 6 and Practice 5: local gradients ───────────────────────────────────────────────────────


def normalised(z: Any) -> Any:
    return (z - z.mean()) / np.sqrt(z.var() + EPSILON)


EPSILON = 1e-5
Z = np.array([0.3, -1.2, 2.0, 0.7])
UPSTREAM = np.array([1.0, -0.5, 0.25, 2.0])


def test_the_three_terms_of_batch_norm() -> None:  # Part 6 and Practice 5
    scale, zhat = 1 / np.sqrt(Z.var() + EPSILON), normalised(Z)
    direct, mean, variance = UPSTREAM, -UPSTREAM.mean(), -zhat * (UPSTREAM * zhat).mean()
    found = scale * (direct + mean + variance)
    step = 1e-6 * np.eye(len(Z))
    slopes = [UPSTREAM @ (normalised(Z + nudge) - normalised(Z - nudge)) / 2e-6 for nudge in step]
    assert found == pytest.approx(slopes, abs=1e-7)
    assert found.sum() == pytest.approx(0, abs=1e-12)  # centred, which is all that "whitened" can mean
    assert found @ zhat == pytest.approx(0, abs=1e-4)  # no part along zhat, up to epsilon


@pytest.mark.parametrize("op", ["matmul", "add", "relu", "sigmoid", "tanh", "softmax_ce"])
def test_the_local_gradients_of_the_table(op: str) -> None:  # Part 6
    assert not check_op(OPS[op])


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────


def test_sixteen_tasks_on_five_days() -> None:  # Spaced repetition checkpoints
    days = [(checkpoint.offset, len(checkpoint.tasks)) for checkpoint in open_plan().checkpoints]
    assert days == [(0, 3), (3, 3), (7, 3), (14, 3), (21, 4)]


def test_eight_skills() -> None:  # Self-assessment
    assert len(open_skills()) == 8
