"""Norms: by hand, where nothing varies, in use as in training, and as people get them wrong."""

from __future__ import annotations

import numpy as np
import pytest

from bpdrill.autograd import OPS, Given, Tape, named, value_and_gradient
from bpdrill.autograd import mean as mean_of
from bpdrill.autograd import sum as sum_of
from bpdrill.autograd import var as variance_of
from bpdrill.autograd.values import settled

X, UP = (0, 0, 2, 2), (1, 2, 3, 6)
"""Mean 1 and variance 1, so hat is (-1, -1, 1, 1); the upstream has mean 3, and 1.5 along hat."""

BLOCKS = ((0, 0, 2, 2), (0, 0, 2, 2), (2, 2, 0, 0), (2, 2, 0, 0))
NONE = (0, 0, 0, 0)
FIRST_ROW = (UP, NONE, NONE, NONE)
FIRST_COLUMN = tuple((up, 0, 0, 0) for up in UP)

BY_HAND: tuple[tuple[str, tuple[Given, ...], Given, Given, tuple[Given, ...]], ...] = (
    # op, arguments with eps, y, upstream, gradient of each argument
    ("batch_norm", (X, 2, 5, 0), (3, 3, 7, 7), UP, ((-1, 1, -3, 3), 6, 12)),
    ("batch_norm", (X, 2, 5, 3), (4, 4, 6, 6), UP, ((-1.625, -0.625, -0.375, 2.625), 3, 12)),
    (
        "batch_norm",
        (((0, 4), (0, 0), (2, 4), (2, 0)), (2, 3), (5, 7), 0),
        ((3, 10), (3, 4), (7, 10), (7, 4)),
        ((1, 1), (2, 0), (3, 0), (6, 0)),
        (((-1, 0.75), (1, 0), (-3, -0.75), (3, 0)), (6, 1), (12, 1)),
    ),
    ("layer_norm", (X, 2, 5, 0), (3, 3, 7, 7), UP, ((-1, 1, -3, 3), 6, 12)),
    (
        "layer_norm",
        (X, (1, 2, 1, 1), 5, 0),
        (4, 3, 6, 6),
        (1, 1, 3, 6),
        ((-0.5, 0.5, -1.5, 1.5), (-1, -1, 3, 6), 11),
    ),
    (
        "layer_norm",
        ((X, (9, 9, 5, 5)), (1, 2, 1, 1), NONE, 0),
        ((-1, -2, 1, 1), (1, 2, -1, -1)),
        ((1, 1, 3, 6), NONE),
        (((-0.5, 0.5, -1.5, 1.5), NONE), (-1, -1, 3, 6), (1, 1, 3, 6)),
    ),
    ("rms_norm", ((1, -1, 1, 1), 2, 0), (2, -2, 2, 2), UP, ((-2, 8, 2, 8), 8)),
    ("rms_norm", ((1, -1, 1, 1), 2, 3), (1, -1, 1, 1), UP, ((0.5, 2.5, 2.5, 5.5), 4)),
    (
        "batch_norm_eval",
        (((1, 2), (5, 8)), (2, 4), (10, 20), (1, 4), (3, 15), 1),
        ((10, 18), (14, 24)),
        ((1, 2), (3, 4)),
        (((1, 2), (3, 4)), (6, 3), (4, 6), (-4, -6), (-1.5, -0.375)),
    ),
)


@pytest.mark.parametrize(("op", "given", "y", "upstream", "gradients"), BY_HAND)
def test_by_hand(
    op: str, given: tuple[Given, ...], y: Given, upstream: Given, gradients: tuple[Given, ...]
) -> None:
    tape = Tape()
    leaves = [tape.leaf(value) for value in given[:-1]]
    root = tape.apply(op, *leaves, given[-1])
    assert root.value == pytest.approx(settled(y))
    found = tape.pull_back(root, upstream)
    for leaf, gradient in zip(leaves, gradients, strict=True):
        assert found.of(leaf) == pytest.approx(settled(gradient))


