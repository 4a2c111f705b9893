"""The steps of a network: values of its lines, gradients of named quantities, at one point or several.

A step's gradient is pulled back by the engine from whatever the learner has said before it, so that
each step is marked by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Named, Run, run
from bpdrill.autograd import OPS, Fault, Node, Rule, applicable, named
from bpdrill.marking.steps import Carried, Values
from bpdrill.model.tree import Apply, Program, Symbol

FORWARD, GRADIENT = "forward.", "gradient."
"""Prefixes of the field ids: ``forward.z1``, ``gradient.W2``."""


@dataclass(frozen=True)
class Chain:
    """A program at its points, and the quantities whose gradients are asked, from the loss back."""

    program: Program
    points: tuple[Named, ...]
    asked: tuple[str, ...]

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The forward pass at each point."""
        return tuple(run(self.program, point) for point in self.points)

    def run_from(self, carried: Carried) -> tuple[Run, ...]:
        """The forward pass at each point, from the learner's own values where there are some."""
        if not any(field.startswith(FORWARD) for field in carried):
            return self.runs
        return tuple(
            run(self.program, point, own(carried, FORWARD, at)) for at, point in enumerate(self.points)
        )

    def value(self, name: str, carried: Carried) -> Values:
        """What the line ``name`` comes to at each point."""
        earlier = without(carried, FORWARD + name)
        return tuple(ran.values[name] for ran in self.run_from(earlier))

    def gradient(self, name: str, carried: Carried) -> Values:
        """The gradient of the root with respect to ``name`` at each point, from what is carried."""
        earlier = without(carried, GRADIENT + name)
        return tuple(
            ran.gradients(own(earlier, GRADIENT, at))[name] for at, ran in enumerate(self.run_from(earlier))
        )

    def names(self, carried: Carried) -> Sequence[Named]:
        """What an expression may use at each point: every value, and ``dz2`` for the gradient at z2."""
        return [self.names_at(at, carried) for at in range(len(self.runs))]

    def names_at(self, at: int, carried: Carried) -> Named:
        """The learner's own gradients where given; what follows from them elsewhere."""
        given = own(carried, GRADIENT, at)
        found = {**self.runs[at].gradients(given), **given}
        return {**self.runs[at].values, **{f"d{name}": found[name] for name in self.asked}}

    def mistaken(self, name: str, carried: Carried) -> Iterator[tuple[str, Values]]:
        """What the gradient at ``name`` becomes with one rule gone wrong."""
        earlier = without(carried, GRADIENT + name)
        runs = self.run_from(earlier)
        for mistake in (*mistakes_of_fused(self.program, runs), *mistakes_on_edges(self.program, runs)):
            gradients = (
                ran.gradients(own(earlier, GRADIENT, at), mistake.faults(ran, at))
                for at, ran in enumerate(runs)
            )
            yield mistake.name, tuple(found[name] for found in gradients)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One rule gone wrong, at the same place of every run's tape."""

    name: str
    consumer: int
    argument: int
    rules: Sequence[Rule | Fault]

    def faults(self, ran: Run, at: int) -> Mapping[tuple[Node, int], Rule | Fault]:
        """As the tape takes it."""
        return {(ran.tape.nodes[self.consumer], self.argument): self.rules[at]}


def mistakes_on_edges(program: Program, runs: Sequence[Run]) -> Iterator[Mistake]:
    """Every fault that fits an edge of the tape, but for edges inside a step that is taken as one."""
    found = softmax_then_cross_entropy(program)
    last = runs[0].nodes[found[0] if found else runs[0].root].index
    for edge in runs[0].pull_back().edges:
        for fault in applicable(edge.consumer, edge.argument) if edge.consumer.index <= last else ():
            place = edge.consumer.index, edge.argument
            alike = [named(fault.name, ran.tape.nodes[place[0]], place[1]) for ran in runs]
            yield Mistake(fault.name, *place, alike)


def mistakes_of_fused(program: Program, runs: Sequence[Run]) -> Iterator[Mistake]:
    """The faults of softmax and cross-entropy taken in one step, for a program that ends in them."""
    found = softmax_then_cross_entropy(program)
    if found is None:
        return
    prediction, target = found
    for fault in OPS["softmax_ce"].faults:
        if fault.argument == 0:
            rules = [fused(fault.rule, ran.nodes[ran.root], ran.nodes[target].value) for ran in runs]
            yield Mistake(fault.name, runs[0].nodes[prediction].index, 0, rules)


def fused(rule: Rule, loss: Node, target: Value) -> Rule:
    """A rule of the softmax that sends back what the fused ``rule`` would, whatever arrives."""
    return lambda _upstream, _prediction, logits: rule(1.0, loss.value, logits, target)


def softmax_then_cross_entropy(program: Program) -> tuple[str, str] | None:
    """The names of prediction and target, if the program ends in ``p = softmax(z); L = -sum(y * log(p))``."""
    match program[-1].tree:
        case Apply(
            "neg", (Apply("sum", (Apply("mul", (Symbol(target), Apply("log", (Symbol(prediction),)))),)),)
        ):
            lines = {line.name: line.tree for line in program}
            if isinstance(tree := lines[prediction], Apply) and tree.op == "softmax":
                return prediction, target
    return None


def own(carried: Carried, prefix: str, at: int) -> dict[str, Value]:
    """The learner's own values of one kind, by name, at one point."""
    return {
        field.removeprefix(prefix): values[at]
        for field, values in carried.items()
        if field.startswith(prefix)
    }


def without(carried: Carried, field: str) -> Mapping[str, Values]:
    """What is carried, but for one field."""
    return {name: values for name, values in carried.items() if name != field}


def hidden_faults(chain: Chain) -> list[str]:
    """The rows' own faults that these numbers cannot show: every gradient asked stays what it is."""
    truth = chain.runs[0].gradients()
    hidden = []
    for edge in chain.runs[0].pull_back().edges:
        if not edge.producer.op and edge.producer.name not in chain.asked:
            continue
        for fault in applicable(edge.consumer, edge.argument):
            if fault in edge.consumer.row.faults:
                wrong = chain.runs[0].gradients(faults={(edge.consumer, edge.argument): fault.rule})
                if all(same(truth[name], wrong[name]) for name in chain.asked):
                    hidden.append(fault.name)
    return list(dict.fromkeys(hidden))


def same(a: Value, b: Value) -> bool:
    """Equal up to rounding."""
    return bool(abs(a - b).max() < 1e-9) if hasattr(a, "max") else abs(a - b) < 1e-9
