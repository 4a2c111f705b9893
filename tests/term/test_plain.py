from __future__ import annotations

from io import StringIO

import pytest

from bpdrill.model.blocks import Heading, Note, Prose
from bpdrill.practice.ports import Question
from bpdrill.term.paper import Paper
from bpdrill.term.plain import PlainAsk, PlainShow

ONE, MANY = Question("dw"), Question("why", lines=True)

ANSWERS = [
    ("2\n3\n", [ONE, ONE, ONE], ["2", "3", None]),
    ("2", [ONE, ONE], ["2", None]),
    ("\n", [ONE], [""]),
    ("2\r\n", [ONE], ["2"]),
    (".\n", [ONE], ["."]),
    ("a\n\nb\n.\n3\n", [MANY, ONE], ["a\n\nb", "3"]),
    ("a\nb", [MANY, MANY], ["a\nb", None]),
    (".\n", [MANY], [""]),
    (":hint\n4\n", [MANY, ONE], [":hint", "4"]),
]


@pytest.mark.parametrize(("typed", "questions", "answers"), ANSWERS)
def test_answers(typed: str, questions: list[Question], answers: list[str | None]) -> None:
    ask = PlainAsk(StringIO(typed), StringIO(), Paper())
    assert [ask.ask(question) for question in questions] == answers


def test_over_a_pipe_each_prompt_has_its_line_and_nothing_is_echoed() -> None:
    stdout = StringIO()
    ask = PlainAsk(StringIO("secret\n"), stdout, Paper())
    ask.ask(Question("∂L/∂w", "1 of 2"))
    ask.ask(Question("∂L/∂x", "2 of 2"))
    assert stdout.getvalue() == "∂L/∂w (1 of 2) > \n∂L/∂x (2 of 2) > \n"


def test_show_parts_blocks_of_two_calls() -> None:
    stdout, stderr = StringIO(), StringIO()
    show = PlainShow(stdout, stderr, Paper(ascii=True))
    show.show([Heading("σ"), Prose("p")])
    show.show([])
    show.show([Prose("q"), Note("n")])
    show.aside("→ kept")
    assert stdout.getvalue() == "sigma\np\n\nq\nn\n"
    assert stderr.getvalue() == "-> kept\n"