FAULTS: tuple[tuple[str, int, tuple[Given, ...], Given, Given], ...] = (
    # name, argument, arguments with eps, upstream, what the mistaken learner gets
    ("batch_norm.mean-path-lost", 0, (X, 2, 5, 0), UP, (5, 7, 3, 9)),
    ("batch_norm.variance-path-lost", 0, (X, 2, 5, 0), UP, (-4, -2, 0, 6)),
    ("batch_norm.as-if-constant", 0, (X, 2, 5, 0), UP, (2, 4, 6, 12)),
    ("batch_norm.mean-subtracted-twice", 0, (X, 2, 5, 0), UP, (-7, -5, -9, -3)),
    ("batch_norm.gamma-lost", 0, (X, 2, 5, 0), UP, (-0.5, 0.5, -1.5, 1.5)),
    ("batch_norm.dgamma-raw-input", 1, (X, 2, 5, 0), UP, 18),
    ("batch_norm.axis-swapped", 0, (BLOCKS, 2, 5, 0), FIRST_ROW, ((-1, 1, -3, 3), NONE, NONE, NONE)),
    ("layer_norm.mean-path-lost", 0, (X, 2, 5, 0), UP, (5, 7, 3, 9)),
    ("layer_norm.variance-path-lost", 0, (X, 2, 5, 0), UP, (-4, -2, 0, 6)),
    ("layer_norm.as-if-constant", 0, (X, 2, 5, 0), UP, (2, 4, 6, 12)),
    ("layer_norm.mean-subtracted-twice", 0, (X, 2, 5, 0), UP, (-7, -5, -9, -3)),
    ("layer_norm.gamma-lost", 0, (X, (1, 2, 1, 1), 5, 0), UP, (-0.5, 0.5, -1.5, 1.5)),
    ("layer_norm.dgamma-raw-input", 1, (X, (1, 2, 1, 1), 5, 0), UP, (0, 0, 6, 12)),
    (
        "layer_norm.axis-swapped",
        0,
        (BLOCKS, 2, 5, 0),
        FIRST_COLUMN,
        ((-1, 0, 0, 0), (1, 0, 0, 0), (-3, 0, 0, 0), (3, 0, 0, 0)),
    ),
    ("rms_norm.second-path-lost", 0, ((1, -1, 1, 1), 2, 0), UP, (2, 4, 6, 12)),
    ("rms_norm.mean-subtracted", 0, ((1, -1, 1, 1), 2, 0), UP, (-8, 2, -4, 2)),
    ("rms_norm.gamma-lost", 0, ((1, -1, 1, 1), 2, 0), UP, (-1, 4, 1, 4)),
    ("rms_norm.dgamma-raw-input", 1, ((2, -2, 2, 2), 2, 0), UP, 16),
    ("batch_norm_eval.statistics-of-batch", 0, (X, 2, 5, 1, 1, 0), UP, (-1, 1, -3, 3)),
    ("batch_norm_eval.gamma-lost", 0, (X, 2, 5, 1, 4, 0), UP, (0.5, 1, 1.5, 3)),
    ("batch_norm_eval.dgamma-raw-input", 1, (X, 2, 5, 1, 4, 0), UP, 18),
)


@pytest.mark.parametrize(("name", "argument", "given", "upstream", "wrong"), FAULTS)
def test_faults_give_what_the_mistaken_learner_gets(
    name: str, argument: int, given: tuple[Given, ...], upstream: Given, wrong: Given
) -> None:
    tape = Tape()
    leaves = [tape.leaf(value) for value in given[:-1]]
    root = tape.apply(name.split(".", maxsplit=1)[0], *leaves, given[-1])
    fault = named(name, root, argument)
    found = tape.pull_back(root, upstream, faults={(root, argument): fault})
    assert found.of(leaves[argument]) == pytest.approx(settled(wrong))


REFUSED: tuple[tuple[str, tuple[Given, ...], str], ...] = (
    ("batch_norm", (((1, 2),), 1, 0), "in a batch of 1 each feature is its own mean"),
    ("batch_norm", ((1,), 1, 0), "take 2 examples or more"),
    ("batch_norm", (3, 1, 0), r"batch norm takes a batch \(B, F\), or \(B,\) of one feature, not \(\)"),
    ("batch_norm", ((1, 2), (1, 1), 0), r"gamma \(2,\) must be one number, or one for each feature \(\)"),
    ("batch_norm", (BLOCKS, 1, ((1,), (2,))), r"beta \(2, 1\) must be one number, .* \(4,\)"),
    ("layer_norm", (3, 1, 0), "a single number has nothing to be normalised over"),
    ("layer_norm", ((X, X), (1, 1), 0), r"gamma \(2,\) must be one number, or one for each feature \(4,\)"),
    ("rms_norm", (3, 1), "a single number has nothing to be normalised over"),
    ("rms_norm", (X, (1, 1)), r"gamma \(2,\) must be one number"),
    ("batch_norm_eval", (X, 1, 0, 0, -0.1), "a variance is a mean of squares, and never below 0"),
    ("batch_norm_eval", (X, BLOCKS, 0, 0, 1), r"gamma \(4, 4\) must be one number"),
    ("batch_norm_eval", (BLOCKS, 1, 0, (0, 0), 1), r"mean \(2,\) must be one number"),
)


