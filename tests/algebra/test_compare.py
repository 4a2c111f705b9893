"""The ladder, rung by rung: what is the same, what is not and where it shows, and what cannot be told."""

from __future__ import annotations

import pytest

from bpdrill.algebra.compare import Reference, compare
from bpdrill.algebra.domains import REALS, Domains
from bpdrill.algebra.equal import Tolerance
from bpdrill.model.marks import Comparison, Different, Equal, Undecided
from bpdrill.model.tree import Shape, Symbols
from bpdrill.notation import Reading, read, read_array

NETWORK: dict[str, Shape] = {
    "a": (),
    "W1": ("h", "d"),
    "W2": ("c", "h"),
    "x": ("d",),
    "z1": ("h",),
    "dz1": ("h",),
    "y": ("c",),
    "yhat": ("c",),
    "X": (1_000_000,),
}


def reading(text: str, symbols: Symbols) -> Reading:
    found = read(text, symbols)
    if not isinstance(found, Reading):
        found = read_array(text, ())
    assert isinstance(found, Reading), found
    return found


def compared(key: str, given: str, domains: Domains = REALS) -> Comparison:
    reference = Reference(reading(key, NETWORK).tree, NETWORK, domains)
    return compare(reading(given, NETWORK).tree, reference)


EQUAL = [
    ("a", "a", "the same expression"),
    ("a x", "x a", "the order of terms"),
    ("2 (a + 1)", "2a + 2", "8 points"),
    ("outer(dz1, x)", "dz1 x^T", "draws of sizes and values"),
    ("W2^T (yhat - y)", "((yhat - y)^T W2)^T", "draws of sizes and values"),
    ("1/256", "0.0039", "the numbers agree"),
    ("0.1 + 0.2", "0.3", "the numbers agree"),
    ("1/3", "2/6", "the same number"),
]


@pytest.mark.parametrize(("key", "given", "how"), EQUAL)
def test_each_rung_says_how_it_knows(key: str, given: str, how: str) -> None:
    told = compared(key, given)
    assert isinstance(told, Equal)
    assert how in told.how


DIFFERENT = [
    ("outer(dz1, x)", "dz1 x", "dz₁·x has no meaning unless h = d"),
    ("outer(dz1, x)", "x dz1^T", "yours is (d, h), expected (h, d); transpose it"),
    ("yhat - y", "y - yhat", "every sign is the other way round"),
    ("W2^T yhat", "W2^T y", "with c = "),
    ("2 (a + 1)", "2a + 1", "at a = "),
    ("1/256", "0.004", "yours is 0.004, expected 0.003906"),
    ("[1, 2]", "[1, 3]", "entry 2, yours is 3, expected 2"),
    ("log(z1)", "log(-z1)", "yours has no value"),
]


@pytest.mark.parametrize(("key", "given", "witness"), DIFFERENT)
def test_each_difference_has_a_witness(key: str, given: str, witness: str) -> None:
    told = compared(key, given)
    assert isinstance(told, Different), told
    assert witness in told.witness


def test_a_small_difference_can_be_computed_by_hand() -> None:
    symbols: dict[str, Shape] = {"A": (2, 2), "x": (2,)}
    told = compare(reading("A^T x", symbols).tree, Reference(reading("A x", symbols).tree, symbols))
    assert told == Different(
        "with A = [[0.1, −0.1], [0.6, 0.1]], x = [−0.5, 0.4]: "
        "entry 1, yours is 0.19, expected −0.09 (2 of 2 cells are off)"
    )


UNDECIDED = [("log(-exp(a))", "log(-exp(a)) + 1", "0 of 8 points"), ("outer(X, X)", "X X^T", "too large")]


@pytest.mark.parametrize(("key", "given", "tried"), UNDECIDED)
def test_what_cannot_be_told_says_what_was_tried(key: str, given: str, tried: str) -> None:
    told = compared(key, given)
    assert isinstance(told, Undecided)
    assert tried in told.tried


@pytest.mark.parametrize(
    ("key", "given", "domains"),
    [
        ("sum(y)", "1", {"y": "onehot"}),
        ("sum(yhat)", "1", {"yhat": "distribution"}),
        ("y * y", "y", {"y": "onehot"}),
        ("sqrt(z1^2)", "z1", {"z1": "positive"}),
        ("abs(z1)", "-z1", {"z1": "negative"}),
    ],
)
def test_a_domain_decides_for_arrays_too(key: str, given: str, domains: dict[str, str]) -> None:
    assert isinstance(compared(key, given), Different)
    assert isinstance(compared(key, given, domains), Equal)


@pytest.mark.parametrize(("given", "is_right"), [("0.4", True), ("0.41", True), ("0.5", False)])
def test_an_item_may_allow_for_more(given: str, *, is_right: bool) -> None:
    reference = Reference(reading("0.411", {}).tree, {}, tolerance=Tolerance(rel=0.05))
    assert isinstance(compare(reading(given, {}).tree, reference), Equal) == is_right


def test_a_proof_comes_last_and_says_so() -> None:
    asked = []

    def prove(*claim: object) -> str:
        asked.append(claim)
        return "proved"

    key = Reference(reading("2(a + 1)", NETWORK).tree, NETWORK)
    assert compare(reading("2a + 2", NETWORK).tree, key, prove) == Equal("proved")
    assert isinstance(compare(reading("2a + 1", NETWORK).tree, key, prove), Different)
    assert isinstance(compare(key.tree, key, prove), Equal)
    assert len(asked) == 1
