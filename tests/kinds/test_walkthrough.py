"""A computation by hand: rounded values, slips that are followed through, named mistakes, refused zeros."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import prod
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.bank.bank import open_bank
from bpdrill.kinds import walkthrough
from bpdrill.model.blocks import Table
from bpdrill.model.items import next_seed
from bpdrill.model.marks import Outcome, Verdict

ITEM = "networks/walkthrough"
SEEDS = [next_seed(ITEM, attempt) for attempt in range(6)]
BACKWARD = ["z2", "W2", "b2", "h1", "z1", "W1", "b1"]
Attempts = Callable[..., Any]

# Part 7 of the study page, as it is printed there.
PAGE = {
    "forward.z1": "[0.6, 1.2]^T",
    "forward.h1": "[0.6, 1.2]^T",
    "forward.z2": "[1.12, 1.48]^T",
    "forward.yhat": "[0.411, 0.589]^T",
    "forward.L": "0.889",
    "gradient.z2": "[-0.589, 0.589]",
    "gradient.W2": "[[-0.353, -0.707], [0.353, 0.707]]",
    "gradient.b2": "[-0.589, 0.589]",
    "gradient.h1": "[0.118, 0.118]",
    "gradient.z1": "[0.118, 0.118]",
    "gradient.W1": "[[0.118, 0.236], [0.118, 0.236]]",
    "gradient.b1": "[0.118, 0.118]",
}


def whiteboard(
    inputs: Mapping[str, Any], *, own: Mapping[str, Any] | None = None, digits: int = 6
) -> dict[str, str]:
    """The whole example worked out in plain numpy, going on from ``own`` values where given."""
    at, own = {name: np.array(value, float) for name, value in inputs.items()}, own or {}
    found: dict[str, Any] = {}

    def put(field: str, value: Any) -> Any:
        found[field] = rounded(np.array(own.get(field, value), float), digits)
        return found[field]

    z1 = put("forward.z1", at["W1"] @ at["x"] + at["b1"])
    h1 = put("forward.h1", np.maximum(z1, 0))
    z2 = put("forward.z2", at["W2"] @ h1 + at["b2"])
    yhat = put("forward.yhat", np.exp(z2) / np.exp(z2).sum())
    put("forward.L", -np.log(yhat @ at["y"]))
    dz2 = put("gradient.z2", yhat - at["y"])
    put("gradient.W2", np.outer(dz2, h1))
    put("gradient.b2", dz2)
    dh1 = put("gradient.h1", at["W2"].T @ dz2)
    dz1 = put("gradient.z1", np.where(z1 > 0, dh1, 0))
    put("gradient.W1", np.outer(dz1, at["x"]))
    put("gradient.b1", dz1)
    return {field: str(value.tolist()) for field, value in found.items()}


def rounded(value: Any, digits: int) -> Any:
    """To so many significant digits, cell by cell."""
    return np.vectorize(lambda cell: float(f"{cell:.{digits}g}"))(value)


def inputs_of(begun: Any) -> Mapping[str, Any]:
    """The numbers of a variant."""
    return dict(begun.variant.values["chain"].points[0])


def test_the_study_page_earns_strong_hire(attempt: Attempts) -> None:
    judged = attempt(ITEM).judge(PAGE)
    assert (judged.amiss, judged.verdict) == ({}, Verdict.STRONG_HIRE)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("digits", [3, 4, 8])
def test_rounding_on_the_way_is_never_wrong(attempt: Attempts, seed: int, digits: int) -> None:
    begun = attempt(ITEM, seed)
    judged = begun.judge(whiteboard(inputs_of(begun), digits=digits))
    assert set(judged.amiss.values()) <= {Outcome.FOLLOWS}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slip_at_the_start_is_one_slip(attempt: Attempts, seed: int) -> None:
    begun = attempt(ITEM, seed)
    inputs = inputs_of(begun)
    z1 = np.array(inputs["W1"]) @ inputs["x"] + inputs["b1"]
    judged = begun.judge(whiteboard(inputs, own={"forward.z1": z1 + 0.3}))
    assert judged.of(Outcome.WRONG) == {"forward.z1"}
    assert judged.verdict is Verdict.LEAN_HIRE


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", BACKWARD)
@pytest.mark.parametrize("digits", [4, 8])
def test_a_turned_sign_is_one_slip_wherever_it_happens(
    attempt: Attempts, seed: int, name: str, digits: int
) -> None:
    """The page's own dL/dh1 holds one number twice, up to its last bit: that is no sign of guessing."""
    begun = attempt(ITEM, seed)
    right = whiteboard(inputs_of(begun), digits=digits)
    turned = -np.array(json.loads(right[f"gradient.{name}"]))
    judged = begun.judge(whiteboard(inputs_of(begun), own={f"gradient.{name}": turned}, digits=digits))
    assert judged.of(Outcome.WRONG) == {f"gradient.{name}"}


