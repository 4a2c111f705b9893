"""Forward and reverse mode are held against each other, and a wrong rule in either shows."""

from __future__ import annotations

import pytest

import bpdrill.autograd as engine
from bpdrill.autograd import OPS, Gradients, Tape, modes_agree


def network() -> Gradients:
    tape = Tape()
    W, b, x = tape.leaf(((0.1, -0.4), (0.7, 0.2))), tape.leaf((0.3, 0.1)), tape.leaf((1.0, -2.0))
    return tape.pull_back(engine.softmax_ce(engine.tanh(W @ x + b) + b, (0.0, 1.0)))


def test_the_two_modes_agree() -> None:
    assert modes_agree(network())


@pytest.mark.parametrize("op", ["matmul", "add", "tanh", "softmax_ce"])
@pytest.mark.parametrize("rules", ["vjp", "jvp"])
def test_a_rule_wrong_by_a_thousandth_is_seen(op: str, rules: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(OPS[op], rules)
    monkeypatch.setattr(OPS[op], rules, (lambda *given: 1.001 * right[0](*given), *right[1:]))
    assert not modes_agree(network())


def test_a_fault_is_seen() -> None:
    found = network()
    edge = next(edge for edge in found.edges if edge.consumer.op == "tanh")
    wrong = found.root.tape.pull_back(found.root, faults={(edge.consumer, 0): lambda ct, *_: ct})
    assert not modes_agree(wrong)
