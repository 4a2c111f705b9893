from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpdrill.laboratory.flow.power import FORMATS, Power
from bpdrill.laboratory.flow.power_blocks import power_blocks
from bpdrill.laboratory.flow.regime import Regime
from bpdrill.model.errors import UsageError
from bpdrill.term.paper import Paper
from bpdrill.term.text import text

INFO: dict[str, Any] = {"Half precision": np.finfo(np.float16), "Single precision": np.finfo(np.float32)}

PAGE = [
    (0.25, 10, 9.5e-7, Regime.VANISHING),
    (0.25, 4, 0.0039, Regime.VANISHING),
    (1.5, 100, 4.07e17, Regime.EXPLODING),
    (1.5, 99, 2.71e17, Regime.EXPLODING),
    (0.375, 99, 6.7e-43, Regime.VANISHING),
    (1.0, 100, 1.0, Regime.STABLE),
]
"""The study page's products, one factor fewer, and 1.5 with the slope of sigmoid beside it."""

REFUSED = [
    (1.5, 0, "layers must be a whole number from 1 to 100000, not 0."),
    (0.0, 10, "factor must lie between 1e-06 and 1e+06, not at 0."),
    (float("nan"), 10, "factor must lie between 1e-06 and 1e+06, not at nan."),
    (1.5, 3000, "1.5^3000 is about 1e528, where floats come to an end: take 1703 layers or fewer."),
    (0.25, 3000, "0.25^3000 is about 1e-1807, where floats come to an end: take 498 layers or fewer."),
]


@pytest.mark.parametrize(("factor", "layers", "product", "verdict"), PAGE)
def test_products(factor: float, layers: int, product: float, verdict: Regime) -> None:
    power = Power(factor, layers)
    assert power.after(layers) == pytest.approx(product, rel=0.02)
    assert power.regime is verdict


@pytest.mark.parametrize(("factor", "layers", "complaint"), REFUSED)
def test_what_no_float_holds_is_refused(factor: float, layers: int, complaint: str) -> None:
    with pytest.raises(UsageError) as raised:
        Power(factor, layers)
    assert str(raised.value) == complaint


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("factor", [1.5, 2.0, 10.0, 0.25, 0.5, 0.9])
def test_where_a_format_ends_is_where_numpy_says(name: str, factor: float) -> None:
    largest, smallest = FORMATS[name]
    assert (largest, smallest) == (float(INFO[name].max), float(INFO[name].smallest_subnormal))
    count = Power(factor, 10).layers_within(largest, smallest)
    assert count is not None
    assert smallest <= factor**count <= largest
    assert not smallest <= factor ** (count + 1) <= largest


def test_a_factor_of_1_never_leaves_a_format() -> None:
    assert Power(1.0, 10).layers_within(2.0, 0.5) is None


@pytest.mark.parametrize(
    ("factor", "layers", "shown"), [(1.5, 100, "1.5^100 = 4.07e17"), (0.25, 10, "0.25^10 = 9.54e-7")]
)
@pytest.mark.parametrize("columns", [60, 100])
def test_the_page_s_cases_are_shown_and_so_is_one_factor_fewer(
    factor: float, layers: int, shown: str, columns: int
) -> None:
    lines = text(power_blocks(Power(factor, layers)), Paper(columns))
    assert any(line.endswith(shown) for line in lines)
    assert any(f"{factor:g}^{layers - 1} = " in line for line in lines)
    assert all(len(line) <= columns for line in lines)