@pytest.mark.parametrize("seed", SEEDS)
def test_target_minus_prediction_is_named_and_followed(attempt: Attempts, seed: int) -> None:
    begun = attempt(ITEM, seed)
    right = whiteboard(inputs_of(begun))
    turned = -np.array(json.loads(right["gradient.z2"]))
    judged = begun.judge(whiteboard(inputs_of(begun), own={"gradient.z2": turned}))
    assert judged.by_field["gradient.z2"].misconceptions == ("softmax_ce.reversed",)
    assert judged.of(Outcome.WRONG) == {"gradient.z2"}
    assert judged.of(Outcome.FOLLOWS) == {f"gradient.{name}" for name in BACKWARD[1:]}


@pytest.mark.parametrize("seed", SEEDS[1:])
def test_a_forgotten_mask_is_named_on_fresh_numbers(attempt: Attempts, seed: int) -> None:
    begun = attempt(ITEM, seed)
    dh1 = json.loads(begun.right["gradient.h1"])
    judged = begun.judge(whiteboard(inputs_of(begun), own={"gradient.z1": dh1}))
    assert judged.by_field["gradient.z1"].misconceptions == ("relu.mask-forgotten",)
    assert judged.of(Outcome.WRONG) == {"gradient.z1"}
    assert {"gradient.W1", "gradient.b1"} <= judged.of(Outcome.FOLLOWS)


@pytest.mark.parametrize(
    ("seed", "field"), [(0, "gradient.W2"), *((s, f"gradient.W{i}") for s in SEEDS[1:3] for i in (1, 2))]
)
def test_a_transposed_gradient_says_so(attempt: Attempts, seed: int, field: str) -> None:
    begun = attempt(ITEM, seed)
    judged = begun.judge({field: str(np.array(json.loads(begun.right[field])).T.tolist())})
    assert judged.amiss == {field: Outcome.WRONG}
    assert "transpose" in judged.by_field[field].because


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_zeros_everywhere_are_wrong_everywhere(attempt: Attempts, seed: int) -> None:
    begun = attempt(ITEM, seed)
    zeros = {field: str((np.array(json.loads(text)) * 0).tolist()) for field, text in begun.right.items()}
    judged = begun.judge(zeros)
    assert judged.of(Outcome.WRONG) == set(begun.right)
    assert not any(judgement.misconceptions for judgement in judged.by_field.values())


WAYS_TO_WRITE = [
    "[0.6, 1.2]",
    "0.6, 1.2",
    "(0.6, 1.2)",
    "[0.6; 1.2]",
    "[[0.6], [1.2]]",
    "[3/5, 6/5]",
    "[.6 1.2]ᵀ",
]


@pytest.mark.parametrize("text", WAYS_TO_WRITE)
def test_a_vector_in_any_writing_is_right(attempt: Attempts, text: str) -> None:
    assert attempt(ITEM).judge({"forward.z1": text}).verdict is Verdict.STRONG_HIRE


NOT_THE_NATURAL_LOGARITHM = ["1.283", "0.386"]


@pytest.mark.parametrize("loss", NOT_THE_NATURAL_LOGARITHM)
def test_another_logarithm_is_wrong_and_nothing_follows_from_a_loss(attempt: Attempts, loss: str) -> None:
    assert attempt(ITEM).judge({"forward.L": loss}).amiss == {"forward.L": Outcome.WRONG}


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 2**32 - 1))
def test_every_drawn_network_shows_what_it_is_for(seed: int) -> None:
    point = walkthrough.vary(open_bank().get(ITEM), seed).values["chain"].points[0]
    z1 = point["W1"] @ point["x"] + point["b1"]
    assert (z1 < 0).any()
    assert (z1 > 0).sum() >= 2
    assert abs(z1).min() >= 0.05
    assert len({len(point["x"]), len(z1), len(point["y"])}) == 3
    assert all(point[name].all() for name in ("x", "W1", "b1", "W2", "b2"))


