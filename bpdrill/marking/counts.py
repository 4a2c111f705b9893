"""Counts that several conventions give: each is right, and the known mistakes are named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from bpdrill.algebra.evaluate import evaluate
from bpdrill.marking.fields import judge_field
from bpdrill.marking.reading import Said
from bpdrill.model.blocks import Field
from bpdrill.model.marks import Answer, Judgement, Outcome
from bpdrill.model.tree import Tree


def judge_count(
    field: Field,
    answer: Answer,
    conventions: Mapping[int, str],
    mistaken: Mapping[int, str],
    otherwise: str = "",
) -> Judgement:
    """Right by one of ``conventions``, the plain one first, and it is said which; wrong with its story.

    ``otherwise`` says of a wrong count how the plain one comes about, where its convention does not.
    """
    expected, plain = next((f"{count:,}", why) for count, why in conventions.items())

    def judge_said(said: Said) -> Judgement:
        given = float(evaluate(cast("Tree", said.tree), {}))
        if given in conventions:
            why = conventions[int(given)]
            return Judgement(field.id, field.label, Outcome.RIGHT, said.echo, expected, why)
        story = tuple(name for count, name in mistaken.items() if count == given)
        return Judgement(field.id, field.label, Outcome.WRONG, said.echo, expected, otherwise or plain, story)

    return judge_field(field, answer, expected, judge_said)
