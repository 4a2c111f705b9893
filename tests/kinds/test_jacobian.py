"""Jacobians: keys against plain numpy, the transpose worth part of the credit, known mistakes named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Verdict

VECTOR, LINEAR, RELU, SOFTMAX, NORM, GATES = (
    "jacobians/vector-function",
    "jacobians/linear-layer",
    "jacobians/relu",
    "jacobians/softmax",
    "jacobians/batch-norm",
    "graphs/max-gate",
)
Attempts = Callable[..., Any]


def linear(at: dict[str, Any]) -> Any:
    return at["W"]


def relu(at: dict[str, Any]) -> Any:
    return np.diag((at["z"] > 0).astype(float))


def softmax(at: dict[str, Any]) -> Any:
    return np.diag(at["q"]) - np.outer(at["q"], at["q"])


def batch_norm(at: dict[str, Any]) -> Any:
    z = at["z"]
    y, count = (z - z.mean()) / z.std(), len(z)
    return (np.eye(count) - 1 / count - np.outer(y, y) / count) / z.std()


BY_HAND = {LINEAR: linear, RELU: relu, SOFTMAX: softmax, NORM: batch_norm}

# Seed 0: y1 = x1²·x2 and y2 = x2·x3 − 5·x1 at (2, 3, −1).
ACCEPTED = [
    (VECTOR, "matrix", "[[12, 4, 0], [-5, -1, 3]]"),
    (VECTOR, "matrix", "12 4 0; -5 -1 3"),
    (VECTOR, "entry.y1.x2", "x1*x1"),
    (VECTOR, "entry.y2.x1", "-5"),
    (LINEAR, "formula", "W"),
    (RELU, "formula", "diag(z > 0)"),
    (RELU, "structure", "diag"),
    (SOFTMAX, "formula", "diag(p) - outer(p, p)"),
    (SOFTMAX, "cell.1.2", "-6/100"),
    (NORM, "cell.1.1", "1/54"),
    (NORM, "row-sum", "0"),
]
NEARLY = [
    (VECTOR, "matrix", "[[12, -5], [4, -1], [0, 3]]", ("jacobian.transposed",)),
    (VECTOR, "shape.rows", "3", ("jacobian.transposed",)),
    (VECTOR, "shape.columns", "2", ("jacobian.transposed",)),
    (VECTOR, "entry.y1.x2", "4", ()),
    (LINEAR, "formula", "W^T", ("jacobian.transposed",)),
    (RELU, "matrix", "[1, 0, 1, 0]", ("jacobian.diagonal-as-vector",)),
    (RELU, "formula", "z > 0", ("jacobian.diagonal-as-vector",)),
]
REFUSED = [
    (VECTOR, "matrix", "[7, 3, 3]", ("jacobian.outputs-added",)),
    (VECTOR, "matrix", "[[12, 4, 0], [-5, 3, 3]]", ("mul.own-value",)),
    (VECTOR, "entry.y1.x2", "2*x1*x2", ()),
    (RELU, "structure", "dense", ("jacobian.coupled",)),
    (
        RELU,
        "matrix",
        "[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]",
        ("relu.mask-forgotten",),
    ),
    (SOFTMAX, "structure", "diagonal", ("jacobian.diagonal-only",)),
    (SOFTMAX, "formula", "diag(p .* (1 - p))", ("softmax.diagonal-only",)),
    (SOFTMAX, "formula", "diag(p)", ()),
    (NORM, "cell.1.1", "1/3", ("batch_norm.as-if-constant",)),
    (NORM, "cell.1.1", "1/4", ("batch_norm.variance-path-lost",)),
    (GATES, "matrix", "[[-4, -4, 5], [0, 0, 1]]", ("maximum.gradient-to-both",)),
]


@pytest.mark.parametrize(("item", "count"), [(item, count) for item in BY_HAND for count in range(4)])
def test_keys_are_those_of_plain_numpy(attempt: Attempts, item: str, count: int) -> None:
    function = attempt(item, next_seed(item, count)).variant.values["function"]
    assert function.matrix == pytest.approx(BY_HAND[item](function.at))
    columns = [function.push_forward(unit, function.outputs) for unit in np.eye(function.shape[1])]
    assert pytest.approx(function.matrix) == np.array(columns).T


@pytest.mark.parametrize(("item", "field", "text"), ACCEPTED)
def test_every_writing_of_the_right_answer_is_right(
    attempt: Attempts, item: str, field: str, text: str
) -> None:
    judged = attempt(item).judge({field: text})
    assert judged.amiss == {}
    assert judged.verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize(("item", "field", "text", "names"), NEARLY)
def test_another_layout_is_worth_part_of_the_credit(
    attempt: Attempts, item: str, field: str, text: str, names: tuple[str, ...]
) -> None:
    judged = attempt(item).judge({field: text})
    assert judged.amiss == {field: Outcome.NEAR}
    assert judged.by_field[field].misconceptions == names
    assert judged.by_field[field].because
    assert judged.verdict is Verdict.LEAN_HIRE


@pytest.mark.parametrize(("item", "field", "text", "names"), REFUSED)
def test_a_known_mistake_is_named(
    attempt: Attempts, item: str, field: str, text: str, names: tuple[str, ...]
) -> None:
    judged = attempt(item).judge({field: text})
    assert judged.amiss == {field: Outcome.WRONG}
    assert judged.by_field[field].misconceptions == names
    assert judged.by_field[field].because


@pytest.mark.parametrize("count", range(1, 6))
def test_drawn_gates_never_tie(attempt: Attempts, count: int) -> None:
    at = attempt(GATES, next_seed(GATES, count)).variant.values["function"].at
    assert at["x"] < 0 < at["y"]
    assert at["z"] != 0
