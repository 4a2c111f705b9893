from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.autograd import Tape
from bpdrill.laboratory.flow.network import (
    EPSILON,
    draw,
    frobenius_norm,
    gradient_norms,
    record,
    spectral_norm,
    spectral_radius,
)
from bpdrill.laboratory.flow.settings import Settings
from bpdrill.laboratory.flow.weights import Init

SMALL: dict[str, Any] = {"layers": 4, "width": 5, "batch": 6, "trials": 1}
ORTHOGONAL, ZEROS = Init("orthogonal"), Init("zeros")

CASES: list[dict[str, Any]] = [
    {"activation": "sigmoid"},
    {"activation": "tanh", "init": Init("he")},
    {"activation": "relu", "init": Init("uniform", 0.9)},
    {"activation": "linear", "norm": "batch"},
    {"activation": "tanh", "norm": "layer"},
    {"activation": "relu", "norm": "batch", "skip": True},
    {"activation": "sigmoid", "skip": True, "init": Init("normal", 0.7)},
    {"activation": "tanh", "recurrent": True, "radius": 1.3},
    {"activation": "relu", "recurrent": True},
]

BENT: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(z, 0),
    "linear": lambda z: z,
}
AXIS = {"batch": 0, "layer": 1}


def normalised(z: Any, norm: str) -> Any:
    if not norm:
        return z
    mean = anp.mean(z, axis=AXIS[norm], keepdims=True)
    return (z - mean) / anp.sqrt(anp.var(z, axis=AXIS[norm], keepdims=True) + EPSILON)


def oracle(s: Settings) -> tuple[list[float], list[float], float]:
    """The same network written for another engine; the gradient at z is that of a 0 added to it."""
    draws = draw(s, 0)
    first, *noises = draws.inputs
    count = s.layers

    def loss(W: Any, added: Any) -> Any:
        h = first
        for layer in range(count):
            z = h @ W[layer] + added[layer] + (noises[layer] if noises else 0)
            bent = BENT[s.activation](normalised(z, s.norm))
            h = h + bent if s.skip else bent
        return anp.sum(h * draws.cotangent)

    zeros = np.zeros((count, s.batch, s.width))
    dW, dz = autograd.grad(loss, (0, 1))(np.stack(draws.weights), zeros)
    update = np.linalg.norm(dW.sum(axis=0) if s.recurrent else dW)
    return [float(np.linalg.norm(g)) for g in dz], [float(np.linalg.norm(g)) for g in dW], float(update)


@pytest.mark.parametrize("case", CASES)
def test_another_engine_finds_the_same_norms(case: dict[str, Any]) -> None:
    s = Settings(**SMALL, **case)
    norms = gradient_norms(s, draw(s, 0))
    assert norms is not None
    z, W, update = oracle(s)
    assert list(norms.z) == pytest.approx(z, rel=1e-9)
    assert list(norms.W) == pytest.approx(W, rel=1e-9)
    assert norms.update == pytest.approx(update, rel=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 20), st.integers(1, 12), st.integers(1, 5), st.integers(0, 2**32))
def test_linear_and_orthogonal_keeps_the_norm(layers: int, width: int, batch: int, seed: int) -> None:
    s = Settings("linear", layers, width, batch, ORTHOGONAL, seed)
    norms = gradient_norms(s, draw(s, 0))
    assert norms is not None
    assert norms.z == pytest.approx([1.0] * layers)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_zero_weights_let_nothing_past_the_last_layer(activation: str) -> None:
    s = Settings(activation, layers=4, width=5, init=ZEROS)
    norms = gradient_norms(s, draw(s, 0))
    assert norms is not None
    assert norms.z[:-1] == (0, 0, 0)
    assert norms.W[:-1] == (0, 0, 0)


def test_skips_over_zero_weights_are_the_identity() -> None:
    s = Settings("sigmoid", layers=8, width=5, init=ZEROS, skip=True)
    norms = gradient_norms(s, draw(s, 0))
    assert norms is not None
    assert norms.z == pytest.approx([0.25] * 8)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("seed", range(5))
