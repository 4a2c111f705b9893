"""The steps of a computation worked by hand: its values, its gradients path by path, what comes after.

The fields are ``forward.z1``, ``part.z.mu`` (what z receives through mu), ``gradient.z``, ``then.w_new``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from bpdrill import notation
from bpdrill.algebra.authored import read_lines
from bpdrill.algebra.equal import BY_HAND
from bpdrill.algebra.evaluate import Value, evaluate
from bpdrill.algebra.program import Named, Run
from bpdrill.autograd import Gradients, applicable
from bpdrill.marking.chain import FORWARD, GRADIENT, Chain, own, without
from bpdrill.marking.steps import Carried, Step, Values, differs
from bpdrill.model.blocks import Field, Form
from bpdrill.model.tree import Line, Program, Shape, Tree, consumers

PART, THEN = "part.", "then."
"""Prefixes of the field ids of what one path brings, and of what is worked after the backward pass."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a name receives through one of the lines that read it."""

    of: str
    """The name that is used more than once."""
    through: str
    """The line that reads it."""
    says: str
    """The path in words, after the name of the gradient: ``through the mean``."""
    lost: str = "path.dropped"
    """The mistake of leaving this part out of the sum."""
    alone: str = ""
    """The mistake of taking this part for the whole, if it has a name of its own."""
    asked: bool = True
    """Whether it has a field; if not, it only serves to name what was left out."""

    @property
    def id(self) -> str:
        """The id of its field."""
        return f"{PART}{self.of}.{self.through}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What a mistake that is no single rule gone wrong makes of a field."""

    at: str
    """The id of the field."""
    gives: str
    """The wrong value in the names of values and gradients: ``G/sqrt(v)``, ``dS K``."""
    name: str
    """What is said about it stands in data/misconceptions.yaml."""


