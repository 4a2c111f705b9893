"""Where the package comes from, and that it brings every item and table along."""

from __future__ import annotations

import json
from pathlib import Path

import bpdrill
from bpdrill.bank import find
from bpdrill.bank.bank import open_bank

CHECKOUT = Path(__file__).parents[1]
IN_CHECKOUT = (CHECKOUT / "pyproject.toml").is_file()
PACKAGE = Path(bpdrill.__file__).resolve().parent

ITEMS = set(json.loads((Path(__file__).parent / "kinds" / "digests.json").read_text(encoding="utf-8")))
"""Every item whose draws are pinned."""
TABLES = {"misconceptions", "plan", "skills", "syllabus"}


def test_the_package_is_the_one_under_test() -> None:
    """Beside a checkout, the checkout's own; beside nothing, the installed wheel's."""
    if IN_CHECKOUT:
        assert find.root() in (CHECKOUT, PACKAGE / find.BUNDLED)
    else:
        assert "site-packages" in PACKAGE.parts
        assert find.root() == PACKAGE / find.BUNDLED


def test_every_item_and_table_is_there() -> None:
    assert set(open_bank().files) == ITEMS
    assert {path.stem for path in (find.root() / "data").glob("*.yaml")} == TABLES
