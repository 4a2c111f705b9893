"""The choke point: how large a result will be is asked here before it is made, and steps are counted."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from bpdrill.marking.code.things import LimitError, StudentError

STEPS = 300_000
"""Of one program on all its inputs."""
CALLS = 120
"""How deep functions may call each other."""
NUMBERS = 1_000_000
"""Of one array."""
ALL_NUMBERS = 30_000_000
"""Made in all: what the system's limit holds where there is one, this holds everywhere."""
MULTIPLICATIONS = 100_000_000
"""Of one product."""
ENTRIES = 100_000
"""Of one list, tuple, dict, set or range."""
CHARACTERS = 20_000
"""Of one text, and of all that is printed."""
BITS = 2_048
"""Of one whole number."""


class Meter:
    """What a program has used so far."""

    def __init__(self) -> None:
        self.steps = 0
        self.calls = 0
        self.numbers = 0

    def spend(self, steps: int = 1) -> None:
        """Take ``steps``; a loop without an end comes to its end here."""
        self.steps += steps
        if self.steps > STEPS:
            raise LimitError(f"it was stopped after {STEPS:,} steps: does a loop never end?")

    def enter(self) -> None:
        """Begin a call."""
        self.calls += 1
        if self.calls > CALLS:
            raise LimitError(f"functions call each other more than {CALLS} deep: does a recursion never end?")

    def leave(self) -> None:
        """End a call."""
        self.calls -= 1

    def array(self, shape: Sequence[int]) -> None:
        """An array of ``shape`` is about to be made."""
        count = prod(shape)
        if len(shape) > 8 or count > NUMBERS:
            raise LimitError(f"an array of shape {words(shape)} is too large here")
        self.numbers += count + 16
        if self.numbers > ALL_NUMBERS:
            raise LimitError("it makes more arrays than it has memory for")
        self.spend(1 + count // 1000)

    def product(self, multiplications: int) -> None:
        """So many multiplications are about to be made."""
        if multiplications > MULTIPLICATIONS:
            raise LimitError("a product of this size takes too long here")
        self.spend(1 + multiplications // 5000)

    def entries(self, count: int) -> None:
        """A container of ``count`` entries is about to be made, or gone through."""
        if count > ENTRIES:
            raise LimitError(f"{count:,} entries are too many here")
        self.numbers += count
        if self.numbers > ALL_NUMBERS:
            raise LimitError("it makes more lists than it has memory for")
        self.spend(1 + count // 8)

    def text(self, length: int) -> None:
        """A text of ``length`` is about to be made."""
        if length > CHARACTERS:
            raise LimitError(f"a text of {length:,} characters is too long here")
        self.spend(1 + length // 200)

    def whole(self, bits: int) -> None:
        """A whole number of ``bits`` is about to be made."""
        if bits > BITS:
            raise LimitError("this whole number has too many digits")


def broadcast(shapes: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The shape that arrays of ``shapes`` come to together."""
    rank = max(map(len, shapes), default=0)
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    lengths = [{size for size in axis if size != 1} for axis in zip(*padded, strict=True)]
    if any(len(sizes) > 1 for sizes in lengths):
        raise StudentError(f"the shapes {' and '.join(map(words, shapes))} do not fit together")
    return tuple(sizes.pop() if sizes else 1 for sizes in lengths)


def multiplied(a: Sequence[int], b: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """The shape of a matrix product, and how many multiplications it takes."""
    if not a or not b:
        raise StudentError("a matrix product needs arrays, not a number; use *")
    inner = b[-2] if len(b) > 1 else b[0]
    if a[-1] != inner:
        raise StudentError(
            f"a product of shapes {words(a)} and {words(b)} does not exist: {a[-1]} is not {inner}"
        )
    batch = broadcast([a[:-2], b[:-2]])
    shape = (*batch, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))
    return shape, prod(shape) * inner


def words(shape: Sequence[int]) -> str:
    """``(3, 4)``, ``(3,)``."""
    return str(tuple(map(int, shape)))


def bits(value: Any) -> int:
    """How long a whole number is."""
    return int(value).bit_length()
