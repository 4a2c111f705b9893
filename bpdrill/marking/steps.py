"""Steps and follow-through: each step against the truth, then against the learner's own earlier values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bpdrill import notation
from bpdrill.algebra.equal import EXACT, Tolerance, compare_values, misfit, unit_of
from bpdrill.algebra.evaluate import Value, value_at
from bpdrill.marking.reading import Said, read_field, why_blank
from bpdrill.model.blocks import Field
from bpdrill.model.marks import Answer, Comparison, Different, Equal, Judgement, Outcome, Unreadable
from bpdrill.model.tree import Shape, names
from bpdrill.notation import Mismatch

ROUNDING = 1e-9
ANY_OP = "edge."
"""Begins the names of faults that fit any op."""

Values = tuple[Value, ...]
"""A step's value at each of the points where it is looked at; numeric kinds have one point."""

Carried = Mapping[str, Values]
"""The learner's own values of earlier steps, by field id; empty where the truth is meant."""


@dataclass(frozen=True)
class Step:
    """One field that has a value.

    ``expect`` gives the value that follows from what is carried: with nothing carried, the key.
    ``mistaken`` gives what each named fault would make of it. ``names`` are the values an
    expression may use, at each point; ``rule`` says aloud how the step is done.
    """

    field: Field
    expect: Callable[[Carried], Values]
    rule: str = ""
    expected_text: str = ""
    names: Callable[[Carried], Sequence[Mapping[str, Value]]] = lambda _: ({},)
    mistaken: Callable[[Carried], Iterable[tuple[str, Values]]] = lambda _: ()
    tolerance: Tolerance = EXACT

    @cached_property
    def key(self) -> Values:
        """What is expected of somebody without a slip."""
        return self.expect({})


def judge_steps(steps: Sequence[Step], answer: Answer) -> tuple[Judgement, ...]:
    """Judge every step in order, carrying the learner's own values along."""
    carried: dict[str, Values] = {}
    judgements = []
    for step in steps:
        judgement, own = judge_step(step, answer.get(step.field.id, ""), carried)
        judgements.append(judgement)
        if own is not None and (judgement.outcome is Outcome.RIGHT or may_carry(own, step.key)):
            carried[step.field.id] = own
    return tuple(judgements)


def judge_step(step: Step, text: str, carried: Carried) -> tuple[Judgement, Values | None]:
    """Judge one step; also returns the learner's value, if there is one to carry on."""
    said = read_field(step.field, text)
    if isinstance(said, Unreadable):
        return judgement_of(step, "", Outcome.BLANK, why_blank(text, said)), None
    if off := shape_fault(said.shape, step.field.shape):
        return judgement_of(step, said.echo, Outcome.WRONG, off), None
    carried = leading(step, carried)
    if (own := values_of(said, step.names(carried))) is None or (
        plain := values_of(said, step.names({}))
    ) is None:
        return judgement_of(step, said.echo, Outcome.UNDECIDED, "it has no value where it was tried"), None
    return compare_step(step, said, plain, own, carried), tuple(map(fitted, own, step.key))


def leading(step: Step, carried: Carried) -> Carried:
    """What is carried, or nothing where it leads nowhere: the logarithm of a learner's 0 has no value."""
    try:
        step.expect(carried)
        step.names(carried)
    except (ArithmeticError, ValueError):
        return {}
    return carried


def shape_fault(given: Shape | Mismatch, key: Shape) -> str:
    """Why a shape cannot be right, in the names of the sizes; nothing if it can."""
    return given.explanation if isinstance(given, Mismatch) else misfit(given, key)


def compare_step(step: Step, said: Said, plain: Values, own: Values, carried: Carried) -> Judgement:
    """Truth first, then the learner's own earlier values, then the faults that give exactly this."""
    against_truth = compare_at_each(step, said, plain, step.key)
    if isinstance(against_truth, Equal):
        return judgement_of(step, said.echo, Outcome.RIGHT, "")
    following = step.expect(carried)
    if differs(following, step.key) and isinstance(compare_at_each(step, said, own, following), Equal):
        return judgement_of(step, said.echo, Outcome.FOLLOWS, "right from your own earlier values")
    why = "; ".join(part for part in (witness_of(step, said, plain, against_truth), step.rule) if part)
    faults = named(step, said, own, carried)
    return replace(judgement_of(step, said.echo, Outcome.WRONG, why), misconceptions=faults)


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


def named(step: Step, said: Said, own: Values, carried: Carried) -> tuple[str, ...]:
    """The faults that turn what is carried into exactly this value; an op's own before those of any op.

    An answer of 0 is not explained: too much comes to 0.
    """
    if all(nothing(value) for value in own):
        return ()
    fits = dict.fromkeys(
        name
        for name, value in step.mistaken(carried)
        if isinstance(compare_at_each(step, said, own, value), Equal)
    )
    own_faults = tuple(name for name in fits if not name.startswith(ANY_OP))
    return own_faults or tuple(fits)


def values_of(said: Said, names: Sequence[Mapping[str, Value]]) -> Values | None:
    """The answer's value at each point, or None if one of them has none."""
    assert said.tree is not None  # noqa: S101  forms without a tree are no steps
    values = tuple(value_at(said.tree, point) for point in names)
    return None if any(value is None for value in values) else values


def judgement_of(step: Step, given: str, outcome: Outcome, because: str) -> Judgement:
    """A judgement of ``step``, with the key as text."""
    expected = step.expected_text or notation.value(step.key[0])
    return Judgement(step.field.id, step.field.label, outcome, given, expected, because)


def compare_at_each(step: Step, said: Said, given: Values, key: Values) -> Comparison:
    """Equal if equal at every point; otherwise the first difference."""
    for own, expected in zip(given, key, strict=True):
        comparison = compare_values(own, expected, step.tolerance, unit_of(said.tree))
        if not isinstance(comparison, Equal):
            return comparison
    return Equal("agrees at every point")


def differs(a: Values, b: Values) -> bool:
    """Whether two steps' values differ anywhere."""
    return not all(isinstance(compare_values(x, y, EXACT), Equal) for x, y in zip(a, b, strict=True))


def may_carry(own: Values, key: Values) -> bool:
    """Whether a wrong value may stand in for the truth later: not if it is all zero or all alike.

    Whoever writes 0 everywhere must not be right everywhere after it.
    """
    return not any(degenerate(a, b) for a, b in zip(own, key, strict=True))


def fitted(own: Value, key: Value) -> Value:
    """The learner's value in the key's own shape: a row or a column is a vector to what comes after."""
    return own if same_shape(own, key) else own.reshape(key.shape)


def same_shape(own: Value, key: Value) -> bool:
    """Whether both are numbers, or arrays of one shape."""
    return getattr(own, "shape", ()) == getattr(key, "shape", ())


def degenerate(own: Value, key: Value) -> bool:
    """Zero; or, where the key is an array of unlike cells, an array of like ones."""
    return nothing(own) or (alike(own) and not alike(key))


def nothing(value: Value) -> bool:
    """0, or an array of zeros."""
    return value == 0 if isinstance(value, float) else not value.any()


def alike(value: Value) -> bool:
    """Whether an array repeats one number, up to rounding; a number by itself does not."""
    if isinstance(value, float):
        return False
    return bool(abs(value - value.flat[0]).max() <= ROUNDING * abs(value).max())
