"""The Jacobian of a vector function: its shape, its structure, single entries, the whole of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from bpdrill import notation
from bpdrill.algebra.derive import unfold
from bpdrill.algebra.evaluate import Value, evaluate, value_at
from bpdrill.algebra.vector import VectorFunction
from bpdrill.kinds.jacobian.asked import (
    REMARKS,
    STRUCTURES,
    TRANSPOSED,
    Ask,
    Asked,
    instead,
    steps,
    structure_of,
)
from bpdrill.marking.fields import judge_choice
from bpdrill.marking.reading import Said, read_field
from bpdrill.marking.specimens import hiding, numeric_specimens, written
from bpdrill.marking.steps import Step, judge_steps
from bpdrill.marking.vectors import (
    Entries,
    Held,
    Written,
    alike,
    draw_function,
    function_table,
    given_table,
    hidden,
    mistaken_matrices,
    words_of,
)
from bpdrill.model.blocks import Block, Field, Form, Formula, Note, Presentation, Prose, Table, Tone
from bpdrill.model.items import Item, Variant
from bpdrill.model.marks import Answer, Judgement, Outcome, Specimen
from bpdrill.model.tree import Line, Tree, leaves, names

REVISION = 1
LARGEST = 1000
"""No entry that needs paper to multiply."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``jacobian`` item."""

    functions: tuple[Written, ...]
    """The first is that of seed 0, at its own numbers."""
    draw: Mapping[str, Entries]
    """What the numbers of the other seeds are drawn from; an input that is not named keeps its own."""
    ask: Ask
    show: tuple[str, ...] = ()
    """What is listed as given; none: all that the lines read."""
    tell: tuple[str, ...] = ()
    """What the prompt has places for, beside the numbers of rows and columns."""
    held: Held = field(default_factory=dict)
    """Mistakes that take lines for constants."""
    silent: tuple[str, ...] = ()
    """Mistakes that leave the Jacobian as it is, for every seed."""


def vary(item: Item, seed: int) -> Variant:
    """The item's own numbers for seed 0, else ones that let every mistake show."""
    spec = cast("Spec", item.spec)
    function = draw_function(spec.functions, spec.draw, seed, partial(good, spec))
    return Variant(item, REVISION, seed, {"function": function}, words_of(function, spec.tell))


def good(spec: Spec, function: VectorFunction) -> bool:
    """Small enough, and with every mistake to be seen."""
    return not {*hidden_by(spec, function)}.difference(spec.silent) and abs(function.matrix).max() <= LARGEST


def hidden_by(spec: Spec, function: VectorFunction) -> list[str]:
    """Mistakes that leave the Jacobian as it is."""
    others = [(TRANSPOSED, function.matrix.T), *mistaken_matrices(function, spec.held)]
    return list(dict.fromkeys(hidden(others, function.matrix)))


def asked_of(variant: Variant) -> Asked:
    """What was drawn, and what is asked of it."""
    spec = cast("Spec", variant.item.spec)
    return Asked(cast("VectorFunction", variant.values["function"]), spec.ask, spec.held)


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def present(variant: Variant) -> Presentation:
    """The question, the function, its numbers."""
    function, show = asked_of(variant).function, cast("Spec", variant.item.spec).show
    given = given_table(function, show or leaves(function.program))
    blocks = (Prose(variant.say(variant.item.prompt)), function_table(function), given)
    how = (Note(MATRIX_HOW, Tone.QUIET),) if asked_of(variant).ask.matrix else ()
    return Presentation((*blocks, *how), fields(asked_of(variant)))


MATRIX_HOW = "A matrix is typed row by row: [[1, 2], [3, 4]]."


def fields(asked: Asked) -> tuple[Field, ...]:
    """The shape first, then the structure, then the numbers and formulas."""
    told = [step.field for step in steps(asked)]
    after = 2 if asked.ask.shape else 0
    return (*told[:after], *structure_fields(asked), *told[after:])


def structure_fields(asked: Asked) -> tuple[Field, ...]:
    """Where entries can be other than 0, if it is asked."""
    example = "diagonal: only on it; triangular: on one side of it; dense: on both"
    cell = Field("structure", "entries other than 0", Form.CHOICE, choices=STRUCTURES, help=example)
    return (cell,) if asked.ask.structure else ()


def solution(variant: Variant) -> tuple[Block, ...]:
    """Every answer with its reason, the entries as formulas, the matrix row by row."""
    asked = asked_of(variant)
    words = tuple((cell.label, structure_of(asked.matrix), ZEROS) for cell in structure_fields(asked))
    rows = [(step.field.label, shown(step), step.rule) for step in steps(asked) if step.rule]
    after = 2 if asked.ask.shape else 0
    table = Table("", ("asked", "answer", "how"), (*rows[:after], *words, *rows[after:]))
    return (table, *formulas(asked), matrix_table(asked.function))


ZEROS = "where the matrix below has entries other than 0"


def shown(step: Step) -> str:
    """The right answer; a matrix stands below, where there is room for it."""
    is_matrix = step.field.form is Form.ARRAY
    return "below" if is_matrix else step.expected_text or notation.value(step.key[0])


def formulas(asked: Asked) -> tuple[Formula, ...]:
    """What was asked as a formula."""
    entries = (Formula(f"∂{y}/∂{x}", asked.partial(y, x)) for y, x in asked.ask.entries)
    whole = (Formula("J", asked.formula().tree, asked.ask.symbols),) if asked.ask.formula else ()
    return (*entries, *whole)


