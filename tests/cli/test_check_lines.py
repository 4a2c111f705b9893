"""``bpdrill check --jsonl``: whatever a line is, it gets its line, in order, and the stream goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from bpdrill.model.errors import ExitCode

CLAIM = {"id": 1, "reference": "2*(x+1)", "answer": "2x+2"}
MATRICES = {
    "id": "m",
    "reference": "W1 @ x",
    "answer": "(x^T W1^T)^T",
    "symbols": {"W1": ["h", "d"], "x": ["d"]},
}
VERDICTS: list[tuple[dict[str, Any], str]] = [
    (CLAIM, "equal"),
    (MATRICES, "equal"),
    (CLAIM | {"answer": "2x+3"}, "different"),
    (CLAIM | {"answer": "2x+"}, "unreadable"),
    (CLAIM | {"reference": "log(-exp(x))", "answer": "sqrt(-exp(x))"}, "undecided"),
    (CLAIM | {"symbols": {"x": []}}, "equal"),
    ({"id": 2, "reference": "0.411", "answer": "0.4", "tolerance": {"rel": 0.05}}, "equal"),
    ({"id": 2, "reference": "0.411", "answer": "0.4", "tolerance": {"abs": 0.005}}, "different"),
    ({"id": 3, "reference": "log(a^2)", "answer": "2log(a)", "domains": {"a": "positive"}}, "equal"),
    ({"id": 4, "reference": "sum((w x)^2)", "answer": "2 w x^2", "gradient": "w"}, "equal"),
]
MALFORMED: list[tuple[bytes, str]] = [
    (b"nope", "no JSON: Expecting value at column 1"),
    (b"[1, 2]", "one JSON object"),
    (b"\xff\xfe", "no UTF-8: byte 1"),
    (b'{"id": 1}', "reference is missing"),
    (b'{"reference": "x"}', "answer is missing"),
    (b'{"reference": "x", "answer": 5}', "answer is a text"),
    (b'{"id": [1], "reference": "x", "answer": "x"}', "id is a text or a number"),
    (b'{"reference": "x", "answer": "x", "symbols": {"x": "h"}}', "'x' needs a list of sizes"),
    (b'{"reference": "x", "answer": "x", "symbols": {"x": [-1]}}', "x: -1 is no size"),
    (b'{"reference": "x", "answer": "x", "symbols": [1]}', "symbols is an object"),
    (b'{"reference": "x", "answer": "x", "tolerance": {"rel": -1}}', "rel is a number from 0"),
    (b'{"reference": "x", "answer": "x", "tolerance": {"rel": NaN}}', "rel is a number from 0"),
    (b'{"reference": "x", "answer": "x", "prove": "yes"}', "prove is true or false"),
    (b'{"reference": "x", "answer": "x", "domains": {"x": "odd"}}', "odd is no domain"),
    (b"[" * 100_000, "no JSON"),
    (b'{"id": ' + b"9" * 10_000 + b"}", "no JSON"),
    (b"x" * 10_000_000, "longer than 1,000,000 bytes"),
]


def streamed(lines: list[bytes], *options: str) -> tuple[int, list[dict[str, Any]], bytes]:
    ended = subprocess.run(
        [sys.executable, "-m", "bpdrill", "check", "--jsonl", *options],
        input=b"\n".join(lines),
        capture_output=True,
        check=False,
    )
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr


def test_each_claim_gets_its_verdict() -> None:
    code, found, talk = streamed([json.dumps(claim).encode() for claim, _ in VERDICTS])
    assert (code, talk) == (ExitCode.OK, b"")
    assert [line["verdict"] for line in found] == [verdict for _, verdict in VERDICTS]
    assert [line["id"] for line in found] == [claim["id"] for claim, _ in VERDICTS]
    assert all({"id", "verdict", "how", "witness", "reading", "because"} == line.keys() for line in found)


def test_malformed_lines_get_an_error_each_and_the_stream_goes_on() -> None:
    lines = [line for malformed, _ in MALFORMED for line in (malformed, json.dumps(CLAIM).encode())]
    code, found, talk = streamed(lines)
    assert (code, talk) == (ExitCode.DIFFERENT, b"")
    assert [line.get("verdict") for line in found[1::2]] == ["equal"] * len(MALFORMED)
    for number, (line, (_, complaint)) in enumerate(zip(found[::2], MALFORMED, strict=True)):
        assert complaint in line["error"], line
        assert line["line"] == 2 * number + 1


def test_workers_answer_in_order() -> None:
    lines = [json.dumps(CLAIM | {"id": n, "answer": f"2x + {n}"}).encode() for n in range(100)]
    code, found, _ = streamed([*lines, b"nope"], "--workers", "2")
    assert code == ExitCode.DIFFERENT
    assert [line["id"] for line in found] == [*range(100), None]
    assert [line["id"] for line in found if line.get("verdict") == "equal"] == [2]


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n", b"\n\n"])
def test_blank_lines_and_endings_say_nothing(ending: bytes) -> None:
    code, found, _ = streamed([b"", json.dumps(CLAIM).encode() + ending])
    assert code == ExitCode.OK
    assert len(found) == 1


def test_a_reader_that_leaves_is_no_error() -> None:
    line = json.dumps(CLAIM) + "\n"
    with subprocess.Popen(
        [sys.executable, "-m", "bpdrill", "check", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as streaming:
        assert streaming.stdin is not None
        assert streaming.stdout is not None
        assert streaming.stderr is not None
        streaming.stdin.write(line)
        streaming.stdin.flush()
        assert json.loads(streaming.stdout.readline())["verdict"] == "equal"
        streaming.stdout.close()
        try:
            streaming.stdin.write(line * 100)
            streaming.stdin.close()
        except BrokenPipeError:
            pass
        assert streaming.stderr.read() == ""
