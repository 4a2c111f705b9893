"""Draw the graph of an expression as lines, then say what its nodes are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from bpdrill import notation
from bpdrill.algebra.authored import program_of, shapes_of
from bpdrill.algebra.compare import Reference, compare
from bpdrill.algebra.derive import unfold
from bpdrill.algebra.evaluate import evaluate
from bpdrill.kinds.draw_graph.drawn import Drawn
from bpdrill.marking.deck import deal
from bpdrill.marking.fields import Remark, judge_field
from bpdrill.marking.reading import Said
from bpdrill.marking.specimens import common_specimens
from bpdrill.marking.trace import one_op
from bpdrill.model.blocks import Block, Bullets, Field, Form, Formula, Graph, Note, Presentation, Prose, Tone
from bpdrill.model.items import Draw, Item, Variant
from bpdrill.model.marks import Answer, Different, Equal, Judgement, Outcome, Specimen
from bpdrill.model.tree import Symbol, Tree, consumers, substitute

REVISION = 1
LEAVES_UNCOUNTED, FAN_IN = "graph.leaves-not-counted", "graph.fan-in-for-fan-out"


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression by its graph, one op a line; the last line is the root."""

    graph: tuple[str, ...]
    shapes: Mapping[str, tuple[int | str, ...]]
    """Of what the graph reads; ``[]`` for a number."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``draw_graph`` item."""

    expressions: Mapping[str, Expression]
    """By name: the first for seed 0, drawn for the others."""
    notes: tuple[str, ...] = ()
    """What is worth remembering, shown with the solution."""


def vary(item: Item, seed: int) -> Variant:
    """The item's first expression for seed 0, else one that is drawn."""
    spec = cast("Spec", item.spec)
    (name,) = deal(tuple(spec.expressions), 1, seed, Draw(seed))
    return Variant(item, REVISION, seed, {"expression": name})


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def drawn_of(variant: Variant) -> Drawn:
    """The graph that is meant."""
    expression = spec_of(variant).expressions[variant.values["expression"]]
    program = program_of(expression.graph, expression.shapes, "spec.expressions")
    return Drawn(program, shapes_of(program, expression.shapes, "spec.expressions"))


# ── showing ──────────────────────────────────────────────────────────────────────────────────────

GRAPH_HELP = "name = operation; name = operation; as in  p = a - b; r = p*c; the last one is the result"
NAMES_HELP = "names with commas between them, or none"
LISTS: Mapping[str, str] = {
    "leaves": "the leaves (sources, inputs)",
    "internal": "the internal nodes",
    "root": "the root (sink, output)",
    "forks": "what is read more than once (fan-out)",
}
"""Lists of names that are asked, by the property that holds the key."""
COUNTS: Mapping[str, str] = {
    "nodes": "how many nodes, leaves included",
    "edges": "how many edges, one for each use of a node",
}


def fields(drawn: Drawn) -> tuple[Field, ...]:
    """The graph, then what its nodes are, then two counts."""
    inputs = {name: drawn.symbols[name] for name in drawn.leaves}
    known = dict.fromkeys(drawn.nodes, ())
    return (
        Field("graph", "the graph", Form.PROGRAM, symbols=inputs, help=GRAPH_HELP),
        *(Field(name, label, Form.NAMES, symbols=known, help=NAMES_HELP) for name, label in LISTS.items()),
        *(Field(name, label, Form.NUMBER, help="a whole number") for name, label in COUNTS.items()),
    )


def present(variant: Variant) -> Presentation:
    """The expression; once it is drawn, the graph that the other questions go by."""
    drawn = drawn_of(variant)
    blocks = (Prose(variant.say(variant.item.prompt)), formula(drawn))
    return Presentation(blocks, fields(drawn), {"graph": (GOES_BY, Graph(drawn.leaves, drawn.program))})


GOES_BY = Note("This is one way to draw it; the questions that follow go by its names.", Tone.QUIET)


def formula(drawn: Drawn) -> Formula:
    """The expression that is to be drawn."""
    return Formula(drawn.root, drawn.expression, drawn.symbols)