def test_a_skip_brings_more_to_the_first_layer(activation: str, seed: int) -> None:
    plain, skipping = (Settings(activation, seed=seed, skip=skip) for skip in (False, True))
    without, with_skips = (gradient_norms(s, draw(s, 0)) for s in (plain, skipping))
    assert without is not None
    assert with_skips is not None
    assert with_skips.z[0] > without.z[0]
    assert with_skips.z[0] / with_skips.z[-1] > without.z[0] / without.z[-1]


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from([("sigmoid", 0.25), ("tanh", 1.0), ("relu", 1.0), ("linear", 1.0)]),
    st.floats(0.1, 3),
    st.integers(0, 99),
)
def test_no_step_grows_by_more_than_slope_times_spectral_norm(
    activation: tuple[str, float], radius: float, seed: int
) -> None:
    name, steepest = activation
    s = Settings(name, layers=12, width=8, seed=seed, recurrent=True, radius=radius)
    draws = draw(s, 0)
    norms = gradient_norms(s, draws)
    assert norms is not None
    bound = steepest * spectral_norm(draws.weights[0]) * (1 + 1e-9)
    assert all(earlier <= later * bound for earlier, later in zip(norms.z, norms.z[1:], strict=False))


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
def test_a_linear_cell_grows_by_its_spectral_radius_in_the_long_run(radius: float) -> None:
    s = Settings("linear", layers=200, width=6, recurrent=True, radius=radius)
    draws = draw(s, 0)
    norms = gradient_norms(s, draws)
    assert norms is not None
    assert spectral_radius(draws.weights[0]) == pytest.approx(radius)
    assert (norms.z[0] / norms.z[-1]) ** (1 / 199) == pytest.approx(radius, rel=0.02)


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_what_is_normalised_has_mean_0_and_variance_1(norm: str) -> None:
    s = Settings("linear", layers=3, width=40, batch=30, norm=norm)
    h = np.asarray(record(Tape(), s, draw(s, 0))[-1].h.value)
    assert h.mean(axis=AXIS[norm]) == pytest.approx(0, abs=1e-12)
    assert h.var(axis=AXIS[norm]) == pytest.approx(1, abs=1e-3)


def test_a_recurrent_network_has_one_matrix_and_a_deep_one_many() -> None:
    deep, recurrent = (draw(Settings(layers=3, width=2, recurrent=once), 0).weights for once in (False, True))
    assert not np.array_equal(deep[0], deep[1])
    assert all(np.array_equal(recurrent[0], weight) for weight in recurrent)


def test_equal_seeds_draw_equal_networks_and_others_do_not() -> None:
    first, again, other_trial, other_seed = (
        draw(Settings(layers=2, width=3, seed=seed), trial).weights[0]
        for seed, trial in ((7, 0), (7, 0), (7, 1), (8, 0))
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other_trial)
    assert not np.array_equal(first, other_seed)


@pytest.mark.parametrize(("activation", "size"), [("relu", 1000), ("linear", 1), ("tanh", 3)])
def test_numbers_beyond_the_range_are_told_and_do_not_crash(activation: str, size: float) -> None:
    s = Settings(activation, layers=200, width=128, trials=1, init=Init("normal", size))
    assert gradient_norms(s, draw(s, 0)) is None


def test_the_loss_gradient_has_norm_1() -> None:
    assert frobenius_norm(draw(Settings(), 3).cotangent) == pytest.approx(1)


def test_a_norm_too_large_to_square_is_infinite() -> None:
    assert frobenius_norm(np.array([1e200, 1e200])) == float("inf")
    assert frobenius_norm(np.array([3.0, 4.0])) == 5
    assert sqrt(2) == pytest.approx(spectral_norm(np.array([[1.0, 1.0], [0.0, 0.0]])))
