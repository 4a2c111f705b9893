"""``bpdrill bank show`` and ``preview``: one item, as its author wrote it and as a learner meets it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bpdrill.cli.packs import Packs, open_packs
from bpdrill.cli.page import Ascii, AsJson, NoColor, Plain, Width, print_json, show
from bpdrill.model.errors import ExitCode

if TYPE_CHECKING:
    from bpdrill.model.blocks import Block, Field, Presentation
    from bpdrill.model.items import FollowUp, Item, Variant
    from bpdrill.model.marks import Answer

Name = Annotated[str, typer.Argument(metavar="ITEM", help="Its id, such as graphs/fan-out.")]
Seed = Annotated[int | None, typer.Option(min=0, help="This variant; 0 is the item's own numbers.")]


def show_item(  # noqa: PLR0913  a command has the options it has
    item: Name,
    *,
    seed: Seed = None,
    pack: Packs = None,
    width: Width = None,
    plain: Plain = False,
    ascii_only: Ascii = False,
    no_color: NoColor = False,
    as_json: AsJson = False,
) -> int:
    """Show an item as its author wrote it. With --seed, what is asked and what is right as well."""
    read = open_packs(pack).get(item)
    fields = () if seed is None else tuple(_keyed(read, seed))
    if as_json:
        print_json({**_written(read), "seed": seed, "fields": [*fields]})
    else:
        blocks = [*_item_blocks(read), *_key_blocks(fields)]
        show(blocks, width=width, plain=plain, ascii_only=ascii_only, no_color=no_color)
        _next(f"As a learner meets it: bpdrill bank preview {item}")
    return ExitCode.OK


def preview(  # noqa: PLR0913  a command has the options it has
    item: Name,
    *,
    seed: Seed = 0,
    pack: Packs = None,
    width: Width = None,
    plain: Plain = False,
    ascii_only: Ascii = False,
    no_color: NoColor = False,
    as_json: AsJson = False,
) -> int:
    """Show an item as a learner meets it. The question, what is asked, then the worked solution."""
    from bpdrill import kinds

    read = open_packs(pack).get(item)
    kind = kinds.load(read.kind)
    variant = kind.vary(read, seed or 0)
    if as_json:
        asked = [*_asked(kind.present(variant).fields)]
        print_json({"id": item, "seed": seed, "prompt": variant.say(read.prompt), "fields": asked})
    else:
        blocks = [*_question(variant, kind.present(variant)), *_solved(variant)]
        show(blocks, width=width, plain=plain, ascii_only=ascii_only, no_color=no_color)
        _next(f"Try it: bpdrill practice --item {item} --seed {seed}")
    return ExitCode.OK


def _next(words: str) -> None:
    """Talk goes to stderr: stdout is data."""
    sys.stdout.flush()
    sys.stderr.write(f"{words}\n")


def _written(item: Item) -> Mapping[str, Any]:
    """An item as plain data."""
    from dataclasses import asdict, is_dataclass

    plain = asdict(item)
    criteria = [{**asdict(c), "required": c.required.value} for c in item.rubric.criteria]
    plain["rubric"]["criteria"] = criteria
    del plain["spec"]
    return {**plain, "hints": {"direction": plain.pop("direction"), "insight": plain.pop("insight")}} | (
        {"spec_keys": [*asdict(item.spec)]}
        if is_dataclass(item.spec) and not isinstance(item.spec, type)
        else {}
    )


def _keyed(item: Item, seed: int) -> Iterator[dict[str, str]]:
    """What a variant asks, and the right answer to each."""
    from bpdrill import kinds

    kind = kinds.load(item.kind)
    variant = kind.vary(item, seed)
    specimens = kind.specimens(variant)
    right: Answer = next((shipped.answer for shipped in specimens if shipped.name == "right"), {})
    for field in _asked(kind.present(variant).fields):
        yield {**field, "key": right.get(field["id"], "")}


def _asked(fields: tuple[Field, ...]) -> Iterator[dict[str, str]]:
    """The fields as plain data."""
    for field in fields:
        yield {"id": field.id, "asks": field.label, "form": field.form.value, "help": field.help}


def _key_blocks(fields: tuple[dict[str, str], ...]) -> list[Block]:
    """The keys of a variant as a table."""
    from bpdrill.model.blocks import Heading, Table

    rows = tuple((field["id"], field["form"], field["key"] or "—") for field in fields)
    return [Heading("Fields and keys"), Table("", ("field", "form", "right"), rows)] if rows else []


def _item_blocks(item: Item) -> Iterator[Block]:
    """What an author wrote, but for the kind's own keys."""
    from bpdrill.model.blocks import Bullets, Heading, Note, Prose

    yield Heading(f"{item.id}: {item.title}")
    yield Note(f"revision {item.revision}, {item.kind}, {item.minutes} minutes, {item.origin}")
    yield Prose(item.prompt)
    for title, entries in _lists(item):
        if entries:
            yield Heading(title)
            yield Bullets(entries)


def _lists(item: Item) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What an item says in lists, under their headings."""
    rubric = item.rubric
    yield "Covers", (*item.covers, *item.beyond)
    yield "Exercises", item.skills
    yield "Prepares for", item.checkpoints
    yield "Verdicts", (f"Strong: {rubric.strong}", f"Lean: {rubric.lean}", f"No Hire: {rubric.no_hire}")
    yield "Criteria", tuple(f"{c.id} ({c.required.value}): {c.says}" for c in rubric.criteria)
    yield "Hints", (item.direction, item.insight)
    yield "Traps", item.traps
    yield "Follow-ups", tuple(line for followup in item.followups for line in _follow_up(followup))
    yield "Sources", item.sources


def _follow_up(followup: FollowUp) -> Iterator[str]:
    """What is asked, what a good answer says, what is asked if there is none."""
    after = f" (after {followup.after})" if followup.after else ""
    yield f"{followup.id}{after}: {followup.ask}"
    yield f"{followup.id}, met: {followup.met}"
    yield f"{followup.id}, missed: {followup.missed}"


def _question(variant: Variant, presented: Presentation) -> Iterator[Block]:
    """What is shown, then what is asked, with what is shown after an answer."""
    from bpdrill.model.blocks import Bullets, Heading

    yield Heading(f"{variant.item.title} ({variant.item.minutes} min)")
    yield from presented.blocks
    yield Heading("What is asked")
    yield Bullets(tuple(f"{field.label} ({field.help})" for field in presented.fields))
    for shown in presented.then.values():
        yield from shown


def _solved(variant: Variant) -> Iterator[Block]:
    """The worked solution, as it follows an answer, and the traps."""
    from bpdrill import kinds
    from bpdrill.model.blocks import Bullets, Heading

    yield Heading("Solution")
    yield from kinds.load(variant.item.kind).solution(variant)
    if variant.item.traps:
        yield Heading("Traps")
        yield Bullets(tuple(map(variant.say, variant.item.traps)))
