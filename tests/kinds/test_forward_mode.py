"""Dual-number traces: the study page's tangent, every mistake named where it happens, slips followed."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin
from typing import Any

import pytest

from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Verdict

SHORT, LONG, DIRECTION = (
    "forward-mode/dual-trace",
    "forward-mode/dual-trace-long",
    "forward-mode/one-direction",
)
Attempts = Callable[..., Any]

# x1·x2 + sin x1 at (2, 3), seeded on x1.
PAGE = {
    "tangent.x1": "1",
    "tangent.x2": "0",
    "value.v1": "6",
    "tangent.v1": "3",
    "value.v2": "0.909",
    "tangent.v2": "-0.416",
    "value.f": "6.909",
    "tangent.f": "2.584",
    "again.x2": "2",
    "passes": "2",
}
ACCEPTED = [("passes", "3"), ("tangent.f", "3 + cos(2)"), ("tangent.v2", "cos(2)"), ("value.v2", "sin 2")]
NAMED = [
    ("value.v2", str(sin(radians(2))), "dual.degrees"),
    ("tangent.v2", str(cos(radians(2))), "dual.degrees"),
    ("tangent.v2", "0.416", "sin.sign-added"),
    ("tangent.v2", "1", "dual.local-lost"),
    ("tangent.v1", "2", "mul.own-value"),
    ("again.x2", "2.584", "dual.second-pass-forgotten"),
    ("passes", "1", "dual.second-pass-forgotten"),
    ("passes", "4", "passes.finite-differences"),
]
LAST_ALONE = [("3.999", "dual.degrees"), ("4.584", "dual.seeded-all"), ("2", "dual.other-seed")]
"""The derivative, and nothing else of the tangents: what it says by itself."""


def test_the_study_page_earns_strong_hire(attempt: Attempts) -> None:
    assert attempt(SHORT).judge(PAGE).verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize(("field", "text"), ACCEPTED)
def test_other_writings_are_right(attempt: Attempts, field: str, text: str) -> None:
    assert attempt(SHORT).judge({field: text}).amiss == {}


@pytest.mark.parametrize(("field", "text", "name"), NAMED)
def test_a_known_mistake_is_named(attempt: Attempts, field: str, text: str, name: str) -> None:
    judged = attempt(SHORT).judge({**PAGE, field: text}).by_field[field]
    assert judged.outcome is Outcome.WRONG
    assert judged.misconceptions == (name,)
    assert judged.because


@pytest.mark.parametrize(("text", "name"), LAST_ALONE)
def test_the_result_alone_tells_its_mistake(attempt: Attempts, text: str, name: str) -> None:
    blank = dict.fromkeys((field for field in PAGE if field.startswith("tangent.")), "")
    judged = attempt(SHORT).judge({**PAGE, **blank, "tangent.f": text}).by_field["tangent.f"]
    assert judged.outcome is Outcome.WRONG
    assert name in judged.misconceptions


def test_both_inputs_seeded_is_one_slip(attempt: Attempts) -> None:
    judged = attempt(SHORT).judge({**PAGE, "tangent.x2": "1", "tangent.v1": "5", "tangent.f": "4.584"})
    assert judged.of(Outcome.WRONG) == {"tangent.x2"}
    assert judged.by_field["tangent.x2"].misconceptions == ("dual.seeded-all",)
    assert judged.of(Outcome.FOLLOWS) == {"tangent.v1", "tangent.f"}


GRADIENTS: dict[str, Callable[..., dict[str, float]]] = {
    SHORT: lambda x1, x2: {"x1": x2 + cos(x1), "x2": x1},
    LONG: lambda x1, x2: {
        "x1": (x2 + cos(x1)) * (x2 - x1**2) - (x1 * x2 + sin(x1)) * 2 * x1,
        "x2": x1 * (x2 - x1**2) + x1 * x2 + sin(x1),
    },
    DIRECTION: lambda x, y, z: {"x": y, "y": x + z**2, "z": 2 * y * z},
}


@pytest.mark.parametrize(("item", "count"), [(item, count) for item in GRADIENTS for count in range(5)])
def test_tangents_are_those_of_plain_calculus(attempt: Attempts, item: str, count: int) -> None:
    begun = attempt(item, next_seed(item, count))
    trace = begun.variant.values["trace"]
    gradient = GRADIENTS[item](**trace.at)
    along = sum(gradient[name] * step for name, step in trace.seed.items())
    assert float(begun.right["tangent.f"]) == pytest.approx(along)


@pytest.mark.parametrize("count", range(4))
def test_half_of_the_product_rule_is_named_at_its_line(attempt: Attempts, count: int) -> None:
    begun = attempt(LONG, next_seed(LONG, count))
    right = {field: float(text) for field, text in begun.right.items()}
    half = right["value.v5"] * right["tangent.v3"]
    judged = begun.judge({"tangent.f": f"{half:.12g}"}).by_field["tangent.f"]
    assert "dual.share-lost" in judged.misconceptions


@pytest.mark.parametrize("count", range(4))
def test_rounding_on_the_way_is_never_wrong(attempt: Attempts, count: int) -> None:
    begun = attempt(LONG, next_seed(LONG, count))
    rounded = {field: f"{float(text):.4g}" for field, text in begun.right.items()}
    assert begun.judge(rounded).verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize(("text", "names"), [("3", ("dual.pass-per-input",)), ("2", ())])
def test_one_direction_takes_one_pass(attempt: Attempts, text: str, names: tuple[str, ...]) -> None:
    judged = attempt(DIRECTION).judge({"passes": text}).by_field["passes"]
    assert (judged.outcome, judged.misconceptions) == (Outcome.WRONG, names)
