"""Products with a Jacobian from either side: keys against the matrix, mistakes named, slips followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Verdict

VJP, JVP, SOFTMAX, NETWORK = (
    "jacobians/vjp",
    "jacobians/jvp",
    "jacobians/softmax-vjp",
    "jacobians/network-vjp",
)
Attempts = Callable[..., Any]

# Seed 0: J = [[3, 2, 0], [4, 0, -3], [0, -1, 3]], v = (1, 2, -1), u = (2, 1, -1); p = (0.2, 0.3, 0.5).
ACCEPTED = [
    (VJP, "vjp.whole", "[11, 3, -9]"),
    (VJP, "vjp.whole", "11 3 -9"),
    (JVP, "jvp.whole", "(8, 11, -4)"),
    (JVP, "mode.jvp", "fwd"[0]),
    (SOFTMAX, "formula", "p .* v - p (p^T v)"),
    (SOFTMAX, "formula", "(diag(p) - p p^T) v"),
    (SOFTMAX, "vjp.whole", "[0.14, 0.51, -0.65]"),
]
REFUSED = [
    (VJP, "vjp.whole", "[7, 1, 0]", ("product.weights-lost",)),
    (VJP, "vjp.whole", "[7, 7, -5]", ("product.other-side",)),
    (JVP, "jvp.whole", "[5, 1, 2]", ("product.weights-lost",)),
    (JVP, "jvp.whole", "[10, 5, -6]", ("product.other-side",)),
    (JVP, "mode.jvp", "reverse", ("product.modes-swapped",)),
    (VJP, "mode.vjp", "forward", ("product.modes-swapped",)),
    (SOFTMAX, "vjp.whole", "[0.16, 0.42, -0.25]", ("softmax.diagonal-only",)),
    (SOFTMAX, "formula", "v .* p .* (1 - p)", ("softmax.diagonal-only",)),
    (SOFTMAX, "formula", "p .* v", ()),
    (NETWORK, "vjp.h", "[1, 2]", ()),
    (NETWORK, "jvp.h", "[-1, -4, 3]", ("relu.mask-forgotten",)),
    (NETWORK, "vjp.z", "[7, 3, -2]", ("relu.mask-forgotten",)),
    (NETWORK, "vjp.z", "[7, 3, 0]", ("relu.mask-on-upstream",)),
]


def plain(at: dict[str, Any]) -> dict[str, Any]:
    """Both sweeps through the two layers, written out."""
    mask = at["W"] @ at["x"] > 0
    dz, dh = at["W"] @ at["u"], at["V"].T @ at["v"]
    return {
        "jvp.z": dz,
        "jvp.h": dz * mask,
        "jvp.whole": at["V"] @ (dz * mask),
        "vjp.h": dh,
        "vjp.z": dh * mask,
        "vjp.whole": at["W"].T @ (dh * mask),
        "sweeps.jvp": at["W"].shape[1],
        "sweeps.vjp": at["V"].shape[0],
    }


@pytest.mark.parametrize("count", range(5))
def test_both_sweeps_are_those_of_plain_numpy(attempt: Attempts, count: int) -> None:
    begun = attempt(NETWORK, next_seed(NETWORK, count))
    at = begun.variant.values["function"].at
    assert not all(at["W"] @ at["x"] > 0)
    texts = {field: str(np.asarray(value).tolist()) for field, value in plain(at).items()}
    assert begun.judge(texts).verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize(
    ("item", "count"), [(item, count) for item in (VJP, JVP, SOFTMAX) for count in range(4)]
)
def test_a_sweep_is_the_matrix_times_the_vector(attempt: Attempts, item: str, count: int) -> None:
    begun = attempt(item, next_seed(item, count))
    function = begun.variant.values["function"]
    key = function.matrix @ function.at["u"] if item == JVP else function.at["v"] @ function.matrix
    assert begun.judge({f"{'jvp' if item == JVP else 'vjp'}.whole": str(key.tolist())}).amiss == {}


@pytest.mark.parametrize(("item", "field", "text"), ACCEPTED)
def test_every_writing_of_the_right_answer_is_right(
    attempt: Attempts, item: str, field: str, text: str
) -> None:
    assert attempt(item).judge({field: text}).verdict is Verdict.STRONG_HIRE


@pytest.mark.parametrize(("item", "field", "text", "names"), REFUSED)
def test_a_known_mistake_is_named(
    attempt: Attempts, item: str, field: str, text: str, names: tuple[str, ...]
) -> None:
    judged = attempt(item).judge({field: text}).by_field[field]
    assert judged.outcome is Outcome.WRONG
    assert judged.misconceptions == names
    assert judged.because


@pytest.mark.parametrize("count", range(4))
def test_a_slip_on_the_way_is_followed(attempt: Attempts, count: int) -> None:
    begun = attempt(NETWORK, next_seed(NETWORK, count))
    at = begun.variant.values["function"].at
    mask = at["W"] @ at["x"] > 0
    slipped = plain(at)["vjp.h"] + np.arange(1, len(mask) + 1)
    on = {"vjp.h": slipped, "vjp.z": slipped * mask, "vjp.whole": at["W"].T @ (slipped * mask)}
    judged = begun.judge({field: str(value.tolist()) for field, value in on.items()})
    assert judged.of(Outcome.WRONG) == {"vjp.h"}
    assert judged.of(Outcome.FOLLOWS) == {"vjp.z", "vjp.whole"}
    assert judged.verdict is Verdict.LEAN_HIRE


@pytest.mark.parametrize("count", range(8))
def test_sweeps_of_the_other_mode_are_named(attempt: Attempts, count: int) -> None:
    begun = attempt(VJP, next_seed(VJP, count))
    outputs, inputs = begun.variant.values["function"].shape
    judged = begun.judge({"sweeps.vjp": str(inputs)}).by_field["sweeps.vjp"]
    named = ("passes.modes-swapped",) if outputs != inputs else ()
    assert judged.misconceptions == named
