"""Whether two scalar expressions are the same, beside Math-Verify; and what hostile lines cost.

    python tests/bench/equality.py
    python tests/bench/equality.py --limit 100
    python tests/bench/equality.py --hostile

Each pair of ``tests/algebra/scalar_pairs.yaml`` is two questions: the reference with its equal, and the
reference with its near miss. Both engines answer each in turn, in one process; Math-Verify is handed
LaTeX, which it reads best. The table says how many verdicts were wrong, how long the median and the
slowest took, and the median of the ratios question by question. ``--hostile`` reads and compares each
line of ``tests/notation/hostile.yaml`` and tells the slowest.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from bpdrill import notation
from bpdrill.algebra.claim import Claim, examine
from bpdrill.notation.declarations import parse_symbols

TESTS = Path(__file__).parent.parent
INSTALL = "pip install -e '.[bench]'"


@dataclass(frozen=True, slots=True)
class Question:
    """Two expressions, and whether they are the same."""

    reference: str
    answer: str
    is_same: bool
    domains: Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """What one engine made of the questions."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[Question] = field(default_factory=list)
    untold: int = 0


def questions(limit: int | None) -> Iterator[Question]:
    """Two for each pair of the table."""
    pairs = yaml.safe_load((TESTS / "algebra" / "scalar_pairs.yaml").read_text(encoding="utf-8"))
    for pair in pairs[:limit]:
        domains = pair.get("domain", {})
        yield Question(pair["reference"], pair["equal"], is_same=True, domains=domains)
        yield Question(pair["reference"], pair["near"], is_same=False, domains=domains)


def ours(question: Question) -> bool | None:
    """``bpdrill check`` without the process."""
    found = examine(Claim(question.reference, question.answer, domains=question.domains))
    return {"equal": True, "different": False}.get(found.verdict)


def math_verify() -> Callable[[Question], bool | None]:
    """Math-Verify, as its manual calls it."""
    from math_verify import parse, verify

    logging.disable(logging.CRITICAL)

    def judge(question: Question) -> bool | None:
        return bool(verify(parse(latex(question.reference)), parse(latex(question.answer))))

    return judge


def latex(text: str) -> str:
    """``text`` in LaTeX, between dollars."""
    names = notation.read_names(text)
    assert isinstance(names, tuple), names
    reading = notation.read(text, dict.fromkeys(names, ()))
    assert isinstance(reading, notation.Reading), reading
    return f"${notation.text(reading.tree, notation.Style.LATEX)}$"


def ask(judge: Callable[[Question], bool | None], question: Question, tally: Tally) -> None:
    """One question, with the CPU time it took."""
    start = time.process_time()
    told = judge(question)
    tally.seconds.append(time.process_time() - start)
    if told is None:
        tally.untold += 1
    elif told != question.is_same:
        tally.wrong.append(question)


def compare(limit: int | None) -> int:
    """Print the table; 1 if we were wrong anywhere."""
    try:
        judges = {"bpdrill": ours, "math-verify": math_verify()}
    except ImportError:
        sys.stderr.write(f"math-verify is not installed: {INSTALL}\n")
        return 2
    tallies = {name: Tally() for name in judges}
    for question in questions(limit):
        for name, judge in judges.items():
            ask(judge, question, tallies[name])
    for name, tally in tallies.items():
        sys.stdout.write(f"{row(name, tally)}\n")
    own, peer = tallies.values()
    ratios = [b / a for a, b in zip(own.seconds, peer.seconds, strict=True) if a > 0]
    sys.stdout.write(f"median ratio, question by question: {median(ratios):.0f}\n")
    for question in own.wrong:
        sys.stdout.write(f"wrong: {question}\n")
    return bool(own.wrong)


def row(name: str, tally: Tally) -> str:
    """One engine's line of the table."""
    times = sorted(tally.seconds)
    late = times[int(len(times) * 0.99)]
    return (
        f"{name:12} {len(times)} questions, {len(tally.wrong)} wrong, {tally.untold} untold; "
        f"median {median(times) * 1e3:.2f} ms, p99 {late * 1e3:.1f} ms, slowest {times[-1] * 1e3:.0f} ms"
    )


def hostile() -> int:
    """Print the slowest lines."""
    lines = yaml.safe_load((TESTS / "notation" / "hostile.yaml").read_text(encoding="utf-8"))
    symbols = parse_symbols("x: w: y:c yhat:c W2:c,h z1:h dz2:c")
    timed = sorted(((seconds(text_of(line), symbols), line["name"]) for line in lines), reverse=True)
    for spent, name in timed[:5]:
        sys.stdout.write(f"{spent * 1e3:6.1f} ms  {name}\n")
    return 0


def seconds(text: str, symbols: Any) -> float:
    """What it takes to read and compare one line."""
    start = time.process_time()
    examine(Claim("x", text, symbols))
    return time.process_time() - start


def text_of(line: Mapping[str, Any]) -> str:
    """A line of the table, written out."""
    return (
        str(line["text"])
        if "text" in line
        else (line.get("before", "") + line["repeat"] * line["times"] + line.get("after", ""))
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the options say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--limit", type=int, help="so many pairs")
    parser.add_argument("--hostile", action="store_true", help="the cost of hostile lines instead")
    chosen = parser.parse_args(arguments)
    return hostile() if chosen.hostile else compare(chosen.limit)


if __name__ == "__main__":
    sys.exit(main())
