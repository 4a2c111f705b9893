"""``bpdrill bank``: what an author runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bpdrill.model.errors import ExitCode

app = typer.Typer(help="For authors: look after the item bank.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """For authors: look after the item bank."""


@app.command("check")
def check(
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="How many variants of each item to try.")] = 20,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
) -> int:
    """Check every item: keys against a second derivation, specimens, hidden mistakes, names, tables."""
    from bpdrill.bank.bank import open_bank
    from bpdrill.bank.check import check_bank

    checked = check_bank(open_bank(), seeds)
    if as_json:
        import json

        faults = [
            {"file": f.file, "line": f.line, "column": f.column, "text": f.text} for f in checked.faults
        ]
        typer.echo(
            json.dumps({"schema": 1, "items": checked.items, "variants": checked.variants, "faults": faults})
        )
    else:
        for fault in checked.faults:
            typer.echo(str(fault))
        sys.stderr.write(
            f"{checked.items} items, {checked.variants} variants, {len(checked.faults)} faults\n"
        )
    return ExitCode.DIFFERENT if checked.faults else ExitCode.OK
