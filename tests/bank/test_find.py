from __future__ import annotations

from pathlib import Path

import pytest

import bpdrill
from bpdrill.bank import find


def test_problems_and_tables_are_where_they_are_looked_for() -> None:
    assert find.problem_files()
    assert all(path.suffix == ".yaml" for path in find.problem_files())
    assert find.table_file("plan").is_file()


@pytest.mark.parametrize(("inside", "found"), [("_bundled", "bpdrill/_bundled"), ("cli", "")])
def test_what_the_package_holds_goes_before_what_lies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str, found: str
) -> None:
    package = tmp_path / "bpdrill"
    (package / inside).mkdir(parents=True)
    monkeypatch.setattr(bpdrill, "__file__", str(package / "__init__.py"))
    assert find.root() == tmp_path / found
