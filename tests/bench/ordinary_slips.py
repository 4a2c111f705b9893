"""How often an ordinary slip is taken for a mistake that has a name: slip by slip, family by family.

    python tests/bench/ordinary_slips.py
    python tests/bench/ordinary_slips.py --rounds 40 --family networks/walkthrough

A right answer is typed, to three digits or more, and one slip is made in it: once alone, and once repeated
wherever the wrong text would be copied. Nothing else is worked out again. The table says how many of the
slips were seen (a slipped field was wrong), in how many of these a slipped field was given a mistake's name
without a word of doubt, and in how many only some other field was; then, which slips were taken for which
mistakes. A slip whose number is just what a mistake would give cannot be told from it, and is counted all
the same.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from runpy import run_path
from typing import NamedTuple
from zlib import crc32

from bpdrill.bank.bank import open_bank
from bpdrill.kinds import load
from bpdrill.marking.naming import CHANCE
from bpdrill.model.items import Draw, Variant
from bpdrill.model.marks import Outcome

Answer = dict[str, str]
Slip = Callable[[Answer, Draw], Answer]

MADE = run_path(str(Path(__file__).parents[1] / "marking" / "ordinary_slips.py"))
SLIPS: Mapping[str, Slip] = MADE["SLIPS"]
CONSISTENT: Callable[[Answer, Answer], Answer] = MADE["consistent"]
REWRITTEN: Callable[[str, Mapping[int, str]], str] = MADE["rewritten"]
NUMBERS_OF: Callable[[str], list[str]] = MADE["numbers_of"]

FAMILIES: Mapping[str, float] = {
    "graphs/linear-regression-loss": 0.05,
    "graphs/fan-out": 0.05,
    "forward-mode/dual-trace": 0.05,
    "networks/walkthrough": 0.01,
}
"""Each family, and the largest part of the slips that may be taken for mistakes."""

BARE = {"0", "1", "-1"}
"""Numbers that come of many mistakes: most seeds and many local derivatives are such."""

DIGITS = (3, 4, 6)
"""To so many digits are numbers typed."""


class Made(NamedTuple):
    """A slip that was made: its name, its variant, and what an answer became by it."""

    name: str
    variant: str
    answer: Answer


# ── answers ──────────────────────────────────────────────────────────────────────────────────────


def typed(variant: Variant, digits: int) -> Answer:
    """The right answer as it is typed, field by field as they are asked for, rounded."""
    kind = load(variant.item.kind)
    right = next(iter(kind.specimens(variant))).answer
    order = [field.id for field in kind.present(variant).fields]
    return {field: rounded(right[field], digits) for field in order if field in right}


def rounded(text: str, digits: int) -> str:
    """A text with every number to so many digits, noughts at the end too; whole numbers stay."""
    return REWRITTEN(text, {at: figures(n, digits) for at, n in enumerate(NUMBERS_OF(text)) if "." in n})


def figures(number: str, digits: int) -> str:
    """A number to so many digits, without an exponent."""
    places = digits - 1 - int(f"{float(number):.{digits - 1}e}".partition("e")[2])
    return f"{float(number):.{max(places, 0)}f}"


def made(right: Answer, names: Sequence[str], numbers: int) -> Iterator[Made]:
    """Every slip once, and once more repeated where that is something else."""
    for name in names:
        spoilt = SLIPS[name](right, Draw(crc32(f"{name} {numbers}".encode())))
        if spoilt == right:
            continue
        yield Made(name, "alone", spoilt)
        if (repeated := CONSISTENT(right, spoilt)) != spoilt:
            yield Made(name, "consistent", repeated)


# ── what they are taken for ──────────────────────────────────────────────────────────────────────


def judged(variant: Variant, right: Answer, slip: Made, tally: Counter[str]) -> None:
    """Judge one answer with a slip, and note what it was taken for."""
    fields = {j.field: j for j in load(variant.item.kind).judge(variant, slip.answer)}
    slipped = {field for field, text in slip.answer.items() if text != right[field]}
    tally[f"{slip.variant} made"] += 1
    if not any(fields[field].outcome is Outcome.WRONG for field in slipped):
        return
    blamed = {
        field: j.misconceptions for field, j in fields.items() if j.misconceptions and CHANCE not in j.because
    }
    false = blamed.keys() & slipped
    tally[f"{slip.variant} seen"] += 1
    tally[f"{slip.variant} named"] += bool(false)
    tally[f"{slip.variant} bare"] += any({*NUMBERS_OF(slip.answer[field])} <= BARE for field in false)
    tally[f"{slip.variant} elsewhere"] += bool(blamed) and not false
    tally[f"seen: {slip.name}"] += 1
    tally[f"named: {slip.name}"] += bool(false)
    tally.update(f"taken: {slip.name} → {name}" for field in false for name in blamed[field])


def simulate(family: str, rounds: int, names: Sequence[str] = ()) -> Counter[str]:
    """So many answers with every slip."""
    item, tally = open_bank().get(family), Counter[str]()
    for number in range(rounds):
        variant = load(item.kind).vary(item, number + 1)
        right = typed(variant, DIGITS[number % len(DIGITS)])
        for slip in made(right, names or tuple(SLIPS), number):
            judged(variant, right, slip, tally)
    return tally


def share(tally: Counter[str], part: str, variants: Sequence[str] = ("alone", "consistent")) -> float:
    """Which part of the slips that were seen."""
    return sum(tally[f"{v} {part}"] for v in variants) / max(sum(tally[f"{v} seen"] for v in variants), 1)


# ── the table ────────────────────────────────────────────────────────────────────────────────────


def lines(tally: Counter[str], goal: float) -> Iterator[str]:
    """What is told of a family."""
    for variant in ("alone", "consistent"):
        yield (
            f"  {variant:11} {tally[f'{variant} made']:5} made {tally[f'{variant} seen']:5} seen"
            f"  named {share(tally, 'named', (variant,)):6.2%}"
            f"  elsewhere {share(tally, 'elsewhere', (variant,)):6.2%}"
        )
    bare = f"{share(tally, 'bare'):.2%} where 0 or ±1 was written"
    yield f"  falsely named {share(tally, 'named'):.2%}, of it {bare}; at most {goal:.0%} wanted"
    for key in sorted((k for k in tally if k.startswith("named: ") and tally[k]), key=lambda k: -tally[k]):
        name = key.removeprefix("named: ")
        taken = [k for k in tally if k.startswith(f"taken: {name} → ")]
        told = ", ".join(
            f"{k.partition(' → ')[2]} {tally[k]}" for k in sorted(taken, key=lambda k: -tally[k])
        )
        yield f"    {name}: {tally[key]} of {tally[f'seen: {name}']} ({told})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of every family; 1 if one misses its goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=20, help="so many answers with every slip (default: 20)"
    )
    parser.add_argument("--family", choices=tuple(FAMILIES), help="one family alone")
    chosen = parser.parse_args(arguments)
    missed = False
    for family in [chosen.family] if chosen.family else FAMILIES:
        tally = simulate(family, chosen.rounds)
        missed |= share(tally, "named") > FAMILIES[family]
        sys.stdout.write("\n".join((family, *lines(tally, FAMILIES[family]), "")))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
