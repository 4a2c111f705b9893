from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import pytest

from bpdrill.bank.convert import ConversionError, convert, steps_of
from bpdrill.bank.yaml import Steps


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Leaf:
    count: int
    size: Size = Size.SMALL


@dataclass(frozen=True, slots=True)
class Branch:
    leaves: tuple[Leaf, ...] = ()
    named: Mapping[str, Leaf] = field(default_factory=dict)


AMISS: list[tuple[Any, Steps, str]] = [
    ({"leafs": []}, ("leafs",), "unknown key 'leafs'; did you mean 'leaves'?"),
    ({"xyz": 1}, ("xyz",), "unknown key 'xyz'; known are: leaves, named"),
    ({"leaves": [{"count": 1}, {"cuont": 2}]}, ("leaves", 1, "cuont"), "did you mean 'count'?"),
    ({"named": {"a": {"cuont": 2}}}, ("named", "a", "cuont"), "did you mean 'count'?"),
    ({"leaves": [{"count": "1"}]}, ("leaves", 0, "count"), "expected `int`, got `str`"),
    ({"leaves": [{}]}, ("leaves", 0), "missing key `count`"),
    ({"leaves": [{"count": 1, "size": "smal"}]}, ("leaves", 0, "size"), "write one of: small, large"),
    ({"leaves": {}}, ("leaves",), "expected `array`, got `object`"),
    ([], (), "expected `object`, got `array`"),
]
"""A value, the steps that lead to what is wrong, and what is said of it."""


@pytest.mark.parametrize(("value", "path", "told"), AMISS)
def test_what_does_not_fit_is_told_with_the_way_to_it(value: Any, path: Steps, told: str) -> None:
    with pytest.raises(ConversionError) as error:
        convert(value, Branch)
    assert error.value.path == path
    assert told in str(error.value)


def test_what_fits_becomes_a_record() -> None:
    value = {"leaves": [{"count": 1}, {"count": 2, "size": "large"}], "named": {"a": {"count": 3}}}
    assert convert(value, Branch) == Branch((Leaf(1), Leaf(2, Size.LARGE)), {"a": Leaf(3)})


def test_the_way_goes_on_from_where_one_is() -> None:
    with pytest.raises(ConversionError) as error:
        convert({"count": "x"}, Leaf, ("spec", 2))
    assert error.value.path == ("spec", 2, "count")


@pytest.mark.parametrize(
    ("where", "steps"), [("$.a.b[0].c`", ("a", "b", 0, "c")), ("$[12]", (12,)), ("$", ()), ("", ())]
)
def test_steps(where: str, steps: Steps) -> None:
    assert steps_of(where) == steps
