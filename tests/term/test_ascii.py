from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.term.ascii import transliterate

CASES = [
    ("∂L/∂w = −δ·x", "dL/dw = -delta*x"),
    ("σ(z)", "sigma(z)"),
    ("ŷ − y\u0302", "yhat - yhat"),
    ("x\u0304", "xbar"),
    ("W₁ᵀ", "W1^T"),
    ("x² + 10⁻³", "x^2 + 10^-3"),
    ("xᵢ", "x_i"),
    ("√96 = 2·√π, √(a + b)", "sqrt(96) = 2*sqrt(pi), sqrt(a + b)"),
    ("a ⊙ b → c", "a .* b -> c"),
    ("≤ ≥ ≠ ≈", "<= >= != ~="),
    ("Λ λ Σ ϕ ϵ ς", "Lambda lambda Sigma phi epsilon sigma"),
    ("✓ met ✗ missed", "ok met x missed"),
    ("├─●─│─╯ ┴ ┤ ┼", "+-*-|-' ' + +"),
    ("“a” ‘b’ – c — d…", "\"a\" 'b' - c -- d..."),
    ("café ½", "cafe 1/2"),
    ("a\u00a0b", "a b"),
    ("日本", "??"),
    ("3 × 4", "3 x 4"),
    ("plain ASCII\n~!", "plain ASCII\n~!"),
]


@pytest.mark.parametrize(("text", "spelled"), CASES)
def test_spelling(text: str, spelled: str) -> None:
    assert transliterate(text) == spelled


@given(st.text(st.characters(min_codepoint=0x7F)))
@settings(deadline=None)
def test_every_text_has_a_spelling(text: str) -> None:
    spelled = transliterate(text)
    assert spelled.isascii()
    assert "\x7f" not in spelled
