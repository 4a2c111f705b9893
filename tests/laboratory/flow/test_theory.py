from __future__ import annotations

from math import pi, sqrt
from typing import Any

import pytest

from bpdrill.laboratory.flow.activation import ACTIVATIONS, Moments
from bpdrill.laboratory.flow.flow import Flow, flow
from bpdrill.laboratory.flow.settings import Settings
from bpdrill.laboratory.flow.theory import capped, expected
from bpdrill.laboratory.flow.weights import Init

HE = Init("he")

STEEPEST = {
    "sigmoid": 0.25,
    "tanh": 1,
    "relu": 1,
    "leaky_relu": 1,
    "gelu": 1.1289,
    "silu": 1.0998,
    "elu": 1,
    "linear": 1,
}

RELU = (sqrt(1 / (2 * pi)), 1 / 2, 1 / 2)

MOMENTS = [
    ("linear", 4.0, (0.0, 4.0, 1.0)),
    ("relu", 1.0, RELU),
    ("relu", 9.0, (3 * RELU[0], 9 / 2, 1 / 2)),
    ("relu", 1e8, (1e4 * RELU[0], 1e8 / 2, 1 / 2)),
    ("sigmoid", 0.0, (0.5, 0.25, 1 / 16)),
    ("tanh", 1.0, (0.0, 0.394294, 0.464403)),
    # tanh jumps from -1 to 1: the integral of (1 - tanh²)² is 4/3, times the density at 0.
    ("tanh", 1e8, (0.0, 1.0, 4 / 3 / sqrt(2 * pi) / 1e4)),
]
"""E[φ], E[φ²] and E[φ′²]; those of tanh at 1 by another quadrature (Gauss and Hermite, 64 points)."""

PER_LAYER: list[tuple[dict[str, Any], float, float]] = [
    ({"activation": "linear"}, 1.0, 1.0),
    ({"activation": "relu"}, sqrt(1 / 2), 1.0),
    ({"activation": "relu", "init": HE}, 1.0, sqrt(2)),
    ({"activation": "relu", "norm": "layer"}, 1.0, sqrt(2)),
    ({"activation": "relu", "norm": "batch"}, sqrt(pi / (pi - 1)), sqrt(2 * pi / (pi - 1))),
    ({"activation": "relu", "skip": True}, sqrt(3 / 2), sqrt(2)),
    ({"activation": "linear", "recurrent": True}, 1.0, 1.0),
]
"""A factor per layer in the limit, expected and capped. Squared, that of batch norm is E[φ′²] / Var φ."""

MEASURED: list[tuple[dict[str, Any], float]] = [
    ({"activation": "sigmoid"}, 0.02),
    ({"activation": "tanh"}, 0.02),
    ({"activation": "relu"}, 0.04),
    ({"activation": "relu", "init": HE}, 0.04),
    ({"activation": "sigmoid", "norm": "layer"}, 0.03),
    ({"activation": "relu", "norm": "batch", "batch": 64}, 0.04),
    ({"activation": "sigmoid", "skip": True}, 0.02),
    ({"activation": "tanh", "init": Init("normal", 0.5)}, 0.04),
    ({"activation": "sigmoid", "init": Init("uniform", 0.3)}, 0.02),
    ({"activation": "tanh", "init": Init("orthogonal")}, 0.02),
]
"""The factor per layer, and how far from theory it may be: the mean of 8 networks of width 128 scatters
by about 0.01."""


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_steepest_slope(name: str) -> None:
    assert Moments(name).steepest == pytest.approx(STEEPEST[name], abs=2e-4)


def test_the_steepest_slope_of_sigmoid_is_a_quarter_exactly() -> None:
    assert Moments("sigmoid").steepest == 0.25


@pytest.mark.parametrize(("name", "square", "moments"), MOMENTS)
def test_moments(name: str, square: float, moments: tuple[float, float, float]) -> None:
    assert Moments(name).at(square) == pytest.approx(moments, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize(("case", "factor", "cap"), PER_LAYER)
def test_the_factor_per_layer(case: dict[str, Any], factor: float, cap: float) -> None:
    s = Settings(layers=8, **case)
    z, caps = (theory(s, s.init.gain(s.width)).z for theory in (expected, capped))
    assert z[3] / z[4] == pytest.approx(factor, rel=1e-3)
    assert caps[3] / caps[4] == pytest.approx(cap, rel=1e-3)


@pytest.mark.parametrize("layers", [2, 5, 10])
def test_the_cap_of_sigmoid_has_a_slope_for_each_layer(layers: int) -> None:
    z = capped(Settings(layers=layers), 1.0).z
    assert z == pytest.approx([0.25 ** (layers - layer) for layer in range(layers)])


def test_relu_with_xavier_shrinks_at_the_pre_activations_and_not_at_the_weights() -> None:
    norms = expected(Settings("relu", layers=5), 1.0)
    assert norms.z[0] / norms.z[-1] == pytest.approx(1 / 4, rel=1e-3)
    assert norms.W[0] / norms.W[-1] == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize(("case", "tolerance"), MEASURED)
@pytest.mark.parametrize("seed", [0, 1])
def test_networks_do_what_theory_says(case: dict[str, Any], tolerance: float, seed: int) -> None:
    found = flow(Settings(width=128, trials=8, seed=seed, **case))
    assert isinstance(found, Flow)
    assert found.z.per_layer == pytest.approx(found.z.expected_per_layer, rel=tolerance)
    assert found.z.measured[-1] == pytest.approx(found.z.expected[-1], rel=0.05)
    if "norm" not in case:  # the examples of a normalised batch are not independent
        assert found.W.per_layer == pytest.approx(found.W.expected_per_layer, rel=tolerance)
