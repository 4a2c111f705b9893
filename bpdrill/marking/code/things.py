"""What a name of a learner's program may stand for, besides numbers, text, arrays and containers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


class StudentError(Exception):
    """Something in the program does not work; the text says what, in plain words."""


class LimitError(StudentError):
    """The program wants more than it may have."""


@dataclass(slots=True)
class Scope:
    """Names and what they stand for; what is not here is looked for in ``outer``."""

    outer: Scope | None = None
    names: dict[str, Any] = field(default_factory=dict)
    elsewhere: dict[str, Scope] = field(default_factory=dict)
    """Names declared ``global`` or ``nonlocal``, with the scope they belong to."""
    called: str = ""
    """The function whose names these are."""

    def find(self, name: str) -> Any:
        """What ``name`` stands for."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        raise StudentError(f"{name} has no value here")

    def home(self, name: str) -> dict[str, Any]:
        """Where an assignment to ``name`` goes."""
        return self.elsewhere[name].names if name in self.elsewhere else self.names


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the learner's, with the scope it was written in."""

    name: str
    parameters: ast.arguments
    body: tuple[ast.stmt, ...] | ast.expr
    scope: Scope
    defaults: Mapping[str, Any]
    way: str = ""
    """Of a method: ``staticmethod`` or ``classmethod``."""
    above: Mapping[str, Any] | None = None
    """Of a method: what its class inherits, for ``super``."""


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class of the learner's."""

    name: str
    members: dict[str, Any]
    """Its own, and what it inherits."""
    line: tuple[Class, ...] = ()
    """The classes that it is built on."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object of a learner's class; equal to itself alone."""

    kind: Class
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A method with the object it belongs to."""

    function: Any
    of: Any


@dataclass(frozen=True, slots=True, eq=False)
class Above:
    """``super()``: an object, seen as one of the classes above."""

    members: Mapping[str, Any]
    of: Any


Call = Callable[[Any, tuple[Any, ...], Mapping[str, Any]], Any]
"""Machine, arguments, arguments by name."""


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A function of ours that a program may call."""

    name: str
    call: Call
    types: tuple[type, ...] = ()
    """What ``isinstance`` takes it for."""
    members: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A table of functions under a name."""

    name: str
    members: Mapping[str, Any]
