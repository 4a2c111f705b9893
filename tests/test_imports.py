"""What a command really loads, and what a module may import from elsewhere."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import bpdrill

PACKAGE = Path(bpdrill.__file__).parent

LINE, DEPTH = "graphs/linear-regression-loss", "estimates/sigmoid-depth"
TERMINAL = ("rich", "prompt_toolkit", "pygments")
AUTHORS = ("sympy", "hypothesis", "pytest", "autograd")
"""Nothing that a learner runs loads these."""

LOADS = [
    (["due"], (*TERMINAL, *AUTHORS, "numpy", "yaml", "typer", "dataclasses", "argparse", "json", "pathlib")),
    (["due", "--json"], (*TERMINAL, *AUTHORS, "numpy", "yaml", "typer", "dataclasses", "argparse")),
    (["plan"], (*TERMINAL, *AUTHORS, "numpy", "yaml", "mpmath")),
    (["flow", "--layers", "2"], (*TERMINAL, *AUTHORS, "yaml", "mpmath", "sqlite3")),
    (["--help"], (*TERMINAL, *AUTHORS, "numpy", "yaml", "mpmath", "sqlite3")),
    (["practice", "--plain", "--item", LINE], (*TERMINAL, *AUTHORS, "numpy", "mpmath")),
    (["practice", "--plain", "--item", DEPTH], (*TERMINAL, *AUTHORS, "numpy")),
    (["practice", "--plain"], (*TERMINAL, *AUTHORS, "numpy", "mpmath")),
    (["passes", "--inputs", "1e6"], (*TERMINAL, *AUTHORS, "numpy", "yaml", "sqlite3")),
    (["passes", "f = x*y", "--at", "x=2,y=3"], (*TERMINAL, *AUTHORS, "numpy", "yaml", "sqlite3")),
    (["trace", "(w*x - y)^2", "--at", "w=2,x=3,y=8"], (*TERMINAL, *AUTHORS, "numpy", "yaml", "sqlite3")),
    (["check", "2*(x+1)", "2x+2"], (*TERMINAL, *AUTHORS, "numpy", "yaml", "sqlite3", "bpdrill.autograd")),
    (["memory"], (*TERMINAL, *AUTHORS, "numpy", "yaml", "sqlite3")),
]
"""A command, run to the end of its input, and what it must not load."""

REPORT = """
import sys
from bpdrill.__main__ import main
code = main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""

TYPED = "6\n7\n-1\n1\n-2,1,-2\n:hint\n:foo\n2 +* 3\n:solution\nyes\nyes\nyes\nyes\nyes\n"

ROOMS = {
    "rich": ("term",),
    "prompt_toolkit": ("term",),
    "typer": ("cli",),
}
"""Third-party packages that may stand at the head of a module, and the rooms where they may."""

INSIDE = {
    "numpy": ("algebra", "autograd", "kinds", "laboratory", "marking"),
    "mpmath": ("algebra",),
    "sympy": ("algebra",),
    "yaml": ("bank",),
    "msgspec": ("bank", "store"),
    "tzlocal": ("cli",),
    **ROOMS,
}
"""Third-party packages that may be imported inside a function, and the rooms where they may."""


MODULES = [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py"))]


def imported(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """The top-level packages that the import statements among ``nodes`` name."""
    for node in nodes:
        match node:
            case ast.Import(names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(name), level=0):
                yield name.partition(".")[0]


def at_start(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported; what only a type checker sees is left out."""
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.If(test=ast.Name("TYPE_CHECKING")):
                continue
            case ast.ClassDef() | ast.If() | ast.Try() | ast.With():
                yield from at_start(node.body)
            case _:
                yield node


def third_party(names: Iterator[str]) -> set[str]:
    """Without the standard library and ourselves."""
    return {*names} - sys.stdlib_module_names - {"bpdrill"}


@pytest.mark.parametrize(("words", "unwanted"), LOADS, ids=[" ".join(words) for words, _ in LOADS])
def test_what_a_command_loads(tmp_path: Path, words: list[str], unwanted: tuple[str, ...]) -> None:
    environment = {**os.environ, "BPDRILL_HOME": str(tmp_path), "BPDRILL_NOW": "2026-10-05T12:00+02:00"}
    command = [sys.executable, "-c", REPORT, *words]
    ended = subprocess.run(
        command, env=environment, input=TYPED, capture_output=True, text=True, encoding="utf-8", check=True
    )
    loaded = {*ended.stderr.splitlines()[-1].split()}
    assert loaded & {*unwanted} == set()
    assert "bpdrill" in loaded


@pytest.mark.parametrize("module", MODULES)
def test_third_parties_stay_in_their_rooms(module: str) -> None:
    room = module.partition("/")[0]
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    at_its_head, anywhere = (
        third_party(imported([*nodes])) for nodes in (at_start(tree.body), ast.walk(tree))
    )
    assert [name for name in at_its_head if room not in ROOMS.get(name, ())] == []
    assert [name for name in anywhere if room not in INSIDE.get(name, ())] == []
