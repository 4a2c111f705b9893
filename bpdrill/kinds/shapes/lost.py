"""A backward pass in which one product has lost its transpose: found, explained by shapes, mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from bpdrill import notation
from bpdrill.algebra.arrays import draws
from bpdrill.algebra.compare import Reference, compare
from bpdrill.algebra.equal import Tolerance, compare_values
from bpdrill.algebra.evaluate import evaluate
from bpdrill.algebra.program import run
from bpdrill.kinds.shapes.typed import Due, judge_shape, shape_field
from bpdrill.marking.fields import judge_choice, judge_field
from bpdrill.marking.reading import Said
from bpdrill.model.blocks import Field, Form
from bpdrill.model.errors import AuthorError
from bpdrill.model.marks import Answer, Different, Equal, Judgement, Outcome
from bpdrill.model.tree import Apply, Line, Program, Shape, Symbols, Tree, walk
from bpdrill.notation import Mismatch, infer

TRANSPOSE_LOST = "matmul.transpose-missing"
SAME = Tolerance(rel=1e-9, abs=1e-9)


@dataclass(frozen=True, slots=True)
class Lost:
    """A right backward pass, the line whose transpose is lost, and the shapes of all that it reads."""

    backward: Program
    name: str
    symbols: Symbols
    """Of inputs, lines and gradients."""
    sizes: Symbols

    @property
    def right(self) -> Line:
        """The line as it should be."""
        return next(line for line in self.backward if line.name == self.name)

    @property
    def wrong(self) -> Line:
        """The line as it is shown."""
        return Line(self.name, bare(self.right.tree))

    @property
    def factors(self) -> tuple[Tree, Tree]:
        """The two sides of the product as it is shown."""
        left, right = cast("Apply", self.wrong.tree).args
        return left, right

    def shape(self, tree: Tree) -> Shape:
        """The shape of a formula that has one."""
        shape = infer(tree, self.symbols)
        if isinstance(shape, Mismatch):
            raise AuthorError(f"spec.backward: {shape.explanation}")
        return shape


def suspects(backward: Program) -> tuple[str, ...]:
    """The lines that are a product with one transpose to lose."""
    return tuple(line.name for line in backward if loses(line.tree))


def loses(tree: Tree) -> bool:
    """Whether a tree is a matrix product with one side transposed."""
    return (
        isinstance(tree, Apply)
        and tree.op == "matmul"
        and sum(isinstance(node, Apply) and node.op == "transpose" for node in walk(tree)) == 1
    )


def bare(tree: Tree) -> Tree:
    """``tree`` without its transposes."""
    match tree:
        case Apply("transpose", (turned,)):
            return bare(turned)
        case Apply(op, args):
            return Apply(op, tuple(bare(arg) for arg in args))
    return tree


def written(tree: Tree, lost: Lost) -> str:
    """A formula as one reads it."""
    return notation.text(tree, symbols=lost.symbols)


def lost_rows(lost: Lost) -> tuple[tuple[str, Tree | str], ...]:
    """The backward pass as it is shown."""
    return tuple(
        (line.name, lost.wrong.tree if line.name == lost.name else line.tree) for line in lost.backward
    )


def lost_fields(lost: Lost) -> tuple[Field, ...]:
    """Which line, the shapes that tell, and the line mended."""
    names = tuple(line.name for line in lost.backward)
    return (
        Field(
            "lost.line", "the line that cannot be right", Form.CHOICE, choices=names, help="one of the names"
        ),
        shape_field("lost.left", "the shape of that product's left factor, as shown", lost.sizes),
        shape_field("lost.right", "the shape of its right factor, as shown", lost.sizes),
        shape_field("lost.due", "the shape that its result must have", lost.sizes),
        Field(
            "lost.repaired",
            "the line's right side, mended",
            Form.EXPRESSION,
            symbols=lost.symbols,
            help="a formula in the names above, such as A b^T",
        ),
    )


def lost_key(lost: Lost) -> dict[str, str]:
    """The right text of each field."""
    left, right = lost.factors
    return {
        "lost.line": lost.name,
        "lost.left": notation.describe(lost.shape(left)),
        "lost.right": notation.describe(lost.shape(right)),
        "lost.due": notation.describe(lost.shape(lost.right.tree)),
        "lost.repaired": notation.text(lost.right.tree, notation.Style.ASCII, lost.symbols),
    }


def judge_lost(lost: Lost, answer: Answer) -> tuple[Judgement, ...]:
    """The line, three shapes, and the mended product by shape and by value."""
    cells = {cell.id: cell for cell in lost_fields(lost)}
    left, right = lost.factors
    shapes = {"lost.left": left, "lost.right": right, "lost.due": lost.right.tree}
    return (
        judge_choice(cells["lost.line"], answer, lost.name, {}, clash(lost)),
        *(
            judge_shape(cells[name], answer, Due(lost.shape(tree), told(lost, name, tree)))
            for name, tree in shapes.items()
        ),
        judge_repaired(lost, cells["lost.repaired"], answer),
    )


def told(lost: Lost, name: str, tree: Tree) -> str:
    """What has which shape."""
    what = f"the gradient of {lost.name[1:]}" if name == "lost.due" else written(tree, lost)
    return f"{what} is {notation.describe(lost.shape(tree))}"


def clash(lost: Lost) -> str:
    """Why the line as shown has no meaning."""
    shape = infer(lost.wrong.tree, lost.symbols)
    why = shape.explanation if isinstance(shape, Mismatch) else "its shape is not that of the gradient"
    return f"it is {lost.name} = {written(lost.wrong.tree, lost)}: {why}"


def judge_repaired(lost: Lost, cell: Field, answer: Answer) -> Judgement:
    """Equal to the right line; the same product once more is the same mistake once more."""
    expected = written(lost.right.tree, lost)

    def judge_said(said: Said) -> Judgement:
        given = cast("Tree", said.tree)
        compared = compare(given, Reference(lost.right.tree, lost.symbols))
        judged = Judgement(cell.id, cell.label, Outcome.RIGHT, said.echo, expected)
        if isinstance(compared, Different):
            fits = (TRANSPOSE_LOST,) if given == lost.wrong.tree else ()
            return replace(judged, outcome=Outcome.WRONG, because=compared.witness, misconceptions=fits)
        return judged if isinstance(compared, Equal) else replace(judged, outcome=Outcome.UNDECIDED)

    return judge_field(cell, answer, expected, judge_said)


def lost_complaints(
    lost: Lost, program: Program, inputs: Symbols, domains: Mapping[str, str]
) -> Iterator[str]:
    """Lines that the engine denies, and a lost transpose that shapes cannot tell."""
    if not isinstance(infer(lost.wrong.tree, lost.symbols), Mismatch):
        yield f"spec.backward: {lost.name} has a shape without its transpose too"
    drawn = next(draws(inputs, domains))
    ran = run(program, drawn.values)
    known, gradients = dict(ran.values), ran.gradients()
    for line in lost.backward:
        known[line.name] = evaluate(line.tree, known)
        compared = compare_values(known[line.name], gradients[line.name[1:]], SAME)
        if not isinstance(compared, Equal):
            yield f"spec.backward: the engine denies {line.name}: {compared}"
