"""What every kind promises, held over the whole bank; the draws of each item's first five seeds."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpdrill import kinds
from bpdrill.autograd import OPS
from bpdrill.bank.bank import open_bank
from bpdrill.bank.check import Words, about_a_specimen, about_a_variant, about_the_file, verdict_of
from bpdrill.bank.tables import open_misconceptions, open_skills
from bpdrill.kinds import Kind
from bpdrill.marking.reading import read_field
from bpdrill.model import items as model_items
from bpdrill.model.blocks import Form, Prose
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Item, Variant, next_seed
from bpdrill.model.marks import Outcome, Specimen, Unreadable, Verdict

ITEMS, FAULTS = open_bank().read_all()
BY_ID = {item.id: item for item in ITEMS}
SEEDS = {item.id: [next_seed(item.id, attempt) for attempt in range(5)] for item in ITEMS}
WHOLE = 2
"""So many seeds of each item are tried in everything; bank check goes on with more."""
VARIANTS = [
    pytest.param(item, seed, id=f"{item.id}-{seed}") for item in ITEMS for seed in SEEDS[item.id][:WHOLE]
]
WORDS = Words(frozenset(open_skills()), frozenset(open_misconceptions()))
GENERIC = {
    *("edge.upstream-lost", "edge.local-lost", "edge.at-earlier-input", "edge.upstream-late"),
    "path.dropped",
}

every_variant = pytest.mark.parametrize(("item", "seed"), VARIANTS)
every_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)


def drawn(item: Item, seed: int) -> tuple[Kind, Variant]:
    return kinds.load(item.kind), once_drawn(item.id, seed)


@cache
def once_drawn(item: str, seed: int) -> Variant:
    read = BY_ID[item]
    return kinds.load(read.kind).vary(read, seed)


@cache
def specimens(item: str, seed: int) -> tuple[Specimen, ...]:
    return tuple(kinds.load(BY_ID[item].kind).specimens(once_drawn(item, seed)))


def right(item: Item, seed: int) -> Specimen:
    return next(specimen for specimen in specimens(item.id, seed) if specimen.name == "right")


def test_every_file_gives_an_item() -> None:
    assert not FAULTS
    assert {item.kind for item in ITEMS} <= set(kinds.kind_names())


@every_item
def test_names_in_the_file_are_known(item: Item) -> None:
    assert not list(about_the_file(item, WORDS))


@every_variant
def test_keys_hold_and_specimens_earn_what_they_say(item: Item, seed: int) -> None:
    assert not list(about_a_variant(item, kinds.load(item.kind), seed, WORDS))


@every_variant
def test_a_specimen_that_says_otherwise_is_caught(item: Item, seed: int) -> None:
    kind, variant = drawn(item, seed)
    specimen = right(item, seed)
    field, fields = next(iter(specimen.answer)), kind.present(variant).fields
    lies = [
        Specimen("wrong", specimen.answer, {field: Outcome.WRONG}),
        Specimen("no hire", specimen.answer, specimen.outcomes, Verdict.NO_HIRE),
        Specimen("unreadable", specimen.answer, specimen.outcomes, unreadable=(field,)),
    ]
    assert all(list(about_a_specimen(variant, kind, fields, lie, WORDS)) for lie in lies)


@every_variant
def test_fields_are_asked_once_and_judged_once_in_order(item: Item, seed: int) -> None:
    kind, variant = drawn(item, seed)
    asked = [field.id for field in kind.present(variant).fields]
    assert len(set(asked)) == len(asked) > 0
    judged = [judgement.field for judgement in kind.judge(variant, {})]
    assert len(set(judged)) == len(judged)
    assert list(dict.fromkeys(asked_field(judgement, asked) for judgement in judged)) == asked


def asked_field(judgement: str, asked: list[str]) -> str:
    """The field that a judgement is of: its own, or the one it is part of, as ``code.dW1`` is of ``code``."""
    return judgement if judgement in asked else judgement.partition(".")[0]


@every_variant
def test_every_field_reads_its_right_answer(item: Item, seed: int) -> None:
    kind, variant = drawn(item, seed)
    answer = right(item, seed).answer
    read = {field.id: read_field(field, answer[field.id]) for field in kind.present(variant).fields}
    assert not [field for field, said in read.items() if isinstance(said, Unreadable)]


@every_variant
def test_marking_is_a_function_of_variant_and_answer(item: Item, seed: int) -> None:
    kind, variant = drawn(item, seed)
    known = specimens(item.id, seed)
    for specimen in (known[0], known[-1]):
        backwards = {field: specimen.answer[field] for field in reversed(list(specimen.answer))}
        first, second = kind.judge(variant, specimen.answer), kind.judge(kind.vary(item, seed), backwards)
        assert tuple(first) == tuple(second)


@every_variant
def test_nothing_typed_is_all_blank_and_no_hire(item: Item, seed: int) -> None:
    kind, variant = drawn(item, seed)
    for nothing in ("", "  "):
        answer = {field.id: nothing for field in kind.present(variant).fields}
        judged = tuple(kind.judge(variant, answer))
        assert {judgement.outcome for judgement in judged} == {Outcome.BLANK}
        assert verdict_of(variant, Specimen("", {}, {}), judged) is Verdict.NO_HIRE


@every_variant
def test_no_place_in_the_prose_stays_unfilled(item: Item, seed: int) -> None:
    kind, variant = drawn(item, seed)
    presented, criteria = kind.present(variant), item.rubric.criteria
    prose = [item.prompt, item.direction, item.insight, *item.traps, *(c.says for c in criteria)]
    lines = [item.rubric.strong, item.rubric.lean, item.rubric.no_hire]
    shown = [block.text for block in presented.blocks if isinstance(block, Prose)]
    labels = [text for field in presented.fields for text in (field.label, field.help)]
    assert not [text for text in (*map(variant.say, (*prose, *lines)), *shown, *labels) if "${" in text]


@every_variant
def test_each_field_says_what_may_be_typed(item: Item, seed: int) -> None:
    kind, variant = drawn(item, seed)
    assert all(field.label and field.help for field in kind.present(variant).fields)
    choices = [field.choices for field in kind.present(variant).fields if field.form is Form.CHOICE]
    assert all(len(choice) > 1 for choice in choices)


@every_item
def test_a_kind_ships_right_wrong_unreadable_and_blank_answers(item: Item) -> None:
    assert guises(specimens(item.id, 0)) == GUISES


def test_a_kind_without_specimens_fails() -> None:
    assert guises(()) != GUISES


GUISES = {"right", "another way", "wrong", "unreadable", "blank"}


def guises(shipped: Iterable[Specimen]) -> set[str]:
    """Which kinds of answer are among the specimens."""
    given = {Outcome.GIVEN, Outcome.RIGHT}
    tests: Mapping[str, Callable[[Specimen], bool]] = {
        "right": lambda s: s.name == "right",
        "another way": lambda s: s.name != "right" and set(s.outcomes.values()) <= given,
        "wrong": lambda s: Outcome.WRONG in s.outcomes.values(),
        "unreadable": lambda s: bool(s.unreadable),
        "blank": lambda s: not s.answer,
    }
    found = list(shipped)
    return {name for name, test in tests.items() if any(map(test, found))}


def test_something_is_said_about_every_fault_of_the_engine() -> None:
    named = {fault.name for row in OPS.values() for fault in row.faults}
    assert named | GENERIC <= WORDS.misconceptions


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(AuthorError, match="choice, code, derivation"):
        kinds.load("essay")


# ── draws ────────────────────────────────────────────────────────────────────────────────────────


class OnlyRandom(random.Random):
    """Random, of which nothing but ``random`` may be used: the one method Python promises to keep."""

    def __getattribute__(self, name: str) -> Any:
        if name not in ("random", "seed") and not name.startswith("_"):
            raise AssertionError(f"a draw uses Random.{name}")
        return super().__getattribute__(name)


@every_item
def test_draws_use_random_alone_and_no_global_state(item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_items, "Random", OnlyRandom)
    before = random.getstate(), str(np.random.get_state())  # noqa: NPY002  the global state is what is looked at
    for seed in SEEDS[item.id]:
        kinds.load(item.kind).vary(item, seed)
    assert before == (random.getstate(), str(np.random.get_state()))  # noqa: NPY002  as above


@every_item
def test_another_seed_is_another_variant(item: Item) -> None:
    assert len({digest(item, seed) for seed in SEEDS[item.id]}) >= 3


DIGESTS: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("digests.json").read_text(encoding="utf-8")
)
"""Of each item's first five seeds."""


