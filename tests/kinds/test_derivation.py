"""Derivations in the notations people use, and the answers that are not right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Verdict

ITEM = "derivations/two-layer-network"
Attempts = Callable[..., Any]

RIGHT = {
    "z2": [
        "yhat - y",
        "ŷ − y",
        "y_hat - y",
        "-(y - ŷ)",
        "\\hat{y} - y",
        "\\hat{\\mathbf{y}} - \\mathbf{y}",
        "softmax(z2) - y",
        "softmax(W2 @ h1 + b2) - y",
        "dz2 = ŷ - y",
        "∂L/∂z2 = ŷ − y",
    ],
    "W2": [
        "dz2 h1^T",
        "dz2 @ h1.T",
        "np.outer(dz2, h1)",
        "outer(dz2, h1)",
        "np.dot(dz2, h1.T)",
        "(ŷ−y)h₁ᵀ",
        "(\\hat{y} - y) h_1^\\top",
        "\\frac{\\partial L}{\\partial z_2} h_1^T",
        "dL/dz2 · h1'",
        "dz2 ⊗ h1",
        "dz2[:, None] @ h1[None, :]",
        "dz2[:, None] * h1[None, :]",
        "(h1 dz2^T)^T",
        "dz2 relu(z1)^T",
        "dW2 = dz2 h1^T",
    ],
    "b2": ["dz2", "ŷ − y", "dz2*1", "1·dz2", "dz2 + 0"],
    "h1": [
        "W2^T dz2",
        "W2.T @ dz2",
        "W₂ᵀ(ŷ−y)",
        "W_2^\\top (\\hat{y} - y)",
        "np.dot(W2.T, dz2)",
        "np.matmul(W2.T, dz2)",
        "np.transpose(W2) @ dz2",
        "W2' dz2",
        "dz2^T W2",
        "(dz2^T W2)^T",
    ],
    "z1": [
        "dh1 * (z1 > 0)",
        "dh1 * (h1 > 0)",
        "(z1 > 0) * dh1",
        "dh1 .* (z1 > 0)",
        "dh1 ⊙ 1[z1 > 0]",
        "dh1 ⊙ 𝟙[z₁ > 0]",
        "dh1 ∘ (0 < z1)",
        "dh1 \\odot \\mathbb{1}[z_1 > 0]",
        "dh1 * relu'(z1)",
        "dh1 ⊙ ReLU'(z1)",
        "np.where(z1 > 0, dh1, 0)",
        "dh1 * (z1 > 0).astype(float)",
        "dh1 * (z1 > 0).float()",
        "(W2.T @ dz2) * (z1 > 0)",
        "W2^T (ŷ − y) ⊙ 1[z1 > 0]",
        "dh1 * (W1 x + b1 > 0)",
    ],
    "W1": [
        "dz1 x^T",
        "dz1 @ x.T",
        "dz₁xᵀ",
        "np.outer(dz1, x)",
        "dz1[:, None] @ x[None, :]",
        "\\frac{\\partial L}{\\partial z_1} x^T",
        "(W2^T (ŷ - y) ⊙ (z1 > 0)) x^T",
    ],
    "b1": ["dz1", "dh1 * (z1 > 0)", "W2^T dz2 ⊙ 1[z1 > 0]"],
}

# Field, what is typed, what the reason must say, the mistakes that are named.
WRONG = [
    ("z2", "y - yhat", "sign", ("softmax_ce.reversed",)),
    ("z2", "yhat", "expected", ("softmax_ce.target-lost",)),
    ("z2", "(yhat - y) * yhat * (1 - yhat)", "expected", ("softmax_ce.derivative-twice",)),
    ("z2", "yhat + y", "expected", ()),
    ("W2", "dz2 h1", "(c,)", ()),
    ("W2", "dz2 * h1", "(h,)", ()),
    ("W2", "h1 dz2^T", "yours is (h, c), expected (c, h); transpose it", ()),
    ("W2", "-dz2 h1^T", "sign", ()),
    ("W2", "dz2 z1^T", "row 1", ()),
    ("W2", "dz2 x^T", "yours is (c, d), expected (c, h)", ()),
    ("b2", "sum(dz2)", "a scalar", ()),
    ("h1", "W2 dz2", "W₂ᵀ dz₂", ()),
    ("h1", "W2^T yhat", "expected", ()),
    ("z1", "dh1", "expected 0", ("relu.mask-forgotten",)),
    ("z1", "dh1 * (dh1 > 0)", "expected", ("relu.mask-on-upstream",)),
    ("z1", "dh1 * (z1 < 0)", "expected", ()),
    ("z1", "dh1 * z1", "expected", ()),
    ("z1", "z1 > 0", "expected", ("edge.upstream-lost",)),
    ("W1", "dz1 x", "(h,) and x is (d,)", ()),
    ("W1", "x dz1^T", "transpose it", ()),
    ("W1", "dh1 x^T", "row", ("edge.upstream-late",)),
    ("b1", "dh1", "expected 0", ("edge.upstream-late",)),
    ("b1", "x", "yours is (d,), expected (h,)", ()),
]

UNREADABLE = ["p - y", "yhat -* y", "", "__import__('os')"]

# Activation, ways to write its slope, ways that are wrong.
SLOPES = {
    "tanh": (
        ["1 - h1^2", "1 - h1**2", "1 - tanh(z1)^2", "1 - tanh²(z1)", "tanh'(z1)", "(1 - h1)*(1 + h1)"],
        ["1 - h1", "h1^2 - 1", "1 - z1^2", "1 - tanh(h1)^2", "h1*(1 - h1)"],
    ),
    "sigmoid": (
        ["h1 * (1 - h1)", "h1 - h1^2", "σ(z1) * (1 − σ(z1))", "sigmoid'(z1)", "σ'(z1)"],
        ["1 - h1^2", "h1", "h1 * (h1 - 1)", "z1 * (1 - z1)", "σ(h1) * (1 − σ(h1))"],
    ),
    "relu": (["(z1 > 0)", "relu'(z1)"], ["h1", "(z1 < 0)", "(dh1 > 0)"]),
}


def field(name: str) -> str:
    return f"gradient.{name}"


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in RIGHT.items() for text in texts])
def test_a_right_answer_in_any_notation_is_right(attempt: Attempts, name: str, text: str) -> None:
    judged = attempt(ITEM).judge({field(name): text})
    assert (judged.amiss, judged.verdict) == ({}, Verdict.STRONG_HIRE)


@pytest.mark.parametrize(("name", "text", "reason", "names"), WRONG)
def test_a_wrong_answer_is_explained(
    attempt: Attempts, name: str, text: str, reason: str, names: tuple[str, ...]
) -> None:
    judged = attempt(ITEM).judge({field(name): text})
    assert judged.amiss == {field(name): Outcome.WRONG}
    assert reason in judged.by_field[field(name)].because
    assert judged.by_field[field(name)].misconceptions == names


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_blank_and_never_wrong(attempt: Attempts, text: str) -> None:
    assert attempt(ITEM).judge({field("z2"): text}).amiss == {field("z2"): Outcome.BLANK}


@pytest.fixture(scope="module")
def seeds(attempt: Attempts) -> dict[str, int]:
    """The first seed that draws each activation."""
    drawn = [next_seed(ITEM, count) for count in range(12)]
    return {attempt(ITEM, seed).variant.words["activation"]: seed for seed in reversed(drawn)}


@pytest.mark.parametrize(
    ("activation", "slope", "outcome"),
    [
        (activation, slope, outcome)
        for activation, (right, wrong) in SLOPES.items()
        for outcome, slopes in ((Outcome.RIGHT, right), (Outcome.WRONG, wrong))
        for slope in slopes
    ],
)
def test_each_activation_has_its_own_slope(
    attempt: Attempts, seeds: dict[str, int], activation: str, slope: str, outcome: Outcome
) -> None:
    judged = attempt(ITEM, seeds[activation]).judge({field("z1"): f"dh1 * ({slope})"})
    assert judged.by_field[field("z1")].outcome is outcome


# A wrong dz2, and later answers that use its formula in place of its name: nothing new is wrong there.
WRITTEN_OUT = {
    "z2": "y - yhat",
    "W2": "(y - yhat) h1^T",
    "b2": "y - yhat",
    "h1": "W2^T (y - yhat)",
    "z1": "W2^T (y - yhat) * (z1 > 0)",
    "W1": "(W2^T (y - yhat) * (z1 > 0)) x^T",
    "b1": "W2^T (y - yhat) * (z1 > 0)",
}


def test_a_wrong_step_written_out_again_follows(attempt: Attempts) -> None:
    judged = attempt(ITEM).judge({field(name): text for name, text in WRITTEN_OUT.items()})
    assert judged.of(Outcome.WRONG) == {field("z2")}
    assert judged.of(Outcome.FOLLOWS) == {field(name) for name in WRITTEN_OUT if name != "z2"}
    assert judged.verdict is Verdict.LEAN_HIRE


def test_a_later_step_in_the_names_of_earlier_ones_stays_right(attempt: Attempts) -> None:
    assert attempt(ITEM).judge({field("z2"): "y - yhat"}).amiss == {field("z2"): Outcome.WRONG}


def test_a_step_left_blank_does_not_hold_up_the_rest(attempt: Attempts) -> None:
    judged = attempt(ITEM).judge(dict.fromkeys((field("z2"), field("h1")), ""))
    assert set(judged.amiss) == {field("z2"), field("h1")}
