from __future__ import annotations

import io
import shlex
import sys
from pathlib import Path

import pytest

from bpdrill.__main__ import main
from bpdrill.cli.crash import tell
from bpdrill.kinds import graph_trace
from bpdrill.model.errors import ExitCode
from bpdrill.model.marks import Judgement

COMMAND = ["practice", "--plain", "--item", "graphs/fan-out", "--seed", "7"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BPDRILL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("BPDRILL_NOW", raising=False)
    return tmp_path / "home"


@pytest.fixture
def broken_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that fails at the last moment, and a learner who gives up."""

    def judge(*_: object) -> tuple[Judgement, ...]:
        raise ZeroDivisionError("by \x1b[31mzero\nin a second line")

    monkeypatch.setattr(graph_trace, "judge", judge)
    monkeypatch.setattr(sys, "stdin", io.StringIO("5\n:solution\n"))


@pytest.mark.usefixtures("broken_kind")
def test_a_fault_of_ours_is_told_with_what_shows_it_again(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(COMMAND) == ExitCode.DIFFERENT
    what, again, where = capsys.readouterr().err.splitlines()[-3:]
    assert what.startswith(
        "bpdrill: this is a fault of bpdrill, not of yours (ZeroDivisionError: by \\x1b[31mzero)."
    )
    assert where == f"Its traceback, for a report:  {home / 'crash.log'}"
    log = (home / "crash.log").read_text(encoding="utf-8")
    assert log.startswith("Traceback")
    assert "in a second line" in log

    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    words = shlex.split(again.partition("bpdrill ")[2])
    assert words == [word for word in COMMAND if word != "--plain"]
    assert main(words) == ExitCode.DIFFERENT
    assert "Going on with" in capsys.readouterr().out


@pytest.mark.usefixtures("broken_kind")
def test_the_log_is_for_its_owner_only(home: Path) -> None:
    main(COMMAND)
    assert (home / "crash.log").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("environment", [{}, {"BPDRILL_HOME": "/nowhere/at/all"}])
def test_a_log_that_cannot_be_written_is_told(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell(KeyError("w"), environment) == ExitCode.DIFFERENT
    what, where = capsys.readouterr().err.splitlines()[-2:]
    assert "(KeyError: 'w')" in what
    assert where.startswith("Its traceback, for a report:  could not be written (")
