"""The backward pass of what was typed, held against another engine, and its study-page cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from bpdrill.laboratory.given import values
from bpdrill.laboratory.trace.backward import Trace, as_record, trace
from bpdrill.laboratory.trace.computation import computation, run
from bpdrill.model.tree import Line, Symbol

LINE = ("L = (w*x + b - y)^2", "w=2,x=3,b=1,y=8")
NETWORK = (
    "z1 = W1 x + b1; h1 = relu(z1); z2 = W2 h1 + b2; L = softmax_ce(z2, y)",
    "W1=[[0.1,0.2],[0.3,0.4]],x=[1,2],b1=[0.1,0.1],W2=[[0.5,0.6],[0.7,0.8]],b2=[0.1,0.1],y=[1,0]",
)


def traced(typed: str, at: str) -> Trace:
    return trace(computation(typed, at))


def plain(value: Any) -> Any:
    return value if isinstance(value, float) else value.tolist()


def test_the_line_of_the_study_page() -> None:
    found = traced(*LINE)
    assert [found.computation.value(name) for name in found.computation.lines] == [6, 7, -1, 1]
    assert {name: found.gradient(name) for name in "wbxy"} == {"w": -6, "b": -2, "x": -4, "y": 2}
    assert [(link.consumer, link.producer, link.local, link.upstream) for link in found.links] == [
        ("L", "sub", -2, 1),
        ("sub", "add", 1, -2),
        ("sub", "y", -1, -2),
        ("add", "mul", 1, -2),
        ("add", "b", 1, -2),
        ("mul", "w", 3, -2),
        ("mul", "x", 2, -2),
    ]


def test_the_network_of_the_study_page() -> None:
    found = traced(*NETWORK)
    shown = {name: plain(found.computation.value(name)) for name in ("h1", "z2", "L")}
    assert shown["h1"] == pytest.approx([0.6, 1.2])
    assert shown["z2"] == pytest.approx([1.12, 1.48])
    assert shown["L"] == pytest.approx(0.889, abs=5e-4)
    assert np.allclose(found.gradient("z2"), [-0.589, 0.589], atol=5e-4)
    assert np.allclose(found.gradient("W2"), [[-0.353, -0.707], [0.353, 0.707]], atol=5e-4)
    assert np.allclose(found.gradient("W1"), [[0.118, 0.236], [0.118, 0.236]], atol=5e-4)
    assert np.allclose(found.gradient("z1"), [0.118, 0.118], atol=5e-4)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + anp.exp(-z))


A = [[1.0, 2.0], [3.0, 4.0]]
ELSEWHERE: list[tuple[str, str, Callable[..., Any]]] = [
    ("x*y + x^2", "x=3,y=5", lambda x, y: x * y + x**2),
    ("x*x*x", "x=3", lambda x: x * x * x),
    ("x1*x2 + sin(x1)", "x1=2,x2=3", lambda x1, x2: x1 * x2 + anp.sin(x1)),
    ("(x + y)*z", "x=-2,y=5,z=-4", lambda x, y, z: (x + y) * z),
    ("max(x, y)*sigmoid(x)", "x=1,y=2", lambda x, y: anp.maximum(x, y) * sigmoid(x)),
    ("x/y - log(y)^x", "x=2,y=3", lambda x, y: x / y - anp.log(y) ** x),
    ("w^T x + b", "w=[1,2],x=[3,4],b=1", lambda w, x, b: anp.dot(w, x) + b),
    ("(w^T x - y)^2", "w=[1,2],x=[3,4],y=1", lambda w, x, y: (anp.dot(w, x) - y) ** 2),
    ("x^T A x", f"x=[1,2],A={A}", lambda x, A: anp.dot(x, anp.dot(A, x))),
    ("sum(((x^T A)^T)^2)", f"x=[1,2],A={A}", lambda x, A: anp.sum(anp.dot(x, A) ** 2)),
    ("mean(tanh(A x))", f"A={A},x=[0.1,0.2]", lambda A, x: anp.mean(anp.tanh(anp.dot(A, x)))),
    ("sum(outer(a, b) ⊙ A)", f"a=[1,2],b=[3,4],A={A}", lambda a, b, A: anp.sum(anp.outer(a, b) * A)),
    ("-sum(y*log(softmax(z)))", "y=[0.2,0.8],z=[1,2]",
     lambda y, z: -anp.sum(y * anp.log(anp.exp(z) / anp.sum(anp.exp(z))))),
    ("logsumexp(z) + sum(z)", "z=[1,2]", lambda z: anp.log(anp.sum(anp.exp(z))) + anp.sum(z)),
    ("sum(silu(z)) + min(a, 3)", "z=[1,2],a=1", lambda z, a: anp.sum(z * sigmoid(z)) + anp.minimum(a, 3.0)),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "at", "elsewhere"), ELSEWHERE, ids=[case[0] for case in ELSEWHERE])
def test_another_engine_finds_the_same(typed: str, at: str, elsewhere: Callable[..., Any]) -> None:
    found = traced(typed, at)
    given = [*map(np.array, values(at).values())]
    for place, name in enumerate(values(at)):
        assert np.allclose(found.gradient(name), grad(elsewhere, place)(*given), rtol=1e-12, atol=1e-12)
    assert found.modes_agree


@pytest.mark.parametrize(("typed", "at"), [LINE, NETWORK, *(case[:2] for case in ELSEWHERE)])
def test_contributions_add_up_and_are_local_times_upstream(typed: str, at: str) -> None:
    found = traced(typed, at)
    for name, links in found.arriving.items():
        if links:
            assert np.allclose(sum(np.array(link.contribution) for link in links), found.gradient(name))
    for link in found.links:
        if link.local is not None:
            assert link.local * link.upstream == pytest.approx(link.contribution)


def test_what_does_not_lead_to_the_root_gets_nothing() -> None:
    found = traced("a = x*y; L = x^2", "x=3,y=5")
    assert (found.gradient("y"), found.gradient("a"), found.gradient("x")) == (0, 0, 6)


REFUSED = [
    ("W x", "W=[[1,2],[3,4]],x=[1,2]", "f is (2,), and only one number has a gradient: end in one"),
    ("sqrt(x)", "x=0", "f = √(x) has no derivative by x where x = 0: take another point."),
    ("sum(sqrt(x))", "x=[0,1]", "sqrt = √(x) has no derivative by x where x = [0, 1]"),
    ("x^n + x", "x=-2,n=2", "pow = x^n has no derivative by n where x = −2, n = 2"),
    ("x*1e308 + x*1e308", "x=0.1", "∂f/∂x is too large for a number: take another point."),
]


@pytest.mark.parametrize(("typed", "at", "complaint"), REFUSED)
def test_what_has_no_gradient_is_said_in_one_line(
    typed: str, at: str, complaint: str, refuses: Callable[[str], AbstractContextManager[None]]
) -> None:
    with refuses(complaint):
        traced(typed, at)


def test_all_of_it_is_json() -> None:
    record = json.loads(json.dumps(as_record(traced(*NETWORK)), allow_nan=False))
    assert (record["mode"], record["root"], record["modes_agree"]) == ("reverse", "L", True)
    nodes = {node["name"]: node for node in record["nodes"]}
    assert nodes["x"] | {"gradient": None} == {
        "name": "x", "op": None, "computes": None, "shape": [2], "value": [1.0, 2.0], "gradient": None,
    }  # fmt: skip
    assert (nodes["matmul"]["computes"], nodes["L"]["op"]) == ("W1 x", "softmax_ce")
    edges = {(edge["from"], edge["to"]): edge for edge in record["edges"]}
    assert edges["matmul2", "W2"]["rule"] == "dL/dmatmul2 h1^T"
    assert edges["L", "z2"]["local"] is None


def test_a_long_chain_is_walked_back() -> None:
    lines = [Line("a0", Symbol("x") * 2), *(Line(f"a{n}", Symbol(f"a{n - 1}") + 1) for n in range(1, 3000))]
    found = trace(run(tuple(lines), {"x": 1.0}))
    assert (found.gradient("x"), len(found.links), found.modes_agree) == (2, 3000, True)


def test_rounding_of_what_cancels_is_no_disagreement() -> None:
    assert traced("x*1e10/3 - x*1e10*(1/3) + x", "x=0.1").modes_agree
