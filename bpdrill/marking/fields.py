"""Fields that stand by themselves: read, then judged by one function; a choice by its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpdrill.marking.reading import Said, read_field, why_blank
from bpdrill.model.blocks import Field
from bpdrill.model.marks import Answer, Judgement, Outcome, Unreadable


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of an answer that is not the key: why, and the mistake that leads to it, if one does."""

    because: str
    misconception: str = ""
    outcome: Outcome = Outcome.WRONG


def judge_field(
    field: Field, answer: Answer, expected: str, judge_said: Callable[[Said], Judgement]
) -> Judgement:
    """Judge what ``field`` says, if it says anything that can be read."""
    text = answer.get(field.id, "")
    said = read_field(field, text)
    if isinstance(said, Unreadable):
        return Judgement(field.id, field.label, Outcome.BLANK, "", expected, why_blank(text, said))
    return judge_said(said)


def judge_choice(
    field: Field, answer: Answer, expected: str, remarks: Mapping[str, Remark], otherwise: str = ""
) -> Judgement:
    """Right if the word is ``expected``; else what ``remarks`` has on the word, or ``otherwise``."""

    def judge_word(said: Said) -> Judgement:
        if said.word == expected:
            return Judgement(field.id, field.label, Outcome.RIGHT, said.echo, expected)
        remark = remarks.get(said.word, Remark(otherwise))
        fits = (remark.misconception,) if remark.misconception else ()
        return Judgement(field.id, field.label, remark.outcome, said.echo, expected, remark.because, fits)

    return judge_field(field, answer, expected, judge_word)
