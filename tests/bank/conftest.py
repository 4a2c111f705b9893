"""A bank of its own for each test: three problems, and the tables, that may be broken."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpdrill.bank import find

LINE = "problems/graphs/linear-regression-loss.yaml"
SAMPLE = Path(__file__).with_name("sample.yaml").read_text(encoding="utf-8")
"""A problem as it was on one day: what is told of it does not change when the bank's own is revised."""


@dataclass(frozen=True)
class Copy:
    """A folder with ``problems/`` and ``data/``."""

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

    def add(self, item: str) -> None:
        """A copy of the sample under another id."""
        self.write(f"problems/{item}.yaml", SAMPLE.replace("graphs/linear-regression-loss", item))


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    shutil.copytree(find.root() / "data", tmp_path / "data")
    monkeypatch.setattr(find, "root", lambda: tmp_path)
    monkeypatch.setattr(find, "installed_packs", lambda: ())
    made = Copy(tmp_path)
    for item in ("graphs/fan-out", "graphs/linear-regression-loss", "graphs/two-lines"):
        made.add(item)
    return made
