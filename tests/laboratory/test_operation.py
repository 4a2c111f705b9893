from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from bpdrill.laboratory.operation import laid_out
from bpdrill.laboratory.trace.computation import computation

NO_VALUES = [
    ("x^n", "x=-2,n=2000", "f = x^n has no value where x = −2, n = 2000: the result is too large"),
    ("log(x)", "x=0", "f = log(x) has no value where x = 0: a logarithm needs numbers above 0."),
    ("log(x)", "x=[1,-2]", "f = log(x) has no value where x = [1, −2]: a logarithm"),
    ("sqrt(x - 2)", "x=1", "f = √(sub) has no value where sub = −1: a root"),
    ("x/y", "x=0,y=0", "f = x/y has no value where x = 0, y = 0: nothing can be divided by 0."),
    ("1/x", "x=[1,0]", "nothing can be divided by 0."),
    ("L = exp(x)", "x=1000", "L = exp(x) has no value where x = 1000: the result is too large"),
    ("sum(exp(x))", "x=[1,1000]", "exp = exp(x) has no value where x = [1, 1000]: the result is too large"),
    ("x^n", "x=-8,n=1/3", "a negative number has whole powers only."),
    ("x^n", "x=0,n=-1", "0 has no negative power."),
    ("x*1e308*10", "x=2", "mul = x·1e308 has no value where x = 2: the result is too large"),
    ("x*log(0)", "x=2", "log(0) has no finite value: write another number."),
]


@pytest.mark.parametrize(("typed", "at", "complaint"), NO_VALUES)
def test_where_an_operation_has_no_value_it_is_said_why(
    typed: str, at: str, complaint: str, refuses: Callable[[str], AbstractContextManager[None]]
) -> None:
    with refuses(complaint):
        computation(typed, at)


def test_a_shape_without_room_is_left_alone() -> None:
    assert laid_out(2.0, (3,)) == 2.0
    one = laid_out(2.0, (1, 1))
    assert not isinstance(one, float)
    assert one.tolist() == [[2.0]]
