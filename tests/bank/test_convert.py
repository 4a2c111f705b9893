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
    either: Leaf | int = 0
    named: Mapping[str, Leaf] = field(default_factory=dict)


AMISS: list[tuple[Any, Steps, str]] = [
    ({"leafs": []}, ("leafs",), "unknown key 'leafs'; did you mean 'leaves'?"),
    ({"xyz": 1}, ("xyz",), "unknown key 'xyz'; known are: leaves, either, named"),
    ({"leaves": [{"count": 1}, {"cuont": 2}]}, ("leaves", 1, "cuont"), "did you mean 'count'?"),
    ({"named": {"a": {"cuont": 2}}}, ("named", "a", "cuont"), "did you mean 'count'?"),
    ({"leaves": [{"count": "1"}]}, ("leaves", 0, "count"), "expected `int`, got `str`"),
    ({"leaves": [{}]}, ("leaves", 0), "missing key `count`"),
    ({"leaves": [{"count": 1, "size": "smal"}]}, ("leaves", 0, "size"), "write one of: small, large"),
    ({"either": {"cuont": 1, "count": 2}}, ("either", "cuont"), "did you mean 'count'?"),
    ({"either": "x"}, ("either",), "expected `int | object`, got `str`"),
    ({"leaves": {}}, ("leaves",), "expected `array`, got `object`"),
    ([], (), "expected `object`, got `array`"),
]
"""A value, the steps that lead to what is wrong, and what is said of it."""


@pytest.mark.parametrize(("value", "path", "told"), AMISS)
def test_what_does_not_fit_is_told_with_the_way_to_it(value: Any, path: Steps, told: str) -> None:
    with pytest.raises(ConversionError) as error:
        convert(value, Branch)
    assert any(amiss.path == path and told in amiss.text for amiss in error.value.amiss)


def test_all_that_does_not_fit_is_told() -> None:
    with pytest.raises(ConversionError) as error:
        convert({"leaves": [{"cuont": 1}, {"count": "x", "size": "smal"}], "named": []}, Branch)
    assert [amiss.path for amiss in error.value.amiss] == [
        ("leaves", 0, "cuont"),
        ("leaves", 0),
        ("leaves", 1, "count"),
        ("leaves", 1, "size"),
        ("named",),
    ]


def test_what_fits_becomes_a_record() -> None:
    value = {"leaves": [{"count": 1}, {"count": 2, "size": "large"}], "named": {"a": {"count": 3}}}
    assert convert(value, Branch) == Branch((Leaf(1), Leaf(2, Size.LARGE)), named={"a": Leaf(3)})


def test_the_way_goes_on_from_where_one_is() -> None:
    with pytest.raises(ConversionError) as error:
        convert({"count": "x"}, Leaf, ("spec", 2))
    assert [amiss.path for amiss in error.value.amiss] == [("spec", 2, "count")]


@pytest.mark.parametrize(
    ("where", "steps"), [("$.a.b[0].c`", ("a", "b", 0, "c")), ("$[12]", (12,)), ("$", ()), ("", ())]
)
def test_steps(where: str, steps: Steps) -> None:
    assert steps_of(where) == steps
