"""What is asked of a Jacobian: each field with its key, and what people give in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from bpdrill import notation
from bpdrill.algebra.authored import expression_of
from bpdrill.algebra.derive import derivative, unfold
from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.vector import VectorFunction
from bpdrill.marking.fields import Remark
from bpdrill.marking.steps import Step, Values
from bpdrill.marking.vectors import Held, known_matrices, shapes_of
from bpdrill.model.blocks import Field, Form
from bpdrill.model.marks import Outcome
from bpdrill.model.tree import Shape, Tree
from bpdrill.notation import Reading

STRUCTURES = ("diagonal", "triangular", "dense")
AXES = ("rows", "columns")
TRANSPOSED, AS_VECTOR, ADDED, DIAGONAL_ONLY, COUPLED = (
    "jacobian.transposed",
    "jacobian.diagonal-as-vector",
    "jacobian.outputs-added",
    "jacobian.diagonal-only",
    "jacobian.coupled",
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of the Jacobian, in this order."""

    shape: bool = True
    structure: bool = False
    entries: tuple[tuple[str, str], ...] = ()
    """Output and input of each entry that is asked as a formula; both are single numbers."""
    cells: tuple[tuple[int, int], ...] = ()
    """Row and column, from 1, of each entry that is asked as a number."""
    matrix: bool = True
    row_sum: bool = False
    """What each row adds up to, where all rows add up to the same."""
    formula: str = ""
    """The whole matrix as a formula; none: it is not asked."""
    symbols: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    """The names that the formula may use, with their shapes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A function, and what is asked of its Jacobian."""

    function: VectorFunction
    ask: Ask
    held: Held

    @property
    def matrix(self) -> Any:
        """The Jacobian."""
        return self.function.matrix

    def partial(self, output: str, name: str) -> Tree:
        """One derivative by the rows' symbolic rules."""
        return derivative(unfold(self.function.program)[output], name)

    def formula(self) -> Reading:
        """The author's own formula for the whole matrix."""
        return expression_of(self.ask.formula, self.ask.symbols, "spec.ask.formula")


def steps(asked: Asked) -> list[Step]:
    """All that has a value, in the order asked."""
    ask = asked.ask
    return [
        *(shape_step(asked, axis) for axis in AXES if ask.shape),
        *(entry_step(asked, output, name) for output, name in ask.entries),
        *(cell_step(asked, row, column) for row, column in ask.cells),
        *([matrix_step(asked)] if ask.matrix else []),
        *([row_sum_step(asked)] if ask.row_sum else []),
        *([formula_step(asked)] if ask.formula else []),
    ]


def shape_step(asked: Asked, axis: str) -> Step:
    """How many rows, or how many columns."""
    length = float(asked.function.shape[AXES.index(axis)])
    cell = Field(f"shape.{axis}", f"{axis} of J", Form.NUMBER, row="shape", help="a whole number")
    rule = {"rows": "a row for each output", "columns": "a column for each input"}[axis]
    return Step(cell, lambda _: (length,), rule=rule)


def entry_step(asked: Asked, output: str, name: str) -> Step:
    """One derivative as a formula."""
    function, points = asked.function, asked.function.points
    place = function.outputs.index(output), function.inputs.index(name)
    cell = Field(
        f"entry.{output}.{name}",
        f"∂{output}/∂{name} as a formula",
        Form.EXPRESSION,
        symbols=shapes_of(function),
        help="leave the letters in",
    )
    return Step(
        cell,
        lambda _: tuple(float(point.matrix[place]) for point in points),
        rule=f"differentiate {output} by {name}, all else held fixed",
        expected_text=notation.text(asked.partial(output, name)),
        names=lambda _: [point.ran.values for point in points],
    )


def cell_step(asked: Asked, row: int, column: int) -> Step:
    """One entry as a number."""
    label = f"J: row {row}, column {column}"
    cell = Field(f"cell.{row}.{column}", label, Form.NUMBER, help="a number or a fraction")
    rule = f"how output {row} responds to input {column}"
    return number_step(asked, cell, lambda matrix: float(matrix[row - 1, column - 1]), rule)


def row_sum_step(asked: Asked) -> Step:
    """What each row adds up to."""
    cell = Field("row-sum", "each row of J adds up to", Form.NUMBER, help="a number or a fraction")
    rule = "it tells how an output responds when all inputs move by the same amount"
    return number_step(asked, cell, lambda matrix: float(round(matrix[0].sum(), 12)), rule)


