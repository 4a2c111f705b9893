"""The command line: one module a command, put together by typer."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast

import typer

from bpdrill import __version__
from bpdrill.cli import bank, check, flow, memory, passes, plan, practice, trace
from bpdrill.model.errors import BpdrillError, ExitCode

app = typer.Typer(
    name="bpdrill",
    help="Learn backpropagation until you can do it at a whiteboard, under a clock.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("practice")(practice.practice)
app.command("plan")(plan.plan)
app.command("check", context_settings={"ignore_unknown_options": True})(check.check)  # -6 is an answer
app.command("trace")(trace.trace)
app.command("flow")(flow.flow)
app.command("passes")(passes.passes)
app.command("memory")(memory.memory)
app.add_typer(bank.app, name="bank")


@app.command("due", context_settings={"ignore_unknown_options": True, "help_option_names": []})
def due(arguments: Annotated[list[str] | None, typer.Argument(hidden=True)] = None) -> int:
    """Show what is due today. A shell can say it at each start."""
    from bpdrill.cli.due import main as show_due

    return show_due(arguments or [])


@app.callback(invoke_without_command=True)
def root(*, version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False) -> None:
    """Learn backpropagation until you can do it at a whiteboard, under a clock."""
    if version:
        typer.echo(f"bpdrill {__version__}")
        raise typer.Exit


# Some releases of typer bring their own click: only its place in this line of descent is the same in all.
CommandLineError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[2])


CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)
"""What writing to an output fails with that has no room or is broken."""


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit code."""
    if sys.stdout is None:
        return _refused("There is no output to write to.")
    try:
        code = int(app(list(arguments), prog_name="bpdrill", standalone_mode=False) or ExitCode.OK)
        sys.stdout.flush()  # or Python would say at its end, in its own words, that the disk is full
    except BpdrillError as error:
        return _refused(str(error), error.exit_code)
    except CommandLineError as error:
        return _misused(error)
    except typer.Abort:
        return ExitCode.INTERRUPTED
    except OSError as error:
        if error.errno not in CANNOT_WRITE or error.filename is not None:
            raise
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  Python closes it at its end
        return _refused(f"The output cannot be written: {error.strerror}.")
    return code


def _refused(why: str, code: int = ExitCode.USAGE) -> int:
    sys.stderr.write(f"bpdrill: {why}\n")
    return code


def _misused(error: typer.BadParameter) -> int:
    """One line, with the help to look into; where no command was given, the help itself."""
    if error.message.startswith("Usage"):
        error.show()
        return ExitCode.USAGE
    command = error.ctx.command_path if error.ctx else "bpdrill"
    return _refused(f"{error.format_message().rstrip('.')}. See {command} --help.")
