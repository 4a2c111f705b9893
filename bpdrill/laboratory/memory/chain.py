"""A chain of layers run on the engine, with and without checkpoints: what it held, what it ran again.

    h_l = tanh(h_(l-1) @ W)       one tensor saved a layer: the output, which is the next layer's input

All layers share one orthogonal W, so that no gradient vanishes on the way; bytes do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from math import pi, sqrt

from bpdrill.autograd import Checkpointed, Node, Segment, Value, checkpointed, tanh
from bpdrill.autograd import sum as total
from bpdrill.autograd.checkpoint import FLOAT64
from bpdrill.laboratory.memory.memory import Memory, Network, Run
from bpdrill.model.errors import UsageError

MOST_MULTIPLICATIONS = 10**9
"""Of one forward pass, over all runs; some seconds."""
MOST_NUMBERS = 4 * 10**6
"""Saved by all layers, or in the gradients of all their weights."""
MOST_LAYERS = 20_000
"""Over all runs: each layer of each is recorded, however small it is."""
TOLERANCE = 1e-9
"""Between two gradients, as a part of the largest entry."""


def measured(found: Memory) -> Memory:
    """``found`` with a run for each entry; raises UsageError for what the engine cannot run, or not soon."""
    network = found.network
    for holds, complaint in _demands(network, len(found.compared)):
        if not holds:
            raise UsageError(complaint)
    whole = _run(network, network.layers)
    runs = ((entry.every, _run(network, entry.every)) for entry in found.compared)
    return replace(found, runs=tuple(_compared(every, run, whole) for every, run in runs))


def _demands(network: Network, runs: int) -> Iterator[tuple[bool, str]]:
    """What must hold, and what to say if it does not."""
    yield (
        network.number_bytes == FLOAT64,
        f"The engine computes with {FLOAT64} bytes a number: leave out --bytes.",
    )
    yield network.tensors == 1, "The layers that are run save one tensor each: leave out --tensors-per-layer."
    rows = network.batch * network.seq
    multiplications = network.layers * rows * network.hidden**2 * runs
    numbers = network.layers * network.hidden * max(rows, network.hidden)
    yield (
        numbers <= MOST_NUMBERS
        and multiplications <= MOST_MULTIPLICATIONS
        and network.layers * runs <= MOST_LAYERS,
        "That is too large to be run here: try --measure with --layers 16 --width 8 --batch 4.",
    )


def _run(network: Network, every: int) -> Checkpointed:
    weights, x = _weights(network.hidden), _input(network.batch * network.seq, network.hidden)
    layers = [Segment(_layer, (weights,))] * (network.layers - 1)
    return checkpointed([*layers, Segment(_last, (weights,))], x, every)


def _compared(every: int, run: Checkpointed, whole: Checkpointed) -> Run:
    pairs = zip(_gradients(run), _gradients(whole), strict=True)
    return Run(every, run.peak_bytes, run.recomputed, all(_alike(a, b) for a, b in pairs))


def _gradients(run: Checkpointed) -> Iterator[Value]:
    """Of the chain's input, then of each layer's weights."""
    yield run.gradient
    yield from chain.from_iterable(run.parameters)


def _alike(a: Value, b: Value) -> bool:
    import numpy as np

    return bool(np.max(np.abs(a - b)) <= TOLERANCE * np.max(np.abs(b)))


def _layer(h: Node, W: Node) -> Node:
    return tanh(h @ W)


def _last(h: Node, W: Node) -> Node:
    """The last layer with the loss on it: a sum saves nothing more."""
    return total(_layer(h, W))


def _weights(width: int) -> Value:
    """The discrete cosine transform: orthogonal."""
    import numpy as np

    places = np.arange(width)
    scales = np.where(places, sqrt(2 / width), sqrt(1 / width))
    weights: Value = np.cos(np.outer(places + 0.5, places) * pi / width) * scales
    return weights


def _input(rows: int, width: int) -> Value:
    """No two entries alike, all of them small."""
    import numpy as np

    entries: Value = np.sin(np.arange(1.0, rows * width + 1).reshape(rows, width))
    return entries