def matrix_step(asked: Asked) -> Step:
    """The whole matrix as numbers."""
    shape = asked.function.shape
    label, example = f"J {notation.describe(shape)}", "row by row: [[1, 2], [3, 4]]"
    cell = Field("matrix", label, Form.ARRAY, shape=shape, help=example)
    return number_step(
        asked, cell, lambda matrix: matrix, "row i, column j: how output i responds to input j"
    )


def number_step(asked: Asked, cell: Field, part: Callable[[Any], Value], rule: str) -> Step:
    """Some ``part`` of the matrix, and what the known mistakes make of it."""
    return Step(
        cell,
        lambda _: (part(asked.matrix),),
        rule=rule,
        mistaken=lambda _: (
            (name, (part(wrong),)) for name, wrong in known_matrices(asked.function, asked.held)
        ),
    )


def formula_step(asked: Asked) -> Step:
    """The whole matrix as a formula."""
    symbols, reading, points = asked.ask.symbols, asked.formula(), asked.function.points
    cell = Field(
        "formula",
        f"J as a formula in {', '.join(symbols)}",
        Form.EXPRESSION,
        symbols=symbols,
        shape=cast("Shape", reading.shape),
        help="products, A^T, diag(a); leave the letters in",
    )
    return Step(
        cell,
        lambda _: tuple(point.matrix for point in points),
        expected_text=notation.text(reading.tree, symbols=symbols),
        names=lambda _: [point.ran.values for point in points],
        mistaken=lambda _: mistaken_formulas(asked),
    )


def mistaken_formulas(asked: Asked) -> Iterator[tuple[str, Values]]:
    """What each mistake makes of the matrix, at every point."""
    each = (known_matrices(point, asked.held) for point in asked.function.points)
    for wrong in zip(*each, strict=True):
        yield wrong[0][0], tuple(matrix for _, matrix in wrong)


# ── the structure, and what is given instead ─────────────────────────────────────────────────────


def structure_of(matrix: Any) -> str:
    """Where the entries are that are not 0."""
    from numpy import count_nonzero, diag, tril, triu

    full = count_nonzero(matrix)
    if matrix.shape[0] == matrix.shape[1] and count_nonzero(diag(matrix)) == full:
        return "diagonal"
    return "triangular" if full in (count_nonzero(tril(matrix)), count_nonzero(triu(matrix))) else "dense"


REMARKS: Mapping[str, Mapping[str, Remark]] = {
    "dense": {"diagonal": Remark("every output depends on every input", DIAGONAL_ONLY)},
    "diagonal": dict.fromkeys(
        ("dense", "triangular"), Remark("each output depends on its own input only", COUPLED)
    ),
}
"""What is said of a structure that it is not."""

SWAPPED = Remark("rows and columns the wrong way round: here a row is an output", TRANSPOSED, Outcome.NEAR)
FLIPPED = Remark("the transpose: here a row is an output and a column an input", TRANSPOSED, Outcome.NEAR)
VECTOR = Remark("the right diagonal; the Jacobian is the matrix that has it there", AS_VECTOR, Outcome.NEAR)
SUMMED = Remark("the outputs are added up; the Jacobian keeps a row for each of them", ADDED)
LONELY = Remark("only the diagonal; the outputs depend on the other inputs too", DIAGONAL_ONLY)
A_NUMBER = Remark("the right number; it was to be found as a formula, with its letters", "", Outcome.NEAR)


def instead(asked: Asked, step: Step) -> Iterator[tuple[Value, Remark]]:
    """What else an answer may be, where the numbers are asked, and what that makes of it."""
    kind, _, axis = step.field.id.partition(".")
    if kind == "shape":
        yield float(asked.function.shape[axis == "rows"]), SWAPPED
    elif kind == "entry":
        yield step.key[0], A_NUMBER
    elif kind in ("matrix", "formula"):
        yield from matrices_instead(asked.matrix)


def matrices_instead(matrix: Any) -> Iterator[tuple[Value, Remark]]:
    """What is given for a matrix that is something else."""
    from numpy import diag

    yield matrix.T, FLIPPED
    if structure_of(matrix) == "diagonal":
        yield diag(matrix), VECTOR
    elif matrix.shape[0] == matrix.shape[1]:
        yield diag(diag(matrix)), LONELY
    yield matrix.sum(axis=0), SUMMED
