from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bpdrill.__main__ import main
from bpdrill.bank import find
from bpdrill.model.errors import ExitCode

SAMPLE = (Path(__file__).parents[1] / "bank" / "sample.yaml").read_text(encoding="utf-8")
KEPT, BROKEN = "graphs/kept", "graphs/fan-out"

Captured = pytest.CaptureFixture[str]


def sample(item: str) -> str:
    """A problem under this id."""
    return SAMPLE.replace("graphs/linear-regression-loss", item)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bank of two items, one of them broken, a pack, and a home of its own."""
    root = tmp_path / "root"
    shutil.copytree(find.root() / "data", root / "data")
    for path in (f"root/problems/{KEPT}", f"root/problems/{BROKEN}", "mine/lines/own"):
        file = tmp_path / f"{path}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(sample("/".join(path.split("/")[-2:])), encoding="utf-8")
    (root / f"problems/{BROKEN}.yaml").write_text("id: graphs/fan-out\nkind: [", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(find, "root", lambda: root)
    monkeypatch.setattr(find, "installed_packs", lambda: ())
    monkeypatch.setenv("BPDRILL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("BPDRILL_PACKS", raising=False)
    monkeypatch.chdir(tmp_path)
    return root


def told(capsys: Captured, *words: str) -> Any:
    """What a command says as JSON."""
    main(["bank", *words, "--json"])
    read = json.loads(capsys.readouterr().out)
    assert read["schema"] == 1
    return read


@pytest.mark.usefixtures("root")
def test_faults_are_told_line_by_line_and_counted(capsys: Captured) -> None:
    assert main(["bank", "check", "--seeds", "1", "--jobs", "1"]) == ExitCode.DIFFERENT
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("problems/graphs/fan-out.yaml:3:1: not YAML: ")
    assert all(line.startswith(("data/plan.yaml:", "data/misconceptions.yaml:")) for line in lines[1:])
    assert err == f"1 items, 1 variants, {len(lines)} faults\n"


@pytest.mark.usefixtures("root")
def test_the_same_as_json(capsys: Captured) -> None:
    read = told(capsys, "check", "--seeds", "1", "--jobs", "1")
    assert (read["items"], read["variants"]) == (1, 1)
    place = {"file": "problems/graphs/fan-out.yaml", "line": 3, "column": 1, "text": ""}
    assert read["faults"][0] | {"text": ""} == place


@pytest.mark.usefixtures("root")
def test_one_item_or_one_pack_is_checked_alone(capsys: Captured) -> None:
    assert main(["bank", "check", KEPT, "--seeds", "1"]) == ExitCode.OK
    assert main(["bank", "check", "--pack", "mine", "--seeds", "1"]) == ExitCode.OK
    assert capsys.readouterr() == ("", "1 items, 1 variants, 0 faults\n" * 2)


@pytest.mark.usefixtures("root")
def test_a_broken_item_cannot_be_practised_and_says_why(capsys: Captured) -> None:
    assert main(["practice", "--plain", "--item", "graphs/fan-out"]) == ExitCode.NOTHING_READABLE
    assert "problems/graphs/fan-out.yaml:3:1: not YAML: " in capsys.readouterr().err


@pytest.mark.usefixtures("root")
def test_a_list_names_what_it_could_not_read(capsys: Captured) -> None:
    assert main(["bank", "list"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert out == f"{KEPT}\n  Trace the squared error of a line: graph_trace, 7 min; G2 G3\n"
    assert err.endswith(f"Not read: {BROKEN}. See why: bpdrill bank check\n")
    read = told(capsys, "list")
    assert read["broken"] == [BROKEN]
    assert read["items"][0]["checkpoints"] == ["linear-regression-graph"]


def test_a_bank_of_broken_files_has_nothing_to_list(root: Path) -> None:
    (root / f"problems/{KEPT}.yaml").unlink()
    assert main(["bank", "list"]) == ExitCode.NOTHING_READABLE


@pytest.mark.usefixtures("root")
def test_packs_are_named_or_listed_in_a_variable(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    named = [item["id"] for item in told(capsys, "list", "--pack", "mine")["items"]]
    monkeypatch.setenv("BPDRILL_PACKS", f"{os.pathsep}mine")
    listed = [item["id"] for item in told(capsys, "list")["items"]]
    assert named == listed == [KEPT, "mine:lines/own"]


@pytest.mark.usefixtures("root")
def test_coverage_fails_on_a_row_without_items(capsys: Captured) -> None:
    assert main(["bank", "coverage", "--width", "60"]) == ExitCode.DIFFERENT
    out, err = capsys.readouterr()
    assert "G2 [1] every value of a graph, forward: graphs/kept" in out
    assert "P1 [-]" in out
    assert max(map(len, out.splitlines())) <= 60
    assert err.startswith("1 items, 0 of them self-graded. Rows without an item: C1, C2,")
    read = told(capsys, "coverage")
    assert len(read["rows"]) == 43
    assert {"G2", "G3", "P1"} & {*read["empty"]} == set()


@pytest.mark.usefixtures("root")
def test_an_item_is_shown_as_it_was_written(capsys: Captured) -> None:
    assert main(["bank", "show", KEPT, "--seed", "0", "--width", "60"]) == ExitCode.OK
    out = capsys.readouterr().out
    for piece in ("Criteria", "Hints", "Traps", "graphs.4 (after backward)", "Sources", "Fields and keys"):
        assert piece in out
    assert max(map(len, out.splitlines())) <= 60
    read = told(capsys, "show", KEPT, "--seed", "0")
    assert read["rubric"]["criteria"][2]["required"] == "strong"
    assert [field["key"] for field in read["fields"][:4]] == ["6", "7", "-1", "1"]
    assert told(capsys, "show", KEPT)["fields"] == []


@pytest.mark.usefixtures("root")
def test_a_preview_is_what_a_learner_sees(capsys: Captured) -> None:
    assert main(["bank", "preview", "mine:lines/own", "--pack", "mine", "--width", "60"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert "Trace it at w = 2, x = 3, b = 1, y = 8" in " ".join(out.split())
    for piece in ("What is asked", "Solution", "Traps"):
        assert piece in out
    assert max(map(len, out.splitlines())) <= 60
    assert err == "Try it: bpdrill practice --item mine:lines/own --seed 0\n"
    assert told(capsys, "preview", KEPT)["fields"][0]["form"] == "number"


@pytest.mark.usefixtures("root")
def test_a_new_problem_is_written_once(capsys: Captured) -> None:
    words = ["bank", "new", "graph_trace", "--id", "lines/new", "--to", "mine"]
    assert main(words) == ExitCode.OK
    assert capsys.readouterr() == (
        "mine/lines/new.yaml\n",
        "Change it, then: bpdrill bank check --pack mine\n",
    )
    assert main(words) == ExitCode.USAGE
    assert capsys.readouterr().err == "bpdrill: mine/lines/new.yaml is there already; choose another --id.\n"


def test_the_schema_is_json(capsys: Captured) -> None:
    assert main(["bank", "schema"]) == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["title"] == "A bpdrill item"


REFUSED = [
    (["show", "graphs/gone"], ExitCode.NOTHING_READABLE, "there is no item 'graphs/gone'; did you mean "),
    (["preview", "graphs/fan-out"], ExitCode.NOTHING_READABLE, "graphs/fan-out cannot be used until"),
    (["check", "graphs/gone"], ExitCode.NOTHING_READABLE, "there is no item 'graphs/gone'"),
    (["list", "--pack", "gone"], ExitCode.USAGE, "There is no folder gone to read problems from."),
    (["check", "--pack", "empty"], ExitCode.USAGE, "There is no topic/name.yaml in empty."),
    (["new", "essay"], ExitCode.USAGE, "There is no kind 'essay'."),
    (["new", "graph_trace", "--id", "../x"], ExitCode.USAGE, "An id is topic/name"),
    (
        ["new", "graph_trace", "--to", "mine/lines/own.yaml"],
        ExitCode.USAGE,
        "mine/lines/own.yaml/my-problems",
    ),
]


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(("words", "code", "said"), REFUSED, ids=[" ".join(words) for words, *_ in REFUSED])
def test_what_cannot_be_done_is_said_in_a_line(
    capsys: Captured, words: list[str], code: ExitCode, said: str
) -> None:
    assert main(["bank", *words]) == code
    assert capsys.readouterr().err.startswith(f"bpdrill: {said}")


@pytest.mark.parametrize("table", ["plan", "misconceptions"])
@pytest.mark.parametrize("content", [None, "a: [", "- a"])
def test_a_table_that_cannot_be_read_stops_the_practice(
    root: Path, capsys: Captured, table: str, content: str | None
) -> None:
    file = root / "data" / f"{table}.yaml"
    file.unlink()
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert main(["practice", "--plain"]) == ExitCode.NOTHING_READABLE
    said = capsys.readouterr().err
    assert said.startswith(f"bpdrill: data/{table}.yaml")
    assert len(said.splitlines()) == 1


LOADED = "import sys; from bpdrill.__main__ import main; main(['bank', 'list']); print(*sys.modules)"


def test_a_warm_list_loads_neither_arrays_nor_yaml(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOADED]
    environment = {**os.environ, "BPDRILL_HOME": str(tmp_path)}
    for _ in ("cold", "warm"):
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    loaded = {*ended.stdout.splitlines()[-1].split()}
    assert loaded & {"numpy", "sympy", "msgspec", "mpmath", "yaml", "rich", "prompt_toolkit"} == set()
    assert "bpdrill.bank.index" in loaded
