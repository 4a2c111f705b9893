"""Graphs as lines: any equivalent one is accepted, and what is said of its nodes is judged by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bpdrill.model.marks import Outcome, Verdict

RIGHT, NEAR, WRONG, BLANK = Outcome.RIGHT, Outcome.NEAR, Outcome.WRONG, Outcome.BLANK
LINE, SUM, FORK, NET = (
    "drawing/linear-regression",
    "drawing/sum-times",
    "drawing/fan-out",
    "drawing/two-layer",
)
Attempts = Callable[..., Any]

GRAPHS = [
    (LINE, "m = w*x; s = m + b; r = s - y; L = r^2", RIGHT),
    (LINE, "m = x w; s = b + m; r = y - s; loss = r*r", RIGHT),
    (LINE, "a = b - y\nm = wx\nr = m + a\nL = r**2", RIGHT),
    (LINE, "r = w*x + b - y; L = r^2", NEAR),
    (LINE, "m = w*x; s = m + b; r = s - y; n = -r; L = n^2", NEAR),
    (LINE, "m = w*x; s = m + b; r = s + y; L = r^2", WRONG),
    (LINE, "m = w*x; s = m + b; L = s - y", WRONG),
    (LINE, "nonsense", BLANK),
    (SUM, "f = (x + y) z", NEAR),
    (SUM, "a = x*z; b = y*z; f = a + b", NEAR),
    (FORK, "s = x + y; L = x*s", RIGHT),
    (
        NET,
        "a = W1 @ x; z = a + b1; h = relu(z); q = W2 @ h; o = q + b2; r = o - y; s = r*r; L = sum(s)",
        RIGHT,
    ),
    (NET, "a = W1 x; z = a + b1; L = sum(z)", WRONG),
    (NET, "a = x W1; z = a + b1; L = sum(z)", BLANK),
]
ANSWERS = [
    (LINE, "leaves", "y b x w", RIGHT, ()),
    (LINE, "leaves", "w, x, b", WRONG, ()),
    (LINE, "leaves", "w, x, b, y, mul", WRONG, ()),
    (LINE, "internal", "sub, add, mul", RIGHT, ()),
    (LINE, "internal", "mul, add, sub, L", NEAR, ()),
    (LINE, "root", "w", WRONG, ()),
    (LINE, "nodes", "8", RIGHT, ()),
    (LINE, "nodes", "4", WRONG, ("graph.leaves-not-counted",)),
    (LINE, "edges", "7", RIGHT, ()),
    (LINE, "edges", "8", WRONG, ()),
    (LINE, "forks", "none", RIGHT, ()),
    (LINE, "forks", "add", WRONG, ("graph.fan-in-for-fan-out",)),
    (SUM, "forks", "q", WRONG, ("graph.fan-in-for-fan-out",)),
    (FORK, "forks", "x", RIGHT, ()),
    (FORK, "forks", "none", WRONG, ()),
    (FORK, "edges", "5", RIGHT, ()),
]


@pytest.mark.parametrize(("item", "text", "outcome"), GRAPHS)
def test_any_graph_of_the_same_function_is_accepted(
    attempt: Attempts, item: str, text: str, outcome: Outcome
) -> None:
    judged = attempt(item).judge({"graph": text}).by_field["graph"]
    assert judged.outcome is outcome
    assert outcome is RIGHT or judged.because


@pytest.mark.parametrize("case", ANSWERS)
def test_what_is_said_of_the_nodes(attempt: Attempts, case: tuple[Any, ...]) -> None:
    item, field, text, outcome, named = case
    judged = attempt(item).judge({field: text}).by_field[field]
    assert (judged.outcome, judged.misconceptions) == (outcome, named)
    assert outcome is RIGHT or judged.because


def test_a_missing_leaf_is_told_with_its_part(attempt: Attempts) -> None:
    assert "y is missing" in attempt(LINE).judge({"leaves": "w, x, b"}).by_field["leaves"].because


def test_fan_out_decides_where_it_is_the_subject(attempt: Attempts) -> None:
    assert attempt(FORK).judge({"forks": "none"}).verdict is Verdict.NO_HIRE
    assert attempt(SUM).judge({"forks": "q"}).verdict is Verdict.LEAN_HIRE
