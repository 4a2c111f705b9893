"""What all tests share: which of them need the repository around them."""

from __future__ import annotations

from pathlib import Path

IN_CHECKOUT = (Path(__file__).parents[1] / "pyproject.toml").is_file()
"""False where the suite runs against an installed wheel, with nothing beside ``tests/``."""

collect_ignore = [] if IN_CHECKOUT else ["checkout"]