@every_item
def test_a_seed_draws_what_it_always_drew(item: Item) -> None:
    assert [digest(item, seed) for seed in SEEDS[item.id]] == DIGESTS.get(item.id), (
        f"{item.id} revision {item.revision}: a seed in somebody's log would now draw another variant or "
        "have another key. If that is meant, raise the item's revision (or the kind's REVISION), then pin "
        "the digests on the left here. Wording is no part of them."
    )


def digest(item: Item, seed: int) -> str:
    """What was drawn, what is asked, what is right: all that makes the marking of an answer."""
    kind, variant = drawn(item, seed)
    asked = [(field.id, field.form.value, field.shape) for field in kind.present(variant).fields]
    whole = (variant.values, asked, right(item, seed).answer)
    return sha256("\n".join(canonical(whole)).encode()).hexdigest()[:8]


def canonical(value: Any) -> Iterator[str]:
    """A value as lines of text; numbers to nine digits, which every machine agrees on."""
    if isinstance(value, np.ndarray):
        yield from canonical(value.tolist())
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from (f"{key}:", *canonical(value[key]))
    elif isinstance(value, tuple | list):
        yield f"{len(value)}"
        for entry in value:
            yield from canonical(entry)
    elif is_dataclass(value):
        yield from canonical({entry.name: getattr(value, entry.name) for entry in fields(value)})
    else:
        yield figure(value)


def figure(value: Any) -> str:
    """A number to nine digits, typed or computed; any other text as it is."""
    text = str(value)
    try:
        return f"{float(text) + 0.0:.9g}"
    except ValueError:
        return text
