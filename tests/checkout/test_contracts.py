"""What the project file promises of the imports is so."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CALLED_OTHERWISE = {"yaml": "PyYAML"}
"""Packages that are not installed by the name they are imported by."""


def third_parties() -> Iterator[str]:
    """Every package that a module imports, but for the standard library and ourselves."""
    for path in (ROOT / "bpdrill").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names):
                    yield from (alias.name.partition(".")[0] for alias in names)
                case ast.ImportFrom(module=str(name), level=0):
                    yield name.partition(".")[0]


def test_imports_only_point_down() -> None:
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", lint]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert "0 broken" in ended.stdout


def test_each_third_party_is_a_declared_dependency_and_each_of_those_is_used() -> None:
    declared = {re.split(r"[<>=;\s]", entry)[0] for entry in PROJECT["dependencies"]}
    used = {*third_parties()} - sys.stdlib_module_names - {"bpdrill"}
    assert {CALLED_OTHERWISE.get(name, name) for name in used} == declared - {"tzdata"}
