"""Vector functions in items: how an author writes one, how its numbers are drawn, how it is shown.

What people take for its Jacobian is here as well, so that every kind that asks for one knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bpdrill import notation
from bpdrill.algebra.authored import program_of
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.vector import VectorFunction
from bpdrill.model.blocks import Table
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw
from bpdrill.model.tree import Program, Symbols, leaves, names

REDRAWS = 40
"""Numbers that hide a mistake are drawn again, this often at most."""
ROUNDING = 1e-9

Held = Mapping[str, tuple[str, ...]]
"""Mistakes that take lines for constants: the mistake's name, and the lines."""


@dataclass(frozen=True, slots=True)
class Written:
    """A vector function as its author writes it."""

    lines: tuple[str, ...]
    inputs: tuple[str, ...]
    """What is varied: names that the lines read, or lines."""
    outputs: tuple[str, ...]
    at: Mapping[str, Any]
    """What every name is that the lines read: numbers, vectors or matrices."""


@dataclass(frozen=True, slots=True)
class Entries:
    """What an input is drawn from: its entries, multiples of ``1 / per`` and never 0, or the whole of it."""

    low: int = 0
    high: int = 0
    per: int = 1
    choices: tuple[Any, ...] = ()
    """Values for the whole of the input, to draw one from."""

    def drawn(self, like: Value, numbers: Draw) -> Value:
        """A value in the shape of ``like``."""
        if self.choices:
            return as_value(numbers.choice(self.choices))
        if isinstance(like, float):
            return self.different(1, numbers)[0]
        from numpy import array

        return array(self.different(like.size, numbers)).reshape(like.shape)

    def different(self, count: int, numbers: Draw) -> list[float]:
        """So many numbers, none of them 0 and no two alike while there are enough: equal ones hide a swap."""
        left: list[int] = []
        found = []
        for _ in range(count):
            left = left or [number for number in range(self.low, self.high + 1) if number]
            found.append(left.pop(numbers.integer(0, len(left) - 1)) / self.per)
        return found


def as_value(given: Any) -> Value:
    """A number as a float, a list as an array."""
    from numpy import array

    return array(given, dtype=float) if isinstance(given, list | tuple) else float(given)


def build(written: Written) -> VectorFunction:
    """The function at the author's own numbers."""
    at = {name: as_value(value) for name, value in written.at.items()}
    shapes = {name: getattr(value, "shape", ()) for name, value in at.items()}
    program = program_of(written.lines, shapes, "spec.functions")
    if lacking := [name for name in leaves(program) if name not in at]:
        raise AuthorError(f"spec.functions: at gives no value for {', '.join(lacking)}")
    return VectorFunction(program, at, written.inputs, written.outputs)


def draw_function(
    functions: Sequence[Written],
    entries: Mapping[str, Entries],
    seed: int,
    good: Callable[[VectorFunction], bool],
) -> VectorFunction:
    """The first function at its own numbers for seed 0; else any of them, at good numbers if there are."""
    if seed == 0:
        return build(functions[0])
    numbers = Draw(seed)
    written = build(numbers.choice(functions))
    for _ in range(REDRAWS):
        at = {
            name: entries[name].drawn(value, numbers) if name in entries else value
            for name, value in written.at.items()
        }
        function = VectorFunction(written.program, at, written.inputs, written.outputs)
        if good(function) and not function.on_a_kink:
            break
    return function


def words_of(function: VectorFunction, told_names: Iterable[str]) -> dict[str, str]:
    """The values of these names, for the places in the item's prose, and the two sizes of the Jacobian."""
    rows, columns = function.shape
    told = {name: notation.value(function.ran.values[name]) for name in told_names}
    return {**told, "rows": str(rows), "columns": str(columns)}


def shapes_of(function: VectorFunction) -> Symbols:
    """The shape of every name."""
    return {name: getattr(value, "shape", ()) for name, value in function.ran.values.items()}


def function_table(function: VectorFunction) -> Table:
    """The lines that depend on the inputs; what only leads to an input's value is not shown."""
    rows = tuple(
        (line.name, notation.text(line.tree, symbols=shapes_of(function))) for line in downstream(function)
    )
    return Table("Function", ("name", "computed as"), rows)


def downstream(function: VectorFunction) -> Program:
    """The lines that the inputs reach."""
    reached = set(function.inputs)
    found = []
    for line in function.program:
        if line.name not in reached and reached.intersection(names(line.tree)):
            reached.add(line.name)
            found.append(line)
    return tuple(found)


def given_table(function: VectorFunction, shown: Sequence[str]) -> Table:
    """The values that are given."""
    values = function.ran.values
    return Table("Given", ("name", "value"), tuple((name, notation.value(values[name])) for name in shown))


# ── what is taken for the Jacobian ───────────────────────────────────────────────────────────────


def mistaken_matrices(function: VectorFunction, held: Held) -> Iterator[tuple[str, Any]]:
    """What each known mistake makes of the Jacobian, made wherever it can be."""
    for name, faults in function.faults():
        if function.is_matrix(faults):
            yield name, function.matrix_with(faults)
    for name, lines in held.items():
        yield name, function.matrix_with(held=lines)


def known_matrices(function: VectorFunction, held: Held) -> Iterator[tuple[str, Any]]:
    """What each known mistake makes of it, made wherever it can be, then in one place only."""
    yield from mistaken_matrices(function, held)
    for name, faults in function.slips():
        if function.is_matrix(faults):
            yield name, function.matrix_with(faults)


def hidden(pairs: Iterable[tuple[str, Any]], key: Any) -> list[str]:
    """Mistakes that come to what is right, for these numbers."""
    return [name for name, value in pairs if alike(value, key)]


def alike(a: Any, b: Any) -> bool:
    """Equal up to rounding, shapes included."""
    return bool(a.shape == b.shape and abs(a - b).max() <= ROUNDING * max(1.0, abs(b).max()))
