from __future__ import annotations

from typing import Any

import pytest

from bpdrill.laboratory.flow.settings import Settings
from bpdrill.laboratory.flow.weights import Init
from bpdrill.model.errors import UsageError

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"activation": "sigmod"}, "There is no activation 'sigmod'. Did you mean sigmoid? There are: sigmoid, "),
    ({"activation": "add"}, "There is no activation 'add'."),
    ({"norm": "bach"}, "There is no normalisation 'bach'. Did you mean batch? There are: batch, layer."),
    ({"layers": 0}, "layers must be a whole number from 2 to 200, not 0."),
    ({"layers": 1}, "layers must be a whole number from 2 to 200, not 1."),
    ({"layers": 201}, "layers must be a whole number from 2 to 200, not 201."),
    ({"layers": 0, "recurrent": True}, "steps must be a whole number from 2 to 200, not 0."),
    ({"width": 0}, "width must be a whole number from 1 to 256, not 0."),
    ({"batch": -1}, "batch must be a whole number from 1 to 256, not -1."),
    ({"trials": 0}, "trials must be a whole number from 1 to 100, not 0."),
    ({"seed": -1}, "seed must be a whole number from 0 to "),
    ({"layers": 200, "width": 256}, "13,107,200 weights are too many, 4,000,000 are the most"),
    (
        {"layers": 60, "width": 256, "trials": 100},
        "That would take minutes: take fewer trials, or a smaller batch.",
    ),
    ({"clip": 0.0}, "clip must be above 0 and at most 1e100, not 0.0."),
    ({"clip": float("nan")}, "clip must be above 0 and at most 1e100, not nan."),
    ({"radius": -1.0, "recurrent": True}, "radius must be above 0 and at most 1000, not -1.0."),
    ({"radius": 1.0}, "A radius is for the one matrix of a recurrent network: add --rnn STEPS."),
    (
        {"radius": 1.0, "recurrent": True, "init": Init("zeros")},
        "Zero weights cannot be scaled to a radius: take another --init.",
    ),
    (
        {"recurrent": True, "skip": True},
        "A recurrent network has neither --skip nor --norm here: leave them out.",
    ),
    ({"recurrent": True, "norm": "layer"}, "A recurrent network has neither --skip nor --norm here"),
    ({"norm": "batch", "batch": 2}, "Batch normalisation needs a batch of 3 or more."),
]

ACCEPTED: list[dict[str, Any]] = [
    {},
    {"layers": 2, "width": 1, "batch": 1, "trials": 1},
    {"layers": 200, "width": 128, "trials": 3},
    {"norm": "batch", "batch": 3},
    {"recurrent": True, "radius": 1.0},
]


@pytest.mark.parametrize(("case", "complaint"), REFUSED)
def test_what_cannot_be_is_refused_in_one_line(case: dict[str, Any], complaint: str) -> None:
    with pytest.raises(UsageError) as raised:
        Settings(**case)
    assert str(raised.value).startswith(complaint)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("case", ACCEPTED)
def test_the_edges_are_accepted(case: dict[str, Any]) -> None:
    Settings(**case)
