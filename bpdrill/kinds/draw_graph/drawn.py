"""The graph of an expression: which nodes are given, computed, read more than once."""

from __future__ import annotations

from dataclasses import dataclass

from bpdrill.algebra.derive import unfold
from bpdrill.model.tree import Program, Symbols, Tree, consumers, leaves, names


@dataclass(frozen=True, slots=True)
class Drawn:
    """The graph that is meant, and all names in it with their shapes."""

    program: Program
    symbols: Symbols

    @property
    def root(self) -> str:
        """The name of the last line."""
        return self.program[-1].name

    @property
    def leaves(self) -> tuple[str, ...]:
        """What the graph reads."""
        return leaves(self.program)

    @property
    def internal(self) -> tuple[str, ...]:
        """What is computed on the way to the root."""
        return tuple(line.name for line in self.program[:-1])

    @property
    def nodes(self) -> tuple[str, ...]:
        """Leaves first, then a node a line."""
        return (*self.leaves, *self.internal, self.root)

    @property
    def forks(self) -> tuple[str, ...]:
        """What is read more than once."""
        return tuple(name for name in self.nodes if len(consumers(self.program, name)) > 1)

    @property
    def joins(self) -> tuple[str, ...]:
        """What reads more than one name."""
        return tuple(line.name for line in self.program if len(names(line.tree)) > 1)

    @property
    def edges(self) -> int:
        """One for each use of a name."""
        return sum(len(consumers(self.program, name)) for name in self.nodes)

    @property
    def expression(self) -> Tree:
        """The root in terms of the leaves."""
        return unfold(self.program)[self.root]
