"""Whether the mistake that was made is the one that is named: seeded wrong answers, family by family.

    python tests/bench/diagnosis.py
    python tests/bench/diagnosis.py --count 200 --family networks/walkthrough --first 301

A learner is simulated who makes one known mistake, in one place or wherever it can be made, or two, or a
slip that is no known mistake, and carries every value on, written to three digits. The table says how
often the mistake was named, and how often the first wrong cell was found; with the results alone given,
how often it was among those shown, and named without doubt. Slips and right answers must name none.

A mistake counts as named if another is that comes to the same on every variant drawn: that is computed.
"flat but for twins" counts where only such ones are shown beside it. Scalar graphs miss the 60 % that
are to be named flatly: half of their mistakes change one result, and one number of two digits is little
to go on; of the others, some have twins in the results and are shown with them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any, cast

from bpdrill.bank.bank import open_bank
from bpdrill.kinds import load
from bpdrill.marking.carrying import nothing
from bpdrill.marking.naming import CHANCE
from bpdrill.marking.step import Carried, Step, Values, differs, leading
from bpdrill.marking.steps import judge_steps
from bpdrill.marking.trace import Trace, trace_steps
from bpdrill.model.items import Draw, Variant
from bpdrill.model.marks import Judgement, Outcome

DIGITS = 3
SEEDS = 12
"""So many variants of an item are drawn; every other choice is drawn as well."""


@dataclass(frozen=True, slots=True)
class Family:
    """Items of one kind, how their steps come about, and which fields are their results."""

    item: str
    steps: Callable[[Variant], Sequence[Step]]
    finals: Callable[[str], bool]


def graph_steps(variant: Variant) -> Sequence[Step]:
    """The cells of a graph."""
    return trace_steps(cast("Trace", variant.values["trace"]))


def network_steps(variant: Variant) -> Sequence[Step]:
    """The fields of a walk-through."""
    from bpdrill.kinds import walkthrough

    return walkthrough.worked_of(variant).steps


FAMILIES = {
    family.item: family
    for family in (
        Family(
            "graphs/linear-regression-loss",
            graph_steps,
            lambda field: field.endswith(
                ("mul.0.gradient", "mul.1.gradient", "add.1.gradient", "sub.1.gradient")
            ),
        ),
        Family("graphs/fan-out", graph_steps, lambda field: field in {"total.x", "edge.mul.1.gradient"}),
        Family(
            "networks/walkthrough",
            network_steps,
            lambda field: field.removeprefix("gradient.") in {"W1", "b1", "W2", "b2"},
        ),
    )
}
Mistaken = Callable[[Step, Carried], Values | None]
"""What a learner writes who goes wrong here; None where the work is right."""


# ── learners ─────────────────────────────────────────────────────────────────────────────────────


def written(value: Any, digits: int) -> str:
    """A value as it is typed, every number to so many digits."""
    if isinstance(value, float):
        return f"{value:.{digits}g}" if abs(value) < 1e6 else f"{value:.12g}"
    return "[" + ", ".join(written(e if e.shape else float(e), digits) for e in value) + "]"


def read_back(text: str, like: Any) -> Any:
    """A text as the value that it says."""
    if isinstance(like, float):
        return float(text)
    from json import loads

    from numpy import array

    return array(loads(text), float)


def worked(steps: Sequence[Step], mistaken: Mistaken, digits: int = DIGITS) -> dict[str, str]:
    """An answer worked step by step, each from what was written before it."""
    carried: dict[str, Values] = {}
    texts: dict[str, str] = {}
    for step in steps:
        before = leading(step, carried)
        value = (mistaken(step, before) or step.expect(before))[0]
        texts[step.field.id] = written(value, digits)
        carried[step.field.id] = (read_back(texts[step.field.id], value),)
    return texts


def no_mistake(_step: Step, _carried: Carried) -> None:
    """Of somebody without a slip."""


@dataclass(frozen=True, slots=True)
class Made:
    """A mistake by name, in one place or, without one, wherever it can be made."""

    name: str
    field: str
    only: bool

    def __call__(self, step: Step, carried: Carried) -> Values | None:
        """What it makes of a step."""
        if self.only and step.field.id != self.field:
            return None
        expected = step.expect(carried)
        made = (values for name, values in step.mistaken(carried) if name == self.name)
        return next((values for values in made if shows(values, expected)), None)


def shows(values: Values, expected: Values) -> bool:
    """Whether a mistake changes more than rounding would, and not to 0: too much comes to 0 to be named."""
    gap = max(
        float(abs(a - b).max()) if hasattr(a, "max") else abs(a - b)
        for a, b in zip(values, expected, strict=True)
    )
    size = max(float(abs(b).max()) if hasattr(b, "max") else abs(b) for b in expected)
    return gap > max(0.05 * size, 0.01) and not all(map(nothing, values))


Site = tuple[str, str]
"""A mistake by name, and the field where it is made."""


def mistakes(steps: Sequence[Step]) -> dict[Site, frozenset[str]]:
    """Each mistake that shows, and the names of those that come to just the same there."""
    keys = {step.field.id: step.key for step in steps}
    found: dict[Site, frozenset[str]] = {}
    for at, step in enumerate(steps):
        carried = {field: keys[field] for field in list(keys)[:at]}
        made = [(str(name), values) for name, values in step.mistaken(carried) if shows(values, step.key)]
        for name, values in made:
            alike = frozenset(other for other, v in made if not differs(v, values))
            found.setdefault((name, step.field.id), alike)
    return found


@dataclass(frozen=True)
class Variants:
    """All variants of a family that are drawn, and the mistakes that show on each."""

    family: Family
    steps: tuple[Sequence[Step], ...]

    @cached_property
    def mistakes(self) -> tuple[dict[Site, frozenset[str]], ...]:
        """What shows on each variant."""
        return tuple(map(mistakes, self.steps))

    def twins(self, site: Site) -> frozenset[str]:
        """The names of what comes to the same as a mistake on every variant on which it shows."""
        return frozenset.intersection(*(found[site] for found in self.mistakes if site in found))

    @cached_property
    def compared(self) -> dict[tuple[Made, str], bool]:
        """Mistakes that were held against each other in their results."""
        return {}

    def same_results(self, made: Made, other: str) -> bool:
        """Whether another mistake gives the same results on every variant: nobody could tell them apart."""
        if (made, other) not in self.compared:
            sites = {site: None for found in self.mistakes for site in found if site[0] == other}
            others = (Made(*site, only=only) for site in sites for only in (True, False))
            self.compared[made, other] = any(
                all(agree(self.results(at, made), self.results(at, each)) for at in range(len(self.steps)))
                for each in others
            )
        return self.compared[made, other]

    def results(self, at: int, made: Made) -> dict[str, str]:
        """What somebody who makes a mistake gives as results."""
        return {f: text for f, text in worked(self.steps[at], made).items() if self.family.finals(f)}


def agree(a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """Whether two lots of results are the same but for rounding on the way."""
    return all(a[field] == b[field] or close(numbers_in(a[field]), numbers_in(b[field])) for field in a)


def numbers_in(text: str) -> list[float]:
    """The numbers of an answer."""
    return [float(number) for number in text.replace("[", "").replace("]", "").split(",")]


def close(a: Sequence[float], b: Sequence[float]) -> bool:
    """Whether numbers are the same up to one part in a hundred of the largest."""
    most = max(map(abs, (*a, *b)))
    return all(abs(x - y) <= 0.01 * most for x, y in zip(a, b, strict=True))


# ── what comes of it ─────────────────────────────────────────────────────────────────────────────


def first_wrong(judged: Sequence[Judgement]) -> Judgement | None:
    """The first wrong cell."""
    return next((j for j in judged if j.outcome is Outcome.WRONG), None)


def whole_table(variants: Variants, at: int, numbers: Draw, tally: Counter[str]) -> None:
    """One mistake, the whole table given."""
    site = numbers.choice(tuple(variants.mistakes[at]))
    made = Made(*site, only=bool(numbers.integer(0, 1)))
    struck: list[str] = []

    def noted(step: Step, carried: Carried) -> Values | None:
        values = made(step, carried)
        struck.extend([] if values is None else [step.field.id])
        return values

    first = first_wrong(judge_steps(variants.steps[at], worked(variants.steps[at], noted)))
    if not struck:
        tally["table unseen"] += 1
        return
    tally["table"] += 1
    tally["table located"] += first is not None and first.field == struck[0]
    tally["table named"] += first is not None and is_named(first, variants, at, site)


def is_named(judged: Judgement, variants: Variants, at: int, site: Site) -> bool:
    """Whether a mistake is named, or what never differs from it; and nothing that differs here."""
    shown = {*judged.misconceptions}
    return bool(shown & variants.twins(site)) and shown <= variants.mistakes[at][site]


def finals_alone(variants: Variants, at: int, numbers: Draw, tally: Counter[str]) -> None:
    """One mistake, the results alone given."""
    site = numbers.choice(tuple(variants.mistakes[at]))
    made = Made(*site, only=bool(numbers.integer(0, 1)))
    judged = judge_steps(variants.steps[at], variants.results(at, made))
    wrong = [j for j in judged if j.outcome is Outcome.WRONG]
    if not wrong:
        tally["finals unseen"] += 1
        return
    shown = {name for j in wrong for name in j.misconceptions}
    flat = flatly(judged)
    found = made.name in shown or any(variants.same_results(made, other) for other in shown)
    doubted = any(CHANCE in j.because for j in wrong)
    told = found and not doubted and all(n == made.name or variants.same_results(made, n) for n in shown)
    tally["finals"] += 1
    tally["finals shown"] += found
    tally["finals flat"] += flat and found
    tally["finals flat but for twins"] += told
    tally["finals flat and false"] += flat and not found


def flatly(judged: Sequence[Judgement]) -> bool:
    """Whether one mistake is named, and without doubt."""
    named = [j for j in judged if j.misconceptions]
    return len({j.misconceptions for j in named}) == 1 == len(named[0].misconceptions) and not any(
        CHANCE in j.because for j in named
    )


def double(variants: Variants, at: int, numbers: Draw, tally: Counter[str]) -> None:
    """Two mistakes in a table."""
    choices = tuple(variants.mistakes[at])
    sites = [numbers.choice(choices) for _ in range(2)]
    if any(a == b for a, b in zip(*sites, strict=True)):
        return
    first, second = (Made(*site, only=True) for site in sites)
    answer = worked(variants.steps[at], lambda step, carried: first(step, carried) or second(step, carried))
    judged = {j.field: j for j in judge_steps(variants.steps[at], answer)}
    if any(judged[field].outcome is not Outcome.WRONG for _, field in sites):
        tally["double unseen"] += 1
        return
    tally["double"] += 1
    tally["double named"] += all(is_named(judged[site[1]], variants, at, site) for site in sites)


def right(steps: Sequence[Step], numbers: Draw, tally: Counter[str]) -> None:
    """Right answers, carried on rounded or in full, in other notation."""
    digits = numbers.integer(3, 10)
    full = bool(numbers.integer(0, 1))
    answer = (
        {s.field.id: written(s.key[0], digits) for s in steps} if full else worked(steps, no_mistake, digits)
    )
    if numbers.integer(0, 1):
        answer = {field: text if text[0] in "[-" else f"0 + {text}" for field, text in answer.items()}
    judged = judge_steps(steps, answer)
    tally["right"] += 1
    tally["right misjudged"] += any(j.outcome is Outcome.WRONG for j in judged)
    tally["right diagnosed"] += any(j.misconceptions for j in judged)


# ── slips that are no known mistakes ─────────────────────────────────────────────────────────────


def slipped(value: Any, others: Sequence[Any], numbers: Draw) -> Any:
    """A value with one number of it gone wrong."""
    if isinstance(value, float):
        scalars = [float(o) for o in others if isinstance(o, float)]
        return number_slip(value, scalars, numbers)
    other = value.copy()
    at = numbers.integer(0, value.size - 1)
    other.flat[at] = number_slip(float(value.flat[at]), [float(e) for e in value.flat], numbers)
    return other


def number_slip(number: float, others: Sequence[float], numbers: Draw) -> float:
    """A number as people get it wrong with their mind on the next one."""
    text = f"{number:.{DIGITS}g}"
    places = tuple(place for place, sign in enumerate(text) if sign.isdigit())
    at, (a, b) = numbers.choice(places), (*places, *places)[-2:]
    return numbers.choice(
        (
            float(text[:a] + text[b] + text[a + 1 : b] + text[a] + text[b + 1 :]) if a < b else number + 10,
            -number,
            numbers.choice((number + 1, *others)),
            number + numbers.choice((1.0, -1.0)),
            number * numbers.choice((10.0, 0.1)),
            float(text[:at] + str(numbers.integer(0, 9)) + text[at + 1 :]),
            round(number * numbers.integer(50, 150) / 100, 2),
        )
    )


def slip(family: Family, steps: Sequence[Step], numbers: Draw, tally: Counter[str]) -> None:
    """One slip in a table, carried on; then its results alone."""
    field = numbers.choice(tuple(step.field.id for step in steps))
    keys = [step.key[0] for step in steps]

    def once(step: Step, carried: Carried) -> Values | None:
        expected = step.expect(carried)
        return (slipped(expected[0], keys, numbers),) if step.field.id == field else None

    answer = worked(steps, once)
    judged = judge_steps(steps, answer)
    first = first_wrong(judged)
    if first is None:
        tally["slip unseen"] += 1
        return
    tally["slip"] += 1
    tally["slip located"] += first.field == field
    tally["slip falsely named"] += any(j.misconceptions for j in judged)
    results = judge_steps(steps, {name: text for name, text in answer.items() if family.finals(name)})
    tally["slip falsely flat"] += flatly(results)


# ── the symbolic family ──────────────────────────────────────────────────────────────────────────

SYMBOLIC = "derivations/two-layer-network"
FORMULAS: Sequence[tuple[str, str, str]] = (
    ("gradient.z2", "softmax_ce.reversed", "y - yhat"),
    ("gradient.z2", "softmax_ce.reversed", "-(yhat - y)"),
    ("gradient.z2", "softmax_ce.derivative-twice", "(yhat - y) .* yhat .* (1 - yhat)"),
    ("gradient.z2", "softmax_ce.target-lost", "yhat"),
    ("gradient.W2", "add.split", "1/2 dz2 h1^T"),
    ("gradient.b2", "add.split", "dz2/2"),
    ("gradient.h1", "add.split", "W2^T dz2 / 2"),
    ("gradient.W1", "add.split", "dz1 x^T / 2"),
    ("gradient.W1", "edge.upstream-late", "dh1 x^T"),
    ("gradient.b1", "edge.upstream-late", "dh1"),
)
"""A formula, and the mistake that it is; those of an activation come on top."""
ACTIVATED: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "relu": (
        ("gradient.z1", "relu.mask-forgotten", "dh1"),
        ("gradient.z1", "relu.mask-on-upstream", "dh1 .* (dh1 > 0)"),
    ),
    "sigmoid": (
        ("gradient.z1", "sigmoid.one-minus-lost", "dh1 .* h1"),
        ("gradient.z1", "sigmoid.derivative-of-output", "dh1 .* sigmoid(h1) .* (1 - sigmoid(h1))"),
        ("gradient.z1", "sigmoid.input-for-output", "dh1 .* z1 .* (1 - z1)"),
    ),
    "tanh": (
        ("gradient.z1", "tanh.square-lost", "dh1 .* (1 - h1)"),
        ("gradient.z1", "tanh.derivative-of-output", "dh1 .* (1 - tanh(h1)^2)"),
    ),
}


def symbolic(count: int, first: int = 1) -> Counter[str]:
    """Formulas with one known mistake, everything else right."""
    item, tally = open_bank().get(SYMBOLIC), Counter[str]()
    kind = load(item.kind)
    for round_ in range(count):
        numbers = Draw(first + round_)
        variant = kind.vary(item, first + numbers.integer(0, SEEDS - 1))
        answer = dict(next(iter(kind.specimens(variant))).answer)
        choices = (*FORMULAS, *ACTIVATED.get(variant.words.get("activation", ""), ()))
        field, name, text = numbers.choice(choices)
        judged = {j.field: j for j in kind.judge(variant, {**answer, field: text})}
        tally["table"] += 1
        tally["table located"] += {f for f, j in judged.items() if j.outcome is Outcome.WRONG} == {field}
        tally["table named"] += judged[field].misconceptions == (name,)
        tally[f"missed {field} {text}"] += judged[field].misconceptions != (name,)
        whole = {j.outcome for j in kind.judge(variant, answer)}
        tally["right"] += 1
        tally["right misjudged"] += whole != {Outcome.RIGHT}
    return tally


# ── the table ────────────────────────────────────────────────────────────────────────────────────


def simulate(family: Family, count: int, first: int = 1) -> Counter[str]:
    """So many answers of each sort, on the variants from the seed ``first`` on."""
    item, tally = open_bank().get(family.item), Counter[str]()
    kind = load(item.kind)
    drawn = (kind.vary(item, seed) for seed in range(first, first + SEEDS))
    variants = Variants(family, tuple(map(family.steps, drawn)))
    for round_ in range(count):
        numbers, at = Draw(first + round_), round_ % SEEDS
        whole_table(variants, at, numbers, tally)
        finals_alone(variants, at, numbers, tally)
        double(variants, at, numbers, tally)
        right(variants.steps[at], numbers, tally)
        slip(family, variants.steps[at], numbers, tally)
    return tally


SHARES = (
    ("table", "table named"),
    ("table", "table located"),
    ("finals", "finals shown"),
    ("finals", "finals flat"),
    ("finals", "finals flat but for twins"),
    ("finals", "finals flat and false"),
    ("double", "double named"),
    ("right", "right misjudged"),
    ("right", "right diagnosed"),
    ("slip", "slip located"),
    ("slip", "slip falsely named"),
    ("slip", "slip falsely flat"),
)
"""What is told, as a part of what."""


def shares(tally: Counter[str]) -> Iterator[tuple[str, int, float]]:
    """Each line of the table: what, of how many, what part of them."""
    for whole, part in SHARES:
        if tally[whole]:
            yield part, tally[whole], tally[part] / tally[whole]


def cost(family: Family) -> float:
    """The median milliseconds that one cell of a right answer takes, warm."""
    item = open_bank().get(family.item)
    steps = family.steps(load(item.kind).vary(item, 1))
    answer = {step.field.id: written(step.key[0], DIGITS) for step in steps}
    spent = []
    for _ in range(20):
        start = time.process_time()
        judge_steps(steps, answer)
        spent.append((time.process_time() - start) / len(steps))
    return median(spent) * 1e3


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of every family."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="so many answers of each sort")
    parser.add_argument("--first", type=int, default=1, help="the seed of the first variant")
    parser.add_argument("--family", choices=[*FAMILIES, SYMBOLIC], help="one family alone")
    chosen = parser.parse_args(arguments)
    for name in [chosen.family] if chosen.family else [*FAMILIES, SYMBOLIC]:
        told = (chosen.count, chosen.first)
        tally = symbolic(*told) if name == SYMBOLIC else simulate(FAMILIES[name], *told)
        sys.stdout.write(f"{name}\n")
        for part, count, share in shares(tally):
            sys.stdout.write(f"  {part:26} {share:7.1%} of {count}\n")
        for missed in sorted(key for key in tally if key.startswith("missed") and tally[key]):
            sys.stdout.write(f"  {missed}: {tally[missed]}\n")
        if name in FAMILIES:
            sys.stdout.write(f"  a cell takes {cost(FAMILIES[name]):.2f} ms\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
