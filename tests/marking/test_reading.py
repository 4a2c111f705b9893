"""What each form of field reads, and what it sends back."""

from __future__ import annotations

import pytest

from bpdrill.marking.reading import Said, read_field, why_blank
from bpdrill.model.blocks import Field, Form
from bpdrill.model.marks import Unreadable

FIELDS = {
    Form.NUMBER: Field("f", "", Form.NUMBER),
    Form.ARRAY: Field("f", "", Form.ARRAY, shape=(2,)),
    Form.EXPRESSION: Field("f", "", Form.EXPRESSION, symbols={"x": (), "y": ()}),
    Form.PROGRAM: Field("f", "", Form.PROGRAM, symbols={"x": (), "y": ()}),
    Form.CHOICE: Field("f", "", Form.CHOICE, choices=("forward", "reverse", "reverse twice")),
    Form.PROSE: Field("f", "", Form.PROSE),
    Form.TICK: Field("f", "", Form.TICK),
}
# Form, what is typed, how it is echoed (or the word that is kept).
READ = [
    (Form.NUMBER, "1/4", "1/4"),
    (Form.NUMBER, "2*(-3)", "2·(−3)"),
    (Form.NUMBER, "256 times smaller", "256"),
    (Form.NUMBER, "256x", "256"),
    (Form.ARRAY, "0.6, 1.2", "[0.6, 1.2]"),
    (Form.EXPRESSION, "2*x", "2·x"),
    (Form.PROGRAM, "q = x+y; f = q*x", "q = x + y; f = q·x"),
    (Form.CHOICE, "FOR", "forward"),
    (Form.CHOICE, "reverse", "reverse"),
    (Form.TICK, "y", "met"),
    (Form.TICK, "partly", "partly"),
    (Form.TICK, "No", "missed"),
]
REFUSED = [
    (Form.NUMBER, "1/0"),
    (Form.NUMBER, "9^9^9"),
    (Form.NUMBER, "x"),
    (Form.NUMBER, "log(-1)"),
    (Form.ARRAY, "[1, 2"),
    (Form.ARRAY, "[1/0, 2]"),
    (Form.ARRAY, "0,6 1,2"),
    (Form.EXPRESSION, "2 +* x"),
    (Form.EXPRESSION, "q"),
    (Form.PROGRAM, "x + y"),
    (Form.CHOICE, "both"),
    (Form.CHOICE, "rev"),
    (Form.TICK, "perhaps"),
]


@pytest.mark.parametrize(("form", "text", "echo"), READ)
def test_what_is_typed_is_echoed_as_it_was_read(form: Form, text: str, echo: str) -> None:
    said = read_field(FIELDS[form], text)
    assert isinstance(said, Said), said
    assert said.echo == echo


@pytest.mark.parametrize(("form", "text"), [*REFUSED, *((form, " ") for form in FIELDS)])
def test_what_cannot_be_read_is_sent_back_with_help(form: Form, text: str) -> None:
    said = read_field(FIELDS[form], text)
    assert isinstance(said, Unreadable)
    assert said.hint


def test_free_words_are_kept_as_they_are() -> None:
    said = read_field(FIELDS[Form.PROSE], "  the chain rule\n[bold]twice[/]  ")
    assert isinstance(said, Said)
    assert said.word == "  the chain rule\n[bold]twice[/]  "


def test_nothing_is_left_out_and_something_has_its_reason() -> None:
    unreadable = Unreadable(0, "why")
    assert (why_blank(" ", unreadable), why_blank("?", unreadable)) == ("left out", "why")
