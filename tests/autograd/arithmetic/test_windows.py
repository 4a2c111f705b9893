"""Windows: which places they cover, by hand; cutting out and laying back are adjoint."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.autograd.arithmetic.windows import slide

CUT = (
    # x, widths, stride with pad and dilation, windows
    ((1, 2, 3, 4), (2,), (1, 0, 1), ((1, 2), (2, 3), (3, 4))),
    ((1, 2, 3, 4, 5), (2,), (2, 0, 1), ((1, 2), (3, 4))),
    ((1, 2, 3, 4), (2,), (1, 1, 1), ((0, 1), (1, 2), (2, 3), (3, 4), (4, 0))),
    ((1, 2, 3, 4), (2,), (1, 0, 3), ((1, 4),)),
    ((1, 2, 3), (2,), (5, 0, 1), ((1, 2),)),
    (((1, 2, 3), (4, 5, 6)), (2, 2), (1, 0, 1), ((1, 2, 4, 5), (2, 3, 5, 6))),
    (((1, 2), (3, 4)), (1, 2), (2, 1, 1), ((0, 0), (0, 0), (0, 3), (4, 0))),
)

REFUSED = (
    ((4,), (5,), (1, 0, 1), "a window over 5 places does not fit on 4, padding included"),
    ((4,), (3,), (1, 0, 2), "a window over 5 places does not fit on 4"),
    ((3, 4), (2, 7), (1, 1, 1), "a window over 7 places does not fit on 6"),
    ((4,), (0,), (1, 0, 1), "does not fit"),
    ((4,), (2,), (0, 0, 1), "the stride must be a whole number from 1 on, not 0"),
    ((4,), (2,), (1.5, 0, 1), "the stride must be a whole number from 1 on, not 1.5"),
    ((4,), (2,), (1, -1, 1), "the padding must be a whole number from 0 on, not -1"),
    ((4,), (2,), (1, 0, 0), "the dilation must be a whole number from 1 on, not 0"),
)


@pytest.mark.parametrize(("x", "widths", "given_", "windows"), CUT)
def test_what_is_cut_out(x: Any, widths: Any, given_: Any, windows: Any) -> None:
    array = np.array(x, dtype=float)
    cut = slide(array.shape, widths, *given_).cut(array)
    assert cut.tolist() == np.array(windows, dtype=float).tolist()


@pytest.mark.parametrize(("lengths", "widths", "given_", "says"), REFUSED)
def test_windows_that_cannot_be(lengths: Any, widths: Any, given_: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        slide(lengths, widths, *given_)


def test_what_lies_in_two_windows_is_laid_back_twice() -> None:
    windows = slide((4,), (2,))
    assert windows.lay_back(windows.cut(np.array([1.0, 10.0, 100.0, 1000.0]))).tolist() == [1, 20, 200, 1000]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_cutting_and_laying_back_are_adjoint(data: st.DataObject) -> None:
    small = st.integers(1, 3)
    widths = tuple(data.draw(st.lists(small, min_size=1, max_size=2)))
    stride, pad, dilation = data.draw(small), data.draw(st.integers(0, 2)), data.draw(small)
    lengths = tuple((width - 1) * dilation + data.draw(small) for width in widths)
    draw = np.random.default_rng(data.draw(st.integers(0, 99)))
    x = draw.normal(size=(2, *lengths))
    windows = slide(lengths, widths, stride, pad, dilation)
    rows = draw.normal(size=windows.cut(x).shape)
    assert np.sum(windows.cut(x) * rows) == pytest.approx(np.sum(x * windows.lay_back(rows)))
