"""A network by hand: rounded values, slips that are followed through, named mistakes, refused zeros."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.bank.bank import open_bank
from bpdrill.kinds import load
from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Verdict

ITEM = "networks/walkthrough"
SEEDS = [next_seed(ITEM, attempt) for attempt in range(6)]
BACKWARD = ["z2", "W2", "b2", "h1", "z1", "W1", "b1"]
Attempts = Callable[..., Any]

# Part 7 of the study page, as it is printed there.
PAGE = {
    "forward.z1": "[0.6, 1.2]^T",
    "forward.h1": "[0.6, 1.2]^T",
    "forward.z2": "[1.12, 1.48]^T",
    "forward.yhat": "[0.411, 0.589]^T",
    "forward.L": "0.889",
    "gradient.z2": "[-0.589, 0.589]",
    "gradient.W2": "[[-0.353, -0.707], [0.353, 0.707]]",
    "gradient.b2": "[-0.589, 0.589]",
    "gradient.h1": "[0.118, 0.118]",
    "gradient.z1": "[0.118, 0.118]",
    "gradient.W1": "[[0.118, 0.236], [0.118, 0.236]]",
    "gradient.b1": "[0.118, 0.118]",
}


def whiteboard(
    inputs: Mapping[str, Any], *, own: Mapping[str, Any] | None = None, digits: int = 6
) -> dict[str, str]:
    """The whole example worked out in plain numpy, going on from ``own`` values where given."""
    at, own = {name: np.array(value, float) for name, value in inputs.items()}, own or {}
    found: dict[str, Any] = {}

    def put(field: str, value: Any) -> Any:
        found[field] = rounded(np.array(own.get(field, value), float), digits)
        return found[field]

    z1 = put("forward.z1", at["W1"] @ at["x"] + at["b1"])
    h1 = put("forward.h1", np.maximum(z1, 0))
    z2 = put("forward.z2", at["W2"] @ h1 + at["b2"])
    yhat = put("forward.yhat", np.exp(z2) / np.exp(z2).sum())
    put("forward.L", -np.log(yhat @ at["y"]))
    dz2 = put("gradient.z2", yhat - at["y"])
    put("gradient.W2", np.outer(dz2, h1))
    put("gradient.b2", dz2)
    dh1 = put("gradient.h1", at["W2"].T @ dz2)
    dz1 = put("gradient.z1", np.where(z1 > 0, dh1, 0))
    put("gradient.W1", np.outer(dz1, at["x"]))
    put("gradient.b1", dz1)
    return {field: str(value.tolist()) for field, value in found.items()}


def rounded(value: Any, digits: int) -> Any:
    """To so many significant digits, cell by cell."""
    return np.vectorize(lambda cell: float(f"{cell:.{digits}g}"))(value)


def inputs_of(begun: Any) -> Mapping[str, Any]:
    """The numbers of a variant."""
    return dict(begun.variant.values["chain"].points[0])


def test_the_study_page_earns_strong_hire(attempt: Attempts) -> None:
    judged = attempt(ITEM).judge(PAGE)
    assert (judged.amiss, judged.verdict) == ({}, Verdict.STRONG_HIRE)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("digits", [3, 4, 8])
def test_rounding_on_the_way_is_never_wrong(attempt: Attempts, seed: int, digits: int) -> None:
    begun = attempt(ITEM, seed)
    judged = begun.judge(whiteboard(inputs_of(begun), digits=digits))
    assert set(judged.amiss.values()) <= {Outcome.FOLLOWS}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slip_at_the_start_is_one_slip(attempt: Attempts, seed: int) -> None:
    begun = attempt(ITEM, seed)
    inputs = inputs_of(begun)
    z1 = np.array(inputs["W1"]) @ inputs["x"] + inputs["b1"]
    judged = begun.judge(whiteboard(inputs, own={"forward.z1": z1 + 0.3}))
    assert judged.of(Outcome.WRONG) == {"forward.z1"}
    assert judged.verdict is Verdict.LEAN_HIRE


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", BACKWARD)
@pytest.mark.parametrize("digits", [4, 8])
def test_a_turned_sign_is_one_slip_wherever_it_happens(
    attempt: Attempts, seed: int, name: str, digits: int
) -> None:
    """The page's own dL/dh1 holds one number twice, up to its last bit: that is no sign of guessing."""
    begun = attempt(ITEM, seed)
    right = whiteboard(inputs_of(begun), digits=digits)
    turned = -np.array(json.loads(right[f"gradient.{name}"]))
    judged = begun.judge(whiteboard(inputs_of(begun), own={f"gradient.{name}": turned}, digits=digits))
    assert judged.of(Outcome.WRONG) == {f"gradient.{name}"}


