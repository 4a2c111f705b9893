"""The exports are read back by their own grammars, as far as they are used here."""

from __future__ import annotations

import re

import pytest

from bpdrill.laboratory.trace.backward import trace
from bpdrill.laboratory.trace.computation import computation
from bpdrill.laboratory.trace.export import LANGUAGES, export

CASES = [
    ("L = (w*x + b - y)^2", "w=2,x=3,b=1,y=8", 8, 7),
    ("L = x*y + x^2", "x=3,y=5", 5, 5),
    ("end = 1[graph > 0]*graph; L = end*x", "graph=2,x=3", 5, 5),
    ("a = x*y; L = x^2", "x=3,y=5", 4, 3),
    ("L = sum(W x)", "W=[[1,2],[3,4]],x=[1,2]", 4, 3),
]
QUOTED = r'"(?:[^"\\]|\\.)*"'
GRAMMARS = {
    "dot": (
        re.compile(rf"  (n\d+) \[shape=(?:box|ellipse), label={QUOTED}\];"),
        re.compile(rf"  (n\d+) -> (n\d+) \[label={QUOTED}\];"),
    ),
    "mermaid": (
        re.compile(r'  (n\d+)(?:\["[^"<>]*(?:<br/>[^"<>]*){2}"\]|\(\["[^"<>]*(?:<br/>[^"<>]*){2}"\]\))'),
        re.compile(r'  (n\d+) -->\|"[^"<>|]*"\| (n\d+)'),
    ),
}
FRAMES = {"dot": (["digraph trace {", "  rankdir=LR;"], ["}"]), "mermaid": (["flowchart LR"], [])}


@pytest.mark.parametrize(("typed", "at", "nodes", "edges"), CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_node_and_every_edge_is_there(
    language: str, typed: str, at: str, nodes: int, edges: int
) -> None:
    lines = export(trace(computation(typed, at)), language).splitlines()
    head, tail = FRAMES[language]
    assert (lines[: len(head)], lines[len(lines) - len(tail) :]) == (head, tail)
    a_node, an_edge = GRAMMARS[language]
    body = lines[len(head) : len(lines) - len(tail)]
    declared = {match[1] for line in body if (match := a_node.fullmatch(line))}
    drawn = [match.groups() for line in body if (match := an_edge.fullmatch(line))]
    assert (len(declared), len(drawn), len(body)) == (nodes, edges, nodes + edges)
    assert {end for ends in drawn for end in ends} <= declared


def test_a_node_says_what_it_computes_its_value_and_its_gradient() -> None:
    found = trace(computation("L = (x > 1)*x^2", "x=3"))
    assert 'label="sq = x²\\nvalue 9\\n∂L/∂sq = 1"' in export(found, "dot")
    assert '(["mask = 1[x #gt; 1]<br/>value 1<br/>∂L/∂mask = 9"])' in export(found, "mermaid")
