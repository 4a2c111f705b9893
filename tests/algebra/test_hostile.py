"""Hostile answers end in a verdict: in a child that is limited and watched, every line of the table.

The child may use a second of CPU a line and grow by 64 MB in all; it tells any file, process, network
or code that was touched on the way, after it has once loaded what it needs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

TABLE = Path(__file__).parent.parent / "notation" / "hostile.yaml"

CHILD = """
import json, resource, sys

from bpdrill.algebra.claim import Claim, examine
from bpdrill.notation.declarations import parse_symbols

SYMBOLS = parse_symbols("x: w: y:c yhat:c W2:c,h z1:h dz2:c")
WARM = ["2*x + 1", "0.5", "[1, 2]", "W2^T dz2", "x +", "xq", "softmax(y)", "1,000", "sum(y, 0)", "x/0"]
WATCHED_FOR = ("open", "exec", "compile", "import", "os", "shutil", "subprocess", "socket")
touched = []


def watch(event, args):
    if WATCHED and event.partition(".")[0] in WATCHED_FOR:
        touched.append(f"{event} {args[:1]!r}"[:100])


def claims(text):
    yield Claim("x", text, SYMBOLS)
    yield Claim("0.5", text)
    yield Claim("[[1, 2], [3, 4]]", text)
    yield Claim("W2^T dz2", text, SYMBOLS)
    yield Claim("sum((W2 z1 - y)^2)", text, SYMBOLS, gradient="W2")
    yield Claim(text, "x")


def used():
    told = resource.getrusage(resource.RUSAGE_SELF)
    return told.ru_utime + told.ru_stime, told.ru_maxrss / 1024


WATCHED = False
for text in WARM:
    for claim in claims(text):
        examine(claim)
sys.addaudithook(watch)
_, before = used()
for line in sys.stdin:
    text, touched[:] = json.loads(line), []
    start, _ = used()
    resource.setrlimit(resource.RLIMIT_CPU, (int(start) + 2, resource.RLIM_INFINITY))
    WATCHED = True
    verdicts = [examine(claim).verdict for claim in claims(text)]
    WATCHED = False
    end, now = used()
    print(json.dumps({"verdicts": verdicts, "cpu": end - start, "grown": now - before, "touched": touched}))
    sys.stdout.flush()
"""

VERDICTS = {"equal", "different", "undecided", "unreadable"}


def lines() -> Iterator[tuple[str, str]]:
    for line in yaml.safe_load(TABLE.read_text(encoding="utf-8")):
        long = line.get("before", "") + line.get("repeat", "") * line.get("times", 0) + line.get("after", "")
        yield line["name"], line.get("text", long)


class Limited:
    """One child for many lines, replaced when it dies."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, text: str) -> dict[str, Any]:
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(json.dumps(text) + "\n")
        self.child.stdin.flush()
        if answer := self.child.stdout.readline():
            told: dict[str, Any] = json.loads(answer)
            return told
        self.child.wait()
        self.start()
        return {"verdicts": [], "cpu": 0, "grown": 0, "touched": [], "died": self.child.returncode}

    def stop(self) -> None:
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.close()
        self.child.wait()
        self.child.stdout.close()


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, dict[str, Any]]]:
    limited = Limited()
    yield {name: limited.ask(text) for name, text in lines()}
    limited.stop()


def test_the_table_is_long_enough() -> None:
    assert len({text for _, text in lines()}) >= 300


def test_every_line_ends_in_a_verdict(told: dict[str, dict[str, Any]]) -> None:
    assert {name: found for name, found in told.items() if not {*found["verdicts"]} <= VERDICTS} == {}
    assert {name: found for name, found in told.items() if len(found["verdicts"]) != 6} == {}


def test_no_line_takes_a_second_or_64_megabytes(told: dict[str, dict[str, Any]]) -> None:
    assert {name: found for name, found in told.items() if found["cpu"] > 1 or found["grown"] > 64} == {}


def test_no_line_touches_anything(told: dict[str, dict[str, Any]]) -> None:
    assert {name: found["touched"] for name, found in told.items() if found["touched"]} == {}
