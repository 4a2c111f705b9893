"""Graphs traced as people trace them: slips that stay one slip, lost paths, graphs drawn in other ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bpdrill.model.marks import Outcome, Verdict

LINE = "graphs/linear-regression-loss"
FORK = "graphs/fan-out"
SUM = "graphs/sum-times"
Attempts = Callable[..., Any]


def forward(**values: str) -> dict[str, str]:
    """Values of nodes as an answer."""
    return {f"forward.{node}": text for node, text in values.items()}


def cells(rows: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Rows of local, upstream, gradient as an answer."""
    columns = ("local", "upstream", "gradient")
    return {
        f"edge.{edge}.{column}": text
        for edge, texts in rows.items()
        for column, text in zip(columns, texts, strict=True)
    }


# The study page's own table, Part 2, with the rows it leaves out.
PAGE = {
    **forward(mul="6", add="7", sub="-1", L="1"),
    **cells(
        {
            "L.0": ("-2", "1", "-2"),
            "sub.0": ("1", "-2", "-2"),
            "sub.1": ("-1", "-2", "2"),
            "add.0": ("1", "-2", "-2"),
            "add.1": ("1", "-2", "-2"),
            "mul.0": ("3", "-2", "-6"),
            "mul.1": ("2", "-2", "-4"),
        }
    ),
    "check.w": "2(wx + b - y)x",
}

# d(s^2) = s: the 2 is lost, and everything after is worked out faithfully from there.
FACTOR_LOST = cells(
    {
        "L.0": ("-1", "1", "-1"),
        "sub.0": ("1", "-1", "-1"),
        "sub.1": ("-1", "-1", "1"),
        "add.0": ("1", "-1", "-1"),
        "add.1": ("1", "-1", "-1"),
        "mul.0": ("3", "-1", "-3"),
        "mul.1": ("2", "-1", "-2"),
    }
)

# 2*3 = 5, and on from there: the last square is 4.
FORWARD_SLIP = {
    **forward(mul="5", add="6", sub="-2", L="4"),
    **cells(
        {
            "L.0": ("-4", "1", "-4"),
            "sub.0": ("1", "-4", "-4"),
            "sub.1": ("-1", "-4", "4"),
            "add.0": ("1", "-4", "-4"),
            "add.1": ("1", "-4", "-4"),
            "mul.0": ("3", "-4", "-12"),
            "mul.1": ("2", "-4", "-8"),
        }
    ),
}


@dataclass(frozen=True)
class Slip:
    """An answer with one slip in it: where it is found, how it is named, what it costs."""

    item: str
    typed: dict[str, str]
    wrong: str
    named: tuple[str, ...] = ()
    verdict: Verdict = Verdict.LEAN_HIRE


ONE_SLIP = [
    Slip(LINE, FACTOR_LOST, "edge.L.0.local", ("power.factor-lost",)),
    Slip(LINE, FORWARD_SLIP, "forward.mul"),
    Slip(LINE, {"edge.sub.1.gradient": "-2"}, "edge.sub.1.gradient", ("edge.local-lost",)),
    Slip(LINE, cells({"sub.1": ("1", "-2", "-2")}), "edge.sub.1.local", ("sub.second-sign-lost",)),
    Slip(LINE, cells({"mul.0": ("2", "-2", "-4")}), "edge.mul.0.local", ("mul.own-value",)),
    Slip(FORK, {"total.x": "6"}, "total.x", ("path.dropped",), Verdict.NO_HIRE),
    Slip(FORK, {"total.x": "5"}, "total.x", ("path.dropped",), Verdict.NO_HIRE),
    Slip(FORK, {"total.x": "30"}, "total.x", (), Verdict.NO_HIRE),
    Slip(FORK, {"edge.mul.0.gradient": "3", "total.x": "9"}, "edge.mul.0.gradient", ("mul.own-value",)),
    Slip(SUM, cells({"q.0": ("1/2", "-4", "-2")}), "edge.q.0.local", ("add.split",)),
    Slip(SUM, {"edge.f.1.gradient": "-4"}, "edge.f.1.gradient", ("mul.own-value",)),
]

RIGHT_CHECKS = [
    "2(wx+b-y)x",
    "2x(wx + b − y)",
    "-2(y - wx - b)x",
    "2wx^2 + 2bx - 2xy",
    "2*sub*x",
    "dL/dw = 2*(w*x + b - y)*x",
    "\\frac{\\partial L}{\\partial w} = 2\\left(wx+b-y\\right)x",
]
WRONG_CHECKS = ["(wx+b-y)x", "2(wx+b-y)", "2(wx+b-y)w", "-2(wx+b-y)x", "2(wx+b+y)x", "2(wx+b-y)^2 x"]

GRAPHS = {
    "q = x + y; f = q*z": Outcome.RIGHT,
    "q=x+y\nf=qz": Outcome.RIGHT,
    "a = y + x; b = z*a": Outcome.RIGHT,
    "f = (x+y)z": Outcome.NEAR,
    "f = x*z + y*z": Outcome.NEAR,
    "q = x*z; r = y*z; f = q + r": Outcome.NEAR,
    "q = x + y; f = q + z": Outcome.WRONG,
    "q = x*y; f = q + z": Outcome.WRONG,
    "q = x - y; f = q*z": Outcome.WRONG,
    "q = x + y": Outcome.WRONG,
    "x + y * z": Outcome.BLANK,
    "": Outcome.BLANK,
}