@dataclass(frozen=True)
class Worked:
    """A chain, and what of it is asked besides its gradients."""

    chain: Chain
    values: tuple[str, ...]
    """The lines whose values are asked."""
    parts: tuple[Part, ...] = ()
    after: tuple[str, ...] = ()
    """Lines worked after the backward pass: ``w_new = w - eta dw``."""
    mistakes: tuple[Mistake, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    """What an author writes for a field, by its id."""

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """The lengths of every input and every line."""
        known = {**self.chain.points[0], **self.chain.runs[0].values}
        return {name: shape_of(value) for name, value in known.items()}

    @cached_property
    def symbols(self) -> dict[str, Shape]:
        """The shapes of all that a formula may name."""
        later = {name: shape_of(value) for name, value in self.later({}).items()}
        return {**self.shapes_at_hand, **later}

    @property
    def shapes_at_hand(self) -> dict[str, Shape]:
        """The shapes of values and gradients."""
        return {**self.shapes, **{f"d{name}": self.shapes[name] for name in self.chain.asked}}

    @cached_property
    def lines_after(self) -> Program:
        """The lines worked after the backward pass."""
        return read_lines(self.after, self.shapes_at_hand)

    # ── what is asked ────────────────────────────────────────────────────────────────────────────

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in the order of the work."""
        return (*self.forward, *self.backward, *self.afterwards)

    @cached_property
    def forward(self) -> tuple[Step, ...]:
        """The values asked."""
        return tuple(self.value_step(line) for line in self.chain.program if line.name in self.values)

    @cached_property
    def backward(self) -> tuple[Step, ...]:
        """The gradients asked, what each path brings before the whole."""
        return tuple(step for name in self.chain.asked for step in self.gradient_steps(name))

    @cached_property
    def afterwards(self) -> tuple[Step, ...]:
        """What is worked after the backward pass."""
        return tuple(self.step_after(line) for line in self.lines_after)

    def value_step(self, line: Line) -> Step:
        """The value of one line."""
        cell = array_field(FORWARD + line.name, line.name, self.shapes[line.name])
        return self.step(cell, partial(self.chain.value, line.name), rule=self.written(line))

    def gradient_steps(self, name: str) -> Iterator[Step]:
        """The gradient at one name, after what each path to it brings."""
        label, shape = f"∂{self.chain.runs[0].root}/∂{name}", self.shapes[name]
        for part in self.parts_of(name):
            if part.asked:
                cell = array_field(part.id, f"{label} {part.says}", shape)
                yield self.step(cell, partial(self.brought, part), partial(self.part_mistaken, part))
        cell = array_field(GRADIENT + name, label, shape)
        whole = self.step(cell, partial(self.whole, name), partial(self.whole_mistaken, name))
        yield replace(whole, further=partial(self.chain.further, name))

    def step_after(self, line: Line) -> Step:
        """One line after the backward pass."""
        cell = array_field(THEN + line.name, line.name, shape_of(self.later({})[line.name]))
        return self.step(cell, lambda carried: (self.later(carried)[line.name],), rule=self.written(line))

    def step(
        self,
        cell: Field,
        expect: Callable[[Carried], Values],
        mistaken: Callable[[Carried], Iterator[tuple[str, Values]]] | None = None,
        rule: str = "",
    ) -> Step:
        """A step, with the mistakes its author knows before those of the engine's rules."""

        def each(carried: Carried) -> Iterator[tuple[str, Values]]:
            yield from self.known_mistakes(cell.id, carried)
            yield from mistaken(carried) if mistaken else ()

        def all_mistaken(carried: Carried) -> Iterator[tuple[str, Values]]:
            return self.chain.in_turn(f"mistaken at {cell.id}", carried, lambda: each(carried))

        return Step(cell, expect, rule=rule, mistaken=all_mistaken, tolerance=BY_HAND)

    def written(self, line: Line) -> str:
        """A line as a formula."""
        return f"{line.name} = {notation.text(line.tree, symbols=self.symbols)}"

    # ── what follows from what is carried ────────────────────────────────────────────────────────

    def parts_of(self, name: str) -> tuple[Part, ...]:
        """The paths to one name."""
        return tuple(part for part in self.parts if part.of == name)

    def brought(self, part: Part, carried: Carried) -> Values:
        """What a name receives through one line: as it was given, else as it follows."""
        ran, found = self.path(part, carried)
        return (found.of(ran.nodes[part.of]),)

    def path(self, part: Part, carried: Carried) -> tuple[Run, Gradients]:
        """Both passes with one path left open: all other lines that read the name send nothing back."""
        return self.chain.once(part.id, carried, lambda: self.opened(part, carried))

    def opened(self, part: Part, carried: Carried) -> tuple[Run, Gradients]:
        """As ``path``, worked out."""
        ((ran, found), *_) = self.chain.back_from(without(carried, GRADIENT + part.of))
        arrived = {line: found.of(ran.nodes[line]) for line in consumers(self.chain.program, part.of)}
        closed = {line: value if line == part.through else value * 0.0 for line, value in arrived.items()}
        return ran, ran.pull_back(closed)

    def whole(self, name: str, carried: Carried) -> Values:
        """The gradient at one name; where its parts are told apart, their sum as they were given."""
        parts = self.parts_of(name)
        return added(self.given(parts, carried).values()) if parts else self.chain.gradient(name, carried)

    def given(self, parts: Sequence[Part], carried: Carried) -> dict[Part, Values]:
        """What each path brings: the learner's own value where there is one."""
        return {part: carried.get(part.id) or self.brought(part, carried) for part in parts}

    def later(self, carried: Carried) -> dict[str, Value]:
        """The lines after the backward pass, each from what was given before it."""
        names, said = dict(self.names(carried)) if self.after else {}, own(carried, THEN, 0)
        for line in self.lines_after:
            names[line.name] = evaluate(line.tree, {**names, **said})
        return {line.name: names[line.name] for line in self.lines_after}

    def names(self, carried: Carried) -> Named:
        """Values and gradients by the names that formulas use: the learner's own where given."""
        return self.chain.once("names in formulas", carried, lambda: self.named(carried))

    def named(self, carried: Carried) -> Named:
        """As ``names``, worked out."""
        ran = self.chain.run_from(carried)[0]
        gradients = {name: self.chain_gradient(name, carried) for name in self.chain.asked}
        known = {**self.chain.points[0], **ran.values}
        return {**known, **{f"d{name}": value for name, value in gradients.items()}}

    def chain_gradient(self, name: str, carried: Carried) -> Value:
        """The gradient at one name, as given or as it follows."""
        return (carried.get(GRADIENT + name) or self.whole(name, carried))[0]

    # ── what the author says of it ───────────────────────────────────────────────────────────────

    def read(self, formula: str) -> Tree:
        """A formula of the author's, in the names of values and gradients."""
        (line,) = read_lines([f"formula = {formula}"], self.symbols)
        return line.tree

    def formula(self, cell: str) -> str:
        """The author's formula for a field, as it is shown."""
        return notation.text(self.read(self.rules[cell]), symbols=self.symbols)

    def misruled(self) -> Iterator[str]:
        """Fields that are something else than their author's formula; a number stands for an array of it."""
        keys = {step.field.id: step.key for step in self.steps}
        for cell, rule in self.rules.items():
            found = evaluate(self.read(rule), self.names({}))
            if cell not in keys or differs((found + 0 * keys[cell][0],), keys[cell]):
                yield cell

    # ── what mistakes make of it ─────────────────────────────────────────────────────────────────

    def known_mistakes(self, cell: str, carried: Carried) -> Iterator[tuple[str, Values]]:
        """What the author's mistakes make of one field."""
        for mistake, wrong in self.wrongs:
            if mistake.at == cell:
                yield mistake.name, (evaluate(wrong, {**self.names(carried), **self.later(carried)}),)

    @cached_property
    def wrongs(self) -> tuple[tuple[Mistake, Tree], ...]:
        """The author's mistakes, and what they write."""
        return tuple((mistake, self.read(mistake.gives)) for mistake in self.mistakes)

    def whole_mistaken(self, name: str, carried: Carried) -> Iterator[tuple[str, Values]]:
        """The gradient with a path left out, or with one of the engine's rules gone wrong."""
        given = self.given(self.parts_of(name), carried)
        for part, value in given.items():
            others = [other for each, other in given.items() if each is not part]
            yield from [(part.alone, value)] if part.alone else []
            yield from [(part.lost, added(others))] if others else []
        yield from self.chain.mistaken(name, carried)

    def part_mistaken(self, part: Part, carried: Carried) -> Iterator[tuple[str, Values]]:
        """What one path brings with one of the engine's rules gone wrong."""
        ran, found = self.path(part, carried)
        way = found.way_to(ran.nodes[part.of])
        for edge in found.edges:
            for fault in applicable(edge.consumer, edge.argument):
                yield fault.name, (way.amiss({(edge.consumer, edge.argument): fault.rule}),)


def added(parts: Iterable[Values]) -> Values:
    """The sum of what several paths bring."""
    return tuple(sum(values) for values in zip(*parts, strict=True))


def shape_of(value: Value) -> tuple[int, ...]:
    """The lengths of a value's axes; a number has none."""
    shape: tuple[int, ...] = getattr(value, "shape", ())
    return shape


EXAMPLES = (
    "a number, three digits or more",
    "a vector: [0.1, -0.2]",
    "a matrix, row by row: [[0.1, 0.2], [0.3, 0.4]]",
)
"""What may be typed, by the number of axes."""


def array_field(name: str, label: str, shape: Shape) -> Field:
    """A number, a vector or a matrix to fill in."""
    form = Form.ARRAY if shape else Form.NUMBER
    sized = f"{label} {notation.describe(shape)}" if shape else label
    return Field(name, sized, form, shape=shape, help=EXAMPLES[len(shape)])
