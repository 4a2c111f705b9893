"""Passes of each mode: every usual way to count is accepted, the known mistakes are named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Verdict

ITEM = "passes/million-inputs"
RIGHT, WRONG, BLANK = Outcome.RIGHT, Outcome.WRONG, Outcome.BLANK
SWAPPED, DIFFERENCES = "passes.modes-swapped", "passes.finite-differences"
Attempts = Callable[..., Any]

# f has a million inputs and one output, g one input and a thousand outputs.
ACCEPTED = {
    "f.forward": ["1000000", "1,000,000", "10^6", "1e6", "1000001"],
    "f.reverse": ["1", "2", "1 + 1"],
    "g.forward": ["1", "2"],
    "g.reverse": ["1000", "1,000", "1001", "2000", "10^3"],
    "f.winner": ["reverse", "rev", "Reverse"],
    "g.winner": ["forward", "f", "FORWARD"],
}
REFUSED = [
    ("f.forward", "1", (SWAPPED,)),
    ("f.forward", "2000000", (DIFFERENCES,)),
    ("f.forward", "1000000.5", ()),
    ("f.reverse", "1000000", (SWAPPED,)),
    ("f.reverse", "1000001", ()),
    ("f.reverse", "3", ()),
    ("g.forward", "1000", (SWAPPED,)),
    ("g.reverse", "1", (SWAPPED,)),
    ("g.reverse", "999", ()),
    ("f.winner", "forward", ()),
    ("g.winner", "reverse", ()),
]
UNREADABLE = [
    ("f.forward", "n"),
    ("f.reverse", "1e400"),
    ("f.winner", "both"),
    ("g.winner", ""),
    ("g.forward", " "),
]


@pytest.mark.parametrize(
    ("field", "text"), [(field, text) for field, texts in ACCEPTED.items() for text in texts]
)
def test_every_usual_count_is_right(attempt: Attempts, field: str, text: str) -> None:
    assert attempt(ITEM).judge({field: text}).verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize(("field", "text", "names"), REFUSED)
def test_another_count_is_wrong(attempt: Attempts, field: str, text: str, names: tuple[str, ...]) -> None:
    judged = attempt(ITEM).judge({field: text})
    assert judged.amiss == {field: WRONG}
    assert judged.by_field[field].misconceptions == names
    assert judged.by_field[field].because
    assert judged.verdict is Verdict.NO_HIRE


@pytest.mark.parametrize(("field", "text"), UNREADABLE)
def test_what_cannot_be_read_is_blank_with_a_reason(attempt: Attempts, field: str, text: str) -> None:
    judged = attempt(ITEM).judge({field: text}).by_field[field]
    assert judged.outcome is BLANK
    assert (judged.because == "left out") == (not text.strip())


@pytest.mark.parametrize("count", range(1, 9))
def test_fresh_functions_are_counted_by_inputs_and_outputs(attempt: Attempts, count: int) -> None:
    begun = attempt(ITEM, next_seed(ITEM, count))
    f, g = (begun.variant.values["functions"][name] for name in "fg")
    answer = {
        "f.forward": str(f.inputs),
        "f.reverse": str(f.outputs),
        "f.winner": "reverse",
        "g.forward": str(g.inputs),
        "g.reverse": str(g.outputs),
        "g.winner": "forward",
    }
    assert begun.judge(answer).verdict is Verdict.STRONG_HIRE
    twice = begun.judge({"f.forward": str(2 * f.inputs)}).by_field["f.forward"]
    assert twice.misconceptions == (DIFFERENCES,)


# The one function of the item takes 3 inputs to 5 outputs.
FEWEST = [
    ({"f.forward": "4", "f.reverse": "6"}, {}),
    ({"f.reverse": "10"}, {}),
    ({"f.forward": "5"}, {"f.forward": (SWAPPED,)}),
    ({"f.forward": "6"}, {"f.forward": (DIFFERENCES,)}),
    ({"f.reverse": "3", "f.winner": "reverse"}, {"f.reverse": (SWAPPED,), "f.winner": ()}),
]


@pytest.mark.parametrize(("answer", "stories"), FEWEST)
def test_one_function_by_itself(
    attempt: Attempts, answer: dict[str, str], stories: dict[str, tuple[str, ...]]
) -> None:
    judged = attempt("passes/fewest-sweeps").judge(answer)
    assert {field: judged.by_field[field].misconceptions for field in judged.amiss} == stories


def test_one_function_is_drawn_either_way(attempt: Attempts) -> None:
    item = "passes/fewest-sweeps"
    drawn = [attempt(item, next_seed(item, n)).variant.values["functions"]["f"] for n in range(12)]
    assert {sizes.inputs < sizes.outputs for sizes in drawn} == {True, False}
    assert all(min(sizes.inputs, sizes.outputs) > 2 for sizes in drawn)
