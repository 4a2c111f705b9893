from __future__ import annotations

from pathlib import Path

import pytest

from bpdrill import kinds
from bpdrill.bank.bank import open_bank
from bpdrill.bank.check import check_items
from bpdrill.bank.skeleton import skeleton
from bpdrill.model.errors import UsageError


@pytest.mark.parametrize("kind", kinds.kind_names())
def test_a_new_problem_passes_the_check(kind: str, tmp_path: Path) -> None:
    made = skeleton(kind)
    path = tmp_path / "mine" / f"{made.id}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(made.text, encoding="utf-8")
    checked = check_items(open_bank([tmp_path / "mine"]), [f"mine:{made.id}"], 2)
    assert (checked.items, checked.faults) == (1, ())


def test_it_has_an_id_of_its_own_and_explains_its_keys() -> None:
    text = skeleton("graph_trace", "lines/mine").text
    assert "\nid: lines/mine\n" in text
    assert "\nrevision: 1\n" in text
    assert "id: lines-mine.1\n" in text
    assert "# Where each figure comes from.\nsources:" in text
    assert "\n#   draw: " in text


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("essay", "", "There is no kind 'essay'. Write one of: "),
        ("../os", "", "There is no kind"),
        ("estimate", "../../etc/passwd", "An id is topic/name"),
        ("estimate", "/etc/passwd", "An id is topic/name"),
        ("estimate", "one", "An id is topic/name"),
        ("estimate", "A/b", "An id is topic/name"),
    ],
)
def test_what_is_no_kind_and_no_id_is_refused(kind: str, name: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        skeleton(kind, name)
    assert str(error.value).startswith(told)
