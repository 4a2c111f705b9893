"""Mistakes on a tape: rules gone wrong at one place of it, alike at every point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from bpdrill.algebra.evaluate import Value
from bpdrill.algebra.program import Run
from bpdrill.autograd import DROPPED, OPS, Edge, Fault, Node, Rule, applicable, named
from bpdrill.model.tree import Apply, Program, Symbol

Place = tuple[int, int]
"""An edge, the same on the tape of every point: the consumer's index, and the argument."""


def reading(rule: Rule, place: int, instead: Value) -> Rule:
    """``rule`` with one of its arguments taken from elsewhere."""
    return lambda ct, y, *args: rule(ct, y, *args[:place], instead, *args[place + 1 :])


@dataclass(frozen=True, slots=True)
class Mistake:
    """One rule gone wrong, at the same place of every run's tape."""

    name: str
    consumer: int
    argument: int
    rules: Sequence[Rule | Fault]

    @property
    def place(self) -> Place:
        """The edge it sits on."""
        return self.consumer, self.argument

    def faults(self, ran: Run, at: int) -> Mapping[tuple[Node, int], Rule | Fault]:
        """As the tape takes it."""
        return {(ran.tape.nodes[self.consumer], self.argument): self.rules[at]}


def everywhere(mistakes: Sequence[Mistake]) -> Iterator[Sequence[Mistake]]:
    """Each mistake at all its places together, where it has several."""
    for _, group in groupby(sorted(mistakes, key=lambda m: m.name), key=lambda m: m.name):
        places = {mistake.place: mistake for mistake in group}
        if len(places) > 1:
            yield tuple(places.values())


def pairs(mistakes: Sequence[Mistake]) -> Iterator[Sequence[Mistake]]:
    """Two different mistakes at two places."""
    return (
        pair
        for pair in combinations(mistakes, 2)
        if len({m.name for m in pair}) == len({m.place for m in pair}) == 2
    )


def mistakes_on(program: Program, runs: Sequence[Run], edges: Sequence[Edge]) -> Iterator[Mistake]:
    """Every fault that fits one of ``edges``, but for edges inside a step that is taken as one."""
    found = softmax_then_cross_entropy(program)
    last = runs[0].nodes[found[0] if found else runs[0].root].index
    brought = Counter(edge.producer.index for edge in edges)
    for edge in (edge for edge in edges if edge.consumer.index <= last):
        place = edge.consumer.index, edge.argument
        for fault in applicable(edge.consumer, edge.argument):
            alike = [named(fault.name, ran.tape.nodes[place[0]], place[1]) for ran in runs]
            yield Mistake(fault.name, *place, alike)
        if brought[edge.producer.index] > 1:
            yield Mistake(DROPPED, *place, [nothing_over(place[1])] * len(runs))


def nothing_over(argument: int) -> Rule:
    """The rule of an edge that is forgotten."""
    return lambda _ct, _y, *arguments: 0.0 * arguments[argument]


def mistakes_of_fused(program: Program, runs: Sequence[Run], edges: Sequence[Edge]) -> Iterator[Mistake]:
    """The faults of softmax and cross-entropy taken in one step, for a program that ends in them."""
    found = softmax_then_cross_entropy(program)
    if found is None or runs[0].nodes[found[0]].index not in {edge.consumer.index for edge in edges}:
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
