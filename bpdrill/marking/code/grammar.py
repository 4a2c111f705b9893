"""Text to a syntax tree; whatever is not on the list is refused, with its place, before anything runs."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from textwrap import dedent
from types import MappingProxyType

from bpdrill.model.marks import Unreadable

LONGEST = 20_000
"""Characters of a program."""
DEEPEST = 60
"""Levels of the syntax tree."""
MOST = 8_000
"""Nodes of it."""

END = re.compile(r"^[ \t]*\.[ \t]*$", re.MULTILINE)
"""A pasted program may bring its last line, the dot, along; what follows is none of it."""

OPERATORS = frozenset(
    f"__{side}{name}__"
    for name in ["add", "sub", "mul", "truediv", "matmul", "pow", "floordiv", "mod"]
    for side in ("", "r")
)
SPECIAL = OPERATORS | {"__neg__", "__init__", "__repr__", "__str__", "__call__", "__len__", "__getitem__"}
"""Methods that a learner's class may have, besides plain names."""
MODULES = frozenset(
    {"numpy", "torch", "math", "typing", "__future__", "torch.nn.functional", "numpy.linalg"}
    | {"collections", "itertools"}
)
"""What an import may name: each stands for a table of functions, or for nothing."""

QUIET = frozenset({"no_grad", "errstate"})
"""What a with block may be in: nothing that matters here."""
WAYS = frozenset({"staticmethod", "classmethod"})
"""Decorators that a method may have."""

ALLOWED = (
    *(ast.Module, ast.Expr, ast.FunctionDef, ast.ClassDef, ast.Return, ast.Lambda, ast.arguments, ast.arg),
    *(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr, ast.Delete, ast.Global, ast.Nonlocal),
    *(ast.For, ast.While, ast.If, ast.Break, ast.Continue, ast.Pass, ast.Assert, ast.Raise),
    *(ast.Try, ast.ExceptHandler, ast.With, ast.withitem),
    *(ast.Import, ast.ImportFrom, ast.alias, ast.Call, ast.keyword, ast.Starred),
    *(ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Slice, ast.JoinedStr, ast.FormattedValue),
    *(ast.Tuple, ast.List, ast.Dict, ast.Set, ast.IfExp, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context),
)
WORDS: Mapping[type[ast.AST], str] = MappingProxyType(
    {
        ast.Yield: "yield is",
        ast.YieldFrom: "yield is",
        ast.Await: "await is",
        ast.AsyncFunctionDef: "async is",
        ast.Match: "match is",
    }
)
"""How to name what is refused."""


def read_code(text: str) -> ast.Module | Unreadable:
    """The syntax tree of ``text``, all of it allowed; else why not, with line and column."""
    if len(text) > LONGEST:
        return Unreadable(0, f"that is {len(text)} characters; a program of {LONGEST} is long enough here")
    text = dedent(END.split(text, maxsplit=1)[0].replace("\t", "    "))
    tree = parsed(text)
    if isinstance(tree, Unreadable):
        return tree
    if not tree.body:
        return Unreadable(0, "type the function, or :skip")
    fault = next(refusals(tree), None)
    return tree if fault is None else refused(text, *fault)


def parsed(text: str) -> ast.Module | Unreadable:
    """What Python's own parser makes of it; it runs nothing."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(text)
    except SyntaxError as error:
        line, column = error.lineno or 1, (error.offset or 1) - 1
        return Unreadable(place(text, line, max(column, 0)), f"line {line}, column {column + 1}: {error.msg}")
    except (ValueError, MemoryError, RecursionError):
        return Unreadable(0, "this is nested too deeply to be read, or holds a character that is none")


def refused(text: str, node: ast.AST, why: str) -> Unreadable:
    """A refusal at the place of ``node``."""
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    return Unreadable(place(text, line, column), f"line {line}, column {column + 1}: {why}")


def place(text: str, line: int, column: int) -> int:
    """The index of a line and a column."""
    before = text.splitlines(keepends=True)[: line - 1]
    return min(sum(map(len, before)) + column, len(text))


def refusals(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Nodes that are not allowed, the first first; a stack, not recursion: the tree may be deep."""
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    count = 0
    where: ast.AST = tree
    while stack:
        node, depth = stack.pop()
        where = node if hasattr(node, "lineno") else where
        count += 1
        if depth > DEEPEST or count > MOST:
            yield where, "this is nested too deeply" if depth > DEEPEST else "this is too long a program"
            return
        if why := why_not(node):
            yield where, why
            return
        stack.extend((child, depth + 1) for child in reversed(list(ast.iter_child_nodes(node))))


