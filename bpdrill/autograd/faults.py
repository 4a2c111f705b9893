"""Faults that fit any op, and which faults can be switched on at an edge."""

from __future__ import annotations

from collections.abc import Iterator

from bpdrill.autograd.node import Node
from bpdrill.autograd.op import Fault
from bpdrill.autograd.reverse import contribution
from bpdrill.autograd.values import Value, quiet, settled, shape_of, spread

DROPPED = "path.dropped"
"""Name of the fault that no rule can express: at a fan-out one path is forgotten (``dropped``)."""


def applicable(consumer: Node, argument: int) -> Iterator[Fault]:
    """The faults that can be computed on this edge: the op's own, then the generic ones.

    One is left out if, at an upstream of ones, it has no value or not the argument's
    shape. One that happens to give the right number here is kept: compare before blaming.
    """
    for fault in (*consumer.row.faults, *generic(consumer, argument)):
        if fault.argument == argument and _has_value(fault, consumer):
            yield fault


def named(name: str, consumer: Node, argument: int) -> Fault:
    """The fault of this name on this edge; raises KeyError if the edge has none such."""
    for fault in (*consumer.row.faults, *generic(consumer, argument)):
        if (fault.name, fault.argument) == (name, argument):
            return fault
    raise KeyError(name)


def generic(consumer: Node, argument: int) -> tuple[Fault, ...]:
    """The faults that fit any op, made for this edge out of its right rule."""
    right = consumer.row.vjp[argument]

    def upstream_lost(ct: Value, y: Value, *arguments: Value) -> Value:
        return right(spread(1.0, shape_of(ct)), y, *arguments)

    def local_lost(ct: Value, _y: Value, *_arguments: Value) -> Value:
        return ct

    return (
        Fault("edge.upstream-lost", argument, upstream_lost),
        Fault("edge.local-lost", argument, local_lost),
        *_earlier(consumer, argument),
        *_late(consumer, argument),
    )


def _earlier(consumer: Node, argument: int) -> Iterator[Fault]:
    """The local derivative taken at what the input was made of, where that has the input's shape."""
    producer = consumer.inputs[argument]
    made_of = producer.inputs[:1] if isinstance(producer, Node) else ()
    for source in made_of:
        earlier = source.value if isinstance(source, Node) else source
        if shape_of(earlier) != shape_of(consumer.arguments[argument]):
            continue

        def at_earlier(ct: Value, _y: Value, *arguments: Value, at: Value = earlier) -> Value:
            moved = (*arguments[:argument], at, *arguments[argument + 1 :])
            return consumer.row.vjp[argument](ct, settled(consumer.row.forward(*moved)), *moved)

        yield Fault(
            "edge.at-earlier-input",
            argument,
            at_earlier,
            where="where the local derivative depends on the input",
        )


def _late(consumer: Node, argument: int) -> Iterator[Fault]:
    """The upstream of the one node that reads ``consumer``, where that has the same shape.

    Not where that node is the end: there the upstream is 1, and the fault that of an upstream left out.
    """
    records = consumer.tape.records
    read = [
        at
        for at in range(consumer.index + 1, len(records))
        for place in records[at][1]
        if place == consumer.index
    ]
    if len(read) != 1 or read[0] == len(records) - 1:
        return
    if shape_of(records[read[0]][3]) == shape_of(consumer.value):
        yield Fault("edge.upstream-late", argument, consumer.row.vjp[argument], late=True)


def _has_value(fault: Fault, consumer: Node) -> bool:
    try:
        with quiet():
            contribution(
                fault.rule,
                spread(1.0, shape_of(consumer.value)),
                consumer,
                fault.argument,
                summed=fault.summed,
            )
    except ValueError:
        return False
    return True