def matrix_table(function: VectorFunction) -> Table:
    """The Jacobian, a row for each output."""
    rows, columns = function.shape
    header = ("", *called(function.inputs, columns, "input"))
    lines = tuple(
        (output, *map(notation.value, entries))
        for output, entries in zip(called(function.outputs, rows, "output"), function.matrix, strict=True)
    )
    return Table("The Jacobian", header, lines)


def called(names: Sequence[str], count: int, what: str) -> Sequence[str]:
    """A name for each row or column: the numbers' own, else ``input 1`` for an entry of a vector."""
    return names if len(names) == count else [f"{what} {place}" for place in range(1, count + 1)]


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Each field by itself, as none follows from another; a transposed matrix is worth part of the credit."""
    asked = asked_of(variant)
    told = steps(asked)
    judged = [
        *(soften(asked, answer, step, judge_steps([step], answer)[0]) for step in told),
        *(judge_structure(asked, cell, answer) for cell in structure_fields(asked)),
    ]
    order = [cell.id for cell in fields(asked)]
    return tuple(sorted(judged, key=lambda judgement: order.index(judgement.field)))


def judge_structure(asked: Asked, cell: Field, answer: Answer) -> Judgement:
    """Right by where the matrix has zeros."""
    structure = structure_of(asked.matrix)
    why = f"the zeros of this matrix make it {structure}"
    return judge_choice(cell, answer, structure, REMARKS.get(structure, {}), why)


def soften(asked: Asked, answer: Answer, step: Step, judged: Judgement) -> Judgement:
    """Say what a wrong answer is instead, and give credit for what is nearly right."""
    if judged.outcome is not Outcome.WRONG or judged.misconceptions:
        return judged
    said = cast("Said", read_field(step.field, answer[step.field.id]))
    for value, remark in instead(asked, step):
        if says(said, step, value):
            fits = (remark.misconception,) if remark.misconception else ()
            return replace(judged, outcome=remark.outcome, because=remark.because, misconceptions=fits)
    return judged


def says(said: Said, step: Step, value: Value) -> bool:
    """Whether what was said has this value where the numbers are asked."""
    from numpy import asarray

    own = value_at(cast("Tree", said.tree), step.names({})[0])
    return own is not None and alike(asarray(own).squeeze(), asarray(value).squeeze())


# ── proving ──────────────────────────────────────────────────────────────────────────────────────


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """The steps' specimens, with structure and formulas filled in, and a transposed matrix."""
    asked = asked_of(variant)
    texts = formula_texts(asked)
    numeric = [step for step in steps(asked) if step.field.id not in texts]
    told = list(numeric_specimens(numeric, {**texts, **structure_texts(asked)}))
    right = next(specimen.answer for specimen in told if specimen.name == "right")
    return (*told, *slips(asked, right))


def slips(asked: Asked, right: Answer) -> Iterator[Specimen]:
    """The transpose, where it is another matrix, and both sizes added up."""
    if asked.ask.matrix and not alike(asked.matrix, asked.matrix.T):
        turned = {**right, "matrix": written(asked.matrix.T)}
        yield Specimen("transposed", turned, {"matrix": Outcome.NEAR})
    if asked.ask.shape:
        off = {**right, "shape.rows": str(sum(asked.function.shape))}
        yield Specimen("rows and columns added", off, {"shape.rows": Outcome.WRONG})


def structure_texts(asked: Asked) -> dict[str, str]:
    """The right word, where it is asked."""
    return {cell.id: structure_of(asked.matrix) for cell in structure_fields(asked)}


def formula_texts(asked: Asked) -> dict[str, str]:
    """The right formulas, as they are typed."""
    entries = {
        f"entry.{y}.{x}": notation.text(asked.partial(y, x), notation.Style.ASCII)
        for y, x in asked.ask.entries
    }
    return {**entries, "formula": asked.ask.formula} if asked.ask.formula else entries


def complaints(variant: Variant) -> Iterator[str]:
    """What another way to differentiate denies, and numbers that hide a mistake."""
    asked, spec = asked_of(variant), cast("Spec", variant.item.spec)
    matrix = asked.matrix
    if abs(asked.function.slopes() - matrix).max() > 1e-5 * max(1.0, abs(matrix).max()):
        yield "the engine's Jacobian is not the slope of the function"
    if spec.ask.row_sum and abs(matrix.sum(axis=1) - matrix[0].sum()).max() > 1e-9:
        yield "spec.ask.row_sum: the rows add up to different numbers"
    yield from denied_by_sympy(asked)
    yield from denied_formula(asked)
    yield from hiding(hidden_by(spec, asked.function), spec.silent)


def denied_formula(asked: Asked) -> Iterator[str]:
    """An author's formula that is not the matrix."""
    for point in asked.function.points if asked.ask.formula else ():
        if not alike(evaluate(asked.formula().tree, point.ran.values), point.matrix):
            yield f"spec.ask.formula: {asked.ask.formula} is not the Jacobian"


def denied_by_sympy(asked: Asked) -> Iterator[str]:
    """Entries asked as formulas that SymPy has another value for."""
    from bpdrill.algebra.symbolic import sympy_gradients

    function = asked.function
    for output, name in asked.ask.entries:
        root = Line(output, unfold(function.program)[output])
        at = {leaf: function.at[leaf] for leaf in names(root.tree)}
        theirs = sympy_gradients((root,), at).get(name, 0.0)
        ours = function.matrix[function.outputs.index(output), function.inputs.index(name)]
        if abs(theirs - ours) > 1e-9 * max(1.0, abs(theirs)):
            yield f"∂{output}/∂{name}: the engine says {ours}, SymPy {theirs}"
