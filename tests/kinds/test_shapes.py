"""Shapes in every writing, slips named, a lost transpose mended, broadcasting as numpy does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpdrill.kinds.shapes.broadcasting import Pair, summed_axes, together
from bpdrill.marking.listing import read_list, read_shape
from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Unreadable, Verdict

RIGHT, NEAR, WRONG = Outcome.RIGHT, Outcome.NEAR, Outcome.WRONG
NET, BATCH, LOST, STRETCHED = (
    "shapes/two-layer",
    "shapes/batched",
    "shapes/lost-transpose",
    "shapes/broadcasting",
)
Attempts = Callable[..., Any]
NAMES: dict[str, tuple[()]] = {"w": (), "x": (), "yhat": ()}
SIZES: dict[str, tuple[()]] = {"h": (), "d": (), "c": ()}

READ = {
    **dict.fromkeys(
        ["(h, d)", "h x d", "[h,d]", "h,d", "hxd", "h×d", "H x D", "(h d)", "h by d"], ("h", "d")
    ),
    **dict.fromkeys(["R^{h x d}", "ℝ^(h×d)", "h*d"], ("h", "d")),
    **dict.fromkeys(["(h,)", "h", "(h)", "[h]", "R^h"], ("h",)),
    **dict.fromkeys(["()", "scalar", "a number", "[]"], ()),
    "(h,1)": ("h", 1),
    "1 x h": (1, "h"),
    "(3, 4)": (3, 4),
    "3x4": (3, 4),
}
REFUSED = ["", "k", "(h, e)", "2 +* 3", "h, d, c, h, d", "import os", "-3", "1e9", "(" * 500]
# Item, field, text, outcome, and the mistakes that are named.
JUDGED = [
    (NET, "shape.db1", "(h,)", RIGHT, ()),
    (NET, "shape.db1", "(h, 1)", RIGHT, ()),
    (NET, "shape.db1", "(1, h)", NEAR, ()),
    (NET, "shape.db1", "(d,)", WRONG, ("shape.bias-like-input",)),
    (NET, "shape.dW1", "d x h", WRONG, ("shape.transposed",)),
    (NET, "shape.dW1", "h", WRONG, ("shape.gradient-of-activation",)),
    (NET, "shape.L", "1 x 1", NEAR, ()),
    (NET, "shape.L", "c", WRONG, ()),
    (BATCH, "shape.db1", "N x h", WRONG, ("shape.batch-kept",)),
    (BATCH, "shape.losses", "N", RIGHT, ()),
    (LOST, "lost.repaired", "np.outer(dz1, x)", RIGHT, ()),
    (LOST, "lost.repaired", "dz1[:, None] @ x[None, :]", RIGHT, ()),
    (LOST, "lost.repaired", "dz1 x", WRONG, ("matmul.transpose-missing",)),
    (LOST, "lost.repaired", "x dz1^T", WRONG, ()),
    (LOST, "lost.repaired", "2 dz1 x^T", WRONG, ()),
    (LOST, "lost.line", "dW2", WRONG, ()),
    (STRETCHED, "result.1", "(n,)", WRONG, ()),
    (STRETCHED, "gradient.1", "(n, 1)", RIGHT, ()),
    (STRETCHED, "gradient.1", "(n,)", WRONG, ()),
    (STRETCHED, "gradient.1", "(n, n)", WRONG, ("add.batch-not-summed",)),
    (STRETCHED, "b.2", "none", WRONG, ("add.batch-not-summed",)),
]
PAIRS = [((4, 1), (4,)), ((4, 3), (3,)), ((4, 3), (4, 1)), ((1, 3), (4, 1)), ((3,), (4, 3)), ((1, 1), (4, 3))]


@pytest.mark.parametrize(("text", "shape"), READ.items())
def test_a_shape_is_read_in_every_writing(text: str, shape: tuple[Any, ...]) -> None:
    assert read_shape(text, SIZES) == shape


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_shape_is_sent_back(text: str) -> None:
    assert isinstance(read_shape(text, SIZES), Unreadable)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("w, x", ("w", "x")),
        ("x w x", ("x", "w")),
        ("w and yhat", ("w", "yhat")),
        ("y_hat", ("yhat",)),
        ("none", ()),
    ],
)
def test_names_are_read_as_a_list(text: str, names: tuple[str, ...]) -> None:
    assert read_list(text, NAMES) == names


@pytest.mark.parametrize("text", ["q", "w; q", "w + x", ",", "2"])
def test_what_is_no_name_is_sent_back(text: str) -> None:
    assert isinstance(read_list(text, NAMES), Unreadable)


@pytest.mark.parametrize("case", JUDGED)
def test_a_shape_is_judged_with_its_story(attempt: Attempts, case: tuple[Any, ...]) -> None:
    item, field, text, outcome, named = case
    judged = attempt(item).judge({field: text}).by_field[field]
    assert (judged.outcome, judged.misconceptions) == (outcome, named)
    assert judged.outcome is RIGHT or judged.because


def test_keys_are_the_shapes_that_numpy_gives(attempt: Attempts) -> None:
    x, first, bias, second = np.ones(4), np.ones((3, 4)), np.ones(3), np.ones((2, 3))
    hidden = np.maximum(first @ x + bias, 0)
    up = second.T @ (second @ hidden)
    expected = {"z1": (first @ x).shape, "z2": (second @ hidden).shape, "dW1": np.outer(up, x).shape}
    letters = {4: "d", 3: "h", 2: "c"}
    right = attempt(NET).right
    for name, shape in expected.items():
        assert read_shape(right[f"shape.{name}"], SIZES) == tuple(letters[size] for size in shape)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_what_was_stretched_is_summed(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    pair, whole = Pair("", a, b), np.broadcast_shapes(a, b)
    assert together(pair) == whole
    for own in (a, b):
        axes = {"none": (), "0": (0,), "1": (1,), "both": (0, 1)}[summed_axes(own, whole)]
        assert np.ones(whole).sum(axis=axes).size == np.ones(own).size


@pytest.mark.parametrize("number", range(6))
def test_each_line_may_lose_its_transpose(attempt: Attempts, number: int) -> None:
    began = attempt(LOST, next_seed(LOST, number))
    name = began.right["lost.line"]
    assert name in {"dW1", "dW2", "dh1"}
    assert began.judge({}).verdict is Verdict.STRONG_HIRE


def test_mended_after_the_shapes_were_asked_is_lean(attempt: Attempts) -> None:
    assert attempt(LOST).judge({"lost.line": "dz2"}).verdict is Verdict.LEAN_HIRE
    assert attempt(LOST).judge({"lost.repaired": "dz1 x"}).verdict is Verdict.NO_HIRE
