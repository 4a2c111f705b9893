from __future__ import annotations

import json
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.laboratory.flow.flow import Flow, Overflow, as_record, flow, geometric_mean, ratio
from bpdrill.laboratory.flow.regime import Regime
from bpdrill.laboratory.flow.settings import Settings
from bpdrill.laboratory.flow.weights import Init

HE, ORTHOGONAL, ZEROS = Init("he"), Init("orthogonal"), Init("zeros")

REGIMES: list[tuple[dict[str, Any], Regime]] = [
    ({"activation": "sigmoid", "layers": 5}, Regime.VANISHING),
    ({"activation": "sigmoid", "layers": 10}, Regime.VANISHING),
    ({"activation": "relu", "layers": 5}, Regime.STABLE),
    ({"activation": "relu", "init": HE, "layers": 50}, Regime.STABLE),
    ({"activation": "relu", "layers": 30}, Regime.VANISHING),
    ({"activation": "relu", "init": Init("normal", 0.4)}, Regime.EXPLODING),
    ({"activation": "sigmoid", "skip": True}, Regime.STABLE),
    ({"activation": "relu", "skip": True, "layers": 40}, Regime.EXPLODING),
    ({"activation": "relu", "norm": "batch", "layers": 40}, Regime.EXPLODING),
    ({"activation": "tanh", "init": ZEROS}, Regime.VANISHING),
    ({"activation": "linear", "init": ORTHOGONAL, "layers": 100}, Regime.STABLE),
    ({"activation": "linear", "recurrent": True, "radius": 1.5, "layers": 50}, Regime.EXPLODING),
    ({"activation": "tanh", "recurrent": True, "radius": 0.7, "layers": 50}, Regime.VANISHING),
]


def measured(**options: Any) -> Flow:
    found = flow(Settings(**options))
    assert isinstance(found, Flow)
    return found


@pytest.mark.parametrize(("case", "standing"), REGIMES)
def test_regimes(case: dict[str, Any], standing: Regime) -> None:
    assert measured(**case).z.regime is standing


def test_five_sigmoid_layers_as_the_study_page_has_them() -> None:
    found = measured(activation="sigmoid", layers=5, width=64, trials=20)
    assert found.caps[0] / found.caps[-1] == pytest.approx(0.25**4)
    assert found.z.ratio == pytest.approx(0.0027, rel=0.1)
    assert found.W.ratio == pytest.approx(0.0053, rel=0.1)


def test_ten_sigmoid_layers_have_ten_slopes_from_the_loss() -> None:
    found = measured(activation="sigmoid", layers=10)
    assert found.caps[0] == pytest.approx(0.25**10)
    assert all(norm <= cap for norm, cap in zip(found.z.measured, found.caps, strict=True))


def test_the_weights_of_relu_with_xavier_do_not_see_what_the_pre_activations_do() -> None:
    found = measured(activation="relu", layers=5, trials=20)
    assert found.z.ratio == pytest.approx(0.25, rel=0.1)
    assert found.W.ratio == pytest.approx(1.0, rel=0.1)


def test_the_same_seed_gives_the_same_and_another_seed_does_not() -> None:
    first, again, other = (measured(seed=seed, trials=2) for seed in (3, 3, 4))
    assert first == again
    assert first.z != other.z


def test_means_lie_between_the_extremes() -> None:
    z = measured().z
    assert z.lowest < z.ratio < z.highest
    assert z.per_layer**z.gaps == pytest.approx(z.ratio)


@pytest.mark.parametrize(("threshold", "after"), [(1e-3, 1e-3), (1e6, None)])
def test_clipping_by_norm(threshold: float, after: float | None) -> None:
    clipping = measured(activation="relu", clip=threshold).clipping
    assert clipping is not None
    assert clipping.after == pytest.approx(clipping.before if after is None else after)


def test_clipping_changes_no_ratio() -> None:
    assert measured(clip=1e-9).W == measured().W


def test_a_recurrent_matrix_has_the_radius_asked_for() -> None:
    recurrence = measured(activation="tanh", layers=5, recurrent=True, radius=1.3).recurrence
    assert recurrence is not None
    assert recurrence.radius == pytest.approx(1.3)
    assert recurrence.norm > 1.3


def test_an_orthogonal_matrix_has_radius_and_norm_1() -> None:
    recurrence = measured(layers=5, recurrent=True, init=ORTHOGONAL).recurrence
    assert recurrence is not None
    assert (recurrence.radius, recurrence.norm) == pytest.approx((1, 1))


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_an_overflow_is_reported(activation: str) -> None:
    found = flow(Settings(activation, layers=200, init=Init("normal", 1000.0)))
    assert isinstance(found, Overflow)
    assert found.gain == pytest.approx(8000)


@pytest.mark.parametrize("case", [case for case, _ in REGIMES[-4:]])
def test_all_of_it_is_json(case: dict[str, Any]) -> None:
    record = json.loads(json.dumps(as_record(flow(Settings(**case))), allow_nan=False))
    assert len(record["z"]["measured"]) == record["settings"]["layers"]


@settings(deadline=None)
@given(st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=9))
def test_the_geometric_mean_of_factors_multiplies(factors: list[float]) -> None:
    mean = geometric_mean(factors)
    assert min(factors) * (1 - 1e-9) <= mean <= max(factors) * (1 + 1e-9)
    assert geometric_mean([factor * 8 for factor in factors]) == pytest.approx(8 * mean)
    assert geometric_mean([*factors, 0.0]) == 0


@pytest.mark.parametrize(("norms", "expected"), [((3.0, 2.0), 1.5), ((0.0, 0.0), 0.0), ((0.0, 2.0), 0.0)])
def test_ratio(norms: tuple[float, ...], expected: float) -> None:
    assert ratio(norms) == expected < inf
