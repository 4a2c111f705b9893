"""The keys of every derivation of the bank, computed again in plain numpy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from bpdrill.bank.bank import open_bank
from bpdrill.kinds import derivation

Point = Mapping[str, Any]


def softmax(scores: Any) -> Any:
    """Along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def composition(v: Point) -> Point:
    return {"slope.u.x": 3.0, "gradient.u": 2 * (3 * v["x"] + 2), "gradient.x": 6 * (3 * v["x"] + 2)}


def several_paths(v: Point) -> Point:
    x = v["x"]
    return {
        "slope.u.x": 2 * x,
        "slope.v.x": np.cos(x),
        "gradient.u": np.sin(x),
        "gradient.v": x**2,
        "gradient.x": 2 * x * np.sin(x) + x**2 * np.cos(x),
    }


def vector_form(v: Point) -> Point:
    dz = 2 * v["B"] @ v["A"] @ v["x"]
    dy = v["B"].T @ dz
    return {"gradient.y": dy, "gradient.x": v["A"].T @ dy, "gradient.A": np.outer(dy, v["x"])}


def softmax_cross_entropy(v: Point) -> Point:
    p = softmax(v["z"])
    jacobian = np.diag(p) - np.outer(p, p)
    return {"slope.s.z": jacobian @ v["g"], "gradient.p": -v["y"] / p, "gradient.z": p - v["y"]}


def batched_network(v: Point) -> Point:
    z1 = v["X"] @ v["W1"] + v["b1"]
    h = np.maximum(z1, 0)
    dz2 = (softmax(h @ v["W2"] + v["b2"]) - v["Y"]) / len(v["X"])
    dz1 = dz2 @ v["W2"].T * (z1 > 0)
    return {
        "gradient.Z2": dz2,
        "gradient.W2": h.T @ dz2,
        "gradient.b2": dz2.sum(axis=0),
        "gradient.W1": v["X"].T @ dz1,
        "gradient.b1": dz1.sum(axis=0),
    }


def logistic_regression(v: Point) -> Point:
    off = (sigmoid(v["X"] @ v["w"] + v["b"]) - v["y"]) / len(v["y"])
    return {"gradient.z": off, "gradient.w": v["X"].T @ off, "gradient.b": off.sum()}


def least_squares(v: Point) -> Point:
    return {"gradient.w": 2 * v["X"].T @ (v["X"] @ v["w"] - v["y"])}


def quadratic_form(v: Point) -> Point:
    return {"gradient.x": (v["A"] + v["A"].T) @ v["x"], "gradient.A": np.outer(v["x"], v["x"])}


def normalised(z: Any, eps: float) -> tuple[Any, float]:
    deviation = np.sqrt(z.var() + eps)
    return (z - z.mean()) / deviation, deviation


def batch_norm(v: Point) -> Point:
    zhat, s = normalised(v["z"], v["eps"])
    size = len(zhat)
    jacobian = (np.eye(size) - 1 / size - np.outer(zhat, zhat) / size) / s
    return {"gradient.z": jacobian @ v["g"]}


def batch_norm_affine(v: Point) -> Point:
    zhat, _ = normalised(v["z"], v["eps"])
    inner = batch_norm({**v, "g": v["gamma"] * v["dy"]})
    return {"gradient.gamma": v["dy"] @ zhat, "gradient.beta": v["dy"].sum(), **inner}


def layer_norm(v: Point) -> Point:
    xhat, _ = normalised(v["x"], v["eps"])
    inner = batch_norm({"z": v["x"], "eps": v["eps"], "g": v["gamma"] * v["dy"]})
    return {"gradient.gamma": v["dy"] * xhat, "gradient.beta": v["dy"], "gradient.x": inner["gradient.z"]}


def attention(v: Point) -> Point:
    root = np.sqrt(v["Q"].shape[1])
    p = softmax(v["Q"] @ v["K"].T / root)
    dp = v["dO"] @ v["V"].T
    rows = zip(p, dp, strict=True)
    ds = np.array([(np.diag(row) - np.outer(row, row)) @ from_above for row, from_above in rows])
    return {
        "gradient.V": p.T @ v["dO"],
        "gradient.S": ds,
        "gradient.Q": ds @ v["K"] / root,
        "gradient.K": ds.T @ v["Q"] / root,
    }


def residual_block(v: Point) -> Point:
    h = np.tanh(v["W1"] @ v["x"] + v["b"])
    branch = v["W2"] @ np.diag(1 - h**2) @ v["W1"]
    return {"gradient.x": (np.eye(len(v["x"])) + branch).T @ v["g"]}


def mse_output(v: Point) -> Point:
    a, y = sigmoid(v["z"]), v["y"]
    return {"slope.M.z": (a - y) * a * (1 - a), "gradient.a": (a - y) / (a - a**2), "gradient.z": a - y}


def low_rank(v: Point) -> Point:
    whole = np.outer(v["dy"], v["x"])
    return {
        "gradient.B": whole @ v["A"].T,
        "gradient.A": v["B"].T @ whole,
        "gradient.x": (v["W"] + v["B"] @ v["A"]).T @ v["dy"],
    }


def jacobian_product(v: Point) -> Point:
    h1 = np.tanh(v["W1"] @ v["x"])
    h2 = np.tanh(v["W2"] @ h1)
    h3 = np.tanh(v["W3"] @ h2)
    j3, j2 = np.diag(1 - h3**2) @ v["W3"], np.diag(1 - h2**2) @ v["W2"]
    return {"gradient.h1": (j3 @ j2).T @ v["g"]}


def bptt(v: Point) -> Point:
    states = [v["h0"]]
    for x in ("x1", "x2", "x3"):
        states.append(np.tanh(v["W"] @ states[-1] + v["U"] @ v[x] + v["b"]))
    total, arriving = np.zeros_like(v["W"]), np.zeros_like(v["h0"])
    for at in (3, 2, 1):
        inside = (v[f"g{at}"] + arriving) * (1 - states[at] ** 2)
        total += np.outer(inside, states[at - 1])
        arriving = v["W"].T @ inside
    return {"gradient.W": total}


BY_HAND = {
    "chain-rule/composition": composition,
    "chain-rule/several-paths": several_paths,
    "chain-rule/vector-form": vector_form,
    "derivations/softmax-cross-entropy": softmax_cross_entropy,
    "derivations/batched-network": batched_network,
    "derivations/logistic-regression": logistic_regression,
    "derivations/least-squares": least_squares,
    "derivations/quadratic-form": quadratic_form,
    "derivations/batch-norm": batch_norm,
    "derivations/batch-norm-affine": batch_norm_affine,
    "derivations/layer-norm": layer_norm,
    "derivations/attention": attention,
    "derivations/residual-block": residual_block,
    "derivations/mse-output": mse_output,
    "derivations/low-rank": low_rank,
    "derivations/jacobian-product": jacobian_product,
    "sequences/bptt-derivation": bptt,
}
"""The first variant of each item, in the rules of nobody but numpy."""


@pytest.mark.parametrize("item", BY_HAND)
def test_the_key_is_what_plain_numpy_finds(item: str) -> None:
    variant = derivation.vary(open_bank().get(item), 0)
    for at, point in enumerate(variant.values["chain"].points):
        expected = BY_HAND[item](point)
        for step in derivation.steps(variant):
            if step.field.id in expected:
                np.testing.assert_allclose(step.key[at], expected[step.field.id], rtol=1e-9, atol=1e-12)
