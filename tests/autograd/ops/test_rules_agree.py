"""At random points VJP, JVP and symbolic rule of every row say the same: <ct, J t> = <Jᵀ ct, t>.

The points are each row's own specimens with their numbers stretched a little, so that
domains and kinks are kept. Seeds are fixed: a failure repeats.
"""

from __future__ import annotations

import zlib
from random import Random
from typing import Any

import numpy as np
import pytest

from bpdrill.autograd import OPS, Op
from bpdrill.autograd.second import constant
from bpdrill.autograd.values import Value, quiet, settled, shape_of, size_of, spread, sum_to
from bpdrill.model.tree import Symbol, interpret

POINTS = 200
TOLERANCE = 1e-9


def numbers(random: Random, like: Value, low: float, high: float) -> Value:
    """Random numbers in the shape of ``like``."""
    drawn = [low + (high - low) * random.random() for _ in range(size_of(like))]
    return settled(np.reshape(drawn, shape_of(like)))


def point(random: Random, op: type[Op], specimen: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of ``specimen``, each number times a factor of its own; settings as they are."""
    own = [settled(given) for given in specimen[: len(op.vjp)]]
    stretched = (settled(value * numbers(random, value, 0.8, 1.25)) for value in own)
    return (*stretched, *specimen[len(op.vjp) :])


def written(op: type[Op], argument: int, ct: Value, y: Value, given: tuple[Any, ...]) -> Value:
    """The symbolic rule's value."""
    values = {"ct": ct, "y": y} | {f"x{place}": value for place, value in enumerate(given)}
    tree = op.symbolic[argument](*map(Symbol, values))
    found: Value = interpret(tree, values, constant, lambda name, args: OPS[name].forward(*args))
    return found


def disagreements(op: type[Op], argument: int, random: Random, given: tuple[Any, ...]) -> dict[str, float]:
    """How far each two rules are apart, relative to the size of the terms that are summed."""
    y = settled(op.forward(*given))
    ct, t = numbers(random, y, -1, 1), numbers(random, given[argument], -1, 1)
    pushed = ct * spread(settled(op.jvp[argument](t, y, *given)), shape_of(y))
    pulled = sum_to(settled(op.vjp[argument](ct, y, *given)), shape_of(t))
    wrote = sum_to(settled(written(op, argument, ct, y, given)), shape_of(t))
    size = np.sum(np.abs(pulled * t)) + np.sum(np.abs(pushed)) + 1e-30
    return {
        "vjp and jvp": float(abs(np.sum(pulled * t) - np.sum(pushed)) / size),
        "vjp and symbolic": float(np.max(np.abs(pulled - wrote)) / (np.max(np.abs(pulled)) + 1e-30)),
    }


@pytest.mark.parametrize("name", sorted(OPS))
def test_the_rules_of_a_row_agree_everywhere(name: str) -> None:
    op, random = OPS[name], Random(zlib.crc32(name.encode()))
    with quiet():
        for at in range(POINTS):
            given = point(random, op, op.specimens[at % len(op.specimens)])
            for argument in range(len(op.vjp)):
                apart = disagreements(op, argument, random, given)
                assert max(apart.values()) < TOLERANCE, (argument, given, apart)
