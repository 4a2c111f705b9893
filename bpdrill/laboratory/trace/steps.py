"""A trace as a walk: each value, then each edge, on its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from bpdrill import notation
from bpdrill.algebra.evaluate import Value
from bpdrill.laboratory.trace.backward import Link, Trace
from bpdrill.laboratory.trace.backward_blocks import arrow, local_cell, sums
from bpdrill.laboratory.trace.computation import Computation
from bpdrill.laboratory.trace.rules import gradient_name, rule
from bpdrill.laboratory.trace.view import computes, opening, shown, symbol
from bpdrill.model.blocks import Block, Bullets, Heading, Prose
from bpdrill.model.tree import Number, names, substitute

Step = Sequence[Block]
"""What is shown at once."""


def steps(found: Trace) -> list[Step]:
    """The expression, each line, each edge, the gradients."""
    run = found.computation
    walk = [
        *(("Forward", _forward(run, name)) for name in run.lines),
        ("Backward", f"It starts at the root: {gradient_name(run.root, run.root)} = 1."),
        *(("Backward", "\n".join(_backward(found, link))) for link in found.links),
    ]
    start: Step = (*opening(run, f"Step by step: {symbol(run.root)}"),)
    end: Step = (Heading("Gradients"), Bullets(tuple(sums(found))))
    return [start, *(_step(place, len(walk), *said) for place, said in enumerate(walk, start=1)), end]


def _step(place: int, of: int, title: str, said: str) -> Step:
    return Heading(f"{title}, {place} of {of}"), Prose(said)


def _forward(run: Computation, name: str) -> str:
    """``mul = w·x = 2·3 = 6``."""
    return " = ".join([symbol(name), computes(run, name), *_in_numbers(run, name), shown(run.value(name))])


def _in_numbers(run: Computation, name: str) -> Iterator[str]:
    """The operation with the numbers in place of the names, where all of them are single numbers."""
    values = {each: run.value(each) for each in names(run.lines[name])}
    numbers = {each: _number(value) for each, value in values.items() if isinstance(value, float)}
    if len(numbers) == len(values):
        yield notation.text(substitute(run.lines[name], numbers)).replace("-", "−")


def _number(value: float) -> Number:
    """As it is shown elsewhere: four digits."""
    return Number(Fraction(f"{value:.4g}"))


def _backward(found: Trace, link: Link) -> Iterator[str]:
    """The edge, what arrives, what becomes of it, and what has come together below."""
    run, root = found.computation, found.computation.root
    yield arrow(link)
    yield f"upstream: {gradient_name(root, link.consumer)} = {shown(link.upstream)}"
    yield _rule(run, link)
    yield from _below(found, link)


def _rule(run: Computation, link: Link) -> str:
    """The local derivative, between numbers; else what the upstream gradient is put through."""
    if link.local is None:
        return f"rule: {rule(run, link.consumer, link.argument)}"
    return f"local: {gradient_name(link.consumer, link.producer)} = {local_cell(run, link)}"


def _below(found: Trace, link: Link) -> Iterator[str]:
    """The gradient below; where paths meet, this path's part, and after the last of them their sum."""
    name, paths = link.producer, found.arriving[link.producer]
    gradient = gradient_name(found.computation.root, name)
    parts = [] if link.local is None else [f"{_factor(link.local)}·{_factor(link.upstream)}"]
    part = " = ".join([*parts, shown(link.contribution)])
    if len(paths) == 1:
        yield f"{gradient} = {part}"
        return
    yield f"path {paths.index(link) + 1} of {len(paths)} into {symbol(name)} brings {part}"
    if link is paths[-1]:
        parts = [_factor(path.contribution) for path in paths]
        yield f"{gradient} = {' + '.join(parts)} = {shown(found.gradient(name))}"


def _factor(value: Value) -> str:
    """A number within a product or a sum: a negative one in brackets."""
    written = shown(value)
    return f"({written})" if written.startswith("−") else written
