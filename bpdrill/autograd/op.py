"""What an op is: one row that says all that the engine must know of it.

Letters in the rules:

    ct      cotangent of the output (a learner's "upstream gradient")
    y       the output
    t       tangent of the one argument that the rule is for
    a, b    the arguments, under the names that the op's formula gives them

A rule is for ONE argument, so the rules of constants are never run. Rules that give the
output's shape are fine where arguments broadcast: whoever runs them sums (VJP) or
spreads (JVP).

Arguments that have no rule are settings (an axis, a stride, a slope): they come last, are
never nodes, and reach the rules as they reach forward. A setting read from a formula comes
as a float.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Any, ClassVar, TypeAlias

from bpdrill.autograd.values import Given, Shape, Value
from bpdrill.model.tree import Tree

Rule: TypeAlias = Callable[..., Value]
"""``(ct, y, *arguments) -> contribution``, or ``(t, y, *arguments) -> tangent of y``."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A VJP rule as people get it wrong; ``name`` is ``op.what-went-wrong`` and never changes.

    ``where`` says in words where it shows, if not everywhere. Where ``summed`` is False the
    mistake is that the result keeps the output's shape, although the argument was broadcast.
    Where it is ``late`` the rule is right, but its upstream is that of the next node on.
    """

    name: str
    argument: int
    rule: Rule
    where: str = ""
    summed: bool = True
    late: bool = False


def outputs(output: Shape, *_arguments: Shape) -> int:
    """Elements of the output."""
    return prod(output)


def inputs(_output: Shape, first: Shape, *_rest: Shape) -> int:
    """Elements of the first argument: what a reduction runs over."""
    return prod(first)


@dataclass(frozen=True, slots=True)
class Cost:
    """Multiplications per element; a division or an elementary function counts as one.

    ``backward`` is for the VJP rules of all arguments together. ``per`` says which
    elements are counted, from the output's shape and the arguments' shapes.
    """

    forward: int
    backward: int
    per: Callable[..., int] = outputs


_rows: dict[str, type[Op]] = {}

OPS: Mapping[str, type[Op]] = MappingProxyType(_rows)
"""Every op by its name; defining a row is all that it takes to be in here."""

PARTS = ("name", "forward", "vjp", "jvp", "symbolic", "keeps", "cost", "faults", "specimens")

STRETCHING = ("add", "sub", "mul", "div", "maximum", "minimum")

MAY_BE_EMPTY = ("keeps",)


class Op:
    """A row of the engine. Subclass it, fill in every part, and the op exists.

    Raises TypeError, naming what lacks, if the row is not whole.
    """

    name: ClassVar[str]
    forward: ClassVar[Callable[..., Value]]
    vjp: ClassVar[tuple[Rule, ...]]
    """One rule per argument: its share of the cotangent."""
    jvp: ClassVar[tuple[Rule, ...]]
    """One rule per argument; the results are added."""
    symbolic: ClassVar[tuple[Callable[..., Tree], ...]]
    """The VJP rules once more, as expressions: what a learner would write down."""
    keeps: ClassVar[tuple[str, ...]]
    """What the VJP rules read of output and arguments, besides their shapes, by the rules' own names.

    It must stay in memory until the backward pass; all else may be freed.
    """
    cost: ClassVar[Cost]
    faults: ClassVar[tuple[Fault, ...]]
    specimens: ClassVar[tuple[tuple[Given, ...], ...]]
    """Arguments to check the row at, away from kinks; nested tuples stand for arrays."""

    remember: ClassVar[Callable[..., tuple[Value, tuple[Value, ...]]] | None] = None
    """Forward once more, with what it computes on the way and the VJP rules would compute again.

    A lean run hands that to them as ``kept``; without it they help themselves.
    """
    together: ClassVar[Callable[..., tuple[Value, ...]] | None] = None
    """All VJP rules at once and with ``kept``, in a row whose rules would sum the same numbers up twice."""
    surrogate: ClassVar[Callable[..., Value] | None] = None
    """The function whose derivatives the rules are, by agreement, where those of forward are of no use."""
    stacks: ClassVar[bool] = False
    """Whether the rules take many cotangents or tangents at once, along one axis ahead of the value's own."""

    def __init_subclass__(cls) -> None:
        lacking = [part for part in PARTS if not _has(cls, part)]
        if lacking:
            raise TypeError(f"{cls.__name__} is not a whole row: it lacks {', '.join(lacking)}.")
        if not len(cls.vjp) == len(cls.jvp) == len(cls.symbolic):
            raise TypeError(f"{cls.name}: vjp, jvp and symbolic need one rule for each argument.")
        if cls.name in OPS:
            raise TypeError(f"{cls.name} is the name of another op; choose one that is free.")
        cls._derive()
        _rows[cls.name] = cls

    settings: ClassVar[Mapping[str, object]]
    """Settings that need not be given, with their defaults, in order."""
    fewest: ClassVar[int]
    most: ClassVar[int]
    """How many arguments and settings it takes."""
    frees: ClassVar[tuple[bool, ...]]
    """For each argument: whether no VJP rule reads it. Empty if all are read."""
    frees_output: ClassVar[bool]
    stretches: ClassVar[bool]
    """Whether its two arguments broadcast, where a column next to a vector is a classic slip."""

    @classmethod
    def _derive(cls) -> None:
        """Read off the rules' own signature what need not be said twice."""
        read = _parameters(cls.vjp[0])[1:]
        if unknown := set(cls.keeps) - set(read):
            raise TypeError(f"{cls.name} keeps {', '.join(sorted(unknown))}, which is no name in its rules.")
        defaults = [value for name, value in _defaults(cls.vjp[0]).items() if name != "kept"]
        named = [name for name in read[1:] if name != "kept"]
        optional = named[len(named) - len(defaults) :] if defaults else []
        cls.settings = MappingProxyType(dict(zip(optional, defaults, strict=True)))
        cls.most = max(len(named), len(cls.vjp))
        cls.fewest = cls.most - len(optional)
        frees = tuple(name not in cls.keeps for name in read[1 : 1 + len(cls.vjp)])
        cls.frees = frees if any(frees) else ()
        cls.frees_output = read[0] not in cls.keeps
        cls.stretches = cls.name in STRETCHING

    @classmethod
    def filled(cls, given: int, settings: Mapping[str, object]) -> tuple[Any, ...]:
        """``settings`` in the row's order, after ``given`` arguments; raises ValueError for unknown ones."""
        if not settings:
            return ()
        named = [name for name in _parameters(cls.vjp[0])[2:] if name != "kept"][given:]
        if unknown := set(settings) - set(named):
            known = ", ".join(cls.settings) or "none"
            raise ValueError(f"{cls.name} has no setting {', '.join(sorted(unknown))}; it has {known}.")
        last = max(named.index(name) for name in settings)
        return tuple(settings.get(name, cls.settings.get(name)) for name in named[: last + 1])

    @classmethod
    def takes(cls) -> str:
        """How many arguments, in words."""
        if cls.fewest == cls.most:
            return f"{cls.most} arguments"
        return f"{cls.fewest} arguments and up to {cls.most - cls.fewest} settings"


def _has(row: type[Op], part: str) -> bool:
    return bool(getattr(row, part, None)) or (part in MAY_BE_EMPTY and hasattr(row, part))


def _parameters(rule: Rule) -> tuple[str, ...]:
    code = rule.__code__
    return code.co_varnames[: code.co_argcount]


def _defaults(rule: Rule) -> Mapping[str, object]:
    """The parameters of ``rule`` that have a default."""
    values = rule.__defaults__ or ()
    return dict(zip(_parameters(rule)[len(_parameters(rule)) - len(values) :], values, strict=True))
