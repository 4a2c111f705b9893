"""A bank of its own for each test: a copy that may be broken."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpdrill.bank import find

LINE = "problems/graphs/linear-regression-loss.yaml"


@dataclass(frozen=True)
class Copy:
    """A copy of ``problems/`` and ``data/``."""

    root: Path

    def write(self, file: str, content: str | bytes) -> None:
        """Put ``content`` in the place of a file."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def revise(self, old: str, new: str, file: str = LINE) -> None:
        """Replace a piece of a file."""
        text = (self.root / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        self.write(file, text.replace(old, new))

    def only(self, *items: str) -> None:
        """Keep these items and no others."""
        for path in (self.root / "problems").rglob("*.yaml"):
            if path.relative_to(self.root / "problems").with_suffix("").as_posix() not in items:
                path.unlink()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    for folder in ("problems", "data"):
        shutil.copytree(find.root() / folder, tmp_path / folder)
    monkeypatch.setattr(find, "root", lambda: tmp_path)
    return Copy(tmp_path)
