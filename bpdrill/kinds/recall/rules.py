"""What a line sends back to a name it reads: as a formula, and which mistakes give another formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import add

from bpdrill.algebra.arrays import Drawn, draws
from bpdrill.algebra.derive import ONE, contributions, tidy
from bpdrill.algebra.domains import Domains
from bpdrill.algebra.equal import Tolerance, compare_values
from bpdrill.algebra.evaluate import value_at
from bpdrill.algebra.program import run
from bpdrill.autograd import OPS, Fault, Node, Value, applicable
from bpdrill.autograd.reverse import contribution
from bpdrill.marking.diagnosis import ANY_OP
from bpdrill.marking.trace import one_op
from bpdrill.model.marks import Equal
from bpdrill.model.tree import Apply, Line, Symbol, Symbols, Tree

SAME = Tolerance(rel=1e-9, abs=1e-9)


@dataclass(frozen=True, slots=True)
class Sent:
    """The share of ``line`` in the gradient at ``to``; without the name of an upstream it is 1."""

    line: Line
    to: str
    upstream: str = ""

    def by_output(self, symbols: Symbols) -> Tree:
        """The engine's rule with the line's own name for its output: a·(1 − a)."""
        if not one_op(self.line) or not isinstance(self.line.tree, Apply):
            return self.by_inputs(symbols)
        args, rules = self.line.tree.args, OPS[self.line.tree.op].symbolic
        uses = (rule for arg, rule in zip(args, rules, strict=False) if arg == Symbol(self.to))
        output = Symbol(self.line.name)
        return tidy(reduce(add, [rule(self._arriving, output, *args) for rule in uses]), symbols)

    def by_inputs(self, symbols: Symbols) -> Tree:
        """The engine's rules in what the line reads: all paths, summed."""
        return tidy(reduce(add, contributions(self.line.tree, self.to, self._arriving)), symbols)

    @property
    def _arriving(self) -> Tree:
        return Symbol(self.upstream) if self.upstream else ONE


def faults_that_give(given: Tree, sent: Sent, symbols: Symbols, domains: Domains) -> tuple[str, ...]:
    """The named mistakes in a one-op line's rule that give ``given`` wherever it is tried.

    The op's own come before those that fit any op.
    """
    if not one_op(sent.line):
        return ()
    found = [set(_fitting(given, sent, drawn)) for drawn in draws(symbols, domains)]
    everywhere = sorted(set.intersection(*found))
    own = tuple(name for name in everywhere if not name.startswith(ANY_OP))
    return own or tuple(everywhere)


def _fitting(given: Tree, sent: Sent, drawn: Drawn) -> Iterator[str]:
    """The mistakes that give the same value as ``given`` at one draw."""
    ran = run((sent.line,), drawn.values)
    node = ran.nodes[sent.line.name]
    own = value_at(given, {**drawn.values, sent.line.name: node.value})
    arriving = drawn.values.get(sent.upstream, 1.0)
    for place, producer in enumerate(node.inputs):
        if own is not None and producer is ran.nodes[sent.to]:
            for fault in applicable(node, place):
                if isinstance(compare_values(own, _mistaken(fault, arriving, node, place), SAME), Equal):
                    yield fault.name


def _mistaken(fault: Fault, arriving: Value, node: Node, place: int) -> Value:
    """What is sent over an edge with one rule gone wrong."""
    return contribution(fault.rule, arriving, node, place, summed=fault.summed)
