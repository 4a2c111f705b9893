from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from bpdrill.laboratory.given import split, value, values
from bpdrill.model.errors import UsageError

GIVEN: dict[str, dict[str, Any]] = {
    "": {},
    "w=2,x=3": {"w": 2.0, "x": 3.0},
    " x_1 = 1/2 ; ŷ=1e-3,": {"x1": 0.5, "yhat": 0.001},
    "x=[1,2],b=0": {"x": [1.0, 2.0], "b": 0.0},
    "x=[1 2 3]": {"x": [1.0, 2.0, 3.0]},
    "W=[[1,2],[3,4]],v=[[1],[2]]": {"W": [[1.0, 2.0], [3.0, 4.0]], "v": [1.0, 2.0]},
    "W=[1,2;3,4]": {"W": [[1.0, 2.0], [3.0, 4.0]]},
    "r=[[1,2]]": {"r": [[1.0, 2.0]]},
}

REFUSED = {
    "w": "--at gives each name a value",
    "w=": "--at gives each name a value",
    "w=2 x=3": "not 'w=2 x=3'",
    "=3": "'' is no name",
    "2=3": "'2' is no name",
    "w x=3": "'w x' is no name",
    "\x1b[31m=3": "is no name",
    "w=2,w=3": "--at gives w twice",
    "z1=2,z_1=3": "--at gives z1 twice",
    "sin=2": "sin is a function: give the input another name",
    "e=2": "e is a function",
    "x=a": "--at x: a cannot be used here: write a number",
    "x=1/0": "--at x must be a finite value",
    "x=1e400": "--at x must be a finite value",
    "x=[1,1/0]": "--at x must be a finite value",
    "x=[1,2": "This [ is never closed",
    "x=[1,2]]": "This bracket closes nothing",
    "x=[[1,2],[3,4,5]]": "the rows of an array must be alike, and these are (2,), (3,)",
    "x=\x1b[31m": "a character here that cannot be seen",
    "x=" + "1" * 3000: "most 2,000 characters",
}


@pytest.mark.parametrize(("typed", "found"), GIVEN.items())
def test_values_by_name(typed: str, found: dict[str, Any]) -> None:
    read = values(typed)
    assert {name: v if isinstance(v, float) else v.tolist() for name, v in read.items()} == found


@pytest.mark.parametrize(("typed", "complaint"), REFUSED.items())
def test_what_is_no_value_is_said_in_one_line(
    typed: str, complaint: str, refuses: Callable[[str], AbstractContextManager[None]]
) -> None:
    with refuses(complaint):
        values(typed)


def test_commas_within_brackets_do_not_split() -> None:
    assert [*split("a=[1,(2,3)],b={4,5};c")] == ["a=[1,(2,3)]", "b={4,5}", "c"]


def test_a_value_has_no_name() -> None:
    with pytest.raises(UsageError, match="--along"):
        value("--along", "x=1")
