"""What is met in answers about memory: the key first, then other ways to count, then mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isclose, sqrt
from typing import Literal

from bpdrill.laboratory.memory.memory import Checkpoints, Network, best_every
from bpdrill.model.marks import Outcome

NEAR_ENOUGH = 0.03
"""About 300 GB passes for 309 GB."""
ROUND_PERCENT = 0.05
"""10% passes for 10.4%."""
STEP, SHORT_STEP = Fraction(1, 3), Fraction(1, 2)
"""The part of a training step that one forward pass is: a backward pass costs two, or is counted as one."""
FOLLOWS = "right from your own earlier values"

Ask = Literal["layer", "total", "every", "tensors", "held", "extra"]
Own = Mapping[Ask, float]
"""The learner's own earlier answers."""


@dataclass(frozen=True, slots=True)
class Met:
    """A value that is met in answers and what it is worth; ``spread`` is how far off it may be."""

    value: float
    outcome: Outcome = Outcome.RIGHT
    because: str = ""
    misconception: str = ""
    spread: float = NEAR_ENOUGH

    def fits(self, given: float) -> bool:
        """Whether an answer is this value."""
        return isclose(given, self.value, rel_tol=self.spread)


def wrong(value: float, misconception: str) -> Met:
    """A value that a mistake leads to."""
    return Met(value, Outcome.WRONG, misconception=misconception)


def layer_met(network: Network, _: Own) -> Iterator[Met]:
    """Bytes that one layer keeps."""
    yield Met(network.layer_bytes)
    yield from miscounted(network, network.layer_bytes)
    if network.tensors > 1:
        yield wrong(network.tensor_bytes, "memory.one-tensor")


def total_met(network: Network, own: Own) -> Iterator[Met]:
    """Bytes that all layers keep."""
    yield Met(network.total_bytes)
    if "layer" in own:
        yield Met(own["layer"] * network.layers, Outcome.FOLLOWS, FOLLOWS)
    yield from miscounted(network, network.total_bytes)
    yield wrong(network.layer_bytes, "memory.one-layer")


def miscounted(network: Network, size: float) -> Iterator[Met]:
    """Another number of bytes a number, or a length that is left out."""
    if network.number_bytes in OTHER_WIDTH:
        other = OTHER_WIDTH[network.number_bytes]
        yield wrong(size * other / network.number_bytes, f"memory.{other}-bytes-a-number")
    yield wrong(size / network.number_bytes, "memory.numbers-as-bytes")
    yield wrong(size * 8, "memory.bits")
    for name in ("batch", "seq"):
        if (length := getattr(network, name)) > 1:
            yield wrong(size / length, f"memory.{name}-left-out")


OTHER_WIDTH = {2: 4, 4: 2}
"""The width of a number that is taken for another one: 16 for 32 bits, and 32 for 16."""


def every_met(network: Network, _: Own) -> Iterator[Met]:
    """Layers between two checkpoints: any of the best, and the root near them."""
    best = best_every(network)
    for k in (best[len(best) // 2], *best):
        yield Met(k, because=f"any k from {best[0]} to {best[-1]} holds as little", spread=0)
    yield Met(sqrt(network.layers), because="the root itself; k is a whole number next to it", spread=0.01)
    yield from (wrong(k, "memory.nothing-saved") for k in (1, network.layers))


def tensors_met(network: Network, own: Own) -> Iterator[Met]:
    """Tensors held at the worst moment."""
    theirs = spaced(network, own)
    yield Met(least(network), spread=0)
    yield Met(least(network) - 1, because="the input of the running segment counted once", spread=0)
    yield Met(2 * sqrt(network.layers), because="2·√N, before it is rounded", spread=0.01)
    yield Met(theirs.bound, Outcome.FOLLOWS, FOLLOWS, spread=0)
    yield wrong(network.layers, "memory.nothing-saved")
    yield from (wrong(part, "memory.one-part-of-two") for part in (theirs.kept, theirs.every))


def least(network: Network) -> int:
    """The fewest tensors that checkpoints and a segment can be."""
    return Checkpoints(network, best_every(network)[0]).bound


def spaced(network: Network, own: Own) -> Checkpoints:
    """Checkpoints as the learner spaces them, where that can be done; else the best."""
    chosen = own.get("every", 0.0)
    sound = chosen.is_integer() and 1 <= chosen <= network.layers
    return Checkpoints(network, int(chosen) if sound else best_every(network)[0])


def held_met(network: Network, own: Own) -> Iterator[Met]:
    """Bytes held at the worst moment."""
    size = least(network) * network.tensor_bytes
    yield Met(size)
    yield Met(size - network.tensor_bytes, because="one tensor less, by the other way to count", spread=0.01)
    if "tensors" in own:
        yield Met(own["tensors"] * network.tensor_bytes, Outcome.FOLLOWS, FOLLOWS)
    yield from miscounted(network, size)
    yield wrong(network.total_bytes, "memory.nothing-saved")


def extra_met(network: Network, own: Own) -> Iterator[Met]:
    """What is computed again, as a part of a training step."""
    theirs = spaced(network, own)
    yield Met(float(STEP))
    yield Met(float(STEP * theirs.extra), because="to the layer: the last segment is not run again")
    for again in (1, theirs.extra):
        yield Met(float(SHORT_STEP * again), because="with a backward pass counted as one forward pass")
    yield Met(1, Outcome.NEAR, "one more forward pass, yes; as a part of a step it is a third")
    for part in (STEP, SHORT_STEP, 1):
        segment = float(part * Fraction(theirs.every, network.layers))
        yield Met(segment, Outcome.WRONG, misconception="memory.one-segment-again", spread=ROUND_PERCENT)
