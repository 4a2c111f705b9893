"""``bpdrill`` as a process, on a day of the plan, and what a learner who knows it all would type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bpdrill import kinds
from bpdrill.bank.bank import open_bank
from bpdrill.marking.rubric import tick_fields
from bpdrill.model.blocks import Form
from bpdrill.model.events import Event, Reviewed
from bpdrill.model.items import next_seed
from bpdrill.store import log
from bpdrill.store.connect import connect

DAY0 = date(2026, 10, 5)

Ended = subprocess.CompletedProcess[str]


@dataclass
class Learner:
    """Runs bpdrill over pipes, with a state folder of their own."""

    home: Path
    day: int = 0
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Noon of the day, in Vienna."""
        now = f"{DAY0 + timedelta(days=self.day)}T12:00+02:00"
        return {**os.environ, "BPDRILL_HOME": str(self.home), "BPDRILL_NOW": now, **self.variables}

    def run(self, *words: str, typed: Sequence[str] = ()) -> Ended:
        """One command, from its start to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bpdrill", *words],
            env=self.environment,
            input="".join(f"{line}\n" for line in typed),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """One command, left running with its pipes open."""
        return subprocess.Popen(
            [sys.executable, "-m", "bpdrill", *words],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def due(self) -> dict[str, Any]:
        """``bpdrill due --json``."""
        read: dict[str, Any] = json.loads(self.run("due", "--json").stdout)
        return read

    def titles(self) -> list[str]:
        """What is due; a card that returns has a star."""
        return [f"*{entry['title']}" if entry["returning"] else entry["title"] for entry in self.due()["due"]]

    def events(self) -> Iterator[Event]:
        """What the log holds."""
        state = connect(str(self.home / "bpdrill.sqlite3"))
        yield from (event for _, event in log.read(state))
        state.close()

    def reviews(self) -> list[Reviewed]:
        """The graded attempts it holds."""
        return [event for event in self.events() if isinstance(event, Reviewed)]

    def right_lines(self) -> list[str]:
        """Right answers to all that is due now, line by line."""
        return [line for entry in self.due()["due"] for line in self.lines_for(entry["item"])]

    def lines_for(self, name: str) -> list[str]:
        """Right answers to the next variant of an item, or to a task that is graded by oneself."""
        if not name:
            return ["on paper", ".", "yes", "yes"]
        item = open_bank().get(name)
        kind = kinds.load(item.kind)
        attempts = sum(review.item == name for review in self.reviews())
        variant = kind.vary(item, next_seed(name, attempts))
        right = next(specimen.answer for specimen in kind.specimens(variant) if specimen.name == "right")
        fields = (*kind.present(variant).fields, *tick_fields(item.rubric))
        ends = {Form.PROSE: ["."], Form.CODE: ["."]}
        return [line for f in fields for line in (right.get(f.id, "yes"), *ends.get(f.form, []))]


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learner(tmp_path / "home")
