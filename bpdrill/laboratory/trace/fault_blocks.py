"""A mistake as it is shown: what it is, where it acts, the wrong gradients beside the right ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from bpdrill import notation
from bpdrill.algebra.evaluate import Value
from bpdrill.autograd import DROPPED
from bpdrill.autograd.arithmetic.elementary import inner
from bpdrill.autograd.values import shape_of
from bpdrill.laboratory.trace.backward import Trace
from bpdrill.laboratory.trace.backward_blocks import arrow
from bpdrill.laboratory.trace.fault import Wrong, differ
from bpdrill.laboratory.trace.rules import gradient_name
from bpdrill.laboratory.trace.view import opening, shown, symbol
from bpdrill.model.blocks import Block, Bullets, Cell, Heading, Note, Prose, Table, Tone, Toned

_MOST_ARROWS = 6
"""Edges that are named one by one in the list."""


class Said(Protocol):
    """What is said about a mistake."""

    @property
    def title(self) -> str:
        """What was done."""

    @property
    def correction(self) -> str:
        """What is right."""


def fault_blocks(found: Wrong, said: Mapping[str, Said]) -> list[Block]:
    """What the learner is shown of one mistake."""
    return [
        *opening(found.right.computation, f"{found.name} in {symbol(found.right.computation.root)}"),
        *_words(found.name, said),
        _links(found),
        _gradients(found),
        _verdict(found),
        Prose("The other mistakes that can be made here: --fault list"),
    ]


def _words(name: str, said: Mapping[str, Said]) -> Iterator[Block]:
    if name in said:
        yield Prose(f"The mistake: {said[name].title}.\nRight is: {said[name].correction}")


def _links(found: Wrong) -> Table:
    """What each link that the mistake acts on brings; its upstream may be wrong already."""
    rows = tuple(
        (arrow(link), shown(link.contribution), _brought(found.contribution(link))) for link in found.links
    )
    return Table("Where it acts", ("from → to", "right", "wrong"), rows)


def _brought(value: Value | None) -> str:
    return "nothing" if value is None else shown(value)


def _gradients(found: Wrong) -> Table:
    rows = tuple(_gradient(found, name) for name in found.right.computation.inputs)
    return Table("Gradients", ("", "right", "wrong", "wrong is"), rows)


def _gradient(found: Wrong, name: str) -> tuple[Cell, ...]:
    right, other = found.right.gradient(name), found.wrong.gradient(name)
    tone = Tone.BAD if name in found.changed else Tone.GOOD
    title = gradient_name(found.right.computation.root, name)
    return title, shown(right), shown(other), Toned(relation(right, other), tone)


def relation(right: Value, other: Value) -> str:
    """What the wrong gradient is to the right one: the same, so many times it, so much off."""
    if not differ(right, other):
        return "the same"
    if shape_of(right) != shape_of(other):
        return f"{notation.describe(shape_of(other))}, not {notation.describe(shape_of(right))}"
    factor = _factor(right, other)
    if factor is not None:
        return _FACTORS.get(factor, f"{notation.number(factor)} times right")
    if isinstance(right, float) and isinstance(other, float):
        return f"{notation.number(other - right)} off"
    furthest: Any = abs(other - right)
    return f"up to {notation.number(float(furthest.max()))} off"


_FACTORS: Mapping[float, str] = {0.0: "lost", -1.0: "turned round", 2.0: "twice right", 0.5: "half of right"}


def _factor(right: Value, other: Value) -> float | None:
    """The one factor between the two, if there is one."""
    size = inner(right, right)
    factor = inner(right, other) / size if size else None
    if factor is None or differ(other, right * factor):
        return None
    return float(f"{factor:.12g}")  # so that a half is a half, whatever was rounded on the way


def _verdict(found: Wrong) -> Note:
    changed, inputs = found.changed, found.right.computation.inputs
    if not changed:
        return Note(f"Every gradient comes out right: the mistake {_unseen(found)}.", Tone.FAIR)
    root = found.right.computation.root
    spoiled = ", ".join(gradient_name(root, name) for name in changed)
    return Note(f"{len(changed)} of {len(inputs)} gradients are wrong: {spoiled}.", Tone.BAD)


def _unseen(found: Wrong) -> str:
    """Why nothing is to be seen of it."""
    return f"shows only {found.where}" if found.where else "cannot be seen with these numbers; take others"


def list_blocks(right: Trace, runs: Sequence[Wrong]) -> list[Block]:
    """The mistakes that can be made, with what each would change."""
    return [
        Heading(f"{len(runs)} mistakes that can be made in {symbol(right.computation.root)}"),
        Bullets(tuple(map(_entry, runs))),
        Prose("See one beside the right run: --fault NAME"),
    ]


def _entry(found: Wrong) -> str:
    """``sub.second-sign-lost (sub → y)``, and what comes of it."""
    arrows = [*map(arrow, found.links)]
    more = f" and {len(arrows) - _MOST_ARROWS} more" if len(arrows) > _MOST_ARROWS else ""
    without = "without " if found.name == DROPPED else ""
    return f"{found.name} ({without}{', '.join(arrows[:_MOST_ARROWS])}{more})\n{_change(found)}"


def _change(found: Wrong) -> str:
    """What becomes of each gradient; inputs that fare alike are named together."""
    if not found.changed:
        return f"changes nothing: it {_unseen(found)}"
    together: dict[str, list[str]] = {}
    for name in found.changed:
        said = _instead(found.right.gradient(name), found.wrong.gradient(name))
        together.setdefault(said, []).append(gradient_name(found.right.computation.root, name))
    return "; ".join(f"{', '.join(gradients)}: {said}" for said, gradients in together.items())


def _instead(right: Value, other: Value) -> str:
    """``−3, not −6``; of an array what it is to the right one."""
    if isinstance(right, float) and isinstance(other, float):
        return f"{shown(other)}, not {shown(right)}"
    return relation(right, other)
