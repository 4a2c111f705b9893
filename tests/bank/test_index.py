from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bpdrill.bank import index as indexing
from bpdrill.bank.bank import open_bank
from bpdrill.bank.index import Index, open_index

if TYPE_CHECKING:
    from tests.bank.conftest import Copy

LINE = "graphs/linear-regression-loss"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "home" / "bank-index"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read for an index, by name."""
    names: list[str] = []
    honest = indexing.read

    def noting(path: Path) -> list[object]:
        names.append(path.stem)
        return honest(path)

    monkeypatch.setattr(indexing, "read", noting)
    return names


def opened(cache: Path | None) -> Index:
    return open_index(open_bank(), cache)


def test_an_index_says_what_the_items_say(copy: Copy) -> None:
    copy.write("problems/graphs/broken.yaml", "id: [")
    index = opened(None)
    assert index.broken == ("graphs/broken",)
    items = {item.id: item for item in open_bank().read_all()[0]}
    assert {summary.id for summary in index.summaries} == set(items)
    for summary in index.summaries:
        item = items[summary.id]
        for name in ("revision", "kind", "title", "covers", "beyond", "skills", "checkpoints", "minutes"):
            assert getattr(summary, name) == getattr(item, name)


@pytest.mark.usefixtures("copy")
def test_a_warm_index_reads_no_file_and_says_the_same(cache: Path, read: list[str]) -> None:
    cold = opened(cache)
    assert len(read) == 3
    read.clear()
    assert opened(cache) == cold
    assert read == []


def test_what_has_changed_is_read_again_and_nothing_else(copy: Copy, cache: Path, read: list[str]) -> None:
    opened(cache)
    read.clear()
    copy.revise("title: Trace the squared error", "title: Follow the squared error")
    copy.add("graphs/new")
    (copy.root / "problems/graphs/fan-out.yaml").unlink()
    index = opened(cache)
    assert read == ["linear-regression-loss", "new"]
    assert [summary.id for summary in index.summaries] == [LINE, "graphs/new", "graphs/two-lines"]
    assert index.summaries[0].title.startswith("Follow")


def test_a_change_of_the_same_size_is_seen_by_its_time(copy: Copy, cache: Path, read: list[str]) -> None:
    opened(cache)
    read.clear()
    path = copy.root / f"problems/{LINE}.yaml"
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    opened(cache)
    assert read == ["linear-regression-loss"]


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda _: b"",
    lambda whole: whole[:-1],
    lambda whole: whole[:200],
    lambda whole: whole.replace(b"graph_trace", b"graph_grace"),
    lambda _: b"\xff\x00\n[]",
    lambda whole: whole.partition(b"\n")[2],
]


@pytest.mark.usefixtures("copy")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_made_anew(cache: Path, damage: Callable[[bytes], bytes]) -> None:
    whole = opened(cache)
    good = cache.read_bytes()
    cache.write_bytes(damage(good))
    assert opened(cache) == whole
    assert cache.read_bytes() == good


@pytest.mark.usefixtures("copy")
def test_a_cache_that_cannot_be_kept_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    without = opened(None)
    assert opened(tmp_path / "file" / "bank-index") == without
    assert opened(tmp_path / "folder") == without
    assert [*tmp_path.glob("folder*")] == [tmp_path / "folder"]


@pytest.mark.usefixtures("copy")
def test_nobody_else_can_read_the_cache(cache: Path) -> None:
    opened(cache)
    assert cache.stat().st_mode & 0o777 == 0o600
