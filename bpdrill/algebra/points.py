"""Points at which a program is worked by hand: how each input is drawn, and which numbers will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bpdrill.algebra.draws import draw_array, draw_one_hot
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Run
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw
from bpdrill.model.tree import Apply, Program, Symbol

KINK = 0.05
"""A pre-activation this close to 0 could be rounded across it."""
SMALLEST = 0.02
"""Ten times what rounding by hand may be off: a smaller number shows no mistake."""
LARGEST = 100
SIGHT = 0.02
"""Two numbers that differ by less look the same to somebody who rounds."""


# ── how an input is drawn ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Drawing:
    """How an input is drawn; without one it is of single digits after the point, of both signs."""

    by: str = "digits"
    """One of ``DRAWINGS``."""
    largest: int = 9
    per: int = 10
    """Digits are whole numbers up to ``largest``, over ``per``."""
    choices: tuple[float, ...] = ()
    """What ``choice`` draws from."""


Lengths = Sequence[int]


def signed_digits(lengths: Lengths, numbers: Draw, how: Drawing) -> Any:
    """Of both signs, never 0."""
    return draw_array(lengths, numbers, how.largest, how.per)


def positive_digits(lengths: Lengths, numbers: Draw, how: Drawing) -> Any:
    """Above 0."""
    return abs(signed_digits(lengths, numbers, how))


def distinct_digits(lengths: Lengths, numbers: Draw, how: Drawing) -> Any:
    """Of both signs, no number twice: nothing ties, nothing is symmetric."""
    from math import prod

    from numpy import array

    left = [sign * digit / how.per for digit in range(1, how.largest + 1) for sign in (-1, 1)]
    if prod(lengths) > len(left):
        raise AuthorError(f"spec.draw: there are only {len(left)} numbers to draw {prod(lengths)} from")
    return array(numbers.several(left, prod(lengths))).reshape(lengths)


def one_hot(lengths: Lengths, numbers: Draw, _: Drawing) -> Any:
    """One 1, or one in each row."""
    from numpy import array

    *rows, length = lengths
    return (
        draw_one_hot(length, numbers)
        if not rows
        else array([draw_one_hot(length, numbers) for _ in range(rows[0])])
    )


def zeros_and_ones(lengths: Lengths, numbers: Draw, _: Drawing) -> Any:
    """Each 0 or 1."""
    from math import prod

    from numpy import array

    return array([float(numbers.integer(0, 1)) for _ in range(prod(lengths))]).reshape(lengths)


def distribution(lengths: Lengths, numbers: Draw, how: Drawing) -> Any:
    """A vector of ``per`` parts that sum to 1, none of them 0."""
    from numpy import bincount, ones

    spread = [numbers.integer(0, lengths[0] - 1) for _ in range(how.per - lengths[0])]
    return (ones(lengths[0]) + bincount(spread, minlength=lengths[0])) / how.per


def one_of(lengths: Lengths, numbers: Draw, how: Drawing) -> Any:
    """One of the choices, in every cell."""
    from numpy import full

    return full(lengths, numbers.choice(how.choices))


def rows_of_one_number(lengths: Lengths, numbers: Draw, how: Drawing) -> Any:
    """A matrix whose columns are all the same, and whose rows are not."""
    from numpy import repeat

    return repeat(distinct_digits([lengths[0], 1], numbers, how), lengths[1], axis=1)


DRAWINGS: Mapping[str, Callable[[Lengths, Draw, Drawing], Any]] = {
    "digits": signed_digits,
    "positive": positive_digits,
    "distinct": distinct_digits,
    "one-hot": one_hot,
    "mask": zeros_and_ones,
    "distribution": distribution,
    "choice": one_of,
    "equal columns": rows_of_one_number,
}


def draw_point(
    lengths: Mapping[str, Lengths], rules: Mapping[str, Drawing], numbers: Draw
) -> dict[str, Value]:
    """A value for every input.

    Every input is drawn as digits first, so that the rule of one never shifts the numbers of another.
    """
    plain = Drawing()
    point = {name: signed_digits(size, numbers, plain) for name, size in lengths.items()}
    for name, how in rules.items():
        if name not in lengths or how.by not in DRAWINGS:
            raise AuthorError(f"spec.draw: {name} is drawn by one of: {', '.join(DRAWINGS)}")
        point[name] = DRAWINGS[how.by](lengths[name], numbers, how)
    return {name: as_value(drawn) for name, drawn in point.items()}


def as_value(numbers: Any) -> Value:
    """Numbers as the tape takes them: an array, or a float where there is only one and no axis."""
    from numpy import array

    made = array(numbers, dtype=float)
    return made if made.shape else float(made)


# ── which points will do ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Drawn:
    """A program worked at a point, and what of it is asked."""

    program: Program
    run: Run
    values: tuple[str, ...]
    asked: tuple[str, ...]
    """The names whose gradients are asked."""

    @property
    def cells(self) -> list[list[float]]:
        """All numbers to be found, a list for each value and each gradient."""
        values, gradients = self.run.values, self.run.gradients()
        found = [values[name] for name in self.values] + [gradients[name] for name in self.asked]
        return [entries(value) for value in found]


def entries(value: Value) -> list[float]:
    """The numbers of a value, in reading order."""
    return [value] if isinstance(value, float) else [float(cell) for cell in value.flat]


def relus(drawn: Drawn) -> list[tuple[Any, Any]]:
    """What enters each ReLU, and what arrives at it from above."""
    from numpy import atleast_1d

    values, gradients = drawn.run.values, drawn.run.gradients()
    return [
        (atleast_1d(values[name]), atleast_1d(gradients[line.name]))
        for line in drawn.program
        for name in activated(line.tree)
    ]


def activated(tree: object) -> tuple[str, ...]:
    """What a line passes through a ReLU."""
    match tree:
        case Apply("relu", (Symbol(name),)):
            return (name,)
    return ()


def has_dead_unit(drawn: Drawn) -> bool:
    """Each ReLU has a unit off, two on, none near the kink, and an upstream of both signs."""
    return off_the_kink(drawn) and all(
        (z < 0).any() and (z > 0).sum() >= 2 and (upstream > 0).any() and (upstream < 0).any()
        for z, upstream in relus(drawn)
    )


def has_mixed_units(drawn: Drawn) -> bool:
    """Each ReLU holds something back, but each of its units lets some example through."""
    return off_the_kink(drawn) and all((z < 0).any() and (z > 0).any(axis=0).all() for z, _ in relus(drawn))


def off_the_kink(drawn: Drawn) -> bool:
    """No ReLU is near its kink."""
    return all(abs(z).min() >= KINK for z, _ in relus(drawn))


def in_sight(drawn: Drawn) -> bool:
    """Every number to be found is 0, or large enough to show a mistake and small enough to write."""
    sizes = [abs(cell) for found in drawn.cells for cell in found if abs(cell) > 1e-12]
    return bool(sizes) and SMALLEST <= min(sizes) <= max(sizes) <= LARGEST


def has_distinct_gradients(drawn: Drawn) -> bool:
    """No gradient holds two equal entries, zeros aside: a swap would go unseen."""
    found = drawn.cells[len(drawn.values) :]
    rows = [[round(cell, 6) for cell in cells if cell] for cells in found]
    return all(len(set(row)) == len(row) for row in rows)


def is_told_apart(drawn: Drawn) -> bool:
    """No value and no gradient holds two entries that look the same, zeros aside."""
    rows = [sorted(cell for cell in cells if abs(cell) > 1e-12) for cells in drawn.cells]
    return all(b - a >= SIGHT for row in rows for a, b in pairwise(row))


def has_both_labels(drawn: Drawn) -> bool:
    """Whatever is only 0 and 1 is both."""
    inputs = [entries(node.value) for node in drawn.run.nodes.values() if not node.op]
    return all(set(cells) != {0.0} and set(cells) != {1.0} for cells in inputs if len(cells) > 1)


def repeats_a_token(drawn: Drawn) -> bool:
    """Of the vectors with one 1, two are the same and one is another."""
    inputs = [tuple(entries(node.value)) for node in drawn.run.nodes.values() if not node.op]
    marks = [cells for cells in inputs if sorted(cells)[-2:] == [0.0, 1.0]]
    return 1 < len(set(marks)) < len(marks)


CONDITIONS: Mapping[str, Callable[[Drawn], bool]] = {
    "dead unit": has_dead_unit,
    "mixed units": has_mixed_units,
    "off the kink": off_the_kink,
    "distinct gradients": has_distinct_gradients,
    "told apart": is_told_apart,
    "in sight": in_sight,
    "zeros and ones": has_both_labels,
    "repeated token": repeats_a_token,
}


def unmet(conditions: Sequence[str], drawn: Drawn) -> list[str]:
    """The conditions that a point does not meet."""
    if unknown := [name for name in conditions if name not in CONDITIONS]:
        raise AuthorError(f"spec.conditions: {unknown[0]!r} is none of: {', '.join(CONDITIONS)}")
    return [name for name in conditions if not CONDITIONS[name](drawn)]
