"""Names the mistakes of an answer: what each known one would make of each wrong cell, then the fewest.

Every hypothesis costs one run of a tape. There is no clock here: so many runs are made and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from bpdrill.marking import probes, rounding
from bpdrill.marking.carrying import nothing
from bpdrill.marking.diagnosis import (
    ENOUGH,
    Blame,
    Kinds,
    Sited,
    Wrong,
    accounts,
    entries,
    evidence,
    names_at,
)
from bpdrill.marking.step import Carried, Seen, Step, Values, compare_at_each, differs, leading
from bpdrill.model.marks import Equal, Judgement, Outcome

RUNS = 300
"""Hypotheses tried on one answer: under a tenth of a second."""

UNEXPLAINED = "it does not follow from your earlier values"
CHANCE = "few digits to go by, so what follows is a guess"
TELLS_APART = "would tell them apart"


def named(found: Sequence[Seen]) -> tuple[Judgement, ...]:
    """The judgements, each wrong one with the mistakes that account for it or what can be seen of it."""
    cells = suspected(found)
    kinds = accounts(list(cells.values()), partial(objections, found, cells))
    weak = evidence_of(found, cells, kinds) < ENOUGH
    slight = all(is_unit(seen) for seen in found if seen.step.field.id in cells)
    return tuple(
        told(found[: at + 1], cells[seen.step.field.id], kinds, weak=weak, slight=slight)
        if seen.step.field.id in cells
        else seen.judgement
        for at, seen in enumerate(found)
    )


def suspected(found: Sequence[Seen]) -> dict[str, Wrong]:
    """Each wrong cell with all that would make its value, as far as the runs go; the first cell first."""
    cells: dict[str, Wrong] = {}
    left = RUNS
    for at, seen in enumerate(found):
        if seen.wrong and not astray(found[:at], seen):
            tried = list(tries(seen, left))
            left -= len(tried)
            cells[seen.step.field.id] = Wrong(
                seen.step.field.id, tuple(blame for blame, fits in tried if fits)
            )
    return cells


def astray(before: Sequence[Seen], seen: Seen) -> bool:
    """Whether a value follows from an earlier one that leads nowhere: no mistake was made here.

    Such a one, a 0 or one number everywhere, is not carried on; its writer carries it on all the same.
    """
    written = {other.step.field.id: other.own for other in before if other.own is not None}
    if seen.said is None or seen.own is None or written.keys() <= seen.carried.keys():
        return False
    follows = seen.step.follows(leading(seen.step, written))
    return isinstance(compare_at_each(seen.step, seen.said, seen.own, follows), Equal)


def tries(seen: Seen, runs: int) -> Iterator[tuple[Blame, bool]]:
    """Each hypothesis and whether it fits: single faults, then more of them only if none did.

    An answer of 0 is not explained: too much comes to 0.
    """
    if seen.own is None or all(map(nothing, seen.own)):
        return
    fitted = False
    for blame, values in islice(hypotheses(seen.step, seen.carried), max(runs, 0)):
        if fitted and len(blame.names) != 1:
            return
        fits = near(seen, seen.own, values)
        fitted = fitted or fits
        yield blame, fits


def hypotheses(step: Step, carried: Carried) -> Iterator[tuple[Blame, Values]]:
    """What each mistake makes of a step: single ones, then what the step knows further."""
    singles = ((blame_of(name), values) for name, values in step.mistaken(carried))
    return chain(singles, step.further(carried))


def blame_of(name: str) -> Blame:
    """A single fault, and its site if it has one."""
    return Blame((str(name),), site=name.site if isinstance(name, Sited) else None)


def near(seen: Seen, own: Values, values: Values) -> bool:
    """Whether two values are one, to the digits that were written."""
    if seen.said is None or not probes.like(own, values):
        return False
    if isinstance(compare_at_each(seen.step, seen.said, own, values), Equal):
        return True
    return bool(seen.allowed) and rounding.within(own, values, seen.allowed)


def objections(found: Sequence[Seen], cells: Mapping[str, Wrong], blame: Blame) -> int:
    """How many cells are not what a mistake further up would have made of them."""
    if blame.site is None:
        return 0
    unexplained = (seen for seen in found if not repeated(cells.get(seen.step.field.id), blame))
    return sum(contradicted(seen, blame) for seen in unexplained)


def repeated(cell: Wrong | None, blame: Blame) -> bool:
    """Whether a cell is what the mistake makes of it when it is made wherever it can be."""
    return cell is not None and Blame(blame.names) in cell.fits


def contradicted(seen: Seen, blame: Blame) -> bool:
    """Whether a mistake comes through to a cell, and the cell does not show it."""
    if seen.own is None or not (seen.wrong or seen.faithful):
        return False
    made = [values for name, values in seen.step.mistaken(seen.carried) if blame_of(name) == blame]
    return any(differs(values, seen.follows) and not near(seen, seen.own, values) for values in made)


def evidence_of(found: Sequence[Seen], cells: Mapping[str, Wrong], kinds: Sequence[Kinds]) -> float:
    """How many decimal digits agree with what is named, over all cells that it accounts for."""
    named = {field for field, cell in cells.items() if names_at(cell, kinds)}
    return evidence(
        (entry, seen.vouched) for seen in found if seen.step.field.id in named for entry in off(seen)
    )


def off(seen: Seen) -> Iterator[float]:
    """The numbers of a value that are not what follows: the others agree with that and show nothing."""
    assert seen.own is not None  # noqa: S101  a wrong cell has a value
    for own, follows in zip(seen.own, seen.follows, strict=True):
        pairs = zip(entries(own), entries(follows), strict=True)
        yield from (a for a, b in pairs if abs(a - b) > seen.vouched / 2)


def told(
    before: Sequence[Seen], cell: Wrong, kinds: Sequence[Kinds], *, weak: bool, slight: bool
) -> Judgement:
    """The judgement of the last of the cells so far, with its mistakes or what can be seen of it."""
    seen = before[-1]
    names = names_at(cell, kinds)
    if not names:
        return remarked(seen.judgement, UNEXPLAINED if seen.carried else "", sight(before, cell))
    gap = any(other.judgement.outcome is Outcome.BLANK for other in before)
    chance = CHANCE if (gap and weak) or slight else ""
    apart = separating(before, names) if gap and len(names) > 1 else ""
    return remarked(replace(seen.judgement, misconceptions=names), chance, apart)


def is_unit(seen: Seen) -> bool:
    """Whether the value is 1 or −1, which much comes to that nobody has named."""
    return seen.own is not None and all(isinstance(value, float) and abs(value) == 1 for value in seen.own)


def remarked(judgement: Judgement, *remarks: str) -> Judgement:
    """A judgement with more to its reason."""
    return replace(judgement, because="; ".join(filter(None, (judgement.because, *remarks))))


def sight(before: Sequence[Seen], cell: Wrong) -> str:
    """What can be seen of a value that no mistake accounts for."""
    seen = before[-1]
    if says := next((blame.says for blame in cell.fits if blame.says), ""):
        return says
    assert seen.own is not None  # noqa: S101  a wrong cell has a value
    earlier = [(other.step.field.label, other.own) for other in before[:-1] if other.own is not None]
    return probes.described(seen.own, seen.follows, earlier, partial(near, seen))


def separating(before: Sequence[Seen], names: Sequence[str]) -> str:
    """The first cell left out that the mistakes would make different."""
    for seen in before:
        if seen.judgement.outcome is Outcome.BLANK:
            made = [v for name, v in seen.step.mistaken(seen.carried) if name in names]
            if any(differs(made[0], values) for values in made[1:]):
                return f"{seen.step.field.label} {TELLS_APART}"
    return ""
