"""``bpdrill check``: whether an answer is the same mathematics as its reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bpdrill.cli.page import Ascii, AsJson, Columns, NoColor, Plain, print_json, show
from bpdrill.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from bpdrill.algebra.claim import Claim, Finding
    from bpdrill.model.blocks import Block

CODES = {
    "equal": ExitCode.OK,
    "different": ExitCode.DIFFERENT,
    "unreadable": ExitCode.USAGE,
    "undecided": ExitCode.UNDECIDED,
}

Reference = Annotated[str | None, typer.Argument(help="What is right: an expression or numbers.")]
Answer = Annotated[str | None, typer.Argument(help="What somebody wrote, in any notation.")]
AsLines = Annotated[bool, typer.Option("--jsonl", help="Read claims from stdin, one JSON object a line.")]
Prove = Annotated[bool, typer.Option("--prove", help="Let SymPy try to prove it; up to 2 seconds.")]


def check(  # noqa: PLR0913  a command has the options it has
    reference: Reference = None,
    answer: Answer = None,
    *,
    symbols: Annotated[str | None, typer.Option(help='Names and sizes: "W1:h,d x:d n:".')] = None,
    domain: Annotated[str, typer.Option(help='What names stand for: "a:positive y:onehot".')] = "",
    rel: Annotated[float, typer.Option(min=0, help="Allow for this part of the reference.")] = 0.0,
    absolute: Annotated[float, typer.Option("--abs", min=0, help="Allow for this much.")] = 0.0,
    gradient: Annotated[
        str, typer.Option(metavar="NAME", help="REFERENCE is a loss, ANSWER its gradient by NAME.")
    ] = "",
    prove: Prove = False,
    jsonl: AsLines = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes, with --jsonl.")] = 1,
    columns: Columns = None,
    plain: Plain = False,
    ascii_only: Ascii = False,
    no_color: NoColor = False,
    as_json: AsJson = False,
) -> int:
    """Compare an answer with a reference: equal, different with a witness, or undecided."""
    _refuse_options(reference, answer)
    if jsonl:
        return _stream(workers, given=reference is not None)
    if reference is None or answer is None:
        raise UsageError('Give a reference and an answer: bpdrill check "2*(x+1)" "2x+2".')
    found = _examined(claim(reference, answer, symbols, domain, (rel, absolute), gradient), prove=prove)
    if as_json:
        print_json(found.as_record())
    else:
        show(blocks(answer, found), width=columns, plain=plain, ascii_only=ascii_only, no_color=no_color)
    return CODES[found.verdict]


def _refuse_options(*words: str | None) -> None:
    """A minus may begin an answer; two before a letter are an option that there is not."""
    for word in words:
        if word is not None and word.startswith("--") and word[2:3].isalpha():
            raise UsageError(f"There is no option {ascii(word[:20])[1:-1]}. See bpdrill check --help.")


def _stream(workers: int, *, given: bool) -> int:
    from bpdrill.cli.check_lines import stream

    if given:
        raise UsageError("With --jsonl the claims come from stdin: leave reference and answer out.")
    return stream(workers)


def claim(  # noqa: PLR0913, PLR0917  what a claim is made of
    reference: str, answer: str, symbols: str | None, domain: str, tolerance: tuple[float, float], by: str
) -> Claim:
    """A claim out of what the options say."""
    from bpdrill.algebra.claim import Claim
    from bpdrill.algebra.equal import Tolerance
    from bpdrill.notation.declarations import parse_pairs, parse_symbols

    declared = None if symbols is None else parse_symbols(symbols)
    return Claim(reference, answer, declared, parse_pairs(domain), Tolerance(*tolerance), by)


def _examined(claim: Claim, *, prove: bool) -> Finding:
    from bpdrill.algebra.claim import examine

    if not prove:
        return examine(claim)
    from bpdrill.algebra.proof import Prover

    with Prover() as prover:
        return examine(claim, prover.prove)


def blocks(answer: str, found: Finding) -> list[Block]:
    """A finding for people: what was read and what became of it, or a caret under what was not."""
    from bpdrill.model.blocks import Caret, Prose

    if found.column is not None:
        return [Caret(answer, found.column, found.because)]
    return [*_reading(found), Prose(found.because)]


def _reading(found: Finding) -> list[Block]:
    """What was read: on its line, or below it where a matrix has to be drawn."""
    from bpdrill.model.blocks import Formula, Prose
    from bpdrill.model.tree import has_matrix

    if found.tree is not None and has_matrix(found.tree):
        return [Prose("I read:"), Formula("", found.tree)]
    return [Prose(f"I read: {found.reading}")] if found.reading else []