def test_the_study_page_earns_strong_hire(attempt: Attempts) -> None:
    judged = attempt(LINE).judge(PAGE)
    assert (judged.amiss, judged.verdict) == ({}, Verdict.STRONG_HIRE)


@pytest.mark.parametrize("slip", ONE_SLIP)
def test_one_slip_is_wrong_once(attempt: Attempts, slip: Slip) -> None:
    judged = attempt(slip.item).judge(slip.typed)
    assert judged.of(Outcome.WRONG) == {slip.wrong}
    assert set(judged.amiss.values()) <= {Outcome.WRONG, Outcome.FOLLOWS}
    assert judged.by_field[slip.wrong].misconceptions == slip.named
    assert judged.verdict is slip.verdict


def test_two_slips_are_two_and_no_hire(attempt: Attempts) -> None:
    judged = attempt(LINE).judge({**FACTOR_LOST, "edge.mul.0.local": "2", "edge.mul.0.gradient": "-2"})
    assert judged.of(Outcome.WRONG) == {"edge.L.0.local", "edge.mul.0.local"}
    assert judged.verdict is Verdict.NO_HIRE


def test_what_would_follow_from_nothing_typed_is_wrong(attempt: Attempts) -> None:
    judged = attempt(LINE).judge({"edge.mul.0.gradient": "-3", "edge.mul.1.gradient": "-2"})
    assert judged.of(Outcome.WRONG) == {"edge.mul.0.gradient", "edge.mul.1.gradient"}


def test_a_value_of_zero_does_not_make_zeros_right(attempt: Attempts) -> None:
    fields = [field for field in attempt(LINE).right if field.startswith(("forward", "edge"))]
    judged = attempt(LINE).judge(dict.fromkeys(fields, "0"))
    assert judged.of(Outcome.WRONG) == set(fields)
    assert not any(judged.by_field[field].misconceptions for field in fields)


def test_products_may_stay_as_they_are(attempt: Attempts) -> None:
    judged = attempt(LINE).judge(
        {"edge.L.0.local": "2*(-1)", "edge.mul.0.gradient": "3·(−2)", "forward.L": "(-1)^2"}
    )
    assert judged.verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize("formula", RIGHT_CHECKS)
def test_a_derivative_in_any_form_is_right(attempt: Attempts, formula: str) -> None:
    assert attempt(LINE).judge({"check.w": formula}).verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize("formula", WRONG_CHECKS)
def test_another_derivative_is_wrong_with_a_witness(attempt: Attempts, formula: str) -> None:
    judged = attempt(LINE).judge({"check.w": formula})
    assert judged.amiss == {"check.w": Outcome.WRONG}
    assert "w = " in judged.by_field["check.w"].because


@pytest.mark.parametrize(("graph", "outcome"), GRAPHS.items())
def test_a_graph_is_judged_by_what_it_computes(attempt: Attempts, graph: str, outcome: Outcome) -> None:
    assert attempt(SUM).judge({"graph": graph}).by_field["graph"].outcome is outcome


def test_a_blank_says_what_was_expected_and_an_unreadable_text_why(attempt: Attempts) -> None:
    blank = attempt(SUM).judge({"graph": "", "check.x": "z +* 1"}).by_field
    assert (blank["graph"].because, blank["graph"].expected) == ("left out", "q = x + y; f = q·z")
    assert blank["check.x"].because not in ("", "left out")


@pytest.mark.parametrize(("seed", "item"), [(seed, item) for seed in (0, 7, 8) for item in (LINE, FORK, SUM)])
def test_the_numbers_are_those_of_plain_calculus(attempt: Attempts, seed: int, item: str) -> None:
    begun = attempt(item, seed)
    gradients = PLAIN_CALCULUS[item](**begun.variant.values["trace"].at)
    for name, slope in gradients.items():
        assert sum_of_paths(begun.right, name, item) == pytest.approx(slope)


PLAIN_CALCULUS: dict[str, Callable[..., dict[str, float]]] = {
    LINE: lambda w, x, b, y: {
        "w": 2 * (w * x + b - y) * x,
        "x": 2 * (w * x + b - y) * w,
        "b": 2 * (w * x + b - y),
        "y": -2 * (w * x + b - y),
    },
    FORK: lambda x, y: {"x": y + 2 * x, "y": x},
    SUM: lambda x, y, z: {"x": z, "y": z, "z": x + y},
}
LAST_EDGES = {
    LINE: {"w": "mul.0", "x": "mul.1", "b": "add.1", "y": "sub.1"},
    FORK: {"x": "total", "y": "mul.1"},
    SUM: {"x": "q.0", "y": "q.1", "z": "f.1"},
}


def sum_of_paths(right: dict[str, str], name: str, item: str) -> float:
    """The gradient at an input, as the right answer has it."""
    edge = LAST_EDGES[item][name]
    return float(right[f"total.{name}" if edge == "total" else f"edge.{edge}.gradient"])


def test_the_value_of_a_check_is_half_of_it(attempt: Attempts) -> None:
    judged = attempt(LINE).judge({"check.w": "-6"})
    assert judged.amiss == {"check.w": Outcome.NEAR}
    assert judged.verdict is Verdict.LEAN_HIRE
