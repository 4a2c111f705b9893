"""The tape: a computation written down as it runs, ready to be walked back or replayed.

It has two modes. A *trace* keeps every value, checks each one and names each node: what
is shown and graded. A *lean* tape keeps what the rules read and no more, and is used up by
the one walk back: what is fast. Both are filled by the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from bpdrill.autograd import dual, reverse
from bpdrill.autograd.node import Node, Operand, new, warn_of_a_column
from bpdrill.autograd.op import Fault, Op, Rule
from bpdrill.autograd.ops import OPS
from bpdrill.autograd.reverse import NOTHING, Gradients
from bpdrill.autograd.values import (
    LOCKED,
    WRITEABLE,
    Given,
    Value,
    described,
    ghost,
    is_finite,
    is_ready,
    lightened,
    quiet,
    settled,
)

Kept: TypeAlias = "tuple[Value, ...] | None"
"""What a row remembered of its forward run for its VJP rules."""

Record: TypeAlias = tuple[Any, ...]
"""What a tape knows of a node: the row (None for a leaf), where each argument stands on the tape
(None for a constant or a setting), the arguments, the output, and what the row remembered.

A plain tuple: nothing is cheaper to make, and a tape makes one for each node. A lean tape writes
operations on floats shorter still: see ``PAIR`` and ``SINGLE``.
"""

LEAF: Record = (None, (), (), 0.0, None)
"""What a lean tape needs to know of a leaf."""

WORTH_FREEING = 1024
"""Bytes of an array from which on a lean tape frees it: below, to hold it costs less than to let go."""


class Tape:
    """A flat list of records in the order they were computed, hence in topological order."""

    __slots__ = ("arrays", "lean", "locks", "names", "nodes", "records", "worth_freeing")

    def __init__(self, *, lean: bool = False, worth_freeing: float = WORTH_FREEING) -> None:
        self.lean = lean
        self.worth_freeing = worth_freeing
        self.records: list[Record] = []
        self.nodes: list[Node] = []
        """Every node of a trace; empty on a lean tape."""
        self.names: dict[int, str] = {}
        self.arrays = False
        """Whether it borrowed more than numbers."""
        self.locks: list[Any] | None = None
        """Arrays of others that were borrowed and are locked; None on a tape that nobody will ``release``."""

    def leaf(self, value: Given, name: str = "") -> Node:
        """Append an input or a parameter: something to differentiate by.

        A trace copies an array; a lean tape borrows it. Raises ValueError unless ``value``
        is finite (a trace only: a lean tape looks at the loss).
        """
        if self.lean:
            node = Node(self.borrow(value), len(self.records), self)
            self.records.append(LEAF)
            return node
        own = settled(value)
        if not is_finite(own):
            raise ValueError(f"{name or 'A leaf'} must be a finite value.")
        return self._append((None, (), (), own, None), name)

    def leaves(self, values: Sequence[Given]) -> list[Node]:
        """``leaf`` of each value; a lean tape must be new, so that they come first on it."""
        if not self.lean:
            return [self.leaf(value, f"argument {place}") for place, value in enumerate(values)]
        nodes: list[Node] = []
        for value in values:
            node = new(Node)
            if value.__class__ is float:
                node.value = value
            else:
                node.value = self.borrow(value)
            node.index = len(nodes)
            node.tape = self
            nodes.append(node)
        self.records += [LEAF] * len(nodes)
        return nodes

    def borrow(self, given: Any) -> Value:
        """``given`` as a value of a lean tape: an array is not copied, and locked until ``release``.

        So is what it is a view of; owners come first in ``locks``, as they have to be unlocked first.
        """
        if given.__class__ in (float, int):
            return float(given)
        self.arrays = True
        if not is_ready(given):
            return settled(given)
        locks, owner = self.locks, given.base
        if locks is not None and given.flags.writeable:
            given.setflags(LOCKED)
            locks.append(given)
        if locks is not None and owner.__class__ is given.__class__ and owner.flags.writeable:
            owner.setflags(LOCKED)
            locks.insert(0, owner)
        own: Value = given
        return own

    def release(self) -> None:
        """Unlock what ``borrow`` has locked."""
        for array in self.locks or ():
            array.setflags(WRITEABLE)
        self.locks = None

    def apply(
        self, op: str, *arguments: Operand, name: str = "", instead: Given | None = None, **settings: object
    ) -> Node:
        """Append ``op`` of ``arguments``; plain values among them are constants.

        ``settings`` are the op's own, such as ``axis=0``. ``instead`` is gone on with in
        place of the computed value: a learner's own slip, to be followed through. Raises
        ValueError if there is no such op, or if it has no finite value here.
        """
        row = _row(op)
        return self.record(row, (*arguments, *row.filled(len(arguments), settings)), name, instead)

    def record(
        self, row: type[Op], inputs: tuple[Any, ...], name: str = "", instead: Given | None = None
    ) -> Node:
        """Append ``row`` of ``inputs``, settings last; see ``apply``."""
        if not row.fewest <= len(inputs) <= row.most:
            raise ValueError(f"{row.name} takes {row.takes()}, not {len(inputs)}.")
        own = self.borrow if self.lean else settled
        differentiable, remember = len(row.vjp), row.remember
        sources: list[int | None] = []
        arguments: list[Any] = []
        for place, given in enumerate(inputs):
            if given.__class__ is not Node:
                sources.append(None)
                arguments.append(own(given) if place < differentiable else given)
            elif given.tape is not self:
                raise ValueError(f"{given.label} is on another tape; record the whole computation on one.")
            elif place >= differentiable:
                raise ValueError(_no_setting(row, given))
            else:
                sources.append(given.index)
                arguments.append(given.value)
        try:
            if self.lean:
                y, kept = remember(*arguments) if remember else (row.forward(*arguments), None)
                return self.note(row, tuple(sources), tuple(arguments), y, kept)
            with quiet():
                value = settled(row.forward(*arguments) if instead is None else instead)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ValueError(self._no_value(row, sources, arguments, name, str(error))) from error
        return self._watched(row, (row, tuple(sources), tuple(arguments), value, None), name)

    def note(
        self,
        row: type[Op],
        sources: tuple[int | None, ...],
        arguments: tuple[Value, ...],
        y: Any,
        kept: Kept = None,
    ) -> Node:
        """Append what is computed to a lean tape, without the arrays that no rule of ``row`` reads."""
        records = self.records
        node = Node(y, len(records), self)
        largest: Any = arguments[0] if y.__class__ is float else y
        if row.stretches and y is largest:
            warn_of_a_column(row, arguments)
        if largest.__class__ is not float and largest.nbytes >= self.worth_freeing:
            if row.frees:
                arguments = lightened(arguments, row.frees)
            if row.frees_output and y is largest:
                y = ghost(y.shape)
        records.append((row, sources, arguments, y, kept))
        return node

    def pull_back(
        self,
        root: Node,
        cotangent: Given | None = None,
        *,
        clamped: Mapping[Node, Given] = NOTHING,
        faults: Mapping[tuple[Node, int], Rule | Fault] = NOTHING,
        dropped: Collection[tuple[Node, int]] = (),
    ) -> Gradients:
        """Reverse mode from ``root``; see ``reverse.pull_back`` for what can be switched on."""
        self._own(root)
        return reverse.pull_back(root, cotangent, clamped=clamped, faults=faults, dropped=dropped)

    def push_forward(self, root: Node, tangents: Mapping[Node, Given]) -> Value:
        """Forward mode: the tangent of ``root`` when the nodes in ``tangents`` move along theirs."""
        reverse.on_trace(self._own(root), *tangents)
        return dual.push_forward((root,), tangents)[0]

    def _append(self, record: Record, name: str) -> Node:
        node = Node(record[3], len(self.records), self)
        if name:
            self.names[node.index] = name
        self.records.append(record)
        self.nodes.append(node)
        return node

    def _watched(self, row: type[Op], record: Record, name: str) -> Node:
        """Append to a trace; raises ValueError, naming node and arguments, for a value that is not finite."""
        _, sources, arguments, value, _ = record
        if not is_finite(value):
            raise ValueError(self._no_value(row, sources, arguments, name, "the result is not finite"))
        if row.stretches:
            warn_of_a_column(row, arguments)
        return self._append(record, name)

    def _no_value(
        self, row: type[Op], sources: Sequence[int | None], arguments: Sequence[Value], name: str, reason: str
    ) -> str:
        """That there is no value, naming the node, its op, and what that was given."""
        names = [self.names.get(-1 if source is None else source, "") for source in sources]
        pairs = zip(names[: len(row.vjp)], arguments, strict=False)
        told = ", ".join(described(value, own) for own, value in pairs)
        return f"{name or row.name} = {row.name}({told}) has no value: {reason}."

    def _own(self, node: Node) -> Node:
        if node.tape is not self:
            raise ValueError(f"{node.label} is on another tape; record the whole computation on one.")
        return node


def _row(op: str) -> type[Op]:
    if op not in OPS:
        from difflib import get_close_matches

        near = get_close_matches(op, OPS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(OPS))}."
        raise ValueError(f"There is no op {op!r}; {hint}")
    return OPS[op]


def _no_setting(row: type[Op], given: Node) -> str:
    return f"{row.name} takes a plain value there, as no gradient flows to it: write {given.label}.value."
