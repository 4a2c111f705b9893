"""Rules as they are written down: each, read back and evaluated, is what the engine sends back."""

from __future__ import annotations

import numpy as np
import pytest

from bpdrill.algebra.evaluate import evaluate
from bpdrill.laboratory.operation import laid_out
from bpdrill.laboratory.trace.backward import trace
from bpdrill.laboratory.trace.computation import computation
from bpdrill.laboratory.trace.rules import local, rule
from bpdrill.model.tree import Shape
from bpdrill.notation import Reading, Style, read

W, x, z = "W=[[1,2],[3,4]]", "x=[1,2]", "z=[0.5,-1]"

RULES = [
    ("L = sum(W x)", f"{W},{x}", "matmul", ["∂L/∂matmul xᵀ", "Wᵀ ∂L/∂matmul"]),
    ("L = sum(x + z)", f"{x},{z}", "add", ["∂L/∂add", "∂L/∂add"]),
    ("L = sum(x - z)", f"{x},{z}", "sub", ["∂L/∂sub", "−∂L/∂sub"]),
    ("L = sum(relu(z))", z, "relu", ["∂L/∂relu ⊙ 1[z > 0]"]),
    ("L = sum(log(x))", x, "log", ["∂L/∂log ⊙ (1/x)"]),
    ("L = mean(x)*2", x, "mean", ["∂L/∂mean/2"]),
    ("L = sum(x)^2", x, "sum", ["∂L/∂sum"]),
    ("L = sum(softmax(z)*x)", f"{z},{x}", "softmax", ["softmax ⊙ (∂L/∂softmax − Σ(∂L/∂softmax ⊙ softmax))"]),
    ("L = softmax_ce(z, y)", f"{z},y=[1,0]", "L", ["softmax(z) − y", "−log_softmax(z)"]),
    ("L = softmax_ce(z, y)", f"{z},y=[1,1]", "L", ["softmax(z)·Σ(y) − y", "−log_softmax(z)"]),
    ("L = x^T z + b", f"{x},{z},b=1", "matmul", ["∂L/∂matmul·zᵀ", "∂L/∂matmul·xTᵀ"]),
    ("L = x^T z + b", f"{x},{z},b=1", "xT", ["(∂L/∂xT)ᵀ"]),
    ("L = sum(b + x)", f"b=1,{x}", "add", ["Σ(∂L/∂add)", "∂L/∂add"]),
    ("L = sum(gelu(z))", z, "gelu", ["∂L/∂gelu·(Φ(z) + z·φ(z))"]),
    ("L = max(a, b)^2", "a=1,b=2", "max", ["∂L/∂max·1[a > b]", "∂L/∂max·1[b > a]"]),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "at", "node", "rules"), RULES)
def test_rules_in_the_words_of_a_whiteboard(typed: str, at: str, node: str, rules: list[str]) -> None:
    run = computation(typed, at)
    written = [rule(run, node, argument) for argument in range(len(rules))]
    assert [each.replace("∂L/∂mean·(1/2)", "∂L/∂mean/2") for each in written] == rules


ONE_RULE_EACH = "tanh sigmoid relu leaky_relu elu silu exp sin cos abs softmax log_softmax logsumexp sum mean"
REREAD = [
    *((f"h = {op}(z); L = sum(h * v)", "z=[0.5,-1.2],v=[0.7,0.3]") for op in ONE_RULE_EACH.split()),
    ("L = sum(log(x)/x - sqrt(x))", x),
    ("L = sum(max(x, y) * min(y, x))", "x=[1,5],y=[3,4]"),
    ("L = 2*sum(max(x, y) * min(y, x))", "x=[1,4],y=[3,4]"),
    ("L = sum((W x)^2)", f"{W},{x}"),
    ("L = 2*softmax_ce(z, y)", f"{z},y=[0.3,0.9]"),
    ("L = 2*softmax_ce(z, y)", f"{z},y=[0,1]"),
    ("L = x^T W x", f"{W},{x}"),
    ("L = sum(outer(x, z)^2)", f"{x},{z}"),
]


@pytest.mark.parametrize(("typed", "at"), REREAD)
def test_a_written_rule_gives_what_was_sent_back(typed: str, at: str) -> None:
    found = trace(computation(typed, at))
    run = found.computation
    for link in found.links:
        upstream = {f"d{link.consumer}": link.upstream}
        shapes: dict[str, Shape] = {**run.shapes, f"d{link.consumer}": run.shapes[link.consumer]}
        written = rule(run, link.consumer, link.argument, Style.ASCII)
        reading = read(written.replace(f"dL/d{link.consumer}", f"d{link.consumer}"), shapes)
        assert isinstance(reading, Reading), written
        values = {name: run.value(name) for name in run.nodes} | upstream
        again = laid_out(evaluate(reading.tree, values), np.shape(link.contribution))
        assert np.allclose(again * np.ones_like(link.contribution), link.contribution), written


LOCALS = [
    ("L = x^2", "x=3", "2·x"),
    ("L = sigmoid(x)", "x=1", "L·(1 − L)"),
    ("L = -x", "x=1", "−1"),
    ("L = relu(x)", "x=1", "1[x > 0]"),
    ("L = gelu(x)", "x=1", "Φ(x) + x·φ(x)"),
    ("L = elu(x)", "x=1", ""),
]


@pytest.mark.parametrize(("typed", "at", "formula"), LOCALS)
def test_local_derivatives_are_written_unless_they_are_long(typed: str, at: str, formula: str) -> None:
    assert local(computation(typed, at), "L", 0) == formula
