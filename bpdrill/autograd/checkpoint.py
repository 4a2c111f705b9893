"""Checkpointing: keep a few values of the forward pass, compute the others again when they are needed.

A chain of segments run in groups of ``every``: only each group's input is kept. The walk
back takes the groups from the last to the first and records each one anew. One extra
forward pass at most buys a memory of about 2 √N instead of N values for N equal segments
(Griewank 1992; Chen et al. 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bpdrill.autograd.lean import no_result, use_up
from bpdrill.autograd.node import Node
from bpdrill.autograd.reverse import start
from bpdrill.autograd.tape import Tape
from bpdrill.autograd.values import Given, Value, frozen, settled, shape_of, size_of, zeros

FLOAT64 = 8
"""Bytes of a number."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A step of a chain: ``function(x, *parameters)``, which must give the same each time it is run."""

    function: Callable[..., Node]
    parameters: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """The value and gradients of a chain, and what they took."""

    value: float
    gradient: Value
    """With respect to the chain's input."""
    parameters: tuple[tuple[Value, ...], ...]
    """With respect to each segment's parameters."""
    peak_bytes: int
    """The most that was held at any time for the backward pass: checkpoints and tape, not parameters."""
    recomputed: int
    """How many segments were run a second time."""


def checkpointed(segments: Sequence[Segment], x: Given, every: int) -> Checkpointed:
    """Pull back through ``segments`` applied one after the other to ``x``, keeping each ``every``-th input.

    The last group is on the tape when the forward pass ends, so it is not run again:
    ``every = len(segments)`` keeps all and recomputes nothing. Raises ValueError unless the
    last segment gives a scalar, and for ``every`` below 1.
    """
    if every < 1 or not segments:
        raise ValueError(
            "Checkpointing needs at least one segment, and a checkpoint every 1 or more of them."
        )
    groups = [segments[first : first + every] for first in range(0, len(segments), every)]
    kept = _inputs(groups, settled(x))
    run = _Group(groups[-1], kept[-1])
    value, ct = run.root.value, start(run.root, None)
    peak, recomputed = 0, 0
    found: list[tuple[Value, ...]] = []
    while True:
        peak = max(peak, run.bytes + sum(map(bytes_of, kept)))
        ct, gradients = run.pull_back(ct)
        found[:0] = gradients
        kept.pop()
        if not kept:
            return Checkpointed(float(value), frozen(ct), tuple(found), peak, recomputed)
        run = _Group(groups[len(kept) - 1], kept[-1])
        recomputed += len(groups[len(kept) - 1])


def bytes_of(value: Value) -> int:
    """How many bytes the numbers of ``value`` take."""
    return FLOAT64 * size_of(value)


def _inputs(groups: Sequence[Sequence[Segment]], x: Value) -> list[Value]:
    """The input of every group, by running all but the last on tapes that are thrown away."""
    inputs = [x]
    for group in groups[:-1]:
        inputs.append(frozen(_Group(group, inputs[-1]).root.value))
    return inputs


class _Group:
    """Some segments on a tape of their own."""

    def __init__(self, segments: Sequence[Segment], x: Value) -> None:
        self.tape = Tape(lean=True, worth_freeing=0)
        self.x = self.tape.leaf(x)
        self.leaves = [[self.tape.leaf(given) for given in segment.parameters] for segment in segments]
        self.root = self.x
        for segment, parameters in zip(segments, self.leaves, strict=True):
            self.root = segment.function(self.root, *parameters)
            if self.root.__class__ is not Node or self.root.tape is not self.tape:
                raise no_result(self.root)
        self.bytes = held(self.tape, (self.x, *(leaf for leaves in self.leaves for leaf in leaves)))

    def pull_back(self, ct: Value) -> tuple[Value, list[tuple[Value, ...]]]:
        """The gradient of the group's input, and of each segment's parameters; uses the tape up."""
        found = use_up(self.tape, self.root, ct, 1 + sum(map(len, self.leaves)))

        def of(leaf: Node) -> Value:
            share = found[leaf.index]
            return zeros(shape_of(leaf.value)) if share is None else frozen(share)

        return of(self.x), [tuple(map(of, leaves)) for leaves in self.leaves]


def held(tape: Tape, given: Sequence[Node]) -> int:
    """Bytes of the arrays that ``tape`` holds for its backward pass, each once, ``given`` left out."""
    own = {id(node.value) for node in given}
    arrays = {
        id(value): value
        for record in tape.records
        for entry in record[1:]
        for value in (entry if isinstance(entry, tuple) else (entry,))
        if hasattr(value, "strides") and any(value.strides) and id(value) not in own
    }
    return sum(map(bytes_of, arrays.values()))