@pytest.mark.parametrize(("op", "given", "says"), REFUSED)
def test_what_cannot_be_normalised(op: str, given: tuple[Given, ...], says: str) -> None:
    tape = Tape()
    with pytest.raises(ValueError, match=says):
        tape.apply(op, tape.leaf(given[0]), *given[1:])


@pytest.mark.parametrize(("op", "axis"), [("batch_norm", 0), ("layer_norm", 1)])
def test_a_gradient_has_no_part_along_the_mean_and_none_along_hat(op: str, axis: int) -> None:
    random = np.random.default_rng(3)
    x, up = random.normal(size=(5, 7)), random.normal(size=(5, 7))
    gamma = random.normal(size=7)
    hat = OPS[op].forward(x, 1.0, 0.0, 0.0)
    gradient = OPS[op].vjp[0](up, hat, x, gamma, 0.0, 0.0)
    assert np.sum(gradient, axis=axis) == pytest.approx(0, abs=1e-12)
    assert np.sum(gradient * hat, axis=axis) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("op", "given"), [("batch_norm", (2, 5)), ("layer_norm", (2, 5)), ("rms_norm", (2,))]
)
def test_where_nothing_varies_eps_keeps_all_finite(op: str, given: tuple[float, ...]) -> None:
    constant = 0 if op == "rms_norm" else 7
    tape = Tape()
    x = tape.leaf((constant,) * 4)
    root = tape.apply(op, x, *given)
    assert root.value == pytest.approx(sum(given[1:]))
    gradient = tape.pull_back(root, UP).of(x)
    upstream = np.array(UP) if op == "rms_norm" else np.array(UP) - 3
    assert gradient == pytest.approx(2 * upstream / np.sqrt(1e-6 if op == "rms_norm" else 1e-5))


def test_batch_norm_is_layer_norm_along_the_other_axis() -> None:
    x, up = np.random.default_rng(5).normal(size=(2, 6, 3))
    batch, layer = OPS["batch_norm"], OPS["layer_norm"]
    assert batch.forward(x, 2.0, 1.0) == pytest.approx(np.transpose(layer.forward(x.T, 2.0, 1.0)))
    sent, other = batch.vjp[0](up, x, x, 2.0, 1.0), layer.vjp[0](up.T, x.T, x.T, 2.0, 1.0)
    assert sent == pytest.approx(np.transpose(other))


def test_in_use_with_its_own_statistics_it_is_batch_norm_in_training() -> None:
    """Mean and variance as nodes bring back the two terms that a batch adds."""
    random = np.random.default_rng(7)
    x, gamma, beta, up = (random.normal(size=shape) for shape in ((6, 3), (3,), (3,), (6, 3)))
    tape = Tape()
    leaves = [tape.leaf(value) for value in (x, gamma, beta)]
    statistics = mean_of(leaves[0], axis=0), variance_of(leaves[0], axis=0)
    roots = tape.apply("batch_norm", *leaves), tape.apply("batch_norm_eval", *leaves, *statistics)
    training, use = (tape.pull_back(root, up) for root in roots)
    assert roots[0].value == pytest.approx(roots[1].value)
    for leaf in leaves:
        assert training.of(leaf) == pytest.approx(use.of(leaf))


@pytest.mark.parametrize("op", ["batch_norm", "layer_norm"])
def test_what_is_remembered_changes_no_gradient_and_no_argument(op: str) -> None:
    random = np.random.default_rng(9)
    given = x, gamma, beta = [random.normal(size=shape) for shape in ((6, 3), (3,), (3,))]
    before, up = [value.copy() for value in given], random.normal(size=(6, 3))
    _, lean = value_and_gradient(lambda *nodes: sum_of(nodes[0].tape.apply(op, *nodes) * up), *given)
    tape = Tape()
    leaves = [tape.leaf(value) for value in (x, gamma, beta)]
    trace = tape.pull_back(tape.apply(op, *leaves), up)
    for leaf, gradient in zip(leaves, lean, strict=True):
        assert gradient == pytest.approx(trace.of(leaf), rel=1e-12)
    for now, then in zip(given, before, strict=True):
        assert np.array_equal(now, then)
