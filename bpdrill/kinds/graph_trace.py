"""Trace a scalar graph: values forward, then local derivative, upstream and gradient along each edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from bpdrill import notation
from bpdrill.algebra.authored import program_of
from bpdrill.algebra.derive import derivative, unfold
from bpdrill.algebra.evaluate import value_at
from bpdrill.algebra.probe import compare_expressions
from bpdrill.algebra.program import run
from bpdrill.marking.fields import judge_field
from bpdrill.marking.reading import Said
from bpdrill.marking.specimens import hiding, numeric_specimens
from bpdrill.marking.steps import judge_steps
from bpdrill.marking.telling import confusable, hidden_faults
from bpdrill.marking.trace import Trace, backward, backward_steps, one_op, place, trace_steps
from bpdrill.model.blocks import (
    Blank,
    Block,
    Cell,
    Field,
    Form,
    Formula,
    Graph,
    Heading,
    Note,
    Presentation,
    Prose,
    Table,
    Tone,
)
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Different, Equal, Judgement, Outcome, Specimen
from bpdrill.model.tree import Program, Tree, names, substitute

REVISION = 2
REDRAWS = 40
"""Numbers that hide a mistake are drawn again, this often at most."""
LARGEST = 1000
"""No value that needs paper to multiply."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``graph_trace`` item."""

    graph: tuple[str, ...]
    """One op a line, such as ``mul = w*x``; the last line is the root."""
    at: Mapping[str, float]
    """The inputs for seed 0."""
    draw: Mapping[str, tuple[int, int]]
    """Lowest and highest whole number for each input, for the other seeds."""
    ask_graph: bool = False
    """Ask for the graph as lines instead of showing it."""
    check: tuple[str, ...] = ()
    """Inputs whose derivative is also asked as a formula: the independent check."""
    silent: tuple[str, ...] = ()
    """Faults that the numbers of seed 0 cannot show."""


def vary(item: Item, seed: int) -> Variant:
    """The item's own numbers for seed 0, else whole numbers that let every mistake show."""
    spec = cast("Spec", item.spec)
    program = parse(spec)
    at = (
        {name: float(value) for name, value in spec.at.items()}
        if seed == 0
        else draw(spec, program, Draw(seed))
    )
    return Variant(
        item, REVISION, seed, {"trace": Trace(program, at)}, {n: notation.number(v) for n, v in at.items()}
    )


def parse(spec: Spec) -> Program:
    """The item's lines as a program, each line one op."""
    program = program_of(spec.graph, dict.fromkeys(spec.at, ()), "spec.graph")
    for line in program:
        if not one_op(line):
            raise AuthorError(f"spec.graph: {line.name} does more than one operation; give each its own line")
    return program


def draw(spec: Spec, program: Program, numbers: Draw) -> dict[str, float]:
    """Whole numbers in their ranges, drawn again while they hide or confuse mistakes or leave the humane."""
    for _ in range(REDRAWS):
        at = {name: float(numbers.integer(low, high)) for name, (low, high) in spec.draw.items()}
        trace = Trace(program, at)
        if humane(program, at) and not hidden_faults(trace) and not confusable(trace):
            break
    return at


def humane(program: Program, at: Mapping[str, float]) -> bool:
    """No value of 0, and none too large to multiply in one's head."""
    return all(0 < abs(value) <= LARGEST for value in run(program, at).values.values())


def trace_of(variant: Variant) -> Trace:
    """What was drawn."""
    return cast("Trace", variant.values["trace"])


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


# ── showing ──────────────────────────────────────────────────────────────────────────────────────


def present(variant: Variant) -> Presentation:
    """The question, the graph unless it is asked, and the two tables to fill."""
    trace, prompt = trace_of(variant), Prose(variant.say(variant.item.prompt))
    tables = (forward_table(trace, Blank), backward_table(trace, Blank), ROWS)
    drawn = (Graph(trace.inputs, trace.program, variant.words), *tables)
    if spec_of(variant).ask_graph:
        return Presentation((prompt,), fields(variant), {"graph": drawn})
    return Presentation((prompt, *drawn), fields(variant))


