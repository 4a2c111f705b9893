"""Two tables of pairs, written down by how people rewrite gradients: what is the same, and near misses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bpdrill.algebra.claim import Claim, Finding, examine
from bpdrill.notation.declarations import declare

HERE = Path(__file__).parent


def table(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return found


SCALARS = table("scalar_pairs.yaml")
MATRICES = table("matrix_pairs.yaml")


def matrix_claims(kind: str) -> Iterator[Claim]:
    for group in MATRICES:
        symbols = declare(group["symbols"])
        for reference, answer, *_ in group.get(kind, []):
            yield Claim(reference, answer, symbols)


CLAIMS = {
    "equal": [
        *(Claim(pair["reference"], pair["equal"], domains=pair.get("domain", {})) for pair in SCALARS),
        *matrix_claims("identities"),
    ],
    "different": [
        *(Claim(pair["reference"], pair["near"], domains=pair.get("domain", {})) for pair in SCALARS),
        *matrix_claims("non_identities"),
    ],
}


def test_the_tables_are_long_enough() -> None:
    assert len(SCALARS) >= 500
    assert len([*matrix_claims("identities")]) >= 100
    assert len([*matrix_claims("non_identities")]) >= 100


@pytest.mark.parametrize("verdict", CLAIMS)
def test_every_pair_gets_its_verdict(verdict: str) -> None:
    found = ((claim, examine(claim)) for claim in CLAIMS[verdict])
    assert [(claim, finding) for claim, finding in found if finding.verdict != verdict] == []


def test_every_difference_has_a_witness() -> None:
    found: list[Finding] = [examine(claim) for claim in CLAIMS["different"]]
    assert [finding for finding in found if not finding.witness] == []
