"""A flow as it is shown: both gradients layer by layer, the factors, what they amount to, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isclose

from bpdrill.laboratory.flow.flow import Clipping, Curve, Flow, Overflow, ratio
from bpdrill.laboratory.flow.network import INPUT_DEVIATION
from bpdrill.laboratory.flow.regime import APART, THRESHOLDS, Regime, layers_until_apart
from bpdrill.laboratory.flow.remedy import remedy
from bpdrill.laboratory.flow.settings import LARGEST, Settings
from bpdrill.model.blocks import Bar, Bars, Block, Heading, Note, Prose, Scale, Table, Tone, Toned
from bpdrill.notation.figures import number

TONES: Mapping[Regime, Tone] = {
    Regime.VANISHING: Tone.BAD,
    Regime.STABLE: Tone.GOOD,
    Regime.EXPLODING: Tone.BAD,
}
_MOST_ROWS = 12
"""A deep network is shown at so many layers."""
_BASE_DIGITS = 6
"""Of a number that is to be raised to a power by hand: few digits would give another power."""
_TELLING = 3.0
"""A factor between the two gradients' ratios that asks for an explanation."""


def flow_blocks(result: Flow | Overflow) -> list[Block]:
    """What the learner is shown."""
    shown = _overflow(result) if isinstance(result, Overflow) else _flow(result)
    return [Heading(_title(result.settings)), *shown]


