"""``bpdrill memory``: what activations take, and what checkpoints save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from bpdrill.cli.page import Ascii, AsJson, Columns, NoColor, Plain, print_json, show
from bpdrill.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from bpdrill.laboratory.memory.memory import Memory, Network

SIZES = {"layers", "hidden", "batch", "seq"}
ENGINE_BYTES = "8"
"""Of a number, where the chain is run."""


def memory(  # noqa: PLR0913  a command has the options it has
    *,
    layers: Annotated[str, typer.Option(metavar="COUNT", help="How many; 96 if no size is said.")] = "",
    batch: Annotated[str, typer.Option(metavar="COUNT", help="Examples.")] = "",
    seq: Annotated[str, typer.Option(metavar="COUNT", help="Positions in an example.")] = "",
    hidden: Annotated[
        str, typer.Option("--hidden", "--width", metavar="COUNT", help="Units of a layer.")
    ] = "",
    number_bytes: Annotated[str, typer.Option("--bytes", metavar="COUNT", help="Of a number; 4.")] = "",
    tensors: Annotated[str, typer.Option("--tensors-per-layer", metavar="COUNT", help="Saved; 1.")] = "",
    every: Annotated[str, typer.Option(metavar="K", help="A checkpoint every K layers; else a table.")] = "",
    measure: Annotated[bool, typer.Option("--measure", help="Run a small chain on the engine too.")] = False,
    columns: Columns = None,
    plain: Plain = False,
    ascii_only: Ascii = False,
    no_color: NoColor = False,
    as_json: AsJson = False,
) -> int:
    """Count what must be kept for the backward pass, and what checkpoints save."""
    said = {
        "layers": ("--layers", layers),
        "hidden": ("--hidden", hidden),
        "batch": ("--batch", batch),
        "seq": ("--seq", seq),
        "number_bytes": ("--bytes", number_bytes or ENGINE_BYTES * measure),
        "tensors": ("--tensors-per-layer", tensors),
    }
    found = _compare(_network(said), every, measure=measure)
    if as_json:
        from bpdrill.laboratory.memory.memory import as_record

        print_json(as_record(found))
    else:
        from bpdrill.laboratory.memory.blocks import memory_blocks

        show(memory_blocks(found), width=columns, plain=plain, ascii_only=ascii_only, no_color=no_color)
    return ExitCode.OK if found.as_counted else ExitCode.DIFFERENT


def _network(said: Mapping[str, tuple[str, str]]) -> Network:
    """The sizes that were said; if none was, those of the study page."""
    from bpdrill.laboratory.count import count
    from bpdrill.laboratory.memory.memory import MOST, STUDY_PAGE, Network

    given = {name: count(option, text, MOST[name]) for name, (option, text) in said.items() if text}
    if not SIZES & given.keys():
        return replace(STUDY_PAGE, **given)
    if not given.keys() >= {"layers", "hidden"}:
        raise UsageError("Say both how many layers and how wide: --layers 96 --hidden 12288.")
    return Network(**given)


def _compare(network: Network, every: str, *, measure: bool) -> Memory:
    from bpdrill.laboratory.count import count
    from bpdrill.laboratory.memory.memory import memory as compare

    found = compare(network, count("--every", every, network.layers) if every else None)
    if not measure:
        return found
    from bpdrill.laboratory.memory.chain import measured

    return measured(found)
