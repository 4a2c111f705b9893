"""``bpdrill bank``: what an author runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bpdrill.cli import bank_item
from bpdrill.cli.packs import Packs, cache_file, open_packs
from bpdrill.cli.page import Ascii, AsJson, NoColor, Plain, Width, print_json, show
from bpdrill.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from bpdrill.bank.bank import Bank
    from bpdrill.bank.coverage import Covered
    from bpdrill.bank.index import Index, Summary
    from bpdrill.bank.yaml import Fault
    from bpdrill.model.blocks import Block

app = typer.Typer(help="For authors: look after the item bank.", no_args_is_help=True)
app.command("show")(bank_item.show_item)
app.command("preview")(bank_item.preview)


@app.callback()
def root() -> None:
    """For authors: look after the item bank."""


@app.command("list")
def list_items(*, pack: Packs = None, as_json: AsJson = False) -> int:
    """List every item. Its id, title, kind, minutes, and what it covers."""
    from bpdrill.bank.index import as_record

    index = _index(open_packs(pack))
    if as_json:
        print_json({"items": [as_record(item) for item in index.summaries], "broken": [*index.broken]})
    else:
        sys.stdout.write("".join(map(_listed, index.summaries)))
        _next(f"{len(index.summaries)} items. See one: bpdrill bank show ITEM")
    return _tell_broken(index)


def _listed(item: Summary) -> str:
    """Two lines of a list."""
    rows = " ".join((*item.covers, *item.beyond))
    graded = ", self-graded" if item.self_graded else ""
    return f"{item.id}\n  {item.title}: {item.kind}{graded}, {item.minutes} min; {rows}\n"


def _index(bank: Bank) -> Index:
    from bpdrill.bank.index import open_index

    return open_index(bank, cache_file())


def _tell_broken(index: Index) -> int:
    """Say which files give no item; nothing else can be said of an item where none gives one."""
    if index.broken:
        _next(f"Not read: {', '.join(index.broken)}. See why: bpdrill bank check")
    return ExitCode.OK if index.summaries else ExitCode.NOTHING_READABLE


def _next(words: str) -> None:
    """Talk goes to stderr: stdout is data."""
    sys.stdout.flush()
    sys.stderr.write(f"{words}\n")


@app.command("check")
def check(
    items: Annotated[list[str] | None, typer.Argument(metavar="[ITEM]...", help="Only these.")] = None,
    *,
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="How many variants of each item to try.")] = 20,
    jobs: Annotated[int, typer.Option(min=0, max=64, help="Processes; 0 is one a core.")] = 0,
    pack: Packs = None,
    as_json: AsJson = False,
) -> int:
    """Check what a learner will meet. Every item, or these, or a pack's: keys, marking, hints, names."""
    from bpdrill.bank.check import check_bank, check_items

    bank, workers = open_packs(pack), jobs or os.cpu_count() or 1
    chosen = items or _ids_in(bank, pack or ())

    def tell(fault: Fault) -> None:
        if not as_json:
            typer.echo(str(fault))

    try:
        checked = (
            check_items(bank, chosen, seeds, workers, tell)
            if items or pack
            else check_bank(bank, seeds, workers, tell)
        )
    except KeyboardInterrupt:
        _next("Interrupted; what is not listed was not checked.")
        return ExitCode.INTERRUPTED
    if as_json:
        faults = [
            {"file": f.file, "line": f.line, "column": f.column, "text": f.text} for f in checked.faults
        ]
        print_json({"items": checked.items, "variants": checked.variants, "faults": faults})
    else:
        _next(f"{checked.items} items, {checked.variants} variants, {len(checked.faults)} faults")
    return ExitCode.DIFFERENT if checked.faults else ExitCode.OK


