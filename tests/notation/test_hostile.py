"""Whatever is typed ends quickly, in a reading or a refusal that points into the text."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Shape
from bpdrill.notation import Mismatch, Reading, Style, read, read_array, read_number, read_program, text

SYMBOLS: dict[str, Shape] = {
    "x": (),
    "w": (),
    "yhat": ("c",),
    "y": ("c",),
    "W2": ("c", "h"),
    "z1": ("h",),
    "dz2": ("c",),
}
READERS: dict[str, Callable[[str], Any]] = {
    "read": lambda typed: read(typed, SYMBOLS),
    "read_number": read_number,
    "read_array": lambda typed: read_array(typed, (2, 2)),
    "read_program": lambda typed: read_program(typed, SYMBOLS),
}
HOSTILE = {
    "a megabyte": "x" * 1_000_000,
    "100,000 brackets": "(" * 100_000,
    "brackets": "(" * 1_000 + "x" + ")" * 999,
    "square brackets": "[" * 1_000,
    "nested to the limit": "(" * 100 + "x" + ")" * 100,
    "deep within the token limit": "(" * 240 + "x" + ")" * 240,
    "primes within the limits": "σ'(" * 30 + "x" + ")" * 30,
    "signs": "-" * 1_500 + "x",
    "roots": "√" * 1_500 + "x",
    "bars": "|" * 1_500,
    "tower": "9**9**9**9",
    "long tower": "^".join("9" * 300),
    "digits": "9" * 1_900,
    "exponent": "1e" + "9" * 1_900,
    "exponents": "1e9999*" * 100 + "1",
    "sum": "+".join("x" * 240),
    "word": "x" * 2_000,
    "word to split": "xw" * 30,
    "unknown word": "xq" * 900,
    "words": "xw " * 600,
    "primes": "sigmoid'(" * 40 + "x" + ")" * 40,
    "ones": "1(" * 300 + "x" + ")" * 300,
    "open ones": "1[" * 900,
    "fractions": "\\frac{" * 300 + "x",
    "fonts": "\\mathbf{" * 200 + "x" + "}" * 200,
    "hats": "\\hat{" * 300 + "y" + "}" * 300,
    "definitions": "\\def\\a{\\a\\a}\\a" * 100,
    "begin": "\\begin{bmatrix}" * 100,
    "file": "\\input{/etc/passwd}",
    "import": "__import__('os').system('touch /tmp/x')",
    "dunder": "x.__class__.__mro__[1].__subclasses__()",
    "lambda": "(lambda: 0)()",
    "format": "{x.__init__.__globals__} %s %n {0}",
    "markup": "[bold red]x[/] [link=file:///etc]y[/link]",
    "shell": "x; rm -rf / $(id) `id` | sh",
    "sql": "x'; DROP TABLE events; --",
    "yaml": "!!python/object/apply:os.system ['id']",
    "escapes": "\x1b[2J\x1b]0;title\x07x",
    "nul": "x\0y",
    "right to left": "x\u202e + w\u202c",
    "surrogate": "x\ud800",
    "combining": "y" + "\u0302" * 1_000,
    "zero width": "x\u200b" * 500,
    "spaces": " " * 1_999,
    "newlines": "\n" * 1_000 + "x",
    "gradients": "\\frac{d L}{d " * 150,
    "partials": "∂ " * 900,
    "sums": "Σ_k " * 400,
    "limits": "\\sum_{k=" * 200,
    "dots": "x" + "." * 1_900,
    "underscores": "x" + "_" * 1_900,
    "equals": "x=" * 900,
    "commas": "1," * 900,
    "groups": "1,000" * 300,
    "factorial": "9!!!!!!",
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_quickly(name: str, reader: str) -> None:
    typed = HOSTILE[name]
    started = time.perf_counter()
    check(typed, READERS[reader](typed))
    assert time.perf_counter() - started < 0.5


NAMES = [
    "x",
    "W2",
    "ŷ",
    "y_k",
    "e",
    "sigmoid'",
    "tanh^2",
    "np.where(",
    "\\hat{y}",
    "\\frac",
    "\\sum_k",
    "dL/",
    "∂",
]
SIGNS = [*"()[]{}^ᵀ'|*·/+->=,;\n %√⊙@", "^T", ".T", ".sum()", "axis=0", "1["]
WORDS = NAMES + SIGNS + ["2", "0.5", "1e3", "½", "²"]
NEAR_MATHEMATICS = st.lists(st.sampled_from(WORDS), max_size=30).map("".join)


@pytest.mark.parametrize("reader", READERS)
@given(typed=st.text() | NEAR_MATHEMATICS)
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_or_refused(reader: str, typed: str) -> None:
    check(typed, READERS[reader](typed))


@given(typed=NEAR_MATHEMATICS)
@settings(deadline=None, max_examples=300)
def test_what_was_read_can_be_echoed_and_read_again(typed: str) -> None:
    reading = read(typed, SYMBOLS)
    if isinstance(reading, Reading) and not isinstance(reading.shape, Mismatch):
        echo = text(reading.tree, Style.UNICODE, SYMBOLS)
        again = read(echo, SYMBOLS)
        assert isinstance(again, Reading)
        assert text(again.tree, Style.UNICODE, SYMBOLS) == echo


def check(typed: str, outcome: object) -> None:
    if isinstance(outcome, Unreadable):
        assert 0 <= outcome.column <= len(typed)
        assert outcome.hint.endswith((".", "?"))
    else:
        assert isinstance(outcome, Reading | tuple)
