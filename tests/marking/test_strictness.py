"""A thousand near misses: right answers with one sign, digit or operator changed are never right.

Whether a changed answer is really another one is decided here without the marking: numbers by
plain arithmetic, expressions by numpy at a point of this module's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from bpdrill import notation
from bpdrill.algebra.equal import Tolerance
from bpdrill.bank.bank import open_bank
from bpdrill.kinds import derivation, estimate, graph_trace, pass_count, walkthrough
from bpdrill.marking.steps import Step, judge_step
from bpdrill.marking.trace import trace_steps
from bpdrill.model.blocks import Form
from bpdrill.model.items import Variant, next_seed
from bpdrill.model.marks import Outcome
from bpdrill.model.tree import Apply, Number, Symbol, Tree

BANK = open_bank()
RIGHT = Outcome.RIGHT


def variants(item: str, kind: Any, count: int) -> Iterator[Variant]:
    """The first seeds of an item."""
    return (kind.vary(BANK.get(item), next_seed(item, attempt)) for attempt in range(count))


def right_texts(kind: Any, variant: Variant) -> Mapping[str, str]:
    """The specimen that must be right."""
    answer: Mapping[str, str] = next(s.answer for s in kind.specimens(variant) if s.name == "right")
    return answer


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────

# How far a number may be off, relatively and absolutely, by what the items say.
ALLOWED = {graph_trace: (1e-9, 0.0), walkthrough: (0.01, 2e-3), estimate: (0.03, 0.0)}
NUMERIC = [
    ("graphs/linear-regression-loss", graph_trace, 3),
    ("graphs/fan-out", graph_trace, 3),
    ("graphs/sum-times", graph_trace, 3),
    ("networks/walkthrough", walkthrough, 2),
    ("estimates/sigmoid-depth", estimate, 4),
]


def steps_of(kind: Any, variant: Variant) -> list[Step]:
    """The numeric steps of a variant."""
    if kind is graph_trace:
        return trace_steps(variant.values["trace"])
    return [*walkthrough.worked_of(variant).steps] if kind is walkthrough else [*kind.steps(variant)]


def changed_numbers(text: str) -> Iterator[str]:
    """``text`` with one number's sign turned, or one of its first digits counted up."""
    for number in re.finditer(r"-?\d[\d.]*", text):
        said, rest = number[0], (text[: number.start()], text[number.end() :])
        yield rest[0] + (said[1:] if said.startswith("-") else f"-{said}") + rest[1]
        for at in [place for place, digit in enumerate(said) if digit.isdigit()][:4]:
            yield rest[0] + said[:at] + str((int(said[at]) + 1) % 10) + said[at + 1 :] + rest[1]


def is_another(text: str, right: str, allowed: tuple[float, float]) -> bool:
    """Whether two texts of numbers differ by more than is allowed."""
    given, key = (np.array(json.loads(written), float) for written in (text, right))
    return bool((abs(given - key) > np.maximum(allowed[0] * abs(key), allowed[1])).any())


def numeric_near_misses() -> Iterator[tuple[Step, str]]:
    """Steps with answers that are not theirs."""
    for item, kind, count in NUMERIC:
        for variant in variants(item, kind, count):
            right = right_texts(kind, variant)
            for step in steps_of(kind, variant):
                for text in changed_numbers(right[step.field.id]):
                    if well_formed(text) and is_another(text, right[step.field.id], ALLOWED[kind]):
                        yield step, text


