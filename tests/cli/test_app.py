from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bpdrill import __version__

if TYPE_CHECKING:
    from tests.cli.conftest import Learner

ENDINGS = [
    ("--help", 0, "Usage: bpdrill", ""),
    ("--version", 0, f"bpdrill {__version__}\n", ""),
    ("practice --help", 0, "Usage: bpdrill practice", ""),
    ("due --help", 0, "Usage: bpdrill due", ""),
    ("plan --help", 0, "Usage: bpdrill plan", ""),
    ("bank check --help", 0, "Usage: bpdrill bank check", ""),
    ("", 2, "", "Usage: bpdrill"),
    ("bank", 2, "", "Usage: bpdrill bank"),
    ("nope", 2, "", "No such command 'nope'"),
    ("--nope", 2, "", "No such option"),
    ("practice --nope", 2, "", "No such option"),
    ("practice nope", 2, "", "unexpected extra argument"),
    ("practice --item", 2, "", "requires an argument"),
    ("practice --seed x", 2, "", "Invalid value for '--seed'"),
    ("practice --seed -1", 2, "", "Invalid value for '--seed'"),
    ("practice --width 5", 2, "", "Invalid value for '--width'"),
    ("bank check --seeds 0", 2, "", "Invalid value for '--seeds'"),
    ("due --nope", 2, "", "'--nope' is not known here"),
    ("plan --nope", 2, "", "No such option"),
]
"""Words, exit code, and what is said on stdout and on stderr."""

COMMANDS = ["due", "due --json", "plan", "practice --plain"]

NOT_OURS = {
    "a text": (b"my diary\n" * 50, "it is no state file of bpdrill"),
    "cut short": (b"SQLite format 3\0", "it is no state file of bpdrill"),
}


def newer(path: Path) -> None:
    """A state file that a later bpdrill has written."""
    state = sqlite3.connect(path)
    state.execute("PRAGMA user_version = 999")
    state.close()


def scribble(path: Path) -> None:
    """A state file whose pages are not what they were."""
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xaa" * (len(content) - 100))


SPOILED = {"newer": (newer, "a newer bpdrill wrote it"), "damaged": (scribble, "it is damaged")}


@pytest.mark.parametrize(("words", "code", "stdout", "stderr"), ENDINGS)
def test_how_a_command_ends(learner: Learner, words: str, code: int, stdout: str, stderr: str) -> None:
    ended = learner.run(*words.split())
    assert ended.returncode == code
    assert (stdout in ended.stdout, stderr in ended.stderr) == (True, True)
    assert bool(ended.stdout) == bool(stdout)
    assert not learner.home.exists()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("content", NOT_OURS)
def test_a_file_that_is_not_ours_is_left_alone(learner: Learner, command: str, content: str) -> None:
    octets, why = NOT_OURS[content]
    learner.home.mkdir()
    file = learner.home / "bpdrill.sqlite3"
    file.write_bytes(octets)
    ended = learner.run(*command.split())
    assert (ended.returncode, ended.stdout) == (4, "")
    assert why in ended.stderr
    assert "BPDRILL_HOME" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert file.read_bytes() == octets
    assert [path.name for path in learner.home.iterdir()] == [file.name]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_state_is_left_as_it_is(learner: Learner, command: str, how: str) -> None:
    spoil, why = SPOILED[how]
    learner.run("practice", "--plain")
    file = learner.home / "bpdrill.sqlite3"
    spoil(file)
    before = file.read_bytes()
    ended = learner.run(*command.split())
    assert (ended.returncode, ended.stdout) == (4, "")
    assert why in ended.stderr
    assert str(file) in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert file.read_bytes() == before


@pytest.mark.parametrize("command", ["practice --plain", "due", "plan"])
def test_a_folder_that_cannot_be_is_told(learner: Learner, tmp_path: Path, command: str) -> None:
    (tmp_path / "file").touch()
    learner.home = tmp_path / "file" / "home"
    ended = learner.run(*command.split())
    assert "Traceback" not in ended.stderr
    if command.startswith("practice"):
        assert (ended.returncode, ended.stdout) == (4, "")
        assert "it cannot be written" in ended.stderr


def full_disk() -> None:
    """No file may grow beyond 24 KiB; the signal for it is turned off, as on a disk that is full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (24 * 1024, resource.RLIM_INFINITY))


def test_a_full_disk_is_told(learner: Learner) -> None:
    command = [sys.executable, "-m", "bpdrill", "practice", "--plain"]
    ended = subprocess.run(
        command,
        env=learner.environment,
        preexec_fn=full_disk,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 4
    assert "Your state in" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["plan", "practice --plain", "due", "--help"])
def test_a_reader_that_goes_away_is_no_fault(learner: Learner, command: str) -> None:
    """As in ``bpdrill plan | head -1``: it ends as other commands do, without a word."""
    learner.run("practice", "--plain")
    reader, writer = os.pipe()
    os.close(reader)
    words = [sys.executable, "-m", "bpdrill", *command.split()]
    ended = subprocess.run(
        words, env=learner.environment, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (-signal.SIGPIPE, "")


def test_a_folder_is_for_its_owner_only(learner: Learner) -> None:
    learner.run("practice", "--plain")
    modes = [path.stat().st_mode & 0o777 for path in (learner.home, learner.home / "bpdrill.sqlite3")]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize(
    "command", [["flow", "--layers", "3"], ["memory"], ["trace", "L = x*x", "--at", "x=1", "--dot"]]
)
def test_a_full_disk_is_told_in_one_line(command: list[str]) -> None:
    written = [sys.executable, "-m", "bpdrill", *command]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(written, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "bpdrill: The output cannot be written: No space left on device.\n",
    )


def test_no_output_at_all_is_told_in_one_line() -> None:
    written = f'exec "{sys.executable}" -m bpdrill flow --layers 3 >&-'
    done = subprocess.run(["/bin/sh", "-c", written], stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "bpdrill: There is no output to write to.\n")


@pytest.mark.parametrize("words", ["flow --bogus", "flow --layers abc", "trace a b", "memory --columns 3"])
def test_what_is_misused_is_told_in_one_line(words: str) -> None:
    written = [sys.executable, "-m", "bpdrill", *words.split()]
    done = subprocess.run(written, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("bpdrill: ")
    assert done.stderr.endswith(f" See bpdrill {words.split(maxsplit=1)[0]} --help.\n")
    assert done.stderr.count("\n") == 1
