"""Answers and what they must earn; keys held against another way of computing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bpdrill import notation
from bpdrill.algebra.differences import oblique, slope_along
from bpdrill.algebra.evaluate import Value
from bpdrill.kinds.derivation.asked import (
    Asked,
    all_asked,
    chain_of,
    field_id,
    is_of_numbers,
    mistakes_of,
    names_for,
    network_of,
    up_to,
)
from bpdrill.kinds.derivation.deriving import formula
from bpdrill.kinds.derivation.steps import steps
from bpdrill.marking.specimens import common_specimens
from bpdrill.marking.steps import Step, judge_steps
from bpdrill.model.items import Variant
from bpdrill.model.marks import Answer, Outcome, Specimen
from bpdrill.model.tree import Program, leaves

NEARLY = 1e-5
"""How well differences know a slope, beside its size."""


def specimens(variant: Variant) -> Iterator[Specimen]:
    """The formulas, in ASCII and in LaTeX and as the author also has them; then what is wrong with a name."""
    right, latex = dict[str, str](), dict[str, str]()
    for asked in all_asked(variant):
        at, known = field_id(variant, asked), names_for(variant, asked)
        written = formula(variant, asked.text, known)
        right[at] = notation.text(written, notation.Style.ASCII, symbols=known)
        latex[at] = notation.text(written, notation.Style.LATEX, symbols=known)
    yield from common_specimens(right, next(iter(right)))
    yield Specimen("right, in LaTeX", latex, {})
    for asked in all_asked(variant):
        yield from specimens_of(variant, asked, right)


def specimens_of(variant: Variant, asked: Asked, right: Answer) -> Iterator[Specimen]:
    """What else is right at one derivative, and what is wrong there."""
    at = field_id(variant, asked)
    for text in network_of(variant).also.get(asked.text, ()):
        yield Specimen(f"{at} as {text}", {**right, at: variant.say(text)}, {})
    wrong = [f"-({right[at]})", *(variant.say(mistake.form) for mistake in mistakes_of(variant, asked))]
    for text in wrong:
        yield Specimen(f"{at} as {text}", {**right, at: text}, {at: Outcome.WRONG})
    if "^T" in right[at]:
        lost = right[at].replace("^T", "")
        yield Specimen(f"{at} without transpose", {**right, at: lost}, {at: Outcome.WRONG})


def complaints(variant: Variant) -> Iterator[str]:
    """A formula that the engine denies, a key that another way of computing it denies, a mistake unnamed."""
    for asked, step in zip(all_asked(variant), steps(variant), strict=True):
        (judged,) = judge_steps([step], {step.field.id: step.expected_text})
        if judged.outcome is not Outcome.RIGHT:
            yield f"{step.field.label}: the engine denies {step.expected_text}: {judged.because}"
        if not holds(variant, asked, step):
            other = "SymPy" if is_of_numbers(variant) else "central differences"
            yield f"{step.field.label}: the engine is denied by {other}"
        for mistake in mistakes_of(variant, asked):
            (judged,) = judge_steps([step], {step.field.id: variant.say(mistake.form)})
            if mistake.misconception not in judged.misconceptions:
                yield f"{step.field.label}: {mistake.form} is not found to be {mistake.misconception}"


def holds(variant: Variant, asked: Asked, step: Step) -> bool:
    """The key, by SymPy for numbers and along one direction by central differences for arrays."""
    from numpy import vdot

    chain = chain_of(variant)
    program, point = up_to(chain.program, asked.of), chain.points[0]
    if is_of_numbers(variant):
        theirs, own = by_sympy(program, asked.by, chain.runs[0].values), step.key[0]
    else:
        direction = oblique(step.key[0])
        theirs, own = slope_along(program, asked.by, point, direction), float(vdot(step.key[0], direction))
    return bool(abs(theirs - own) <= NEARLY * max(1.0, abs(own)))


def by_sympy(program: Program, name: str, values: Mapping[str, Value]) -> float:
    """The derivative of the root by ``name``, an input or a line."""
    from bpdrill.algebra.symbolic import sympy_gradients

    after = tuple(line for line in program if line.name != name)
    return sympy_gradients(after, {each: values[each] for each in leaves(after)})[name]
