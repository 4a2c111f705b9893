"""What network is to be built, and what is refused: what cannot be, and what would take too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bpdrill.laboratory.flow.activation import ACTIVATIONS
from bpdrill.laboratory.flow.weights import LARGEST_SIZE, XAVIER, Init
from bpdrill.laboratory.words import nearest
from bpdrill.model.errors import UsageError
from bpdrill.notation.figures import number

NORMALISATIONS = ("batch", "layer")
"""Over the examples of a batch, or over the units of a layer."""

MOST_LAYERS, MOST_WIDTH, MOST_BATCH, MOST_TRIALS = 200, 256, 256, 100
MOST_SEED = 2**63 - 1
MOST_WEIGHTS = 4_000_000
"""Of one network: they stay on the tape, with their gradients."""
MOST_WORK = 6 * 10**8
"""Multiplications of one pass over all trials; a few seconds."""
FEWEST_FOR_BATCH_NORM = 3
"""It takes two directions out of a batch, and there must be something left."""
LARGEST = 1e100
"""Where numbers count as overflowing: their squares and products are still in the range of a float."""

Demand: TypeAlias = tuple[bool, str]
"""Whether it is met, and what to say if not."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is built and how often; raises UsageError for what cannot be, or would take too long."""

    activation: str = "sigmoid"
    layers: int = 10
    width: int = 64
    batch: int = 16
    init: Init = XAVIER
    seed: int = 0
    trials: int = 10
    skip: bool = False
    norm: str = ""
    clip: float | None = None
    recurrent: bool = False
    radius: float | None = None

    def __post_init__(self) -> None:
        for holds, complaint in (*self._names(), *self._counts(), *self._sizes(), *self._conflicts()):
            if not holds:
                raise UsageError(complaint)

    @property
    def place(self) -> str:
        """What a layer is called."""
        return "step" if self.recurrent else "layer"

    def _names(self) -> Iterator[Demand]:
        for kind, name, known in (
            ("activation", self.activation, [*ACTIVATIONS]),
            ("normalisation", self.norm, ["", *NORMALISATIONS]),
        ):
            yield name in known, nearest(kind, name, [*filter(None, known)])

    def _counts(self) -> Iterator[Demand]:
        for name, count, least, most in (
            (f"{self.place}s", self.layers, 2, MOST_LAYERS),
            ("width", self.width, 1, MOST_WIDTH),
            ("batch", self.batch, 1, MOST_BATCH),
            ("trials", self.trials, 1, MOST_TRIALS),
            ("seed", self.seed, 0, MOST_SEED),
        ):
            yield (
                least <= count <= most,
                f"{name} must be a whole number from {least} to {most}, not {count}.",
            )
        weights = self.layers * self.width**2
        yield (
            weights <= MOST_WEIGHTS,
            f"{weights:,} weights are too many, {MOST_WEIGHTS:,} are the most: lower {self.place}s or width.",
        )
        yield (
            weights * self.batch * self.trials <= MOST_WORK,
            "That would take minutes: take fewer trials, or a smaller batch.",
        )

    def _sizes(self) -> Iterator[Demand]:
        for name, size, most in (("radius", self.radius, LARGEST_SIZE), ("clip", self.clip, LARGEST)):
            yield (
                size is None or 0 < size <= most,
                f"{name} must be above 0 and at most {number(most)}, not {size}.",
            )

    def _conflicts(self) -> Iterator[Demand]:
        yield (
            self.norm != "batch" or self.batch >= FEWEST_FOR_BATCH_NORM,
            f"Batch normalisation needs a batch of {FEWEST_FOR_BATCH_NORM} or more.",
        )
        yield (
            self.radius is None or self.recurrent,
            "A radius is for the one matrix of a recurrent network: add --rnn STEPS.",
        )
        yield (
            not (self.recurrent and (self.skip or self.norm)),
            "A recurrent network has neither --skip nor --norm here: leave them out.",
        )
        yield (
            self.radius is None or self.init.name != "zeros",
            "Zero weights cannot be scaled to a radius: take another --init.",
        )