# ── any program ──────────────────────────────────────────────────────────────────────────────────


def through_batch_norm(z: Any, upstream: Any) -> dict[str, Any]:
    """The three terms, and what they come to."""
    deviation, hat = z.std(), (z - z.mean()) / z.std()
    terms = {
        "part.z.zh": upstream / deviation,
        "part.z.mu": 0 * z - upstream.mean() / deviation,
        "part.z.v": -hat * (upstream * hat).mean() / deviation,
    }
    return {**terms, "gradient.z": sum(terms.values())}


def through_layer_norm(x: Any, gamma: Any, upstream: Any) -> dict[str, Any]:
    """Gamma first, then batch norm's formula along the features."""
    hat, inner = (x - x.mean()) / x.std(), gamma * upstream
    return {
        "gradient.gamma": upstream * hat,
        "gradient.x": (inner - inner.mean() - hat * (inner * hat).mean()) / x.std(),
    }


def through_rms_norm(x: Any, gamma: Any, upstream: Any) -> dict[str, Any]:
    """One correction, and none for a mean."""
    r, inner = np.sqrt((x**2).mean()), gamma * upstream
    return {"part.x.xh": inner / r, "gradient.x": (inner - x * (inner * x).mean() / r**2) / r}


def through_attention(q: Any, k: Any, v: Any, upstream: Any) -> dict[str, Any]:
    """Rows of a softmax between two products."""
    p = np.exp(q @ k.T / np.sqrt(2))
    p = p / p.sum(axis=1, keepdims=True)
    dp = upstream @ v.T
    ds = p * (dp - (dp * p).sum(axis=1, keepdims=True))
    return {
        "gradient.V": p.T @ upstream,
        "gradient.S": ds,
        "gradient.Q": ds @ k / np.sqrt(2),
        "gradient.K": ds.T @ q / np.sqrt(2),
    }


