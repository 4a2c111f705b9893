from __future__ import annotations

import sys
from pathlib import Path

import pytest

import bpdrill
from bpdrill.bank import find
from bpdrill.model.errors import UsageError


def test_problems_and_tables_are_where_they_are_looked_for() -> None:
    files = find.problem_files(find.Pack("", find.root() / "problems"))
    assert files
    assert all(path == find.root() / "problems" / f"{name}.yaml" for name, path in files.items())
    assert find.table_file("plan").is_file()


@pytest.mark.parametrize(("inside", "found"), [("_bundled", "bpdrill/_bundled"), ("cli", "")])
def test_what_the_package_holds_goes_before_what_lies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str, found: str
) -> None:
    package = tmp_path / "bpdrill"
    (package / inside).mkdir(parents=True)
    monkeypatch.setattr(bpdrill, "__file__", str(package / "__init__.py"))
    assert find.root() == tmp_path / found


def pack(folder: Path, *files: str) -> Path:
    """A folder with empty files in it."""
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    return folder


def test_a_pack_stands_before_its_items_so_that_it_overrides_none(tmp_path: Path) -> None:
    folder = pack(
        tmp_path / "mine", "graphs/fan-out.yaml", ".git/graphs/x.yaml", "graphs/.y.yaml", "notes.md"
    )
    *_, mine = find.packs([folder])
    assert find.problem_files(mine) == {"mine:graphs/fan-out": folder / "graphs/fan-out.yaml"}


@pytest.mark.parametrize(
    ("folders", "told"),
    [
        (["gone"], "There is no folder .*gone to read problems from"),
        (["My Problems"], "rename My Problems"),
        (["a/mine", "b/mine"], "Two packs are called mine: .*Rename one"),
    ],
)
def test_what_is_no_pack_is_refused(tmp_path: Path, folders: list[str], told: str) -> None:
    for name in ("My Problems", "a/mine", "b/mine"):
        (tmp_path / name).mkdir(parents=True)
    with pytest.raises(UsageError, match=told):
        find.packs([tmp_path / folder for folder in folders])


def test_a_folder_named_twice_is_one_pack(tmp_path: Path) -> None:
    assert len(find.packs([tmp_path, tmp_path])) == len(find.packs([tmp_path]))


INSTALLED = [
    ("extra", "extra_problems", ["extra"]),
    ("extra", "os:path", []),
    ("Bad Name", "extra_problems", []),
]


@pytest.mark.parametrize(("name", "value", "found"), INSTALLED)
def test_an_installed_pack_is_found_and_never_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, found: list[str]
) -> None:
    package = pack(tmp_path / "extra_problems", "graphs/line.yaml")
    (package / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    listed = tmp_path / "extra-1.dist-info"
    listed.mkdir()
    (listed / "METADATA").write_text("Metadata-Version: 2.1\nName: extra\nVersion: 1\n", encoding="utf-8")
    (listed / "entry_points.txt").write_text(f"[{find.ENTRY_POINTS}]\n{name} = {value}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert [pack.name for pack in find.installed_packs()] == found
    assert "extra_problems" not in sys.modules


def test_files_are_called_as_an_author_can_open_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find.shown(find.table_file("plan")) == "data/plan.yaml"
    assert find.shown(tmp_path / "mine/a/b.yaml") == "mine/a/b.yaml"
    assert find.shown(Path("/elsewhere/a.yaml")) == "/elsewhere/a.yaml"
