from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bpdrill.__main__ import main
from bpdrill.bank import find
from bpdrill.model.errors import ExitCode

KEPT, BROKEN = "graphs/sum-times.yaml", "graphs/fan-out.yaml"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bank of two items, one of them broken, and a home of its own."""
    root = tmp_path / "root"
    shutil.copytree(find.root() / "data", root / "data")
    for file in (KEPT, BROKEN):
        (root / "problems" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(find.root() / "problems" / file, root / "problems" / file)
    (root / "problems" / BROKEN).write_text("id: graphs/fan-out\nkind: [", encoding="utf-8")
    monkeypatch.setattr(find, "root", lambda: root)
    monkeypatch.setenv("BPDRILL_HOME", str(tmp_path / "home"))
    return root


@pytest.mark.usefixtures("root")
def test_faults_are_told_line_by_line_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "check", "--seeds", "1"]) == ExitCode.DIFFERENT
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("problems/graphs/fan-out.yaml:3:1: not YAML: ")
    assert all(line.startswith("data/plan.yaml:1:1: ") for line in lines[1:])
    assert err == f"1 items, 1 variants, {len(lines)} faults\n"


@pytest.mark.usefixtures("root")
def test_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "check", "--seeds", "1", "--json"]) == ExitCode.DIFFERENT
    read = json.loads(capsys.readouterr().out)
    assert (read["schema"], read["items"], read["variants"]) == (1, 1, 1)
    assert read["faults"][0] | {"text": ""} == {
        "file": "problems/graphs/fan-out.yaml",
        "line": 3,
        "column": 1,
        "text": "",
    }


@pytest.mark.usefixtures("root")
def test_a_broken_item_cannot_be_practised_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["practice", "--plain", "--item", "graphs/fan-out"]) == ExitCode.NOTHING_READABLE
    assert "problems/graphs/fan-out.yaml:3:1: not YAML: " in capsys.readouterr().err


@pytest.mark.parametrize("table", ["plan", "misconceptions"])
@pytest.mark.parametrize("content", [None, "a: [", "- a"])
def test_a_table_that_cannot_be_read_stops_the_practice(
    root: Path, capsys: pytest.CaptureFixture[str], table: str, content: str | None
) -> None:
    file = root / "data" / f"{table}.yaml"
    file.unlink()
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert main(["practice", "--plain"]) == ExitCode.NOTHING_READABLE
    said = capsys.readouterr().err
    assert said.startswith(f"bpdrill: data/{table}.yaml")
    assert len(said.splitlines()) == 1
