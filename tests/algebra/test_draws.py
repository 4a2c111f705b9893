"""Arrays from a seed: humane decimals of either sign, never 0; targets with one 1."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bpdrill.algebra.draws import draw_array, draw_one_hot, draw_values
from bpdrill.model.items import Draw
from bpdrill.model.tree import Symbols

seeds = st.integers(0, 2**32)
shapes = st.lists(st.integers(1, 5), min_size=1, max_size=2)


@given(seeds, shapes, st.integers(1, 20))
def test_an_array_holds_multiples_of_a_tenth_and_no_zero(seed: int, shape: list[int], largest: int) -> None:
    drawn = draw_array(shape, Draw(seed), largest, 10)
    assert drawn.shape == tuple(shape)
    assert {abs(cell) for cell in drawn.flat} <= {tenths / 10 for tenths in range(1, largest + 1)}
    assert (drawn == draw_array(shape, Draw(seed), largest, 10)).all()


def test_both_signs_are_drawn() -> None:
    drawn = draw_array([100], Draw(1), 9, 10)
    assert 30 < (drawn > 0).sum() < 70


@given(seeds, st.integers(1, 6))
def test_a_target_has_one_1(seed: int, length: int) -> None:
    assert sorted(draw_one_hot(length, Draw(seed))) == [0] * (length - 1) + [1]


SYMBOLS: Symbols = {"X": ("N", "d"), "Y": ("N", "c"), "p": ("c",), "t": (), "N": (), "w": (2,)}


@given(seeds)
def test_values_lie_in_their_domains_and_sizes_all_differ(seed: int) -> None:
    drawn = draw_values(SYMBOLS, {"Y": "onehot", "p": "distribution", "t": "positive"}, Draw(seed))
    (examples, features), classes = drawn["X"].shape, drawn["p"].size
    assert len({examples, features, classes}) == 3
    assert drawn["N"] == examples
    assert drawn["Y"].shape == (examples, classes)
    assert (np.sort(drawn["Y"]) == np.eye(classes)[-1]).all()
    assert abs(drawn["p"].sum() - 1) < 1e-12
    assert (drawn["p"] > 0).all()
    assert isinstance(drawn["t"], float)
    assert drawn["t"] > 0
    assert drawn["w"].shape == (2,)
