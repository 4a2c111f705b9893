from __future__ import annotations

import pytest

from bpdrill.model.errors import UsageError
from bpdrill.notation.declarations import declare, parse_pairs, parse_symbols


def test_names_sizes_and_scalars() -> None:
    assert parse_symbols("W1:h,d x:d b:3 n: m") == {
        "W1": ("h", "d"),
        "x": ("d",),
        "b": (3,),
        "n": (),
        "m": (),
    }
    assert parse_pairs("a:positive y:onehot") == {"a": "positive", "y": "onehot"}


REFUSED = [
    ("W:h,d W:h", "W is declared twice"),
    ("log:", "log is a function"),
    ("2x:", "2x is no name"),
    ("x:0", "x: 0 is no size"),
    ("x:-1", "x: -1 is no size"),
    ("x:h,d,c", "x has 3 axes"),
    ("x:h;d", "is no size"),
    ("x\x1b[2J:", "\\x1b[2J is no name"),
    (" ".join(f"x{n}:" for n in range(101)), "at most 100"),
    ("x:99999999", "is no size"),
]


@pytest.mark.parametrize(("text", "complaint"), REFUSED)
def test_what_is_no_declaration_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_symbols(text)
    assert complaint in str(refused.value)


def test_a_truth_is_no_size() -> None:
    with pytest.raises(UsageError, match="no size"):
        declare({"x": [True]})


def test_a_pair_has_two_sides() -> None:
    with pytest.raises(UsageError, match="needs a word"):
        parse_pairs("a")
