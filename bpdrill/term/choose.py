"""Which front end, on what paper: decided once, from what the terminal is and what was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from bpdrill.practice.ports import Ask, Show
from bpdrill.term.paper import NARROWEST, Paper
from bpdrill.term.plain import PlainAsk, PlainShow

_PROBE = "∂─✓"
"""An encoding that holds these holds all that is drawn."""

_USUAL_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    plain: bool = False
    ascii: bool = False
    color: bool = True
    width: int | None = None


def front(
    environment: Mapping[str, str],
    stdin: TextIO,
    stdout: TextIO,
    options: Options,
    stderr: TextIO | None = None,
) -> tuple[Ask, Show]:
    """The ports of a practice: a terminal's where there is one and it is wanted, else the plain ones."""
    if is_plain(environment, stdin, stdout, options):
        sheet = paper(stdout, options)
        return PlainAsk(stdin, stdout, sheet), PlainShow(stdout, stderr or sys.stderr, sheet)

    from bpdrill.term.terminal import TerminalAsk, session

    color = _colored(environment, options)
    ask = TerminalAsk(session(stdin, stdout, color=color), paper(stdout, options))
    return ask, _screen(environment, stdout, options, stderr)


def page(
    environment: Mapping[str, str], stdout: TextIO, options: Options, stderr: TextIO | None = None
) -> Show:
    """The port of a command that only shows: in colour on a terminal, else plain."""
    if is_plain(environment, stdout, stdout, options):
        return PlainShow(stdout, stderr or sys.stderr, paper(stdout, options))
    return _screen(environment, stdout, options, stderr)


def _screen(environment: Mapping[str, str], stdout: TextIO, options: Options, stderr: TextIO | None) -> Show:
    from bpdrill.term.screen import ScreenShow, console

    sheet = paper(stdout, options)
    drawn = console(stdout, sheet, color=_colored(environment, options))
    return ScreenShow(drawn, stderr or sys.stderr, sheet)


def _colored(environment: Mapping[str, str], options: Options) -> bool:
    return options.color and not environment.get("NO_COLOR")


def is_plain(environment: Mapping[str, str], stdin: TextIO, stdout: TextIO, options: Options) -> bool:
    """Whether nothing may be redrawn: a pipe, a dumb terminal, or a wish of the user."""
    return (
        options.plain
        or environment.get("ACCESSIBLE") == "1"
        or environment.get("TERM") == "dumb"
        or not (stdin.isatty() and stdout.isatty())
    )


def paper(stdout: TextIO, options: Options) -> Paper:
    """As wide as asked for, else as the terminal; ASCII if asked for, or if the encoding holds no more."""
    width = options.width or terminal_width(stdout) or _USUAL_WIDTH
    return Paper(max(width, NARROWEST), options.ascii or not holds(stdout.encoding, _PROBE))


def terminal_width(stdout: TextIO) -> int:
    """The columns of the terminal behind ``stdout``; 0 if there is none, or it does not know."""
    try:
        return os.get_terminal_size(stdout.fileno()).columns
    except (OSError, ValueError):
        return 0


def holds(encoding: str | None, text: str) -> bool:
    """Whether ``encoding`` can write ``text``; a stream without one holds everything."""
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
