"""A program run on the tape, so that values and gradients can be read off by name.

A learner's own values can be put in on the way (``clamped``): each later value, and each later
gradient, is then what follows from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bpdrill.algebra.evaluate import Value, literal, tidied
from bpdrill.autograd import OPS, Fault, Gradients, Node, Rule, Tape, modes_agree
from bpdrill.model.errors import AuthorError
from bpdrill.model.tree import Apply, Line, Program, interpret, leaves

Named = Mapping[str, Value]
NOTHING: Mapping[str, Value] = {}

CANCELLING = ("add", "sub", "matmul", "dot")
"""Ops whose result may be nothing but rounding."""
RESIDUE = 1e-15
"""Of the operands: less than this is left of numbers that cancel, a few units of their last place."""


@dataclass(frozen=True, slots=True)
class Run:
    """One forward pass: the tape, and the node of each name."""

    tape: Tape
    nodes: Mapping[str, Node]
    root: str

    @property
    def values(self) -> dict[str, Value]:
        """Every input and every line, by name."""
        return {name: node.value for name, node in self.nodes.items()}

    def pull_back(
        self, clamped: Named = NOTHING, faults: Mapping[tuple[Node, int], Rule | Fault] | None = None
    ) -> Gradients:
        """The backward pass from the root; ``clamped`` gradients replace the true ones on the way."""
        own = {self.nodes[name]: value for name, value in clamped.items()}
        return self.tape.pull_back(self.nodes[self.root], clamped=own, faults=faults or {})

    def gradients(
        self, clamped: Named = NOTHING, faults: Mapping[tuple[Node, int], Rule | Fault] | None = None
    ) -> dict[str, Value]:
        """The gradient of the root with respect to every name.

        Raises RuntimeError as ``sure`` does.
        """
        return self.by_name(self.pull_back(clamped, faults) if clamped or faults else self.sure())

    def sure(self, clamped: Named = NOTHING) -> Gradients:
        """The backward pass; where the rows' own rules gave all of it, forward mode has to say the same.

        Raises RuntimeError if it does not: nobody is graded by an engine at odds with itself.
        """
        found = self.pull_back(clamped)
        if not clamped and not modes_agree(found):
            raise RuntimeError(f"the two modes of the engine disagree about the gradient of {self.root}")
        return found

    def by_name(self, found: Gradients) -> dict[str, Value]:
        """What a backward pass found, by name."""
        return {name: found.of(node) for name, node in self.nodes.items()}


def run(program: Program, inputs: Named, clamped: Named = NOTHING) -> Run:
    """Run ``program`` forward on ``inputs``; a line named in ``clamped`` goes on with that value instead.

    Raises:
        AuthorError: a line is no operation.
        ValueError: a line has no finite value there.

    """
    tape = Tape()
    nodes = {name: tape.leaf(inputs[name], name=name) for name in leaves(program)}
    for line in program:
        nodes[line.name] = record(tape, line, nodes, clamped.get(line.name))
    return Run(tape, nodes, program[-1].name)


def record(tape: Tape, line: Line, nodes: Mapping[str, Node], instead: Value | None) -> Node:
    """Put one line on the tape; its last op bears the line's name."""
    if not isinstance(line.tree, Apply):
        raise AuthorError(f"spec: {line.name} computes nothing; give each line an operation")
    operands = [
        interpret(arg, nodes, literal, lambda op, args: _operation(tape, op, args)) for arg in line.tree.args
    ]
    return _operation(tape, line.tree.op, operands, line.name, instead)


def _operation(
    tape: Tape, op: str, operands: Sequence[Node | Value], name: str = "", instead: Value | None = None
) -> Node:
    """``op`` on the tape; a product in the shape that mathematics gives it."""
    if instead is None and op in CANCELLING:
        instead = _without_residue(op, [getattr(operand, "value", operand) for operand in operands])
    node = tape.apply(op, *operands, name=name, instead=instead)
    shape = tidied(op, node.shape)
    return node if shape is None else tape.apply("reshape", node, shape, name=name)


def _without_residue(op: str, operands: Sequence[Value]) -> Value | None:
    """The sum or product with 0 where it cancels up to rounding: 0.1 + 0.2 − 0.3 switches no unit on.

    None where nothing cancels, or where it has no value: the tape says why.
    """
    try:
        value = OPS[op].forward(*operands)
    except (ArithmeticError, ValueError):
        return None
    least = RESIDUE * max(map(_largest, operands))
    if isinstance(value, float):
        return 0.0 if 0 < abs(value) < least else None
    cancelled = (abs(value) < least) & (value != 0)
    return value * ~cancelled if cancelled.any() else None


def _largest(value: Value) -> float:
    """The size of a number, or of the largest entry."""
    return abs(value) if isinstance(value, float | int) else float(abs(value).max(initial=0.0))
