"""Which faults fit an edge, and what the generic ones do there."""

from __future__ import annotations

import numpy as np
import pytest

from bpdrill.autograd import Given, Node, Tape, applicable
from bpdrill.autograd.faults import DROPPED, generic

GENERIC = {"edge.upstream-lost", "edge.local-lost"}

EDGES: tuple[tuple[str, tuple[Given, ...], int, set[str]], ...] = (
    ("mul", (2, 3), 0, {"mul.own-value"} | GENERIC),
    ("sub", (2, 3), 0, GENERIC),
    ("sub", (2, 3), 1, {"sub.second-sign-lost"} | GENERIC),
    ("log", (1,), 0, GENERIC),  # 1 / log(1) does not exist
    ("log", (2,), 0, {"log.output-for-input"} | GENERIC),
    ("sum", ((1, 2),), 0, {"sum.shared-out", "edge.upstream-lost"}),  # a scalar upstream does not fit (2,)
    ("matmul", (((1, 2, 3), (4, 5, 6)), (1, 2, 3)), 1, {"edge.upstream-lost"}),
    (
        "matmul",
        (((1, 2), (3, 4)), ((1, 2), (3, 4))),
        0,
        {"matmul.swapped", "matmul.transpose-missing"} | GENERIC,
    ),
    ("outer", ((1, 2), (1, 2, 3)), 0, {"edge.upstream-lost"}),
)


def node(op: str, given: tuple[Given, ...]) -> Node:
    tape = Tape()
    return tape.apply(op, *(tape.leaf(value) for value in given))


@pytest.mark.parametrize(("op", "given", "argument", "names"), EDGES)
def test_only_what_can_be_computed_is_offered(
    op: str,
    given: tuple[Given, ...],
    argument: int,
    names: set[str],
) -> None:
    assert {fault.name for fault in applicable(node(op, given), argument)} == names


def test_every_offered_fault_can_be_switched_on() -> None:
    tape = Tape()
    a, b = tape.leaf(((1, 2), (3, 4))), tape.leaf((5, 6))
    root = tape.apply("sum", tape.apply("relu", a @ b) * (2, -3))
    for edge in tape.pull_back(root).edges:
        for fault in applicable(edge.consumer, edge.argument):
            found = tape.pull_back(root, faults={(edge.consumer, edge.argument): fault})
            assert np.shape(found.of(a)) == (2, 2)


def test_the_upstream_or_the_local_derivative_is_lost() -> None:
    product = node("mul", (2, 3))
    upstream_lost, local_lost = (fault.rule(10.0, 6.0, 2.0, 3.0) for fault in generic(product, 0))
    assert (upstream_lost, local_lost) == (3.0, 10.0)


def test_the_upstream_of_an_array_is_lost_in_every_place() -> None:
    product = node("mul", ((2, 2), (3, 4)))
    upstream_lost = generic(product, 0)[0].rule
    assert np.array_equal(upstream_lost(np.array([7, 7]), product.value, *product.arguments), [3, 4])


def test_the_upstream_is_taken_one_node_late() -> None:
    """The derivative of the sigmoid is skipped on the way to the weight, and not on the way to the input."""
    tape = Tape()
    w, x = tape.leaf(2.0), tape.leaf(3.0)
    product = w * x
    root = 5 * tape.apply("sigmoid", product)
    slope = 5 * root.value / 5 * (1 - root.value / 5)
    late = next(fault for fault in applicable(product, 0) if fault.name == "edge.upstream-late")
    found = tape.pull_back(root, faults={(product, 0): late})
    assert found.of(w) == 5 * 3
    assert found.of(x) == pytest.approx(slope * 2)


def test_where_several_nodes_read_a_value_none_is_the_next() -> None:
    tape = Tape()
    square = tape.leaf(2.0) ** 2
    _ = square * square
    assert "edge.upstream-late" not in {fault.name for fault in applicable(square, 0)}


def test_the_dropped_path_has_a_name_too() -> None:
    assert DROPPED == "path.dropped"
