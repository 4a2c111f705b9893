"""What a problem shows and asks. A kind says *what*; ``term/`` alone decides how it looks.

Text in blocks is Unicode and plain: no markup. Where the terminal cannot show a character,
``term/`` transliterates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from bpdrill.model.tree import Program, Shape, Symbols, Tree


class Form(Enum):
    """What a field reads its answer as."""

    NUMBER = "number"
    """A scalar: ``-6``, ``2*3``, ``1/256``, ``0.39%``, ``4e17``."""
    QUANTITY = "quantity"
    """An amount of memory: ``3 GiB``, ``about 300 GB``, ``4096 bytes``; without a unit too."""
    ARRAY = "array"
    """Numbers in the field's ``shape``: ``[0.6, 1.2]``, ``[[1, 2], [3, 4]]``."""
    EXPRESSION = "expression"
    """Mathematics in the field's ``symbols``, in any notation."""
    PROGRAM = "program"
    """Assignments: ``q = x + y; f = q*z``."""
    SHAPE = "shape"
    """A shape in the sizes that the field's ``symbols`` name: ``(h, d)``, ``h x d``, ``scalar``."""
    NAMES = "names"
    """Some of the field's ``symbols``: ``w, x, b``; ``none`` for none of them."""
    CHOICE = "choice"
    """One of ``choices``."""
    PROSE = "prose"
    """Free text, several lines; kept, shown beside the solution, not judged."""
    CODE = "code"
    """A program of the learner's, several lines."""
    TICK = "tick"
    """The learner's own grade of a criterion: met, partly, missed."""


@dataclass(frozen=True, slots=True)
class Field:
    """One blank to fill: a cell of a table, a step, a choice, a text.

    ``row`` groups fields that may be answered together, separated by commas.
    """

    id: str
    label: str
    form: Form
    row: str = ""
    symbols: Symbols = field(default_factory=dict)
    shape: Shape = ()
    choices: tuple[str, ...] = ()
    help: str = ""
    """An example of what can be typed, without giving the answer away."""


class Tone(Enum):
    """How a text is meant; colour may show it, so the words must say it too."""

    PLAIN = "plain"
    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; a line break in ``text`` is a line break."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of what follows."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Note:
    """One line that says how something stands."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Caret:
    """A text that could not be read, the column (from 0) where reading stopped, and what to do."""

    text: str
    column: int
    hint: str


@dataclass(frozen=True, slots=True)
class Formula:
    """``name = tree``, or the bare tree if it has no name; the shapes decide how products are written."""

    name: str
    tree: Tree
    symbols: Symbols = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Blank:
    """A cell of a table that the field of this id fills."""

    field: str


@dataclass(frozen=True, slots=True)
class Toned:
    """A cell with a tone."""

    text: str
    tone: Tone


Cell = str | Tree | Blank | Toned


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under ``header``."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Scale(Enum):
    """How the length of a bar stands for its value."""

    LINEAR = "linear"
    """From 0: twice the value is twice the length."""
    LOGARITHMIC = "logarithmic"
    """Each factor of ten is one length; the scale says where it starts."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A size, 0 or more and finite, and a second one to hold it against."""

    label: str
    value: float
    mark: float | None = None
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Bars:
    """Sizes one under the other, as bars and as numbers.

    ``header`` names labels and values, and marks if there are any.
    """

    title: str
    header: tuple[str, ...]
    bars: tuple[Bar, ...]
    scale: Scale = Scale.LINEAR


@dataclass(frozen=True, slots=True)
class Graph:
    """A computational graph, drawn as tape rails: one row a node, one rail a live value.

    ``inputs`` come first, then a row for each line of ``program``; ``values`` may be shown
    beside the nodes.
    """

    inputs: tuple[str, ...]
    program: Program
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Code:
    """Text shown as it is, in fixed width."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, one entry a line."""

    entries: tuple[str, ...]


Block = Prose | Heading | Note | Caret | Formula | Table | Bars | Graph | Code | Bullets


@dataclass(frozen=True, slots=True)
class Presentation:
    """A variant as it is put to the learner: what is shown, then what is asked, in order."""

    blocks: tuple[Block, ...]
    fields: tuple[Field, ...]
    then: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    """Shown as soon as the field of this id has been answered."""
