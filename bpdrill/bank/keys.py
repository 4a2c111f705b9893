"""What an author may write: the keys of a record, each with its type and what its docstring says of it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import Field, dataclass, fields
from functools import cache
from itertools import pairwise
from textwrap import dedent
from types import MappingProxyType
from typing import Any

from bpdrill.bank.convert import is_needed


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record."""

    name: str
    type: str
    says: str
    needed: bool


def keys_of(record: Any) -> tuple[Key, ...]:
    """The keys of a record, in their order."""
    says = documented(record)
    return tuple(
        Key(entry.name, type_of(entry), says.get(entry.name, ""), is_needed(entry))
        for entry in fields(record)
    )


def type_of(entry: Field[Any]) -> str:
    """A key's type as it is written."""
    return entry.type if isinstance(entry.type, str) else getattr(entry.type, "__name__", str(entry.type))


@cache
def documented(record: Any) -> MappingProxyType[str, str]:
    """What is said of each key: the text that stands under it where the record is defined."""
    body = ast.parse(dedent(inspect.getsource(record))).body[0]
    return (
        MappingProxyType(dict(texts(body.body))) if isinstance(body, ast.ClassDef) else MappingProxyType({})
    )


def texts(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """A name, and the text that follows it."""
    for statement, following in pairwise(body):
        match statement, following:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                yield name, " ".join(text.replace("``", "").split())