def why_not(node: ast.AST) -> str:
    """Why a node is not allowed; nothing if it is."""
    if not isinstance(node, ALLOWED):
        return f"{WORDS.get(type(node), f'{type(node).__name__} is')} not needed here, and not run"
    return next((why for kind, rule in RULES if isinstance(node, kind) and (why := rule(node))), "")


def hidden(name: str) -> str:
    """Names with two underscores are doors into Python itself."""
    if name.startswith("__") and name not in SPECIAL and name != "__name__":
        return f"{name[:40]} is not run here; use plain names"
    return "" if name.isascii() else f"{name[:40]} is written with letters that look like others; use a to z"


def of_import(node: ast.Import | ast.ImportFrom) -> str:
    """Only what stands for a table."""
    wanted = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    other = next((name for name in wanted if name not in MODULES), None)
    return (
        ""
        if other is None
        else f"{other[:40] or 'that'} cannot be imported here; numpy (np) and math are there"
    )


def of_constant(node: ast.Constant) -> str:
    """Numbers, text, True, False, None and ``...``."""
    if isinstance(node.value, bytes | complex):
        return f"{type(node.value).__name__} values are not needed here"
    if isinstance(node.value, int) and node.value.bit_length() > 256:
        return "this number has too many digits"
    return ""


def of_definition(node: ast.FunctionDef | ast.ClassDef) -> str:
    """No decorators but those of methods, no base classes but names."""
    ways = WAYS if isinstance(node, ast.FunctionDef) else ()
    if not all(isinstance(way, ast.Name) and way.id in ways for way in node.decorator_list):
        return "decorators are not run here; write a plain function"
    if not all(isinstance(base, ast.Name) for base in getattr(node, "bases", ())):
        return "a class is built on classes of yours here, or on none"
    return "a class takes nothing by name here" if getattr(node, "keywords", ()) else hidden(node.name)


def of_with(node: ast.With) -> str:
    """Only what makes numpy or torch quiet."""
    calls = [item.context_expr for item in node.items if item.optional_vars is None]
    quiet = [c for c in calls if isinstance(c, ast.Call) and getattr(c.func, "attr", "") in QUIET]
    return "" if len(quiet) == len(node.items) else "a with block is not needed here, and not run"


def of_comprehension(node: ast.comprehension) -> str:
    """Nothing asynchronous."""
    return "async is not run here" if node.is_async else ""


def of_assignment(node: ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For | ast.Delete) -> str:
    """Special methods are not attributes to be set."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    special = any(isinstance(t, ast.Attribute) and t.attr.startswith("__") for t in targets)
    return "methods are defined in the class" if special else ""


RULES: tuple[tuple[type | tuple[type, ...], Callable[..., str]], ...] = (
    (ast.Name, lambda node: hidden(node.id)),
    (ast.Attribute, lambda node: hidden(node.attr)),
    (ast.arg, lambda node: hidden(node.arg)),
    (ast.keyword, lambda node: hidden(node.arg or "")),
    (ast.alias, lambda node: hidden(node.asname or "")),
    ((ast.Global, ast.Nonlocal), lambda node: next(filter(None, map(hidden, node.names)), "")),
    (ast.Constant, of_constant),
    ((ast.Import, ast.ImportFrom), of_import),
    ((ast.FunctionDef, ast.ClassDef), of_definition),
    (ast.comprehension, of_comprehension),
    (ast.With, of_with),
    (ast.ExceptHandler, lambda node: hidden(node.name or "")),
    ((ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.Delete), of_assignment),
)
"""What is looked at more closely, by the kind of node."""
