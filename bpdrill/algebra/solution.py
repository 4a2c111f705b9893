"""The derivation of one gradient as one writes it down: back from the loss, a line an operation.

Each line says which rule it is by, in words, and gives the gradient of one node in terms of the
gradients before it: ``dz1`` stands for the gradient of the loss by z1.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from bpdrill.algebra.derive import ONE, ZERO, tidy, tidy_product, unfold
from bpdrill.algebra.graph import one_op_lines
from bpdrill.algebra.rule_words import BIAS, INNER, RULES, SQUARE
from bpdrill.autograd import OPS
from bpdrill.model.errors import AuthorError
from bpdrill.model.tree import Apply, Number, Program, Shape, Symbol, Symbols, Tree, lift, names, substitute
from bpdrill.notation import Mismatch, infer


@dataclass(frozen=True, slots=True)
class Step:
    """The gradient of one node; where paths meet, their contributions are added.

    A number in the place of an array stands for an array of it, as after a sum.
    """

    rule: str
    """What it is by, in words."""
    of: str
    """What is computed: ``dz1``."""
    before: Tree
    """What the rules give, as they stand."""
    tree: Tree
    """What one writes for it."""


def solution(program: Program, name: str, symbols: Symbols) -> tuple[Step, ...]:
    """How the gradient of the last line by ``name`` comes about, from the loss to ``name``.

    The target of a cross-entropy is taken to sum to 1. Raises AuthorError if a line has no shape.
    """
    walk = _Walk.of(program, symbols)
    on_the_way = walk.between(name)
    if name not in on_the_way:
        return (Step(f"no path leads from {name} to {walk.root}", f"d{name}", ZERO, ZERO),)
    nodes = [line.name for line in reversed(walk.lines) if line.name in on_the_way and line.name != walk.root]
    return tuple(walk.step(node, on_the_way) for node in dict.fromkeys((*nodes, name)))


def in_inputs(steps: tuple[Step, ...], program: Program, symbols: Symbols) -> Tree:
    """The last of ``steps`` in the inputs of ``program`` alone."""
    walk = _Walk.of(program, symbols)
    known = unfold(walk.lines)
    for step in steps:
        node = step.of.removeprefix("d")
        known[step.of] = substitute(walk.spread(step.tree, node), known)
    final = known[steps[-1].of]
    return final if any(walk.shapes.values()) else tidy(final)


def at_names(
    steps: tuple[Step, ...], program: Program, symbols: Symbols, told: Collection[str]
) -> Iterator[Step]:
    """Only the gradients of the names ``told``, and the last: what lies between is put into them.

    The rules of what was put in are told with the step that it went into.
    """
    walk, rules = _Walk.of(program, symbols), list[str]()
    inside = _unnamed(walk.lines, {line.name for line in program})
    for step in steps:
        rules.append(step.rule)
        tree = tidy(substitute(step.tree, inside), walk.shapes)
        if step.of.removeprefix("d") in told or step is steps[-1]:
            yield Step("; then ".join(dict.fromkeys(rules)), step.of, step.before, tree)
            rules.clear()
        else:
            inside[step.of] = tree


def _unnamed(lines: Program, own: Collection[str]) -> dict[str, Tree]:
    """The lines that the program does not name itself, in the names that it does."""
    inside: dict[str, Tree] = {}
    for line in lines:
        if line.name not in own:
            inside[line.name] = substitute(line.tree, inside)
    return inside


@dataclass(frozen=True, slots=True)
class _Edge:
    """One use of a node: the line that reads it, and as which argument."""

    line: str
    call: Apply
    argument: int


@dataclass(frozen=True, slots=True)
class _Walk:
    """A program with an operation a line, and the shape of every name and of its gradient."""

    lines: Program
    shapes: Mapping[str, Shape]

    @classmethod
    def of(cls, program: Program, symbols: Symbols) -> _Walk:
        lines, shapes = one_op_lines(program), dict(symbols)
        for line in lines:
            shape = infer(line.tree, shapes)
            if isinstance(shape, Mismatch) or not isinstance(line.tree, Apply):
                raise AuthorError(f"{line.name} cannot be derived: {_reason(shape)}")
            shapes[line.name] = shape
        return cls(lines, shapes | {f"d{name}": shape for name, shape in shapes.items()})

    @property
    def root(self) -> str:
        return self.lines[-1].name

    def edges(self, node: str) -> list[_Edge]:
        return [
            _Edge(line.name, line.tree, argument)
            for line in self.lines
            if isinstance(line.tree, Apply)
            for argument, operand in enumerate(line.tree.args)
            if operand == Symbol(node)
        ]

    def between(self, name: str) -> frozenset[str]:
        """The nodes on the paths from ``name`` to the root, both ends included; none if there is no path."""
        reached, follows = {self.root}, {name}
        for line in reversed(self.lines):
            reached |= {*names(line.tree)} if line.name in reached else set()
        for line in self.lines:
            follows |= {line.name} if follows.intersection(names(line.tree)) else set()
        return frozenset(reached & follows) if self.root in follows else frozenset()

    def step(self, node: str, on_the_way: frozenset[str]) -> Step:
        """The gradient of ``node``: what each of its uses sends back, added up."""
        if node == self.root:
            return Step("the loss by itself", f"d{node}", ONE, ONE)
        edges = [edge for edge in self.edges(node) if edge.line in on_the_way]
        before = self.sent(edges[0])
        for edge in edges[1:]:
            before = before + self.sent(edge)
        rules = "; ".join(dict.fromkeys(self.words(edge) for edge in edges))
        return Step(_paths(len(edges)) + rules, f"d{node}", before, tidy(before, self.shapes))

    def sent(self, edge: _Edge) -> Tree:
        """What one use sends back, by its row's rule."""
        upstream = ONE if edge.line == self.root else Symbol(f"d{edge.line}")
        rule = OPS[edge.call.op].symbolic[edge.argument]
        operands = [substitute(operand, self.turned) for operand in edge.call.args]
        tree = rule(upstream, Symbol(edge.line), *operands)
        if edge.call.op == "softmax_ce":
            tree = _rewritten(tree, lambda node: ONE if _is_row_sum(node, operands[1]) else node)
        tree = _rewritten(tree, self.plain)
        axis = self.met_along(edge)
        return tree if axis is None else Apply("sum", (self.spread(tree, edge.line), *axis))

    @property
    def turned(self) -> dict[str, Tree]:
        """The lines that only turn a name on its side, as that."""
        return {line.name: line.tree for line in self.lines if _is_turned_name(line.tree)}

    def plain(self, tree: Tree) -> Tree:
        """The sum of a vector along its only axis as the sum; how many there are as a number, if known."""
        match tree:
            case Apply("sum", (summed, *_)) if self.is_vector(summed):
                return Apply("sum", (summed,))
            case Apply("sum", (summed, Number(value=-1), *keep)):
                return Apply("sum", (summed, ONE, *keep))
            case Apply("count", (Symbol(name),)):
                return self.how_many(self.shapes[name]) or tree
        return tree

    def how_many(self, shape: Shape) -> Tree | None:
        """The number of entries in ``shape``, if its sizes are numbers or called by one."""
        entries: Tree = ONE
        for size in shape:
            if isinstance(size, str) and self.shapes.get(size) != ():
                return None
            entries = tidy_product(entries, Symbol(size) if isinstance(size, str) else lift(size))
        return entries

    def is_vector(self, tree: Tree) -> bool:
        shape = infer(tree, self.shapes)
        return not isinstance(shape, Mismatch) and len(shape) == 1

    def met_along(self, edge: _Edge) -> tuple[Tree, ...] | None:
        """Where an operand met several entries: the settings of the sum over them; else None."""
        own, made = infer(edge.call.args[edge.argument], self.shapes), self.shapes[edge.line]
        if own == () != made:
            return ()
        stretched = OPS[edge.call.op].stretches and len(made) == 2 and own == made[1:]
        return (ZERO,) if stretched else None

    def spread(self, tree: Tree, node: str) -> Tree:
        """``tree``, in the shape of ``node`` if it is one number that stands for an array."""
        without_counts = _rewritten(tree, lambda each: ONE if _is_count(each) else each)
        is_number = infer(without_counts, self.shapes) == () != self.shapes[node]
        return tree + 0 * Symbol(node) if is_number else tree

    def words(self, edge: _Edge) -> str:
        """The rule in words."""
        told = RULES.get(self.case(edge), f"the rule of {edge.call.op}")
        rule = told if isinstance(told, str) else told[edge.argument]
        return f"{rule}, summed over the entries it met" if self.met_along(edge) is not None else rule

    def case(self, edge: _Edge) -> str:
        """The op, or what is special about this use of it."""
        match edge.call:
            case Apply("power", (_, Number(value=2))):
                return SQUARE
            case Apply("matmul") if self.shapes[edge.line] == ():
                return INNER
            case Apply("add", operands) if self.is_bias(operands, edge.argument):
                return BIAS
        return edge.call.op

    def is_bias(self, operands: tuple[Tree, ...], argument: int) -> bool:
        """Whether an input is added to a product."""
        made = {line.name: line.tree for line in self.lines}
        own, other = operands[argument], operands[1 - argument]
        product = made.get(other.name) if isinstance(other, Symbol) else None
        is_input = isinstance(own, Symbol) and own.name not in made
        return is_input and isinstance(product, Apply) and product.op in {"matmul", "mul"}


def _is_turned_name(tree: Tree) -> bool:
    return isinstance(tree, Apply) and tree.op == "transpose" and isinstance(tree.args[0], Symbol)


def _reason(shape: Shape | Mismatch) -> str:
    return shape.explanation if isinstance(shape, Mismatch) else "it computes nothing; give it an operation"


def _paths(count: int) -> str:
    return {1: "", 2: "sum of both paths: "}.get(count, f"sum of all {count} paths: ")


def _is_row_sum(tree: Tree, summed: Tree) -> bool:
    return isinstance(tree, Apply) and tree.op == "sum" and tree.args[0] == summed


def _is_count(tree: Tree) -> bool:
    return isinstance(tree, Apply) and tree.op == "count"


def _rewritten(tree: Tree, rewrite: Callable[[Tree], Tree]) -> Tree:
    """``tree`` with each operation rewritten, the inner ones first."""
    if not isinstance(tree, Apply):
        return tree
    return rewrite(Apply(tree.op, tuple(_rewritten(arg, rewrite) for arg in tree.args)))
