"""Programs as answers: keys against plain numpy, judgements by part, machines that fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpdrill.kinds import code
from bpdrill.marking.code import runner
from bpdrill.model.marks import Outcome, Verdict
from bpdrill.sandbox import NoReply, Reply

TWO_LAYERS, BATCH, ENGINE = "code/two-layer-backward", "code/batched-network", "code/scalar-engine"
SOFTMAX, CHECK, TIME = "code/softmax-cross-entropy", "code/gradient-check", "code/bptt-step"
SEEDS = (0, 1, 2, 77)

CHANGES = [
    # item, replaced, by, what is then not right, the mistake that is named
    (TWO_LAYERS, "dz2 = p - y", "dz2 = 2 * (p - y)", {"dW1", "db1", "dW2", "db2"}, "code.twice"),
    (TWO_LAYERS, "db1 = dz1", "db1 = dh1", {"db1"}, "relu.mask-forgotten"),
    (TWO_LAYERS, "return dW1,", "return dW1.T,", {"dW1"}, "code.transposed"),
    (BATCH, "    dZ2 /= N\n", "", {"dW1", "db1", "dW2", "db2"}, "mean.count-lost"),
    (BATCH, "dZ1.sum(axis=0)", "dZ1.mean(axis=0)", {"db1"}, "add.batch-averaged"),
    (BATCH, "dZ2[np.arange(N), labels] -= 1", "dZ2 -= labels[:, None]", {"dW1", "db1", "dW2", "db2"}, ""),
    (ENGINE, "self.grad = 1.0", "self.grad = 2.0", {"da", "db", "dc"}, "code.twice"),
    (ENGINE, "reversed(order)", "order", {"da", "db", "dc"}, ""),
    (SOFTMAX, "shifted = z - z.max()", "shifted = z", {"stable"}, ""),
    (TIME, "db += da", "db = da", {"db"}, "path.dropped"),
    (TIME, "Wh.T @ da", "Wh @ da", {"dWx", "dWh", "db", "dh0"}, ""),
    (CHECK, "flat[i] = old - eps", "flat[i] = old", {"dX"}, ""),
]
"""One change to the worked solution."""

NEAR = [
    (TWO_LAYERS, "db1 = dz1", "db1 = dz1[:, None]", {"db1"}),
    (BATCH, "dZ1.sum(axis=0)", "dZ1.sum(axis=0, keepdims=True)", {"db1"}),
    (CHECK, "(up - down) / (2 * eps)", "(up - f(x)) / eps", {"dX"}),
    ("code/batch-norm-backward", "np.sqrt(var + eps)", "np.sqrt(var)", {"dx", "dgamma"}),
]
"""Right but for an axis of length 1, or to a few digits only."""


def changed(attempt: Any, before: str, after: str) -> Any:
    solution = attempt.right["code"]
    assert solution.count(before) == 1
    return attempt.judge({"code": solution.replace(before, after)})


@pytest.mark.parametrize("seed", SEEDS)
def test_keys_of_two_layers_are_what_numpy_says(attempt: Callable[..., Any], seed: int) -> None:
    task = code.task_in(attempt(TWO_LAYERS, seed).variant)
    for at, point in enumerate(task.chain.points):
        z1 = point["W1"] @ point["x"] + point["b1"]
        scores = np.exp(point["W2"] @ (z1 * (z1 > 0)) + point["b2"])
        above = scores / scores.sum() - point["y"]
        below = (point["W2"].T @ above) * (z1 > 0)
        assert np.allclose(task.key("dW1")[at], np.outer(below, point["x"]))
        assert np.allclose(task.key("dW2")[at], np.outer(above, np.maximum(z1, 0)))
        assert np.allclose(task.key("db1")[at], below)
        assert np.allclose(task.key("db2")[at], above)
        assert (z1 > 0).any()
        assert (z1 < 0).any()
        assert len({len(point["x"]), len(point["b1"]), len(point["b2"])}) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_keys_of_a_batch_are_slopes_of_the_mean_loss(attempt: Callable[..., Any], seed: int) -> None:
    task = code.task_in(attempt(BATCH, seed).variant)
    point = task.chain.points[1]

    def loss(**moved: Any) -> float:
        at = {**point, **moved}
        scores = np.maximum(at["X"] @ at["W1"] + at["b1"], 0) @ at["W2"] + at["b2"]
        log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return float(-(at["Y"] * log_p).sum(axis=1).mean())

    for name in ("W1", "b1", "W2", "b2"):
        along = np.cos(np.arange(point[name].size)).reshape(point[name].shape)
        up, down = (loss(**{name: point[name] + step * along}) for step in (1e-6, -1e-6))
        assert (up - down) / 2e-6 == pytest.approx((task.key(f"d{name}")[1] * along).sum(), abs=1e-6)
    assert task.argument("labels", point) == point["Y"].argmax(axis=1).tolist()


@pytest.mark.parametrize("seed", range(12))
def test_a_drawn_expression_is_read_the_same_by_us_and_by_python(
    attempt: Callable[..., Any], seed: int
) -> None:
    task = code.task_in(attempt(ENGINE, seed).variant)
    reads = [name for line in task.chain.program for name in ("a", "b", "c") if name in str(line.tree)]
    assert set(reads) == {"a", "b", "c"}
    kinks = [value > 0 for ran in task.chain.runs for value in [ran.values["v2"]]]
    assert len(kinks) == 3
    for name in ("a", "b", "c"):
        assert any(task.key(f"d{name}"))


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_one_change_makes_wrong_what_it_should_and_is_named(attempt: Callable[..., Any], change: Any) -> None:
    item, before, after, wrong, named = change
    judged = changed(attempt(item), before, after)
    assert set(judged.amiss) == {f"code.{name}" for name in wrong}
    names = {name for field in judged.amiss for name in judged.by_field[field].misconceptions}
    assert named in names or not named
    assert all(judged.by_field[field].because for field in judged.amiss)


@pytest.mark.parametrize(("item", "before", "after", "near"), NEAR)
def test_what_is_nearly_right_is_not_wrong(
    attempt: Callable[..., Any], item: str, before: str, after: str, near: set[str]
) -> None:
    judged = changed(attempt(item), before, after)
    assert judged.amiss == {f"code.{name}": Outcome.NEAR for name in near}


def test_the_first_line_that_goes_wrong_is_told_once(attempt: Callable[..., Any]) -> None:
    judged = changed(attempt(TWO_LAYERS), "dh1 * (z1 > 0)", "dh1 * (h1 >= 0)")
    told = [j.because for j in judged.by_field.values() if "is the first that goes wrong: dz1[" in j.because]
    assert len(told) == 1
    assert "line 14 " in told[0]


def test_a_transposed_intermediate_is_told_by_its_line(attempt: Callable[..., Any]) -> None:
    judged = changed(attempt(TWO_LAYERS), "return dW1,", "dW1 = dW1.T\n    return dW1,")
    assert "line 18 is the first that goes wrong: dW1 is the transpose" in judged.by_field["code.dW1"].because


def test_stability_is_a_plus_and_costs_nothing(attempt: Callable[..., Any]) -> None:
    assert changed(attempt(SOFTMAX), "shifted = z - z.max()", "shifted = z").verdict is Verdict.STRONG_HIRE


def test_a_drawing_prints_its_sizes_in_no_answer(attempt: Callable[..., Any]) -> None:
    variant = attempt(TWO_LAYERS).variant
    (field,) = code.present(variant).fields
    assert field.id == "code"
    assert "dW1" in code.spec_of(variant).starter


class Broken:
    """A worker that says one thing, whatever it is asked."""

    def __init__(self, reply: object) -> None:
        self.reply = reply

    def ask(self, *_: object, **__: object) -> object:
        return self.reply


REPLIES = [
    (NoReply("no process could be started", at_start=True), Outcome.UNDECIDED, "no process could be started"),
    (NoReply("it did not end in 5 s"), Outcome.WRONG, "it did not end in 5 s"),
    (NoReply("its process ended"), Outcome.WRONG, "its process ended"),
    (Reply(None), Outcome.WRONG, "its answer cannot be read"),
    (Reply([1]), Outcome.WRONG, "its answer cannot be read"),
    (Reply({"kept": 1}), Outcome.WRONG, "its answer cannot be read"),
    (Reply({"kept": {}, "runs": [{"dW1": {"cells": [1], "shape": [2]}}]}), Outcome.WRONG, "cannot be read"),
    (Reply({"kept": {}, "failed": "\x1b[2J", "line": 3}), Outcome.WRONG, "line 3: ?[2J"),
]
"""What may come back instead of an answer, and what becomes of it."""


@pytest.mark.parametrize(("reply", "outcome", "words"), REPLIES)
def test_whatever_comes_back_there_is_a_message(
    attempt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, reply: object, outcome: Outcome, words: str
) -> None:
    runner.asked.cache_clear()
    monkeypatch.setattr(runner, "worker", lambda: Broken(reply))
    judged = attempt(TWO_LAYERS).judge({})
    assert set(judged.amiss.values()) == {outcome}
    assert words in judged.by_field["code"].because
    runner.asked.cache_clear()


def test_each_answer_has_a_child_of_its_own() -> None:
    worker = runner.worker()
    worker.warm()
    first = worker._child
    worker.ask("nothing")
    assert worker._child is not first
