"""Checks the bank as an author must: what a learner will meet is tried beforehand, seed by seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal

from bpdrill import kinds
from bpdrill.bank import find
from bpdrill.bank.bank import Bank, FaultyItemError, keys_named, read_document, read_item
from bpdrill.bank.demands import Words, about_its_links, about_the_file, open_words
from bpdrill.bank.hints import giveaways
from bpdrill.bank.tables import table_complaints
from bpdrill.bank.yaml import Fault
from bpdrill.kinds import Kind
from bpdrill.marking.reading import read_field
from bpdrill.marking.rubric import TICK, belongs, decide, mark_criteria
from bpdrill.model.blocks import Field
from bpdrill.model.errors import BankError, BpdrillError
from bpdrill.model.items import Item, Variant, next_seed
from bpdrill.model.marks import Judgement, Outcome, Specimen, Unreadable, Verdict
from bpdrill.notation import number

__all__ = [
    "Checked",
    "Words",
    "about_a_specimen",
    "about_a_variant",
    "about_the_file",
    "check_bank",
    "check_items",
    "verdict_of",
]

WHOLE, TURNS = 2, 9
"""In the first variants all specimens are tried, in later ones the right one and a ninth of the others:
in twenty variants each of them at least four times."""

SECONDS_A_FIELD = 4
"""Nobody fills a field faster."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to."""

    items: int
    """Items that could be read, and so were tried."""
    variants: int
    faults: tuple[Fault, ...]


Tell = Callable[[Fault], object]
"""Is told each fault as soon as it is found, in the order of the items."""


def unheard(_fault: Fault) -> None:
    """For whom it is enough to have the faults at the end."""


def check_bank(bank: Bank, seeds: int, jobs: int = 1, tell: Tell = unheard) -> Checked:
    """Check every item over its first ``seeds`` variants, and the tables that refer to items."""
    checked = check_items(bank, bank.files, seeds, jobs, tell)
    faults = tuple(table_complaints(bank.files))
    for fault in faults:
        tell(fault)
    return Checked(checked.items, checked.variants, (*checked.faults, *faults))


def check_items(bank: Bank, names: Iterable[str], seeds: int, jobs: int = 1, tell: Tell = unheard) -> Checked:
    """Check these items, in ``jobs`` processes, and tell in their order what was found."""
    files = {name: bank.file(name) for name in names}
    check = partial(check_file, seeds=seeds, words=open_words())
    read, found = 0, list[Fault]()
    for tried, faults in in_processes(check, files, min(jobs, len(files))):
        read += tried
        found += faults
        for fault in faults:
            tell(fault)
    return Checked(read, read * seeds, tuple(found))


Found = tuple[bool, tuple[Fault, ...]]
"""Whether an item could be read, and its faults."""


