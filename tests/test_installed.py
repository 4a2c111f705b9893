"""Where the package comes from, and that it brings every item and table along."""

from __future__ import annotations

from pathlib import Path

import bpdrill
from bpdrill.bank import find
from bpdrill.bank.bank import open_bank

CHECKOUT = Path(__file__).parents[1]
IN_CHECKOUT = (CHECKOUT / "pyproject.toml").is_file()
PACKAGE = Path(bpdrill.__file__).resolve().parent

ITEMS = {
    "derivations/two-layer-network",
    "estimates/sigmoid-depth",
    "graphs/fan-out",
    "graphs/linear-regression-loss",
    "graphs/sum-times",
    "networks/walkthrough",
    "passes/million-inputs",
}
TABLES = {"misconceptions", "plan", "skills"}


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
