from __future__ import annotations

import pytest

from bpdrill.practice.ports import Question
from bpdrill.term.paper import Paper
from bpdrill.term.prompt import before, is_whole, joined

BEFORE = [
    (Question("∂L/∂w", "7 of 25"), Paper(), "∂L/∂w (7 of 25) > "),
    (Question("∂L/∂w", "7 of 25"), Paper(ascii=True), "dL/dw (7 of 25) > "),
    (Question("f"), Paper(), "f > "),
    (Question("met?", "1 of 3", choices=("yes", "no")), Paper(), "met? (1 of 3; yes/no) > "),
    (Question("z", choices=("6", "-3")), Paper(), "z (6, -3) > "),
    (
        Question("why", choices=("in one word", "in two words")),
        Paper(30),
        "why (in one word, in two\nwords)\n> ",
    ),
    (Question("say it", lines=True), Paper(), "say it (a line with only . ends it)\n> "),
    (Question("a label of many words", "2 of 3"), Paper(24), "a label of many words (2\nof 3)\n> "),
    (Question("\x1b[2Jx"), Paper(), r"\x1b[2Jx > "),
]


@pytest.mark.parametrize(("question", "paper", "prompt"), BEFORE)
def test_before(question: Question, paper: Paper, prompt: str) -> None:
    assert before(question, paper, question.place) == prompt


WHOLE = [["."], ["a", " . "], [":hint"], ["a", "", "."]]
OPEN = [["a", ":hint"], [""], ["a."], [": no"], [".", "a"]]


@pytest.mark.parametrize("lines", WHOLE)
def test_an_answer_of_several_lines_is_whole(lines: list[str]) -> None:
    assert is_whole(lines)


@pytest.mark.parametrize("lines", OPEN)
def test_an_answer_of_several_lines_goes_on(lines: list[str]) -> None:
    assert not is_whole(lines)


JOINED = [(["."], ""), (["a", "b", "."], "a\nb"), (["a", "b"], "a\nb"), ([], ""), (["a", "", "."], "a\n")]


@pytest.mark.parametrize(("lines", "answer"), JOINED)
def test_joined(lines: list[str], answer: str) -> None:
    assert joined(lines) == answer
