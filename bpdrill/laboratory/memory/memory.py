"""What a chain of layers keeps for its backward pass, and what checkpoints save of it. Exact whole numbers.

    tensor        batch · seq · hidden numbers: what enters or leaves a layer
    no checkpoint layers · tensors a layer
    every k       ⌈N/k⌉ checkpoints, a tensor each, and one segment of k layers run again

The sum of checkpoints and segment is least near k = √N, and is then ⌈2√N⌉ tensors for one tensor
a layer: O(√N) instead of O(N).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

MOST = {
    "layers": 10_000,
    "hidden": 10**7,
    "batch": 10**7,
    "seq": 10**7,
    "number_bytes": 16,
    "tensors": 1_000,
}
"""What a size may be at the most."""


@dataclass(frozen=True, slots=True)
class Network:
    """A chain of like layers."""

    layers: int
    hidden: int
    batch: int = 1
    seq: int = 1
    number_bytes: int = 4
    tensors: int = 1
    """Saved in each layer for the backward pass."""

    @property
    def tensor_bytes(self) -> int:
        """Of one tensor (batch, seq, hidden)."""
        return self.batch * self.seq * self.hidden * self.number_bytes

    @property
    def layer_bytes(self) -> int:
        """Of all that one layer saves."""
        return self.tensors * self.tensor_bytes

    @property
    def total_bytes(self) -> int:
        """Of all layers, without checkpoints."""
        return self.layers * self.layer_bytes


STUDY_PAGE = Network(layers=96, batch=32, seq=2048, hidden=12288)
"""The case of the study page: the sizes of GPT-3, four bytes a number."""


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """A checkpoint every ``every`` layers, from the chain's input on."""

    network: Network
    every: int

    @property
    def kept(self) -> int:
        """How many there are; the last segment may be shorter."""
        return -(-self.network.layers // self.every)

    @property
    def segment(self) -> int:
        """Tensors of one full segment, while it is walked back."""
        return self.every * self.network.tensors

    @property
    def bound(self) -> int:
        """Tensors: all checkpoints and one full segment, as one counts at a whiteboard."""
        return self.kept + self.segment

    @property
    def peak(self) -> int:
        """Tensors held at the worst moment.

        The last segment is walked back first. Where it is shorter than the others, its
        checkpoint is gone before a full segment is there: one tensor less than ``bound``.
        """
        return self.network.layers // self.every + self.segment

    @property
    def recomputed(self) -> int:
        """Layers run again: all but the last segment, which is there when the forward pass ends."""
        return self.every * (self.kept - 1)

    @property
    def extra(self) -> Fraction:
        """The part of one forward pass that is run again: below 1."""
        return Fraction(self.recomputed, self.network.layers)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of the chain on the engine took."""

    every: int
    peak_bytes: int
    recomputed: int
    agrees: bool
    """Whether its gradient is that of the run without recomputation, to rounding."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A network, the checkpoints to be compared, and the best there are."""

    network: Network
    compared: tuple[Checkpoints, ...]
    best: range
    """Each k with the least bound."""
    runs: tuple[Run, ...] = ()
    """What the engine held, one for each of ``compared``."""

    @property
    def as_counted(self) -> bool:
        """Whether each run held and ran again what was counted, with the right gradients."""
        return all(
            run == Run(entry.every, entry.peak * entry.network.tensor_bytes, entry.recomputed, agrees=True)
            for entry, run in zip(self.compared, self.runs, strict=False)
        )


def memory(network: Network, every: int | None = None) -> Memory:
    """Compare checkpoints every k layers for many k; or ``every``, at most N, with the best."""
    best = best_every(network)
    chosen = sorted(set(_table(network.layers, best) if every is None else (every, *_ends(best))))
    return Memory(network, tuple(Checkpoints(network, k) for k in chosen), best)


def best_every(network: Network) -> range:
    """Every k for which checkpoints and segment together are least.

    They are neighbours: ⌈N/k⌉ + t·k ≤ M says N ≤ k·(M − t·k), a parabola in k.
    """
    bounds = [Checkpoints(network, k).bound for k in range(1, network.layers + 1)]
    first = bounds.index(min(bounds)) + 1
    return range(first, first + bounds.count(min(bounds)))


def _table(layers: int, best: range) -> Iterator[int]:
    """Powers of two, the best and all layers at once."""
    yield from (2**power for power in range(layers.bit_length()))
    yield from (*_ends(best), layers)


def _ends(best: range) -> tuple[int, int, int]:
    """The first, a middle one and the last."""
    return best[0], best[len(best) // 2], best[-1]


def as_record(found: Memory) -> dict[str, Any]:
    """All of it in plain types, with what follows from it."""
    network = found.network
    sizes = {
        "tensor_bytes": network.tensor_bytes,
        "layer_bytes": network.layer_bytes,
        "total_bytes": network.total_bytes,
    }
    return {
        "network": asdict(network) | sizes,
        "best_every": [found.best[0], found.best[-1]],
        "checkpoints": [_checkpoints_record(entry) for entry in found.compared],
        "measured": [asdict(run) for run in found.runs] or None,
        "as_counted": found.as_counted,
    }


def _checkpoints_record(entry: Checkpoints) -> dict[str, Any]:
    return {
        "every": entry.every,
        "kept": entry.kept,
        "segment": entry.segment,
        "bound_bytes": entry.bound * entry.network.tensor_bytes,
        "peak_bytes": entry.peak * entry.network.tensor_bytes,
        "recomputed": entry.recomputed,
        "extra_forward": float(entry.extra),
    }
