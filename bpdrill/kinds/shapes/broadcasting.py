"""Two arrays added as numpy adds them: the shape of the result, and the axes a gradient is summed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from bpdrill.kinds.shapes.typed import Due, judge_shape, shape_field
from bpdrill.marking.fields import Remark, judge_choice
from bpdrill.model.blocks import Field, Form
from bpdrill.model.errors import AuthorError
from bpdrill.model.marks import Answer, Judgement
from bpdrill.model.tree import Shape, Size, Symbols
from bpdrill.notation import describe

AXES = ("none", "0", "1", "both")
"""Axes of a result of two axes, as one says them."""
NOT_SUMMED = "add.batch-not-summed"


@dataclass(frozen=True, slots=True)
class Pair:
    """The shapes of a and b in Y = a + b."""

    id: str
    a: tuple[int | str, ...]
    b: tuple[int | str, ...]
    story: str = ""
    """What is to be known of this pair."""


def together(pair: Pair) -> Shape:
    """The shape of a + b: sizes are matched from the right, and 1 stretches."""
    sizes = [stretched(pair, *both) for both in zip_longest(pair.a[::-1], pair.b[::-1], fillvalue=1)]
    return tuple(sizes[::-1])


def stretched(pair: Pair, one: Size, other: Size) -> Size:
    """The larger of two sizes that go together; AuthorError if they do not."""
    if one != other and 1 not in (one, other):
        raise AuthorError(f"spec.pairs.{pair.id}: {one} and {other} do not broadcast")
    return other if one == 1 else one


def summed_axes(own: Shape, whole: Shape) -> str:
    """The axes of ``whole`` that an array of shape ``own`` was stretched along."""
    padded = (*(1,) * (len(whole) - len(own)), *own)
    axes = [
        str(axis) for axis, (size, length) in enumerate(zip(padded, whole, strict=True)) if size != length
    ]
    return "both" if len(axes) == 2 else next(iter(axes), "none")


def pair_fields(place: int, sizes: Symbols) -> tuple[Field, ...]:
    """The result, the gradient's shape, and the axes for each of the two."""
    help_ = "none, 0 for the first axis, 1 for the second, both"
    axes = (
        Field(f"{side}.{place}", f"{place}: axes summed for d{side}", Form.CHOICE, choices=AXES, help=help_)
        for side in ("a", "b")
    )
    return (
        shape_field(f"result.{place}", f"{place}: shape of Y", sizes),
        shape_field(f"gradient.{place}", f"{place}: shape of da", sizes),
        *axes,
    )


def pair_key(place: int, pair: Pair) -> dict[str, str]:
    """The right text of each field."""
    whole = together(pair)
    return {
        f"result.{place}": describe(whole),
        f"gradient.{place}": describe(pair.a),
        f"a.{place}": summed_axes(pair.a, whole),
        f"b.{place}": summed_axes(pair.b, whole),
    }


def pair_rows(place: int, pair: Pair) -> tuple[str, str, str]:
    """The pair as it is put."""
    return str(place), describe(pair.a), describe(pair.b)


def judge_pair(place: int, pair: Pair, sizes: Symbols, answer: Answer) -> tuple[Judgement, ...]:
    """The result, the gradient's shape, and the axes."""
    result, gradient, *axes = pair_fields(place, sizes)
    whole = together(pair)
    unsummed: Mapping[Shape, Remark] = (
        {} if whole == pair.a else {whole: Remark("that is the upstream before it is summed", NOT_SUMMED)}
    )
    as_a = f"a gradient has the shape of what it belongs to: a is {describe(pair.a)}"
    sides = zip(axes, ("a", "b"), (pair.a, pair.b), strict=True)
    return (
        judge_shape(result, answer, Due(whole, result_rule(pair), exact=True)),
        judge_shape(gradient, answer, Due(pair.a, as_a, unsummed, exact=True)),
        *(judge_axes(cell, answer, side, own, whole) for cell, side, own in sides),
    )


def result_rule(pair: Pair) -> str:
    """Why the result has its shape."""
    rule = "sizes are matched from the right; a missing size counts as 1, and 1 stretches"
    return f"{rule}; {pair.story}" if pair.story else rule


def judge_axes(cell: Field, answer: Answer, side: str, own: Shape, whole: Shape) -> Judgement:
    """The axes to sum over: those along which the array was repeated."""
    key = summed_axes(own, whole)
    why = f"{side} is {describe(own)}, Y is {describe(whole)}: what was repeated is summed"
    lost = {} if key == "none" else {"none": Remark(why, NOT_SUMMED)}
    return judge_choice(cell, answer, key, lost, why)
