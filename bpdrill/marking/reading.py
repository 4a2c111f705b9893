"""Reads a field's text as the field's form asks. Says nothing about right or wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import prod

from bpdrill import notation
from bpdrill.algebra.evaluate import value_at
from bpdrill.marking.listing import read_list, read_shape
from bpdrill.marking.quantities import without_about, without_unit
from bpdrill.model.blocks import Field, Form
from bpdrill.model.marks import Unreadable
from bpdrill.model.tree import Program, Shape, Tree
from bpdrill.notation import Mismatch, Reading, read, read_array, read_number, read_program


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says: a tree, a program or a word; and how it was read, to be echoed."""

    echo: str
    tree: Tree | None = None
    shape: Shape | Mismatch = ()
    program: Program = ()
    word: str = ""


def read_field(field: Field, text: str) -> Said | Unreadable:
    """Read ``text`` as ``field.form`` asks; it is echoed, so that nobody is marked on a misreading."""
    return READERS[field.form](field, text)


def why_blank(text: str, unreadable: Unreadable) -> str:
    """Why a field counts as blank."""
    return unreadable.hint if text.strip() else "left out"


def of_tree(reading: Reading | Unreadable, field: Field) -> Said | Unreadable:
    """A reading that gave a tree, with the tree printed back."""
    if isinstance(reading, Unreadable):
        return reading
    return Said(notation.text(reading.tree, symbols=field.symbols), tree=reading.tree, shape=reading.shape)


def of_number(reading: Reading | Unreadable, field: Field) -> Said | Unreadable:
    """A reading that must have a value: ``1/0`` and ``9^9^9`` are sent back, not marked."""
    said = of_tree(reading, field)
    if isinstance(said, Said) and said.tree is not None and value_at(said.tree, {}) is None:
        return Unreadable(0, "this has no value that can be worked out; write the number itself")
    return said


def of_array(reading: Reading | Unreadable, field: Field, text: str) -> Said | Unreadable:
    """Numbers in an array; ``0,6 1,2`` is not four of them."""
    said = of_number(reading, field)
    comma = re.search(r"[0-9](,)[0-9]", text)
    if isinstance(said, Said) and comma and count(said.shape) == 2 * count(field.shape):
        return Unreadable(comma.start(1), "a decimal point is written with a dot: 0.6")
    return said


def count(shape: Shape | Mismatch) -> int:
    """How many cells an array of known lengths has."""
    return prod(size for size in shape if isinstance(size, int)) if isinstance(shape, tuple) else 0


TIMES = (" times smaller", " times larger", " times", " smaller", " larger")


def without_times(text: str) -> str:
    """``256 times smaller`` as the number it begins with."""
    bare = text.rstrip()
    return next((bare.removesuffix(ending) for ending in TIMES if bare.endswith(ending)), bare)


def of_quantity(text: str, field: Field) -> Said | Unreadable:
    """A number, with its unit as the word."""
    number, unit = without_unit(without_about(text))
    said = of_number(read_number(number), field)
    return replace(said, echo=f"{said.echo} {unit}".rstrip(), word=unit) if isinstance(said, Said) else said


def of_program(program: Program | Unreadable) -> Said | Unreadable:
    """A reading that gave assignments."""
    if isinstance(program, Unreadable):
        return program
    return Said("; ".join(f"{line.name} = {notation.text(line.tree)}" for line in program), program=program)


def of_choice(options: Mapping[str, str], text: str) -> Said | Unreadable:
    """One of ``options``, by its word or any beginning of it that fits only one."""
    typed = text.strip().casefold()
    fits = [word for key, word in options.items() if typed and key.casefold().startswith(typed)]
    exact = [word for key, word in options.items() if key.casefold() == typed]
    if len(exact or fits) == 1:
        word = (exact or fits)[0]
        return Said(word, word=word)
    return Unreadable(0, f"type one of: {', '.join(options)}")


def of_shape(shape: Shape | Unreadable) -> Said | Unreadable:
    """A shape, printed back as one writes it."""
    return shape if isinstance(shape, Unreadable) else Said(notation.describe(shape), shape=shape)


def of_names(names: tuple[str, ...] | Unreadable) -> Said | Unreadable:
    """Some names, or none of them."""
    return names if isinstance(names, Unreadable) else Said(", ".join(names) or "none", word=" ".join(names))


def of_code(text: str) -> Said | Unreadable:
    """A program that the grammar of code answers lets through; nothing of it has run yet."""
    from bpdrill.marking.code.grammar import read_code

    program = read_code(text)
    if isinstance(program, Unreadable):
        return program
    count = len(text.strip().splitlines())
    return Said(f"a program of {count} line{'' if count == 1 else 's'}", word=text)


def of_prose(text: str) -> Said | Unreadable:
    """Any text that says something."""
    return Said("", word=text) if text.strip() else Unreadable(0, "type a line or two, or :skip")


READERS: Mapping[Form, Callable[[Field, str], Said | Unreadable]] = {
    Form.NUMBER: lambda field, text: of_number(read_number(without_times(text)), field),
    Form.QUANTITY: lambda field, text: of_quantity(text, field),
    Form.ARRAY: lambda field, text: of_array(read_array(text, field.shape), field, text),
    Form.EXPRESSION: lambda field, text: of_tree(read(text, field.symbols), field),
    Form.PROGRAM: lambda field, text: of_program(read_program(text, field.symbols)),
    Form.SHAPE: lambda field, text: of_shape(read_shape(text, field.symbols)),
    Form.NAMES: lambda field, text: of_names(read_list(text, field.symbols)),
    Form.CHOICE: lambda field, text: of_choice({word: word for word in field.choices}, text),
    Form.PROSE: lambda _, text: of_prose(text),
    Form.CODE: lambda _, text: of_code(text),
    Form.TICK: lambda _, text: of_choice({"yes": "met", "partly": "partly", "no": "missed"}, text),
}
