from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, isqrt, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.laboratory.memory.blocks import BINARY, DECIMAL, humane, memory_blocks
from bpdrill.laboratory.memory.chain import measured
from bpdrill.laboratory.memory.memory import (
    STUDY_PAGE,
    Checkpoints,
    Memory,
    Network,
    as_record,
    best_every,
    memory,
)
from bpdrill.model.blocks import Block, Heading, Note, Prose, Table, Tone, Toned
from bpdrill.model.errors import UsageError

SMALL = Network(layers=16, hidden=8, batch=4, number_bytes=8)

HUMANE = [
    (0, "0 B", "0 B"),
    (999, "999 B", "999 B"),
    (1000, "1 kB", "1000 B"),
    (1024, "1.02 kB", "1 KiB"),
    (32 * 2048 * 12288 * 4, "3.22 GB", "3 GiB"),
    (32 * 2048 * 12288 * 4 * 96, "309 GB", "288 GiB"),
    (32 * 2048 * 12288 * 2, "1.61 GB", "1.5 GiB"),
    (10**15, "1 PB", "909 TiB"),
    (3 * 10**24, "3 YB", "2.48 YiB"),
]

BEST = {
    1: (1, 1),
    2: (1, 2),
    3: (1, 3),
    4: (2, 2),
    9: (3, 3),
    16: (4, 4),
    96: (8, 12),
    100: (10, 10),
    10_000: (100, 100),
}
"""Layers, and the first and last of the best k."""

PAGE_TABLE = {
    1: (96, 1, 97, 95),
    2: (48, 2, 50, 94),
    4: (24, 4, 28, 92),
    8: (12, 8, 20, 88),
    10: (10, 10, 20, 90),
    12: (8, 12, 20, 84),
    16: (6, 16, 22, 80),
    32: (3, 32, 35, 64),
    64: (2, 64, 66, 64),
    96: (1, 96, 97, 0),
}
"""Of the study page's 96 layers: k; checkpoints, segment, both together, layers run again."""

layers = st.integers(1, 400)


def chain(count: int, tensors: int = 1) -> Network:
    """A network of which only the depth matters."""
    return Network(layers=count, hidden=1, tensors=tensors)


def simulated(count: int, every: int, tensors: int) -> tuple[int, int]:
    """Tensors held at the worst moment and layers run again, by playing the walk back through."""
    groups = [min(every, count - first) for first in range(0, count, every)]
    worst = again = 0
    while groups:
        worst = max(worst, len(groups) + groups[-1] * tensors)
        groups.pop()
        again += groups[-1] if groups else 0
    return worst, again


@pytest.mark.parametrize(("size", "decimal", "binary"), HUMANE)
def test_bytes_as_people_say_them(size: int, decimal: str, binary: str) -> None:
    assert (humane(size, DECIMAL), humane(size, BINARY)) == (decimal, binary)


def test_the_study_page_s_network() -> None:
    assert STUDY_PAGE.tensor_bytes == STUDY_PAGE.layer_bytes == 32 * 2048 * 12288 * 4 == 3 * 2**30
    assert STUDY_PAGE.total_bytes == 288 * 2**30 == 309_237_645_312


def test_the_study_page_s_table() -> None:
    found = memory(STUDY_PAGE)
    assert {
        entry.every: (entry.kept, entry.segment, entry.bound, entry.recomputed) for entry in found.compared
    } == PAGE_TABLE
    assert [Checkpoints(STUDY_PAGE, k).bound for k in range(7, 14)] == [21, 20, 20, 20, 20, 20, 21]
    assert [Checkpoints(STUDY_PAGE, k).peak for k in range(8, 13)] == [20, 19, 19, 19, 20]


@pytest.mark.parametrize("count", BEST)
def test_the_best_k(count: int) -> None:
    best = best_every(chain(count))
    assert (best[0], best[-1]) == BEST[count]


@given(st.integers(1, 10_000))
@settings(deadline=None, max_examples=30)
def test_the_least_is_twice_the_root_rounded_up(count: int) -> None:
    least = isqrt(4 * count - 1) + 1  # the least M with (M/2)^2 >= N
    best = best_every(chain(count))
    assert {k + ceil(count / k) for k in best} == {least}
    assert best[0] <= sqrt(count) + 0.5
    assert best[-1] >= sqrt(count) - 0.5


@given(layers, st.integers(1, 60))
@settings(deadline=None)
def test_every_other_k_needs_more(count: int, tensors: int) -> None:
    best = best_every(chain(count, tensors))
    needs = {k: ceil(Fraction(count, k)) + k * tensors for k in range(1, count + 1)}
    assert [*best] == [k for k, need in needs.items() if need == min(needs.values())]


@given(layers, st.data(), st.integers(1, 60))
@settings(deadline=None)
def test_peak_and_recomputation_are_those_of_a_walk_played_through(
    count: int, data: st.DataObject, tensors: int
) -> None:
    every = data.draw(st.integers(1, count))
    entry = Checkpoints(chain(count, tensors), every)
    assert (entry.peak, entry.recomputed) == simulated(count, every, tensors)
    assert entry.bound - entry.peak == (count % every > 0)
    assert entry.extra < 1


@pytest.mark.parametrize("every", [None, 1, 3, 5, 7, 16])
def test_the_engine_holds_and_runs_again_what_was_counted(every: int | None) -> None:
    found = measured(memory(SMALL, every))
    assert [run.every for run in found.runs] == [entry.every for entry in found.compared]
    for run in found.runs:
        worst, again = simulated(16, run.every, 1)
        assert (run.peak_bytes, run.recomputed) == (worst * 4 * 8 * 8, again)
        assert run.agrees
    assert found.as_counted


