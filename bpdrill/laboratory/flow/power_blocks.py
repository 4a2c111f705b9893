"""A power as it is shown: how one factor compounds over the layers."""

from __future__ import annotations

from collections.abc import Iterator

from bpdrill.laboratory.flow.blocks import TONES, rows
from bpdrill.laboratory.flow.power import FORMATS, Power
from bpdrill.laboratory.flow.regime import THRESHOLDS
from bpdrill.model.blocks import Bar, Bars, Block, Bullets, Heading, Note, Prose, Scale
from bpdrill.notation.figures import number


def power_blocks(power: Power) -> list[Block]:
    """What the learner is shown."""
    return [*_blocks(power)]


def _blocks(power: Power) -> Iterator[Block]:
    factor, layers = number(power.factor, 8), power.layers
    yield Heading(f"A factor of {factor} at each of {layers} layers")
    yield Bars("What is left of 1", ("factors", "product", ""), _bars(power), Scale.LOGARITHMIC)
    total = f"{factor}^{layers} = {number(power.after(layers), 3)}"
    yield Heading(f"{power.regime.value.capitalize()}: {total}", TONES[power.regime])
    yield Prose(
        f"From layer {layers} to layer 1 lie {layers - 1} factors: {factor}^{layers - 1} = "
        f"{number(power.after(layers - 1), 3)}. Say which two places you compare, then count the gaps."
    )
    if reached := [*_formats(power)]:
        yield Bullets(tuple(reached))
    yield Prose(THRESHOLDS)
    yield Note(f"Next, in a real network: bpdrill flow --layers {min(max(layers, 2), 100)}")


def _bars(power: Power) -> tuple[Bar, ...]:
    counts = [0, *reversed(rows(power.layers))]
    return tuple(Bar(str(count), power.after(count)) for count in counts)


def _formats(power: Power) -> Iterator[str]:
    """Where the product leaves a floating-point format."""
    for name, (largest, smallest) in FORMATS.items():
        count = power.layers_within(largest, smallest)
        if count is not None:
            end = f"above {number(largest, 3)}" if power.factor > 1 else f"below {number(smallest, 2)}"
            yield f"{name}: {count} factors fit, one more is {end}, the end of its range."
