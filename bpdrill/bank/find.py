"""Where problems and tables are: beside the package in a checkout, inside it when installed."""

from __future__ import annotations

from pathlib import Path

import bpdrill

BUNDLED = "_bundled"


def root() -> Path:
    """The folder that holds ``problems/`` and ``data/``."""
    package = Path(bpdrill.__file__).resolve().parent
    bundled = package / BUNDLED
    return bundled if bundled.is_dir() else package.parent


def problem_files() -> tuple[Path, ...]:
    """Every item file, sorted."""
    return tuple(sorted((root() / "problems").rglob("*.yaml")))


def table_file(name: str) -> Path:
    """The reference table called ``name``."""
    return root() / "data" / f"{name}.yaml"


def shown(path: Path) -> str:
    """A file's name as an author knows it: from ``problems/`` on."""
    return path.relative_to(root()).as_posix() if path.is_relative_to(root()) else path.name