def through_batch(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Rows are examples; one over their number stands once, at the top."""
    x, w1, w2 = inputs["X"], inputs["W1"], inputs["W2"]
    z1 = x @ w1 + inputs["b1"]
    h1 = np.maximum(z1, 0)
    p = np.exp(h1 @ w2 + inputs["b2"])
    dz2 = (p / p.sum(axis=1, keepdims=True) - inputs["Y"]) / len(x)
    dz1 = (dz2 @ w2.T) * (z1 > 0)
    return {
        "gradient.Z2": dz2,
        "gradient.W2": h1.T @ dz2,
        "gradient.b2": dz2.sum(axis=0),
        "gradient.W1": x.T @ dz1,
        "gradient.b1": dz1.sum(axis=0),
    }


def through_time(at: Mapping[str, Any]) -> dict[str, Any]:
    """Back from the third step, the weight's shares kept apart."""
    h1 = np.tanh(at["w"] * at["h0"] + at["u"] * at["x1"])
    h2 = np.tanh(at["w"] * h1 + at["u"] * at["x2"])
    h3 = np.tanh(at["w"] * h2 + at["u"] * at["x3"])
    a3 = at["g3"] * (1 - h3**2)
    a2 = (at["g2"] + at["w"] * a3) * (1 - h2**2)
    a1 = (at["g1"] + at["w"] * a2) * (1 - h1**2)
    shares = {"part.w.a3": a3 * h2, "part.w.a2": a2 * h1, "part.w.a1": a1 * at["h0"]}
    return {**shares, "gradient.w": sum(shares.values()), "part.h2.a3": at["w"] * a3, "part.h1.l1": at["g1"]}


def through_cell(at: Mapping[str, Any]) -> dict[str, Any]:
    """The cell hears from h and from the next step."""
    f, i, o = (1 / (1 + np.exp(-at[name])) for name in ("zf", "zi", "zo"))
    c = f * at["c0"] + i * np.tanh(at["zg"])
    dc = at["gc"] + at["gh"] * o * (1 - np.tanh(c) ** 2)
    return {"gradient.c": dc, "gradient.c0": dc * f, "gradient.zf": dc * at["c0"] * f * (1 - f)}


def through_convolution(x: Any, k: Any, upstream: Any) -> dict[str, Any]:
    """The kernel turned round for x, the input slid along for k."""
    return {
        "gradient.k": np.correlate(x, upstream, "valid"),
        "gradient.x": np.convolve(upstream, k, "full"),
        "gradient.b": upstream.sum(),
    }


def through_pools(x: Any, to_max: Any, to_mean: Any) -> dict[str, Any]:
    """Windows of three, moved on by two."""
    by_max, by_mean = np.zeros_like(x), np.zeros_like(x)
    for window, (high, even) in enumerate(zip(to_max, to_mean, strict=True)):
        first = 2 * window
        by_max[first + x[first : first + 3].argmax()] += high
        by_mean[first : first + 3] += even / 3
    return {"part.x.m": by_max, "part.x.a": by_mean, "gradient.x": by_max + by_mean}


def through_lookups(at: Mapping[str, Any]) -> dict[str, Any]:
    """Each use adds to its row."""
    found = np.zeros_like(at["E"])
    for place in "123":
        found[at[f"x{place}"].argmax()] += at[f"g{place}"]
    return {"gradient.E": found}


def through_block(at: Mapping[str, Any]) -> dict[str, Any]:
    """Around it unchanged, through it layer by layer."""
    live = at["W1"] @ at["x"] + at["b"] > 0
    inside = at["W1"].T @ ((at["W2"].T @ at["G"]) * live)
    return {"part.x.y": at["G"], "part.x.z": inside, "gradient.x": at["G"] + inside}


def through_softmax(z: Any, upstream: Any) -> dict[str, Any]:
    """The Jacobian written out, and the product with it."""
    p = np.exp(z) / np.exp(z).sum()
    jacobian = np.diag(p) - np.outer(p, p)
    return {"then.J": jacobian, "gradient.z": jacobian @ upstream}


def through_step(at: Mapping[str, Any]) -> dict[str, Any]:
    """Down against the gradient, and the loss there."""
    slope = 2 * (at["w"] @ at["x"] + at["b"] - at["t"])
    w, b = at["w"] - at["eta"] * slope * at["x"], at["b"] - at["eta"] * slope
    return {"then.wnew": w, "then.bnew": b, "then.Lnew": (w @ at["x"] + b - at["t"]) ** 2}


BY_HAND: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "normalisation/batch-norm-by-hand": lambda at: through_batch_norm(at["z"], at["G"]),
    "normalisation/batch-norm-affine": lambda at: {
        "gradient.z": through_batch_norm(at["z"], at["gamma"] * at["G"])["gradient.z"],
        "gradient.beta": at["G"].sum(),
    },
    "normalisation/batch-norm-evaluation": lambda at: {
        "gradient.z": at["gamma"] * at["G"] / np.sqrt(at["r"])
    },
    "normalisation/layer-norm-by-hand": lambda at: through_layer_norm(at["x"], at["gamma"], at["G"]),
    "normalisation/rms-norm-by-hand": lambda at: through_rms_norm(at["x"], at["gamma"], at["G"]),
    "networks/batched": through_batch,
    "networks/update-step": through_step,
    "sequences/bptt-by-hand": through_time,
    "sequences/lstm-cell": through_cell,
    "blocks/attention-by-hand": lambda at: through_attention(at["Q"], at["K"], at["V"], at["G"]),
    "blocks/convolution-by-hand": lambda at: through_convolution(at["x"], at["k"], at["G"]),
    "blocks/max-pool-by-hand": lambda at: through_pools(at["x"], at["G"], at["H"]),
    "blocks/embedding": through_lookups,
    "blocks/residual": through_block,
    "blocks/softmax-alone": lambda at: through_softmax(at["z"], at["g"]),
}


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("item", BY_HAND)
def test_keys_are_what_plain_numpy_says(attempt: Attempts, item: str, number: int) -> None:
    begun = attempt(item, next_seed(item, number))
    for field, value in BY_HAND[item](inputs_of(begun)).items():
        assert np.allclose(json.loads(begun.right[field]), value), field


