"""A claim that an answer is the same mathematics as a reference, as both were typed; what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bpdrill import notation
from bpdrill.algebra.arrays import as_floats_tell
from bpdrill.algebra.compare import Prove, Reference, compare
from bpdrill.algebra.domains import ALL, ARRAYS, Domains
from bpdrill.algebra.equal import Tolerance
from bpdrill.algebra.probe import EXACTLY
from bpdrill.model.errors import UsageError
from bpdrill.model.marks import Comparison, Different, Equal, Unreadable
from bpdrill.model.tree import Apply, Array, Line, Shape, Symbols, Tree, leaves, names
from bpdrill.notation import Mismatch, Reading
from bpdrill.notation.declarations import shortened


@dataclass(frozen=True, slots=True)
class Claim:
    """Reference and answer as typed; without ``symbols`` the names of the reference are real scalars.

    With ``gradient`` the reference is a loss, and the answer is to be its gradient by that name.
    """

    reference: str
    answer: str
    symbols: Symbols | None = None
    domains: Domains = field(default_factory=dict)
    tolerance: Tolerance = EXACTLY
    gradient: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a claim: equal, different, undecided or unreadable, and why."""

    verdict: str
    how: str = ""
    """On what grounds."""
    witness: str = ""
    """Where anyone can see the difference."""
    because: str = ""
    """In one sentence, for whoever typed the answer."""
    column: int | None = None
    """Where an unreadable answer could not be read on, from 0."""
    tree: Tree | None = None
    """The answer as it was read."""
    symbols: Symbols = field(default_factory=dict)

    @property
    def reading(self) -> str:
        """The answer as it was read, on one line; nothing if it was not."""
        if self.tree is None:
            return ""
        return notation.text(self.tree, notation.Style.UNICODE, self.symbols)

    def as_record(self) -> dict[str, str]:
        """As plain data, for programs."""
        return {
            "verdict": self.verdict,
            "how": self.how,
            "witness": self.witness,
            "reading": self.reading,
            "because": self.because,
        }


def examine(claim: Claim, prove: Prove | None = None) -> Finding:
    """Read both sides of ``claim`` and compare them; UsageError if what was declared is off."""
    symbols = claim.symbols if claim.symbols is not None else _scalars_of(claim.reference)
    if isinstance(symbols, Unreadable):
        return _no_reference(symbols)
    check_domains(claim.domains, symbols)
    known = replace(claim, symbols=symbols)
    return _gradient(known, symbols) if claim.gradient else _expression(known, symbols, prove)


def check_domains(domains: Domains, symbols: Symbols) -> None:
    """Raises UsageError for a domain that there is not, or a name without a declaration."""
    for name, domain in domains.items():
        if domain not in ALL:
            raise UsageError(f"{shortened(domain)} is no domain: there are {', '.join(ALL)}.")
        if name not in symbols:
            raise UsageError(f"{shortened(name)} has a domain and is no name of the reference.")
        if domain in ARRAYS and not symbols[name]:
            raise UsageError(f"{name} is a scalar; only a vector or a matrix can be {domain}.")


@lru_cache(maxsize=256)
def _scalars_of(reference: str) -> Symbols | Unreadable:
    found = notation.read_names(reference)
    return found if isinstance(found, Unreadable) else dict.fromkeys(found, ())


def _expression(claim: Claim, symbols: Symbols, prove: Prove | None) -> Finding:
    key = read_reference(claim.reference, tuple(symbols.items()))
    if isinstance(key, Unreadable):
        return _no_reference(key)
    if isinstance(key.shape, Mismatch):
        return Finding("unreadable", because=f"The reference has no meaning: {key.shape.explanation}.")
    given = read_answer(claim.answer, key.tree, key.shape, symbols)
    reference = Reference(key.tree, symbols, claim.domains, claim.tolerance)
    return _found(given, symbols, lambda tree: compare(tree, reference, prove))


def _gradient(claim: Claim, symbols: Symbols) -> Finding:
    from bpdrill.algebra.oracle import Gradient, compare_gradient, line_shapes

    if claim.gradient not in symbols:
        raise UsageError(f"{shortened(claim.gradient)} is no name of the loss: declare it.")
    loss = _read_loss(claim.reference, symbols)
    if isinstance(loss, Unreadable):
        return _no_reference(loss)
    used = {name: symbols[name] for name in (*leaves(loss), claim.gradient)}
    asked = Gradient(loss, claim.gradient, used, claim.domains, as_floats_tell(claim.tolerance))
    shapes = line_shapes(asked)
    if shapes.get(loss[-1].name) != ():
        return Finding("unreadable", because="The loss must be one number: reduce it with sum or mean.")
    known = {**used, **shapes}
    return _found(notation.read(claim.answer, known), known, lambda tree: compare_gradient(tree, asked))


def _read_loss(text: str, symbols: Symbols) -> tuple[Line, ...] | Unreadable:
    """A program, or one expression."""
    reading = notation.read(text, symbols)
    if isinstance(reading, Unreadable):
        return notation.read_program(text, symbols)
    if not isinstance(reading.tree, Apply):
        return Unreadable(0, "A loss computes something: write an operation.")
    return (Line("loss", reading.tree),)


def _found(given: Reading | Unreadable, symbols: Symbols, judge: Callable[[Tree], Comparison]) -> Finding:
    if isinstance(given, Unreadable):
        return Finding("unreadable", because=given.hint, column=given.column)
    told = judge(given.tree)
    if isinstance(told, Equal):
        found = Finding("equal", told.how, because=f"Equal: {told.how}.")
    elif isinstance(told, Different):
        found = Finding("different", "a witness", told.witness, f"Different: {told.witness}.")
    else:
        found = Finding("undecided", told.tried, because=f"Undecided: {told.tried}.")
    return replace(found, tree=given.tree, symbols=symbols)


def _no_reference(refused: Unreadable) -> Finding:
    return Finding("unreadable", because=f"The reference cannot be read: {refused.hint}")


@lru_cache(maxsize=256)
def read_reference(text: str, declared: tuple[tuple[str, Shape], ...]) -> Reading | Unreadable:
    """An expression, or numbers in rows and columns; read once for the answers of a whole class."""
    symbols = dict(declared)
    reading = notation.read(text, symbols)
    if isinstance(reading, Unreadable) and not symbols:
        array = notation.read_array(text, ())
        return reading if isinstance(array, Unreadable) else array
    return reading


def read_answer(text: str, key: Tree, shape: Shape, symbols: Symbols) -> Reading | Unreadable:
    """An answer to ``key``: a number where that is a number, an array where it is one, else an expression."""
    if isinstance(key, Array) and not names(key):
        reading = notation.read_array(text, shape)
        return notation.read(text, symbols) if isinstance(reading, Unreadable) and symbols else reading
    if shape == () and not symbols:
        return notation.read_number(text)
    return notation.read(text, symbols)
