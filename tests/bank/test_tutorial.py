"""What ``problems/README.md`` shows is what happens."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bpdrill.bank import find

TUTORIAL = (find.root() / "problems" / "README.md").read_text(encoding="utf-8")

FILES = re.findall(r"`([\w./-]+)`[^`]*:\n\n```(?:yaml|text)\n(.*?)```", TUTORIAL, re.DOTALL)
CONSOLE = re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", TUTORIAL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the tutorial has one write."""
    for name, text in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def run(line: str, folder: Path) -> str:
    """All that a line of the console prints: assignments, ``bpdrill``, words, perhaps ``< file``."""
    before, _, file = line.partition(" < ")
    words = shlex.split(before)
    at = words.index("bpdrill")
    variables = dict(word.split("=", 1) for word in words[:at])
    ended = subprocess.run(
        [sys.executable, "-m", "bpdrill", *words[at + 1 :]],
        cwd=folder,
        env={**os.environ, "BPDRILL_HOME": str(folder / "home"), **variables},
        input=(folder / file).read_text(encoding="utf-8") if file else "",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0
    return ended.stdout


@pytest.mark.parametrize(("line", "shown"), CONSOLE, ids=[line for line, _ in CONSOLE])
def test_each_command_prints_what_is_shown(folder: Path, line: str, shown: str) -> None:
    assert shown.strip()
    assert shown.strip() in run(line, folder)


def test_every_part_of_the_tutorial_is_tried() -> None:
    assert [name for name, _ in FILES] == ["mine/depth/linear-chain.yaml", "answers.txt"]
    assert [line.partition("bpdrill ")[2].split()[:2] for line, _ in CONSOLE] == [
        ["bank", "check"],
        ["bank", "preview"],
        ["practice", "--plain"],
    ]
    assert TUTORIAL.count("```console") == len(CONSOLE)