NAMED = [
    ("normalisation/batch-norm-by-hand", "gradient.z", "part.z.zh", "batch_norm.as-if-constant"),
    ("networks/batched", "gradient.Z1", "gradient.H1", "relu.mask-forgotten"),
    ("sequences/bptt-by-hand", "gradient.w", "part.w.a3", "time.one-step-only"),
    ("blocks/residual", "gradient.x", "part.x.y", "residual.branch-lost"),
    ("blocks/residual", "gradient.x", "part.x.z", "residual.skip-lost"),
    ("blocks/dropout", "gradient.x", "gradient.a", "dropout.mask-forgotten"),
]


@pytest.mark.parametrize(("item", "field", "instead", "name"), NAMED)
def test_one_value_taken_for_another_is_named(
    attempt: Attempts, item: str, field: str, instead: str, name: str
) -> None:
    begun = attempt(item, next_seed(item, 1))
    judged = begun.judge({field: begun.right[instead]})
    assert judged.of(Outcome.WRONG) == {field}
    assert name in judged.by_field[field].misconceptions


def formula_mistakes() -> list[Any]:
    """Each mistake that an item's author has written out, where it is expected."""
    items = [item for item in open_bank().read_all()[0] if item.kind == "walkthrough"]
    return [
        pytest.param(item.id, mistake, id=f"{item.id}-{mistake.at}-{mistake.name}")
        for item in items
        for mistake in cast("walkthrough.Spec", item.spec).mistakes
    ]


@pytest.mark.parametrize(("item", "mistake"), formula_mistakes())
def test_an_authors_mistake_is_named(attempt: Attempts, item: str, mistake: Any) -> None:
    begun = attempt(item, next_seed(item, 1))
    work = walkthrough.worked_of(begun.variant)
    found = next(value for name, value in work.known_mistakes(mistake.at, {}) if name == mistake.name)
    judged = begun.judge({mistake.at: str(np.array(found[0]).tolist())})
    assert mistake.name in judged.by_field[mistake.at].misconceptions


def test_the_sum_of_wrong_parts_follows(attempt: Attempts) -> None:
    begun = attempt("normalisation/batch-norm-by-hand")
    wrong = np.array(json.loads(begun.right["part.z.v"])) * -1
    whole = np.array(json.loads(begun.right["gradient.z"])) + 2 * wrong
    judged = begun.judge({"part.z.v": str(wrong.tolist()), "gradient.z": str(whole.tolist())})
    assert judged.amiss == {"part.z.v": Outcome.WRONG, "gradient.z": Outcome.FOLLOWS}


def test_a_step_from_a_wrong_gradient_follows(attempt: Attempts) -> None:
    begun = attempt("networks/update-step")
    at = inputs_of(begun)
    wrong = np.array(json.loads(begun.right["gradient.w"])) / 2
    judged = begun.judge(
        {"gradient.w": str(wrong.tolist()), "then.wnew": str((at["w"] - at["eta"] * wrong).tolist())}
    )
    assert judged.amiss == {"gradient.w": Outcome.WRONG, "then.wnew": Outcome.FOLLOWS}


@pytest.mark.parametrize("item", sorted({*BY_HAND, "networks/zero-weights", "networks/dead-unit"}))
def test_there_are_no_more_than_sixty_numbers_to_type(attempt: Attempts, item: str) -> None:
    begun = attempt(item)
    fields = walkthrough.present(begun.variant).fields
    assert sum(prod(map(int, field.shape)) for field in fields) <= 60


def test_hidden_units_that_start_alike_stay_alike(attempt: Attempts) -> None:
    begun = attempt("networks/zero-weights", next_seed("networks/zero-weights", 1))
    rows = json.loads(begun.right["gradient.W1"])
    assert rows[0] == rows[1] != [0, 0]


def test_every_gradient_of_a_dead_unit_is_zero(attempt: Attempts) -> None:
    begun = attempt("networks/dead-unit")
    off = np.array(json.loads(begun.right["forward.z"])) < 0
    assert off.any()
    assert not np.array(json.loads(begun.right["gradient.W"]))[off].any()


def test_the_solution_gives_each_gradient_with_its_rule(attempt: Attempts) -> None:
    begun = attempt("sequences/bptt-matrix")
    told = {
        str(row[0]): str(row[1])
        for table in walkthrough.solution(begun.variant)
        if isinstance(table, Table)
        for row in table.rows
    }
    assert "tanh" in told["∂L/∂a1 (2,)"]
    assert "matmul" in told["∂L/∂h0 (2,)"]