def keys(drawn: Drawn) -> dict[str, str]:
    """The right text of every field."""
    lines = (f"{line.name} = {written(line.tree, drawn)}" for line in drawn.program)
    lists = {name: ", ".join(listed(drawn, name)) or "none" for name in LISTS}
    return {"graph": "; ".join(lines), **lists, **{name: str(counted(drawn, name)) for name in COUNTS}}


def written(tree: Tree, drawn: Drawn) -> str:
    """A formula as one types it."""
    return notation.text(tree, notation.Style.ASCII, drawn.symbols)


def shown(drawn: Drawn) -> str:
    """The graph on one line, written as an answer is read back."""
    lines = (f"{line.name} = {notation.text(line.tree, symbols=drawn.symbols)}" for line in drawn.program)
    return "; ".join(lines)


def listed(drawn: Drawn, name: str) -> tuple[str, ...]:
    """The names that a field asks for."""
    lists = {"leaves": drawn.leaves, "internal": drawn.internal, "root": (drawn.root,), "forks": drawn.forks}
    return lists[name]


def counted(drawn: Drawn, name: str) -> int:
    """The number that a field asks for."""
    return {"nodes": len(drawn.nodes), "edges": drawn.edges}[name]


def solution(variant: Variant) -> tuple[Block, ...]:
    """The graph, then every answer."""
    drawn = drawn_of(variant)
    right = keys(drawn)
    lines = tuple(f"{cell.label}: {right[cell.id]}" for cell in fields(drawn)[1:])
    return (formula(drawn), Graph(drawn.leaves, drawn.program), Bullets((*lines, *spec_of(variant).notes)))


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """The graph by what it computes, the lists by what is missing or too much, the counts."""
    drawn = drawn_of(variant)
    right = {**keys(drawn), "graph": shown(drawn)}
    judges: Mapping[Form, Callable[[Drawn, Field, Said], Remark | None]] = {
        Form.PROGRAM: on_graph,
        Form.NAMES: on_list,
        Form.NUMBER: on_count,
    }

    def judged(cell: Field) -> Judgement:
        def judge_said(said: Said) -> Judgement:
            given = Judgement(cell.id, cell.label, Outcome.RIGHT, said.echo, right[cell.id])
            return with_remark(given, judges[cell.form](drawn, cell, said))

        return judge_field(cell, answer, right[cell.id], judge_said)

    return tuple(judged(cell) for cell in fields(drawn))


def with_remark(judged: Judgement, remark: Remark | None) -> Judgement:
    """A judgement as it is, or with what there is to say against the answer."""
    if remark is None:
        return judged
    fits = (remark.misconception,) if remark.misconception else ()
    return replace(judged, outcome=remark.outcome, because=remark.because, misconceptions=fits)


def on_graph(drawn: Drawn, _: Field, said: Said) -> Remark | None:
    """The learner's lines must compute the same function, one operation each, and no more than needed."""
    given = unfold(said.program)[said.program[-1].name]
    compared = compare(given, Reference(drawn.expression, drawn.symbols))
    if isinstance(compared, Different):
        return Remark(compared.witness)
    if not isinstance(compared, Equal):
        return Remark(compared.tried, outcome=Outcome.UNDECIDED)
    if not all(one_op(line) for line in said.program):
        return Remark("the same function, but a node does more than one operation", outcome=Outcome.NEAR)
    if len(said.program) > len(drawn.program):
        return Remark("the same function, in more operations than it needs", outcome=Outcome.NEAR)
    return None


MISSING, SPARE = ("is missing", "are missing"), ("does not belong", "do not belong")
"""What is said of one name, and of several."""


def on_list(drawn: Drawn, cell: Field, said: Said) -> Remark | None:
    """What is missing from a list of names, and what does not belong there."""
    given, due = set(said.word.split()), listed(drawn, cell.id)
    missing = [name for name in due if name not in given]
    spare = [name for name in drawn.nodes if name in given and name not in due]
    if not missing and not spare:
        return None
    if cell.id == "internal" and not missing and spare == [drawn.root]:
        return Remark(
            "the root is computed too, but nothing reads it: it has a name of its own", outcome=Outcome.NEAR
        )
    fits = FAN_IN if cell.id == "forks" and spare and set(spare) <= set(drawn.joins) else ""
    return Remark("; ".join((*told(missing, MISSING, drawn), *told(spare, SPARE, drawn))), fits)


