"""A step: one field that has a value, which may follow from those before it; and how two values compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bpdrill import notation
from bpdrill.algebra.equal import EXACT, Tolerance, compare_values, unit_of
from bpdrill.algebra.evaluate import Value, value_at
from bpdrill.marking.diagnosis import Blame
from bpdrill.marking.reading import Said
from bpdrill.marking.rounding import largest
from bpdrill.model.blocks import Field
from bpdrill.model.marks import Comparison, Equal, Judgement, Outcome
from bpdrill.model.tree import Tree

LEAST = 0.01
"""Of a number with three digits, the last one's unit is at most this part."""
ONES = 1.0
"""The place value of a whole number's last digit."""

Values = tuple[Value, ...]
"""A step's value at each of the points where it is looked at; numeric kinds have one point."""

Carried = Mapping[str, Values]
"""The learner's own values of earlier steps, by field id; empty where the truth is meant."""


@dataclass(frozen=True)
class Step:
    """One field that has a value.

    ``expect`` gives the value that follows from what is carried: with nothing carried, the key.
    ``mistaken`` gives what each named fault would make of it, ``further`` what more than one fault
    would, or one in several places. ``names`` are the values an expression may use, at each point;
    ``rule`` says aloud how the step is done.
    """

    field: Field
    expect: Callable[[Carried], Values]
    rule: str = ""
    expected_text: str = ""
    names: Callable[[Carried], Sequence[Mapping[str, Value]]] = lambda _: ({},)
    mistaken: Callable[[Carried], Iterable[tuple[str, Values]]] = lambda _: ()
    tolerance: Tolerance = EXACT
    further: Callable[[Carried], Iterable[tuple[Blame, Values]]] = lambda _: ()

    @cached_property
    def key(self) -> Values:
        """What is expected of somebody without a slip."""
        return self.expect({})

    def follows(self, carried: Carried) -> Values:
        """What is expected of somebody who said this before."""
        return self.expect(carried) if carried else self.key


@dataclass(frozen=True, slots=True)
class Seen:
    """A step as it was found in an answer.

    ``own`` is the learner's value, None where there is none to compare; ``follows`` what it should
    be from what is ``carried``; ``allowed`` how far rounding on the way may have moved it.
    """

    step: Step
    judgement: Judgement
    carried: Carried
    said: Said | None = None
    own: Values | None = None
    follows: Values = ()
    allowed: Values = ()

    @property
    def wrong(self) -> bool:
        """Whether there is a wrong value to account for."""
        return self.own is not None and self.judgement.outcome is Outcome.WRONG

    @property
    def faithful(self) -> bool:
        """Whether it is what it should be, of itself or from what came before."""
        return self.own is not None and self.judgement.outcome in {Outcome.RIGHT, Outcome.FOLLOWS}

    @property
    def unit(self) -> float:
        """The place value of the last digit that was written; 0 if it is exact.

        Numbers are asked to three digits, so that 0.5 vouches for no less than 0.500.
        """
        if self.said is None or self.own is None:
            return 0.0
        return min(unit_of(self.said.tree), LEAST * max(map(largest, self.own)))

    @property
    def vouched(self) -> float:
        """The place down to which it vouches for its value: to its ones, or to three digits at least."""
        assert self.own is not None  # noqa: S101  there is a value that may agree with another
        return min(self.unit or ONES, LEAST * max(map(largest, self.own)))


def judgement_of(step: Step, given: str, outcome: Outcome, because: str) -> Judgement:
    """A judgement of ``step``, with the key as text."""
    expected = step.expected_text or notation.value(step.key[0])
    return Judgement(step.field.id, step.field.label, outcome, given, expected, because)


def values_of(tree: Tree, names: Sequence[Mapping[str, Value]]) -> Values | None:
    """An expression's value at each point, or None if one of them has none."""
    values = tuple(value_at(tree, point) for point in names)
    return None if any(value is None for value in values) else values


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


def leading(step: Step, carried: Carried) -> Carried:
    """What is carried, or nothing where it leads nowhere: the logarithm of a learner's 0 has no value."""
    try:
        step.expect(carried)
        step.names(carried)
    except (ArithmeticError, ValueError):
        return {}
    return carried
