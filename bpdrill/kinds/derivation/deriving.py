"""Each derivative as one writes it, and how the rules lead there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bpdrill.algebra.authored import expression_of
from bpdrill.algebra.solution import Step as Move
from bpdrill.algebra.solution import at_names, in_inputs
from bpdrill.algebra.solution import solution as solution_of
from bpdrill.kinds.derivation.asked import (
    Asked,
    Declared,
    all_asked,
    chain_of,
    inputs,
    is_of_numbers,
    is_of_root,
    names_for,
    network_of,
    shapes,
    up_to,
)
from bpdrill.model.blocks import Block, Bullets, Formula, Note, Tone
from bpdrill.model.items import Variant
from bpdrill.model.tree import Apply, Program, Symbol, Symbols, Tree, leaves, walk

SHAPES_AGREE = "Each gradient has the shape of the quantity it belongs to."
ALONG_AXIS = (
    "Σ(A, 0) sums over the rows of A, Σ(A, 1) within each row; Σ(A, 1, 1) leaves a column of such sums."
)


def formula(variant: Variant, text: str, known: Symbols) -> Tree:
    """The derivative called ``text``, as one writes it in names that are ``known``.

    That is the author's short form, or what the rows' rules give.
    """
    if form := network_of(variant).forms.get(text):
        return tree_of(variant.say(form), known)
    asked = next(each for each in all_asked(variant) if each.text == text)
    if is_of_numbers(variant) and asked.by in leaves(chain_of(variant).program):
        program, given = up_to(chain_of(variant).program, asked.of), inputs(variant)
        return in_inputs(solution_of(program, asked.by, given), program, given)
    told = [name.removeprefix("d") for name in known if name not in shapes(variant)]
    return moves_to(variant, asked, told)[-1].tree


def moves_to(variant: Variant, asked: Asked, told: Iterable[str]) -> tuple[Move, ...]:
    """How one derivative comes about, with the gradients on the way of the names that are ``told``."""
    program = up_to(chain_of(variant).program, asked.of)
    return moves_of(program, asked.by, tuple(inputs(variant).items()), tuple(told))


@lru_cache(maxsize=256)
def moves_of(program: Program, name: str, given: Declared, told: tuple[str, ...]) -> tuple[Move, ...]:
    """The derivation of the gradient by ``name``."""
    symbols = dict(given)
    return tuple(at_names(solution_of(program, name, symbols), program, symbols, told))


def moves_shown(variant: Variant, asked: Asked) -> Iterator[tuple[str, Move]]:
    """What each move is called, and the move; a gradient that is given with its name is none."""
    is_root = is_of_root(variant, asked)
    told = [line.name for line in chain_of(variant).program] if is_root else []
    for move in moves_to(variant, asked, told):
        if move.tree != Symbol(move.of):
            partial = f"∂{asked.of}/∂{move.of.removeprefix('d')}"
            yield f"{move.of} = {partial}" if is_root else partial, move


def solution(variant: Variant) -> tuple[Block, ...]:
    """Every derivative, move by move, each by its rule."""
    known = shapes(variant)
    symbols = {**known, **{f"d{name}": shape for name, shape in known.items()}}
    blocks: list[Block] = []
    shown: set[str] = set()
    for asked in all_asked(variant):
        for name, move in moves_shown(variant, asked):
            if name not in shown:
                blocks += [Formula(name, move.tree, symbols), Note(f"by {move.rule}", Tone.QUIET)]
            shown.add(name)
        blocks += in_short(variant, asked, symbols)
    return (*blocks, *remarks(variant, [block.tree for block in blocks if isinstance(block, Formula)]))


def remarks(variant: Variant, shown: Sequence[Tree]) -> Iterator[Block]:
    """What helps to read the formulas."""
    nodes = [node for tree in shown for node in walk(tree)]
    along_axis = any(isinstance(node, Apply) and node.op == "sum" and len(node.args) > 1 for node in nodes)
    entries = (ALONG_AXIS,) if along_axis else ()
    if not is_of_numbers(variant):
        yield Bullets((SHAPES_AGREE, *entries))


def in_short(variant: Variant, asked: Asked, symbols: Symbols) -> Iterator[Block]:
    """The derivative as one keeps it in mind, where the last move does not say it so."""
    *_, (name, last) = moves_shown(variant, asked)
    short = formula(variant, asked.text, names_for(variant, asked))
    if short != last.tree:
        yield Formula(name, short, symbols)
        yield Note("the same, in short", Tone.QUIET)


def tree_of(text: str, known: Symbols) -> Tree:
    """An author's expression in the names that a learner has there."""
    return expression_of(text, known, "spec.programs").tree