def well_formed(text: str) -> bool:
    """Whether a changed text still is numbers as JSON writes them."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


# ── expressions ──────────────────────────────────────────────────────────────────────────────────

NUMPY: Mapping[str, Any] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "power": np.power,
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "relu": lambda a: np.maximum(a, 0),
    "greater": lambda a, b: (a > b) * 1.0,
    "matmul": np.matmul,
    "outer": lambda a, b: a @ b.T,
    "transpose": np.transpose,
}


def columns(tree: Tree, at: Mapping[str, Any]) -> Any:
    """The value of ``tree`` with vectors as columns, by numpy alone; None where shapes do not fit."""
    match tree:
        case Symbol(name):
            return at[name]
        case Number(value):
            return np.array([[float(value)]])
        case Apply(op, args):
            values = [columns(arg, at) for arg in args]
            with suppress(ValueError), np.errstate(all="ignore"):
                return None if any(value is None for value in values) else NUMPY[op](*values)
            return None
    raise AssertionError(tree)


ACTIVATIONS: Mapping[str, tuple[Any, Any]] = {
    "relu": (lambda z: np.maximum(z, 0), lambda _h, z: z > 0),
    "tanh": (np.tanh, lambda h, _z: 1 - h * h),
    "sigmoid": (NUMPY["sigmoid"], lambda h, _z: h * (1 - h)),
}


def point(activation: str) -> Mapping[str, Any]:
    """A two-layer network worked through in numpy, vectors as columns; every quantity by name."""
    draw, (d, h, c) = np.random.default_rng(5).standard_normal, (3, 4, 5)
    function, slope = ACTIVATIONS[activation]
    at = {"x": draw((d, 1)), "W1": draw((h, d)), "b1": draw((h, 1)), "W2": draw((c, h)), "b2": draw((c, 1))}
    at["y"] = np.eye(c)[:, [2]]
    at["z1"] = at["W1"] @ at["x"] + at["b1"]
    at["h1"] = function(at["z1"])
    at["z2"] = at["W2"] @ at["h1"] + at["b2"]
    at["yhat"] = np.exp(at["z2"]) / np.exp(at["z2"]).sum()
    at["dz2"] = at["db2"] = at["yhat"] - at["y"]
    at["dW2"] = at["dz2"] @ at["h1"].T
    at["dh1"] = at["W2"].T @ at["dz2"]
    at["dz1"] = at["db1"] = at["dh1"] * slope(at["h1"], at["z1"])
    at["dW1"] = at["dz1"] @ at["x"].T
    return at


OTHER_OPS = {"add": ["sub"], "sub": ["add"], "mul": ["add", "div"], "power": ["mul"], "greater": ["sub"]}


def changed_trees(tree: Tree, symbols: list[str]) -> Iterator[Tree]:
    """``tree`` with one name, operator, order, sign or transpose changed."""
    yield -tree
    match tree:
        case Symbol(name):
            yield from (Symbol(other) for other in symbols if other != name)
        case Apply(op, args):
            yield from (Apply(other, args) for other in OTHER_OPS.get(op, []))
            if len(args) == 2:
                yield Apply(op, args[::-1])
            if op == "transpose":
                yield args[0]
            for place, arg in enumerate(args):
                for changed in changed_trees(arg, symbols):
                    yield Apply(op, (*args[:place], changed, *args[place + 1 :]))


def expression_near_misses() -> Iterator[tuple[Step, str]]:
    """Gradients with formulas that are not theirs; what no activation touches is tried once."""
    drawn = {v.words["activation"]: v for v in variants("derivations/two-layer-network", derivation, 9)}
    seen: set[tuple[Tree, Tree]] = set()
    for activation, variant in drawn.items():
        at = point(activation)
        for step in derivation.steps(variant):
            known = step.field.symbols
            right = derivation.formula(variant, step.field.id.removeprefix("gradient."), known)
            for tree in changed_trees(right, [name for name in known if name in at]):
                if (right, tree) not in seen and not same(columns(tree, at), columns(right, at)):
                    seen.add((right, tree))
                    yield step, notation.text(tree, notation.Style.ASCII, symbols=known)


def same(given: Any, right: Any) -> bool:
    """Equal in shape and cells."""
    return given is not None and given.shape == right.shape and bool(np.allclose(given, right))


# ── counts ───────────────────────────────────────────────────────────────────────────────────────


def count_near_misses() -> Iterator[tuple[Variant, str, str]]:
    """Counts that no convention gives."""
    for variant in variants("passes/million-inputs", pass_count, 6):
        for field, text in right_texts(pass_count, variant).items():
            if text.isdigit():
                count = int(text)
                fits = {count, count + 1} | ({2 * count} if field.endswith("reverse") else set())
                for changed in {*changed_numbers(text), str(count + 2), str(10 * count)}:
                    if int(changed) not in fits:
                        yield variant, field, changed


# ── the tests ────────────────────────────────────────────────────────────────────────────────────

STEPS = [*numeric_near_misses(), *expression_near_misses()]
COUNTS = [*count_near_misses()]


def accepted(steps: Iterable[tuple[Step, str]]) -> list[tuple[str, str]]:
    """Near misses that are marked right."""
    return [(step.field.id, text) for step, text in steps if judge_step(step, text, {})[0].outcome is RIGHT]


def test_there_are_a_thousand_near_misses_of_every_sort() -> None:
    assert len(STEPS) + len(COUNTS) > 1000
    assert sum(step.field.id.startswith("edge") for step, _ in STEPS) > 100
    assert sum(step.field.form is Form.EXPRESSION for step, _ in STEPS) > 100


def test_none_of_them_is_right() -> None:
    assert accepted(STEPS) == []


def test_no_count_but_the_usual_ones_is_right() -> None:
    judged = [(c, {j.field: j for j in pass_count.judge(c[0], {c[1]: c[2]})}[c[1]]) for c in COUNTS]
    assert [(field, text) for (_, field, text), judgement in judged if judgement.outcome is RIGHT] == []


@pytest.mark.parametrize(
    "lenient",
    [
        lambda _self, given, key, _unit=0.0: abs(abs(given) - abs(key)) < 1e-6,  # blind to signs
        lambda _self, given, key, _unit=0.0: abs(given - key) <= 0.2 * abs(key),  # a fifth off will do
        lambda _self, given, key, _unit=0.0: round(given) == round(key),
    ],
)
def test_a_lenient_grader_is_caught(monkeypatch: pytest.MonkeyPatch, lenient: Any) -> None:
    monkeypatch.setattr(Tolerance, "allows", lenient)
    assert len(accepted(STEPS[::10])) > 2
