"""Decisions with reasons: keys follow from the numbers, wrong words have a story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from bpdrill import kinds
from bpdrill.bank.bank import open_bank
from bpdrill.kinds.choice import situations
from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Verdict

FACTOR, RECURRENT, START = "regimes/per-layer-factor", "regimes/recurrent", "regimes/initialisation"
ZERO, DEAD, LOSS, ORDER, PLUS = (
    "concepts/zero-init",
    "concepts/dying-relu",
    "concepts/loss-and-output",
    "concepts/jacobian-order",
    "concepts/plus-node",
)
Attempts = Callable[..., Any]
Numbers = Mapping[str, float]
ITEMS = [item.id for item in open_bank().read_all()[0] if item.kind == "choice"]

# Item, field of seed 0, wrong word, mistake that is named.
NAMED = [
    (FACTOR, "factor.1", "above 1", "regime.weights-alone"),
    (RECURRENT, "later.1", "explodes", "regime.radius-for-norm"),
    (START, "scheme.1", "Xavier", "init.xavier-for-relu"),
    (ZERO, "b2.1", "zero", "concept.all-zero"),
    (DEAD, "bias.1", "something", "concept.bias-revives"),
    (PLUS, "value.1", "-2", "add.split"),
    (ORDER, "count.1", "5", "count.one-factor-too-many"),
    (ORDER, "next.1", "J_5^T", "concept.jacobians-reversed"),
    ("concepts/truncated-bptt", "truth.1", "true", "concept.truncation-cures"),
    ("concepts/backprop-or-descent", "role.2", "computed", "concept.backprop-updates"),
    ("concepts/gradient-or-jacobian", "which.1", "Jacobian", "concept.jacobian-for-gradient"),
    ("concepts/three-ways", "exact.1", "exact", "concept.differences-exact"),
    (LOSS, "at-z.1", "-0.98", "concept.same-gradient"),
]


def by_factor(n: Numbers) -> dict[str, str]:
    total = (n["slope"] * n["norm"]) ** (n["last"] - 1)
    return {"regime": "vanishing" if total < 0.01 else "exploding" if total > 100 else "stable"}


def by_powers(n: Numbers) -> dict[str, str]:
    matrix = np.array([[n["a"], n["c"]], [0, n["b"]]])
    late = np.linalg.norm(np.linalg.matrix_power(matrix, 400), 2)
    return {
        "first": "yes" if np.linalg.svd(matrix)[1][0] > 1 + 1e-9 else "no",
        "later": "vanishes" if late < 1e-6 else "explodes" if late > 1e6 else "stays",
    }


def by_data(n: Numbers) -> dict[str, str]:
    on = (n["w"] * np.linspace(n["low"], n["high"], 101) + n["b"] > 0).any()
    return {"dead": "alive" if on else "dead", "bias": "something" if on else "nothing"}


RECOMPUTED = [(FACTOR, by_factor), (RECURRENT, by_powers), (DEAD, by_data)]


@pytest.mark.parametrize(("item", "field", "word", "named"), NAMED)
def test_a_wrong_word_has_its_story(attempt: Attempts, item: str, field: str, word: str, named: str) -> None:
    judged = attempt(item).judge({field: word}).by_field[field]
    assert (judged.outcome, judged.misconceptions) == (Outcome.WRONG, (named,))
    assert judged.because


@pytest.mark.parametrize(("item", "recompute"), RECOMPUTED)
def test_keys_follow_from_the_numbers(
    attempt: Attempts, item: str, recompute: Callable[[Numbers], dict[str, str]]
) -> None:
    for number in range(12):
        began = attempt(item, next_seed(item, number))
        for place, _, numbers in situations(began.variant):
            for asked, word in recompute(numbers).items():
                assert began.right[f"{asked}.{place}"] == word


def test_zero_weights_move_the_last_bias_alone(attempt: Attempts) -> None:
    right = attempt(ZERO).right
    assert (right["W2.1"], right["b2.1"], right["W1.1"]) == ("zero", "unlike rows", "zero")
    assert right["W1.2"] == "equal rows"


def test_a_loss_gradient_is_its_slope_by_differences(attempt: Attempts) -> None:
    losses = {"squared": lambda a, y: (a - y) ** 2 / 2, "cross": lambda a, y: -np.log(a if y else 1 - a)}
    began = attempt(LOSS)
    for place, case, numbers in situations(began.variant):
        z = np.log(numbers["a"] / (1 - numbers["a"]))
        up, down = (
            losses[case.id.split("-")[0]](1 / (1 + np.exp(-(z + h))), numbers["y"]) for h in (1e-5, -1e-5)
        )
        assert float(began.right[f"at-z.{place}"]) == pytest.approx((up - down) / 2e-5, rel=1e-3)


@pytest.mark.parametrize("item", ITEMS)
def test_each_situation_is_put_when_it_is_its_turn(attempt: Attempts, item: str) -> None:
    began = attempt(item)
    presented = kinds.load("choice").present(began.variant)
    count = len(list(situations(began.variant)))
    assert len(presented.then) == count - 1
    fields = [field.id for field in presented.fields]
    for place, name in enumerate(presented.then, 1):
        assert name.endswith(f".{place}")
        assert fields[fields.index(name) + 1].endswith(f".{place + 1}")


@pytest.mark.parametrize("item", ITEMS)
def test_all_wrong_is_no_hire(attempt: Attempts, item: str) -> None:
    began = attempt(item)
    fields = kinds.load("choice").present(began.variant).fields
    wrong = {f.id: next(word for word in f.choices if word != began.right[f.id]) for f in fields}
    judged = began.judge(wrong)
    assert judged.verdict is Verdict.NO_HIRE
    assert set(judged.amiss) == {field.id for field in fields}
