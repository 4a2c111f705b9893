"""How long a program waits for its marks, from Enter on, with a spare child ready as in practice.

    python tests/bench/code_answers.py [rounds]

A round marks each item's own worked solution and each of its slips, all with fresh children.
"""

from __future__ import annotations

import sys
import time
from statistics import median

from bpdrill.bank.bank import open_bank
from bpdrill.kinds import code
from bpdrill.marking.code import runner

ITEMS = (
    *("two-layer-backward", "batched-network", "scalar-engine", "softmax-cross-entropy"),
    *("batch-norm-backward", "conv-gradient", "bptt-step", "gradient-check"),
)
TYPING = 1.0
"""Seconds that a learner takes at the very least, in which the spare child starts."""
LIMIT = 0.150


def waited(name: str, text: str, seed: int) -> float:
    """Seconds from Enter to the marks."""
    variant = code.vary(open_bank().get(f"code/{name}"), seed)
    code.prepare()
    time.sleep(TYPING)
    runner.asked.cache_clear()
    start = time.perf_counter()
    code.judge(variant, {"code": text})
    return time.perf_counter() - start


def texts(name: str) -> dict[str, list[str]]:
    """Programs of an item: right ones, and wrong ones whose mistake is looked for."""
    variant = code.vary(open_bank().get(f"code/{name}"), 0)
    spec = code.spec_of(variant)
    return {
        "right": [spec.solution, spec.another],
        "wrong": [code.slipped(spec, slip) for slip in spec.slips],
    }


def tell(name: str, waits: list[float]) -> None:
    """One line of the table."""
    middle, most = (1e3 * seconds for seconds in (median(waits), max(waits)))
    sys.stdout.write(
        f"{name:30} median {middle:6.0f} ms, most {most:6.0f} ms; the goal is {1e3 * LIMIT:.0f} ms\n"
    )


def main(rounds: int) -> int:
    """Print the waits of each item; fail if the median of right answers is over the limit."""
    right: list[float] = []
    for name in ITEMS:
        for sort, programs in texts(name).items():
            waits = [waited(name, text, seed) for seed in range(1, rounds + 1) for text in programs]
            right += waits if sort == "right" else []
            tell(f"{name} {sort}", waits)
    tell("all that are right", right)
    return int(median(right) > LIMIT)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
