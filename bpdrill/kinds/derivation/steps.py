"""One step for each derivative: what it comes to from what was said before, and what mistakes make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from bpdrill import notation
from bpdrill.algebra.equal import Tolerance
from bpdrill.algebra.evaluate import value_at
from bpdrill.algebra.paths import along_paths
from bpdrill.algebra.program import Named
from bpdrill.kinds.derivation.asked import (
    Asked,
    all_asked,
    chain_of,
    field_id,
    is_of_numbers,
    is_of_root,
    mistakes_of,
    names_for,
    up_to,
)
from bpdrill.kinds.derivation.deriving import formula, tree_of
from bpdrill.marking.chain import Chain
from bpdrill.marking.diagnosis import Blame
from bpdrill.marking.steps import Carried, Step, Values
from bpdrill.model.blocks import Field, Form
from bpdrill.model.items import Variant
from bpdrill.model.tree import Shape, names

SAME = Tolerance(rel=1e-9, abs=1e-9)


def steps(variant: Variant) -> list[Step]:
    """One step for each derivative; each may use the values, and the gradients before it. Made once."""
    chain = chain_of(variant)
    return chain.made("steps", variant, lambda: [step(variant, asked) for asked in all_asked(variant)])


def step(variant: Variant, asked: Asked) -> Step:
    """One derivative as a step."""
    known = names_for(variant, asked)
    field = Field(
        field_id(variant, asked),
        label(variant, asked, known[asked.by]),
        Form.EXPRESSION,
        symbols=dict(known),
        shape=known[asked.by],
        help=help_for(variant),
    )
    return Step(
        field,
        partial(expected, variant, asked),
        expected_text=notation.text(formula(variant, asked.text, known), symbols=known),
        names=partial(named_at, variant),
        mistaken=partial(mistaken, variant, asked),
        tolerance=SAME,
        further=partial(further, variant, asked),
    )


def label(variant: Variant, asked: Asked, shape: Shape) -> str:
    """``dz2 = ∂L/∂z2 (c,)``; with numbers alone ``dL/dx``."""
    if is_of_numbers(variant):
        return asked.text if "/" in asked.text else f"d{asked.of}/d{asked.by}"
    own_name = "" if "/" in asked.text else f"d{asked.by} = "
    described = f" {notation.describe(shape)}" if shape else ", a scalar"
    return f"{own_name}∂{asked.of}/∂{asked.by}{described}"


def help_for(variant: Variant) -> str:
    """What can be typed."""
    if is_of_numbers(variant):
        return "an expression such as  2 a cos(t)  or  -1/t^2;  any notation will do"
    return "an expression such as  A^T v,  a b^T  or  u * v;  any notation will do"


def expected(variant: Variant, asked: Asked, carried: Carried) -> Values:
    """The derivative at each point, from what is carried."""
    chain = chain_of(variant)
    if not is_of_numbers(variant):
        return chain_to(chain, asked).gradient(asked.by, carried_to(variant, asked, carried))
    lines = up_to(chain.program, asked.of)
    reads = {(line.name, name) for line in lines for name in names(line.tree)}
    own = {
        (each.of, each.by): carried[field_id(variant, each)]
        for each in all_asked(variant)
        if each != asked and field_id(variant, each) in carried
    }
    return tuple(
        along_paths(
            lines,
            asked.by,
            ran.values,
            {edge: values[at] for edge, values in own.items() if edge in reads and edge[0] != asked.of},
            {by: values[at] for (of, by), values in own.items() if of == asked.of},
        )
        for at, ran in enumerate(chain.runs)
    )


def named_at(variant: Variant, carried: Carried) -> Sequence[Named]:
    """What an expression may use at each point: what the chain names, and sizes."""
    chain = chain_of(variant)
    return [{**point, **named} for point, named in zip(chain.points, chain.names(carried), strict=True)]


def chain_to(chain: Chain, asked: Asked) -> Chain:
    """The chain that ends in the line that is differentiated."""
    if asked.of == chain.program[-1].name:
        return chain
    return chain.made(
        f"chain to {asked.of}",
        asked,
        lambda: Chain(up_to(chain.program, asked.of), chain.points, (asked.by,)),
    )


def carried_to(variant: Variant, asked: Asked, carried: Carried) -> Carried:
    """What lies on the way of the gradients before it: all, or nothing if it is no gradient of the loss."""
    return carried if is_of_root(variant, asked) else {}


def mistaken(variant: Variant, asked: Asked, carried: Carried) -> Iterator[tuple[str, Values]]:
    """What the author's named mistakes come to, then the engine's."""
    chain, what = chain_of(variant), f"mistaken at {field_id(variant, asked)}"
    return chain.in_turn(what, carried, lambda: each_mistaken(variant, asked, carried))


def each_mistaken(variant: Variant, asked: Asked, carried: Carried) -> Iterator[tuple[str, Values]]:
    """As ``mistaken``, worked out."""
    points = named_at(variant, carried)
    for mistake in mistakes_of(variant, asked):
        tree = tree_of(variant.say(mistake.form), names_for(variant, asked))
        values = [value_at(tree, point) for point in points]
        if not any(value is None for value in values):
            yield mistake.misconception, tuple(values)
    chain = chain_to(chain_of(variant), asked)
    yield from chain.mistaken(asked.by, carried_to(variant, asked, carried))


def further(variant: Variant, asked: Asked, carried: Carried) -> Iterator[tuple[Blame, Values]]:
    """What more than one of the engine's mistakes come to."""
    chain = chain_to(chain_of(variant), asked)
    return chain.further(asked.by, carried_to(variant, asked, carried))