def fields(variant: Variant) -> tuple[Field, ...]:
    """The graph if asked, every cell, then the formulas."""
    cells = (step.field for step in trace_steps(trace_of(variant)))
    return (*graph_fields(variant), *cells, *check_fields(variant))


def graph_fields(variant: Variant) -> tuple[Field, ...]:
    """The graph as lines, where it is asked."""
    if not spec_of(variant).ask_graph:
        return ()
    symbols = dict.fromkeys(trace_of(variant).inputs, ())
    example = "name = operation; name = operation; as in  p = a - b; r = p*c"
    return (Field("graph", "the graph", Form.PROGRAM, symbols=symbols, help=example),)


def check_fields(variant: Variant) -> tuple[Field, ...]:
    """The derivatives as formulas, straight from the expression."""
    trace = trace_of(variant)
    symbols = dict.fromkeys((*trace.inputs, *(line.name for line in trace.program)), ())
    return tuple(
        Field(
            f"check.{name}",
            f"check: ∂{trace.root}/∂{name} as a formula",
            Form.EXPRESSION,
            symbols=symbols,
            help=CHECK_HELP,
        )
        for name in spec_of(variant).check
    )


ROWS = Note("Answer cell by cell, or an edge at once with commas: local, upstream, gradient.", Tone.QUIET)
CHECK_HELP = "differentiate the expression directly and leave the letters in"


def forward_table(trace: Trace, fill: Callable[[str], Cell]) -> Table:
    """Node, what it computes, value."""
    rows = tuple((line.name, line.tree, fill(f"forward.{line.name}")) for line in trace.program)
    return Table("Forward", ("node", "computes", "value"), rows)


def backward_table(trace: Trace, fill: Callable[[str], Cell]) -> Table:
    """A row an edge, from the root back, and a row where paths meet."""
    edges = {place(edge): f"{edge.consumer.name} → {edge.producer.name}" for edge in backward(trace, {})}
    rows = tuple(dict.fromkeys(step.field.row for step in backward_steps(trace)))
    cells = (backward_row(row, edges.get(row, ""), fill) for row in rows)
    return Table("Backward", ("from → to", "local", "upstream", "gradient"), tuple(cells))


def backward_row(row: str, edge: str, fill: Callable[[str], Cell]) -> tuple[Cell, ...]:
    """One edge, or the sum at a name."""
    if not edge:
        return (f"all → {row.removeprefix('total.')}", "", "", fill(row))
    return (edge, *(fill(f"{row}.{column}") for column in ("local", "upstream", "gradient")))


def solution(variant: Variant) -> tuple[Block, ...]:
    """The graph with its values, both tables filled, each derivative as a formula."""
    trace = trace_of(variant)
    keys = {step.field.id: notation.value(step.key[0]) for step in trace_steps(trace)}
    values = {**variant.words, **{line.name: keys[f"forward.{line.name}"] for line in trace.program}}
    return (
        Graph(trace.inputs, trace.program, values),
        forward_table(trace, keys.__getitem__),
        backward_table(trace, keys.__getitem__),
        Heading("Check by direct differentiation"),
        *(Formula(f"∂{trace.root}/∂{name}", formula(trace, name)) for name in trace.inputs),
    )


def formula(trace: Trace, name: str) -> Tree:
    """The derivative of the root as an expression in the inputs."""
    return derivative(unfold(trace.program)[trace.root], name)


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """The graph, then every cell, then the formulas."""
    trace = trace_of(variant)
    return (
        *(judge_text(cell, answer, judge_graph, trace) for cell in graph_fields(variant)),
        *judge_steps(trace_steps(trace), answer),
        *(judge_text(cell, answer, judge_check, trace) for cell in check_fields(variant)),
    )


def judge_text(
    cell: Field, answer: Answer, judge_said: Callable[[Trace, Field, Said, str], Judgement], trace: Trace
) -> Judgement:
    """Judge what a field says, if it says anything."""
    expected = expected_text(trace, cell)
    return judge_field(cell, answer, expected, lambda said: judge_said(trace, cell, said, expected))