def rows(layers: int) -> list[int]:
    """The layers to show, the last first: all, or about a dozen at equal distances with both ends."""
    step = -(-(layers - 1) // (_MOST_ROWS - 1)) if layers > _MOST_ROWS else 1
    return [*range(layers, 1, -step), 1]


def _title(s: Settings) -> str:
    depth = f"{s.layers} recurrent steps" if s.recurrent else f"{s.layers} layers"
    extras = (" with skips" * s.skip, f", {s.norm} norm" * bool(s.norm))
    return f"{s.activation}, {depth} of {s.width} units{''.join(extras)}, weights {s.init}, seed {s.seed}"


def _flow(flow: Flow) -> Iterator[Block]:
    s, place = flow.settings, flow.settings.place
    yield Prose(_setting(s))
    yield _bars(f"‖∂L/∂z‖: at the pre-activations of each {place}", place, "cap", flow.z, flow.caps)
    share = "the share in ∂L/∂W of each step" if s.recurrent else "at the weights of each layer"
    yield _bars(f"‖∂L/∂W‖: {share}", place, "expected", flow.W, flow.W.expected)
    yield _factors(flow)
    yield Heading(_verdict(flow), TONES[flow.z.regime])
    yield Prose(_scatter(flow))
    yield Prose(_cap(flow))
    yield from (Prose(text) for text in (_difference(flow), _recurrence(flow)) if text)
    if flow.clipping:
        yield from _clipping(flow.clipping)
    yield from _what_to_do(flow.z.regime, s)


def _setting(s: Settings) -> str:
    noise = f"Each step also receives noise of deviation {INPUT_DEVIATION}. " if s.recurrent else ""
    drawn = f"Means of {s.trials} networks" if s.trials > 1 else "One network"
    return (
        f"The loss sends a gradient of norm 1 into {s.place} {s.layers}; read downwards. "
        f"{noise}{drawn}; what is expected holds for wide ones."
    )


def _bars(title: str, place: str, mark: str, curve: Curve, marks: Sequence[float]) -> Bars:
    bars = (
        Bar(str(row), curve.measured[row - 1], marks[row - 1], _tone(curve, row)) for row in rows(len(marks))
    )
    return Bars(title, (place, "measured", mark), tuple(bars), Scale.LOGARITHMIC)


def _tone(curve: Curve, row: int) -> Tone:
    """How far this layer is from the last: by 100, by 10, or by less."""
    last, here = curve.measured[-1], curve.measured[row - 1]
    apart = max(here / last, last / here) if here and last else APART * (here != last)
    return Tone.BAD if apart >= APART else Tone.FAIR if apart >= APART**0.5 else Tone.GOOD


def _factors(flow: Flow) -> Table:
    s = flow.settings
    cap = "" if s.skip else number(flow.cap_per_layer, 3)
    return Table(
        f"Factor per {s.place}, and {s.place} 1 against {s.place} {s.layers}",
        ("", "measured", "expected", "cap", f"1 : {s.layers}", "regime"),
        (("∂L/∂z", *_cells(flow.z, cap)), ("∂L/∂W", *_cells(flow.W, ""))),
    )


def _cells(curve: Curve, cap: str) -> tuple[str | Toned, ...]:
    measured, expected, ends = (
        number(factor, 3) for factor in (curve.per_layer, curve.expected_per_layer, curve.ratio)
    )
    return measured, expected, cap, ends, Toned(curve.regime.value, TONES[curve.regime])


def _verdict(flow: Flow) -> str:
    place, last, z = flow.settings.place, flow.settings.layers, flow.z
    if not z.ratio:
        where = "in one network or more, " if z.highest else ""
        return f"Vanishing: {where}no gradient at all reaches {place} 1."
    return (
        f"{z.regime.value.capitalize()}: {place} 1 gets {number(z.ratio, 2)} times what {place} {last} gets."
    )


def _scatter(flow: Flow) -> str:
    s, z = flow.settings, flow.z
    ends = f"{number(z.lowest, 2)} to {number(z.highest, 2)}"
    scatter = f"Over the {s.trials} networks the ratio runs from {ends}. " if z.lowest < z.highest else ""
    apart = layers_until_apart(z.per_layer) if z.regime is Regime.STABLE else None
    factor = number(z.per_layer, _BASE_DIGITS)
    outlook = f" At {factor}, {s.place}s {apart} apart would reach it." if apart else ""
    return f"{scatter}{THRESHOLDS}{outlook}"


def _cap(flow: Flow) -> str:
    """What the cap is made of, and its powers, if it has any."""
    s, slope, gain = flow.settings, number(flow.steepest, 3), number(flow.gain, 3)
    made = (
        f"The cap gives every unit the steepest slope of {s.activation}, {slope}; weights stretch by {gain}."
    )
    return made if s.skip or s.norm or not flow.gain else f"{made} {_powers(flow)}"


def _powers(flow: Flow) -> str:
    """The cap between first and last, and from the loss, which has one slope more to pass."""
    place, last = flow.settings.place, flow.settings.layers
    cap, whole = number(flow.cap_per_layer, _BASE_DIGITS), number(flow.caps[0], 3)
    from_loss = f"{cap}^{last} = {whole}" if isclose(flow.gain, 1) else whole
    return (
        f"From {place} {last} to {place} 1 lie {last - 1} such factors: {cap}^{last - 1} = "
        f"{number(ratio(flow.caps), 3)}. From the loss, with the slope of {place} {last} itself: {from_loss}."
    )


def _difference(flow: Flow) -> str:
    """Why the two gradients tell different stories, if they do."""
    z, W = flow.z.ratio, flow.W.ratio
    if not (z and W) or 1 / _TELLING < z / W < _TELLING:
        return ""
    return (
        "∂L/∂W is ∂L/∂z times what entered the layer, and that changes on the way forward as the gradient "
        "does on the way back: so the weights see another ratio than the pre-activations."
    )


def _recurrence(flow: Flow) -> str:
    found = flow.recurrence
    if found is None:
        return ""
    return (
        f"Spectral radius {number(found.radius, 3)}: the growth per step in the long run, were the cell "
        f"linear. Spectral norm {number(found.norm, 3)}: times the steepest slope it bounds every step, at "
        f"{number(flow.steepest * found.norm, 3)}. Measured: {number(flow.z.per_layer, 3)}. "
        "∂L/∂W is the sum of the shares of all steps."
    )


def _clipping(clipping: Clipping) -> Iterator[Block]:
    before, after = clipping.before, clipping.after
    yield Bars(
        "Clipping by norm: all weight gradients as one vector",
        ("", "norm"),
        (Bar("before", before), Bar("after", after)),
    )
    scale = number(after / before if before else 1.0, 3)
    yield Note(
        f"Every gradient is multiplied by the same {scale}, so direction and ratios stay: clipping tames the "
        "steps of an explosion and cures no vanishing."
    )


def _what_to_do(standing: Regime, settings: Settings) -> Iterator[Block]:
    cure = remedy(standing, settings)
    depth = f"--rnn {settings.layers}" if settings.recurrent else f"--layers {settings.layers}"
    yield Prose(cure.words)
    yield Note(f"Next: bpdrill flow {depth} {cure.options}")


def _overflow(overflow: Overflow) -> Iterator[Block]:
    s = overflow.settings
    yield Heading(f"Exploding: the numbers grow beyond {number(LARGEST)}.", TONES[Regime.EXPLODING])
    yield Prose(
        f"The weights stretch by {number(overflow.gain, 3)} on average; the steepest slope of {s.activation} "
        f"is {number(overflow.steepest, 3)}. Nothing is left to draw: in training, NaN comes from here."
    )
    yield from _what_to_do(Regime.EXPLODING, s)
