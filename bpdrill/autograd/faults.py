"""Faults that fit any op, and which faults can be switched on at an edge."""

from __future__ import annotations

from collections.abc import Iterator

from bpdrill.autograd.node import Node
from bpdrill.autograd.op import Fault, Rule
from bpdrill.autograd.reverse import contribution
from bpdrill.autograd.values import Value, quiet, shape_of, spread

DROPPED = "path.dropped"
"""Name of the fault that no rule can express: at a fan-out one path is forgotten (``dropped``)."""


def applicable(consumer: Node, argument: int) -> Iterator[Fault]:
    """The faults that can be computed on this edge: the op's own, then the generic ones.

    One is left out if, at an upstream of ones, it has no value or not the argument's
    shape. One that happens to give the right number here is kept: compare before blaming.
    """
    for fault in (*consumer.row.faults, *generic(consumer, argument)):
        if fault.argument == argument and _has_value(fault.rule, consumer, argument):
            yield fault


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
    )


def _has_value(rule: Rule, consumer: Node, argument: int) -> bool:
    try:
        with quiet():
            contribution(rule, spread(1.0, shape_of(consumer.value)), consumer, argument)
    except ValueError:
        return False
    return True