def told(listed: list[str], what: tuple[str, str], drawn: Drawn) -> Iterator[str]:
    """Each name with what is to be said of it; names of which the same is to be said together."""
    parts = {name: part_of(name, drawn) for name in listed}
    for part in dict.fromkeys(parts.values()):
        names = [name for name in listed if parts[name] == part]
        yield f"{', '.join(names)} {what[len(names) > 1]}: {part}"


def part_of(name: str, drawn: Drawn) -> str:
    """What a node does in the graph."""
    uses = len(consumers(drawn.program, name))
    origin = "given" if name in drawn.leaves else "computed"
    return f"{origin} and read {('by nothing', 'once', 'twice', 'three times')[min(uses, 3)]}"


def on_count(drawn: Drawn, cell: Field, said: Said) -> Remark | None:
    """A whole number; edges that run side by side may be drawn as one."""
    given = float(evaluate(cast("Tree", said.tree), {}))
    if given in accepted(drawn, cell.id):
        return None
    if cell.id == "nodes" and given == len(drawn.program):
        return Remark("these are the operations alone; the leaves are nodes as well", LEAVES_UNCOUNTED)
    facts = f"{len(drawn.leaves)} leaves and {len(drawn.program)} operations; these read {drawn.edges} names"
    return Remark(f"the graph has {facts}")


def accepted(drawn: Drawn, name: str) -> tuple[int, ...]:
    """The counts that a usual way to draw gives."""
    merged = sum(len(set(consumers(drawn.program, node))) for node in drawn.nodes)
    return (counted(drawn, name), merged) if name == "edges" else (counted(drawn, name),)


# ── proving ──────────────────────────────────────────────────────────────────────────────────────


def specimens(variant: Variant) -> Iterator[Specimen]:
    """The graph as it is and in other names, and what people get wrong."""
    drawn = drawn_of(variant)
    right = keys(drawn)
    yield from common_specimens(right, "graph")
    yield Specimen("in other names", {**right, "graph": renamed(drawn), "leaves": " ".join(drawn.leaves)}, {})
    whole = f"{drawn.root} = {written(drawn.expression, drawn)}"
    yield Specimen("one node", {**right, "graph": whole}, {"graph": Outcome.NEAR})
    doubled = f"{right['graph']}; twice = 2*{drawn.root}"
    yield Specimen("twice the root", {**right, "graph": doubled}, {"graph": Outcome.WRONG})
    yield Specimen("a leaf missing", {**right, "leaves": drawn.leaves[0]}, {"leaves": Outcome.WRONG})
    rooted = ", ".join((*drawn.internal, drawn.root))
    yield Specimen("the root inside", {**right, "internal": rooted}, {"internal": Outcome.NEAR})
    operations = {**right, "nodes": str(len(drawn.program))}
    yield Specimen("operations alone", operations, {"nodes": Outcome.WRONG})
    yield Specimen("fan-in", {**right, "forks": ", ".join(drawn.joins)}, {"forks": Outcome.WRONG})


def renamed(drawn: Drawn) -> str:
    """The graph with other names for what is computed."""
    own = {line.name: f"node{place}" for place, line in enumerate(drawn.program, 1)}
    symbols = {own.get(name, name): shape for name, shape in drawn.symbols.items()}
    new: Mapping[str, Tree] = {old: Symbol(name) for old, name in own.items()}
    lines = ((own[line.name], substitute(line.tree, new)) for line in drawn.program)
    return "; ".join(f"{name} = {notation.text(tree, notation.Style.ASCII, symbols)}" for name, tree in lines)


def complaints(variant: Variant) -> Iterator[str]:
    """A line of more than one operation, a name that nothing reads."""
    drawn = drawn_of(variant)
    for line in drawn.program:
        if not one_op(line):
            yield f"spec.expressions: {line.name} does more than one operation; give each its own line"
    for name in drawn.nodes[:-1]:
        if not consumers(drawn.program, name):
            yield f"spec.expressions: nothing reads {name}"
