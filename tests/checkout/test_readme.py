"""What the README promises is so."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

COMMANDS = ("practice", "due", "plan", "bank check", "check", "trace", "passes", "flow", "memory")
POSIX = (
    r"^python3 -m venv \.venv && \.venv/bin/pip install --quiet \. && \.venv/bin/bpdrill practice$",
    r"^python3 -m venv \.venv && \.venv/bin/pip install --quiet -e '\.\[test\]' && \.venv/bin/pytest$",
)
WINDOWS = (
    r"^py -m venv \.venv && \.venv\\Scripts\\pip install --quiet \. && \.venv\\Scripts\\bpdrill practice$",
    r"^py -m venv \.venv && \.venv\\Scripts\\pip install --quiet -e \.\[test\] && \.venv\\Scripts\\pytest$",
)


def help_of(*words: str) -> str:
    command = [sys.executable, "-m", "bpdrill", *words, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", [*POSIX, *WINDOWS])
def test_each_command_stands_there_once(command: str) -> None:
    assert len(re.findall(command, README, re.MULTILINE)) == 1


def test_the_ci_runs_the_commands_that_are_written() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "grep -m 1 '^python3 .*bpdrill practice$' README.md" in script
    assert "grep -m 1 '^python3 .*pytest$' README.md" in script


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert re.search(f"`bpdrill {command}[` ]", README)
    assert help_of(*command.split())


def test_there_is_no_other_command() -> None:
    listed = re.findall(r"^  ([a-z]+) ", help_of(), re.MULTILINE)
    assert set(listed) == {command.split()[0] for command in COMMANDS}


@pytest.mark.parametrize("option", re.findall(r"--[a-z-]+", help_of("practice")))
def test_every_option_of_practice_is_documented(option: str) -> None:
    assert option in README or option == "--help"


def test_the_example_of_the_engine_runs() -> None:
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert example
    run = subprocess.run([sys.executable, "-c", example[1]], capture_output=True, text=True, check=True)
    both, *matrix, slopes, first, _, last = run.stdout.splitlines()
    assert both.startswith(
        "(2.3016969"
    )  # tanh² at 0.7 has slope 2 · 0.60437 · (1 − 0.36526) = 0.76723, times 3
    assert len(matrix) == 3
    assert slopes == "13.0 12.0"
    assert (first, last) == ("add2 → power1: 1.0 · 1.0", "power1 → x: 1.0 · 12.0")


LABORATORY = re.findall(r"^\| `bpdrill ((?:trace|passes|flow|memory) [^`]*)` \|", README, re.MULTILINE)


@pytest.mark.parametrize("command", LABORATORY)
def test_the_laboratory_shows_what_it_is_said_to_show(command: str) -> None:
    written = [sys.executable, "-m", "bpdrill", *shlex.split(command), "--json"]
    shown = json.loads(subprocess.run(written, capture_output=True, text=True, check=True).stdout)
    assert shown["schema"] == 1


def test_each_experiment_is_shown_once() -> None:
    assert [command.split()[0] for command in LABORATORY] == ["trace", "passes", "flow", "memory"]


def test_the_map_of_the_house_stays_a_map() -> None:
    house = (ROOT / "bpdrill" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(house.splitlines()) <= 80
    rooms = {path.name for path in (ROOT / "bpdrill").iterdir() if (path / "__init__.py").is_file()}
    assert set(re.findall(r"\| `(\w+)/` \|", house)) == rooms


def test_no_module_is_over_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in (ROOT / "bpdrill").rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


CONSOLE = re.findall(r"^\$ bpdrill (check .*)\n((?:(?!\$|```).*\n)*)", README, re.MULTILINE)


@pytest.mark.parametrize(("words", "shown"), CONSOLE)
def test_what_the_console_shows_is_what_is_printed(words: str, shown: str) -> None:
    command = [sys.executable, "-m", "bpdrill", *shlex.split(words)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == shown


def test_there_is_something_on_the_console() -> None:
    assert len(CONSOLE) == 2
