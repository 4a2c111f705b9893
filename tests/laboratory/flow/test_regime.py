from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.laboratory.flow.regime import APART, Regime, layers_until_apart, regime

VANISHING, STABLE, EXPLODING = Regime

CASES = [
    (0.25**4, 4, VANISHING),
    (0.25, 4, STABLE),
    (1.0, 9, STABLE),
    (0.0, 9, VANISHING),
    (1 / 99, 9, STABLE),
    (1 / 100, 9, VANISHING),
    (99.0, 9, STABLE),
    (100.0, 9, EXPLODING),
    (0.5, 1, VANISHING),
    (0.51, 1, STABLE),
    (2.0, 1, EXPLODING),
    (1.9**3, 3, STABLE),
    (1.5**99, 99, EXPLODING),
]
"""The first is the study page's: five sigmoid layers. 0.25 is ReLU with Xavier over as many."""


@pytest.mark.parametrize(("ratio", "gaps", "verdict"), CASES)
def test_regime(ratio: float, gaps: int, verdict: Regime) -> None:
    assert regime(ratio, gaps) is verdict


@settings(deadline=None)
@given(st.floats(1e-12, 1e12), st.integers(1, 199))
def test_growing_and_shrinking_are_judged_alike(ratio: float, gaps: int) -> None:
    mirror = {VANISHING: EXPLODING, STABLE: STABLE, EXPLODING: VANISHING}
    if abs(ratio - 1 / APART) > 1e-9 and abs(ratio - APART) > 1e-6:
        assert regime(1 / ratio, gaps) is mirror[regime(ratio, gaps)]


@pytest.mark.parametrize(
    ("per_layer", "layers"), [(2.0, 7), (0.5, 7), (0.1, 2), (1.0, None), (0.99999, None), (0.0, 0)]
)
def test_layers_until_apart(per_layer: float, layers: int | None) -> None:
    assert layers_until_apart(per_layer) == layers


@settings(deadline=None)
@given(st.floats(0.01, 100).filter(lambda factor: abs(factor - 1) > 0.01))
def test_so_many_layers_are_needed_and_no_fewer(per_layer: float) -> None:
    layers = layers_until_apart(per_layer)
    assert layers is not None
    growth = max(per_layer, 1 / per_layer)
    assert growth ** (layers - 1) < APART * (1 + 1e-9)
    assert growth**layers >= APART * (1 - 1e-9)


def test_a_very_deep_network_has_the_same_line() -> None:
    assert regime(0.999**100_000, 100_000) is Regime.VANISHING
    assert regime(0.02, 100_000) is Regime.STABLE
