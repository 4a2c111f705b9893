"""Memory as it is shown: by layer and in all, a table over k, the range of the best k, what was run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import sqrt

from bpdrill.laboratory.memory.memory import Checkpoints, Memory, Network, Run
from bpdrill.laboratory.words import many
from bpdrill.model.blocks import Block, Heading, Note, Prose, Table, Tone, Toned
from bpdrill.notation.figures import number

DECIMAL = (1000, ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"))
BINARY = (1024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"))
NEXT = "bpdrill memory --layers 16 --width 8 --batch 4 --measure"
NEXT_AFTER_RUN = "bpdrill memory"
"""The sizes of GPT-3."""
USUAL = 3
"""Forward passes that a step costs without checkpoints: one, and a backward pass like two."""
Units = tuple[int, Sequence[str]]
"""What one is of the one before, and their names."""


def memory_blocks(found: Memory) -> list[Block]:
    """What the learner is shown."""
    network = found.network
    shown: list[Block] = [Heading(_title(network)), _sizes(found), Prose(_product(network))]
    shown += [Prose(_assumption(network)), _table(found), Note(_best(found), Tone.GOOD)]
    shown += [Prose(text) for text in (_counting(found), _price()) if text]
    return [*shown, *_measured(found), Note(f"Next: {NEXT_AFTER_RUN if found.runs else NEXT}")]


def humane(size: int, units: Units) -> str:
    """``size`` bytes in the largest unit that is not larger: 3.22 GB, 288 GiB."""
    step, names = units
    power = max(power for power in range(len(names)) if size >= step**power or not power)
    return f"{number(size / step**power, 3)} {names[power]}"


def _both(size: int) -> tuple[str, str]:
    return humane(size, DECIMAL), humane(size, BINARY)


def _title(network: Network) -> str:
    axes = (("batch", network.batch), ("seq", network.seq), ("hidden", network.hidden))
    named = " × ".join(f"{name} {size:,}" for name, size in axes)
    return f"{many(network.layers, 'layer')}, {named}, {many(network.number_bytes, 'byte')} a number"


def _sizes(found: Memory) -> Table:
    network = found.network
    best = Checkpoints(network, found.best[0])
    rows = (
        ("one layer", *_both(network.layer_bytes)),
        (f"all {network.layers:,}, no checkpoints", *_both(network.total_bytes)),
        (f"checkpoints every {_range(found.best)}", *_both(best.bound * network.tensor_bytes)),
    )
    return Table("Activations kept for the backward pass", ("", "powers of 10", "powers of 2"), rows)


def _product(network: Network) -> str:
    factors = (network.batch, network.seq, network.hidden, network.number_bytes)
    return (
        f"One tensor: {' · '.join(f'{factor:,}' for factor in factors)} B = {network.tensor_bytes:,} B. "
        "GB stands for 10^9 B, GiB for 2^30 B: the same memory, two numbers. Say which you mean."
    )


def _assumption(network: Network) -> str:
    saved = "one saved tensor" if network.tensors == 1 else f"{network.tensors} saved tensors"
    return (
        f"Assumed: {saved} a layer. A transformer block saves more, about 34 + 5·heads·seq/hidden bytes for "
        "each number of a 16-bit tensor (Korthikanti et al., 2022): at the sizes of GPT-3, with 96 heads, "
        "114 in place of 2. For that: --tensors-per-layer 57 --bytes 2."
    )


def _table(found: Memory) -> Table:
    header = ("k", "tensors", "peak", "or", "run again", "extra")
    rows = tuple(_row(entry, best=entry.every in found.best) for entry in found.compared)
    return Table("A checkpoint every k layers: ⌈N/k⌉ kept + one segment", header, rows)


def _row(entry: Checkpoints, *, best: bool) -> tuple[str | Toned, ...]:
    name = Toned(f"{entry.every:,} best", Tone.GOOD) if best else f"{entry.every:,}"
    tensors = f"{entry.kept:,} + {entry.segment:,} = {entry.bound:,}"
    sizes = _both(entry.bound * entry.network.tensor_bytes)
    return name, tensors, *sizes, f"{entry.recomputed:,}", f"+{_percent(entry.extra / USUAL)}"


def _best(found: Memory) -> str:
    network, best = found.network, Checkpoints(found.network, found.best[0])
    verdict = f"k = {_range(found.best)} {'are equally good' if len(found.best) > 1 else 'is the best'}"
    if best.bound * network.tensor_bytes >= network.total_bytes:
        return f"Checkpoints save nothing here: {verdict}, and holds no less than no checkpoints at all."
    now, before = (humane(size, BINARY) for size in (best.bound * network.tensor_bytes, network.total_bytes))
    return f"{verdict}: {many(best.bound, 'tensor')}, {now} in place of {before}. {_root(network)}"


def _root(network: Network) -> str:
    """Where the least would lie if k were no whole number: N/k + t·k is least where N/k = t·k."""
    layers, tensors = f"{network.layers:,}", f"{network.tensors:,}"
    under = layers if network.tensors == 1 else f"({layers}/{tensors})"
    return f"√{under} = {number(sqrt(network.layers / network.tensors), 2)} lies nearby."


def _counting(found: Memory) -> str:
    """Where others count one tensor less, and where one less is held."""
    least = Checkpoints(found.network, found.best[0]).bound
    return (
        "Kept + segment is the whiteboard's count. Who counts the input of the running segment once and not "
        f"twice gets one less, {least - 1:,}.{_shorter(found)}"
    )


def _shorter(found: Memory) -> str:
    """Of the k that were run, else of the best: those whose last segment is shorter."""
    entries = found.compared if found.runs else [Checkpoints(found.network, k) for k in found.best]
    less = [f"{entry.every:,}" for entry in entries if entry.peak < entry.bound]
    if not less:
        return ""
    return (
        f" In fact k = {', '.join(less)} hold{'s' * (len(less) == 1)} one less than kept + segment: walked "
        "back from the end, the shorter last segment and its checkpoint are gone before a full one is there."
    )


def _price() -> str:
    usual, equal = (_percent(Fraction(1, whole)) for whole in (USUAL, 2))
    return (
        "Run again: all layers but the last segment's, so one extra forward pass at the most. With a "
        f"backward pass like two forward passes that is {usual} of 1 + 2 (the column extra); if you count "
        f"it as one, {equal} of 1 + 1."
    )


def _measured(found: Memory) -> Iterator[Block]:
    if not found.runs:
        return
    rows = tuple(
        (f"{run.every:,}", *_beside(entry, run))
        for entry, run in zip(found.compared, found.runs, strict=True)
    )
    header = ("k", "kept + segment", "counted", "measured", "run again", "measured")
    yield Table("Run on the engine: bytes at the worst moment, layers run again", header, rows)
    yield Note(*_agreement(found))


def _beside(entry: Checkpoints, run: Run) -> tuple[str, ...]:
    tensor = entry.network.tensor_bytes
    return (
        f"{entry.bound * tensor:,}",
        f"{entry.peak * tensor:,}",
        f"{run.peak_bytes:,}",
        f"{entry.recomputed:,}",
        f"{run.recomputed:,}",
    )


def _agreement(found: Memory) -> tuple[str, Tone]:
    if not found.as_counted:
        return "The engine did not hold or run again what was counted.", Tone.BAD
    return "Measured as counted, and each k gives the gradients of the run that kept everything.", Tone.GOOD


def _percent(part: Fraction) -> str:
    return f"{float(100 * part):.0f} %"


def _range(best: range) -> str:
    return f"{best[0]:,}" if len(best) == 1 else f"{best[0]:,} to {best[-1]:,}"
