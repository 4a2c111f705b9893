"""Amounts of memory in every unit, checkpoints by every usual count, the known mistakes named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Verdict

LARGE, SMALL = "memory/transformer-activations", "memory/per-layer"
CHECKPOINTS = "memory/checkpointing"
RIGHT, NEAR, WRONG, FOLLOWS, BLANK = (
    Outcome.RIGHT,
    Outcome.NEAR,
    Outcome.WRONG,
    Outcome.FOLLOWS,
    Outcome.BLANK,
)
Attempts = Callable[..., Any]

# 96 layers, each of 32 · 2048 · 12288 numbers of 4 bytes.
ACCEPTED = [
    *((LARGE, "layer", text) for text in ("3.22 GB", "3 GiB", "3GiB", "3", "3.22", "3,221,225,472 B")),
    *((LARGE, "layer", text) for text in ("3 GB", "3.2 gb", "3072 MiB", "3*2^30 bytes", "32*2048*12288*4")),
    *((LARGE, "total", text) for text in ("309 GB", "288 GiB", "about 300 GB", "~300 GB", "288", "0.309 TB")),
    *((SMALL, "layer", text) for text in ("65536", "64 KiB", "65.5 kB", "64 kB")),
    *((CHECKPOINTS, "every", str(k)) for k in range(8, 13)),
    *((CHECKPOINTS, "every", text) for text in ("sqrt(96)", "9.8")),
    *((CHECKPOINTS, "tensors", text) for text in ("20", "19", "10 + 10", "2*sqrt(96)")),
    *((CHECKPOINTS, "held", text) for text in ("60 GiB", "64.4 GB", "57 GiB", "20*3.22 GB")),
    *((CHECKPOINTS, "extra", text) for text in ("33%", "33 %", "1/3", "0.33", "33", "50%", "1/2", "30.6%")),
]
STORIES = [
    (LARGE, "layer", "1.61 GB", "memory.2-bytes-a-number"),
    (LARGE, "layer", "1.5 GiB", "memory.2-bytes-a-number"),
    (LARGE, "layer", "0.8 GB", "memory.numbers-as-bytes"),
    (LARGE, "layer", "24 GiB", "memory.bits"),
    (LARGE, "total", "9 GiB", "memory.batch-left-out"),
    (LARGE, "total", "3 GiB", "memory.one-layer"),
    (SMALL, "layer", "32 KiB", "memory.one-tensor"),
    (CHECKPOINTS, "every", "96", "memory.nothing-saved"),
    (CHECKPOINTS, "tensors", "96", "memory.nothing-saved"),
    (CHECKPOINTS, "tensors", "10", "memory.one-part-of-two"),
    (CHECKPOINTS, "held", "288 GiB", "memory.nothing-saved"),
    (CHECKPOINTS, "extra", "10%", "memory.one-segment-again"),
]
FOLLOWING = [
    (LARGE, {"layer": "5 GiB", "total": "480 GiB"}, "total"),
    (CHECKPOINTS, {"every": "16", "tensors": "22", "held": "66 GiB"}, "tensors"),
    (CHECKPOINTS, {"every": "16", "tensors": "22", "held": "66 GiB"}, "held"),
]
UNREADABLE = ["GB", "3 Gb/s", "three GB", "__import__('os') GB", "9^9^9 GB"]


@pytest.mark.parametrize(("item", "field", "text"), ACCEPTED)
def test_every_unit_and_every_usual_count_is_right(
    attempt: Attempts, item: str, field: str, text: str
) -> None:
    judged = attempt(item).judge({field: text})
    assert judged.by_field[field].outcome is RIGHT
    assert judged.verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize(("item", "field", "text", "story"), STORIES)
def test_a_mistake_is_named(attempt: Attempts, item: str, field: str, text: str, story: str) -> None:
    judged = attempt(item).judge({field: text}).by_field[field]
    assert judged.outcome is WRONG
    assert story in judged.misconceptions
    assert judged.because


@pytest.mark.parametrize(("item", "answer", "field"), FOLLOWING)
def test_later_answers_follow_from_own_ones(
    attempt: Attempts, item: str, answer: dict[str, str], field: str
) -> None:
    assert attempt(item).judge(answer).by_field[field].outcome is FOLLOWS


def test_one_more_forward_pass_is_nearly_it(attempt: Attempts) -> None:
    judged = attempt(CHECKPOINTS).judge({"extra": "100%"})
    assert judged.amiss == {"extra": NEAR}
    assert judged.verdict is Verdict.LEAN_HIRE


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_amount_is_sent_back(attempt: Attempts, text: str) -> None:
    assert attempt(LARGE).judge({"layer": text}).by_field["layer"].outcome is BLANK


@pytest.mark.parametrize("count", range(1, 7))
def test_fresh_sizes_multiply_out(attempt: Attempts, count: int) -> None:
    begun = attempt(CHECKPOINTS, next_seed(CHECKPOINTS, count))
    network = begun.variant.values["network"]
    bounds = {k: -(-network.layers // k) + k for k in range(1, network.layers + 1)}
    least = min(bounds.values())
    tensor = network.batch * network.seq * network.hidden * network.number_bytes
    for best in (k for k, bound in bounds.items() if bound == least):
        answer = {"every": str(best), "tensors": str(least), "held": f"{least * tensor / 2**30} GiB"}
        assert begun.judge(answer).verdict is Verdict.STRONG_HIRE
