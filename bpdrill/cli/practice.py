"""``bpdrill practice``: be drilled on what is due, or on one item."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from time import monotonic
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from bpdrill import __version__
from bpdrill.cli.now import moments
from bpdrill.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from bpdrill.practice.round import Library


class SystemClock:
    """The clock port, on the monotone clock: nothing sets it back."""

    def seconds(self) -> float:
        """Seconds that only go forward."""
        return monotonic()


def practice(
    item: Annotated[
        str, typer.Option(help="Practise this item only, such as graphs/linear-regression-loss.")
    ] = "",
    kind: Annotated[
        str, typer.Option(help="Practise an item of this kind, such as walkthrough: the one tried least.")
    ] = "",
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draw this variant; 0 is the item's own numbers.")
    ] = None,
    width: Annotated[int | None, typer.Option(min=20, help="Columns to write in.")] = None,
    *,
    plain: Annotated[
        bool, typer.Option("--plain", help="One line at a time, no colour, no redrawing.")
    ] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Write mathematics in ASCII.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour.")] = False,
) -> int:
    """Be drilled: on what is due today, or on one item. The first practice begins your plan."""
    from bpdrill.practice.attempt import LeftError, Ports
    from bpdrill.practice.round import Round
    from bpdrill.store.connect import connect
    from bpdrill.store.journal import SqliteJournal
    from bpdrill.store.paths import state_file, state_folder
    from bpdrill.term.choose import Options, front

    if kind and (item or seed is not None):
        raise UsageError(
            "--kind chooses the item and its numbers itself; give it alone, or --item and --seed"
        )
    library, now = open_library(), moments(os.environ)
    options = Options(plain, ascii_only, not no_color, width)
    ask, show = front(os.environ, readable(sys.stdin), sys.stdout, options)
    state = connect(state_file(state_folder(os.environ, sys.platform)))
    journal = SqliteJournal(state, now)
    drill = Round(Ports(ask, show, SystemClock(), journal), library)
    try:
        if item:
            drill.practise_item(item, seed)
        elif kind:
            drill.practise_kind(kind)
        else:
            drill.practise_due()
    except LeftError as left:
        show.aside(KEPT.format("Stopped" if left.asked else "No more input"))
    except KeyboardInterrupt:
        show.aside("\n" + KEPT.format("Interrupted"))
        return ExitCode.INTERRUPTED
    finally:
        journal.close()
    return ExitCode.OK


KEPT = "{}; everything you answered is kept. Go on with:  bpdrill practice"


def readable(stdin: TextIO) -> TextIO:
    """``stdin``, which gives a byte that is no character as one that is sent back, not as a crash."""
    if isinstance(stdin, TextIOWrapper):
        stdin.reconfigure(errors="replace")
    return stdin


def open_library() -> Library:
    """The bank, the plan and the tables."""
    from bpdrill.bank.tables import open_misconceptions, open_plan
    from bpdrill.cli.packs import open_packs
    from bpdrill.practice.round import Library

    return Library(open_packs(), open_plan(), open_misconceptions(), __version__)
