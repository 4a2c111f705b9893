"""What a derivation asks for: the keys of its items, and what a variant of them holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from bpdrill.algebra.authored import shapes_of
from bpdrill.marking.chain import GRADIENT, Chain
from bpdrill.model.items import Variant
from bpdrill.model.ranges import Range
from bpdrill.model.tree import Program, Shape, Symbols, leaves

SLOPE = "slope."
"""Prefix of the field ids of what is no gradient of the last line: ``slope.u.x``."""

Declared = tuple[tuple[str, Shape], ...]
"""Names with their shapes, as a key of a cache."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What somebody writes who makes a known mistake."""

    form: str
    """The expression."""
    misconception: str
    """Its name in data/misconceptions.yaml."""


@dataclass(frozen=True, slots=True)
class Network:
    """What is differentiated, and by what; ``${word}`` places are filled with what is drawn."""

    program: tuple[str, ...]
    """A line each; the last one is the loss."""
    asked: tuple[str, ...]
    """In order: ``z2`` for the gradient of the last line, or ``du/dx`` for that of a line."""
    forms: Mapping[str, str] = field(default_factory=dict)
    """The short form of an answer where the rules give a long one; held against the engine."""
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other right ways to write an answer, held against the engine too."""
    mistakes: Mapping[str, tuple[Mistake, ...]] = field(default_factory=dict)
    """Wrong answers with a name."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The keys of a ``derivation`` item."""

    shapes: Mapping[str, tuple[int | str, ...]]
    """Of every input, in named sizes; a scalar called as a size is that size."""
    programs: tuple[Network, ...]
    """The first for seed 0, one of them for the others."""
    domains: Mapping[str, str] = field(default_factory=dict)
    """Of inputs that are not any real numbers: ``onehot``, ``distribution``, ``positive`` …"""
    words: tuple[tuple[Mapping[str, str], ...], ...] = ()
    """Groups of words: of each group the first for seed 0, one drawn for the others."""
    numbers: Mapping[str, Range] = field(default_factory=dict)
    """Numbers to draw; words may use them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One derivative: of a line, by a name; ``text`` is what the author calls it."""

    of: str
    by: str
    text: str


def spec_of(variant: Variant) -> Spec:
    """The item's own keys."""
    return cast("Spec", variant.item.spec)


def network_of(variant: Variant) -> Network:
    """The program that was drawn, as its author wrote it."""
    at: int = variant.values.get("program", 0)
    return spec_of(variant).programs[at]


def chain_of(variant: Variant) -> Chain:
    """What was drawn."""
    return cast("Chain", variant.values["chain"])


def asked_of(variant: Variant, root: str) -> tuple[Asked, ...]:
    """What is asked, in order."""
    found = []
    for text in network_of(variant).asked:
        whole = re.fullmatch(r"[d∂](\w+)/[d∂](\w+)", text)
        found.append(Asked(whole[1], whole[2], text) if whole else Asked(root, text, text))
    return tuple(found)


def all_asked(variant: Variant) -> tuple[Asked, ...]:
    """What is asked of a variant, in order."""
    chain = chain_of(variant)
    return chain.made("asked", variant, lambda: asked_of(variant, chain.program[-1].name))


def field_id(variant: Variant, asked: Asked) -> str:
    """``gradient.z2`` for the gradient of the root, else ``slope.u.x``."""
    return GRADIENT + asked.by if is_of_root(variant, asked) else f"{SLOPE}{asked.of}.{asked.by}"


def is_of_root(variant: Variant, asked: Asked) -> bool:
    """Whether it is a gradient of the last line."""
    return asked.of == chain_of(variant).program[-1].name


def up_to(program: Program, name: str) -> Program:
    """The lines of ``program`` as far as ``name``."""
    return program[: 1 + [line.name for line in program].index(name)]


def shapes(variant: Variant) -> Symbols:
    """Every input and every line, with its shape in named sizes; sizes too that may be used as numbers."""
    chain = chain_of(variant)
    return chain.made("shapes", variant, lambda: shapes_of(chain.program, inputs(variant), "spec.programs"))


def inputs(variant: Variant) -> Symbols:
    """What the program reads, and the numbers that are sizes of it."""
    declared, read = spec_of(variant).shapes, leaves(chain_of(variant).program)
    sizes = {size for name in read for size in declared[name]}
    return {name: shape for name, shape in declared.items() if name in read or name in sizes}


def is_of_numbers(variant: Variant) -> bool:
    """Nothing in it is an array."""
    return not any(shapes(variant).values())


def names_for(variant: Variant, asked: Asked) -> Symbols:
    """What an answer may use: every value, and ``dz2`` for a gradient that was asked before."""
    known, order = shapes(variant), all_asked(variant)
    before = [each.by for each in order[: order.index(asked)] if is_of_root(variant, each)]
    return {**known, **{f"d{name}": known[name] for name in before}}


def mistakes_of(variant: Variant, asked: Asked) -> tuple[Mistake, ...]:
    """The author's named mistakes at one derivative."""
    return network_of(variant).mistakes.get(asked.text, ())
