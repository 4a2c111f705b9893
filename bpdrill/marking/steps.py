"""Steps and follow-through: each step against the truth, then against the learner's own earlier values.

What is wrong after both is held against the known mistakes, over the whole answer: see ``naming``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bpdrill import notation
from bpdrill.algebra.equal import misfit
from bpdrill.marking import rounding
from bpdrill.marking.carrying import fitted, may_carry, nothing
from bpdrill.marking.naming import named
from bpdrill.marking.probes import backwards
from bpdrill.marking.reading import Said, read_field, why_blank
from bpdrill.marking.step import (
    Carried,
    Seen,
    Step,
    Values,
    compare_at_each,
    differs,
    judgement_of,
    leading,
    values_of,
)
from bpdrill.model.marks import Answer, Comparison, Different, Equal, Judgement, Outcome, Unreadable
from bpdrill.model.tree import Shape, Tree, names
from bpdrill.notation import Mismatch

__all__ = [
    "Carried",
    "Step",
    "Values",
    "differs",
    "judge_step",
    "judge_steps",
    "leading",
    "may_carry",
    "nothing",
]

NO_UNITS: Mapping[str, float] = {}
CARRY_MORE = "right within rounding: carry more digits"
FOLLOWING = "right from your own earlier values"
REVERSED = "in the opposite order the factors would be right"


def judge_steps(steps: Sequence[Step], answer: Answer) -> tuple[Judgement, ...]:
    """Judge every step in order, carrying the learner's own values along, then say which mistakes fit."""
    return named(walk(steps, answer))


def judge_step(step: Step, text: str, carried: Carried) -> tuple[Judgement, Values | None]:
    """Judge one step by itself; also returns the learner's value, if there is one to carry on."""
    seen = look(step, text, carried, NO_UNITS)
    return named([seen])[0], seen.own


def walk(steps: Sequence[Step], answer: Answer) -> list[Seen]:
    """Look at every step in order, with what the learner has said before it."""
    carried: dict[str, Values] = {}
    units: dict[str, float] = {}
    found: list[Seen] = []
    for step in steps:
        seen = look(step, answer.get(step.field.id, ""), dict(carried), units)
        if seen.own is not None and (seen.faithful or may_carry(seen.own, step.key, wrong_before(found))):
            carried[step.field.id] = seen.own
            units[step.field.id] = seen.unit
        found.append(seen)
    return found


def wrong_before(found: Sequence[Seen]) -> list[Values]:
    """The wrong values so far."""
    return [seen.own for seen in found if seen.wrong and seen.own is not None]


def look(step: Step, text: str, carried: Carried, units: Mapping[str, float]) -> Seen:
    """Read one step and compare it; ``units`` are the places to which carried values were written."""
    said = read_field(step.field, text)
    if isinstance(said, Unreadable):
        return Seen(step, judgement_of(step, "", Outcome.BLANK, why_blank(text, said)), carried)
    assert said.tree is not None  # noqa: S101  forms without a tree are no steps
    if off := shape_fault(said.shape, step.field.shape):
        why = "; ".join(filter(None, (off, reversal(step, said.tree))))
        return Seen(step, judgement_of(step, said.echo, Outcome.WRONG, why), carried)
    carried = leading(step, carried)
    plain = values_of(said.tree, step.names({}))
    own = values_of(said.tree, step.names(carried)) if names(said.tree) else plain
    if own is None or plain is None:
        why = "it has no value where it was tried"
        return Seen(step, judgement_of(step, said.echo, Outcome.UNDECIDED, why), carried)
    own, plain = (tuple(map(fitted, values, step.key)) for values in (own, plain))
    return compared(
        Seen(step, judgement_of(step, said.echo, Outcome.WRONG, ""), carried, said, own), plain, units
    )


def shape_fault(given: Shape | Mismatch, key: Shape) -> str:
    """Why a shape cannot be right, in the names of the sizes; nothing if it can."""
    return given.explanation if isinstance(given, Mismatch) else misfit(given, key)


def reversal(step: Step, tree: Tree) -> str:
    """Whether a product whose shapes do not fit has the right factors, the wrong way round."""
    turned = backwards(tree)
    values = values_of(turned, step.names({})) if turned != tree else None
    return REVERSED if values is not None and not differs(values, step.key) else ""


def compared(seen: Seen, plain: Values, units: Mapping[str, float]) -> Seen:
    """Truth first, then the learner's own earlier values, then those with what rounding may have done."""
    step, said, own = seen.step, seen.said, seen.own
    assert said is not None and own is not None  # noqa: S101, PT018  there is a value to compare
    against_truth = compare_at_each(step, said, plain, step.key)
    follows = step.follows(seen.carried)
    seen = replace(seen, follows=follows)
    if isinstance(against_truth, Equal):
        return judged(seen, Outcome.RIGHT, "")
    apart = differs(follows, step.key)
    if apart and isinstance(compare_at_each(step, said, own, follows), Equal):
        return judged(seen, Outcome.FOLLOWS, FOLLOWING)
    seen = replace(seen, allowed=allowance(seen, units))
    if rounded(seen):
        near_truth = rounding.within(plain, step.key, seen.allowed)
        return judged(seen, Outcome.RIGHT if near_truth else Outcome.FOLLOWS, CARRY_MORE)
    why = "; ".join(filter(None, (witness_of(step, said, plain, against_truth), step.rule)))
    return judged(seen, Outcome.WRONG, why)


def judged(seen: Seen, outcome: Outcome, because: str) -> Seen:
    """``seen`` with its outcome, and why."""
    return replace(seen, judgement=replace(seen.judgement, outcome=outcome, because=because))


def allowance(seen: Seen, units: Mapping[str, float]) -> Values:
    """How far rounding, on the way and of the answer itself, may have moved it; nothing if all is exact."""
    assert seen.own is not None  # noqa: S101  there is a value to compare
    coarsest = max([seen.unit, *(units[cell] for cell in seen.carried if cell in units)], default=0.0)
    if not coarsest or rounding.distance(seen.own, seen.follows) > rounding.LARGEST_GAIN * coarsest:
        return ()
    moved = rounding.slack(seen.step.expect, seen.carried, units)
    return tuple(far + seen.unit / 2 for far in moved)


def rounded(seen: Seen) -> bool:
    """Whether rounding alone accounts for the difference, and no known mistake does so better."""
    if not seen.allowed or seen.own is None or not rounding.within(seen.own, seen.follows, seen.allowed):
        return False
    better = rounding.distance(seen.own, seen.follows) / 2
    return not any(rounding.distance(seen.own, v) < better for _, v in seen.step.mistaken(seen.carried))


def witness_of(step: Step, said: Said, given: Values, compared: Comparison) -> str:
    """What shows the difference: a relation as it is, a pair of values with the point where they arise."""
    if not isinstance(compared, Different):
        return ""
    return where(step, said, given) + compared.witness if compared.values else compared.witness


def where(step: Step, said: Said, given: Values) -> str:
    """The point at which an expression was found to differ: what the names it uses stand for there."""
    used = names(said.tree) if said.tree else ()
    if not used:
        return ""
    at = next(i for i, (own, key) in enumerate(zip(given, step.key, strict=True)) if differs((own,), (key,)))
    point = step.names({})[at]
    return f"where {', '.join(f'{name} = {notation.value(point[name], 2)}' for name in used)}: "
