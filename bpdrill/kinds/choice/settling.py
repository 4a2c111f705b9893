"""Numbers that settle a question: an author's formulas, and what a network's gradients look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpdrill.algebra.authored import expression_of, program_of
from bpdrill.algebra.draws import draw_array, draw_one_hot
from bpdrill.algebra.evaluate import Value, evaluate
from bpdrill.algebra.program import run
from bpdrill.model.items import Draw

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Network:
    """A network whose gradients are looked at: each parameter p gives ``size_p`` and ``unlike_p``.

    The first is its gradient's largest entry, the second how far the rows of the gradient differ.
    """

    program: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]
    target: str
    """The input that is one-hot."""
    fill: Mapping[str, str]
    """Inputs with one value all over, by a formula; the others are drawn."""


def value_of(text: str, known: Numbers) -> float:
    """What an author's formula comes to."""
    return float(evaluate(expression_of(text, dict.fromkeys(known, ()), "spec.cases").tree, known))


def shown_by(network: Network, known: Numbers, numbers: Draw) -> dict[str, float]:
    """Size and unlikeness of the gradient of every parameter, by the engine."""
    program = program_of(network.program, network.shapes, "spec.cases")
    gradients = run(program, start(network, known, numbers)).gradients()
    shown: dict[str, float] = {}
    for name in network.shapes:
        gradient = gradients[name]
        shown |= {
            f"size_{name}": float(abs(gradient).max()),
            f"unlike_{name}": float(abs(gradient - gradient[0]).max()),
        }
    return shown


def start(network: Network, known: Numbers, numbers: Draw) -> dict[str, Value]:
    """Every input: filled, one-hot, or drawn."""
    point = {name: draw_array(shape, numbers, 9, 10) for name, shape in network.shapes.items()}
    for name, text in network.fill.items():
        point[name] = point[name] * 0 + value_of(text, known)
    point[network.target] = draw_one_hot(point[network.target].size, numbers)
    return point
