from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpdrill.cli.flow import settings as read_settings
from bpdrill.laboratory.flow.activation import ACTIVATIONS
from bpdrill.laboratory.flow.blocks import flow_blocks, rows
from bpdrill.laboratory.flow.flow import Flow, flow
from bpdrill.laboratory.flow.regime import Regime
from bpdrill.laboratory.flow.remedy import remedy
from bpdrill.laboratory.flow.settings import Settings
from bpdrill.laboratory.flow.weights import Init
from bpdrill.model.blocks import Bars, Heading, Tone
from bpdrill.term.cells import width
from bpdrill.term.paper import Paper
from bpdrill.term.text import text

SAID: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"activation": "sigmoid"},
        [
            "Vanishing: layer 1 gets 2e-6 times what layer 10 gets.",
            "0.25^9 = 3.81e-6",
            "0.25^10 = 9.54e-7",
            "seed 0",
        ],
    ),
    ({"activation": "relu", "layers": 5}, ["Stable: ", "layers 14 apart would reach it", "another ratio"]),
    (
        {"init": Init("zeros")},
        ["Vanishing: no gradient at all reaches layer 1.", "Zero weights pass nothing back"],
    ),
    ({"activation": "relu", "width": 4, "batch": 1}, ["in one network or more, no gradient at all"]),
    (
        {"recurrent": True, "activation": "tanh", "radius": 1.5},
        ["step 10", "Spectral radius 1.5", "sum of the shares"],
    ),
    (
        {"activation": "relu", "init": Init("normal", 9.0), "layers": 99},
        ["Exploding: the numbers grow beyond 1e100."],
    ),
    ({"clip": 0.01}, ["before  ", " after  0.01", "multiplied by the same"]),
    ({"trials": 1, "seed": 5}, ["One network; ", "seed 5"]),
]


def page(columns: int = 400, **options: Any) -> list[str]:
    return text(flow_blocks(flow(Settings(**options))), Paper(columns))


@pytest.mark.parametrize(("case", "phrases"), SAID)
def test_what_is_said(case: dict[str, Any], phrases: list[str]) -> None:
    shown = "\n".join(page(**case))
    assert [phrase for phrase in phrases if phrase not in shown] == []


@pytest.mark.parametrize("case", [{"skip": True}, {"norm": "layer"}, {"init": Init("zeros")}])
def test_no_power_is_claimed_where_the_cap_is_none(case: dict[str, Any]) -> None:
    assert "such factors" in "".join(page(width=50))
    assert "such factors" not in "".join(page(**case))


def test_both_gradients_are_drawn_and_named() -> None:
    titles = [block.title for block in flow_blocks(flow(Settings())) if isinstance(block, Bars)]
    assert titles == [
        "‖∂L/∂z‖: at the pre-activations of each layer",
        "‖∂L/∂W‖: at the weights of each layer",
    ]


def test_the_colour_fades_as_the_gradient_does() -> None:
    bars = next(block for block in flow_blocks(flow(Settings())) if isinstance(block, Bars)).bars
    assert [bar.tone for bar in bars] == [Tone.GOOD] * 2 + [Tone.FAIR] * 2 + [Tone.BAD] * 6


@pytest.mark.parametrize(
    ("layers", "shown"), [(2, [2, 1]), (12, [*range(12, 0, -1)]), (100, [*range(100, 1, -9), 1])]
)
def test_a_deep_network_is_shown_at_a_dozen_layers(layers: int, shown: list[int]) -> None:
    assert rows(layers) == shown


@given(st.integers(2, 200))
def test_both_ends_are_shown(layers: int) -> None:
    assert (rows(layers)[0], rows(layers)[-1]) == (layers, 1)
    assert len(rows(layers)) <= 13


KINDS: list[dict[str, Any]] = [
    {"recurrent": True},
    *({"skip": skip, "norm": norm} for skip in (False, True) for norm in ("", "batch", "layer")),
]
networks = st.builds(
    lambda kind, **options: Settings(**kind, **options),
    st.sampled_from(KINDS),
    activation=st.sampled_from([*ACTIVATIONS]),
    layers=st.integers(2, 30),
    width=st.integers(1, 6),
    batch=st.integers(3, 5),
    init=st.sampled_from([Init("xavier"), Init("zeros"), Init("normal", 1000.0), Init("orthogonal")]),
    trials=st.integers(1, 2),
    clip=st.sampled_from([None, 1.0]),
)


@settings(deadline=None, max_examples=60)
@given(networks, st.sampled_from([20, 60, 100]))
def test_whatever_is_built_can_be_shown_in_so_many_columns(network: Settings, columns: int) -> None:
    lines = text(flow_blocks(flow(network)), Paper(columns, ascii=True))
    assert all(width(line) <= columns and line.isascii() for line in lines)
    assert "Next: bpdrill flow" in " ".join(lines)


ILL: list[dict[str, Any]] = [
    {"activation": "sigmoid"},
    {"activation": "sigmoid", "layers": 200, "trials": 2},
    {"activation": "relu", "layers": 40},
    {"activation": "relu", "layers": 30, "init": Init("normal", 1.0)},
    {"activation": "relu", "skip": True, "layers": 40},
    {"activation": "relu", "norm": "batch", "layers": 40},
    {"activation": "relu", "init": Init("he"), "width": 3, "layers": 60},
    {"activation": "tanh", "init": Init("zeros")},
    {"activation": "linear", "recurrent": True, "radius": 1.5, "layers": 50},
    {"activation": "tanh", "recurrent": True, "radius": 0.5, "layers": 50},
]


@pytest.mark.parametrize("case", ILL)
def test_what_is_to_be_tried_next_cures_it(case: dict[str, Any]) -> None:
    found = flow(Settings(**case))
    standing = found.z.regime if isinstance(found, Flow) else Regime.EXPLODING
    assert standing is not Regime.STABLE
    cured = flow(tried(remedy(standing, found.settings).options, found.settings))
    assert isinstance(cured, Flow)
    assert cured.z.regime is Regime.STABLE


def tried(options: str, before: Settings) -> Settings:
    """What the command line makes of the words shown."""
    depth = {"rnn" if before.recurrent else "layers": before.layers}
    read: dict[str, Any] = dict(depth)
    for option in options.split("--")[1:]:
        name, _, value = option.strip().partition(" ")
        read[name] = TYPES.get(name, str)(value or "yes")
    return read_settings(read)


TYPES = {"width": int, "trials": int, "radius": float, "skip": bool}


def test_a_verdict_is_framed_by_its_tone() -> None:
    heading = next(
        block
        for block in flow_blocks(flow(Settings()))
        if isinstance(block, Heading) and block.tone is Tone.BAD
    )
    assert heading.text.startswith("Vanishing")
