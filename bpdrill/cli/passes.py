"""``bpdrill passes``: how many passes a Jacobian takes in either mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bpdrill.cli.page import Ascii, AsJson, NoColor, Plain, Width, print_json, show
from bpdrill.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from bpdrill.laboratory.passes import Passes
    from bpdrill.laboratory.typed import Function


SIZE = "--inputs 1e6 --outputs 1"
FORMULA = "bpdrill passes 'f = x*y' --at x=2,y=3"


def passes(  # noqa: PLR0913  a command has the options it has
    formula: Annotated[str, typer.Argument(help="A function to run: 'a = x*y; b = x + y'.")] = "",
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
    _check(formula, at=at, of=of, inputs=inputs, outputs=outputs)
    found, function = _run(formula, at, of) if formula else (_count(inputs, outputs or "1"), None)
    if as_json:
        from bpdrill.laboratory.passes import as_record

        print_json(as_record(found, function))
    else:
        from bpdrill.laboratory.passes_blocks import passes_blocks

        show(
            passes_blocks(found, function), width=width, plain=plain, ascii_only=ascii_only, no_color=no_color
        )
    return ExitCode.OK if found.as_counted else ExitCode.DIFFERENT


def _check(formula: str, *, at: str, of: str, inputs: str, outputs: str) -> None:
    """Either a formula and its point, or sizes; raises UsageError for less and for both."""
    for holds, complaint in (
        (formula or inputs, f"Give sizes, {SIZE}, or a formula and its point: {FORMULA}."),
        (
            not formula or not (inputs or outputs),
            "A formula has its own sizes: leave out --inputs and --outputs.",
        ),
        (formula or not (at or of), f"--at and --of belong to a formula: {FORMULA}."),
        (not formula or at, f"A formula is run at a point: {FORMULA}."),
    ):
        if not holds:
            raise UsageError(complaint)


def _count(inputs: str, outputs: str) -> Passes:
    from bpdrill.laboratory.passes import MOST, passes
    from bpdrill.laboratory.typed import count

    return passes(count("--inputs", inputs, MOST), count("--outputs", outputs, MOST))


def _run(formula: str, at: str, of: str) -> tuple[Passes, Function]:
    from bpdrill.laboratory.passes import measure
    from bpdrill.laboratory.typed import function

    typed = function(formula, at, of)
    try:
        return measure(typed, [*typed.point.values()], len(typed.outputs)), typed
    except ValueError as error:  # the point lies where a line, or a derivative, has no value
        raise UsageError(str(error)) from error
