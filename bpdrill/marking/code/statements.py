"""Statements: the other half of the evaluator, and what it keeps of a function that is watched."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, ClassVar

from bpdrill.marking.code.expressions import Expressions
from bpdrill.marking.code.library import COLLECTIONS, ITERTOOLS
from bpdrill.marking.code.operators import BINARY, binary, numeric, parts_of, shape_of, truth
from bpdrill.marking.code.tables import math_table, member, numpy_table, torch_table
from bpdrill.marking.code.things import Class, Function, LimitError, Module, Scope, StudentError


class Leave(Enum):
    """How a line leaves the lines around it."""

    BREAK = auto()
    CONTINUE = auto()


@dataclass(frozen=True, slots=True)
class Returned:
    """What a function comes to."""

    value: Any


Left = Leave | Returned | None

LARGEST_KEPT = 400
"""Numbers of an array that is watched."""
TABLES: Mapping[str, Callable[[], Module]] = {
    "numpy": numpy_table,
    "torch": torch_table,
    "math": math_table,
    "torch.nn.functional": torch_table,
    "numpy.linalg": lambda: member(numpy_table(), "linalg"),
    "collections": lambda: COLLECTIONS,
    "itertools": lambda: ITERTOOLS,
}
"""What an import gives; others give nothing."""


class Machine(Expressions):
    """Runs a program that the grammar has let through."""

    def __init__(self, watched: str = "") -> None:
        super().__init__()
        self.watched = watched
        """The function of which it is kept what its names came to stand for."""
        self.kept: dict[str, tuple[int, Any]] = {}
        self.caught: Exception = StudentError("there is no error to raise again")

    def run(self, program: ast.Module) -> None:
        """Run the lines of a whole program."""
        self.run_lines(program.body, self.everywhere)

    def run_body(self, body: tuple[ast.stmt, ...], scope: Scope) -> Any:
        """Run a function's lines."""
        left = self.run_lines(body, scope)
        return left.value if isinstance(left, Returned) else None

    def run_lines(self, lines: Iterable[ast.stmt], scope: Scope) -> Left:
        """Run lines in order, until one leaves."""
        for line in lines:
            self.line = line.lineno
            self.meter.spend()
            if (left := self.STATEMENTS[type(line)](self, line, scope)) is not None:
                return left
        return None

    # ── naming ───────────────────────────────────────────────────────────────────────────────────

    def expression(self, node: ast.Expr, scope: Scope) -> None:
        """A call, or a text that explains."""
        self.value(node.value, scope)

    def assignment(self, node: ast.Assign, scope: Scope) -> None:
        """``a = b = c``."""
        value = self.value(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)
            self.watch(target, scope, node.lineno)

    def annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        """``a: float = b``."""
        if node.value is not None:
            self.assign(node.target, self.value(node.value, scope), scope)
            self.watch(node.target, scope, node.lineno)

    def augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        """``a += b``: arrays and lists are changed in place, as in Python."""
        self.refuse_unbound(node.target, scope)
        before = self.value(node.target, scope)
        change = self.value(node.value, scope)
        after = binary(self, BINARY[type(node.op)], before, change, in_place=True)
        self.assign(node.target, after, scope)
        self.watch(node.target, scope, node.lineno)

    def refuse_unbound(self, target: ast.expr, scope: Scope) -> None:
        """A function may not change a name that is not its own."""
        if isinstance(target, ast.Name) and target.id not in scope.home(target.id):
            raise StudentError(f"{target.id} has no value yet in {scope.called or 'the program'}")

    def watch(self, target: ast.expr, scope: Scope, line: int) -> None:
        """Keep what a name of the watched function has come to stand for."""
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self.watch(part, scope, line)
        elif isinstance(target, ast.Name) and self.watched and scope.called == self.watched:
            value: Any = scope.names.get(target.id)
            if numeric(value) and getattr(value, "size", 1) <= LARGEST_KEPT:
                self.kept[target.id] = line, value.copy() if shape_of(value) else value

    def delete(self, node: ast.Delete, scope: Scope) -> None:
        """``del a``."""
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)

    def declare_global(self, node: ast.Global, scope: Scope) -> None:
        """``global a``."""
        scope.elsewhere.update(dict.fromkeys(node.names, self.everywhere))

    def declare_nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        """``nonlocal a``."""
        for name in node.names:
            outer = scope.outer
            while outer is not None and name not in outer.names:
                outer = outer.outer
            if outer is None:
                raise StudentError(f"nonlocal {name}: no function around it has it")
            scope.elsewhere[name] = outer

    # ── imports ──────────────────────────────────────────────────────────────────────────────────

    def imported(self, node: ast.Import, scope: Scope) -> None:
        """``import numpy as np``."""
        for alias in node.names:
            if alias.name in TABLES:
                scope.names[alias.asname or alias.name.split(".")[0]] = TABLES[alias.name]()

    def imported_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        """``from numpy import exp``."""
        if node.module and node.module in TABLES:
            table = TABLES[node.module]()
            members = table.members if node.names[0].name == "*" else {}
            chosen = {} if members else {a.asname or a.name: imported_name(table, a.name) for a in node.names}
            scope.names.update({**members, **chosen})

    # ── control ──────────────────────────────────────────────────────────────────────────────────

    def returned(self, node: ast.Return, scope: Scope) -> Left:
        """``return a``."""
        return Returned(None if node.value is None else self.value(node.value, scope))

    def when(self, node: ast.If, scope: Scope) -> Left:
        """``if``."""
        return self.run_lines(node.body if truth(self.value(node.test, scope)) else node.orelse, scope)

    def loop(self, node: ast.For, scope: Scope) -> Left:
        """``for``."""
        parts = self.value(node.iter, scope)
        for part in parts if isinstance(parts, list) else parts_of(self, parts):  # a list may grow meanwhile
            self.assign(node.target, part, scope)
            left = self.run_lines(node.body, scope)
            if left is Leave.BREAK:
                return None
            if isinstance(left, Returned):
                return left
        return self.run_lines(node.orelse, scope)

    def repeat(self, node: ast.While, scope: Scope) -> Left:
        """``while``."""
        while truth(self.value(node.test, scope)):
            left = self.run_lines(node.body, scope)
            if left is Leave.BREAK:
                return None
            if isinstance(left, Returned):
                return left
        return self.run_lines(node.orelse, scope)

    def checked(self, node: ast.Assert, scope: Scope) -> None:
        """``assert``."""
        if not truth(self.value(node.test, scope)):
            text = self.value(node.msg, scope) if node.msg else ast.unparse(node.test)
            raise StudentError(f"your assertion fails: {str(text)[:120] if isinstance(text, str) else ''}")

    def raised(self, node: ast.Raise, scope: Scope) -> None:
        """``raise``."""
        if node.exc is None:
            raise self.caught
        text = self.value(node.exc, scope)
        raise StudentError(f"your program raises: {text[:120] if isinstance(text, str) else 'an error'}")

    def quietly(self, node: ast.With, scope: Scope) -> Left:
        """``with torch.no_grad()``: nothing is recorded or warned of here anyway."""
        return self.run_lines(node.body, scope)

    def attempt(self, node: ast.Try, scope: Scope) -> Left:
        """``try``: what goes wrong may be caught, by the first handler of any kind; a limit never."""
        calls = self.meter.calls
        try:
            left = self.run_lines(node.body, scope)
        except LimitError:
            raise
        except (StudentError, ArithmeticError, ValueError, TypeError, LookupError) as error:
            self.meter.calls = calls
            left = self.handled(node, error, scope)
        else:
            left = self.run_lines(node.orelse, scope) if left is None else left
        return self.run_lines(node.finalbody, scope) or left

    def handled(self, node: ast.Try, error: Exception, scope: Scope) -> Left:
        """``except``: its name stands for the text of the error."""
        if not node.handlers:
            raise error
        self.caught = error.with_traceback(None)
        handler = node.handlers[0]
        if handler.name:
            scope.home(handler.name)[handler.name] = str(error)
        return self.run_lines(handler.body, scope)

    # ── definitions ──────────────────────────────────────────────────────────────────────────────

    def define(self, node: ast.FunctionDef, scope: Scope) -> None:
        """``def``."""
        made = self.function_of(node.name, node.args, tuple(node.body), scope)
        if node.decorator_list:
            made = replace(made, way=ast.unparse(node.decorator_list[0]))
        scope.home(node.name)[node.name] = made

    def define_class(self, node: ast.ClassDef, scope: Scope) -> None:
        """``class``: its methods see the names around the class, not those in it."""
        bases = self.bases(node, scope)
        inherited = {name: value for base in reversed(bases) for name, value in base.members.items()}
        inside = Scope(scope)
        self.run_lines(node.body, inside)
        own = {name: outside(value, inside, scope, inherited) for name, value in inside.names.items()}
        line = tuple(dict.fromkeys(above for base in bases for above in (base, *base.line)))
        self.meter.entries(len(inherited) + len(line))
        scope.home(node.name)[node.name] = Class(node.name, {**inherited, **own}, line)

    def bases(self, node: ast.ClassDef, scope: Scope) -> list[Class]:
        """The learner's classes that another is built on."""
        bases = [self.value(base, scope) for base in node.bases if ast.unparse(base) != "object"]
        if not all(isinstance(base, Class) for base in bases):
            raise StudentError("a class is built on classes of yours here, or on none")
        return bases

    STATEMENTS: ClassVar[Mapping[type[ast.stmt], Callable[..., Left]]] = {
        ast.Expr: expression,
        ast.Assign: assignment,
        ast.AnnAssign: annotated,
        ast.AugAssign: augmented,
        ast.Delete: delete,
        ast.Global: declare_global,
        ast.Nonlocal: declare_nonlocal,
        ast.Import: imported,
        ast.ImportFrom: imported_from,
        ast.Return: returned,
        ast.If: when,
        ast.For: loop,
        ast.While: repeat,
        ast.Break: lambda *_: Leave.BREAK,
        ast.Continue: lambda *_: Leave.CONTINUE,
        ast.Pass: lambda *_: None,
        ast.Assert: checked,
        ast.Raise: raised,
        ast.With: quietly,
        ast.Try: attempt,
        ast.FunctionDef: define,
        ast.ClassDef: define_class,
    }


def imported_name(table: Module, name: str) -> Any:
    """What ``from table import name`` gives."""
    return TABLES["torch.nn.functional"]() if name in ("functional", "nn") else member(table, name)


def outside(value: Any, inside: Scope, around: Scope, inherited: Mapping[str, Any]) -> Any:
    """A method, with the scope around its class, and what the class inherits."""
    if isinstance(value, Function) and value.scope is inside:
        return replace(value, scope=around, above=inherited)
    return value
