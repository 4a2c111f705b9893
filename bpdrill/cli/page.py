"""What every command that shows something takes: how to draw it, or ``--json``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bpdrill.model.blocks import Block

Columns = Annotated[int | None, typer.Option("--columns", min=20, help="Columns to write in.")]
Width = Annotated[int | None, typer.Option("--width", "--columns", min=20, help="Columns to write in.")]
"""The usual name and the other one; where a width is a network's, there is only the other one."""
Plain = Annotated[bool, typer.Option("--plain", help="No colour, no frames.")]
Ascii = Annotated[bool, typer.Option("--ascii", help="Write mathematics in ASCII.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour.")]
AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON.")]


def show(
    blocks: Sequence[Block], *, width: int | None, plain: bool, ascii_only: bool, no_color: bool
) -> None:
    """Draw ``blocks`` on stdout."""
    from bpdrill.term.choose import Options, page

    page(os.environ, sys.stdout, Options(plain, ascii_only, not no_color, width)).show(blocks)


def print_json(record: Mapping[str, Any]) -> None:
    """Print ``record`` on one line, its keys after the version of their meaning."""
    import json

    typer.echo(json.dumps({"schema": 1} | dict(record), allow_nan=False))
