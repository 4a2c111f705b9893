"""Functions, methods and classes of a learner's, called; and what every part of the evaluator shares."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from bpdrill.marking.code.arguments import as_array
from bpdrill.marking.code.builtin import names_at_start
from bpdrill.marking.code.meter import Meter
from bpdrill.marking.code.operators import kind
from bpdrill.marking.code.texts import by_braces, by_percent
from bpdrill.marking.code.things import Above, Bound, Builtin, Class, Function, Instance, Scope, StudentError


class Calls(ABC):
    """The meter, what was printed, the line at work; and what happens at a call."""

    def __init__(self) -> None:
        self.meter = Meter()
        self.printed: list[str] = []
        self.line = 0
        self.everywhere = Scope(Scope(None, dict(names_at_start())), called="")

    def as_array(self, value: Any) -> Any:
        """``value`` as an array."""
        return as_array(self, value)

    def filled_by_percent(self, text: str, values: Any) -> str:
        """``text % values``."""
        return by_percent(self, text, values)

    def filled_by_braces(self, text: str, given: tuple[Any, ...], named: Mapping[str, Any]) -> str:
        """``text.format(*given, **named)``."""
        return by_braces(self, text, given, named)

    @abstractmethod
    def value(self, node: ast.expr, scope: Scope) -> Any:
        """What ``node`` comes to; expressions say."""

    def call(self, function: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Call what can be called."""
        match function:
            case Builtin():
                return function.call(self, given, named)
            case Function():
                return self.call_own(function, given, named)
            case Bound():
                return self.call(function.function, (function.of, *given), named)
            case Class():
                return self.make(function, given, named)
            case Instance() if "__call__" in function.kind.members:
                return self.call(function.kind.members["__call__"], (function, *given), named)
        raise StudentError(f"{kind(function)} is no function")

    def make(self, of: Class, given: tuple[Any, ...], named: Mapping[str, Any]) -> Instance:
        """An object of a learner's class."""
        made = Instance(of)
        self.meter.entries(1)
        if "__init__" in of.members:
            self.call(of.members["__init__"], (made, *given), named)
        elif given or named:
            raise StudentError(f"{of.name} takes no arguments; it has no __init__")
        return made

    def call_own(self, function: Function, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """Call a function of the learner's; the line is restored unless something went wrong in it."""
        inner = Scope(function.scope, arguments(function, given, named), called=function.name)
        if function.above is not None and given:
            above = Above(function.above, given[0])
            inner.names["super"] = Builtin("super", lambda *_: above)
        line = self.line
        self.meter.enter()
        if isinstance(function.body, ast.expr):
            found = self.value(function.body, inner)
        else:
            found = self.run_body(function.body, inner)
        self.meter.leave()
        self.line = line
        return found

    def function_of(
        self, name: str, parameters: ast.arguments, body: tuple[ast.stmt, ...] | ast.expr, scope: Scope
    ) -> Function:
        """A function, with its defaults worked out now."""
        places = [*parameters.posonlyargs, *parameters.args]
        given = dict(
            zip(
                (p.arg for p in places[len(places) - len(parameters.defaults) :]),
                parameters.defaults,
                strict=True,
            )
        )
        given |= {p.arg: d for p, d in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True) if d}
        return Function(name, parameters, body, scope, {n: self.value(d, scope) for n, d in given.items()})

    @abstractmethod
    def run_body(self, body: tuple[ast.stmt, ...], scope: Scope) -> Any:
        """Run a function's lines; statements do."""


def arguments(function: Function, given: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
    """What each parameter stands for."""
    parameters = function.parameters
    places = [p.arg for p in (*parameters.posonlyargs, *parameters.args)]
    known = [*places, *(p.arg for p in parameters.kwonlyargs)]
    found = {**function.defaults, **dict(zip(places, given, strict=False))}
    extra = {name: value for name, value in named.items() if name not in known}
    if len(given) > len(places) and not parameters.vararg:
        raise StudentError(f"{function.name} takes {len(places)} arguments, not {len(given)}")
    if extra and not parameters.kwarg:
        raise StudentError(f"{function.name} has no argument {next(iter(extra))}")
    if twice := [name for name in places[: len(given)] if name in named]:
        raise StudentError(f"{function.name} is given {twice[0]} twice")
    found |= {name: value for name, value in named.items() if name in known}
    if missing := [name for name in known if name not in found]:
        raise StudentError(f"{function.name} lacks its argument {missing[0]}")
    if parameters.vararg:
        found[parameters.vararg.arg] = given[len(places) :]
    if parameters.kwarg:
        found[parameters.kwarg.arg] = extra
    return found
