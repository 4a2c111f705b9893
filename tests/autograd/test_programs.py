"""Random programs over the rows: every way through the engine, against an independent one and each other."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian as oracle_jacobian
from autograd import make_vjp
from autograd.extend import defvjp, primitive
from hypothesis import given, settings
from hypothesis import strategies as st

import bpdrill.autograd as engine
from bpdrill.autograd import (
    Node,
    Tape,
    jacobian,
    jacobian_matrix,
    recorded_gradient,
    value_and_gradient,
)

Functions = Mapping[str, Callable[..., Any]]
"""An engine, as its functions by the names of our rows."""

oracle_erf = primitive(np.vectorize(math.erf, otypes=[float]))
defvjp(oracle_erf, lambda _, a: lambda ct: ct * 2 / math.sqrt(math.pi) * anp.exp(-(a**2)))


def oracle_sigmoid(a: Any) -> Any:
    return (1 + anp.tanh(a / 2)) / 2


ORACLE: Functions = {
    "add": anp.add,
    "sub": anp.subtract,
    "mul": anp.multiply,
    "div": anp.divide,
    "neg": anp.negative,
    "power": anp.power,
    "exp": anp.exp,
    "log": anp.log,
    "sqrt": anp.sqrt,
    "sin": anp.sin,
    "cos": anp.cos,
    "abs": anp.abs,
    "tanh": anp.tanh,
    "sigmoid": oracle_sigmoid,
    "relu": lambda a: anp.where(a > 0, a, 0 * a),
    "leaky_relu": lambda a: anp.where(a > 0, a, 0.01 * a),
    "elu": lambda a: anp.where(a > 0, a, anp.exp(anp.minimum(a, 0)) - 1),
    "softplus": lambda a: anp.logaddexp(a, 0.0),
    "silu": lambda a: a * oracle_sigmoid(a),
    "erf": oracle_erf,
    "gelu": lambda a: a * (1 + oracle_erf(a / math.sqrt(2))) / 2,
    "maximum": anp.maximum,
    "minimum": anp.minimum,
    "matmul": anp.matmul,
    "outer": anp.outer,
    "transpose": anp.transpose,
    "sum": anp.sum,
    "mean": anp.mean,
}


OURS: Functions = {
    **{name: getattr(engine, name) for name in ORACLE},
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "power": operator.pow,
    "matmul": operator.matmul,
}

Step = Callable[[Functions, Any, Any], Any]


def row(f: Functions, a: Any) -> Any:
    """A vector of three, whatever the shape of ``a``, and none of its elements above 1."""
    return f["mul"](f["sin"](f["sum"](a)), (0.3, -0.5, 0.9))


def table(f: Functions, a: Any, b: Any) -> Any:
    """A matrix of three by three."""
    return f["outer"](row(f, a), row(f, b))


def one(name: str) -> Step:
    return lambda f, a, _: f[name](a)


def two(name: str) -> Step:
    return lambda f, a, b: f[name](a, b)


ONES = ("neg", "sin", "cos", "abs", "tanh", "sigmoid", "relu", "leaky_relu", "elu", "softplus", "silu", "erf")
TWOS = ("add", "sub", "maximum", "minimum")

ELEMENTWISE: Mapping[str, Step] = {
    **{name: one(name) for name in (*ONES, "gelu")},
    **{name: two(name) for name in TWOS},
    # Kept where the function has a value, and from growing without end.
    "mul": lambda f, a, b: f["mul"](a, f["sin"](b)),
    "div": lambda f, a, b: f["div"](a, f["exp"](f["cos"](b))),
    "power": lambda f, a, b: f["power"](f["exp"](f["sin"](a)), f["sin"](b)),
    "exp": lambda f, a, _: f["exp"](f["sin"](a)),
    "log": lambda f, a, b: f["log"](f["add"](f["exp"](f["sin"](a)), f["sigmoid"](b))),
    "sqrt": lambda f, a, _: f["sqrt"](f["exp"](f["sin"](a))),
}

LINEAR: Mapping[str, Step] = {
    "sum": one("sum"),
    "mean": one("mean"),
    "outer": table,
    "transpose": lambda f, a, b: f["transpose"](table(f, a, b)),
    "inner": lambda f, a, b: f["matmul"](row(f, a), row(f, b)),
    "matrix by vector": lambda f, a, b: f["matmul"](table(f, a, b), row(f, b)),
    "matrix by matrix": lambda f, a, b: f["matmul"](table(f, a, b), table(f, b, b)),
}

STEPS = {**ELEMENTWISE, **LINEAR}

SHAPES = ((), (1,), (3,), (1, 3), (3, 3), (2, 1, 3))
"""They broadcast with each other, and with what the steps make."""

CT = (0.7, -1.1, 0.4)
"""What the vector that a program ends in is pulled back from."""


@dataclass(frozen=True)
class Program:
    """Leaves, steps that each read two of the values before, and the values that count in the end."""

    leaves: tuple[Any, ...]
    steps: tuple[tuple[str, int, int], ...]
    ends: tuple[int, ...]

    def vector(self, f: Functions, leaves: Sequence[Any]) -> Any:
        """What it ends in as a vector of three; steps that no end leads back to are dead branches."""
        return self._ended(f, leaves, row)

    def scalar(self, f: Functions, leaves: Sequence[Any]) -> Any:
        """What it ends in as one number."""
        return self._ended(f, leaves, lambda f, a: f["sin"](f["sum"](a)))

    def _ended(self, f: Functions, leaves: Sequence[Any], end: Callable[[Functions, Any], Any]) -> Any:
        values = list(leaves)
        for step, left, right in self.steps:
            values.append(STEPS[step](f, values[left % len(values)], values[right % len(values)]))
        total = end(f, values[-1])
        for place in self.ends:
            total = f["add"](total, end(f, values[place % len(values)]))
        return total

    def by_leaf(self, place: int) -> Callable[[Any], Any]:
        """The vector by the oracle, as a function of one leaf."""

        def function(x: Any) -> Any:
            leaves = [x if i == place else np.asarray(leaf) for i, leaf in enumerate(self.leaves)]
            return self.vector(ORACLE, leaves) + 0 * anp.sum(x)  # or the oracle warns of dead leaves

        return function


@st.composite
def programs(
    draw: st.DrawFn,
    shapes: Sequence[tuple[int, ...]] = SHAPES,
    steps: Mapping[str, Step] = STEPS,
    most: int = 4,
) -> Program:
    """Graphs with fan-out, broadcasting and dead branches: all come by themselves."""
    place, random = st.integers(0, 30), np.random.default_rng(draw(st.integers(0, 999)))
    own = draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=most))
    chosen = st.tuples(st.sampled_from(sorted(steps)), place, place)
    return Program(
        tuple(random.normal(size=shape) if shape else float(random.normal()) for shape in own),
        tuple(draw(st.lists(chosen, min_size=1, max_size=12))),
        tuple(draw(st.lists(place, max_size=3))),
    )


scalar_programs = programs(shapes=((),), steps=ELEMENTWISE)
array_programs = programs(shapes=SHAPES[1:], most=1)


def close(expected: Any) -> Any:
    return pytest.approx(np.asarray(expected), rel=1e-7, abs=1e-8)


def traced(program: Program, ending: Callable[..., Node]) -> tuple[Tape, list[Node], Node]:
    tape = Tape()
    leaves = [tape.leaf(value) for value in program.leaves]
    return tape, leaves, ending(OURS, leaves)


@settings(deadline=None, max_examples=80)
@given(programs())
def test_reverse_mode_agrees_with_an_independent_engine(program: Program) -> None:
    tape, leaves, y = traced(program, program.vector)
    found = tape.pull_back(y, CT)
    for place, leaf in enumerate(leaves):
        vjp, value = make_vjp(program.by_leaf(place))(np.asarray(leaf.value))
        assert y.value == close(value)
        assert found.of(leaf) == close(vjp(np.array(CT)))


@settings(deadline=None, max_examples=60)
@given(programs(), st.integers(0, 999))
def test_both_modes_are_adjoint(program: Program, seed: int) -> None:
    """<ct, J t> = <Jᵀ ct, t>."""
    random = np.random.default_rng(seed)
    tape, leaves, y = traced(program, program.vector)
    tangents = {leaf: random.normal(size=np.shape(leaf.value)) for leaf in leaves}
    found = tape.pull_back(y, CT)
    pulled = sum(np.sum(np.asarray(found.of(leaf)) * tangent) for leaf, tangent in tangents.items())
    assert np.dot(CT, np.asarray(tape.push_forward(y, tangents))) == close(pulled)


@settings(deadline=None, max_examples=60)
@given(programs())
def test_a_lean_tape_finds_what_a_trace_finds(program: Program) -> None:
    tape, leaves, loss = traced(program, program.scalar)
    found = tape.pull_back(loss)
    value, gradients = value_and_gradient(lambda *given_: program.scalar(OURS, given_), *program.leaves)
    assert value == loss.value
    for leaf, own in zip(leaves, gradients, strict=True):
        assert np.shape(own) == np.shape(leaf.value)
        assert own == close(found.of(leaf))


@settings(deadline=None, max_examples=60)
@given(scalar_programs)
def test_scalar_graphs_in_all_ways(program: Program) -> None:
    _, gradients = value_and_gradient(lambda *given_: program.scalar(OURS, given_), *program.leaves)
    for mode in ("forward", "reverse"):
        found = jacobian(lambda leaves: [program.scalar(OURS, leaves)], program.leaves, mode)
        assert found.matrix[0] == close(gradients)
    for place, slope in enumerate(gradients):
        ahead, behind = (program.scalar(ORACLE, moved(program, place, step)) for step in (1e-6, -1e-6))
        assert slope == pytest.approx((ahead - behind) / 2e-6, rel=1e-3, abs=1e-3)


def moved(program: Program, place: int, step: float) -> list[float]:
    return [leaf + step * (i == place) for i, leaf in enumerate(program.leaves)]


@settings(deadline=None, max_examples=60)
@given(array_programs)
def test_jacobians_by_stacks_agree_with_an_independent_engine(program: Program) -> None:
    at = program.leaves[0]
    expected = close(oracle_jacobian(program.by_leaf(0))(at))
    assert jacobian_matrix(lambda x: program.vector(OURS, [x]), at, "reverse") == expected
    assert jacobian_matrix(lambda x: program.vector(OURS, [x]), at, "forward") == expected


@settings(deadline=None, max_examples=60)
@given(array_programs, st.integers(0, 999))
def test_second_derivatives_are_symmetric(program: Program, seed: int) -> None:
    """<u, H v> = <v, H u>, each by pulling back the recorded gradient."""
    tape, (x,), loss = traced(program, program.scalar)
    (slope,) = recorded_gradient(loss, [x])
    assert slope.value == close(tape.pull_back(loss).of(x))
    u, v = np.random.default_rng(seed).normal(size=(2, *np.shape(x.value)))
    hu, hv = (np.asarray(tape.pull_back(slope, along).of(x)) for along in (u, v))
    assert np.sum(u * hv) == close(np.sum(v * hu))


def ladder(f: Functions, x: Any, rungs: int = 60) -> Any:
    """Two paths at each rung: 2 to the power of ``rungs`` from end to end."""
    for _ in range(rungs):
        x = f["add"](x, x)
    return x


AT = (0.5, (0.5, -2.0))


@pytest.mark.parametrize("at", AT)
def test_a_ladder_of_60_diamonds_in_all_ways(at: Any) -> None:
    tape = Tape()
    x = tape.leaf(at)
    y = ladder(OURS, x)
    total = OURS["sum"](y)
    slopes = np.full(np.shape(at), 2.0**60)
    (recorded,) = recorded_gradient(total, [x])
    (lean,) = value_and_gradient(lambda leaf: OURS["sum"](ladder(OURS, leaf)), at)[1]
    for found in (tape.pull_back(total).of(x), tape.push_forward(y, {x: 1.0}), recorded.value, lean):
        assert np.array_equal(found, slopes)


def test_a_ladder_whose_sides_differ() -> None:
    """Each rung is sin + cos, so the slope is the product of cos - sin over the rungs."""
    tape = Tape()
    x = y = tape.leaf(0.1)
    slope = 1.0
    for _ in range(60):
        slope *= math.cos(y.value) - math.sin(y.value)
        y = OURS["add"](OURS["sin"](y), OURS["cos"](y))
    assert tape.pull_back(y).of(x) == pytest.approx(slope, rel=1e-12)
    assert tape.push_forward(y, {x: 1.0}) == pytest.approx(slope, rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(programs())
def test_a_dead_branch_changes_nothing(program: Program) -> None:
    tape, leaves, loss = traced(program, program.scalar)
    before = tape.pull_back(loss)
    dead = OURS["exp"](OURS["sin"](tape.nodes[len(leaves) // 2]))
    after = tape.pull_back(loss)
    assert all(np.array_equal(before.of(node), after.of(node)) for node in tape.nodes)
    assert not np.any(after.of(dead))
