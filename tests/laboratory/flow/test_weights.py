from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from math import sqrt

import numpy as np
import pytest

from bpdrill.laboratory.flow.weights import SCHEMES, Init, read_init

VARIANCES = [
    ("xavier", 1 / 100),
    ("he", 2 / 100),
    ("normal:0.3", 0.09),
    ("uniform:0.3", 0.03),
    ("orthogonal", 1 / 100),
    ("zeros", 0),
]
"""Var(w) at a width of 100."""

READ = [
    ("xavier", Init("xavier")),
    (" He ", Init("he")),
    ("normal:0.1", Init("normal", 0.1)),
    ("uniform:1e-3", Init("uniform", 0.001)),
]

UNREADABLE = [
    (
        "xaver",
        "There is no way to draw weights 'xaver'. Did you mean xavier? There are: xavier, he, normal:0.1, ",
    ),
    ("", "There is no way to draw weights ''. There are: xavier, "),
    ("normal", "Write --init normal:0.1, not 'normal'."),
    ("he:2", "Write --init he, not 'he:2'."),
    ("normal:", "The size in --init normal:SIZE is a number such as 0.1, up to 1000, not ''."),
    ("normal:0", "not '0'."),
    ("uniform:-1", "not '-1'."),
    ("normal:nan", "not 'nan'."),
    ("normal:inf", "not 'inf'."),
    ("normal:1e9", "not '1e9'."),
    ("normal:__import__", "not '__import__'."),
]


@pytest.mark.parametrize(("text", "variance"), VARIANCES)
def test_draws_have_the_variance_that_the_gain_is_made_of(text: str, variance: float) -> None:
    init = read_init(text)
    drawn = np.concatenate([init.draw(np.random.default_rng(seed), 100) for seed in range(5)])
    assert init.gain(100) == pytest.approx(sqrt(100 * variance))
    assert drawn.var() == pytest.approx(variance, rel=0.02)
    assert drawn.mean() == pytest.approx(0, abs=0.01)


def test_uniform_stays_within_its_limit_and_reaches_for_it() -> None:
    drawn = Init("uniform", 0.3).draw(np.random.default_rng(0), 100)
    assert 0.299 < abs(drawn).max() <= 0.3


@pytest.mark.parametrize("width", [1, 2, 30])
def test_orthogonal_is(width: int) -> None:
    q = Init("orthogonal").draw(np.random.default_rng(0), width)
    assert q @ q.T == pytest.approx(np.eye(width))


def test_orthogonal_rotates_either_way() -> None:
    signs = {np.sign(Init("orthogonal").draw(np.random.default_rng(seed), 1)[0, 0]) for seed in range(20)}
    assert signs == {-1, 1}


@pytest.mark.parametrize(("text", "init"), READ)
def test_reading(text: str, init: Init) -> None:
    assert read_init(text) == init


@pytest.mark.parametrize(("text", "complaint"), UNREADABLE)
def test_what_cannot_be_read_is_told_in_one_line(
    text: str, complaint: str, refuses: Callable[[str], AbstractContextManager[None]]
) -> None:
    with refuses(complaint):
        read_init(text)


@pytest.mark.parametrize("name", SCHEMES)
def test_an_init_is_written_as_it_is_read(name: str) -> None:
    init = Init(name, 0.5 if SCHEMES[name].sized else 0.0)
    assert read_init(str(init)) == init
