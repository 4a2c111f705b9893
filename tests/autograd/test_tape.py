"""Recording: operators, constants, values kept, and refusals that name the node."""

from __future__ import annotations

import doctest
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

import bpdrill.autograd
from bpdrill.autograd import OPS, Given, Node, Tape, gradient, relu

OPERATORS: tuple[tuple[Callable[[Node], Node], str, float], ...] = (
    (lambda x: x + 3, "add", 5.0),
    (lambda x: 3 + x, "add", 5.0),
    (lambda x: x - 3, "sub", -1.0),
    (lambda x: 3 - x, "sub", 1.0),
    (lambda x: x * 3, "mul", 6.0),
    (lambda x: 3 * x, "mul", 6.0),
    (lambda x: x / 4, "div", 0.5),
    (lambda x: 4 / x, "div", 2.0),
    (lambda x: x**3, "power", 8.0),
    (lambda x: 3**x, "power", 9.0),
    (lambda x: -x, "neg", -2.0),
    (lambda x: x > 1, "greater", 1.0),
    (lambda x: x > 2, "greater", 0.0),
)

REFUSALS: tuple[tuple[str, tuple[Given, ...], str], ...] = (
    ("log", (0,), r"p = log\(0\) has no value"),
    ("log", ((1, 0),), r"p = log\(array of shape \(2,\)\) has no value: the result is not finite"),
    ("div", (1, 0), r"p = div\(1, 0\) has no value"),
    ("exp", (1000,), "has no value"),
    ("exp", ((1000, 1),), "not finite"),
    ("mul", (1e200, 1e200), "not finite"),
    ("power", (-8, 0.5), "has no value"),
    ("add", ((1, 2), (1, 2, 3)), r"p = add\(array of shape \(2,\), array of shape \(3,\)\) has no value"),
    ("mul", (1, 2, 3), "mul takes 2 arguments, not 3"),
    ("sigmiod", (1,), r"There is no op 'sigmiod'; did you mean sigmoid\?"),
    ("zzz", (1,), "There is no op 'zzz'; there are abs, add,"),
)


@pytest.mark.parametrize(("program", "op", "value"), OPERATORS)
def test_operators_append_their_op(program: Callable[[Node], Node], op: str, value: float) -> None:
    node = program(Tape().leaf(2))
    assert (node.op, node.value, type(node.value)) == (op, value, float)


def test_matrix_operators() -> None:
    tape = Tape()
    W = tape.leaf(((1, 2), (3, 4)), "W")
    assert np.array_equal((W @ (5, 6)).value, [17, 39])
    assert np.array_equal((((5, 6),) @ W).value, [[23, 34]])
    assert np.array_equal(W.T.value, [[1, 3], [2, 4]])


def test_an_array_on_the_left_steps_aside() -> None:
    product = np.array([1.0, 2.0]) * Tape().leaf((3, 4))
    assert isinstance(product, Node)
    assert np.array_equal(product.value, [3, 8])


def test_the_forward_pass_of_one_neuron() -> None:
    tape = Tape()
    w, x, b, y = (tape.leaf(value, name) for value, name in ((2, "w"), (3, "x"), (1, "b"), (8, "y")))
    loss = (w * x + b - y) ** 2
    assert [node.value for node in tape.nodes] == [2, 3, 1, 8, 6, 7, -1, 1]
    assert [node.index for node in tape.nodes] == list(range(8))
    assert (loss.label, w.label) == ("power7", "w")


def test_constants_are_not_nodes() -> None:
    tape = Tape()
    node = tape.apply("mul", tape.leaf(2), 3, name="p")
    assert len(tape.nodes) == 2
    assert node.arguments == (2.0, 3.0)
    assert repr(node) == "<p = 6.0>"


def test_an_input_array_is_never_changed_nor_followed() -> None:
    given = np.array([1.0, 2.0])
    tape = Tape()
    x = tape.leaf(given)
    loss = tape.apply("sum", x * x)
    given[:] = 100.0
    assert np.array_equal(tape.pull_back(loss).of(x), [2.0, 4.0])
    assert np.array_equal(given, [100.0, 100.0])


@pytest.mark.parametrize(("op", "arguments", "message"), REFUSALS)
def test_what_has_no_value_is_refused_by_name(op: str, arguments: tuple[Given, ...], message: str) -> None:
    tape = Tape()
    with pytest.raises(ValueError, match=message):
        tape.apply(op, *(tape.leaf(value) for value in arguments), name="p")


def test_a_leaf_must_be_finite() -> None:
    with pytest.raises(ValueError, match="w must be a finite value"):
        Tape().leaf(float("nan"), "w")


MIXES: tuple[Callable[[Tape, Node, Node], object], ...] = (
    lambda _, w, x: w * x,
    lambda one, _, x: one.pull_back(x),
    lambda one, _, x: one.push_forward(x, {}),
    lambda one, w, x: one.pull_back(w).of(x),
)


@pytest.mark.parametrize("mix", MIXES)
def test_two_tapes_do_not_mix(mix: Callable[[Tape, Node, Node], object]) -> None:
    one = Tape()
    w, x = one.leaf(1, "w"), Tape().leaf(2, "x")
    with pytest.raises(ValueError, match="x is on another tape"):
        mix(one, w, x)


def test_every_op_is_a_function_of_nodes() -> None:
    assert relu(Tape().leaf(-2)).value == 0.0
    assert all(callable(getattr(bpdrill.autograd, name)) for name in OPS)
    with pytest.raises(ValueError, match="relu needs a node"):
        relu(3)
    with pytest.raises(AttributeError, match="no attribute 'sigmiod'"):
        _ = bpdrill.autograd.sigmiod


def test_the_gradient_of_a_function() -> None:
    assert gradient(lambda w, b: (w * 3 + b - 8) ** 2, 2, 1) == (-6.0, -2.0)


def test_the_example_of_the_room_runs() -> None:
    assert doctest.testmod(bpdrill.autograd).failed == 0


SCALAR_RUN = """
import sys
from bpdrill.autograd import Tape, applicable, gradient, jacobian, sigmoid, tanh, log
assert gradient(lambda w, b: log(sigmoid(tanh(w * 3 + b) / 2) ** 2), 2, 1)
jacobian(lambda x: [x[0] * x[1], x[0] ** x[1]], [2, 3], mode="forward")
tape = Tape()
product = tape.leaf(2) * tape.leaf(3)
assert list(applicable(product, 0))
print("numpy" in sys.modules)
"""


def test_a_run_on_scalars_never_loads_numpy() -> None:
    done = subprocess.run([sys.executable, "-c", SCALAR_RUN], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_operands_are_told_by_their_names() -> None:
    tape = Tape()
    W, x, zero = tape.leaf(np.ones((2, 3)), "W"), tape.leaf((1.0, 2.0), "x"), tape.leaf(0.0, "z")
    with pytest.raises(
        ValueError, match=r"matmul\(W of shape \(2, 3\), x of shape \(2,\)\) has no value: the inner"
    ):
        _ = W @ x
    with pytest.raises(ValueError, match=r"div = div\(1, z = 0\) has no value"):
        _ = 1 / zero


def test_a_node_is_no_setting() -> None:
    """Its gradient would be lost without a word."""
    tape = Tape()
    table, token = tape.leaf(((1.0, 2.0), (3.0, 4.0))), tape.leaf(1.0, "token")
    with pytest.raises(ValueError, match=r"index takes a plain value there.*write token\.value"):
        tape.apply("index", table, token)
    assert np.array_equal(tape.apply("index", table, token.value).value, [3, 4])
