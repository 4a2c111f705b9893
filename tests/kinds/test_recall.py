"""Rules from memory: right in any notation, the row's own mistakes named, words and years."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bpdrill.bank.bank import open_bank
from bpdrill.kinds.recall.formulas import Rule, compared, key_of, symbols_of
from bpdrill.model.items import next_seed
from bpdrill.model.marks import Equal, Outcome, Verdict
from bpdrill.notation import read

RIGHT, NEAR, WRONG, BLANK = Outcome.RIGHT, Outcome.NEAR, Outcome.WRONG, Outcome.BLANK
LOCAL, PRODUCT, SOFTMAX = "rules/local-derivatives", "rules/matmul", "rules/softmax-cross-entropy"
FOUR, CHAIN, SHEET, SOLUTIONS = (
    "rules/four-backward-rules",
    "rules/chain-rule-forms",
    "rules/cheat-sheet",
    "rules/solutions",
)
Attempts = Callable[..., Any]

# Item, field, texts that are right there.
ACCEPTED = [
    (LOCAL, "rule.1", ["a(1-a)", "a - a^2", "a*(1 - a)", r"a \cdot (1 - a)"]),
    (LOCAL, "rule.2", ["1[z > 0]", "(z > 0)", "1[h > 0]", "np.where(z > 0, 1, 0)", r"\mathbb{1}[z > 0]"]),
    (LOCAL, "rule.3", ["2q", "q + q", "2*q"]),
    (LOCAL, "rule.4", ["b"]),
    (LOCAL, "rule.5", ["-1"]),
    (LOCAL, "rule.6", ["1/x", "x^-1"]),
    (PRODUCT, "rule.1", ["dZ X^T", "dZ @ X.T", "(X dZ^T)^T", r"dZ X^\top"]),
    (PRODUCT, "rule.4", ["dZ W^T", "dZ @ W.T"]),
    (SOFTMAX, "rule.1", ["p - y", "-(y - p)", "-y + p"]),
    (SOFTMAX, "rule.2", ["p*(g - sum(g*p))", "p ⊙ (g − g·p)", "(diag(p) - p p^T) g", "p*g - p*(p^T g)"]),
    (SOFTMAX, "rule.3", ["-y/p"]),
    (FOUR, "rule.3", ["dh * (z > 0)", "dh ⊙ 1[h > 0]", "np.where(z > 0, dh, 0)"]),
    (FOUR, "rule.4", ["da*a*(1-a)"]),
    (CHAIN, "rule.1", ["6(3x+2)", "18x + 12", "2*(3x+2)*3"]),
    (CHAIN, "rule.3", ["J^T g", "J.T @ g", "(g^T J)^T"]),
    (SHEET, "rule.5", ["2/n"]),
    (SHEET, "word.1", ["fine"]),
]
# Item, field, text, and the mistakes that are named.
MISTAKEN = [
    (LOCAL, "rule.1", "a", {"sigmoid.one-minus-lost"}),
    (LOCAL, "rule.1", "sigmoid(a)*(1 - sigmoid(a))", {"sigmoid.derivative-of-output"}),
    (LOCAL, "rule.2", "1", {"relu.mask-forgotten", "relu.mask-on-upstream"}),
    (LOCAL, "rule.3", "q", {"power.factor-lost"}),
    (LOCAL, "rule.4", "a", {"mul.own-value"}),
    (LOCAL, "rule.5", "1", {"sub.second-sign-lost"}),
    (LOCAL, "rule.6", "1/l", {"log.output-for-input"}),
    (PRODUCT, "rule.1", "dZ X", {"matmul.transpose-missing"}),
    (PRODUCT, "rule.1", "X dZ^T", {"shape.transposed"}),
    (PRODUCT, "rule.2", "W dZ", {"matmul.transpose-missing"}),
    (SOFTMAX, "rule.1", "y - p", {"softmax_ce.reversed"}),
    (SOFTMAX, "rule.1", "(p-y)*p*(1-p)", {"softmax_ce.derivative-twice"}),
    (SOFTMAX, "rule.2", "g*p*(1-p)", {"softmax.diagonal-only"}),
    (FOUR, "rule.3", "dh * (dh > 0)", {"relu.mask-on-upstream"}),
    (FOUR, "rule.3", "dh", {"relu.mask-forgotten"}),
    (CHAIN, "rule.2", "zu*ux", {"path.dropped"}),
    (SHEET, "rule.5", "2/(n + m)", {"init.xavier-for-relu"}),
]
YEARS = {"2010": RIGHT, "2011": RIGHT, "2009": RIGHT, "2012": WRONG, "10": WRONG, "long ago": BLANK}


def rule_of(item: str, name: str) -> Rule:
    spec: Any = open_bank().get(item).spec
    found: Rule = next(rule for rule in spec.rules if rule.id == name)
    return found


@pytest.mark.parametrize(
    ("item", "field", "text"), [(item, field, text) for item, field, texts in ACCEPTED for text in texts]
)
def test_a_rule_is_right_in_any_notation(attempt: Attempts, item: str, field: str, text: str) -> None:
    assert attempt(item).judge({field: text}).by_field[field].outcome is RIGHT


@pytest.mark.parametrize(("item", "field", "text", "named"), MISTAKEN)
def test_a_mistake_is_named(attempt: Attempts, item: str, field: str, text: str, named: set[str]) -> None:
    judged = attempt(item).judge({field: text}).by_field[field]
    assert (judged.outcome, set(judged.misconceptions)) == (WRONG, named)
    assert judged.because


@pytest.mark.parametrize(("item", "field", "text"), [(LOCAL, "rule.1", "z"), (SOFTMAX, "rule.1", "z - y")])
def test_only_the_names_that_are_offered_are_read(
    attempt: Attempts, item: str, field: str, text: str
) -> None:
    assert attempt(item).judge({field: text}).by_field[field].outcome is BLANK


@pytest.mark.parametrize(("text", "outcome"), YEARS.items())
def test_a_year_may_be_one_off_and_costs_nothing(attempt: Attempts, text: str, outcome: Outcome) -> None:
    judged = attempt(SOLUTIONS).judge({"year.1": text})
    assert judged.by_field["year.1"].outcome is outcome
    assert judged.verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize("number", range(12))
def test_keys_are_the_derivatives_that_sympy_finds(number: int) -> None:
    import sympy

    from bpdrill.algebra.symbolic import to_sympy

    cards: Any = open_bank().get(LOCAL).spec
    rule = cards.rules[number]
    symbols = {name: sympy.Symbol(name, positive=True) for name in symbols_of(rule)}
    line = read(rule.line.split("=")[1], rule.shapes)
    output = to_sympy(line.tree, symbols)  # type: ignore[union-attr]
    theirs = sympy.diff(output, symbols[rule.to])
    ours = to_sympy(key_of(rule), symbols).subs(symbols[rule.line.split("=")[0].strip()], output)
    at = {name: sympy.Rational(7, 10 + place) for place, name in enumerate(symbols.values())}
    assert abs(float((theirs - ours).subs(at))) < 1e-12


def test_right_only_where_targets_sum_to_one_is_near(attempt: Attempts) -> None:
    rule = rule_of(SOFTMAX, "smoothed")
    given = read("p - y", symbols_of(rule))
    assert not isinstance(compared(rule, given.tree, key_of(rule)), Equal)  # type: ignore[union-attr]
    for number in range(20):
        began = attempt(SOFTMAX, next_seed(SOFTMAX, number))
        if "smoothed" in began.variant.values["rules"]:
            field = f"rule.{began.variant.values['rules'].index('smoothed') + 1}"
            assert began.judge({field: "p - y"}).by_field[field].outcome is NEAR
            return
    raise AssertionError("no seed draws the card")


@pytest.mark.parametrize("item", [LOCAL, PRODUCT, SOFTMAX, FOUR, CHAIN, SHEET, SOLUTIONS])
def test_no_card_is_dealt_twice(attempt: Attempts, item: str) -> None:
    for number in range(8):
        for deck in attempt(item, next_seed(item, number)).variant.values.values():
            assert len(set(deck)) == len(deck)