@pytest.mark.parametrize(
    "network",
    [
        Network(layers=1, hidden=1, number_bytes=8),
        Network(layers=7, hidden=5, batch=2, seq=3, number_bytes=8),
        Network(layers=200, hidden=4, number_bytes=8),
    ],
)
def test_other_chains_are_as_counted(network: Network) -> None:
    assert measured(memory(network)).as_counted


TOO_MUCH = [
    (STUDY_PAGE, "8 bytes a number"),
    (replace(SMALL, tensors=2), "save one tensor each"),
    (replace(SMALL, hidden=10**6), "too large"),
    (replace(SMALL, hidden=1_000, batch=1), "too large"),
    (replace(SMALL, batch=10**6), "too large"),
]


@pytest.mark.parametrize(("network", "says"), TOO_MUCH)
def test_what_the_engine_cannot_run_is_refused(network: Network, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        measured(memory(network))


def test_a_run_that_is_not_as_counted_would_be_said() -> None:
    found = measured(memory(SMALL, 4))
    (run,) = found.runs
    for wrong in (
        replace(run, peak_bytes=run.peak_bytes + 8),
        replace(run, recomputed=run.recomputed + 1),
        replace(run, agrees=False),
    ):
        spoiled = replace(found, runs=(wrong,))
        assert not spoiled.as_counted
        assert Note("The engine did not hold or run again what was counted.", Tone.BAD) in memory_blocks(
            spoiled
        )


def texts(found: Memory) -> str:
    """All that is said in sentences."""
    return "\n".join(
        block.text for block in memory_blocks(found) if isinstance(block, Heading | Prose | Note)
    )


def table(blocks: Sequence[Block], title: str) -> tuple[tuple[object, ...], ...]:
    """The rows of the table whose title begins so."""
    (rows,) = [block.rows for block in blocks if isinstance(block, Table) and block.title.startswith(title)]
    return rows


def test_the_page_of_the_study_page() -> None:
    blocks = memory_blocks(memory(STUDY_PAGE))
    assert table(blocks, "Activations") == (
        ("one layer", "3.22 GB", "3 GiB"),
        ("all 96, no checkpoints", "309 GB", "288 GiB"),
        ("checkpoints every 8 to 12", "64.4 GB", "60 GiB"),
    )
    rows = table(blocks, "A checkpoint every k layers")
    assert rows[0] == ("1", "96 + 1 = 97", "312 GB", "291 GiB", "95", "+33 %")
    assert rows[3] == (Toned("8 best", Tone.GOOD), "12 + 8 = 20", "64.4 GB", "60 GiB", "88", "+31 %")


SAYS = [
    (STUDY_PAGE, "One tensor: 32 · 2,048 · 12,288 · 4 B = 3,221,225,472 B."),
    (
        STUDY_PAGE,
        "k = 8 to 12 are equally good: 20 tensors, 60 GiB in place of 288 GiB. √96 = 9.8 lies nearby.",
    ),
    (STUDY_PAGE, "gets one less, 19. In fact k = 9, 10, 11 hold one less than kept + segment: walked back"),
    (STUDY_PAGE, "33 % of 1 + 2 (the column extra); if you count it as one, 50 % of 1 + 1."),
    (STUDY_PAGE, "Assumed: one saved tensor a layer."),
    (
        replace(STUDY_PAGE, tensors=57, number_bytes=2),
        "k = 1 is the best: 153 tensors, 230 GiB in place of 8.02 TiB.",
    ),
    (replace(STUDY_PAGE, tensors=57, number_bytes=2), "√(96/57) = 1.3 lies nearby."),
    (
        chain(4),
        "Checkpoints save nothing here: k = 2 is the best, and holds no less than no checkpoints at all.",
    ),
]


@pytest.mark.parametrize(("network", "sentence"), SAYS)
def test_what_a_page_says(network: Network, sentence: str) -> None:
    assert sentence in texts(memory(network))


def test_the_transformer_block_that_the_assumption_is_held_against() -> None:
    bytes_a_number = 34 + Fraction(5 * 96 * STUDY_PAGE.seq, STUDY_PAGE.hidden)
    assert bytes_a_number == 114 == 57 * 2
    block = replace(STUDY_PAGE, tensors=57, number_bytes=2)
    assert block.layer_bytes == bytes_a_number * 32 * 2048 * 12288
    assert humane(block.layer_bytes, DECIMAL) == "91.8 GB"


def test_the_page_of_a_run() -> None:
    found = measured(memory(SMALL, 3))
    blocks = memory_blocks(found)
    assert "In fact k = 3 holds one less than kept + segment" in texts(found)
    assert table(blocks, "Run on the engine") == (
        ("3", "2,304", "2,048", "2,048", "15", "15"),
        ("4", "2,048", "2,048", "2,048", "12", "12"),
    )


def test_the_record_is_plain() -> None:
    record = json.loads(json.dumps(as_record(measured(memory(SMALL, 4)))))
    assert record["network"]["total_bytes"] == 16 * 4 * 8 * 8
    assert record["best_every"] == [4, 4]
    assert record["checkpoints"][0]["peak_bytes"] == record["measured"][0]["peak_bytes"] == 2048
    assert record["as_counted"] is True
    assert as_record(memory(STUDY_PAGE))["measured"] is None