@pytest.mark.parametrize("seed", SEEDS)
def test_target_minus_prediction_is_named_and_followed(attempt: Attempts, seed: int) -> None:
    begun = attempt(ITEM, seed)
    right = whiteboard(inputs_of(begun))
    turned = -np.array(json.loads(right["gradient.z2"]))
    judged = begun.judge(whiteboard(inputs_of(begun), own={"gradient.z2": turned}))
    assert judged.by_field["gradient.z2"].misconceptions == ("softmax_ce.reversed",)
    assert judged.of(Outcome.WRONG) == {"gradient.z2"}
    assert judged.of(Outcome.FOLLOWS) == {f"gradient.{name}" for name in BACKWARD[1:]}


@pytest.mark.parametrize("seed", SEEDS[1:])
def test_a_forgotten_mask_is_named_on_fresh_numbers(attempt: Attempts, seed: int) -> None:
    begun = attempt(ITEM, seed)
    dh1 = json.loads(begun.right["gradient.h1"])
    judged = begun.judge(whiteboard(inputs_of(begun), own={"gradient.z1": dh1}))
    assert judged.by_field["gradient.z1"].misconceptions == ("relu.mask-forgotten",)
    assert judged.of(Outcome.WRONG) == {"gradient.z1"}
    assert {"gradient.W1", "gradient.b1"} <= judged.of(Outcome.FOLLOWS)


@pytest.mark.parametrize(
    ("seed", "field"), [(0, "gradient.W2"), *((s, f"gradient.W{i}") for s in SEEDS[1:3] for i in (1, 2))]
)
def test_a_transposed_gradient_says_so(attempt: Attempts, seed: int, field: str) -> None:
    begun = attempt(ITEM, seed)
    judged = begun.judge({field: str(np.array(json.loads(begun.right[field])).T.tolist())})
    assert judged.amiss == {field: Outcome.WRONG}
    assert "transpose" in judged.by_field[field].because


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_zeros_everywhere_are_wrong_everywhere(attempt: Attempts, seed: int) -> None:
    begun = attempt(ITEM, seed)
    zeros = {field: str((np.array(json.loads(text)) * 0).tolist()) for field, text in begun.right.items()}
    judged = begun.judge(zeros)
    assert judged.of(Outcome.WRONG) == set(begun.right)
    assert not any(judgement.misconceptions for judgement in judged.by_field.values())


WAYS_TO_WRITE = [
    "[0.6, 1.2]",
    "0.6, 1.2",
    "(0.6, 1.2)",
    "[0.6; 1.2]",
    "[[0.6], [1.2]]",
    "[3/5, 6/5]",
    "[.6 1.2]ᵀ",
]


@pytest.mark.parametrize("text", WAYS_TO_WRITE)
def test_a_vector_in_any_writing_is_right(attempt: Attempts, text: str) -> None:
    assert attempt(ITEM).judge({"forward.z1": text}).verdict is Verdict.STRONG_HIRE


NOT_THE_NATURAL_LOGARITHM = ["1.283", "0.386"]


@pytest.mark.parametrize("loss", NOT_THE_NATURAL_LOGARITHM)
def test_another_logarithm_is_wrong_and_nothing_follows_from_a_loss(attempt: Attempts, loss: str) -> None:
    assert attempt(ITEM).judge({"forward.L": loss}).amiss == {"forward.L": Outcome.WRONG}


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 2**32 - 1))
def test_every_drawn_network_shows_what_it_is_for(seed: int) -> None:
    kind = load("walkthrough")
    point = kind.vary(open_bank().get(ITEM), seed).values["chain"].points[0]
    z1 = point["W1"] @ point["x"] + point["b1"]
    assert (z1 < 0).any()
    assert (z1 > 0).sum() >= 2
    assert abs(z1).min() >= 0.05
    assert len({len(point["x"]), len(z1), len(point["y"])}) == 3
    assert all(point[name].all() for name in ("x", "W1", "b1", "W2", "b2"))
