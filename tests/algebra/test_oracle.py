"""The engine judges gradients: masks mixed, shapes first, names of lines allowed."""

from __future__ import annotations

import pytest

from bpdrill.algebra.claim import Claim, examine
from bpdrill.notation.declarations import parse_symbols

SYMBOLS = parse_symbols("W1:h,d W2:c,h b1:h b2:c x:d y:c")
LOSS = "z1 = W1 x + b1; h1 = relu(z1); z2 = W2 h1 + b2; L = softmax_ce(z2, y)"
ONE_HOT = {"y": "onehot"}

RIGHT = [
    ("b2", "softmax(z2) - y"),
    ("W2", "(softmax(z2) - y) h1^T"),
    ("b1", "W2^T (softmax(z2) - y) * 1[z1 > 0]"),
    ("W1", "(W2^T (softmax(z2) - y) * 1[z1 > 0]) x^T"),
    ("W1", "np.outer((W2.T @ (softmax(z2) - y)) * (z1 > 0), x)"),
    ("x", "W1^T (W2^T (softmax(z2) - y) * 1[z1 > 0])"),
]
WRONG = [
    ("b2", "y - softmax(z2)", "every sign"),
    ("b1", "W2^T (softmax(z2) - y)", "with h = "),
    ("b1", "W2^T (softmax(z2) - y) * h1", "with h = "),
    ("W1", "x (W2^T (softmax(z2) - y) * 1[z1 > 0])^T", "yours is (d, h), expected (h, d)"),
    ("W2", "(softmax(z2) - y) h1", "has no meaning"),
]


def claim(name: str, answer: str) -> Claim:
    return Claim(LOSS, answer, SYMBOLS, ONE_HOT, gradient=name)


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_gradient_agrees_with_reverse_mode(name: str, answer: str) -> None:
    found = examine(claim(name, answer))
    assert (found.verdict, found.witness) == ("equal", "")
    assert "reverse mode" in found.how


@pytest.mark.parametrize(("name", "answer", "witness"), WRONG)
def test_a_wrong_one_has_a_witness(name: str, answer: str, witness: str) -> None:
    found = examine(claim(name, answer))
    assert found.verdict == "different"
    assert witness in found.witness


@pytest.mark.parametrize(
    ("loss", "because"),
    [("W1 x", "must be one number"), ("W1 x +", "reference cannot be read"), ("x", "computes something")],
)
def test_a_loss_that_is_none_is_told(loss: str, because: str) -> None:
    found = examine(Claim(loss, "x", SYMBOLS, gradient="W1"))
    assert found.verdict == "unreadable"
    assert because in found.because
