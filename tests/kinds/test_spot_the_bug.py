"""A bug is real, is what its fault's name says, and is told from lines that only read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpdrill.bank.bank import open_bank
from bpdrill.kinds import spot_the_bug
from bpdrill.kinds.spot_the_bug import bug_of, listing, listing_of
from bpdrill.kinds.spot_the_bug.bugs import Bug, Listing, all_bugs
from bpdrill.model.blocks import Code
from bpdrill.model.errors import AuthorError
from bpdrill.model.items import Variant
from bpdrill.model.marks import Outcome, Verdict
from bpdrill.notation import Style, text

ITEMS = tuple(name for name in open_bank().files if name.startswith("bugs/"))

FIRST = {
    "bugs/two-layer-network": ("dz1", "dh1", "relu.mask-forgotten"),
    "bugs/batched-network": ("dS", "P - Y", "mean.count-lost"),
    "bugs/attention": ("ds", "p * (dp - dp * p)", "softmax.diagonal-only"),
    "bugs/recurrent": ("dh1", "g1 + W @ da2", "matmul.transpose-missing"),
    "bugs/sigmoid-layers": ("dz2", "da * a", "sigmoid.one-minus-lost"),
    "bugs/batch-norm": ("du", "dzhat / s + 2 * u * dv", "mean.count-lost"),
}

Begin = Callable[..., Any]


def bugs_in(item: str) -> tuple[Listing, tuple[Bug, ...]]:
    shown = listing_of(open_bank().get(item).spec)  # type: ignore[arg-type]  # the kind's own record
    return shown, all_bugs(shown)


@pytest.mark.parametrize("item", ITEMS)
def test_the_first_bug_is_the_one_that_the_item_names(item: str, attempt: Begin) -> None:
    variant: Variant = attempt(item).variant
    bug, shown = bug_of(variant), listing(variant)
    line, stands, fault = FIRST[item]
    assert (bug.name, text(bug.stands, Style.NUMPY, symbols=shown.symbols)) == (line, stands)
    assert fault in bug.faults


@pytest.mark.parametrize("item", ITEMS)
def test_every_bug_spoils_its_own_line_and_nothing_above_it(item: str) -> None:
    shown, bugs = bugs_in(item)
    order = [line.name for line in shown.lines]
    for bug in bugs:
        wrong = shown.spoilt(bug)
        assert wrong[0] == bug.name
        assert all(order.index(name) >= order.index(bug.name) for name in wrong)


def test_the_listing_is_numpy_that_runs_into_the_same_wrong_gradients(attempt: Begin) -> None:
    variant: Variant = attempt("bugs/two-layer-network").variant
    shown, codes = listing(variant), [b.text for b in attempt_blocks(variant) if isinstance(b, Code)]
    ran: dict[str, Any] = {
        **shown.chain.points[0],
        "np": np,
        "relu": lambda z: np.maximum(z, 0),
        "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
    }
    exec("\n".join(codes), ran)  # noqa: S102  our own listing, run as its reader would
    right = shown.points[0]
    wrong = {line.name for line in shown.lines if not np.allclose(ran[line.name], right[line.name])}
    assert wrong == {"dz1", "dW1", "db1"}


def attempt_blocks(variant: Variant) -> tuple[Any, ...]:
    return spot_the_bug.present(variant).blocks


ANSWERS = [
    # what is typed, what becomes of it, what the remark says
    ({}, {}, ""),
    ({"mended": "np.where(z1 > 0, dh1, 0)"}, {}, ""),
    ({"mended": r"dh1 \odot 1[h1 > 0]"}, {}, ""),
    ({"mended": "dh1"}, {"mended": Outcome.WRONG}, "relu.mask-forgotten"),
    ({"mended": "dh1 * z1"}, {"mended": Outcome.WRONG}, ""),
    ({"mended": "dz2"}, {"mended": Outcome.WRONG}, ""),
    ({"line": "dW1"}, {"line": Outcome.WRONG}, "only because it reads a wrong value"),
    ({"line": "dW2"}, {"line": Outcome.WRONG}, "right as it stands"),
    ({"reach": "1"}, {"reach": Outcome.WRONG}, "dz1, dW1, db1"),
]


@pytest.mark.parametrize(("changes", "amiss", "says"), ANSWERS)
def test_answers_to_a_lost_mask(
    changes: dict[str, str], amiss: dict[str, Outcome], says: str, attempt: Begin
) -> None:
    judged = attempt("bugs/two-layer-network").judge(changes)
    assert judged.amiss == amiss
    said = [(judged.by_field[f].because, *judged.by_field[f].misconceptions) for f in amiss]
    assert all(says in " ".join(words) for words in said)


def test_who_blames_a_right_line_is_no_hire(attempt: Begin) -> None:
    assert attempt("bugs/two-layer-network").judge({"line": "dW2"}).verdict is Verdict.NO_HIRE


def test_a_first_fault_that_no_slip_comes_to_is_refused() -> None:
    item = open_bank().get("bugs/attention")
    spec = spot_the_bug.Spec(**{**spec_keys(item.spec), "first": "relu.mask-forgotten"})
    with pytest.raises(AuthorError, match="no slip comes to relu"):
        spot_the_bug.first_of(spec, all_bugs(listing_of(spec)))


def test_a_wrong_listing_is_found_by_the_engine() -> None:
    item = open_bank().get("bugs/attention")
    keys = spec_keys(item.spec)
    lines = [line.replace("dq = K^T ds", "dq = K^T dp") for line in keys["backward"]]
    shown = listing_of(spot_the_bug.Spec(**{**keys, "backward": tuple(lines)}))
    variant = Variant(item, 1, 0, {"listing": shown, "bug": all_bugs(shown)[0]})
    assert "the engine denies dq" in " ".join(spot_the_bug.complaints(variant))


def spec_keys(spec: object) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in spot_the_bug.Spec.__dataclass_fields__}
