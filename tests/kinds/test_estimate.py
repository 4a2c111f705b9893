"""How much gradient reaches layer 1: numbers in every writing, counts off by one, orders of magnitude."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bpdrill.bank.check import verdict_of
from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Specimen, Verdict

ITEM = "estimates/sigmoid-depth"
RIGHT, NEAR, WRONG, FOLLOWS = Outcome.RIGHT, Outcome.NEAR, Outcome.WRONG, Outcome.FOLLOWS
Attempts = Callable[..., Any]

CAPS = {
    "1/4": RIGHT,
    ".25": RIGHT,
    "25%": RIGHT,
    "0.25": RIGHT,
    "2^-2": RIGHT,
    "0.5": WRONG,
    "4": WRONG,
    "1": WRONG,
}
COUNTS = {"4": RIGHT, "5-1": RIGHT, "5": NEAR, "3": WRONG, "0": WRONG}
RATIOS = {
    **dict.fromkeys(["0.0039", "0.00390625", "3.9e-3", ".0039", "0.39%", "0.004", "2^-8", "4^-4"], RIGHT),
    **dict.fromkeys(["1/256", "0.25^4", "0.25**4", "(1/4)^4", ".25·.25·.25·.25"], RIGHT),
    **dict.fromkeys(["256", "256x", "256 times", "256 times smaller", "1/250"], RIGHT),
    **dict.fromkeys(["0.01", "0.002", "0.005", "10^-2", "100", "1/300"], NEAR),
    **dict.fromkeys(["0.001", "0.015", "0.1", "1", "0", "-0.0039", "1000", "25600"], WRONG),
}
STORIES = {
    "0.001": "count.one-factor-too-many",
    "0.25^5": "count.one-factor-too-many",
    "1/1024": "count.one-factor-too-many",
    "1024x": "count.one-factor-too-many",
    "0.25*4": "count.sum-for-product",
}
# Earlier slips, and the ratio that they lead to.
FOLLOWING = [
    ({"factors": "5"}, "0.25^5"),
    ({"factors": "5"}, "1024x"),
    ({"factors": "5"}, "0.00098"),
    ({"factors": "3"}, "1/64"),
    ({"factors": "3"}, "64 times smaller"),
    ({"cap": "1/2"}, "1/16"),
    ({"cap": "1/2", "factors": "5"}, "1/32"),
]


@pytest.mark.parametrize(
    ("field", "text", "outcome"),
    [
        (field, text, outcome)
        for field, table in {"cap": CAPS, "factors": COUNTS, "ratio": RATIOS}.items()
        for text, outcome in table.items()
    ],
)
def test_a_number_in_any_writing(attempt: Attempts, field: str, text: str, outcome: Outcome) -> None:
    assert attempt(ITEM).judge({field: text}).by_field[field].outcome is outcome


@pytest.mark.parametrize(("text", "story"), STORIES.items())
def test_a_wrong_ratio_tells_its_story(attempt: Attempts, text: str, story: str) -> None:
    judged = attempt(ITEM).judge({"ratio": text}).by_field["ratio"]
    assert (judged.outcome, judged.misconceptions) == (WRONG, (story,))


@pytest.mark.parametrize(("slips", "ratio"), FOLLOWING)
def test_a_ratio_follows_from_own_counts(attempt: Attempts, slips: dict[str, str], ratio: str) -> None:
    assert attempt(ITEM).judge({**slips, "ratio": ratio}).by_field["ratio"].outcome is FOLLOWS


def test_counting_the_layers_is_lean(attempt: Attempts) -> None:
    judged = attempt(ITEM).judge({"factors": "5", "ratio": "0.25^5"})
    assert judged.amiss == {"factors": NEAR, "ratio": FOLLOWS}
    assert "output layer" in judged.by_field["factors"].because
    assert judged.verdict is Verdict.LEAN_HIRE


def test_the_magnitude_is_worth_lean(attempt: Attempts) -> None:
    judged = attempt(ITEM).judge({"ratio": "0.01"})
    assert "order of magnitude" in judged.by_field["ratio"].because
    assert judged.verdict is Verdict.LEAN_HIRE


@pytest.mark.parametrize("count", range(1, 9))
def test_a_fresh_estimate_is_the_power_it_says(attempt: Attempts, count: int) -> None:
    begun = attempt(ITEM, next_seed(ITEM, count))
    layers, norm = (begun.variant.values[name] for name in ("layers", "norm"))
    assert float(begun.right["ratio"]) == pytest.approx((norm / 4) ** (layers - 1))
    assert begun.judge({"ratio": f"({norm}*0.25)^{layers - 1:.0f}"}).verdict is Verdict.STRONG_HIRE
    assert begun.judge({"ratio": f"{(4 / norm) ** (layers - 1):.6g}x"}).verdict is Verdict.STRONG_HIRE


def test_words_are_kept_and_left_to_the_learner(attempt: Attempts) -> None:
    begun = attempt(ITEM)
    answer = {**begun.right, "derivation": "slope times weight, layer by layer", "tick.recursion": "no"}
    judged = begun.kind.judge(begun.variant, answer)
    assert next(j for j in judged if j.field == "derivation").outcome is Outcome.GIVEN
    assert verdict_of(begun.variant, Specimen("", answer, {}), judged) is Verdict.NO_HIRE


# Item, field, text, what becomes of it, and the mistake that is named.
OTHERS = [
    ("vanishing-product", "ratio", "3.8e-6", RIGHT, ""),
    ("vanishing-product", "from_output", "9.5e-7", RIGHT, ""),
    ("vanishing-product", "ratio", "0.25^10", WRONG, "count.one-factor-too-many"),
    ("exploding-product", "growth", "4.1e17", RIGHT, ""),
    ("exploding-product", "growth", "2.7e17", RIGHT, ""),
    ("exploding-product", "growth", "10^17.5", NEAR, ""),
    ("exploding-product", "growth", "150", WRONG, "count.sum-for-product"),
    ("exploding-product", "sigmoids", "2.5e-43", RIGHT, ""),
    ("exploding-product", "sigmoids", "1e-60", WRONG, ""),
    ("clip-by-norm", "n1", "1.2", RIGHT, ""),
    ("clip-by-norm", "n2", "-2", WRONG, "estimate.by-value-for-norm"),
    ("finite-differences", "evaluations", "1000", NEAR, ""),
    ("finite-differences", "evaluations", "1001", RIGHT, ""),
    ("finite-differences", "evaluations", "1003", WRONG, ""),
    ("finite-differences", "h", "1e-7", RIGHT, ""),
    ("finite-differences", "h", "1e-9", RIGHT, ""),
    ("finite-differences", "h", "1e-3", WRONG, ""),
    ("finite-differences", "h", "1e-16", WRONG, ""),
    ("finite-differences", "h_central", "1e-7", RIGHT, ""),
    ("finite-differences", "h_central", "1e-4", RIGHT, ""),
    ("finite-differences", "h_central", "1e-9", WRONG, ""),
    ("matmul-flops", "back", "2*256*512*64", WRONG, "estimate.backward-as-forward"),
    ("matmul-flops", "whole", "8.4e16", RIGHT, ""),
    ("residual-product", "shrinks", "1e-10", RIGHT, ""),
    ("residual-product", "shrinks", "1", WRONG, "estimate.at-least-one"),
    ("recurrent-product", "ratio", "0.135", RIGHT, ""),
    ("recurrent-product", "ratio", "0.96^50", WRONG, "count.one-factor-too-many"),
    ("sigmoid-miss", "mse", "-0.0066", RIGHT, ""),
    ("sigmoid-miss", "bce", "-0.0066", WRONG, "bce_with_logits.derivative-twice"),
    ("update-step", "loss", "0.64", RIGHT, ""),
    ("update-step", "w1", "1.94", WRONG, "estimate.uphill"),
]
STARTS = [
    ("xavier", "variance", "0.00192", RIGHT, ""),
    ("xavier", "variance", "0.00259", WRONG, "init.mean-of-variances"),
    ("xavier", "variance", "1/784", NEAR, ""),
    ("xavier", "limit", "sqrt(6/1040)", RIGHT, ""),
    ("xavier", "limit", "0.0439", WRONG, "init.deviation-for-limit"),
    ("he", "variance", "1/256", RIGHT, ""),
    ("he", "moment", "0.341", WRONG, "init.variance-for-second-moment"),
    ("xavier-with-relu", "ratio", "1.33", RIGHT, ""),
    ("xavier-with-relu", "ratio", "0.754", RIGHT, ""),
    ("xavier-with-relu", "ratio", "2", WRONG, "init.two-for-any-shape"),
]


@pytest.mark.parametrize(
    "case",
    [
        *((f"estimates/{name}", *rest) for name, *rest in OTHERS),
        *((f"initialisation/{name}", *rest) for name, *rest in STARTS),
    ],
    ids=lambda case: " ".join(case[:3]),
)
def test_other_estimates(attempt: Attempts, case: tuple[str, str, str, Outcome, str]) -> None:
    item, field, text, outcome, story = case
    judged = attempt(item).judge({field: text}).by_field[field]
    assert judged.outcome is outcome, judged.because
    assert not story or story in judged.misconceptions
