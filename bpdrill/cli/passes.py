"""``bpdrill passes``: how many passes a Jacobian takes in either mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bpdrill.cli.page import Ascii, AsJson, NoColor, Plain, Width, print_json, show
from bpdrill.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from bpdrill.laboratory.passes.function import Function
    from bpdrill.laboratory.passes.passes import Passes


SIZE = "--inputs 1e6 --outputs 1"
EXAMPLE = "bpdrill passes 'f = x*y' --at x=2,y=3"


def passes(  # noqa: PLR0913  a command has the options it has
    expression: Annotated[str, typer.Argument(help="A function to run: 'a = x*y; b = x + y'.")] = "",
    *,
    at: Annotated[str, typer.Option(metavar="POINT", help="Its inputs: x=2,y=3.")] = "",
    of: Annotated[
        str, typer.Option(metavar="NAMES", help="Its outputs: a,b. Else the lines none uses.")
    ] = "",
    inputs: Annotated[str, typer.Option(metavar="COUNT", help="No function, only its size: 1e6.")] = "",
    outputs: Annotated[str, typer.Option(metavar="COUNT", help="1 if not said.")] = "",
    width: Width = None,
    plain: Plain = False,
    ascii_only: Ascii = False,
    no_color: NoColor = False,
    as_json: AsJson = False,
) -> int:
    """Count the passes of forward and reverse mode, and say which mode wins."""
    _check(expression, at=at, of=of, inputs=inputs, outputs=outputs)
    found, function = _run(expression, at, of) if expression else (_count(inputs, outputs or "1"), None)
    if as_json:
        from bpdrill.laboratory.passes.passes import as_record

        print_json(as_record(found, function))
    else:
        from bpdrill.laboratory.passes.blocks import passes_blocks

        show(
            passes_blocks(found, function), width=width, plain=plain, ascii_only=ascii_only, no_color=no_color
        )
    return ExitCode.OK if found.as_counted else ExitCode.DIFFERENT


def _check(expression: str, *, at: str, of: str, inputs: str, outputs: str) -> None:
    """Either an expression and its point, or sizes; raises UsageError for less and for both."""
    for holds, complaint in (
        (expression or inputs, f"Give sizes, {SIZE}, or an expression and its point: {EXAMPLE}."),
        (
            not expression or not (inputs or outputs),
            "An expression has its own sizes: leave out --inputs and --outputs.",
        ),
        (expression or not (at or of), f"--at and --of belong to an expression: {EXAMPLE}."),
        (not expression or at, f"An expression is run at a point: {EXAMPLE}."),
    ):
        if not holds:
            raise UsageError(complaint)


def _count(inputs: str, outputs: str) -> Passes:
    from bpdrill.laboratory.count import count
    from bpdrill.laboratory.passes.passes import MOST, passes

    return passes(count("--inputs", inputs, MOST), count("--outputs", outputs, MOST))


def _run(expression: str, at: str, of: str) -> tuple[Passes, Function]:
    from bpdrill.laboratory.passes.function import function
    from bpdrill.laboratory.passes.passes import measure

    typed = function(expression, at, of)
    try:
        return measure(typed, [*typed.point.values()], len(typed.outputs)), typed
    except ValueError as error:  # the point lies where a derivative has no value
        raise UsageError(typed.without_derivative() or str(error)) from error
