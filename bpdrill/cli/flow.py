"""``bpdrill flow``: how a gradient vanishes or explodes, layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bpdrill.cli.page import Ascii, AsJson, Columns, NoColor, Plain, print_json, show
from bpdrill.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from bpdrill.laboratory.flow.settings import Settings
    from bpdrill.model.blocks import Block

WEIGHTS = "xavier, he, orthogonal, zeros, normal:STD or uniform:LIMIT."


def flow(  # noqa: PLR0913  a command has the options it has
    *,
    activation: Annotated[str | None, typer.Option(help="sigmoid, tanh, relu, linear and more.")] = None,
    layers: Annotated[int | None, typer.Option(help="How many layers; 10 if not said.")] = None,
    width: Annotated[int | None, typer.Option(help="Units in a layer; 64.")] = None,
    batch: Annotated[int | None, typer.Option(help="Examples; 16.")] = None,
    init: Annotated[str | None, typer.Option(help=WEIGHTS)] = None,
    seed: Annotated[int | None, typer.Option(help="Of all draws; 0.")] = None,
    trials: Annotated[int | None, typer.Option(help="Networks to draw; 10.")] = None,
    skip: Annotated[bool, typer.Option("--skip", help="Add to each layer what entered it.")] = False,
    norm: Annotated[str | None, typer.Option(help="Normalise pre-activations: batch or layer.")] = None,
    clip: Annotated[float | None, typer.Option(help="Clip the gradient to this norm.")] = None,
    rnn: Annotated[int | None, typer.Option(metavar="STEPS", help="One tanh cell in a loop instead.")] = None,
    radius: Annotated[float | None, typer.Option(help="Spectral radius of the recurrent cell.")] = None,
    factor: Annotated[float | None, typer.Option(help="No network: this factor per layer.")] = None,
    columns: Columns = None,
    plain: Plain = False,
    ascii_only: Ascii = False,
    no_color: NoColor = False,
    as_json: AsJson = False,
) -> int:
    """Watch gradients vanish or explode on their way through a deep network."""
    chosen = given(
        activation=activation,
        layers=layers,
        width=width,
        batch=batch,
        init=init,
        seed=seed,
        trials=trials,
        skip=skip,
        norm=norm,
        clip=clip,
        rnn=rnn,
        radius=radius,
    )
    record, blocks = network(chosen) if factor is None else arithmetic(factor, chosen)
    if as_json:
        print_json(record)
    else:
        show(blocks, width=columns, plain=plain, ascii_only=ascii_only, no_color=no_color)
    return ExitCode.OK


Result = tuple[Mapping[str, Any], "list[Block]"]
"""The same as JSON and as blocks."""


def given(**options: Any) -> dict[str, Any]:
    """The options that were written; 0 is one of them."""
    return {name: value for name, value in options.items() if value is not None and value is not False}


def network(options: Mapping[str, Any]) -> Result:
    """Draw networks and measure."""
    from bpdrill.laboratory.flow.blocks import flow_blocks
    from bpdrill.laboratory.flow.flow import as_record
    from bpdrill.laboratory.flow.flow import flow as measure

    found = measure(settings(options))
    return as_record(found), flow_blocks(found)


def settings(options: Mapping[str, Any]) -> Settings:
    """The options as the laboratory takes them."""
    from bpdrill.laboratory.flow.settings import Settings
    from bpdrill.laboratory.flow.weights import read_init

    if {"rnn", "layers"} <= options.keys():
        raise UsageError("--rnn STEPS says how deep the network is; leave --layers out.")
    read = dict(options)
    if "init" in read:
        read["init"] = read_init(read["init"])
    if "rnn" in read:
        steps = read.pop("rnn")
        read = {"activation": "tanh", **read, "layers": steps, "recurrent": True}
    return Settings(**read)


def arithmetic(factor: float, options: Mapping[str, Any]) -> Result:
    """The powers of ``factor``."""
    from bpdrill.laboratory.flow.power import Power
    from bpdrill.laboratory.flow.power_blocks import power_blocks

    if others := sorted(options.keys() - {"layers"}):
        raise UsageError(f"--factor is arithmetic without a network: leave out --{', --'.join(others)}.")
    power = Power(factor, options.get("layers", 10))
    return power.as_record(), power_blocks(power)
