"""Whatever is typed ends quickly, in a reading or a refusal that points into the text.

The hostile lines are read in a child with a second of CPU and 64 MB a line; it is replaced if it dies.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
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
    "long product": "\\prod_{i=1}^{999999} x",
    "long products": "\\prod_{i=1}^{64} i " * 60,
    "sums of powers": "\\sum_{i=1}^{64} x^{i^{i^{i}}} + " * 20 + "x",
    "sum of all": "\\sum_{i=1}^{64} (" + "+".join("i" * 100) + ")",
    "einsums": "einsum('ij,j->i', " * 60,
    "einsum without end": "einsum(" + "'" * 900,
    "norms": "‖" * 900,
    "bars and bars": "||x" * 300,
    "outer products of outer products": "outer([" + "1," * 100 + "1],[" + "1," * 100 + "1])",
    "one hot": "onehot(3, 999999999)",
    "angles": "⟨x," * 300,
    "dots": "x" + "." * 1_900,
    "underscores": "x" + "_" * 1_900,
    "equals": "x=" * 900,
    "commas": "1," * 900,
    "groups": "1,000" * 300,
    "factorial": "9!!!!!!",
}


CHILD = """
import json, resource, sys

from bpdrill.model.marks import Unreadable
from bpdrill.notation import Mismatch, Style, read, read_array, read_names, read_number, read_program, text

symbols = {name: tuple(sizes) for name, sizes in json.loads(sys.argv[1]).items()}
readers = {
    "read": lambda typed: read(typed, symbols),
    "without names": lambda typed: read(typed, {}),
    "number": read_number,
    "vector": lambda typed: read_array(typed, (2,)),
    "matrix": lambda typed: read_array(typed, (2, 2)),
    "program": lambda typed: read_program(typed, symbols),
    "names": read_names,
}


def used():
    told = resource.getrusage(resource.RUSAGE_SELF)
    return told.ru_utime + told.ru_stime, told.ru_maxrss / 1024


def ended(typed, outcome):
    if isinstance(outcome, Unreadable):
        return 0 <= outcome.column <= len(typed) and outcome.hint.endswith((".", "?"))
    if hasattr(outcome, "tree") and not isinstance(outcome.shape, Mismatch):
        text(outcome.tree, Style.UNICODE, symbols)
    return True


for typed in ["2*x", "W2^T dz2", "x +", "xq", "[1, 2]"]:
    [reader(typed) for reader in readers.values()]
for typed in json.loads(sys.stdin.read()):
    start, before = used()
    resource.setrlimit(resource.RLIMIT_CPU, (int(start) + 2, resource.RLIM_INFINITY))
    bad = [name for name, reader in readers.items() if not ended(typed, reader(typed))]
    end, now = used()
    print(json.dumps({"bad": bad, "seconds": end - start, "grown": now - before}), flush=True)
"""


def _text(line: dict[str, Any]) -> str:
    long = line.get("before", "") + line.get("repeat", "") * line.get("times", 0) + line.get("after", "")
    return str(line.get("text", long))


def _told(lines: list[str]) -> list[dict[str, Any]]:
    """What became of each line; a child that died has told of all lines but the one that killed it."""
    told: list[dict[str, Any]] = []
    while len(told) < len(lines):
        command = [sys.executable, "-c", CHILD, json.dumps(SYMBOLS)]
        rest = json.dumps(lines[len(told) :])
        child = subprocess.run(command, input=rest, stdout=subprocess.PIPE, text=True, check=False)
        told += map(json.loads, child.stdout.splitlines())
        told += [{"died": child.returncode}] if child.returncode else []
    return told


def test_every_hostile_line_ends_within_its_limits() -> None:
    table = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text(encoding="utf-8"))
    hostile = HOSTILE | {line["name"]: _text(line) for line in table}
    told = dict(zip(hostile, _told([*hostile.values()]), strict=True))
    assert {name: found for name, found in told.items() if found.get("died") or found["bad"]} == {}
    assert {name: found for name, found in told.items() if found["seconds"] > 1 or found["grown"] > 64} == {}


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
