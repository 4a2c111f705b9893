"""The graph of a trace for programs that draw: Graphviz DOT, and Mermaid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bpdrill.laboratory.trace import Trace
from bpdrill.laboratory.trace_blocks import computes, shown, symbol
from bpdrill.laboratory.trace_rules import gradient_name
from bpdrill.model.tree import Symbol


def dot(found: Trace) -> str:
    """``found`` for Graphviz: inputs are boxes, an arrow bears what flows back over it."""
    places = _places(found)
    nodes = (
        f"  {place} [shape={'box' if name in found.computation.inputs else 'ellipse'}, "
        f"label={_dot_quoted(_label(found, name))}];"
        for name, place in places.items()
    )
    arrows = (
        f"  {places[producer]} -> {places[consumer]} [label={_dot_quoted(flow)}];"
        for producer, consumer, flow in _arrows(found)
    )
    return "\n".join(["digraph trace {", "  rankdir=LR;", *nodes, *arrows, "}"])


def mermaid(found: Trace) -> str:
    """``found`` for Mermaid: inputs are boxes, an arrow bears what flows back over it."""
    places = _places(found)
    nodes = (
        f"  {place}{'[' if name in found.computation.inputs else '(['}{_mermaid_quoted(_label(found, name))}"
        f"{']' if name in found.computation.inputs else '])'}"
        for name, place in places.items()
    )
    arrows = (
        f"  {places[producer]} -->|{_mermaid_quoted(flow)}| {places[consumer]}"
        for producer, consumer, flow in _arrows(found)
    )
    return "\n".join(["flowchart LR", *nodes, *arrows])


EXPORTS: Mapping[str, Callable[[Trace], str]] = {"dot": dot, "mermaid": mermaid}


def _places(found: Trace) -> dict[str, str]:
    """An id for each node that no language has reserved: a name may be ``end`` or ``graph``."""
    return {name: f"n{place}" for place, name in enumerate(found.computation.nodes)}


def _label(found: Trace, name: str) -> list[str]:
    """What it computes, its value, its gradient; a line each."""
    run = found.computation
    return [
        f"{symbol(name)} = {computes(run, name)}" if name in run.lines else symbol(name),
        f"value {shown(run.value(name))}",
        f"{gradient_name(run.root, name)} = {shown(found.gradient(name))}",
    ]


def _arrows(found: Trace) -> Iterator[tuple[str, str, list[str]]]:
    """Every operand that is a node, what reads it, and what flows back between the two."""
    flows = {(link.consumer, link.argument): shown(link.contribution) for link in found.links}
    for name, tree in found.computation.lines.items():
        for argument, operand in enumerate(tree.args):
            if isinstance(operand, Symbol):
                yield operand.name, name, [flows.get((name, argument), "0")]


def _dot_quoted(lines: Sequence[str]) -> str:
    safe = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(safe) + '"'


_ENTITIES = str.maketrans({"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;"})


def _mermaid_quoted(lines: Sequence[str]) -> str:
    return '"' + "<br/>".join(line.translate(_ENTITIES) for line in lines) + '"'
