"""One name under all its spellings, and advice for what is no name."""

from __future__ import annotations

import pytest

from bpdrill.notation.spelling import Names, canonical, spell

NAMES = Names.of(["yhat", "h1", "dz2", "W1", "lambda", "theta_hat", "w", "x"])
SPELLINGS = {
    "yhat": ("yhat", "y_hat", "ŷ", "y\u0302", "\\hat{y}", "\\hat y", "\\widehat{y}", "\\mathbf{\\hat{y}}"),
    "h1": ("h1", "h_1", "h₁", "h_{1}", "\\mathbf{h}_1", "𝐡₁", "\\boldsymbol{h}_{1}"),
    "dz2": ("dz2", "dz_2", "dz₂", "∂z2", "δz2", "grad_z2", "dL_dz2", "dL/dz2", "∂L/∂z₂", "dloss/dz2",
            "\\frac{\\partial L}{\\partial z_2}", "\\frac{dL}{dz_2}", "\\partial L/\\partial z_2", "∇_{z2} L",
            "z2.grad"),
    "W1": ("W1", "W_1", "W₁", "\\mathbf{W}_1", "\\mathbf{W}_{1}", "\\mathrm W_1"),
    "lambda": ("lambda", "λ", "\\lambda"),
    "theta_hat": ("theta_hat", "\\hat{\\theta}"),
}  # fmt: skip
ADVICE = {
    "X": "Did you mean x?",
    "y_hatt": "Did you mean yhat?",
    "w1": "Did you mean W1?",
    "??": "The names here are",
}


@pytest.mark.parametrize(
    ("name", "typed"), [(name, typed) for name, all_ in SPELLINGS.items() for typed in all_]
)
def test_every_spelling_finds_its_name(name: str, typed: str) -> None:
    assert NAMES.find(spell(typed).text.strip()) == name


@pytest.mark.parametrize(("word", "advice"), ADVICE.items())
def test_unknown_words_get_advice(word: str, advice: str) -> None:
    assert NAMES.advise(word).startswith(advice)


def test_names_written_together_come_apart_in_every_way_there_is() -> None:
    assert NAMES.splits("wx") == (("w", "x"),)
    assert NAMES.splits("W_1x") == (("W_1", "x"),)
    assert NAMES.splits("wq") == ()
    assert len(Names.of(["a", "b", "ab", "c", "bc"]).splits("abc")) == 2


def test_an_exact_spelling_comes_first() -> None:
    assert Names.of(["W1", "W_1"]).find("W_1") == "W_1"


def test_new_names_are_written_down_plainly() -> None:
    assert [canonical(word) for word in ("z_1", "y_hat", "loss_a")] == ["z1", "yhat", "loss_a"]
