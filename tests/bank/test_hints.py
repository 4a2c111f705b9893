from __future__ import annotations

import pytest

from bpdrill.bank.hints import giveaways
from bpdrill.model.blocks import Field, Form
from bpdrill.model.items import Item, Rubric, Variant

CASES: list[tuple[Form, str, str, bool]] = [
    (Form.NUMBER, "1/256", "It is 1/256.", True),
    (Form.NUMBER, "1/256", "Raise it to the 4th.", False),
    (Form.NUMBER, "0.25", "It is 0.256.", False),
    (Form.NUMBER, "0.25", "It is 10.25.", False),
    (Form.NUMBER, "-4", "Write -4.", False),
    (Form.NUMBER, "784", "The layer has 784 inputs.", False),
    (Form.NUMBER, "785", "Of ${n} weights.", True),
    (Form.EXPRESSION, "yhat - y", "It is yhat  -  y here.", True),
    (Form.EXPRESSION, "yhat - y", "Prediction minus target.", False),
    (Form.CHOICE, "reverse", "Think of reverse mode.", True),
    (Form.CHOICE, "reverse", "Forward or reverse: count.", False),
    (Form.PROSE, "the chain rule", "Use the chain rule.", False),
    (Form.NUMBER, "", "Anything.", False),
]
"""What is asked for, the right answer, a hint, and whether the hint gives it away."""


@pytest.mark.parametrize(("form", "answer", "hint", "given"), CASES)
def test_what_gives_an_answer_away(form: Form, answer: str, hint: str, given: bool) -> None:  # noqa: FBT001
    rubric = Rubric("", "", "", ())
    item = Item("a/b", 1, "estimate", "", 1, "There are 784 of them.", "", hint, rubric, None)
    choices = ("forward", "reverse") if form is Form.CHOICE else ()
    fields = (Field("f", "f", form, choices=choices),)
    said = list(giveaways(Variant(item, 1, 0, words={"n": "785"}), fields, {"f": answer}))
    assert bool(said) is given
    assert all(text.startswith("hints.insight: it gives away") for text in said)