def in_processes(check: partial[Found], files: dict[str, Path], jobs: int) -> Iterator[Found]:
    """``check`` of each file in turn; where one alone does it, without a process of its own."""
    if jobs < 2:
        yield from map(check, files, files.values())
        return
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=leave_interrupts)
    try:
        yield from pool.map(check, files, files.values())
    except BrokenProcessPool as error:
        raise BankError(
            "A process of the check has ended before its time; --jobs 1 shows at which item."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def leave_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; only the first is to answer it."""
    signal(SIGINT, SIG_IGN)


def check_file(name: str, path: Path, *, seeds: int, words: Words) -> Found:
    """Read one item and try it."""
    try:
        item = read_item(path, name)
    except FaultyItemError as error:
        return False, error.faults
    said = tuple(complaints(item, seeds, words))
    return True, faults_of(path, item, said) if said else ()


def faults_of(path: Path, item: Item, said: tuple[tuple[str, str], ...]) -> tuple[Fault, ...]:
    """Complaints about an item, each at the keys that it begins with, else at the item's id."""
    document, file = read_document(path), find.shown(path)
    return tuple(
        Fault(file, *document.place(keys_named(text), ("id",)), f"{item.id}: {when}{text}")
        for when, text in said
    )


def complaints(item: Item, seeds: int, words: Words) -> Iterator[tuple[str, str]]:
    """Everything that is wrong with an item, after when it is; what is wrong for many seeds is said once."""
    yield from (("", text) for text in (*about_the_file(item, words), *about_its_links(item, words)))
    kind = kinds.load(item.kind)
    said: set[str] = set()
    for attempt in range(seeds):
        seed = next_seed(item.id, attempt)
        for text in about_a_variant(item, kind, seed, words, max(0, attempt - WHOLE + 1)):
            if text not in said:
                said.add(text)
                yield f"seed {seed}: ", text


def about_a_variant(item: Item, kind: Kind, seed: int, words: Words, turn: int = 0) -> Iterator[str]:
    """What is wrong with one variant; what raises is a complaint like any other."""
    try:
        variant = kind.vary(item, seed)
        fields, specimens = kind.present(variant).fields, tuple(kind.specimens(variant))
        yield from kind.complaints(variant)
        yield from unmatched_criteria(variant, [judgement.field for judgement in kind.judge(variant, {})])
        yield from inhumane(variant, fields)
        if not specimens:
            yield f"the kind {item.kind} ships no specimens for it; give it some"
        for specimen in in_turn(specimens, turn):
            yield from about_a_specimen(variant, kind, fields, specimen, words)
        for right in (specimen for specimen in specimens if specimen.name == "right"):
            yield from giveaways(variant, fields, right.answer)
    except BpdrillError as error:
        yield str(error)
    except Exception as error:  # noqa: BLE001  whatever it is, the author is told with the rest
        yield f"it cannot be tried ({type(error).__name__}: {error})"


def in_turn(specimens: Sequence[Specimen], turn: int) -> Iterator[Specimen]:
    """All of them in turn 0; else the right one, and those whose turn it is."""
    for place, specimen in enumerate(specimens):
        if not turn or specimen.name == "right" or (place + turn) % TURNS == 0:
            yield specimen


def unmatched_criteria(variant: Variant, judged: Sequence[str]) -> Iterator[str]:
    """Criteria that no judgement shows; a field may have several, ``code.dW1`` for one."""
    for criterion in variant.item.rubric.criteria:
        if not criterion.self_graded and not any(belongs(field, criterion.fields) for field in judged):
            yield (
                f"rubric.criteria: {criterion.id} looks at fields that are not asked, {criterion.fields}; "
                f"asked are: {', '.join(judged[:8])}"
            )


def inhumane(variant: Variant, fields: Sequence[Field]) -> Iterator[str]:
    """Numbers that nobody would work with, and a clock that nobody can beat."""
    for name, value in variant.values.items():
        shown = number(value) if isinstance(value, float) else ""
        if shown and variant.words.get(name) == shown != number(value, 12):
            yield f"spec: {name} is {value} but is shown as {shown}; draw fewer digits"
    minutes, least = variant.item.minutes, -(-len(fields) * SECONDS_A_FIELD // 60)
    if minutes < least:
        yield f"minutes: {len(fields)} fields cannot be filled in {minutes}; allow {least} or more"


def about_a_specimen(
    variant: Variant, kind: Kind, fields: Sequence[Field], specimen: Specimen, words: Words
) -> Iterator[str]:
    """A specimen that does not earn what it must."""
    judged = tuple(kind.judge(variant, specimen.answer))
    yield from misread(specimen, {field.id: field for field in fields}, judged)
    for judgement in judged:
        expected = specimen.outcomes.get(judgement.field, Outcome.RIGHT)
        if judgement.outcome is not expected:
            found = f"{judgement.outcome.value} {judgement.because}".strip()
            yield f"specimen {specimen.name!r}: {judgement.field} should be {expected.value}, is {found}"
    yield from unnamed(judged, words)
    verdict = verdict_of(variant, specimen, judged)
    if (wanted := wanted_verdict(specimen)) is not None and verdict is not wanted:
        yield f"specimen {specimen.name!r} earns {verdict.value}, should earn {wanted.value}"


def misread(specimen: Specimen, fields: Mapping[str, Field], judged: tuple[Judgement, ...]) -> Iterator[str]:
    """Fields that are read and should not be, or the other way round; who is not blank has been read."""
    blank = (j.field for j in judged if j.outcome is Outcome.BLANK and j.field in specimen.answer)
    for name in dict.fromkeys((*specimen.unreadable, *blank)):
        read = read_field(fields[name], specimen.answer.get(name, ""))
        if isinstance(read, Unreadable) != (name in specimen.unreadable):
            readable = "unreadable" if name in specimen.unreadable else "readable"
            yield f"specimen {specimen.name!r}: {name} should be {readable}"


def unnamed(judged: tuple[Judgement, ...], words: Words) -> Iterator[str]:
    """Mistakes that are found in an answer but that nothing is said about."""
    for name in (name for judgement in judged for name in judgement.misconceptions):
        if name not in words.misconceptions:
            yield f"data/misconceptions.yaml says nothing about {name}; add its title and correction"


def wanted_verdict(specimen: Specimen) -> Verdict | None:
    """A wholly right answer must earn Strong Hire; others what they say."""
    whole = not specimen.outcomes or set(specimen.outcomes.values()) <= {Outcome.GIVEN}
    return specimen.verdict or (Verdict.STRONG_HIRE if whole else None)


def verdict_of(variant: Variant, specimen: Specimen, judged: tuple[Judgement, ...]) -> Verdict:
    """The verdict of a specimen in no time, without hints, and with all ticks given unless it is blank."""
    ticks = {TICK + c.id: "yes" for c in variant.item.rubric.criteria} if specimen.answer else {}
    marks = mark_criteria(variant.item.rubric, judged, {**ticks, **specimen.answer})
    return decide(marks, 0, 0, variant.item.minutes * 60)[0]
