"""Mistakes that people make, each as an answer in numbers: most are named, others are described.

Every other field of the answer is right, so what is judged is one wrong value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from bpdrill.kinds.walkthrough.worked import Worked
from bpdrill.marking.chain import Chain
from bpdrill.marking.specimens import written
from bpdrill.marking.steps import judge_steps
from bpdrill.model.marks import Judgement, Outcome
from bpdrill.model.tree import Apply, Line, Program, Symbol, leaves
from bpdrill.notation import read_program

Values = Mapping[str, Any]
"""Every value by its name, and the gradient at z as dz."""

SHAPES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("b", "w", "u", "q", "p0"), ("h",)),
    **dict.fromkeys(("y", "t", "e"), ("c",)),
    "x": ("d",),
    "X": ("n", "d"),
    "Y": ("n", "c"),
    "W": ("h", "d"),
    "V": ("c", "h"),
    "U": ("h", "h"),
    "A": ("d", "h"),
    "B": ("h", "c"),
}
LENGTHS = {"d": 2, "h": 3, "c": 4, "n": 5}
PROGRAMS = {
    "network": "z = W x + b; h = relu(z); s = V h; p = softmax(s); L = -sum(y .* log(p))",
    "smooth": "z = W x + b; h = sigmoid(z); s = V h; L = sum((s - t)^2)",
    "batch": "Z = X A; H = relu(Z); S = H B + e; P = softmax(S); L = -mean(sum(Y .* log(P), axis=1))",
    "fork": "r = w .* u; k = r .* r; m = r .* q; f = k + m; L = sum(p0 .* f)",
    "time": "a = U q; h = tanh(a); c = U h; g = tanh(c); L = sum(p0 .* h) + sum(w .* g)",
    "logs": "k = exp(w); m = log(1 + k); L = sum(p0 .* m)",
    "alone": "p = softmax(w); L = sum(u .* p)",
    "inner": "k = w .* w; m = sin(k); L = sum(p0 .* m)",
}
CALLS: Mapping[str, tuple[str, tuple[str, ...], tuple[int, ...]]] = {
    "batch norm": ("batch_norm", ("x", "gamma", "beta"), (4, 3)),
    "layer norm": ("layer_norm", ("x", "gamma", "beta"), (4, 3)),
    "convolution": ("conv1d", ("x", "k"), (3,)),
    "mean": ("mean", ("x",), ()),
    "max": ("max", ("x",), ()),
}
"""Ops that have no notation: what they read, and the shape of what they give; a weighted sum follows."""


def point(name: str) -> dict[str, Any]:
    """Inputs of one program, all different, with units on and off."""
    draw = np.random.default_rng(7)
    if name in CALLS:
        shapes = {"x": (4, 3), "gamma": (3,), "beta": (3,), "k": (3,)}
        row = {"convolution": (5,), "mean": (5,), "max": (5,)}.get(name, (4, 3))
        return {n: draw.normal(size=row if n == "x" else shapes[n]) for n in CALLS[name][1]} | {
            "G": draw.normal(size=CALLS[name][2])
        }
    inputs = {n: draw.normal(size=[LENGTHS[s] for s in SHAPES[n]]) + 0.2 for n in leaves(program(name))}
    return inputs | {
        n: np.eye(LENGTHS["c"])[[1, 0, 3, 2, 1][: len(v)] if v.ndim > 1 else 1]
        for n, v in inputs.items()
        if n in "yY"
    }


@cache
def program(name: str) -> Program:
    """One program."""
    if name in CALLS:
        op, args, _ = CALLS[name]
        weighted = Symbol("G") * Symbol("out")
        return (Line("out", Apply(op, tuple(map(Symbol, args)))), Line("L", Apply("sum", (weighted,))))
    read = read_program(PROGRAMS[name].replace("; ", "\n"), SHAPES)
    assert isinstance(read, tuple), read
    return read


@cache
def worked(name: str) -> Worked:
    """One program, everything asked."""
    lines = program(name)
    asked = tuple(reversed([*leaves(lines), *(line.name for line in lines[:-1])]))
    asked = tuple(n for n in asked if n not in {"y", "Y", "p", "P", "G", "t"} or name == "alone")
    start = {n: float(v) if not np.shape(v) else v for n, v in point(name).items()}
    return Worked(Chain(lines, (start,), asked), tuple(line.name for line in lines))


def values(name: str) -> Values:
    """Values and gradients."""
    chain = worked(name).chain
    gradients = chain.runs[0].gradients()
    return {**chain.runs[0].values, **{f"d{n}": g for n, g in gradients.items()}}


def said(name: str, field: str, wrong: Any) -> Judgement:
    """What is said of one wrong field."""
    steps = worked(name).steps
    answer = {step.field.id: written(step.key[0]) for step in steps}
    answer[f"gradient.{field}"] = written(np.asarray(wrong, float) if np.shape(wrong) else float(wrong))
    return next(j for j in judge_steps(steps, answer) if j.field == f"gradient.{field}")


def slope(a: Any) -> Any:
    """The derivative of the sigmoid, at its input."""
    s = 1 / (1 + np.exp(-a))
    return s * (1 - s)


Row = tuple[int, str, str, Callable[[Values], Any], str]
ROWS: list[Row] = [
    (1, "fork", "r", lambda v: v["dk"] * 2 * v["r"], "path.dropped"),
    (2, "fork", "k", lambda v: v["df"] / 2, "add.split"),
    (3, "network", "h", lambda v: (v["V"] @ v["h"])[:3], ""),
    (4, "network", "V", lambda v: v["ds"] * 2, "expected (4, 3)"),
    (5, "network", "V", lambda v: np.outer(v["h"], v["ds"]), "transpose it"),
    (6, "network", "z", lambda v: v["dh"], "relu.mask-forgotten"),
    (7, "network", "z", lambda v: v["dh"] * (v["dh"] > 0), "relu.mask-on-upstream"),
    (8, "smooth", "z", lambda v: v["dh"] * slope(v["h"]), "sigmoid.derivative-of-output"),
    (8, "smooth", "z", lambda v: v["dh"] * v["z"] * (1 - v["z"]), "sigmoid.input-for-output"),
    (9, "smooth", "W", lambda v: np.outer(v["dh"], v["x"]), "edge.upstream-late"),
    (10, "network", "s", lambda v: v["y"] - v["p"], "softmax_ce.reversed"),
    (11, "alone", "w", lambda v: v["u"] * v["p"] * (1 - v["p"]), "softmax.diagonal-only"),
    (12, "network", "s", lambda v: (v["p"] - v["y"]) * v["p"] * (1 - v["p"]), "softmax_ce.derivative-twice"),
    (13, "network", "s", lambda v: -v["y"] / v["p"], "edge.local-lost"),
    (14, "batch", "S", lambda v: v["P"] - v["Y"], "mean.count-lost"),
    (15, "batch", "e", lambda v: v["dS"].mean(axis=0), "add.batch-averaged"),
    (16, "network", "s", lambda v: v["p"] - np.roll(v["y"], 1), "the 1 of the one-hot vector"),
    (17, "network", "V", lambda v: np.outer(v["ds"], v["z"]), "taken with z where h belongs"),
    (18, "smooth", "s", lambda v: v["s"] - v["t"], "power.factor-lost"),
    (18, "smooth", "s", lambda v: 2 * (v["s"] - v["t"]) ** 2, "power.exponent-kept"),
    (19, "fork", "q", lambda v: v["dm"] * v["q"], "mul.own-value"),
    (20, "inner", "k", lambda v: v["p0"] * np.cos(v["w"]), "edge.at-earlier-input"),
    (21, "smooth", "h", lambda v: (v["V"].T @ v["ds"])[::-1], "another order"),
    (22, "logs", "w", lambda v: v["dk"] * v["w"], "exp.input-for-output"),
    (22, "logs", "k", lambda v: v["p0"] / v["m"], "log.output-for-input"),
    (23, "batch norm", "x", lambda v: v["G"] * v["gamma"] / v["x"].std(axis=0), "batch_norm.as-if-constant"),
    (24, "batch norm", "gamma", lambda v: (v["G"] * v["x"]).sum(axis=0), "batch_norm.dgamma-raw-input"),
    (25, "layer norm", "gamma", lambda v: (v["G"] * v["x"]).sum(axis=0), "layer_norm.dgamma-raw-input"),
    (26, "convolution", "x", lambda v: np.convolve(v["G"], v["k"][::-1]), "conv1d.kernel-not-flipped"),
    (28, "time", "U", lambda v: np.outer(v["dc"], v["h"]), "path.dropped"),
    (28, "time", "h", lambda v: v["U"].T @ v["dc"], "path.dropped"),
    (29, "mean", "x", lambda v: np.full(5, v["G"]), "mean.count-lost"),
    (29, "max", "x", lambda v: np.full(5, v["G"]), "max.gradient-to-all"),
]
"""The mistake's number, where it is made, the wrong gradient, and what is said: a name or words."""


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[2]}" for row in ROWS])
def test_what_is_said_of_a_mistake(row: Row) -> None:
    _, name, field, wrong, expected = row
    found = said(name, field, wrong(values(name)))
    assert found.outcome is Outcome.WRONG
    if "." in expected:
        assert found.misconceptions == (expected,)
    else:
        assert expected in found.because
        assert not found.misconceptions


def test_most_are_named() -> None:
    sorts = Counter("named" if "." in expected else "described" for *_, expected in ROWS)
    assert sorts["named"] >= 20
    assert len({number for number, *_ in ROWS}) >= 25
