"""``bpdrill trace``: the whole forward and backward pass of any expression, node by node."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from bpdrill.cli.page import Ascii, AsJson, NoColor, Plain, Width, print_json
from bpdrill.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from bpdrill.laboratory.trace.backward import Trace
    from bpdrill.laboratory.trace.computation import Computation
    from bpdrill.model.blocks import Block
    from bpdrill.practice.ports import Show
    from bpdrill.term.paper import Paper

EXAMPLE = "bpdrill trace 'L = (w*x + b - y)^2' --at w=2,x=3,b=1,y=8"
REVERSE, FORWARD = "reverse", "forward"
NEXT_STEP = "Enter: next, q: quit > "
QUITS = ("q", "quit", ":quit")

Result = tuple[Mapping[str, Any], "list[Block]"]
"""The same as JSON and as blocks."""


def trace(  # noqa: PLR0913  a command has the options it has
    expression: Annotated[str, typer.Argument(help="'L = (w*x + b - y)^2'; lines: 'a = w*x; L = a^2'.")] = "",
    *,
    at: Annotated[str, typer.Option(metavar="POINT", help="A value for each input: w=2,x=[1,2].")] = "",
    mode: Annotated[str, typer.Option(help=f"{REVERSE} or {FORWARD}.")] = REVERSE,
    wrt: Annotated[str, typer.Option(metavar="INPUTS", help="Forward mode by these: x1,x2.")] = "",
    along: Annotated[str, typer.Option(metavar="ARRAY", help="Direction of an array: [1,0].")] = "",
    fault: Annotated[str, typer.Option(metavar="NAME", help="A mistake beside it, or: list.")] = "",
    steps: Annotated[bool, typer.Option("--steps", help="One node, one edge at a time.")] = False,
    dot: Annotated[bool, typer.Option("--dot", help="The graph for Graphviz.")] = False,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="The graph for Mermaid.")] = False,
    width: Width = None,
    plain: Plain = False,
    ascii_only: Ascii = False,
    no_color: NoColor = False,
    as_json: AsJson = False,
) -> int:
    """See the whole forward and backward pass of an expression, node by node."""
    views: dict[str, str | bool] = {"--fault": fault, "--steps": steps, "--dot": dot, "--mermaid": mermaid}
    _check(expression, mode, _said({"--wrt": wrt, "--along": along}), _said(views), as_json=as_json)
    from bpdrill.laboratory.trace.computation import computation
    from bpdrill.term.choose import Options, page, paper

    run, options = computation(expression, at), Options(plain, ascii_only, not no_color, width)
    if steps:
        _walk(_back(run), page(os.environ, sys.stdout, options))
    elif dot or mermaid:
        _export(_back(run), "dot" if dot else "mermaid", paper(sys.stdout, options))
    else:
        record, blocks = _forward(run, wrt, along) if mode == FORWARD else _reverse(_back(run), fault)
        if as_json:
            print_json(record)
        else:
            page(os.environ, sys.stdout, options).show(blocks)
        return ExitCode.OK if record.get("modes_agree", True) else ExitCode.DIFFERENT
    return ExitCode.OK


def _said(options: Mapping[str, str | bool]) -> list[str]:
    """The options that were written."""
    return [name for name, said in options.items() if said]


def _check(expression: str, mode: str, moves: list[str], views: list[str], *, as_json: bool) -> None:
    """Raise UsageError for what does not go together."""
    apart = views if len(views) > 1 else [*views, "--json"] if as_json and {*views} - {"--fault"} else []
    for holds, complaint in (
        (mode in {REVERSE, FORWARD}, f"There is no mode {mode!r}: --mode reverse or --mode forward."),
        (expression.strip(), f"Give an expression and its point: {EXAMPLE}."),
        (mode == FORWARD or not moves, f"{_either(moves)} is for forward mode: add --mode forward."),
        (mode == REVERSE or not views, f"{_either(views)} is for reverse mode: leave out --mode forward."),
        (not apart, f"Choose {_either(apart)}."),
    ):
        if not holds:
            raise UsageError(complaint)


def _either(names: list[str]) -> str:
    return " or ".join(names)


def _back(run: Computation) -> Trace:
    """The walk back from the root."""
    from bpdrill.laboratory.trace.backward import trace as walk_back

    return walk_back(run)


def _reverse(right: Trace, fault: str) -> Result:
    """The backward pass, alone or with a mistake beside it."""
    if fault:
        return _faulty(right, fault)
    from bpdrill.laboratory.trace.backward import as_record
    from bpdrill.laboratory.trace.backward_blocks import trace_blocks

    return as_record(right), trace_blocks(right)


def _faulty(right: Trace, fault: str) -> Result:
    """The mistakes that can be made, or one of them."""
    from bpdrill.bank.tables import open_misconceptions
    from bpdrill.laboratory.trace import fault as faults
    from bpdrill.laboratory.trace.fault_blocks import fault_blocks, list_blocks

    if fault == faults.LIST:
        runs = faults.every_wrong(right)
        return {"faults": [faults.as_record(found) for found in runs]}, list_blocks(right, runs)
    found = faults.wrong(right, fault)
    return faults.as_record(found), fault_blocks(found, open_misconceptions())


def _forward(run: Computation, wrt: str, along: str) -> Result:
    """A sweep forward for each input that is named."""
    from bpdrill.laboratory.trace.forward import as_record, dual
    from bpdrill.laboratory.trace.forward_blocks import forward_blocks

    found = dual(run, wrt, along)
    return as_record(found), forward_blocks(found)


def _export(right: Trace, language: str, paper: Paper) -> None:
    """Print the graph for another program; a line is as long as it has to be."""
    from bpdrill.laboratory.trace.export import export

    for line in export(right, language).splitlines():
        typer.echo(paper.text(line))


def _walk(right: Trace, page: Show) -> None:
    """Show one step after the other; at a terminal, each when the learner is ready."""
    from bpdrill.laboratory.trace.steps import steps

    first, *others = steps(right)
    page.show(first)
    for step in others:
        if not _goes_on(sys.stdin, sys.stdout):
            return
        page.show(step)


def _goes_on(stdin: TextIO, stdout: TextIO) -> bool:
    """Whether the learner wants the next step; without a terminal nobody is asked."""
    if not (stdin.isatty() and stdout.isatty()):
        return True
    stdout.write(NEXT_STEP)
    stdout.flush()
    line = stdin.readline()
    return bool(line) and line.strip().lower() not in QUITS
