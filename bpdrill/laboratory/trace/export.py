"""The graph of a trace for programs that draw: Graphviz DOT, and Mermaid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpdrill.laboratory.trace.backward import Trace
from bpdrill.laboratory.trace.rules import gradient_name
from bpdrill.laboratory.trace.view import computes, shown, symbol
from bpdrill.model.tree import Symbol


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes a graph, line by line."""

    opening: Sequence[str]
    quoted: Callable[[Sequence[str]], str]
    source: Callable[[str, str], str]
    """An input: its id and its label."""
    node: Callable[[str, str], str]
    arrow: Callable[[str, str, str], str]
    """From, to, and what flows back."""
    closing: Sequence[str] = ()


def export(found: Trace, name: str) -> str:
    """``found`` in the language ``name``: inputs are boxes, an arrow bears what flows back over it."""
    language, places, inputs = LANGUAGES[name], _places(found), found.computation.inputs
    nodes = (
        (language.source if each in inputs else language.node)(place, language.quoted(_label(found, each)))
        for each, place in places.items()
    )
    arrows = (
        language.arrow(places[producer], places[consumer], language.quoted(flow))
        for producer, consumer, flow in _arrows(found)
    )
    return "\n".join([*language.opening, *nodes, *arrows, *language.closing])


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


LANGUAGES: Mapping[str, Language] = {
    "dot": Language(
        opening=("digraph trace {", "  rankdir=LR;"),
        quoted=_dot_quoted,
        source=lambda place, label: f"  {place} [shape=box, label={label}];",
        node=lambda place, label: f"  {place} [shape=ellipse, label={label}];",
        arrow=lambda producer, consumer, flow: f"  {producer} -> {consumer} [label={flow}];",
        closing=("}",),
    ),
    "mermaid": Language(
        opening=("flowchart LR",),
        quoted=_mermaid_quoted,
        source=lambda place, label: f"  {place}[{label}]",
        node=lambda place, label: f"  {place}([{label}])",
        arrow=lambda producer, consumer, flow: f"  {producer} -->|{flow}| {consumer}",
    ),
}
"""By name: Graphviz DOT, and Mermaid."""
