"""Judges a shape that was typed: right, lying on its side, or another one with a story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bpdrill.marking.fields import Remark, judge_field
from bpdrill.marking.reading import Said
from bpdrill.model.blocks import Field, Form
from bpdrill.model.marks import Answer, Judgement, Outcome
from bpdrill.model.tree import Shape, Symbols
from bpdrill.notation import describe

TRANSPOSED = "shape.transposed"
SHAPE_HELP = "a shape such as (a, b), a x b, (a,) for a vector, scalar for a single number"
ROW = "a row; vectors are columns here, and the shape of one is written with a single size"
SINGLE = "a single number has no axes at all: scalar, or ()"
COLUMN = "a column written out as a matrix: right"


def shape_field(name: str, label: str, sizes: Symbols, row: str = "") -> Field:
    """Where a shape in these sizes is typed."""
    return Field(name, label, Form.SHAPE, row=row, symbols=sizes, help=SHAPE_HELP)


@dataclass(frozen=True, slots=True)
class Due:
    """The shape that is due, why it is, and what is to be said of others.

    ``exact`` tells a column from a vector, as numpy does.
    """

    shape: Shape
    why: str = ""
    remarks: Mapping[Shape, Remark] = field(default_factory=dict)
    exact: bool = False

    def on(self, given: Shape) -> Remark:
        """What is to be said of a shape that is not this one."""
        if given in self.remarks:
            return self.remarks[given]
        if self.is_vector and given == (1, *self.shape):
            return Remark(ROW, outcome=Outcome.NEAR)
        if self.shape == () and set(given) == {1}:
            return Remark(SINGLE, outcome=Outcome.NEAR)
        if len(self.shape) == 2 and given == self.shape[::-1]:
            return Remark(f"these are its sizes the other way round; {self.why}", TRANSPOSED)
        return Remark(self.why)

    @property
    def is_vector(self) -> bool:
        """Whether it is a vector, which may be written as a column."""
        return not self.exact and len(self.shape) == 1


def judge_shape(cell: Field, answer: Answer, due: Due) -> Judgement:
    """Right as it is, and as a column of a vector; else what is to be said of it."""

    def judge_said(said: Said) -> Judgement:
        given = said.shape if isinstance(said.shape, tuple) else ()
        judged = Judgement(cell.id, cell.label, Outcome.RIGHT, said.echo, describe(due.shape))
        if given == due.shape:
            return judged
        if due.is_vector and given == (*due.shape, 1):
            return replace(judged, because=COLUMN)
        remark = due.on(given)
        fits = (remark.misconception,) if remark.misconception else ()
        return replace(judged, outcome=remark.outcome, because=remark.because, misconceptions=fits)

    return judge_field(cell, answer, describe(due.shape), judge_said)
