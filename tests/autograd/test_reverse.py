"""Reverse mode: by hand, against an independent engine on random programs, and with wrong turns."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.autograd import Given, Node, Tape, tanh

SHAPES = ((), (1,), (3,), (2, 3))


class Neuron:
    """(w x + b - y)^2 at w=2, x=3, b=1, y=8."""

    def __init__(self) -> None:
        self.tape = Tape()
        self.leaves = tuple(self.tape.leaf(v, n) for v, n in ((2, "w"), (3, "x"), (1, "b"), (8, "y")))
        w, x, b, y = self.leaves
        self.product = w * x
        self.sum = self.product + b
        self.error = self.sum - y
        self.loss = self.error**2

    def gradients(self, **switched: Any) -> list[Any]:
        found = self.tape.pull_back(self.loss, **switched)
        return [found.of(leaf) for leaf in self.leaves]


def test_one_neuron_by_hand() -> None:
    assert Neuron().gradients() == [-6.0, -4.0, -2.0, 2.0]


def test_the_edges_tell_the_chain_rule_step_by_step() -> None:
    neuron = Neuron()
    edges = neuron.tape.pull_back(neuron.loss).edges
    told = [(e.consumer.op, e.argument, e.producer.label, e.upstream, e.local, e.contribution) for e in edges]
    assert told == [
        ("power", 0, "sub6", 1.0, -2.0, -2.0),
        ("sub", 0, "add5", -2.0, 1.0, -2.0),
        ("sub", 1, "y", -2.0, -1.0, 2.0),
        ("add", 0, "mul4", -2.0, 1.0, -2.0),
        ("add", 1, "b", -2.0, 1.0, -2.0),
        ("mul", 0, "w", -2.0, 3.0, -6.0),
        ("mul", 1, "x", -2.0, 2.0, -4.0),
    ]


def test_a_clamped_gradient_is_followed_through() -> None:
    neuron = Neuron()
    assert neuron.gradients(clamped={neuron.error: 2}) == [6.0, 4.0, 2.0, -2.0]
    assert neuron.gradients(clamped={neuron.product: 10}) == [30.0, 20.0, -2.0, 2.0]
    assert neuron.gradients(clamped={neuron.leaves[0]: 7})[0] == 7.0


def test_a_clamp_waits_for_every_consumer() -> None:
    tape = Tape()
    x = tape.leaf(3)
    shared = x * 2
    loss = shared * shared + shared
    assert tape.pull_back(loss, clamped={shared: 5}).of(x) == 10.0


def test_a_faulty_rule_is_used_on_its_edge_alone() -> None:
    neuron = Neuron()
    forgot_the_two = {(neuron.loss, 0): lambda ct, _y, x, n: ct * x ** (n - 1)}
    assert neuron.gradients(faults=forgot_the_two) == [-3.0, -2.0, -1.0, 1.0]
    sign_lost = {(neuron.error, 1): lambda ct, *_: ct}
    assert neuron.gradients(faults=sign_lost) == [-6.0, -4.0, -2.0, -2.0]


def test_a_dropped_path_brings_nothing() -> None:
    tape = Tape()
    x = tape.leaf(3)
    loss = x * x
    both, first = tape.pull_back(loss), tape.pull_back(loss, dropped={(loss, 1)})
    assert (both.of(x), first.of(x)) == (6.0, 3.0)
    assert (len(both.edges), len(first.edges)) == (2, 1)


def test_what_nothing_reaches_has_zeros_of_its_shape() -> None:
    tape = Tape()
    x, dead = tape.leaf(3), tape.leaf(((1, 2), (3, 4)))
    later = x * dead
    found = tape.pull_back(x * 2)
    assert np.array_equal(found.of(dead), [[0, 0], [0, 0]])
    assert np.array_equal(found.of(later), [[0, 0], [0, 0]])
    assert found.of(x) == 2.0


def test_a_walk_changes_nothing_and_repeats() -> None:
    neuron = Neuron()
    assert neuron.gradients() == neuron.gradients()


REFUSED: tuple[tuple[Given | None, str], ...] = (
    (None, r"h has shape \(2,\), and only a scalar has a gradient: reduce it"),
    ((1, 2, 3), r"gradient of h must have its shape \(2,\), not \(3,\)"),
    (1, "must have its shape"),
)


@pytest.mark.parametrize(("cotangent", "message"), REFUSED)
def test_a_vector_needs_a_cotangent_of_its_shape(cotangent: Given | None, message: str) -> None:
    tape = Tape()
    h = tape.apply("mul", tape.leaf((1, 2)), 3, name="h")
    with pytest.raises(ValueError, match=message):
        tape.pull_back(h, cotangent)


def test_a_clamp_must_fit() -> None:
    neuron = Neuron()
    with pytest.raises(ValueError, match=r"gradient of w must have its shape \(\), not \(2,\)"):
        neuron.gradients(clamped={neuron.leaves[0]: (1, 2)})


SLOPELESS: tuple[Given, ...] = (0, (0, 1))


@pytest.mark.parametrize("at", SLOPELESS)
def test_a_missing_derivative_names_node_op_and_argument(at: Given) -> None:
    tape = Tape()
    root = tape.apply("sum", tape.apply("sqrt", tape.leaf(at), name="s"))
    with pytest.raises(ValueError, match="s: sqrt has no derivative by argument 0 here"):
        tape.pull_back(root)


def test_constants_are_never_differentiated() -> None:
    tape = Tape()
    x = tape.leaf(-3)
    assert tape.pull_back(x**2).of(x) == -6.0
    with pytest.raises(ValueError, match="power has no derivative by argument 1"):
        tape.pull_back(x ** tape.leaf(2))


def test_a_chain_of_100000_nodes() -> None:
    tape = Tape()
    x = node = tape.leaf(1)
    for _ in range(100_000):
        node = node + 1
    assert tape.pull_back(node).of(x) == 1.0


def test_a_ladder_of_60_diamonds_has_2_to_the_60_paths() -> None:
    tape = Tape()
    x = node = tape.leaf(1)
    for _ in range(60):
        node = (node + 0) + (node - 0)
    assert tape.pull_back(node).of(x) == 2.0**60


def test_a_bias_gradient_is_summed_over_the_batch() -> None:
    tape = Tape()
    X, W, b = tape.leaf(((1, 2), (3, 4), (5, 6))), tape.leaf(((1, 0), (0, 1))), tape.leaf((0, 0))
    found = tape.pull_back(tape.apply("sum", (X @ W + b) * ((1, 2), (3, 4), (5, 6))))
    assert np.array_equal(found.of(b), [9, 12])
    assert found.edges[1].local is None


def test_no_gradient_is_a_minus_zero() -> None:
    tape = Tape()
    x = tape.leaf(-5)
    found = tape.pull_back(-tape.apply("relu", x))
    assert str(found.of(x)) == str(found.edges[-1].contribution) == "0.0"


STEPS: dict[str, Any] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / (b * b + 1),
    "tanh": lambda a, _b: anp.tanh(a),
}

ON_TAPE = STEPS | {"tanh": lambda a, _b: tanh(a)}

Program = list[tuple[str, int, int]]

programs = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=25,
)


def run(program: Program, inputs: list[Any], steps: dict[str, Any]) -> list[Any]:
    """All values of a random graph; indices wrap round, so fan-out and dead branches abound."""
    values = list(inputs)
    for step, left, right in program:
        values.append(steps[step](values[left % len(values)], values[right % len(values)]))
        if np.max(np.abs(getattr(values[-1], "value", values[-1]))) > 1e3:
            values[-1] = values[-1] / 1e3
    return values


@settings(deadline=None, max_examples=150)
@given(programs, st.lists(st.floats(-2, 2), min_size=2, max_size=4))
def test_random_scalar_graphs_agree_with_an_independent_engine(program: Program, inputs: list[float]) -> None:
    tape = Tape()
    leaves = [tape.leaf(value) for value in inputs]
    found = tape.pull_back(run(program, leaves, ON_TAPE)[-1])
    expected = grad(lambda xs: run(program, list(xs), STEPS)[-1])(inputs)
    assert [found.of(leaf) for leaf in leaves] == pytest.approx([float(slope) for slope in expected])


@settings(deadline=None, max_examples=100)
@given(programs, st.lists(st.sampled_from(SHAPES), min_size=2, max_size=4))
def test_random_broadcasting_graphs_agree_too(program: Program, shapes: list[tuple[int, ...]]) -> None:
    sizes = [np.prod(shape, dtype=int) for shape in shapes]
    inputs = [np.cos(i + np.arange(sizes[i])).reshape(shape) for i, shape in enumerate(shapes)]
    tape = Tape()
    leaves = [tape.leaf(value) for value in inputs]
    last: Node = run(program, leaves, ON_TAPE)[-1]
    found = tape.pull_back(tape.apply("sum", last))
    expected = grad(lambda xs: anp.sum(run(program, list(xs), STEPS)[-1]))(inputs)
    for leaf, slope in zip(leaves, expected, strict=True):
        assert found.of(leaf) == pytest.approx(np.asarray(slope))


@pytest.mark.parametrize("clamped", [(), ("product",), ("error",)])
def test_a_fault_tried_on_the_way_to_a_node_is_what_the_whole_walk_makes_of_it(
    clamped: tuple[str, ...],
) -> None:
    neuron = Neuron()
    fixed = {getattr(neuron, name): 2.5 for name in clamped}
    found = neuron.tape.pull_back(neuron.loss, clamped=fixed)
    for leaf in neuron.leaves:
        way = found.way_to(leaf)
        for edge in found.edges:
            faults = {(edge.consumer, edge.argument): lambda ct, _y, *_arguments: 3 * ct}
            whole = neuron.tape.pull_back(neuron.loss, clamped=fixed, faults=faults)
            assert way.amiss(faults) == whole.of(leaf)
