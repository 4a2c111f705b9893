"""Derive gradients as expressions, in symbols with shapes and in any notation.

An answer is worked out at random points with sizes that all differ, and held against the engine's
reverse mode there.
"""

from __future__ import annotations

from bpdrill import notation
from bpdrill.kinds.derivation.asked import Mistake, Spec, chain_of, is_of_numbers, shapes
from bpdrill.kinds.derivation.deriving import formula, solution
from bpdrill.kinds.derivation.drawing import REVISION, vary
from bpdrill.kinds.derivation.proving import complaints, specimens
from bpdrill.kinds.derivation.steps import steps
from bpdrill.marking.steps import judge_steps
from bpdrill.model.blocks import Formula, Presentation, Prose, Table
from bpdrill.model.items import Variant
from bpdrill.model.marks import Answer, Judgement
from bpdrill.model.tree import Symbols

__all__ = [
    "REVISION",
    "Mistake",
    "Spec",
    "complaints",
    "formula",
    "judge",
    "present",
    "solution",
    "specimens",
    "steps",
    "vary",
]


def present(variant: Variant) -> Presentation:
    """The question, the lines of the program, and the shapes of what is given."""
    known = shapes(variant)
    lines = [Formula(line.name, line.tree, dict(known)) for line in chain_of(variant).program]
    table = [] if is_of_numbers(variant) else [shapes_table(known)]
    fields = tuple(step.field for step in steps(variant))
    return Presentation((Prose(variant.say(variant.item.prompt)), *lines, *table), fields)


def shapes_table(known: Symbols) -> Table:
    """Every shape, and what has it: shorter than a row for each quantity."""
    described = {name: notation.describe(shape) for name, shape in known.items()}
    rows = tuple(
        (shape, ", ".join(name for name in described if described[name] == shape))
        for shape in dict.fromkeys(described.values())
    )
    return Table("", ("shape", "quantities"), rows)


def judge(variant: Variant, answer: Answer) -> tuple[Judgement, ...]:
    """Every step against the engine, then against the learner's own earlier steps."""
    return judge_steps(steps(variant), answer)