def _ids_in(bank: Bank, folders: list[str] | tuple[()]) -> list[str]:
    """The items of the packs in these folders."""
    names = {f"{Path(folder).resolve().name}:" for folder in folders}
    ids = [item for item in bank.files if item.partition(":")[0] + ":" in names]
    if folders and not ids:
        raise UsageError(
            f"There is no topic/name.yaml in {', '.join(folders)}. Begin with: bpdrill bank new KIND."
        )
    return ids


@app.command("coverage")
def coverage(  # noqa: PLR0913  a command has the options it has
    *,
    pack: Packs = None,
    width: Width = None,
    plain: Plain = False,
    ascii_only: Ascii = False,
    no_color: NoColor = False,
    as_json: AsJson = False,
) -> int:
    """Show which items drill which row. Fails if a row of the syllabus has none."""
    from bpdrill.bank.coverage import coverage as covered
    from bpdrill.bank.tables import open_syllabus

    index = _index(open_packs(pack))
    found = covered(open_syllabus(), index.summaries)
    if as_json:
        rows, beyond = ([row.as_record() for row in part] for part in (found.rows, found.beyond))
        print_json({"rows": rows, "beyond": beyond, "empty": [*found.empty], "broken": [*index.broken]})
    else:
        blocks = [*_parts(found.rows), *_parts(found.beyond)]
        show(blocks, width=width, plain=plain, ascii_only=ascii_only, no_color=no_color)
        _next(_summed_up(index, found.empty))
    return ExitCode.DIFFERENT if found.empty else ExitCode.OK


def _parts(rows: tuple[Covered, ...]) -> list[Block]:
    """The rows under the headings of their parts."""
    from bpdrill.model.blocks import Bullets, Heading

    blocks: list[Block] = []
    for part in dict.fromkeys(row.part for row in rows):
        lines = tuple(_row_line(row) for row in rows if row.part == part)
        blocks += [Heading(part), Bullets(lines)]
    return blocks


def _row_line(row: Covered) -> str:
    """A row, how much there is for it, and what."""
    serving = [f"{item.id}{' (self-graded)' if item.self_graded else ''}" for item in row.items]
    return f"{row.id} [{len(serving) or '-'}] {row.says}: " + (
        ", ".join((*serving, *row.served_by)) or "NOTHING"
    )


def _summed_up(index: Index, empty: tuple[str, ...]) -> str:
    """How many there are, how many are self-graded, and what is missing."""
    own = sum(item.self_graded for item in index.summaries)
    missing = f"Rows without an item: {', '.join(empty)}." if empty else "No row is empty."
    way_on = "Add one: bpdrill bank new KIND" if empty else "Practise one: bpdrill practice --item ITEM"
    return f"{len(index.summaries)} items, {own} of them self-graded. {missing} {way_on}"


@app.command("new")
def new(
    kind: Annotated[str, typer.Argument(help="The kind of exercise, such as estimate or graph_trace.")],
    *,
    name: Annotated[str, typer.Option("--id", metavar="TOPIC/NAME", help="Its id, and its place.")] = "",
    folder: Annotated[str, typer.Option("--to", metavar="FOLDER", help="Your folder of problems.")] = ".",
    as_json: AsJson = False,
) -> int:
    """Write a problem to begin from. It works as it stands, and its keys are explained."""
    from bpdrill.bank.skeleton import skeleton

    made = skeleton(kind, name)
    path = Path(folder, f"{made.id}.yaml")
    _write_new(path, made.text)
    if as_json:
        print_json({"id": made.id, "kind": kind, "file": str(path)})
    else:
        typer.echo(str(path))
        _next(f"Change it, then: bpdrill bank check --pack {folder}")
    return ExitCode.OK


def _write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already; choose another --id.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


@app.command("schema")
def schema() -> int:
    """Write a JSON Schema for editors. They complete keys from it and check as one types."""
    import json

    from bpdrill.bank.schema import item_schema

    typer.echo(json.dumps(item_schema(), indent=1))
    _next("Keep it in a file, and begin an item with: # yaml-language-server: $schema=FILE")
    return ExitCode.OK