def expected_text(trace: Trace, cell: Field) -> str:
    """The graph, or the derivative that a check asks."""
    if cell.form is Form.PROGRAM:
        return "; ".join(f"{line.name} = {notation.text(line.tree)}" for line in trace.program)
    return notation.text(checked(trace, cell))


def checked(trace: Trace, cell: Field) -> Tree:
    """The derivative that a check asks."""
    return formula(trace, cell.id.removeprefix("check."))


def judge_graph(trace: Trace, cell: Field, said: Said, expected: str) -> Judgement:
    """The learner's lines must compute the same function, one operation each."""
    compared = compare_expressions(
        unfold(said.program)[said.program[-1].name], unfold(trace.program)[trace.root]
    )
    if isinstance(compared, Equal) and not all(one_op(line) for line in said.program):
        why = "the same function, but a node does more than one operation"
        return Judgement(cell.id, cell.label, Outcome.NEAR, said.echo, expected, why)
    if isinstance(compared, Equal) and len(said.program) > len(trace.program):
        why = "the same function, but in more operations than it needs; the cells go by the shorter graph"
        return Judgement(cell.id, cell.label, Outcome.NEAR, said.echo, expected, why)
    return judgement(cell, said, expected, compared)


def judge_check(trace: Trace, cell: Field, said: Said, expected: str) -> Judgement:
    """The formula must be the derivative, in whichever names it is written; its value alone is half of it."""
    value = run(trace.program, trace.at).gradients()[cell.id.removeprefix("check.")]
    if not names(cast("Tree", said.tree)) and value_at(cast("Tree", said.tree), {}) == value:
        why = "the right number; it was to be found as a formula, with its letters"
        return Judgement(cell.id, cell.label, Outcome.NEAR, said.echo, expected, why)
    given = substitute(cast("Tree", said.tree), unfold(trace.program))
    return judgement(cell, said, expected, compare_expressions(given, checked(trace, cell)))


OUTCOMES: Mapping[type, Outcome] = {Equal: Outcome.RIGHT, Different: Outcome.WRONG}


def judgement(cell: Field, said: Said, expected: str, compared: object) -> Judgement:
    """What a comparison comes to; undecided is never wrong."""
    because = compared.witness if isinstance(compared, Different) else ""
    outcome = OUTCOMES.get(type(compared), Outcome.UNDECIDED)
    return Judgement(cell.id, cell.label, outcome, said.echo, expected, because)


# ── proving ──────────────────────────────────────────────────────────────────────────────────────


def specimens(variant: Variant) -> tuple[Specimen, ...]:
    """The steps' specimens, with graph and formulas filled in."""
    trace = trace_of(variant)
    texts = {
        "graph": "; ".join(
            f"{line.name} = {notation.text(line.tree, notation.Style.ASCII)}" for line in trace.program
        )
    }
    texts |= {
        f"check.{name}": notation.text(formula(trace, name), notation.Style.ASCII)
        for name in spec_of(variant).check
    }
    asked = {cell.id: texts[cell.id] for cell in (*graph_fields(variant), *check_fields(variant))}
    return tuple(numeric_specimens(trace_steps(trace), asked))


def complaints(variant: Variant) -> Iterator[str]:
    """A key that SymPy denies, numbers that hide a mistake, values out of hand."""
    from bpdrill.algebra.symbolic import sympy_gradients

    trace = trace_of(variant)
    ran = run(trace.program, trace.at)
    theirs = sympy_gradients(trace.program, trace.at)
    for name in trace.inputs:
        if abs(ran.gradients()[name] - theirs[name]) > 1e-9 * max(1.0, abs(theirs[name])):
            yield f"∂{trace.root}/∂{name}: the engine says {ran.gradients()[name]}, SymPy {theirs[name]}"
    yield from hiding(hidden_faults(trace), spec_of(variant).silent if variant.seed == 0 else ())
    yield from (
        f"spec.check: {name} is no input" for name in spec_of(variant).check if name not in trace.inputs
    )
    if variant.seed and not humane(trace.program, trace.at):
        yield "a value is 0 or too large for the head"
