"""Derivations of the bank: conventions accepted, mistakes named, solutions that hold, authors' slips told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bpdrill import notation
from bpdrill.bank.bank import open_bank
from bpdrill.kinds import derivation
from bpdrill.kinds.derivation import proving
from bpdrill.marking.steps import judge_steps
from bpdrill.model.blocks import Formula, Note
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Item, Variant, next_seed
from bpdrill.model.marks import Outcome

Attempts = Callable[..., Any]

RIGHT = [
    ("chain-rule/composition", "gradient.x", "18x + 12"),
    ("chain-rule/composition", "gradient.x", "dL/dx = 2u * 3"),
    ("chain-rule/composition", "gradient.x", "3 dL/du"),
    ("chain-rule/composition", "slope.u.x", "du/dx = 3"),
    ("chain-rule/several-paths", "gradient.x", "2x \\sin(x) + x^2 \\cos(x)"),
    ("chain-rule/several-paths", "gradient.u", "∂L/∂u = v"),
    ("derivations/softmax-cross-entropy", "slope.s.z", "p ⊙ (g − (g·p))"),
    ("derivations/softmax-cross-entropy", "gradient.z", "\\mathbf{p} - \\mathbf{y}"),
    ("derivations/batched-network", "gradient.Z2", "\\frac{1}{N}(P - Y)"),
    ("derivations/batched-network", "gradient.Z1", "np.where(Z1 > 0, dH, 0)"),
    ("derivations/logistic-regression", "gradient.w", "\\frac{1}{N} X^\\top (p - y)"),
    ("derivations/logistic-regression", "gradient.b", "mean(p - y)"),
    ("derivations/batch-norm", "gradient.z", "g/s - sum(g)/(B s) - zhat * sum(g*zhat)/(B s)"),
    ("derivations/attention", "gradient.K", "np.dot(dS.T, Q) / np.sqrt(d)"),
    ("derivations/low-rank", "gradient.A", "np.outer(du, x)"),
]
"""Other notations and arrangements of what is right."""

WRONG = [
    ("chain-rule/composition", "gradient.x", "2(3x + 2)", ("edge.local-lost",)),
    ("chain-rule/several-paths", "gradient.x", "2x sin(x)", ("path.dropped",)),
    ("derivations/softmax-cross-entropy", "gradient.z", "y - p", ("softmax_ce.reversed",)),
    ("derivations/batched-network", "gradient.Z2", "P - Y", ("softmax_ce.mean-lost",)),
    ("derivations/batched-network", "gradient.W2", "H dZ2", ()),
    ("derivations/batched-network", "gradient.b2", "dZ2", ()),
    ("derivations/batch-norm", "gradient.z", "g/s", ("batch_norm.as-if-constant",)),
    ("derivations/attention", "gradient.Q", "dS K", ("attention.scale-lost",)),
    ("derivations/quadratic-form", "gradient.x", "2 A x", ("quadratic.symmetry-assumed",)),
    ("derivations/jacobian-product", "gradient.h1", "W3^T W2^T g", ()),
]
"""What is wrong, and the mistakes it is known as; none where the shapes say all."""


@pytest.mark.parametrize(("item", "field", "text"), RIGHT)
def test_other_ways_to_write_it_are_right(attempt: Attempts, item: str, field: str, text: str) -> None:
    assert attempt(item).judge({field: text}).by_field[field].outcome is Outcome.RIGHT


@pytest.mark.parametrize(("item", "field", "text", "names"), WRONG)
def test_a_known_mistake_is_named(
    attempt: Attempts, item: str, field: str, text: str, names: tuple[str, ...]
) -> None:
    judged = attempt(item).judge({field: text}).by_field[field]
    assert judged.outcome is Outcome.WRONG
    assert set(names) <= set(judged.misconceptions)


def test_own_slopes_are_followed_to_the_whole(attempt: Attempts) -> None:
    judged = attempt("chain-rule/composition").judge({"slope.u.x": "2", "gradient.x": "2 * 2u"})
    assert judged.amiss == {"slope.u.x": Outcome.WRONG, "gradient.x": Outcome.FOLLOWS}


def variants(item: str, count: int) -> Iterator[Variant]:
    read = open_bank().get(item)
    return (derivation.vary(read, next_seed(item, attempt)) for attempt in range(count))


def test_compositions_of_all_depths_are_drawn() -> None:
    lengths = {len(variant.values["chain"].program) for variant in variants("chain-rule/composition", 12)}
    assert lengths == {2, 3, 4}


def test_no_derivative_is_too_flat_to_be_told_from_0() -> None:
    for variant in variants("chain-rule/composition", 60):
        for step in derivation.steps(variant):
            assert max(map(abs, step.key)) > 1e-3


DERIVED = [name for name in open_bank().files if "derivation" in name or name.startswith("chain-rule/")]


@pytest.mark.parametrize("item", DERIVED)
def test_the_solution_ends_each_derivation_in_something_right(item: str) -> None:
    (variant,) = variants(item, 1)
    last = {
        block.name.rpartition(" = ")[2]: block.tree
        for block in derivation.solution(variant)
        if isinstance(block, Formula)
    }
    for step in derivation.steps(variant):
        text = notation.text(last[called(step.field.id)], symbols=step.field.symbols)
        (judged,) = judge_steps([step], {step.field.id: text})
        assert judged.outcome is Outcome.RIGHT, (step.field.id, text, judged.because)


def called(field: str) -> str:
    """What a solution calls the derivative that a field asks for."""
    kind, *rest = field.split(".")
    of, by = rest if kind == "slope" else ("L", *rest)
    return f"∂{of}/∂{by}"


def test_every_move_of_a_solution_says_by_which_rule() -> None:
    (variant,) = variants("derivations/softmax-cross-entropy", 1)
    notes = [block.text for block in derivation.solution(variant) if isinstance(block, Note)]
    assert any("softmax: s(g − Σ g·s)" in text for text in notes)
    assert all(text.startswith("by ") or text == "the same, in short" for text in notes)


# ── authors' slips ───────────────────────────────────────────────────────────────────────────────


def with_network(item: Item, **changes: Any) -> Item:
    spec: Any = item.spec
    return replace(item, spec=replace(spec, programs=(replace(spec.programs[0], **changes),)))


LEAST_SQUARES = "derivations/least-squares"
COMPLAINED = [
    ({"forms": {"r": "3 r"}}, "the engine denies"),
    (
        {"mistakes": {"w": (derivation.Mistake("2 X^T r", "path.dropped"),)}},
        "is not found to be path.dropped",
    ),
]


@pytest.mark.parametrize(("changes", "complaint"), COMPLAINED)
def test_an_author_is_told_what_does_not_hold(changes: dict[str, Any], complaint: str) -> None:
    variant = derivation.vary(with_network(open_bank().get(LEAST_SQUARES), **changes), 0)
    assert any(complaint in text for text in derivation.complaints(variant))


def test_a_key_that_differences_deny_is_a_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    (variant,) = variants(LEAST_SQUARES, 1)
    monkeypatch.setattr(proving, "slope_along", lambda *_: 1e6)
    assert any("denied by central differences" in text for text in derivation.complaints(variant))


REFUSED = [
    ({"program": ("r = X w -* y", "L = r^T r")}, "cannot be read"),
    ({"program": ("r = X y - w", "L = r^T r")}, "spec.programs"),
    ({"program": ("r = X w - y", "L = sum(log(-r^2))")}, "no inputs were found"),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_a_program_that_cannot_be_run_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(AuthorError, match=message):
        derivation.present(derivation.vary(with_network(open_bank().get(LEAST_SQUARES), **changes), 0))


def test_a_form_that_cannot_be_read_is_refused() -> None:
    variant = derivation.vary(with_network(open_bank().get(LEAST_SQUARES), forms={"r": "2 q"}), 0)
    with pytest.raises(AuthorError, match="q is not a name"):
        derivation.present(variant)


def test_seed_0_takes_the_first_of_everything() -> None:
    (first,) = variants("chain-rule/composition", 1)
    assert (first.words["inner"], first.words["second"]) == ("3 x + 2", "u^2")
